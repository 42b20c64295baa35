"""The sockets: HTTP/1.1 over TLS on loopback, a thread per connection, and ways to break off.

Going down closes the listening socket and resets what is open; coming up takes the same port.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import socket
import ssl
import struct
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from adapters.sandbox.wire import ApiError, Cut, Request, Response

HOST = "127.0.0.1"
_HANDSHAKE_SECONDS = 10
_IDLE_SECONDS = 120
_LONGEST_TARGET = 16_384
_LONGEST_BODY = 64 * 1024 * 1024
_IS_WINDOWS = os.name == "nt"
_RESET = struct.pack("hh" if _IS_WINDOWS else "ii", 1, 0)  # SO_LINGER: closing sends a reset
_PHRASES = {status.value: status.phrase for status in HTTPStatus}

Serve = Callable[[Request], Response]


class Listener:
    """One port that can go down and come up again."""

    def __init__(self, serve: Serve, tls: ssl.SSLContext, port: int) -> None:
        self.port = port
        self._serve = serve
        self._tls = tls
        self._lock = Lock()
        self._server: _Server | None = None
        self._thread: Thread | None = None

    def open(self) -> None:
        """Listen. The first time, port 0 becomes a free one. Raises OSError."""
        with self._lock:
            if self._server is not None:
                return
            server = _Server(self._serve, self._tls, self.port)
            self.port = server.server_address[1]
            self._server = server
            self._thread = Thread(
                target=server.serve_forever, args=(0.05,), name="sandbox-listener", daemon=True
            )
            self._thread.start()

    def close(self) -> None:
        """Listen no more and reset every connection."""
        with self._lock:
            server, thread = self._server, self._thread
            self._server = self._thread = None
            if server is None or thread is None:
                return
            server.shutdown()
            server.server_close()
            thread.join()
            server.reset_all()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, serve: Serve, tls: ssl.SSLContext, port: int) -> None:
        self.serve = serve
        self._tls = tls
        self._open: set[socket.socket] = set()
        self._open_lock = Lock()
        self._is_closed = False
        super().__init__((HOST, port), _Handler)

    def server_bind(self) -> None:
        """Bind without the base's look-up of our own name."""
        if not _IS_WINDOWS:  # there it would let two servers share a port
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, self.server_address[1]

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands and serve, in the connection's own thread."""
        request.settimeout(_HANDSHAKE_SECONDS)
        with (
            contextlib.suppress(OSError),
            self._tls.wrap_socket(
                request, server_side=True, do_handshake_on_connect=False
            ) as connection,
        ):
            with self._open_lock:
                if self._is_closed:
                    return
                self._open.add(connection)
            try:
                connection.do_handshake()
                _Handler(connection, client_address, self)
            finally:
                with self._open_lock:
                    self._open.discard(connection)

    def reset_all(self) -> None:
        """Break off every connection; their threads notice and end."""
        with self._open_lock:
            self._is_closed = True
            for connection in self._open:
                reset(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A broken connection is nothing to print."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = _IDLE_SECONDS
    server: _Server

    def _answer(self) -> None:
        try:
            response = self.server.serve(self._request())
        except ApiError as error:
            self.close_connection = True
            response = error.answer()
        except Cut:
            self.close_connection = True
            reset(self.connection)
            return
        self.wfile.write(self._head(response) + response.body)

    do_GET = do_POST = do_PATCH = do_PUT = do_MERGE = do_DELETE = _answer  # noqa: N815 - what http.server calls

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """The write log is the only log."""

    def _request(self) -> Request:
        body = self._body()
        if len(self.path) > _LONGEST_TARGET:
            raise ApiError(414, "URI_TOO_LONG", "The URI is longer than 16,384 bytes.")
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        if headers.get("content-encoding", "").lower() == "gzip":
            try:
                body = gzip.decompress(body)
            except (OSError, EOFError):
                raise ApiError(400, "BAD_REQUEST", "The body is not gzip.") from None
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        return Request(self.command, parts.path, query, headers, body)

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunks()
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > _LONGEST_BODY:
            raise ApiError(413, "TOO_LARGE", "The body is too large.")
        return self._exactly(int(length))

    def _chunks(self) -> bytes:
        body = bytearray()
        while True:
            try:
                size = int(self.rfile.readline(64).split(b";")[0], 16)
            except ValueError:
                raise ApiError(400, "BAD_REQUEST", "The chunks are broken.") from None
            if len(body) + size > _LONGEST_BODY:
                raise ApiError(413, "TOO_LARGE", "The body is too large.")
            body += self._exactly(size)
            self.rfile.readline(64)
            if not size:
                return bytes(body)

    def _exactly(self, size: int) -> bytes:
        data = self.rfile.read(size)
        if len(data) < size:  # the client went away in the middle: nobody to answer
            raise Cut
        return data

    def _head(self, response: Response) -> bytes:
        lines = [
            f"HTTP/1.1 {response.status} {_PHRASES.get(response.status, 'Unknown')}",
            f"Date: {self.date_time_string()}",
        ]
        lines += [f"{name}: {value}" for name, value in response.headers.items()]
        if response.status != HTTPStatus.NO_CONTENT:
            lines += [
                f"Content-Type: {response.content_type}",
                f"Content-Length: {len(response.body)}",
            ]
        if self.close_connection:
            lines.append("Connection: close")
        return "\r\n".join([*lines, "", ""]).encode("latin-1")


def reset(connection: socket.socket) -> None:
    """Break a connection off, from any thread."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        # Not SSLSocket's: that would let a write of another thread go out in plain text.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
