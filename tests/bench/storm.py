"""A storm over a queue: minutes of 429 and 5xx by chance, then calm, the real agent on the sandbox.

    dev.py bench storm [--crm NAME ...] [--rows 100000] [--minutes 10]

One line of JSON for each CRM. It passes when every message arrived once, when what was not refused
is at most 1.3 requests a batch (sign-ins and look-ups among them), and when none of the vendor's
limits was reached, all as the sandbox counted.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp

from agent.demo.crm import Crm
from agent.demo.crms import CRMS
from tests import storm
from tests.bench.contest import WrongAnswerError
from tests.bench.data import exports
from tests.bench.environment import cache
from tests.bench.running import Agent

_CALM_SECONDS = 1800.0
"""The longest that the rest may take once the storm is over."""


def main(arguments: Sequence[str]) -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="dev.py bench storm", description=__doc__)
    parser.add_argument("--crm", action="append", choices=storm.CRMS, help="salesforce; repeat it")
    parser.add_argument("--rows", type=int, default=100_000, help="changes in the queue")
    parser.add_argument("--minutes", type=float, default=10, help="how long the storm lasts")
    asked = parser.parse_args(arguments)
    good = True
    for crm in asked.crm or ["salesforce"]:
        found = _one(crm, asked.rows, asked.minutes)
        good = good and bool(found["ok"])
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()
    return 0 if good else 1


def _one(crm: str, rows: int, minutes: float) -> dict[str, object]:
    folder = Path(mkdtemp(prefix="storm-", dir=cache()))
    sandbox = Crm(folder / "crm", folder / "crm.log", crm=crm, shape=CRMS[crm], keep=False)
    try:
        sandbox.wait()
        target = storm.settings(crm, sandbox.about)
        with Agent(folder, target, sandbox.secret) as agent:
            agent.queue(exports(rows).first, rows, within=600)
            ordered = [sandbox.fault(kind, probability=p) for kind, p in storm.FAULTS.items()]
            began = time.monotonic()
            agent.deliver()
            time.sleep(minutes * 60)
            through = agent.delivered()
            for number in ordered:
                sandbox.lift(number)
            calm = time.monotonic()
            problem = ""
            try:
                agent.until(lambda now: now["idle"] and not _left(now), _CALM_SECONDS)
            except WrongAnswerError as error:
                problem = str(error)
            ended = time.monotonic()
        state = sandbox.state()
        wrong = [*storm.wrong(crm, state, rows), *([problem] if problem else [])]
        return {
            "bench": "storm",
            "crm": crm,
            "ok": not wrong,
            "wrong": wrong,
            "messages": rows,
            "minutes": minutes,
            "arrived_in_the_storm": through,
            "seconds_after_it": round(ended - calm, 1),
            "seconds": round(ended - began, 1),
            "requests": state["traffic"]["arrived"],
            "refused": state["traffic"]["refused"],
            "batch": storm.BATCHES[crm],
            "per_batch": round(storm.per_batch(crm, state, rows), 3),
            "limit_per_batch": storm.MOST,
            "limits": state["limits"],
        }
    finally:
        sandbox.process.end()
        shutil.rmtree(folder, ignore_errors=True)


def _left(status: dict) -> int:
    counts = status["counts"]
    return counts["waiting"] + counts["sending"] + counts["parked"] + counts["behind"]
