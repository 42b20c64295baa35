"""How faces ask the service. Light to import: a command line starts with it.

A client keeps no connection: each call opens one, makes sure that the service is the real one,
asks, and closes. So it may be shared between threads, outlives restarts of the service, and never
makes the service wait.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast

from agent.clock import SystemClock
from agent.control import pause, wire
from agent.control.answers import Snapshot, Status, You
from agent.control.api import API_VERSION
from agent.control.patch import patched
from agent.control.transport import TRANSPORT
from agent.control.wire import Connection, Lines, Transport
from agent.errors import ControlError, NotAllowed, ServiceUnreachable, WaybillError, WrongUse
from agent.model import Json
from agent.ports import Clock

__all__ = [
    "Client",
    "ControlError",
    "NotAllowed",
    "ServiceUnreachable",
    "WaybillError",
    "WrongUse",
    "patched",
]

_GREETING_SECONDS: Final = 10.0
_BUSY_PAUSE_SECONDS: Final = 0.05
_LOOK_AGAIN_SECONDS: Final = 0.25
_SILENT_SECONDS: Final = 15.0
"""Three heartbeats of a subscription: a service that misses them is not well."""
_LONGEST_LINE: Final = 2 * wire.MAX_LINE


class Client:
    """Asks the service of one home folder."""

    def __init__(
        self,
        home: Path,
        *,
        timeout: float = 30.0,
        clock: Clock | None = None,
        transport: Transport = TRANSPORT,
    ) -> None:
        self.home = home
        self._timeout = timeout
        self._clock = clock or SystemClock()
        self._transport = transport

    def status(self) -> Status:
        """How the agent is."""
        return cast("Status", self.call("status"))

    def me(self) -> You:
        """Who asks, as the service sees it, and what he may do."""
        return cast("You", self.call("me"))

    def subscribe(self) -> Iterator[Snapshot]:
        """The status now, and again whenever it changed or a heartbeat came; never ends by itself.

        Raises ServiceUnreachable when the service is gone or silent, and what `call` raises.
        """
        deadline = self._clock.monotonic() + self._timeout
        lines, connection = self._open(deadline)
        try:
            with _broken(self.home, asked=True):
                connection.send(_request("subscribe", {}), self._left(deadline))
                snapshot: dict[str, Json] = self._result(lines, deadline)
            while True:
                yield cast("Snapshot", snapshot)
                with _broken(self.home, asked=True):
                    told = _object(lines.read(_SILENT_SECONDS))
                    if "error" in told:
                        raise _as_error(told["error"])
                    snapshot = patched(snapshot, _patch_in(told))
        finally:
            connection.close()

    def wait_idle(self, within: float) -> Status:
        """The first status that is idle, or the last one when the time is over."""
        deadline = self._clock.monotonic() + within
        while not (found := self.status())["idle"]:
            left = deadline - self._clock.monotonic()
            if left <= 0:
                break
            threading.Event().wait(min(_LOOK_AGAIN_SECONDS, left))
        return found

    def call(
        self,
        method: str,
        params: Mapping[str, object] | None = None,
        *,
        timeout: float | None = None,
    ) -> dict[str, Any]:
        """Ask and return the result.

        Raises ServiceUnreachable when nobody answers in time, otherwise what the service says:
        WrongUse, NotAllowed, or a ControlError that carries the service's code, title and hint.
        """
        given = {name: value for name, value in (params or {}).items() if value is not None}
        request = _request(method, given)
        if len(request) > wire.MAX_LINE:
            raise WrongUse(f"The request is longer than {wire.MAX_LINE:,} bytes.")
        start = self._clock.monotonic()
        deadline = start + (self._timeout if timeout is None else timeout)
        back_by = min(deadline, start + pause.LONGEST_SECONDS)
        waits = True
        while True:
            try:
                return self._ask(request, deadline)
            except _Absent:
                if not waits or self._clock.monotonic() >= back_by:
                    raise
                # One more try without the note: the service may have come back since.
                waits = pause.is_on(self.home)
                if waits:
                    threading.Event().wait(_BUSY_PAUSE_SECONDS)
            except _Busy as error:
                if self._clock.monotonic() + _BUSY_PAUSE_SECONDS >= deadline:
                    raise ServiceUnreachable(
                        error.title, code=error.code, hint=error.hint
                    ) from error
                threading.Event().wait(_BUSY_PAUSE_SECONDS)

    def _ask(self, request: bytes, deadline: float) -> dict[str, Any]:
        lines, connection = self._open(deadline)
        try:
            with _broken(self.home, asked=False):
                connection.send(request, self._left(deadline))
            with _broken(self.home, asked=True):
                return self._result(lines, deadline)
        finally:
            connection.close()

    def _open(self, deadline: float) -> tuple[Lines, Connection]:
        """A connection whose service was checked and has greeted."""
        within = min(_GREETING_SECONDS, self._left(deadline))
        try:
            connection = self._transport.connect(self.home, within)
        except ServiceUnreachable as error:
            if error.code != ServiceUnreachable.code:
                raise
            raise _Absent(error.title, hint=error.hint) from error
        try:
            with _broken(self.home, asked=False):
                lines = Lines(connection, self._clock, _LONGEST_LINE)
                _check_greeting(_object(lines.read(within)))
        except BaseException:
            connection.close()
            raise
        return lines, connection

    def _result(self, lines: Lines, deadline: float) -> dict[str, Any]:
        answer = _object(lines.read(self._left(deadline)))
        if "error" in answer:
            raise _as_error(answer["error"])
        result = answer.get("result")
        if not isinstance(result, dict):
            raise wire.Malformed
        return result

    def _left(self, deadline: float) -> float:
        return max(0.001, deadline - self._clock.monotonic())


class _Absent(ServiceUnreachable):
    """Nobody listens: nothing was asked yet."""


class _Busy(ControlError):
    """Too many ask at once; the next moment may be better."""


@contextmanager
def _broken(home: Path, *, asked: bool) -> Iterator[None]:
    """A connection that breaks is a service that cannot be reached."""
    try:
        yield
    except TimeoutError as error:
        raise ServiceUnreachable(
            f"The Waybill service of {home} did not answer in time.",
            code="SERVICE_SILENT",
            hint="What was asked may still happen. Its log says whether it is stuck.",
        ) from error
    except (OSError, wire.Gone, wire.Malformed) as error:
        raise (ServiceUnreachable if asked else _Absent)(
            f"The Waybill service of {home} broke off before it answered.",
            code="SERVICE_BROKE_OFF",
            hint="It may just have stopped, or it is no Waybill service. Its log says more.",
        ) from error


def _request(method: str, params: Mapping[str, object]) -> bytes:
    return wire.encode({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})


def _patch_in(notification: Mapping[str, Json]) -> dict[str, Json]:
    params = notification.get("params")
    patch = params.get("patch") if isinstance(params, dict) else None
    if not isinstance(patch, dict):
        raise wire.Malformed
    return patch


def _object(line: bytes | None) -> dict[str, Json]:
    if line is None:
        raise wire.Gone
    # Answers are the service's own: deeper than a request may be, yet never endless.
    parsed = wire.decode(line, max_depth=4 * wire.MAX_DEPTH)
    if not isinstance(parsed, dict):
        raise wire.Malformed
    return parsed


def _check_greeting(greeting: Mapping[str, Json]) -> None:
    if "error" in greeting:
        raise _as_error(greeting["error"])
    spoken = greeting.get("api_version")
    if spoken != API_VERSION:
        version = greeting.get("version")
        known = version[:40] if isinstance(version, str) else "unknown"
        raise ControlError(
            f"The service (version {known}) speaks another API version than this program.",
            code="API_VERSION",
            hint="Use the programs that were installed together with the service.",
        )


def _as_error(body: Json) -> WaybillError:
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(data, dict):
        raise wire.Malformed
    title, code, hint = (str(data.get(name) or "") for name in ("title", "code", "hint"))
    given = data.get("params")
    params = {k: str(v) for k, v in given.items()} if isinstance(given, dict) else {}
    kind: type[WaybillError] = ControlError
    if code == "SERVICE_BUSY":
        kind = _Busy
    elif code == NotAllowed.code:
        kind = NotAllowed
    elif body.get("code") in {wire.INVALID_PARAMS, wire.UNKNOWN_METHOD}:
        kind = WrongUse
    return kind(title, code=code, hint=hint, params=params)


# --- for faces with an event loop of their own, which may not wait in it --------------------------


def open_descriptor(home: Path) -> int:
    """The number of an open connection to the real service; never waits for it.

    Raises ServiceUnreachable, NotAllowed.
    """
    return TRANSPORT.descriptor(home)


def is_coming_back(home: Path) -> bool:
    """Whether the service of this home left a note that it is away for a moment only."""
    return pause.is_on(home)


def request_line(method: str, params: Mapping[str, object]) -> bytes:
    """A request as it goes over the wire. Raises WrongUse when it is too long."""
    given = {name: value for name, value in params.items() if value is not None}
    line = wire.encode({"jsonrpc": "2.0", "id": 1, "method": method, "params": given})
    if len(line) > wire.MAX_LINE:
        raise WrongUse(f"The request is longer than {wire.MAX_LINE:,} bytes.")
    return line


def read_greeting(line: bytes) -> dict[str, Any]:
    """The service's first words. Raises what it says, or that it is no such service."""
    greeting = _parsed(line)
    _check_greeting(greeting)
    return greeting


def read_answer(line: bytes) -> dict[str, Any]:
    """An answer or a notification. Raises what the service says, as `Client.call` does."""
    answer = _parsed(line)
    if "error" in answer:
        raise _as_error(answer["error"])
    return answer


def _parsed(line: bytes) -> dict[str, Any]:
    # Not `wire.decode`: its search for depth costs a window more than a frame, and the service
    # has proven who it is; what is too deep ends in the parser's own error.
    try:
        parsed = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise wire.Malformed from error
    if not isinstance(parsed, dict):
        raise wire.Malformed
    return parsed
