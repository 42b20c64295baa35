"""Hints that something happened in a folder. They may be lost, late or false: a scan is the truth.

Where a folder cannot be watched (shares, too many watches, a dead observer) there are no hints,
and nothing else changes. All folders of this process are watched by one observer, whose threads
would else be three for each source.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

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
from watchdog.observers.api import BaseObserver, EventEmitter, ObservedWatch

_WRITING: list[type[FileSystemEvent]] = [
    *(FileCreatedEvent, FileModifiedEvent, FileClosedEvent, FileMovedEvent, FileDeletedEvent),
    *(DirCreatedEvent, DirModifiedEvent, DirMovedEvent, DirDeletedEvent),
]
"""Not that something was opened or read: our own scans and reads do that, of every source."""


_END_SECONDS: Final = 5.0


class _Hints(FileSystemEventHandler):
    """Of one source."""

    def __init__(self) -> None:
        self.news = threading.Event()
        self.ring: Callable[[], None] | None = None

    def on_any_event(self, event: FileSystemEvent) -> None:  # noqa: ARG002 - the base's signature
        self.news.set()
        if (ring := self.ring) is not None:
            ring()


class _Hub:
    """The observer and whom it tells. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._observer: BaseObserver | None = None
        self._watched: dict[_Hints, ObservedWatch] = {}

    def add(self, hints: _Hints, folder: Path) -> bool:
        """Begin, or begin again what died; False where the folder cannot be watched."""
        with self._lock:
            if self._is_watched(hints):
                return True
            self._remove(hints)
            if not folder.is_dir():  # on Windows asking for its changes would take 2 s to fail
                self._rest()
                return False
            try:
                observer = self._alive()
                watch = observer.schedule(hints, str(folder), event_filter=_WRITING)
            except (OSError, RuntimeError, queue.Empty):  # the last: as Windows' observer tells it
                self._rest()
                return False
            self._watched[hints] = watch
            return True

    def remove(self, hints: _Hints) -> None:
        """Tell it nothing more."""
        with self._lock:
            self._remove(hints)
            self._rest()

    def _alive(self) -> BaseObserver:
        if self._observer is None or not self._observer.is_alive():
            self._watched.clear()  # the others begin again when they wait the next time
            observer = Observer()
            observer.start()
            self._observer = observer
        return self._observer

    def _is_watched(self, hints: _Hints) -> bool:
        watch = self._watched.get(hints)
        return watch is not None and self._lives(watch)

    def _lives(self, watch: ObservedWatch) -> bool:
        observer = self._observer
        if observer is None or not observer.is_alive():
            return False
        return any(each.watch == watch and _reads(each) for each in observer.emitters)

    def _remove(self, hints: _Hints) -> None:
        watch = self._watched.pop(hints, None)
        if watch is None or self._observer is None:
            return
        others = [other for other, its in self._watched.items() if its == watch]
        with suppress(KeyError):  # the folder went, and its emitter with it
            if others and self._lives(watch):
                self._observer.remove_handler_for_watch(hints, watch)
                return
            for other in others:  # they begin again when they wait the next time
                del self._watched[other]
            self._observer.unschedule(watch)

    def _rest(self) -> None:
        """Nobody is told anything any more: no threads."""
        observer = self._observer
        if observer is not None and not self._watched:
            self._observer = None
            observer.stop()
            if observer.is_alive():
                observer.join(_END_SECONDS)


def _reads(emitter: EventEmitter) -> bool:
    """Whether hints still come; on Windows an emitter outlives its reader, which a share took along."""
    reader = getattr(getattr(emitter, "_reader", None), "_reader_thread", None)
    return emitter.is_alive() and (reader is None or reader.is_alive())


_HUB: Final = _Hub()


class Watch:
    """Watches one folder as well as it can."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._hints = _Hints()

    def start(self, ring: Callable[[], None] | None = None) -> bool:
        """Begin, or begin again after it died; False where it cannot watch.

        `ring` is called at each hint, from a thread of its own.
        """
        self._hints.ring = ring
        return _HUB.add(self._hints, self._folder)

    def take(self) -> bool:
        """Whether there was a hint since the last time."""
        hinted = self._hints.news.is_set()
        self._hints.news.clear()
        return hinted

    def close(self) -> None:
        """Stop watching."""
        _HUB.remove(self._hints)
