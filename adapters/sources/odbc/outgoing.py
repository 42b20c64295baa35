"""The reader's end of the pipe to the agent."""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import threading
from typing import BinaryIO, Final

from adapters.sources.odbc import frames

_AHEAD: Final = 4
"""Runs of frames that may wait for the pipe."""
_SMALL: Final = 16 * 1024
"""Bytes for which another thread would take longer to wake up than to write them."""

_PIPE_BYTES: Final = 1024 * 1024
_SET_PIPE_SIZE: Final = 1031  # F_SETPIPE_SZ of Linux


class Outgoing:
    """Writes frames; what is small goes together, each writing wakes the agent up.

    What is large is written on a thread of its own, so that the next fetch overlaps with the pipe.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._held: list[bytes] = []
        self._size = 0
        self._waiting: queue.Queue[bytes] = queue.Queue(_AHEAD)
        self._order = threading.Lock()
        self._writing = threading.Lock()
        threading.Thread(target=self._write_all, daemon=True).start()

    def put(self, data: bytes) -> None:
        """Write, queue or hold one frame; blocks while the parent does not read."""
        with self._order:
            self._hold(data)
            if self._size > _SMALL:
                self._let_go()

    def say(self, **content: object) -> None:
        """The same for a JSON frame."""
        self.put(frames.message(content))

    def flush(self) -> None:
        """Nothing more is said for now."""
        with self._order:
            self._let_go()

    def drain(self) -> None:
        """Wait until everything that was let go is written."""
        self._waiting.join()

    def beat(self) -> None:
        """Show life, and what is held; data that waits for the parent shows it anyway."""
        if not self._waiting.full():
            with self._order:
                self._hold(frames.message({"beat": True}))
                self._let_go()

    def _hold(self, data: bytes) -> None:
        self._held.append(data)
        self._size += len(data)

    def _let_go(self) -> None:
        data, self._held, self._size = b"".join(self._held), [], 0
        if not data:
            return
        if len(data) <= _SMALL and not self._waiting.unfinished_tasks:
            self._write(data)
        else:
            self._waiting.put(data)

    def _write_all(self) -> None:
        while True:
            self._write(self._waiting.get())
            self._waiting.task_done()

    def _write(self, data: bytes) -> None:
        try:
            with self._writing:
                self._stream.write(data)
                self._stream.flush()
        except OSError:  # the parent is gone
            os._exit(0)


def private_output() -> BinaryIO:
    """Our pipe, away from a driver that prints to standard output."""
    own = os.dup(sys.stdout.fileno())
    with open(os.devnull, "wb") as nothing:  # noqa: PTH123 - os.devnull is no path on Windows
        os.dup2(nothing.fileno(), sys.stdout.fileno())
    if sys.platform == "linux":
        import fcntl

        with contextlib.suppress(OSError):
            fcntl.fcntl(own, _SET_PIPE_SIZE, _PIPE_BYTES)
    return os.fdopen(own, "wb")
