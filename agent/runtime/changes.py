"""Counters that grow when something changed that faces show in lists of their own.

A face that holds a list asks for it again when its counter grew, and never because a timer says
so. What happens by itself is seen in the store, what people do in the writes that are told here.
The counters begin at the time of the start, so that they also grow over a restart.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from agent.model import Json
from agent.queue.reads import Reads
from agent.queue.states import State
from agent.queue.store import Store

TOPICS: Final = ("exceptions", "holds", "config", "mappings", "secrets", "audit", "keeping")

_BY_WRITE: Final = {
    "exceptions": ("exceptions", "mappings"),  # a rule is a publish
    "duplicates": ("exceptions",),
    "link": ("exceptions",),
    "holds": ("holds", "exceptions"),
    "config": ("config",),
    "sources": ("config",),
    "targets": ("config",),
    "setup": ("config", "mappings"),
    "keys": ("config", "secrets"),
    "mapping": ("mappings",),
    "secrets": ("secrets",),
    "sign_in": ("secrets",),
}
"""What a write may change, by the first word of its method."""
_PARKED = (State.PARKED, State.SET_ASIDE)


@dataclass
class Changes:
    """The counters of one agent. Threads may share it."""

    store: Store
    reads: Reads
    unreadable: Callable[[], int]
    audited: Callable[[], int]
    """The number of the last record of the audit."""
    kept: Callable[[], object]
    """Differs whenever backups, or the re-sealing under a new key, have come further."""
    begun: int
    """A number larger than any that was counted before this start."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _counts: dict[str, int] = field(default_factory=dict)
    _seen: dict[str, object] = field(default_factory=dict)

    def wrote(self, method: str) -> None:
        """A write was done."""
        with self._lock:
            for topic in _BY_WRITE.get(method.partition(".")[0], ()):
                self._counts[topic] = self._counts.get(topic, 0) + 1

    def now(self) -> dict[str, Json]:
        """Every counter."""
        seen: dict[str, object] = {
            "exceptions": (self.store.tally.turns(*_PARKED), self.unreadable()),
            "holds": self.reads.standing_holds(),
            "mappings": self.store.db.rows("select id, state, last, made, unkept from publish"),
            "audit": self.audited(),
            "keeping": self.kept(),
        }
        with self._lock:
            for topic, value in seen.items():
                if self._seen.get(topic, value) != value:
                    self._counts[topic] = self._counts.get(topic, 0) + 1
            self._seen = seen
            return {topic: self.begun + self._counts.get(topic, 0) for topic in TOPICS}
