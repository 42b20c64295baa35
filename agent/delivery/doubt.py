"""Entries whose outcome is unknown: what a look-up, or its absence, means (RULES 19). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum, auto

from agent.model import Scalar, Stored


class Next(Enum):
    """What to do with an entry in doubt."""

    WAIT = auto()
    """Neither a look-up nor time has decided."""
    CONFIRMED = auto()
    """The target holds exactly this."""
    AGAIN = auto()
    """Whatever was lost can no longer take effect: send it again."""
    PERSON = auto()
    """It cannot be sent twice safely, and nobody can tell."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a target declares."""

    settles_within: float
    lag: float
    finds: bool
    repeatable: bool


def when_to_look(terms: Terms) -> float:
    """Seconds after the doubt began at which a look-up first counts."""
    return terms.lag if terms.finds else terms.settles_within


def after_look(
    terms: Terms, age: float, *, matches: bool, same_as_before: bool, verify: bool
) -> Next:
    """What to do with an entry in doubt for `age` seconds.

    `matches`: the look-up found exactly its content (for a delete: nothing). `same_as_before`:
    the target held that content already before the attempt, so finding it proves nothing about
    the attempt, which may still take effect. `verify`: nothing was attempted, the look-up alone
    decides whether anything has to be sent.
    """
    if verify:
        return Next.CONFIRMED if matches else Next.AGAIN
    settled = age >= max(terms.settles_within, terms.lag)
    if matches and terms.finds and (settled or not same_as_before):
        return Next.CONFIRMED
    if not settled:
        return Next.WAIT
    return Next.AGAIN if terms.repeatable else Next.PERSON


def matches(op: int, fields: Mapping[str, Scalar], found: Stored | None) -> bool:
    """Whether what the target holds is what the message says."""
    if op:
        return found is None
    if found is None:
        return False
    return all(same(value, found.fields.get(name)) for name, value in fields.items())


def same(ours: Scalar, theirs: Scalar) -> bool:
    """Equal, or equal as numbers, or both empty: targets store `12.50` as 12.5 and "" as null."""
    if ours == theirs or (ours in (None, "") and theirs in (None, "")):
        return True
    if isinstance(ours, bool) or isinstance(theirs, bool) or None in (ours, theirs):
        return (ours is False and theirs is None) or (ours is None and theirs is False)
    try:
        return Decimal(str(ours)) == Decimal(str(theirs))
    except InvalidOperation:
        return False
