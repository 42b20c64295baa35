"""How requests and answers travel: one JSON object a line, within limits. No sockets here.

What comes in is hostile until proven: its size is bounded before it is kept, its depth before it
is parsed, its time before the thread is lost. Lines are pure ASCII, so that no text inside a
value can end one early or move a terminal's cursor.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn, Protocol

from agent.errors import ControlError
from agent.model import Json
from agent.ports import Clock

MAX_LINE: Final = 1024 * 1024
MAX_DEPTH: Final = 32

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
UNKNOWN_METHOD: Final = -32601
INVALID_PARAMS: Final = -32602
INTERNAL: Final = -32603
REFUSED: Final = -32000
"""The service understood and says no: `data` carries code, title and hint."""

# A whole string (or an unterminated one, to the end) is one token: brackets inside do not count.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)


class Malformed(ControlError):
    """A line that is not what it should be."""

    code = "MALFORMED"
    title = "What arrived is not a valid line of the control protocol."


class Gone(ControlError):
    """The other side hung up or took too long."""

    code = "CONNECTION_LOST"
    title = "The connection ended before the line did."


@dataclass(frozen=True, slots=True)
class Peer:
    """Who is at the other end, by the word of the operating system."""

    name: str
    trusted: bool
    """Seen by the server: the service's own account or an administrator."""
    identities: frozenset[str] = frozenset()
    """The peer's account and groups, each as `Transport.identity` says it."""


class Connection(Protocol):
    """A byte stream to one peer."""

    def identify(self, timeout: float) -> Peer:
        """Who that is. Raises OSError when the system cannot say."""
        ...

    def receive(self, timeout: float) -> bytes:
        """Some bytes; none at the end. Raises TimeoutError, OSError."""
        ...

    def send(self, data: bytes, timeout: float) -> None:
        """All of it within the time, or TimeoutError, OSError."""
        ...

    def hang_up(self) -> None:
        """End what a `receive` waits for, from another thread; answers still go out."""
        ...

    def close(self) -> None:
        """Release it; safe twice."""
        ...


class Listener(Protocol):
    """Where the service takes connections. Held by one process per home folder."""

    address: str

    def accept(self, timeout: float) -> Connection | None:
        """The next connection, or None when none came in time. Raises OSError."""
        ...

    def hang_up(self) -> None:
        """End what an `accept` waits for, from another thread; the ones that follow wait no more."""
        ...

    def close(self) -> None:
        """Stop listening and leave nothing behind; safe twice."""
        ...


class Transport(Protocol):
    """A way to meet: a module with these functions."""

    @property
    def OWN_GROUPS(self) -> Sequence[tuple[str, str]]:  # noqa: N802 a constant of the module
        """Groups that have a role by their name, where they exist: who, role."""
        ...

    def listen(self, home: Path, admits: Sequence[str] = ()) -> Listener:
        """Take this home folder's address. Raises ControlError when another service has it.

        `admits`: accounts and groups that must be able to connect, beside the service's own and
        administrators; whoever can connect is still asked who he is.
        """
        ...

    def identity(self, who: str) -> str | None:
        """The system's own number of `user:NAME` or `group:NAME`; None: there is none."""
        ...

    def connect(self, home: Path, timeout: float) -> Connection:
        """Reach the service and make sure that it is the real one. Raises ServiceUnreachable."""
        ...

    def descriptor(self, home: Path) -> int:
        """The same without waiting, as the system's own number for the open connection."""
        ...


class Lines:
    """Reads bounded lines from a connection."""

    def __init__(self, connection: Connection, clock: Clock, limit: int = MAX_LINE) -> None:
        self._connection = connection
        self._clock = clock
        self._limit = limit
        self._buffer = bytearray()

    def read(self, within: float) -> bytes | None:
        """The next line without its end; None when the peer hung up between lines.

        The time covers the whole line: a byte now and then does not extend it. Raises Malformed
        for an endless line, Gone for a half one, TimeoutError, OSError.
        """
        deadline = self._clock.monotonic() + within
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > self._limit:
                raise Malformed(f"A line is longer than {self._limit:,} bytes.")
            left = deadline - self._clock.monotonic()
            if left <= 0:
                raise TimeoutError
            chunk = self._connection.receive(left)
            if not chunk:
                if self._buffer:
                    raise Gone
                return None
            self._buffer += chunk
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        if len(line) > self._limit:
            raise Malformed(f"A line is longer than {self._limit:,} bytes.")
        return line


def encode(message: object) -> bytes:
    """One line. Raises ValueError or TypeError for what JSON cannot hold."""
    return json.dumps(message, allow_nan=False, separators=(",", ":")).encode("ascii") + b"\n"


def decode(line: bytes, max_depth: int = MAX_DEPTH) -> Json:
    """Parse one line. Raises Malformed; never with its content."""
    if _depth(line) > max_depth:
        raise Malformed(f"A line nests deeper than {max_depth} levels.")
    try:
        parsed: Json = json.loads(line.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Malformed from error
    return parsed


def _depth(line: bytes) -> int:
    depth = deepest = 0
    for token in _TOKEN.finditer(line):
        first = line[token.start()]
        if first in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif first in b"]}":
            depth -= 1
    return deepest


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)  # NaN and the infinities are no JSON
