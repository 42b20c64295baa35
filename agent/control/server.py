"""The service's end of the control API: takes connections and answers them, thread by thread.

Every connection has its own thread, and there are never more than a fixed number: the next one is
told so and hung up. A request must arrive whole within its time and an answer must be taken
within its own, or the connection ends. Nothing that a client does reaches the rest of the agent,
except through the handler.
"""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agent.control import wire
from agent.control.allowance import Allowance, Rate
from agent.control.api import API_VERSION
from agent.control.dispatch import Caller, Dispatcher, Handler, OnWrite, Write, refusal
from agent.control.feed import Feed, Snapshot
from agent.control.roles import Access
from agent.control.transport import TRANSPORT
from agent.control.wire import Connection, Lines, Listener, Transport
from agent.errors import ControlError, NotAllowed, WaybillError
from agent.model import Json
from agent.ports import Clock

__all__ = ["Caller", "ControlServer", "Handler", "Limits", "OnWrite", "Write"]

_logger = logging.getLogger(__name__)
_ACCEPT_SECONDS: Final = 60.0
_AFTER_FAILURE_SECONDS: Final = 0.25
_DECLINED_SECONDS: Final = 0.1
"""Before somebody is told that he asks too much: else he asks again at once."""
_AGAIN_SECONDS: Final = 60.0

_REQUESTS: Final = Rate(each_second=50, at_once=200)
_BYTES: Final = Rate(each_second=1024 * 1024, at_once=8 * 1024 * 1024)
_BUSY = ControlError(
    "The service has too many open control connections.",
    code="SERVICE_BUSY",
    hint="Try again in a moment; close what asks it all the time.",
)
_TOO_MUCH = ControlError(
    "Your account asks the service too much at a time; nothing was done.",
    code="SERVICE_BUSY",
    hint="Try again in a moment; close what asks it all the time.",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a client may ask of the service."""

    connections: int = 32
    for_others: int = 24
    """Of these: for all but the service's own account and administrators, who find room always."""
    each_account: int = 16
    """Of those for others, and of the subscriptions."""
    requests: Rate = _REQUESTS
    size: Rate = _BYTES
    """Bytes of requests."""
    request_seconds: float = 10.0
    """To deliver one whole request, counted from the greeting or the last answer."""
    answer_seconds: float = 10.0
    """To take one whole answer."""
    subscriptions: int = 64
    """Beside the connections that ask."""


class ControlServer:
    """Answers faces on the control address of one home folder, from `start` to `stop`.

    The handler is called from several threads at once. To stop the service, it sets the agent's
    own stop event; it never calls `stop` itself.
    """

    def __init__(
        self,
        home: Path,
        handler: Handler,
        *,
        version: str,
        agent: str,
        on_write: OnWrite,
        clock: Clock,
        limits: Limits = Limits(),
        access: Access | None = None,
        transport: Transport = TRANSPORT,
    ) -> None:
        self._home = home
        self._dispatcher = Dispatcher(handler, on_write)
        self._feed = Feed(self._dispatcher.snapshot, clock)
        self._hello: dict[str, Json] = {
            "api_version": API_VERSION, "version": version, "agent": agent
        }  # fmt: skip
        self._clock = clock
        self._limits = limits
        self._access = access or Access()
        self._transport = transport
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._open: dict[Connection, threading.Thread] = {}
        self._subscribed: dict[Connection, str] = {}
        self._others: dict[Connection, str] = {}
        """Connections that ask, by others than the service's own account and administrators."""
        self._allowance = Allowance(limits.requests, limits.size, clock)
        self._refused: dict[str, float] = {}
        self._listener: Listener | None = None
        self._acceptor: threading.Thread | None = None

    def start(self) -> str:
        """Take the address and begin to answer; returns the address. Raises ControlError."""
        self._listener = self._transport.listen(self._home, self._access.admits)
        self._acceptor = threading.Thread(
            target=self._accept_all, args=(self._listener,), name="control", daemon=True
        )
        self._acceptor.start()
        return self._listener.address

    def stop(self, within: float = 5.0) -> None:
        """Take no more requests, let running ones answer, leave nothing behind; safe twice."""
        deadline = self._clock.monotonic() + within
        self._stopping.set()
        if self._listener is not None:
            self._listener.hang_up()
        if self._acceptor is not None:
            self._acceptor.join()
        with self._lock:
            left = dict(self._open)
        for connection in left:
            connection.hang_up()
        for connection, thread in left.items():
            thread.join(max(0.0, deadline - self._clock.monotonic()))
            connection.close()
        if self._listener is not None:
            self._listener.close()

    def _accept_all(self, listener: Listener) -> None:
        while not self._stopping.is_set():
            try:
                connection = listener.accept(_ACCEPT_SECONDS)
            except OSError as error:  # out of file handles, most likely: some will be given back
                if not self._stopping.wait(_AFTER_FAILURE_SECONDS):
                    _logger.warning("no control connection could be taken: %s", error.strerror)
                continue
            if connection is not None:
                self._admit(connection)

    def _admit(self, connection: Connection) -> None:
        thread = threading.Thread(
            target=self._serve, args=(connection,), name="control-client", daemon=True
        )
        with self._lock:
            is_full = len(self._open) - len(self._subscribed) >= self._limits.connections
            if not is_full:
                self._open[connection] = thread
        if is_full:
            with suppress(OSError):
                connection.send(refusal(None, wire.REFUSED, _BUSY), 0.0)
            connection.close()
            return
        try:
            thread.start()
        except RuntimeError:  # the system has no thread for us now
            _logger.warning("no thread could be started for a control connection")
            self._release(connection)

    def _serve(self, connection: Connection) -> None:
        try:
            self._talk(connection)
        except wire.Malformed as error:
            with suppress(OSError):
                connection.send(refusal(None, wire.PARSE_ERROR, error), 0.0)
        except (OSError, wire.Gone):
            pass  # slow, gone, or broken: its own loss
        except Exception:
            _logger.exception("a control connection failed")
        finally:
            self._release(connection)

    def _talk(self, connection: Connection) -> None:
        peer = connection.identify(self._limits.request_seconds)
        caller = self._access.caller(peer)
        if caller is None:
            self._tell_refused(peer.name)
            error = NotAllowed(
                "Your account may not talk to this Waybill service.",
                hint="Use the service's own account, an administrator's, or ask for a role.",
            )
            connection.send(refusal(None, wire.REFUSED, error), 0.0)
            return
        if not peer.trusted and not self._has_room(connection, peer.name):
            connection.send(refusal(None, wire.REFUSED, _BUSY), 0.0)
            return
        greeting = wire.encode({**self._hello, "you": caller.as_json()})
        connection.send(greeting, self._limits.answer_seconds)
        lines = Lines(connection, self._clock)
        while not self._stopping.is_set():
            line = lines.read(self._limits.request_seconds)
            if line is None:
                break
            if self._allowance.take(caller.name, len(line)):
                reply = self._dispatcher.reply(line, caller)
            else:
                reply = self._dispatcher.declined(line, _TOO_MUCH)
                self._stopping.wait(_DECLINED_SECONDS)
            connection.send(reply.line, self._limits.answer_seconds)
            if reply.begins is not None:
                self._tell(connection, caller, reply.begins)
        if self._stopping.is_set():  # what was sent and never read may be asked again
            connection.send(refusal(None, wire.REFUSED, _BUSY), 0.0)

    def _has_room(self, connection: Connection, name: str) -> bool:
        with self._lock:
            names = list(self._others.values())
            is_full = (
                len(names) >= self._limits.for_others
                or names.count(name) >= self._limits.each_account
            )
            if not is_full:
                self._others[connection] = name
        return not is_full

    def _tell_refused(self, name: str) -> None:
        """In the log, and not over and over: whoever is refused could fill the disk with it."""
        now = self._clock.monotonic()
        with self._lock:
            is_news = now - self._refused.get(name, -_AGAIN_SECONDS) >= _AGAIN_SECONDS
            if is_news:
                self._refused = {
                    k: at for k, at in self._refused.items() if now - at < _AGAIN_SECONDS
                }
                self._refused[name] = now
        if is_news:
            _logger.warning("a control connection of %s was refused", name)

    def _tell(self, connection: Connection, caller: Caller, begun: Snapshot) -> None:
        with self._lock:
            names = list(self._subscribed.values())
            is_full = (
                len(names) >= self._limits.subscriptions
                or names.count(caller.name) >= self._limits.each_account
            )
            if not is_full:
                self._subscribed[connection] = caller.name
                self._others.pop(connection, None)
        if is_full:
            connection.send(refusal(None, wire.REFUSED, _BUSY), 0.0)
            raise wire.Gone
        within = self._limits.answer_seconds
        try:
            self._feed.tell(connection, caller, begun, self._stopping, within)
        except WaybillError as error:  # whoever wants to go on asks again, and is told why not
            raise wire.Gone from error

    def _release(self, connection: Connection) -> None:
        connection.close()
        with self._lock:
            self._open.pop(connection, None)
            self._subscribed.pop(connection, None)
            self._others.pop(connection, None)
