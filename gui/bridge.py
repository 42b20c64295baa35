"""The one way from the window to the service: questions, and a status that keeps itself fresh.

Everything is asynchronous: answers come as calls in the window's thread, never is it waited for.
A service that is away is tried again after 2 seconds, then ever later, at most every 60; `lost`
is said once for each cause, so that nothing storms. A service that knows no `subscribe` is asked
for its status again and again instead.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal
from shiboken6 import isValid

from agent.control import client
from agent.control.api import METHODS
from agent.control.patch import patched
from gui.channel import BROKE_OFF, Channel, Fault

__all__ = ["Bridge", "Fault"]

Answer = dict[str, Any]
Done = Callable[[Answer], None]
Failed = Callable[[Fault], None]

_TOGETHER: Final = 6
"""Questions under way at once; the others wait their turn."""
_ANSWER_MS: Final = 60_000
_HEARTBEAT_MS: Final = 15_000
"""Three missed heartbeats."""
_POLL_MS: Final = 2_000
_FIRST_PAUSE_MS: Final = 2_000
_LONGEST_PAUSE_MS: Final = 60_000
AGAIN_MS: Final = 250
_TRIES: Final = 60
"""How often a question is put again while the service is busy or has only stepped out."""
_UNSURE: Final = 3
"""How often while nobody listens and nobody said why: its note goes when it is back."""
_NOBODY: Final[Answer] = {"name": "", "role": "viewer", "kinds": None}
_OWN_ACCOUNT: Final[Answer] = {"name": "", "role": "engineer", "kinds": None}
"""A service that does not say who we are admits only its own account and administrators."""
_UNKNOWN_METHOD: Final = "UNKNOWN_METHOD"
_BUSY: Final = "SERVICE_BUSY"
_ABSENT: Final = "SERVICE_UNREACHABLE"


class Bridge(QObject):
    """Talks to the service of one home folder. One per window."""

    status_changed = Signal(object)
    """The whole status (`agent.control.answers.Status` as a dict)."""
    changed = Signal(str)
    """Something grew in the service: `exceptions`, `holds`, `config`, `mappings`, `secrets` ..."""
    connected = Signal()
    lost = Signal(str, str)
    """Code and title of why nobody answers."""
    me_changed = Signal(object)

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.home = home
        self.status: Answer | None = None
        """The latest; None until the first, and again once the service is lost."""
        self.me: Answer = dict(_NOBODY)
        self.fault: Fault | None = None
        """Why there is no connection; None while there is one."""
        self._known: Answer | None = None
        """The latest status, also while nobody answers: what changed meanwhile is told too."""
        self._age = QElapsedTimer()
        self._subscribed: Channel | None = None
        self._polls = False
        self._pause = _FIRST_PAUSE_MS
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._watch)
        self._waiting: deque[_Question] = deque()
        self._under_way: set[_Question] = set()

    @property
    def is_connected(self) -> bool:
        """Whether the status is fresh."""
        return self.status is not None

    @property
    def is_quiet(self) -> bool:
        """Whether no question waits for its answer."""
        return not self._waiting and not self._under_way

    def age(self) -> float | None:
        """Seconds since the service last gave a sign of life; None while it is away."""
        return self._age.elapsed() / 1000 if self.is_connected else None

    def start(self) -> None:
        """Begin to watch the status."""
        self._watch()

    def stop(self) -> None:
        """Hear nothing any more."""
        self._timer.stop()
        if self._subscribed is not None:
            self._subscribed.close()
            self._subscribed = None
        self._waiting.clear()
        for question in self._under_way:
            question.drop()
        self._under_way.clear()

    def retry(self) -> None:
        """Try at once, because a person wants it."""
        if not self.is_connected:
            self._pause = _FIRST_PAUSE_MS
            self._watch()

    def ask(
        self,
        method: str,
        params: Mapping[str, object] | None = None,
        done: Done | None = None,
        failed: Failed | None = None,
        *,
        owner: QObject,
    ) -> None:
        """Ask; exactly one of `done` and `failed` is called later, none when `owner` is gone."""
        self._waiting.append(_Question(self, method, dict(params or {}), done, failed, owner))
        self._next()

    # --- questions --------------------------------------------------------------------------------

    def _next(self) -> None:
        while self._waiting and len(self._under_way) < _TOGETHER:
            question = self._waiting.popleft()
            if question.is_wanted():
                self._under_way.add(question)
                question.put()

    def finished(self, question: _Question) -> None:
        """Said by a question that got its answer, or gave up."""
        self._under_way.discard(question)
        self._next()

    # --- the status -------------------------------------------------------------------------------

    def _watch(self) -> None:
        self._timer.stop()
        if self._subscribed is not None:
            self._subscribed.close()
        method, within = ("status", _ANSWER_MS) if self._polls else ("subscribe", _HEARTBEAT_MS)
        channel = Channel(self.home, client.request_line(method, {}), within, self)
        channel.greeted.connect(self._greeted)
        channel.heard.connect(self._heard)
        channel.ended.connect(self._ended)
        self._subscribed = channel
        channel.open()

    def _greeted(self, greeting: Answer) -> None:
        me = greeting.get("you")
        me = me if isinstance(me, dict) else dict(_OWN_ACCOUNT)
        if me != self.me:
            self.me = me
            self.me_changed.emit(me)

    def _heard(self, said: Answer) -> None:
        self._age.start()
        if isinstance(result := said.get("result"), dict):
            self._take(result)
            if self._polls and self._subscribed is not None:
                self._subscribed.close()
                self._subscribed = None
                self._timer.start(_POLL_MS)
        elif said.get("method") == "status" and self.status is not None:
            params = said.get("params")
            patch = params.get("patch") if isinstance(params, dict) else None
            if patch and isinstance(patch, dict):
                self._take(patched(self.status, patch))

    def _take(self, status: Answer) -> None:
        former, self.status = self.status, status
        known, self._known = self._known, status
        self._pause = _FIRST_PAUSE_MS
        self.fault = None
        if former is None:
            self.connected.emit()
        if status != former:
            self.status_changed.emit(status)
        for topic in grown(known, status):
            self.changed.emit(topic)

    def _ended(self, fault: Fault) -> None:
        self._subscribed = None
        if fault.code == _UNKNOWN_METHOD and not self._polls:
            self._polls = True
            self._timer.start(0)
            return
        self._polls = False  # the next service may know better
        said = self.fault
        self.status, self.fault = None, fault
        self._timer.start(self._pause)
        self._pause = min(2 * self._pause, _LONGEST_PAUSE_MS)
        if said is None or (said.code, said.title) != (fault.code, fault.title):
            self.lost.emit(fault.code, fault.title)


class _Question:
    """One thing that was asked, until its answer."""

    def __init__(
        self,
        bridge: Bridge,
        method: str,
        params: dict[str, object],
        done: Done | None,
        failed: Failed | None,
        owner: QObject,
    ) -> None:
        self._bridge = bridge
        self._method, self._params = method, params
        self._done, self._failed, self._owner = done, failed, owner
        self._channel: Channel | None = None
        self._tries = _TRIES
        self._unsure = _UNSURE
        self._is_dropped = False

    def is_wanted(self) -> bool:
        return bool(isValid(self._owner))

    def put(self) -> None:
        bridge = self._bridge
        if self._is_dropped or not isValid(bridge):  # it closed before this was asked once more
            return
        try:
            request = client.request_line(self._method, self._params)
        except client.WaybillError as error:
            fault = Fault.of(error)
            QTimer.singleShot(0, bridge, lambda: self._ended(fault))
            return
        self._channel = Channel(bridge.home, request, _ANSWER_MS, bridge)
        self._channel.heard.connect(self._heard)
        self._channel.ended.connect(self._ended)
        self._channel.open()

    def drop(self) -> None:
        self._is_dropped = True
        if self._channel is not None:
            self._channel.close()

    def _heard(self, answer: Answer) -> None:
        self.drop()
        self._bridge.finished(self)
        result = answer.get("result")
        if self._done is not None and self.is_wanted():
            self._done(result if isinstance(result, dict) else {})

    def _ended(self, fault: Fault) -> None:
        is_back_soon = fault.code == _ABSENT and self._may_be_back()
        is_back_soon |= fault.code == BROKE_OFF and self._is_harmless()
        if self._tries and (is_back_soon or fault.code == _BUSY):
            self._tries -= 1
            # PySide keeps no reference to what a bound method belongs to (6.11): it would call
            # whatever lies there by then, once nobody holds this question any more.
            QTimer.singleShot(AGAIN_MS, self._bridge, partial(_Question.put, self))
            return
        self._bridge.finished(self)
        if self._failed is not None and self.is_wanted():
            self._failed(fault)

    def _may_be_back(self) -> bool:
        """Whether the service said so; without its word it may have come back just now."""
        if client.is_coming_back(self._bridge.home):
            return True
        self._unsure -= 1
        return self._unsure >= 0

    def _is_harmless(self) -> bool:
        """Whether it may be asked twice: it never got there, or it changes nothing."""
        method = METHODS.get(self._method)
        was_sent = self._channel is not None and self._channel.may_be_heard
        return not was_sent or (method is not None and not method.writes)


def grown(former: Answer | None, status: Answer) -> list[str]:
    """What changed in the service between two statuses, as far as they tell."""
    if former is None:
        return []
    if isinstance(now := status.get("changes"), dict):
        before = former.get("changes")
        before = before if isinstance(before, dict) else {}
        return [topic for topic, count in now.items() if before.get(topic) != count]
    counts, was = status.get("counts", {}), former.get("counts", {})
    states = {"exceptions": "parked", "holds": "held"}
    return [topic for topic, state in states.items() if counts.get(state) != was.get(state)]
