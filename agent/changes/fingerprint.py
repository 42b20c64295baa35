"""Keyed fingerprints of records, values, messages and lanes. Pure.

Never a library's own hash function: blake2b under the installation's index key, so that nobody
can test guesses of business values against what lies on the disk.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

import orjson

from agent.model import Page, Value

KeyedHash = Callable[[bytes], bytes]


class Hasher(Protocol):
    """What `Cipher` offers to fingerprints."""

    def keyed_hash(self, purpose: str, size: int = 16) -> KeyedHash:
        """A keyed hash for one purpose."""
        ...

    def keyed_hashes(self, purpose: str) -> Callable[[Iterable[bytes]], bytes]:
        """The same for many values at once, joined."""
        ...


class Fingerprints:
    """The fingerprints of one stream.

    The raw fingerprint of a record depends on its meaning too (RULES 2): the key of its hash is
    derived from the page's `meaning`, so a new header makes every record unknown.
    """

    def __init__(self, hasher: Hasher, stream: str) -> None:
        self._hasher = hasher
        self._stream = stream
        self._meaning_hash = hasher.keyed_hash(f"meaning/{stream}")
        self._meaning: bytes | None = None
        self._raw: Callable[[Iterable[bytes]], bytes] | None = None
        self._key = hasher.keyed_hash(f"row/{stream}")
        self._by_name: list[int] = []
        self._values: KeyedHash = self._meaning_hash

    def page(self, page: Page) -> bytes:
        """The raw fingerprints of a page's records, joined."""
        if self._raw is None or page.meaning != self._meaning:
            digest = self._meaning_hash(page.meaning).hex()
            self._raw = self._hasher.keyed_hashes(f"raw/{self._stream}/{digest}")
            self._meaning = page.meaning
        return self._raw(page.records)

    def key(self, key: Sequence[str]) -> bytes:
        """The fingerprint of a row's key."""
        return self._key(orjson.dumps(key))

    def columns(self, names: Sequence[str]) -> None:
        """The columns of the records whose values come next."""
        self._by_name = sorted(range(len(names)), key=lambda at: names[at])
        digest = self._meaning_hash(orjson.dumps(sorted(names))).hex()
        self._values = self._hasher.keyed_hash(f"values/{self._stream}/{digest}")

    def values(self, values: Sequence[Value]) -> bytes:
        """The fingerprint of a record's values by column name: blind to order and quoting."""
        ordered = [values[at] for at in self._by_name]
        try:
            text = orjson.dumps(ordered, default=_typed, option=orjson.OPT_PASSTHROUGH_DATETIME)
        except orjson.JSONEncodeError:  # integers beyond 64 bits, text that is no Unicode
            text = json.dumps(ordered, default=_typed).encode()
        return self._values(text)


class Lanes:
    """Lane and message hashes of one flow."""

    def __init__(self, hasher: Hasher, target: str, resource: str, flow: str) -> None:
        self._lane = hasher.keyed_hash(f"lane/{target}/{resource}")
        self.message: KeyedHash = hasher.keyed_hash(f"message/{flow}")
        """The fingerprint of a message."""

    def lane(self, external_id: str) -> bytes:
        """The lane of (target, resource, external id)."""
        return self._lane(external_id.encode())


def _typed(value: object) -> object:
    """JSON for the typed values that a table yields; the type is part of the value."""
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, datetime | date):
        return {"time": value.isoformat()}
    raise TypeError(type(value).__name__)
