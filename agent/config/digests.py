"""Digests of what was written, part by part: two configurations are compared by them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from hashlib import blake2b
from typing import Any


def digests(
    tables: Mapping[str, Any], whole: Collection[str]
) -> Iterator[tuple[tuple[str, str], str]]:
    """By section and name; the sections of `whole` as one each."""
    for section in whole:
        yield (section, section), _digest(tables.get(section, {}))
    for section in ("sources", "targets", "flows"):
        for name, table in tables.get(section, {}).items():
            yield (section, name), _digest(table)


def _digest(table: object) -> str:
    canonical = json.dumps(table, sort_keys=True, default=repr)
    return blake2b(canonical.encode(), digest_size=16).hexdigest()
