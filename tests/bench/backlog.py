"""A backlog: a million messages queued, then drained by the real agent, whose memory stays flat.

    dev.py bench backlog [--rows 1000000]

One line of JSON. It passes when every record came exactly once and when the memory of the agent's
process, seen at 10, 50 and 90 % of the drain, is flat: from the first to the last it grows by no
more than SQLite's page cache, which fills meanwhile (64 MB), and from the second on by 10 MB at the
most. What it delivers to is `sink`: a sandbox with a million records would be the larger of the two.
"""

from __future__ import annotations

import argparse
import json
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import httpx

from tests import storm
from tests.bench.contest import WrongAnswerError
from tests.bench.data import exports
from tests.bench.environment import cache
from tests.bench.running import Agent
from tests.bench.worker import ROOT

_SHARES = (0.1, 0.5, 0.9)
_CACHE_MB = 64.0
"""`cache_size` of the store; it fills while the first 200,000 messages or so are delivered."""
_GROWTH_MB = 10.0
_QUEUED_WITHIN = 3600.0
_DRAINED_WITHIN = 7200.0
_LOOK_SECONDS = 1.0


def main(arguments: Sequence[str]) -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="dev.py bench backlog", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="messages in the queue")
    asked = parser.parse_args(arguments)
    found = _run(asked.rows)
    sys.stdout.write(json.dumps(found) + "\n")
    return 0 if found["ok"] else 1


def _run(rows: int) -> dict[str, object]:
    folder = Path(mkdtemp(prefix="backlog-", dir=cache()))
    try:
        with _sink(folder / "sink", rows) as (about, state):
            target = storm.settings("salesforce", about)
            with Agent(folder, target, "sink") as agent:
                began = time.monotonic()
                agent.queue(exports(rows).first, rows, _QUEUED_WITHIN)
                queued = time.monotonic()
                agent.deliver()
                seen = _drained(agent, state, rows)
                drained = time.monotonic()
            counts = state()
        seen_at = [sum(seen[share]) for share in _SHARES]
        warming, growth = round(seen_at[-1] - seen_at[0], 1), round(seen_at[-1] - seen_at[1], 1)
        flat = warming <= _CACHE_MB and growth <= _GROWTH_MB
        wrong = (
            [] if flat else [f"memory grew by {warming} MB, {growth} MB of it in the later half"]
        )
        if {counts["records"], counts["messages"]} != {rows}:
            wrong.append(f"{counts['messages']:,} messages came for {counts['records']:,} records")
        return {
            "bench": "backlog",
            "ok": not wrong,
            "wrong": wrong,
            "messages": rows,
            "requests": counts["requests"],
            "queued_seconds": round(queued - began, 1),
            "drained_seconds": round(drained - queued, 1),
            "messages_a_second": round(rows / (drained - queued)),
            "resident_mb": {f"{share:.0%}": round(sum(seen[share]), 1) for share in _SHARES},
            "of_it_files_mb": {f"{share:.0%}": seen[share][1] for share in _SHARES},
            "growth_mb": {"10% to 90%": warming, "50% to 90%": growth},
            "limit_growth_mb": {"10% to 90%": _CACHE_MB, "50% to 90%": _GROWTH_MB},
        }
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _drained(
    agent: Agent, state: Callable[[], dict[str, int]], rows: int
) -> dict[float, tuple[float, float]]:
    """Memory at each share of the drain, once all of it is over. Raises WrongAnswerError."""
    seen: dict[float, tuple[float, float]] = {}
    deadline = time.monotonic() + _DRAINED_WITHIN
    while (came := state()["messages"]) < rows:
        for share in _SHARES:
            if share not in seen and came >= share * rows:
                seen[share] = agent.memory_mb()
        if time.monotonic() > deadline:
            raise WrongAnswerError(f"{came:,} of {rows:,} messages came: {agent.said()}")
        time.sleep(_LOOK_SECONDS)
    agent.until(lambda now: now["idle"], 600)
    if len(seen) < len(_SHARES):
        raise WrongAnswerError("it was over before its memory could be looked at: more rows")
    return seen


@contextmanager
def _sink(folder: Path, rows: int) -> Iterator[tuple[dict[str, str], Callable[[], dict[str, int]]]]:
    """A sink in a process of its own: how to reach it, and what it counted."""
    command = [sys.executable, "-m", "tests.bench.sink", str(folder), str(rows)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            assert process.stdout is not None
            about = json.loads(process.stdout.readline())
            tls = ssl.create_default_context(cafile=about["ca_file"])
            with httpx.Client(verify=tls, trust_env=False) as client:
                yield about, lambda: client.get(f"{about['url']}/state").json()
        finally:
            process.kill()
