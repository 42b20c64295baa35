"""What a formula says, as a tree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Worth = str | Decimal | bool | date | None
"""A value on the way: text, number, yes or no, date, or blank."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that stands in the formula."""

    value: Worth
    at: int
    height: int = 1


@dataclass(frozen=True, slots=True)
class Column:
    """What a record has in a column."""

    name: str
    at: int
    height: int = 1


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator between two parts, or before one."""

    mark: str
    parts: tuple[Node, ...]
    at: int
    height: int
    """How many parts are within each other here."""


@dataclass(frozen=True, slots=True)
class Call:
    """A function and what it is given."""

    function: str
    parts: tuple[Node, ...]
    at: int
    height: int


Node = Constant | Column | Operation | Call


def height_over(parts: tuple[Node, ...]) -> int:
    """The height of what is made of these parts."""
    return 1 + max((part.height for part in parts), default=0)
