"""From a request to an answer, through the faults: who serves it, and what goes wrong on the way."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import get_args

from adapters.sandbox.admin import Admin
from adapters.sandbox.core import Core
from adapters.sandbox.dialect import About, Dialect
from adapters.sandbox.faults import Fault, Kind, Worded
from adapters.sandbox.hooks import Hooks
from adapters.sandbox.wire import ApiError, Cut, Request, Response
from agent.ports import Stop

_HOOK = "/hook/"
_ANYWHERE = frozenset({"unavailable", "error", "html"})
"""Worded faults that meet every request; the others need work with records, or a sign-in."""

Later = Callable[[float, Callable[[], object]], None]
"""Does something after so many seconds, in another thread."""


class Dispatch:
    """Serves requests. Safe to use from any thread."""

    def __init__(
        self, core: Core, dialect: Dialect, hooks: Hooks, admin: Admin, stop: Stop, later: Later
    ) -> None:
        self.crashes: list[str] = []
        """Tracebacks of the sandbox's own mistakes: a test looks that there are none."""
        self._core = core
        self._dialect = dialect
        self._hooks = hooks
        self._admin = admin
        self._stop = stop
        self._later = later

    def serve(self, request: Request) -> Response:
        """Answer a request. Raises Cut: the connection is to be reset instead."""
        try:
            if request.path.startswith("/sandbox/"):
                return self._admin.serve(request)
            with self._counted():
                return self._with_faults(request)
        except ApiError as error:
            return error.answer()
        except Cut:
            raise
        except Exception:  # noqa: BLE001 - a mistake of ours must not look like a fault of the menu
            self.crashes.append(traceback.format_exc())
            return ApiError(500, "SANDBOX_BROKEN", "The sandbox made a mistake.").answer()

    @contextmanager
    def _counted(self) -> Iterator[None]:
        traffic = self._core.traffic
        with self._core.lock:
            traffic.arrived += 1
            traffic.at_once += 1
            traffic.most_at_once = max(traffic.most_at_once, traffic.at_once)
        try:
            yield
        finally:
            with self._core.lock:
                traffic.at_once -= 1

    def _with_faults(self, request: Request) -> Response:
        is_hook = request.path.startswith(_HOOK)
        about = self._about(request)
        slow = self._take("slow", about, request)
        if slow is not None:
            self._stop.wait(slow.seconds)
        cut = self._take("drop_before", about, request)
        refused = None if cut else self._refused(request, about, is_hook=is_hook)
        if cut or refused is not None:
            with self._core.lock:
                self._core.traffic.refused += 1
        if cut:
            raise Cut
        if refused is not None:
            return refused
        late = self._take("late_commit", about, request) if about.is_write else None
        if late is not None:
            self._later(late.seconds, lambda: self._answered(request))
            raise Cut
        response = self._answered(request)
        if about.is_write and self._take("commit_then_drop", about, request):
            raise Cut
        if response.body and self._take("truncated", about, request):
            return replace(response, body=response.body[: len(response.body) // 2])
        return response

    def _refused(self, request: Request, about: About, *, is_hook: bool) -> Response | None:
        wording = self._hooks if is_hook else self._dialect
        for kind in get_args(Worded):
            meant = about.is_sign_in if kind == "sign_in" else about.is_data
            if (meant or kind in _ANYWHERE) and self._take(kind, about, request):
                with self._core.lock:
                    return wording.fault(kind)
        told = self._take("refuse", about, request) if about.is_data else None
        if told is None:
            return None
        with self._core.lock:
            return wording.worded(ApiError(told.status, told.code, told.message))

    def _answered(self, request: Request) -> Response:
        if request.path.startswith(_HOOK):
            return self._hooks.receive(request.path.removeprefix(_HOOK), request)
        with self._core.lock:
            self._core.requests += 1
            try:
                return self._dialect.serve(request)
            except ApiError as error:
                return self._dialect.worded(error)

    def _about(self, request: Request) -> About:
        if request.path.startswith(_HOOK):
            name = request.path.removeprefix(_HOOK)
            return About(name, is_data=True, is_write=request.method != "GET")
        with self._core.lock:
            return self._dialect.about(request)

    def _take(self, kind: Kind, about: About, request: Request) -> Fault | None:
        return self._core.faults.take(kind, about.name, request.method, request.path)
