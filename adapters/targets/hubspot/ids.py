"""HubSpot's own ids of records whose external id is known: a cache, bounded, found again at need."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping

_MOST = 200_000
"""Entries of about 150 bytes each."""


class Ids:
    """External id -> record id, per entity; the longest unused go first. Safe between threads."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, str], str] = OrderedDict()

    def known(self, entity: str, external_ids: Iterable[str]) -> dict[str, str]:
        """Those of them that are known."""
        found = {}
        with self._lock:
            for external_id in external_ids:
                record_id = self._known.get((entity, external_id))
                if record_id is not None:
                    self._known.move_to_end((entity, external_id))
                    found[external_id] = record_id
        return found

    def learn(self, entity: str, ids: Mapping[str, str]) -> None:
        """Remember these."""
        with self._lock:
            for external_id, record_id in ids.items():
                self._known[entity, external_id] = record_id
                self._known.move_to_end((entity, external_id))
            while len(self._known) > self._most:
                self._known.popitem(last=False)

    def forget(self, entity: str, external_ids: Iterable[str]) -> None:
        """HubSpot does not know them, or not any more."""
        with self._lock:
            for external_id in external_ids:
                self._known.pop((entity, external_id), None)
