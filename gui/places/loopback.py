"""Where a browser comes back to after a sign-in: a port of this machine only (RFC 8252)."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QHostAddress, QTcpServer, QTcpSocket

_MOST: Final = 16_384
"""Bytes of a request; more is no browser coming back."""
_HEAD: Final = b"\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n\r\n"


class Loopback(QObject):
    """Hears one answer. The query holds a code that signs in: nothing else keeps it."""

    brought = Signal(str)
    """The query that the browser came with."""

    def __init__(self, thanks: str, parent: QObject) -> None:
        """`thanks`: what the browser shows at the end."""
        super().__init__(parent)
        self._page = f"<!doctype html><title>Waybill</title><p>{thanks}</p>".encode()
        self._heard: dict[QTcpSocket, bytes] = {}
        self._server = QTcpServer(self)
        self._server.newConnection.connect(self._come)

    def listen(self, port: int) -> bool:
        """Begin; False: the port is taken."""
        self.close()
        return self._server.listen(QHostAddress(QHostAddress.SpecialAddress.LocalHost), port)

    @property
    def port(self) -> int:
        """Where it listens; 0: nowhere."""
        return int(self._server.serverPort()) if self._server.isListening() else 0

    def close(self) -> None:
        """Hear no more."""
        self._server.close()

    def _come(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            self._heard[socket] = b""
            socket.readyRead.connect(lambda socket=socket: self._read(socket))
            socket.disconnected.connect(lambda socket=socket: self._gone(socket))
            if socket.bytesAvailable():
                self._read(socket)

    def _gone(self, socket: QTcpSocket) -> None:
        self._heard.pop(socket, None)
        socket.deleteLater()

    def _read(self, socket: QTcpSocket) -> None:
        if socket not in self._heard:
            return
        self._heard[socket] += bytes(socket.readAll().data())
        heard = self._heard[socket]
        if b"\r\n" not in heard and len(heard) < _MOST:
            return
        words = heard.split(b"\r\n", 1)[0].split(b" ")
        address = words[1].decode("ascii", "replace") if len(words) == 3 else ""
        path, _, query = address.partition("?")
        is_ours = words[0] == b"GET" and path == "/callback" and bool(query)
        status = b"HTTP/1.1 200 OK" if is_ours else b"HTTP/1.1 404 Not Found"
        del self._heard[socket]
        socket.write(status + _HEAD + (self._page if is_ours else b""))
        socket.disconnectFromHost()
        if is_ours and self.port:
            self.close()
            self.brought.emit(query)
