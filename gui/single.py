"""One window per person and home: a second start raises the first and ends.

The name in the system is private to the person. What a first one left when it was killed is
recognised by nobody answering there, and taken over.
"""

from __future__ import annotations

import getpass
import hashlib
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_REACH_MS: Final = 500
_RAISE: Final = b"raise\n"


class SingleInstance(QObject):
    """The first of its kind hears what later ones want."""

    raised = Signal()
    """A later one asks that the window comes up."""

    def __init__(self, home: Path) -> None:
        super().__init__()
        person = f"{getpass.getuser()}\0{home.absolute()}"
        self.name = f"waybill-tray-{hashlib.sha256(person.encode()).hexdigest()[:20]}"
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._met)
        self._heard: list[QLocalSocket] = []

    def is_first(self, *, wants_window: bool) -> bool:
        """Take the name, or pass the wish on to who has it. Before the event loop runs."""
        if self._reach(wants_window=wants_window):
            return False
        if not self._server.listen(self.name):
            QLocalServer.removeServer(self.name)  # nobody answered there: a dead one's
            self._server.listen(self.name)
        return True

    def close(self) -> None:
        """Give the name back."""
        self._server.close()

    def _reach(self, *, wants_window: bool) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self.name)
        if not socket.waitForConnected(_REACH_MS):  # no window stands yet that could freeze
            return False
        if wants_window:
            socket.write(_RAISE)
            socket.waitForBytesWritten(_REACH_MS)
        socket.disconnectFromServer()
        return True

    def _met(self) -> None:
        while self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            self._heard.append(socket)
            socket.readyRead.connect(self._hear)
            socket.disconnected.connect(self._hear)
        self._hear()

    def _hear(self) -> None:
        wishes = [_RAISE in socket.readAll().data() for socket in self._heard]
        gone = QLocalSocket.LocalSocketState.UnconnectedState
        self._heard = [socket for socket in self._heard if socket.state() != gone]
        if any(wishes):
            self.raised.emit()
