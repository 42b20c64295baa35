"""Hints that something happened in a folder. They may be lost, late or false: a scan is the truth.

Where a folder cannot be watched (shares, too many watches, a dead observer) there are no hints,
and nothing else changes.
"""

from __future__ import annotations

import threading
from pathlib import Path

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirModifiedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

_WRITING: list[type[FileSystemEvent]] = [
    *(FileCreatedEvent, FileModifiedEvent, FileClosedEvent, FileMovedEvent, FileDeletedEvent),
    *(DirCreatedEvent, DirModifiedEvent, DirMovedEvent, DirDeletedEvent),
]
"""Not that something was opened or read: our own scans and reads do that, of every source."""


class _Hints(FileSystemEventHandler):
    def __init__(self, news: threading.Event) -> None:
        self._news = news

    def on_any_event(self, event: FileSystemEvent) -> None:  # noqa: ARG002 - the base's signature
        self._news.set()


class Watch:
    """Watches one folder as well as it can."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._news = threading.Event()
        self._observer: BaseObserver | None = None

    def start(self) -> bool:
        """Begin, or begin again after the observer died; False where it cannot watch."""
        if self._observer is not None and self._observer.is_alive():
            return True
        self.close()
        observer = Observer()
        try:
            observer.schedule(_Hints(self._news), str(self._folder), event_filter=_WRITING)
            observer.start()
        except (OSError, RuntimeError):
            return False
        self._observer = observer
        return True

    def take(self) -> bool:
        """Whether there was a hint since the last time."""
        hinted = self._news.is_set()
        self._news.clear()
        return hinted

    def close(self) -> None:
        """Stop watching."""
        observer, self._observer = self._observer, None
        if observer is not None:
            observer.stop()
            if observer.is_alive():
                observer.join(timeout=5)
