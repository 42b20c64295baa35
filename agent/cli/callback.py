"""Where a browser comes back to after a sign-in: one answer on a port of the loopback (RFC 8252)."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from agent.errors import WaybillError
from agent.ports import Clock

_PAGE = b"""<!doctype html><html><head><title>Waybill</title></head><body>
<p>Waybill has what it needs. Close this page and look at the command line.</p></body></html>
"""


class Callback:
    """Listens while the `with` block runs."""

    def __init__(self, port: int) -> None:
        self._brought: list[str] = []
        brought = self._brought

        class Handler(BaseHTTPRequestHandler):
            """Answers the browser; nothing of the address reaches a log."""

            timeout = 5

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                is_ours = parts.path == "/callback" and bool(parts.query)
                if is_ours:
                    brought.append(parts.query)
                self.send_response(200 if is_ours else 404)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.send_header("connection", "close")
                self.end_headers()
                self.wfile.write(_PAGE if is_ours else b"")

            def log_message(self, *_: Any) -> None:
                """The query holds a code that signs in."""

        try:
            self._server = HTTPServer(("127.0.0.1", port), Handler)
        except OSError as error:
            raise WaybillError(
                f"Port {port} of this machine is taken.",
                code="PORT_TAKEN",
                hint="Close what uses it, or set another port in sign_in and in the CRM's app; or "
                "sign in with --paste.",
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.server_close()

    def wait(self, clock: Clock, seconds: float) -> str:
        """The query that the browser brings. Raises WaybillError when nobody came in time."""
        until = clock.monotonic() + seconds
        while not self._brought:
            left = until - clock.monotonic()
            if left <= 0:
                raise late()
            self._server.timeout = left
            self._server.handle_request()
        return self._brought[0]


def late() -> WaybillError:
    """Nobody came in time."""
    return WaybillError(
        "Nobody signed in.",
        code="SIGN_IN_LATE",
        hint="Run it again; without a browser on this machine: --paste.",
    )
