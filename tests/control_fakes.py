"""A service that answers the control API from a table, for tests of faces and of the API."""

from __future__ import annotations

import contextlib
import copy
import threading
from collections.abc import Iterator
from pathlib import Path

from agent.clock import SystemClock
from agent.control.server import ControlServer, Write
from tests.control_answers import ANSWERS


class FakeService:
    """A handler whose answers a test may change; it remembers what it was asked."""

    def __init__(self) -> None:
        self.answers = copy.deepcopy(ANSWERS)
        self.fails: dict[str, Exception] = {}
        self.asked: list[tuple[str, dict]] = []
        self.audited: list[Write] = []
        self.gate: threading.Event | None = None
        self.entered = threading.Event()

    def call(self, method, params, caller):
        self.asked.append((method, dict(params)))
        self.entered.set()
        if self.gate is not None:
            self.gate.wait(20)
        if method in self.fails:
            raise self.fails[method]
        return self.answers[method]

    def on_write(self, write):
        self.audited.append(write)


@contextlib.contextmanager
def serving(home: Path, service: FakeService, **options: object) -> Iterator[ControlServer]:
    """A running control server of this home folder."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    server = ControlServer(
        home,
        service,
        version="0.1.0",
        agent="ERP-SRV01",
        on_write=service.on_write,
        clock=SystemClock(),
        **options,
    )
    server.start()
    try:
        yield server
    finally:
        if service.gate is not None:
            service.gate.set()
        server.stop()
