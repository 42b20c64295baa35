"""What the window is tried against: a service of its own on a real socket, from a table.

`FakeService` speaks the control wire in threads: the greeting, requests, refusals, `subscribe` with
its patches. Its answers have the shapes of the real ones (`tests.gui.world`) and change as people
act; it remembers everything that it was asked. `tests.gui.stage` has the real agent instead.
"""

from __future__ import annotations

import contextlib
import copy
import queue
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

from agent.clock import SystemClock
from agent.control import wire
from agent.control.api import METHODS
from agent.control.dispatch import checked
from agent.control.transport import TRANSPORT
from agent.control.wire import Connection, Lines
from agent.errors import NotAllowed, WrongUse
from agent.runtime.narrow import Narrow
from tests.gui.contract import ROLES, TO_COME
from tests.gui.world import World

Answer = Mapping[str, Any] | Callable[[Mapping[str, Any]], Mapping[str, Any]]
_RANK = {"viewer": 1, "operator": 2, "engineer": 3}
_CLOSED = object()


@dataclass
class Refusal(Exception):
    """What the service says instead of an answer."""

    code: str
    title: str
    hint: str = ""
    params: dict[str, str] = field(default_factory=dict)

    def line(self, number: object) -> dict[str, Any]:
        data = {
            "code": self.code, "title": self.title, "hint": self.hint, "params": self.params,
        }  # fmt: skip
        error = {"code": wire.REFUSED, "message": self.title, "data": data}
        return {"jsonrpc": "2.0", "id": number, "error": error}


class FakeService:
    """A service of one home folder. `start` and `stop` may be called again and again."""

    def __init__(
        self,
        home: Path,
        world: World | None = None,
        *,
        role: str = "operator",
        name: str = "anna",
        kinds: list[str] | None = None,
        heartbeat: float = 1.0,
    ) -> None:
        self.home = home
        self.world = world or World()
        self.you = {"name": name, "role": role, "kinds": kinds}
        self.asked: list[tuple[str, dict[str, Any]]] = []
        """Every request in its order: method, parameters."""
        self.answers: dict[str, Answer] = {}
        """What a test wants answered instead of what the world says."""
        self.fails: dict[str, Refusal] = {}
        self.hang_ups: list[str] = []
        """At which the next connections end, one each: `` (at once), `deaf` (it greets and hears
        nothing more, as one that just stops does), or a method, unanswered."""
        self.gate: threading.Event | None = None
        """While it is set to an event, no request is answered before the event is."""
        self._heartbeat = heartbeat
        self._lock = threading.RLock()
        self._open: dict[Connection, threading.Thread] = {}
        self._told: list[queue.Queue[object]] = []
        self._listener: Any = None
        self._acceptor: threading.Thread | None = None
        self._stopping = threading.Event()

    # --- what a test does -------------------------------------------------------------------------

    def start(self) -> Self:
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._stopping = threading.Event()
        self._listener = TRANSPORT.listen(self.home)
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()
        return self

    def stop(self) -> None:
        """The service goes away: every connection ends, nobody listens."""
        if self._listener is None:
            return
        self._stopping.set()
        if self.gate is not None:
            self.gate.set()
        self._listener.hang_up()
        if self._acceptor is not None:
            self._acceptor.join()
        with self._lock:
            left = dict(self._open)
            told = list(self._told)
        for each in told:
            each.put(_CLOSED)
        for connection in left:
            with contextlib.suppress(OSError):
                connection.hang_up()
        for connection, thread in left.items():
            thread.join(5)
            connection.close()
        self._listener.close()
        self._listener = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def become(self, role: str) -> None:
        """From the next connection on, whoever asks has this role."""
        self.you = {**self.you, "role": role}

    def change(self, *topics: str, **patch: Any) -> None:
        """The status changes, and the counters of these topics grow; subscribers are told."""
        with self._lock:
            self.world.status.update(patch)
            for topic in topics:
                self.world.grow(topic)
            self._tell()

    def calls(self, method: str) -> list[dict[str, Any]]:
        """The parameters of every request of this method."""
        with self._lock:
            return [params for name, params in self.asked if name == method]

    # --- the wire ---------------------------------------------------------------------------------

    def _tell(self) -> None:
        status = self.world.whole_status()
        for each in self._told:
            each.put(status)

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                connection = self._listener.accept(1.0)
            except OSError:
                return
            if connection is None:
                continue
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            with self._lock:
                self._open[connection] = thread
            thread.start()

    def _serve(self, connection: Connection) -> None:
        try:
            self._talk(connection)
        except (OSError, wire.Gone, wire.Malformed):
            pass
        finally:
            with self._lock:
                self._open.pop(connection, None)
            connection.close()

    def _hangs_up(self, at: str) -> bool:
        with self._lock:
            is_now = self.hang_ups[:1] == [at]
            del self.hang_ups[: int(is_now)]
        return is_now

    def _greets(self, connection: Connection) -> bool:
        """Greet; whether it hears anything after that."""
        if self._hangs_up(""):
            return False
        greeting = {"api_version": 1, "version": "1.2.0", "agent": "ERP-SRV01", "you": self.you}
        if is_deaf := self._hangs_up("deaf"):
            connection.hang_up()
        connection.send(wire.encode(greeting), 5)
        return not is_deaf

    def _talk(self, connection: Connection) -> None:
        if not self._greets(connection):
            return
        lines = Lines(connection, SystemClock())
        while not self._stopping.is_set():
            line = lines.read(3600)
            if line is None:
                return
            request: Any = wire.decode(line)
            method, number = str(request["method"]), request["id"]
            params = dict(request.get("params") or {})
            with self._lock:
                self.asked.append((method, params))
            if self._hangs_up(method):
                return
            if self.gate is not None:
                self.gate.wait(20)
            try:
                if method == "subscribe" and method not in self.fails:
                    self._follow(connection, number)
                    return
                answer = self._answer(method, params)
            except Refusal as refused:
                connection.send(wire.encode(refused.line(number)), 5)
                continue
            connection.send(wire.encode({"jsonrpc": "2.0", "id": number, "result": answer}), 10)

    def _follow(self, connection: Connection, number: object) -> None:
        news: queue.Queue[object] = queue.Queue()
        with self._lock:
            known = self._seen(self.world.whole_status())
            self._told.append(news)
        try:
            connection.send(wire.encode({"jsonrpc": "2.0", "id": number, "result": known}), 5)
            while not self._stopping.is_set():
                try:
                    now = news.get(timeout=self._heartbeat)
                except queue.Empty:
                    now = known
                if now is _CLOSED:
                    return
                now = self._seen(now)
                patch = merge_patch(known, now)
                known = now
                told = {"jsonrpc": "2.0", "method": "status", "params": {"patch": patch}}
                connection.send(wire.encode(told), 5)
        finally:
            with self._lock:
                self._told.remove(news)

    def _seen(self, status: Any) -> Any:
        """The status as this person may know it."""
        if self.you["kinds"] is None:
            return status
        return self._narrow().answer("status", {}, self.you["kinds"], lambda *_: status)

    def _narrow(self) -> Narrow:
        flows = [SimpleNamespace(**flow) for flow in self.world.status["flows"]]
        return Narrow(flows, {flow.name: flow.source for flow in flows})

    def _answer(self, method: str, params: dict[str, Any]) -> Mapping[str, Any]:
        self._permitted(method, params)
        if method in self.fails:
            raise self.fails[method]
        with self._lock:
            if method == "me":
                return dict(self.you)
            if self.you["kinds"] is not None:
                return self._narrowed(method, params)
            return self._whole(method, params)

    def _narrowed(self, method: str, params: dict[str, Any]) -> Mapping[str, Any]:
        """What the real service lets through to a role for some kinds of records."""
        try:
            return self._narrow().answer(method, params, self.you["kinds"], self._whole)
        except NotAllowed as error:
            raise Refusal(error.code, error.title, error.hint, dict(error.params)) from error

    def _whole(self, method: str, params: dict[str, Any]) -> Mapping[str, Any]:
        with self._lock:
            given = self.answers.get(method)
            if callable(given):
                return given(params)
            if given is not None:
                return copy.deepcopy(dict(given))
            before = self.world.counters()
            try:
                found = self.world.answer(method, params, str(self.you["name"]))
            except KeyError:
                raise Refusal("UNKNOWN_METHOD", f"The scene has no answer to {method}.") from None
            if self.world.counters() != before:
                self._tell()
            return found

    def _permitted(self, method: str, params: Mapping[str, Any]) -> None:
        known = METHODS.get(method)
        if known is None and method not in TO_COME:
            raise Refusal("UNKNOWN_METHOD", "The service does not know this method.")
        if known is not None:
            needed, writes = known.role.name.lower(), known.writes
            try:
                checked(known, dict(params))
            except WrongUse as error:
                raise Refusal(error.code, error.title) from error
        else:
            needed, writes, names = TO_COME[method]
            if more := sorted(params.keys() - names):
                raise Refusal("WRONG_USE", f"{method} has no parameter {more[0]!r}.")
        role = str(self.you["role"])
        allowed = not writes if role == "auditor" else _RANK[role] >= _RANK[needed]
        if not allowed:
            raise Refusal(
                "NOT_ALLOWED",
                f"This needs the role {ROLES[needed]}.",
                "Ask whoever administers this computer.",
                {"role": needed},
            )


def merge_patch(old: Any, new: Any) -> dict[str, Any]:
    """What turns one object into another (RFC 7396); lists are replaced whole."""
    patch: dict[str, Any] = dict.fromkeys(old.keys() - new.keys())
    for name, value in new.items():
        before = old.get(name)
        if isinstance(before, dict) and isinstance(value, dict):
            if inner := merge_patch(before, value):
                patch[name] = inner
        elif before != value or name not in old:
            patch[name] = value
    return patch
