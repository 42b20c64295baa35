"""Reads that are over, as people see them: where every row ended, and what is to be known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from agent.canon import reason
from agent.model import Json
from agent.queue.streams import PastRead
from agent.runtime.moments import instant


def read_item(read: PastRead, source: str) -> dict[str, Json]:
    """One read for a list of them."""
    return {
        "read": str(read.id),
        "source": source,
        "name": read.name,
        "ended": instant(read.ended),
        "complete": read.complete,
        "counts": _flat(read.counts),
        "notes": [*_warned(read.warned), *_notes(read.counts)],
    }


def _flat(counts: Mapping[str, Json]) -> dict[str, Json]:
    """What every row of a read ended in; with several flows, per flow (RULES 13)."""
    shown: dict[str, Json] = {
        name: counts[name] for name in ("records", "duplicate", "unreadable", "deleted", "part_of", "rows_twice")
        if isinstance(counts.get(name), int)
    }  # fmt: skip
    flows = counts.get("flows")
    if isinstance(flows, dict):
        for flow, states in flows.items():
            for state, number in states.items() if isinstance(states, dict) else ():
                shown[state if len(flows) == 1 else f"{flow}: {state}"] = number
    return shown


def _changed(noted: Json) -> list[Json]:
    """What mappings changed in values on purpose: never silently."""
    said: list[Json] = []
    for flow, counts in noted.items() if isinstance(noted, dict) else ():
        for what, count in counts.items() if isinstance(counts, dict) else ():
            code, _, name = what.partition(" ")
            title = reason(code).title.rstrip(".")
            said.append(f"{flow}: {title} in {count} of the records that were mapped ({name}).")
    return said


def _warned(warned: Mapping[str, Mapping[str, Sequence[str]]]) -> Iterator[str]:
    """The records that break a rule and were sent all the same, by name."""
    for flow, causes in warned.items():
        for what, names in causes.items():
            code, _, name = what.partition(" ")
            title = reason(code).title.rstrip(".")
            yield f"{flow}: {title} [{code}] ({name}): {', '.join(names[:20])}."


def _notes(counts: Mapping[str, Json]) -> list[Json]:
    """What a person should know of a read, in sentences."""
    notes: list[Json] = [
        text for name in ("held", "unproven") if isinstance(text := counts.get(name), str) and text
    ]
    notes += _changed(counts.get("notes"))
    named = counts.get("duplicates_at")
    if isinstance(named, list) and named:
        first = ", ".join(str(number) for number in named[:20])
        more = " and more" if len(named) > 20 else ""
        notes.append(f"A later record of the same key replaces record {first}{more}.")
    return notes
