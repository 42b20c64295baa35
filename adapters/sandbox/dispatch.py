"""From a request to an answer, through the faults: who serves it, and what goes wrong on the way."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from adapters.sandbox import routes
from adapters.sandbox.admin import Admin
from adapters.sandbox.faults import Fault, Kind
from adapters.sandbox.hooks import Hooks
from adapters.sandbox.org import Org, limit_exceeded
from adapters.sandbox.wire import ApiError, Cut, Request, Response
from agent.ports import Stop

_WRITES = frozenset({"POST", "PATCH", "PUT", "DELETE"})
_LOGIN_PAGE = b"""<!DOCTYPE html>
<html><head><title>Login</title></head><body><form action="/login"><input name="username">
<input name="pw" type="password"><button>Log In</button></form></body></html>
"""

Later = Callable[[float, Callable[[], object]], None]
"""Does something after so many seconds, in another thread."""


class _About(NamedTuple):
    """What faults want to know of a request."""

    name: str
    method: str
    is_hook: bool
    is_data: bool

    @property
    def is_write(self) -> bool:
        return self.method in _WRITES and (self.is_data or self.is_hook)


class Dispatch:
    """Serves requests. Safe to use from any thread."""

    def __init__(self, org: Org, hooks: Hooks, admin: Admin, stop: Stop, later: Later) -> None:
        self.crashes: list[str] = []
        """Tracebacks of the sandbox's own mistakes: a test looks that there are none."""
        self._org = org
        self._hooks = hooks
        self._admin = admin
        self._stop = stop
        self._later = later

    def serve(self, request: Request) -> Response:
        """Answer a request. Raises Cut: the connection is to be reset instead."""
        try:
            if request.path.startswith("/sandbox/"):
                return self._admin.serve(request)
            return self._with_faults(request)
        except ApiError as error:
            return error.answer()
        except Cut:
            raise
        except Exception:  # noqa: BLE001 - a mistake of ours must not look like a fault of the menu
            self.crashes.append(traceback.format_exc())
            return ApiError(500, "UNKNOWN_EXCEPTION", "An unexpected error occurred.").answer()

    def _with_faults(self, request: Request) -> Response:
        about = self._about(request)
        slow = self._take("slow", about)
        if slow is not None:
            self._stop.wait(slow.seconds)
        if self._take("drop_before", about):
            raise Cut
        if self._take("unavailable", about):
            raise ApiError(503, "SERVER_UNAVAILABLE", "Server temporarily unavailable")
        if self._take("html", about):
            return Response(200, _LOGIN_PAGE, content_type="text/html; charset=UTF-8")
        self._refuse(about)
        late = self._take("late_commit", about) if about.is_write else None
        if late is not None:
            self._later(late.seconds, lambda: self._commit_late(request, about))
            raise Cut
        response = self._answered(request, about)
        if about.is_write and self._take("commit_then_drop", about):
            raise Cut
        if response.body and self._take("truncated", about):
            return replace(response, body=response.body[: len(response.body) // 2])
        return response

    def _refuse(self, about: _About) -> None:
        if not (about.is_data or about.is_hook):
            return
        if self._take("unauthorized", about):
            raise _session_expired()
        if self._take("limit", about):
            if about.is_hook:
                raise ApiError(429, "TOO_MANY_REQUESTS", "Slow down.", {"Retry-After": "1"})
            raise limit_exceeded({"Sforce-Limit-Info": self._org.limit_info()})

    def _commit_late(self, request: Request, about: _About) -> None:
        try:
            self._answered(request, about)
        except ApiError:
            return  # refused, and nobody is there to hear it

    def _answered(self, request: Request, about: _About) -> Response:
        if about.is_hook:
            return self._hooks.receive(about.name, request)
        org = self._org
        with org.lock:
            org.requests += 1
            if request.path == "/services/oauth2/token" and request.method == "POST":
                return org.signin.token(request)
            if request.path.rstrip("/") == "/services/data" and request.method == "GET":
                return routes.versions()
            if not about.is_data:
                raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
            if not org.signin.is_good(request.headers.get("authorization", "")):
                raise _session_expired()
            usage = {"Sforce-Limit-Info": org.count_call()}
            org.records.request = org.requests
            try:
                response = routes.call(org, request)
            except ApiError as error:
                response = error.answer()
        return replace(response, headers={**response.headers, **usage})

    def _about(self, request: Request) -> _About:
        is_hook = request.path.startswith("/hook/")
        is_data = request.path.startswith("/services/data/v")
        if is_hook:
            name = request.path.removeprefix("/hook/")
        else:
            name = routes.touched(self._org, request) if is_data else ""
        return _About(name, request.method, is_hook, is_data)

    def _take(self, kind: Kind, about: _About) -> Fault | None:
        return self._org.faults.take(kind, about.name, about.method)


def _session_expired() -> ApiError:
    return ApiError(
        401,
        "INVALID_SESSION_ID",
        "Session expired or invalid",
        {"WWW-Authenticate": "Token"},
    )
