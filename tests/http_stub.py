"""A server whose every answer a test writes, over real sockets; and a certificate authority."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from agent.clock import SystemClock
from agent.errors import SecretMissing
from agent.ports import AdapterContext, Clock


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


Script = Callable[[Asked], bytes | Iterator[bytes] | None]
"""Raw bytes to answer with, piece by piece if it is an iterator; None cuts the connection."""


def reply(status: int = 200, body: bytes = b"", **headers: str) -> bytes:
    """A whole answer; `content_type="..."` becomes `content-type: ...`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    named = {"content-length": str(len(body)), **named}
    lines = [f"HTTP/1.1 {status} Said", *(f"{name}: {value}" for name, value in named.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def json_reply(status: int, body: bytes, **headers: str) -> bytes:
    return reply(status, body, content_type="application/json; charset=UTF-8", **headers)


@dataclass
class Stub:
    """Listens on a free port of 127.0.0.1 until the `with` block ends."""

    script: Script
    tls: ssl.SSLContext | None = None
    tunnel_to: int = 0
    """As a proxy: the local port that every CONNECT really leads to."""
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for sock in [self._listener, *self._open]:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}" if self.tls else f"http://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                self.connections += 1
                self._open.add(sock)
                threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        with suppress(OSError), sock:
            sock.settimeout(20)
            if self.tls is not None:
                plain, sock = sock, self.tls.wrap_socket(sock, server_side=True)
                self._open.discard(plain)
                self._open.add(sock)
            with sock, sock.makefile("rb") as stream:
                while asked := _read(stream):
                    self.asked.append(asked)
                    if self.tunnel_to and asked.method == "CONNECT":
                        self._tunnel(sock)
                        break
                    said = self.script(asked)
                    if said is None:
                        break
                    for piece in [said] if isinstance(said, bytes) else said:
                        sock.sendall(piece)
        self._open.discard(sock)

    def _tunnel(self, sock: socket.socket) -> None:
        with socket.create_connection(("127.0.0.1", self.tunnel_to)) as far:
            sock.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            threading.Thread(target=_pump, args=(sock, far), daemon=True).start()
            _pump(far, sock)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


def _read(stream: object) -> Asked | None:
    line = stream.readline()
    if not line:
        return None
    method, target, _ = line.decode().split(" ", 2)
    headers = {}
    while (header := stream.readline().decode().strip()) != "":
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", 0)))
    return Asked(method, target, headers, body)


# --- what adapters are given ----------------------------------------------------------------------


class Secrets(dict[str, str]):
    """A secret store in memory."""

    def __repr__(self) -> str:
        return f"Secrets({len(self)})"

    def get(self, name: str) -> str:
        if name not in self:
            raise SecretMissing(f"The secret {name} is not set.")
        return self[name]

    def set(self, name: str, value: str) -> None:
        self[name] = value


def context(
    folder: Path, clock: Clock | None = None, name: str = "crm", **secrets: str
) -> AdapterContext:
    named = Secrets({key.replace("_", "-"): value for key, value in secrets.items()})
    return AdapterContext(name, clock or SystemClock(), named, folder)


# --- certificates ---------------------------------------------------------------------------------


@dataclass
class Authority:
    """Signs certificates for test servers."""

    name: str
    folder: Path

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])
        self._certificate = self._signed(self._subject, self._key.public_key(), is_ca=True)
        self.file = self.folder / f"{self.name}.pem"
        self.file.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def server(self, host: str = "localhost", *, expired: bool = False) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        certificate = self._signed(subject, key.public_key(), host=host, expired=expired)
        chain = self.folder / f"{self.name}-{host}-{expired}.pem"
        chain.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(chain)
        return tls

    def _signed(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        *,
        is_ca: bool = False,
        host: str = "",
        expired: bool = False,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        until = now - timedelta(days=1) if expired else now + timedelta(days=2)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._subject)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=3))
            .not_valid_after(until)
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        )
        if host:
            names = [x509.DNSName(host), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            builder = builder.add_extension(
                x509.SubjectAlternativeName(names if host == "localhost" else names[:1]),
                critical=False,
            )
        return builder.sign(self._key, hashes.SHA256())


@contextmanager
def closed_port() -> Iterator[int]:
    """A port on which nobody listens (bound, so that nobody else takes it)."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock.getsockname()[1]
