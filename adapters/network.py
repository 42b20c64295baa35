"""Sockets under one deadline: the floor below `adapters.http`, used by nobody else.

A read timeout bounds each wait, not the request: a peer that sends a byte every ten seconds would
hold a sender for hours. Here every read, write, connect and handshake of one attempt draws on the
same total deadline. It is also known here, and only here, whether a byte of the request left: what
fails before that certainly had no effect.
"""

from __future__ import annotations

import math
import socket
import ssl
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpcore
import truststore
from cryptography import x509
from cryptography.x509.oid import NameOID

from agent.ports import Clock


class Attempt(threading.local):
    """What one thread is sending right now."""

    deadline: float = math.inf
    sent: bool = False

    def begin(self, deadline: float) -> None:
        """Start a new attempt: nothing has left yet."""
        self.deadline = deadline
        self.sent = False


class DeadlineBackend(httpcore.NetworkBackend):
    """Opens connections whose every wait ends with the attempt.

    `proxied`: the first bytes on a connection go to a proxy and are no part of the request.
    """

    def __init__(self, clock: Clock, attempt: Attempt, *, proxied: bool) -> None:
        self._clock = clock
        self._attempt = attempt
        self._proxied = proxied
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect, within what is left of the attempt."""
        left = _left(self._clock, self._attempt, timeout, httpcore.ConnectTimeout)
        stream = self._inner.connect_tcp(host, port, left, local_address, socket_options)
        return _Stream(stream, self._clock, self._attempt, counts=not self._proxied)


class _Stream(httpcore.NetworkStream):
    """A connection that spends the attempt's deadline and notes when the request begins."""

    def __init__(
        self, inner: httpcore.NetworkStream, clock: Clock, attempt: Attempt, *, counts: bool
    ) -> None:
        self._inner = inner
        self._clock = clock
        self._attempt = attempt
        self._counts = counts

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = _left(self._clock, self._attempt, timeout, httpcore.ReadTimeout)
        return self._inner.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if self._counts and buffer:
            self._attempt.sent = True
        sock: socket.socket = self._inner.get_extra_info("socket")
        rest = memoryview(buffer)
        try:
            while rest:  # httpcore's own loop would grant each part the same time again
                sock.settimeout(_left(self._clock, self._attempt, timeout, httpcore.WriteTimeout))
                rest = rest[sock.send(rest) :]
        except TimeoutError as error:
            raise httpcore.WriteTimeout(error) from error
        except OSError as error:
            raise httpcore.WriteError(error) from error

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(self._clock, self._attempt, timeout, httpcore.ConnectTimeout)
        stream = self._inner.start_tls(ssl_context, server_hostname, left)
        return _Stream(stream, self._clock, self._attempt, counts=True)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)

    def close(self) -> None:
        self._inner.close()


def _left(
    clock: Clock, attempt: Attempt, timeout: float | None, late: type[Exception]
) -> float | None:
    if math.isinf(attempt.deadline):
        return timeout
    left = attempt.deadline - clock.monotonic()
    if left <= 0:
        raise late("the deadline of the request has passed")
    return left if timeout is None else min(left, timeout)


def trust(ca_file: Path | None) -> ssl.SSLContext:
    """The operating system's trust store, and the named authorities beside it. TLS 1.2 or newer.

    Raises OSError (`ssl.SSLError` is one) when the file cannot be read or holds no certificate.
    """
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file is not None:
        context.load_verify_locations(cafile=ca_file)
    return context


def issuer_shown(host: str, port: int, timeout: float) -> str:
    """Who signed the certificate that a refused host shows; for a message to a person only.

    A handshake without verification, closed at once: nothing is sent over it.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((host, port), timeout) as plain,
            context.wrap_socket(plain, server_hostname=host) as secure,
        ):
            shown = secure.getpeercert(binary_form=True)
    except OSError:
        return "unknown"
    return issuer_of(shown)


def issuer_of(certificate: bytes | None) -> str:
    """Who signed a certificate (DER), in a word for people."""
    try:
        issuer = x509.load_der_x509_certificate(certificate or b"").issuer
    except ValueError:
        return "unknown"
    names = [
        *issuer.get_attributes_for_oid(NameOID.COMMON_NAME),
        *issuer.get_attributes_for_oid(NameOID.ORGANIZATION_NAME),
    ]
    return str(names[0].value)[:100] if names else "unknown"
