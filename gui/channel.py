"""One connection to the service, heard through Qt's signals: nothing here waits.

Whoever is at the other end has been proven by `agent.control.client` before Qt adopts the open
connection; then come the greeting, one request, and what the service says to it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalSocket

from agent.control import client
from agent.control.client import WaybillError

_LONGEST: Final = 2 * 1024 * 1024
BROKE_OFF: Final = "SERVICE_BROKE_OFF"
_SILENT: Final = "SERVICE_SILENT"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there is no answer: the service's words, or that it cannot be reached."""

    code: str
    title: str
    hint: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, error: WaybillError) -> Self:
        """As the window shows it."""
        params = getattr(error, "params", None)
        return cls(error.code, error.title, error.hint, params or {})


class Channel(QObject):
    """Opens a connection, asks once, and tells every line that comes back until it ends."""

    greeted = Signal(object)
    """The greeting."""
    heard = Signal(object)
    """An answer or a notification: the whole JSON-RPC object."""
    ended = Signal(object)
    """A Fault, once; nothing comes after it. Not sent after `close`."""

    def __init__(self, home: Path, request: bytes, within_ms: int, parent: QObject) -> None:
        """Each line, the greeting too, must come within `within_ms` of the one before."""
        super().__init__(parent)
        self._home = home
        self._request = request
        self._buffer = bytearray()
        self.may_be_heard = False
        """Whether the service may have the whole request: without its end it does nothing."""
        self._left = len(request)
        self._is_greeted = False
        self._is_over = False
        self._socket = QLocalSocket(self)
        self._socket.readyRead.connect(self._read)
        self._socket.bytesWritten.connect(self._went)
        self._socket.disconnected.connect(self._broke_off)
        self._silence = QTimer(self, singleShot=True, interval=within_ms)
        self._silence.timeout.connect(self._was_silent)

    def open(self) -> None:
        """Begin; what fails at once is told by the event loop, as what fails later."""
        try:
            number = client.open_descriptor(self._home)
        except WaybillError as error:
            fault = Fault.of(error)
            QTimer.singleShot(0, self, lambda: self._end(fault))
            return
        except OSError as error:
            told = Fault("SERVICE_UNREACHABLE", f"The service cannot be reached: {error.strerror}.")
            QTimer.singleShot(0, self, lambda: self._end(told))
            return
        self._silence.start()
        self._socket.setSocketDescriptor(
            number,
            QLocalSocket.LocalSocketState.ConnectedState,
            QLocalSocket.OpenModeFlag.ReadWrite,
        )

    def close(self) -> None:
        """Hear no more of it. What is over already stays so."""
        if self._is_over:
            return
        self._is_over = True
        self._silence.stop()
        self._socket.abort()
        self.deleteLater()

    def _read(self) -> None:
        self._buffer += self._socket.readAll().data()
        self._silence.start()
        while not self._is_over and (end := self._buffer.find(b"\n")) >= 0:
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            self._take(line)
        if len(self._buffer) > _LONGEST:
            self._broke_off()

    def _take(self, line: bytes) -> None:
        try:
            if not self._is_greeted:
                self._is_greeted = True
                greeting = client.read_greeting(line)
                self.may_be_heard = sys.platform == "win32"  # a pipe tells too late what it took
                self._socket.write(self._request)
                self.greeted.emit(greeting)
            else:
                self.heard.emit(client.read_answer(line))
        except WaybillError as error:
            self._end(Fault.of(error))

    def _went(self, count: int) -> None:
        """So much of the request is out: a service that just ends hangs up before it has it all."""
        self._left -= count
        self.may_be_heard |= self._left <= 0

    def _broke_off(self) -> None:
        self._end(
            Fault(
                BROKE_OFF,
                self.tr("The service broke off before it answered."),
                self.tr("It may just have stopped or be starting again."),
            )
        )

    def _was_silent(self) -> None:
        self._end(
            Fault(
                _SILENT,
                self.tr("The service did not answer in time."),
                self.tr("What was asked may still happen. Its log says whether it is stuck."),
            )
        )

    def _end(self, fault: Fault) -> None:
        if not self._is_over:
            self.close()
            self.ended.emit(fault)
