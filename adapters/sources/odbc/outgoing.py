"""The reader's end of the pipe to the agent."""

from __future__ import annotations

import contextlib
import os
import queue
import threading
from typing import BinaryIO, Final

from adapters.sources.odbc import frames

_AHEAD: Final = 4
"""Frames that may wait for the pipe."""
_SMALL: Final = 16 * 1024
"""Bytes of a frame for which another thread would take longer to wake up than to write it."""


class Outgoing:
    """Writes frames; large ones on a thread of its own, so that the next fetch overlaps with the pipe."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._waiting: queue.Queue[bytes] = queue.Queue(_AHEAD)
        self._lock = threading.Lock()
        threading.Thread(target=self._write_all, daemon=True).start()

    def put(self, data: bytes) -> None:
        """Write or queue one frame; blocks while the parent does not read."""
        if len(data) <= _SMALL and not self._waiting.unfinished_tasks:
            self._write(data)
        else:
            self._waiting.put(data)

    def say(self, **content: object) -> None:
        """The same for a JSON frame."""
        self.put(frames.message(content))

    def beat(self) -> None:
        """Show life, unless data that waits for the parent shows it anyway."""
        with contextlib.suppress(queue.Full):
            self._waiting.put_nowait(frames.message({"beat": True}))

    def _write_all(self) -> None:
        while True:
            self._write(self._waiting.get())
            self._waiting.task_done()

    def _write(self, data: bytes) -> None:
        try:
            with self._lock:
                self._stream.write(data)
                self._stream.flush()
        except OSError:  # the parent is gone
            os._exit(0)
