"""What one read amounted to, in counts that add up (RULES 13)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_NAMED = 100
"""Duplicates that are remembered by their place; the rest are counted."""


@dataclass
class Captured:
    """What one read amounted to."""

    name: str
    records: int = 0
    entries: int = 0
    unreadable: int = 0
    duplicates: int = 0
    deleted: int = 0
    held: str = ""
    """Why the guard kept something back."""
    unproven: str = ""
    """Why no delete was inferred from a full read."""
    passed_over: bool = False
    part_of: int = 0
    twice: int = 0
    """Rows that several together make a record, and those that were there twice."""
    warned: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    """Per flow: the first records of each warning, by code and field. Sealed, where it is kept."""
    notes: Mapping[str, Counter[str]] = field(default_factory=dict)
    """Per flow: what its mapping changed in values on purpose, by code and field."""

    repeats: bool = False
    """It says what the last one said, and is not written down."""

    @property
    def news(self) -> bool:
        """Whether it brought anything that a person or a target hears of."""
        rows = self.entries or self.deleted or self.unreadable or self.duplicates
        return bool(rows or self.held or self.unproven or self.passed_over)

    def counts(
        self, fates: Mapping[str, Counter[str]], others: str, duplicates_at: Sequence[int]
    ) -> dict[str, object]:
        """What every row of the read ended in, per flow; rows not judged ended as `others`."""
        rows = self.records - self.duplicates - self.unreadable
        flows: dict[str, object] = {}
        for flow, found in fates.items():
            judged: Counter[str] = Counter({str(fate): n for fate, n in found.items()})
            judged[others] += rows - sum(judged.values())
            flows[flow] = dict(judged)
        return {
            "records": self.records,
            "duplicate": self.duplicates,
            "unreadable": self.unreadable,
            "rows": rows,
            "deleted": self.deleted,
            "held": self.held,
            "unproven": self.unproven,
            "duplicates_at": list(duplicates_at[:_NAMED]),
            "flows": flows,
            **({"part_of": self.part_of, "rows_twice": self.twice} if self.part_of else {}),
            **({"notes": self.notes} if self.notes else {}),
        }
