"""What was really done to each record, so that a run can be judged from the CRM's side.

Per object and external id: how often a record was created, how often a write changed something
(`updates`), how often one changed nothing (`repeats`), how often it was deleted, and a digest of
all values after each effective write. `doubled` counts creations beyond the first of records that
lived at the same time under one external id: the same row of the ERP twice in the CRM.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Literal

import orjson

from adapters.sandbox.store import Value

Kind = Literal["create", "update", "repeat", "delete"]


@dataclass(slots=True)
class History:
    """What happened under one external id."""

    creates: int = 0
    updates: int = 0
    repeats: int = 0
    deletes: int = 0
    doubled: int = 0
    living: int = 0
    writes: list[tuple[int, Kind, str]] = field(default_factory=list)
    """Effective writes only: number of the request, kind, digest of the values after it."""


class WriteLog:
    """All histories, by object and external id. The caller holds the org's lock."""

    def __init__(self) -> None:
        self._histories: dict[str, dict[str, History]] = {}

    def note(self, name: str, key: str, kind: Kind, request: int, digest: str) -> None:
        """Add one committed write."""
        history = self._histories.setdefault(name, {}).setdefault(key, History())
        if kind == "repeat":
            history.repeats += 1
            return
        if kind == "create":
            history.creates += 1
            history.doubled += history.living > 0
            history.living += 1
        elif kind == "update":
            history.updates += 1
        else:
            history.deletes += 1
            history.living -= 1
        history.writes.append((request, kind, digest))

    def of(self, name: str) -> Mapping[str, History]:
        """The histories of one object, by external id."""
        return self._histories.get(name, {})

    def totals(self) -> dict[str, dict[str, int]]:
        """Sums per object."""
        counters = ("creates", "updates", "repeats", "deletes", "doubled")
        return {
            name: {
                counter: sum(getattr(history, counter) for history in histories.values())
                for counter in counters
            }
            for name, histories in self._histories.items()
        }

    def dump(self) -> dict[str, dict[str, Any]]:
        """Everything, as JSON values."""
        return {name: dict(_plain(histories)) for name, histories in self._histories.items()}

    def load(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Put back what `dump` gave."""
        self._histories = {
            name: {
                key: History(**{**item, "writes": [tuple(write) for write in item["writes"]]})
                for key, item in histories.items()
            }
            for name, histories in data.items()
        }


def digest(values: Mapping[str, Value]) -> str:
    """A short digest of a record's values; equal values give equal digests."""
    text = orjson.dumps(values, default=_text, option=orjson.OPT_SORT_KEYS)
    return blake2b(text, digest_size=8).hexdigest()


def _plain(histories: Mapping[str, History]) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, history in histories.items():
        yield key, asdict(history)


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    raise TypeError(type(value).__name__)
