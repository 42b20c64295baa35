"""A mail server on a free port, as small as a test needs: STARTTLS or TLS, AUTH PLAIN, one inbox."""

from __future__ import annotations

import base64
import email
import email.policy
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import BinaryIO, Self


@dataclass
class Mail:
    """One that was taken."""

    sender: str
    to: list[str]
    message: EmailMessage
    signed_in: str
    under_tls: bool


@dataclass
class MailServer:
    """Listens until the `with` block ends."""

    tls: ssl.SSLContext | None = None
    starttls: bool = True
    accounts: dict[str, str] = field(default_factory=dict)
    refuses: frozenset[str] = frozenset()
    """Addresses that it does not take mail for."""
    broken: bool = False
    """Whether it closes every connection at once."""
    inbox: list[Mail] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    """What was said before TLS, word by word."""

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for sock in [self._listener, *self._open]:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self._open.add(sock)
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        with suppress(OSError):
            if self.broken:
                sock.close()
                return
            if self.tls is not None and not self.starttls:
                sock = self.tls.wrap_socket(sock, server_side=True)
            session = _Session(self, sock)
            try:
                session.run()
            finally:
                session.file.close()
                session.sock.close()
        sock.close()


class _Session:
    def __init__(self, server: MailServer, sock: socket.socket) -> None:
        self.server = server
        self.sock = sock
        self.file: BinaryIO = sock.makefile("rb")
        self.under_tls = isinstance(sock, ssl.SSLSocket)
        self.user, self.sender, self.to = "", "", [""]

    def run(self) -> None:
        self.say("220 test ESMTP")
        while line := self.file.readline(4096).decode("latin-1").strip():
            if not self.under_tls:
                self.server.tried.append(line)
            verb, _, rest = line.partition(" ")
            if verb.upper() == "QUIT":
                self.say("221 bye")
                return
            getattr(self, f"on_{verb.lower()}", self.unknown)(rest)

    def say(self, *lines: str) -> None:
        self.sock.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def unknown(self, _rest: str) -> None:
        self.say("500 what")

    def on_ehlo(self, _rest: str) -> None:
        offers = ["250-test"]
        if self.server.tls is not None and self.server.starttls and not self.under_tls:
            offers.append("250-STARTTLS")
        if self.server.accounts:
            offers.append("250-AUTH PLAIN")
        self.say(*offers, "250 SIZE 1000000")

    def on_starttls(self, _rest: str) -> None:
        self.say("220 go on")
        assert self.server.tls is not None
        self.file.close()
        self.sock = self.server.tls.wrap_socket(self.sock, server_side=True)
        self.file, self.under_tls = self.sock.makefile("rb"), True

    def on_auth(self, rest: str) -> None:
        _, user, password = base64.b64decode(rest.split()[1]).decode().split("\0")
        if self.server.accounts.get(user) != password:
            self.say("535 no")
            return
        self.user = user
        self.say("235 welcome")

    def on_mail(self, rest: str) -> None:
        if self.server.accounts and not self.user:
            self.say("530 sign in first")
            return
        self.sender, self.to = rest.partition("<")[2].partition(">")[0], []
        self.say("250 fine")

    def on_rcpt(self, rest: str) -> None:
        address = rest.partition("<")[2].partition(">")[0]
        if address in self.server.refuses:
            self.say("550 nobody here")
            return
        self.to.append(address)
        self.say("250 fine")

    def on_data(self, _rest: str) -> None:
        self.say("354 go on")
        body = b""
        while (line := self.file.readline()) != b".\r\n":
            body += line.removeprefix(b".") if line.startswith(b"..") else line
        message = email.message_from_bytes(body, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.server.inbox.append(Mail(self.sender, self.to, message, self.user, self.under_tls))
        self.say("250 taken")

    def on_rset(self, _rest: str) -> None:
        self.say("250 fine")
