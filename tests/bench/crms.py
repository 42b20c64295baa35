"""Delivery to each CRM of the sandbox against bare httpx: the same requests, one at a time.

The records are there already in each round, so that both find the same work: ours looks up, writes
and reads receipts as the service does; theirs sends what ours sent in a round before, byte by byte,
in the same session. The sandbox's own work is in both, and 20 ms an answer as in `delivery`: without
them it answers a write that changes nothing sooner than any CRM is reached.
"""

from __future__ import annotations

import base64
import json
import shutil
import ssl
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import httpx

from adapters.catalogue import TARGETS
from adapters.http import Answer, HttpClient
from adapters.sandbox import Sandbox
from adapters.sandbox.dialects import DIALECTS
from agent.clock import SystemClock
from agent.ports import AdapterContext, Target
from tests import storm
from tests.bench.contest import Goal, Report, Result, agree, judge
from tests.bench.data import exports
from tests.bench.environment import cache
from tests.bench.home import Home, accounts, exports_in, fresh, put_export
from tests.bench.measure import Meter
from tests.bench.worker import ROOT, ask

GOALS = {
    Goal(f"delivery_{crm}", floor=0.7, aim=0.9, figure="records_a_second"): crm
    for crm in storm.CRMS
}
_PLENTY = 10**9
_ANSWER_SECONDS = 0.02


def run(crm: str, goal: Goal, rows: int, rounds: int) -> Result:
    """The result of one CRM."""
    count = max(2_000, min(rows, 1_000_000) // 125)
    folder = Path(mkdtemp(prefix=f"{crm}-", dir=cache()))
    reports: dict[str, list[Report]] = {"ours": [], "bare": []}
    seeded, requests = folder / "seeded", folder / "requests"
    ask("crms", "load", home=seeded, export=exports(rows).first, count=count)
    try:
        with _sandbox(folder / "crm", crm) as about:
            common = {"crm": crm, "about": about, "count": count}
            for keep in ("", str(requests)):  # the first round creates, the second is kept
                home = fresh(folder / "home", like=seeded)
                found = ask("crms", "ours", home=home, requests=keep, **common)
                agree("Waybill", found, waiting=0)
            for number in range(rounds):
                for who in ("ours", "bare")[:: -1 if number % 2 else 1]:
                    if who == "ours":
                        home = fresh(folder / "home", like=seeded)
                        found = ask("crms", "ours", home=home, requests="", **common)
                        agree("Waybill", found, waiting=0)
                    else:
                        found = ask("crms", "bare", requests=requests, **common)
                    reports[who].append(found)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return judge(goal, reports["ours"], reports["bare"])


MEASURES = {goal: partial(run, crm, goal) for goal, crm in GOALS.items()}


# --- the contestants ------------------------------------------------------------------------------


def load(home: str, export: str, count: int) -> dict[str, object]:
    """Queue the first records of an export as accounts."""
    folder = Path(home)
    shorter, inbox = folder.with_name("part.csv"), folder.with_name("inbox")
    with Path(export).open(encoding="utf-8", newline="") as file:
        text = file.read(count * 400)
    rows = text.split("\r\n")[: count + 1]
    shorter.write_text("\r\n".join([*rows, ""]), encoding="utf-8", newline="")
    put_export(shorter, inbox)
    rooms = Home(folder, exports_in(inbox), accounts())
    captured = rooms.capture()
    rooms.close()
    return {"entries": 0 if captured is None else captured.entries}


def ours(
    home: str, crm: str, about: Mapping[str, str], count: int, requests: str
) -> dict[str, object]:
    """Deliver what waits, step by step; `requests`: a file to keep what was sent in."""
    rooms = Home(Path(home), kept=accounts())
    target = _target(crm, about, Path(home))
    sent: list[Mapping[str, Any]] = []
    target.find("account", ["none"])  # signed in, connected
    if requests:
        HttpClient.request = _noting(sent)
    with Meter() as meter:
        rooms.deliver_all(target)
    target.close()
    waiting = rooms.left()
    rooms.close()
    if requests:
        Path(requests).write_text(json.dumps(sent), encoding="utf-8")
    return meter.report(records_a_second=count / meter.seconds, waiting=waiting)


def bare(crm: str, about: Mapping[str, str], count: int, requests: str) -> dict[str, object]:
    """Send ready requests with httpx alone."""
    del crm
    ready = [
        (each["method"], each["url"], each["headers"], base64.b64decode(each["content"]))
        for each in json.loads(Path(requests).read_text(encoding="utf-8"))
    ]
    tls = ssl.create_default_context(cafile=about["ca_file"])
    with httpx.Client(verify=tls, trust_env=False, timeout=60) as client:
        client.get(about["url"])  # connected
        with Meter() as meter:
            _send(client, ready)
    return meter.report(records_a_second=count / meter.seconds, requests=len(ready))


def _send(client: httpx.Client, ready: Sequence[tuple[str, str, Mapping[str, str], bytes]]) -> None:
    for method, url, headers, content in ready:
        client.request(method, url, headers=headers, content=content).raise_for_status()


def _noting(sent: list[Mapping[str, Any]]) -> Any:
    real = HttpClient.request

    def request(
        client: HttpClient, method: str, url: str, *, headers: Any = None, content: Any = None
    ) -> Answer:
        body = base64.b64encode(content or b"").decode()
        said = {"method": method, "url": url, "headers": dict(headers or {}), "content": body}
        sent.append(said)
        return real(client, method, url, headers=headers, content=content)

    return request


def _target(crm: str, about: Mapping[str, str], folder: Path) -> Target:
    said = tomllib.loads(storm.settings(crm, about))["targets"]["crm"]
    kind = TARGETS[said.pop("kind")]
    secret = _OneSecret(storm.secret(crm, about))
    return kind.make(
        kind.settings.model_validate(said), AdapterContext("crm", SystemClock(), secret, folder)
    )


class _OneSecret:
    def __init__(self, value: str) -> None:
        self._value = value

    def get(self, name: str) -> str:
        del name
        return self._value


# --- the sandbox ----------------------------------------------------------------------------------


@contextmanager
def _sandbox(folder: Path, crm: str) -> Iterator[dict[str, str]]:
    """A sandbox in a process of its own, whose limits and sessions outlast the rounds."""
    command = [sys.executable, "-m", "tests.bench.crms", str(folder), crm]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())
        finally:
            process.kill()


def serve(folder: Path, crm: str) -> None:
    """Run a sandbox until stdin ends."""
    options = DIALECTS[crm].options()
    options.token_seconds = _PLENTY
    for limit in ("interval_limit", "requests_limit", "daily_limit"):
        if hasattr(options, limit):
            setattr(options, limit, _PLENTY)
    with Sandbox(folder, crm=crm, options=options) as sandbox:
        sandbox.fault("slow", seconds=_ANSWER_SECONDS)
        sys.stdout.write(json.dumps(sandbox.description()) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), sys.argv[2])
