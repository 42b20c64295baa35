"""The functions of formulas: what each takes, gives and does. Every one is bounded by its inputs.

Those that look at one part before another (IF, COALESCE, ...) are in `steps`. There is none that
knows the time, draws by lot or remembers: the same record gives the same value for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Decimal
from types import MappingProxyType
from typing import Any

from agent.mapping.formula import days, figures, texts
from agent.mapping.formula.tree import Worth
from agent.mapping.formula.worth import Type, day, number, text, whole
from agent.mapping.values import Refused

Take = Callable[[Worth], Any]
"""Turns a value into what a function works with. Raises Refused."""

_NUMBERS = (number, whole, texts.position, texts.part_number, figures.places, days.whole_number)
_TYPES: Mapping[Take, Type] = {**dict.fromkeys(_NUMBERS, Type.NUMBER), day: Type.DATE}


@dataclass(frozen=True, slots=True)
class Function:
    """One function. The last of `takes` repeats up to `most` parts."""

    takes: tuple[Take, ...]
    gives: Type
    run: Callable[..., Any]
    least: int
    most: int
    settled: bool = False
    """Whether all parts but the first stand in the formula: `run` makes of them what runs."""

    @property
    def grows(self) -> bool:
        """Whether it may make a longer text than it is given."""
        return self.gives is Type.TEXT and self.run not in _SHORTER

    def type_at(self, place: int) -> Type:
        """What stands at this place."""
        return _TYPES.get(self.take_at(place), Type.ANY)

    def take_at(self, place: int) -> Take:
        """How the part at this place is taken."""
        return self.takes[min(place, len(self.takes) - 1)]


def _any(value: Worth) -> Worth:
    return value


def _made(
    gives: Type,
    run: Callable[..., Any],
    *takes: Take,
    least: int = -1,
    most: int = -1,
    settled: bool = False,
) -> Function:
    count = len(takes)
    least, most = count if least < 0 else least, count if most < 0 else most
    return Function(takes, gives, run, least, most, settled)


def _text(form: Worth = None, decimal: str = ".", thousands: str = "") -> Callable[[Worth], Worth]:
    """What writes a number with so many places, or a date in a format. Raises Refused."""
    if form is None:
        return text
    if isinstance(form, Decimal):
        write: Callable[[Any], str] = figures.writer(figures.places(form), decimal, thousands)
        wanted: type = Decimal
    elif isinstance(form, str):
        write, wanted = days.writer(form), date
    else:
        raise Refused("FORMULA_TYPE", "writes numbers by their places and dates by a format")

    def run(value: Worth) -> Worth:
        if value is None or value == "":
            return None
        if not isinstance(value, wanted):
            raise Refused("FORMULA_TYPE", "writes numbers by their places and dates by a format")
        return write(value)

    return run


_ROUNDING = (number, figures.places)
_SHORTER = (texts.trim, texts.left, texts.right, texts.middle, texts.split, texts.strip_zeros)

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "TRIM": _made(Type.TEXT, texts.trim, text),
        "UPPER": _made(Type.TEXT, lambda v: v.upper(), text),
        "LOWER": _made(Type.TEXT, lambda v: v.lower(), text),
        "PROPER": _made(Type.TEXT, lambda v: v.title(), text),
        "LEFT": _made(Type.TEXT, texts.left, text, whole),
        "RIGHT": _made(Type.TEXT, texts.right, text, whole),
        "MID": _made(Type.TEXT, texts.middle, text, texts.position, whole),
        "LEN": _made(Type.NUMBER, lambda v: Decimal(len(v)), text),
        "FIND": _made(Type.NUMBER, texts.find, texts.sought, text),
        "CONTAINS": _made(Type.BOOLEAN, texts.contains, text, texts.sought),
        "STARTSWITH": _made(Type.BOOLEAN, lambda v, part: v.startswith(part), text, text),
        "ENDSWITH": _made(Type.BOOLEAN, lambda v, part: v.endswith(part), text, text),
        "SUBSTITUTE": _made(Type.TEXT, texts.substitute, text, texts.sought, text),
        "REPLACE": _made(Type.TEXT, texts.replace, text, texts.position, whole, text),
        "CONCAT": _made(Type.TEXT, lambda *v: "".join(v), text, least=1, most=50),
        "JOIN": _made(Type.TEXT, texts.join, text, text, least=2, most=50),
        "SPLIT": _made(Type.TEXT, texts.split, text, texts.separator, texts.part_number),
        "PAD": _made(Type.TEXT, texts.pad, text, whole, texts.filler, least=2),
        "STRIPZEROS": _made(Type.TEXT, texts.strip_zeros, text),
        "NUMBER": _made(Type.NUMBER, figures.read, _any, figures.decimal_mark,
                        figures.thousands_mark, least=1, settled=True),
        "TEXT": _made(Type.TEXT, _text, _any, _any, figures.decimal_mark, figures.thousands_mark,
                      least=1, settled=True),
        "ROUND": _made(Type.NUMBER, figures.rounding(ROUND_HALF_UP), *_ROUNDING, least=1),
        "ROUNDUP": _made(Type.NUMBER, figures.rounding(ROUND_UP), *_ROUNDING, least=1),
        "ROUNDDOWN": _made(Type.NUMBER, figures.rounding(ROUND_DOWN), *_ROUNDING, least=1),
        "CEILING": _made(Type.NUMBER, figures.rounding(ROUND_CEILING), *_ROUNDING, least=1),
        "INT": _made(Type.NUMBER, figures.rounding(ROUND_FLOOR), number),
        "ABS": _made(Type.NUMBER, lambda v: v.copy_abs(), number),
        "MOD": _made(Type.NUMBER, figures.remainder, number, number),
        "MIN": _made(Type.NUMBER, lambda *v: min(v), number, least=1, most=50),
        "MAX": _made(Type.NUMBER, lambda *v: max(v), number, least=1, most=50),
        "SUM": _made(Type.NUMBER, figures.total, number, least=1, most=50),
        "DATE": _made(Type.DATE, days.made, whole, whole, whole),
        "DATEVALUE": _made(Type.DATE, days.read, _any, text, least=1, settled=True),
        "YEAR": _made(Type.NUMBER, lambda v: Decimal(v.year), day),
        "MONTH": _made(Type.NUMBER, lambda v: Decimal(v.month), day),
        "DAY": _made(Type.NUMBER, lambda v: Decimal(v.day), day),
        "ADDDAYS": _made(Type.DATE, days.add_days, day, days.whole_number),
        "ADDMONTHS": _made(Type.DATE, days.add_months, day, days.whole_number),
        "DAYSBETWEEN": _made(Type.NUMBER, days.between, day, day),
    }
)  # fmt: skip
