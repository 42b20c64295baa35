"""What delivery decides about an entry, and the queue then remembers. Pure nouns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Done:
    """The effect is confirmed."""

    remote_id: str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """Nothing happened and it is not this entry's fault: it waits as before."""


@dataclass(frozen=True, slots=True)
class Later:
    """Nothing happened: not again before `seconds` have passed."""

    seconds: float
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class WaitForParents:
    """Nothing happened: these parents do not exist yet. Each is (field, lane)."""

    parents: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class CutLinks:
    """Its parents wait for it in turn: send the record first, these links after (RULES 21)."""

    parents: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """The outcome is unknown: the entry stays `sending` until it is looked up (RULES 19)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Park:
    """A person or the ERP must act."""

    code: str
    reason: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A person decided before that this record is not sent."""

    reason: str


Decision = Done | Retry | Later | WaitForParents | CutLinks | Doubt | Park | SetAside
