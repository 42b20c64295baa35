"""Delivery to a webhook against bare httpx: the same bodies, one request at a time.

Both post to a stub that reads a whole request and answers after 20 ms. Ours takes every step that
the service takes: claim, durable note and high-water mark, signature, request, receipts; theirs
posts bodies that are ready.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp

from adapters.targets.webhook import WebhookConfig, encode
from adapters.targets.webhook import make as make_webhook
from agent.clock import SystemClock
from agent.model import BatchLimits, Delivered, Message, Receipt
from agent.ports import AdapterContext
from tests.bench.contest import Goal, Report, Result, agree, judge
from tests.bench.data import exports
from tests.bench.environment import cache
from tests.bench.home import Home, SwiftTarget, fresh
from tests.bench.measure import Meter
from tests.bench.worker import ROOT, ask

GOAL = Goal("delivery_vs_httpx", floor=0.7, aim=0.9, figure="records_a_second")
_RECORDS = 200
_ANSWER_SECONDS = 0.02
_SECRET = "whsec_" + "YmVuY2htYXJrYmVuY2htYXJrYmVuY2htYXJr"
_HEADERS = {"content-type": "application/json"}


def run(rows: int, rounds: int) -> Result:
    """The result of this benchmark."""
    count = max(2_000, min(rows, 1_000_000) // 25)
    folder = Path(mkdtemp(prefix="delivery-", dir=cache()))
    reports: dict[str, list[Report]] = {"ours": [], "bare": []}
    seeded, bodies = folder / "seeded", folder / "bodies"
    try:
        ask("load", "part", home=seeded, export=exports(rows).first, count=count)
        home = fresh(folder / "home", like=seeded)
        bodies.mkdir()
        requests = ask("delivery", "record", home=home, bodies=bodies)["requests"]
        with _stub() as url:
            for number in range(rounds):
                for who in ("ours", "bare")[:: -1 if number % 2 else 1]:
                    if who == "ours":
                        home = fresh(folder / "home", like=seeded)
                        found = ask("delivery", "ours", home=home, url=url, count=count)
                        agree("Waybill", found, waiting=0)
                    else:
                        found = ask("delivery", "bare", bodies=bodies, url=url, count=count)
                        agree("httpx", found, requests=requests)
                    reports[who].append(found)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return judge(GOAL, reports["ours"], reports["bare"])


# --- the contestants ------------------------------------------------------------------------------


def ours(home: str, url: str, count: int) -> dict[str, object]:
    """Deliver what waits, step by step."""
    rooms = Home(Path(home))
    context = AdapterContext("crm", SystemClock(), _OneSecret(), Path(home))
    settings = {"url": url, "secret": "secret:signing", "batch": _RECORDS}
    target = make_webhook(WebhookConfig.model_validate(settings), context)
    with Meter() as meter:
        rooms.deliver_all(target)
    target.close()
    waiting = rooms.left()
    rooms.close()
    return meter.report(records_a_second=count / meter.seconds, waiting=waiting)


def bare(bodies: str, url: str, count: int) -> dict[str, object]:
    """Post ready bodies with httpx alone."""
    import httpx

    ready = [path.read_bytes() for path in sorted(Path(bodies).iterdir())]
    with httpx.Client(trust_env=False) as client, Meter() as meter:
        for body in ready:
            client.post(url, content=body, headers=_HEADERS).raise_for_status()
    return meter.report(records_a_second=count / meter.seconds, requests=len(ready))


@dataclass
class _Recorder(SwiftTarget):
    """Keeps the bodies that a webhook would have been sent."""

    limits: BatchLimits = field(
        default_factory=lambda: BatchLimits(records=_RECORDS, per_entity=False)
    )
    bodies: list[bytes] = field(default_factory=list)

    def deliver(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        self.bodies.append(encode.posting(batch, single=False).body)
        return [Delivered()] * len(batch)


def record(home: str, bodies: str) -> dict[str, object]:
    """Write the bodies of everything that waits, one file each."""
    rooms, target = Home(Path(home)), _Recorder()
    rooms.deliver_all(target)
    rooms.close()
    for number, body in enumerate(target.bodies):
        (Path(bodies) / f"{number:06d}.json").write_bytes(body)
    return {"requests": len(target.bodies)}


class _OneSecret:
    def get(self, name: str) -> str:
        del name
        return _SECRET


# --- the stub -------------------------------------------------------------------------------------


@contextmanager
def _stub() -> Iterator[str]:
    """A server in a process of its own; gives its address."""
    command = [sys.executable, "-m", "tests.bench.delivery"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/messages"
        finally:
            process.kill()


def serve() -> None:
    """Answer every request 20 ms after its last byte came."""
    listener = socket.create_server(("127.0.0.1", 0))
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=_answer, args=(connection,), daemon=True).start()


def _answer(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    answer = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok"
    with connection, connection.makefile("rb", buffering=1 << 18) as stream:
        while stream.readline():
            length = 0
            while (line := stream.readline()) not in (b"\r\n", b""):
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            stream.read(length)
            time.sleep(_ANSWER_SECONDS)
            connection.sendall(answer)


if __name__ == "__main__":
    serve()
