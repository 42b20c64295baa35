"""A client of the control API that says any bytes, over the real transport of this system."""

import json
from pathlib import Path

from agent.clock import SystemClock
from agent.control import wire
from agent.control.transport import TRANSPORT
from agent.control.wire import Lines

STATUS_LINE = b'{"jsonrpc":"2.0","id":1,"method":"status"}\n'


class Raw:
    """A client without manners: sends any bytes, reads lines."""

    def __init__(self, home: Path) -> None:
        self.connection = TRANSPORT.connect(home, 5)
        self.lines = Lines(self.connection, SystemClock(), 4 * wire.MAX_LINE)

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def send(self, data: bytes) -> None:
        self.connection.send(data, 10)

    def read(self, within: float = 10) -> dict | None:
        line = self.lines.read(within)
        return None if line is None else json.loads(line)


def ends(raw: Raw) -> bool:
    """Whether the server hung up (a reset is one way to)."""
    try:
        return raw.read() is None
    except ConnectionError:
        return True
