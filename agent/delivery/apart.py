"""Families that came back: their records go each for itself from then on. Pure.

A family goes in one piece or not at all, so one bad line could keep its order back for ever, and
all the other lines with it. Whoever came back once is not sent with his family again: the order
goes alone, its lines follow, and the bad one is refused, or put off, under its own name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice

KEPT = 10_000
"""So many are remembered; of a forgotten one the family is tried once more."""


@dataclass(frozen=True, slots=True)
class Apart:
    """Heads, by number of their entry, whose families came back; the latest last. A value."""

    heads: Mapping[int, None] = field(default_factory=dict)

    def __contains__(self, head: int) -> bool:
        return head in self.heads

    def and_(self, came_back: Iterable[int]) -> Apart:
        """These too."""
        known = {**self.heads, **dict.fromkeys(came_back)}
        return Apart(dict(islice(known.items(), max(0, len(known) - KEPT), None)))
