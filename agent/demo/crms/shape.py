"""The form of such a table, and how values are read back into what the ERP's rows say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

Raw = Mapping[str, Any]
"""A record as the sandbox shows it: the CRM's own field names and values."""
Read = Callable[[Raw], Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """How the CRM refuses the contact with the bad e-mail address."""

    code: str
    """The reason that the agent tells people."""
    fault: Mapping[str, str] = field(default_factory=dict)
    """What is ordered of the sandbox for it; empty where this CRM looks at addresses itself."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one kind is kept, and how it looks there."""

    object: str
    """By the sandbox's name: for records, write log and faults."""
    fields: Mapping[str, str | Read]
    """Canonical field -> the CRM's field, or a function of the record where values look otherwise."""
    gone: tuple[str, str] | None = None
    """Field and value of a record that was taken out of use, where the CRM deletes none."""

    def seen(self, record: Raw) -> dict[str, Any] | None:
        """The canonical fields of a record; None if it is out of use."""
        if self.gone is not None and record.get(self.gone[0]) == self.gone[1]:
            return None
        return {
            name: record.get(read) if isinstance(read, str) else read(record)
            for name, read in self.fields.items()
        }


@dataclass(frozen=True, slots=True)
class Shape:
    """One CRM."""

    title: str
    places: Mapping[str, Place]
    """By kind of data: all that the sample ERP has."""
    refusal: Refusal
    credential: str
    """What the sandbox's description calls the secret that the agent signs in with."""
    key: Callable[[str], str] = str
    """The ERP's key from the form in which it is kept."""
    lacks: Mapping[str, str] = field(default_factory=dict)
    """`kind.field` -> why this CRM keeps none: the only fields that are not compared. Who watches is
    told, and the configuration leaves them out as well."""

    def kept(self, kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """A row of the ERP without what has no place here."""
        return {name: said for name, said in fields.items() if f"{kind}.{name}" not in self.lacks}


# --- values. What is not of the expected form comes back as it is: a difference, never a crash. ---


def number(name: str) -> Read:
    """A number that may travel as text."""

    def read(record: Raw) -> Any:
        value = record.get(name)
        try:
            return None if value in (None, "") else Decimal(str(value))
        except InvalidOperation:
            return value

    return read


def flag(name: str, *, true: str = "true", false: str = "false") -> Read:
    """Yes or no, written as text."""
    return lambda record: {true: True, false: False}.get(str(record.get(name)), record.get(name))


def day(name: str) -> Read:
    """A day that is kept as a point in time: midnight in UTC."""

    def read(record: Raw) -> Any:
        date, mark, time = str(record.get(name) or "").partition("T")
        is_midnight = time.startswith("00:00:00") and not time.strip("0:.Z+")
        return date if mark and is_midnight else record.get(name)

    return read
