"""Dates and instants: by an exact format, never by guess.

Formats are written as everywhere (`%d.%m.%Y`). A day or month may have one digit only where a
separator ends it; names of months (%b, %B) are English, or those of the mapping's `locale`, never
those of the machine. A time of day in a date column, or a fraction of a second in an instant, is cut only where the mapping says
`truncate = true`. A local time that a clock change makes twice is refused unless the mapping says
which one (`ambiguous`); one that it skips is refused always.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache

from agent.mapping.locales import month_word, months
from agent.mapping.values import Altered, Convert, Refused, text_of
from agent.model import Scalar, Value

_NAMES = frozenset("bB")
_DIRECTIVES = {
    "Y": "[0-9]{4}",
    "y": "[0-9]{2}",
    "m": "[0-9]{1,2}",
    "b": r"[^\W\d_]{1,20}\.?",
    "B": r"[^\W\d_]{1,20}\.?",
    "d": "[0-9]{1,2}",
    "H": "[0-9]{1,2}",
    "M": "[0-9]{1,2}",
    "S": "[0-9]{1,2}",
    "f": "[0-9]{1,6}",
    "z": "Z|[+-][0-9]{2}:?[0-9]{2}",
}
_FIRST_YEAR_OF_TWO_DIGITS = 69
"""As POSIX: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068."""

_REMEMBERED = 4096
ISO_DATE = "%Y-%m-%d"
ISO_INSTANT = "%Y-%m-%dT%H:%M:%S%z"


@dataclass(frozen=True, slots=True)
class MomentStyle:
    """How a column writes dates or instants."""

    format: str
    timezone: tzinfo | None = None
    ambiguous: str = ""
    truncate: bool = False
    blank: frozenset[str] = frozenset()
    language: str = "en"
    """Of the names of months."""


def format_directives(text: str) -> str:
    """The directives of a format, as letters. Raises ValueError with a sentence."""
    letters = re.sub("%%", "", text)
    found = re.findall("%(.?)", letters)
    for letter in found:
        if letter not in _DIRECTIVES:
            known = " ".join(f"%{known}" for known in _DIRECTIVES)
            raise ValueError(f"'%{letter}' is unknown; known are {known}.")
    of_month = [letter for letter in found if letter in {"m", *_NAMES}]
    if len(set(found)) != len(found) or {"Y", "y"} <= set(found) or len(of_month) > 1:
        raise ValueError("It names the same part twice.")
    if not ({"Y", "y"} & set(found) and of_month and "d" in found):
        raise ValueError("It must name year, month and day.")
    return "".join(found)


def day(style: MomentStyle) -> Convert:
    """Into a date."""
    parse = _parser(style)

    def whole_day(moment: datetime) -> str:
        day = moment.date().isoformat()
        if moment.time() != time.min:
            raise _cut("a time of day", day) if style.truncate else _too_fine("a time of day")
        return day

    @lru_cache(maxsize=_REMEMBERED)
    def from_text(text: str) -> str | None:
        if not text or text in style.blank:
            return None
        return whole_day(parse(text))

    ends = _wire_blanks(style, from_text)

    def convert(value: Value) -> Scalar:
        if isinstance(value, datetime):
            return _unless(ends, lambda: whole_day(value))
        if isinstance(value, date):
            wire = value.isoformat()
            return None if wire in ends else wire
        return from_text(_text(value))

    return convert


def instant(style: MomentStyle) -> Convert:
    """Into an instant in UTC, to the second."""
    parse = _parser(style)

    @lru_cache(maxsize=_REMEMBERED)
    def from_text(text: str) -> str | None:
        return None if not text or text in style.blank else _in_utc(parse(text), style)

    ends = _wire_blanks(style, lambda text: _in_utc(parse(text), style))

    def convert(value: Value) -> Scalar:
        if isinstance(value, datetime):
            return _unless(ends, lambda: _in_utc(value, style))
        if isinstance(value, date):
            raise Refused("NOT_A_DATE", "is a date without a time of day")
        return from_text(_text(value))

    return convert


def _unless(ends: frozenset[str], convert: Callable[[], str]) -> str | None:
    """What a typed value becomes, unless that stands for none."""
    try:
        found = convert()
    except Altered as altered:
        if altered.value in ends:
            return None
        raise
    return None if found in ends else found


def _in_utc(moment: datetime, style: MomentStyle) -> str:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=_offset(moment, style))
    try:
        moment = moment.astimezone(UTC)
    except (OverflowError, ValueError):
        raise _no_date() from None
    found = moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"
    if moment.microsecond:
        what = "a fraction of a second"
        raise _cut(what, found) if style.truncate else _too_fine(what)
    return found


def _no_date() -> Refused:
    return Refused("NOT_A_DATE", "is not a date as its mapping writes them")


def _too_fine(what: str) -> Refused:
    return Refused("PRECISION", f"has {what}; truncate = true in its mapping would cut it")


def _cut(what: str, found: str) -> Altered:
    return Altered("TIME_CUT", f"had {what}, which was cut off as its mapping says", found)


def _text(value: Value) -> str:
    """Text to parse; a number is one too (20260131), a floating-point one is not."""
    if isinstance(value, (float, bool, bytes)):
        raise Refused("NOT_A_DATE", "is of a type that is no date")
    return (text_of(value) or "").strip()


def _wire_blanks(style: MomentStyle, convert: Callable[[str], str | None]) -> frozenset[str]:
    """The blanks as wire values: a typed column says 9999-12-31 in no format at all."""
    found = set(style.blank)
    for text in style.blank:
        try:
            parsed = _parser(style)(text)
            found.add(parsed.date().isoformat())
            found.add(convert(text) or "")
        except Altered as altered:
            found.add(str(altered.value))
        except Refused:
            continue
    return frozenset(found)


def _offset(moment: datetime, style: MomentStyle) -> tzinfo:
    """The offset of a local time at its place."""
    zone = style.timezone
    if zone is None:
        raise Refused("NOT_A_DATE", "has no offset, and its mapping names no timezone")
    try:
        earlier, later = (moment.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    except (OverflowError, ValueError):
        raise _no_date() from None
    if earlier is None or later is None:
        raise _no_date()
    if earlier == later:
        return timezone(earlier)
    if earlier < later:
        raise Refused("NOT_A_DATE", "is a local time that a clock change skipped")
    if not style.ambiguous:
        raise Refused(
            "TIME_AMBIGUOUS",
            "is a local time that a clock change made twice; ambiguous in its mapping would choose",
        )
    return timezone(earlier if style.ambiguous == "earlier" else later)


def _parser(style: MomentStyle) -> Callable[[str], datetime]:
    """A strict reader of one format: the same language on every machine."""
    match, names = re.compile(_pattern(style.format)).fullmatch, months(style.language)

    def parse(text: str) -> datetime:
        found = match(text)
        if not found:
            raise _no_date()
        parts = {letter: part for letter, part in found.groupdict().items() if part}
        try:
            return datetime(
                _year(parts),
                _month(parts, names),
                int(parts["d"]),
                int(parts.get("H", "0")),
                int(parts.get("M", "0")),
                int(parts.get("S", "0")),
                int(parts.get("f", "0").ljust(6, "0")),
                tzinfo=_zone(parts.get("z", "")),
            )
        except ValueError:
            raise _no_date() from None

    return parse


def _pattern(form: str) -> str:
    pattern = ""
    for match in re.finditer("%(.)|([^%])", form, re.DOTALL):
        letter, literal = match.groups()
        if literal or letter == "%":
            pattern += re.escape(literal or "%")
            continue
        digits = _DIRECTIVES[letter]
        if form[match.end() : match.end() + 1] == "%" or form[: match.start()].endswith(
            tuple(f"%{other}" for other in _DIRECTIVES)
        ):
            digits = digits.replace("{1,", "{")
        pattern += f"(?P<{letter}>{digits})"
    return pattern


def _year(parts: dict[str, str]) -> int:
    if "Y" in parts:
        return int(parts["Y"])
    short = int(parts["y"])
    return short + (1900 if short >= _FIRST_YEAR_OF_TWO_DIGITS else 2000)


def _month(parts: dict[str, str], names: Mapping[str, int]) -> int:
    """The number of the month; 0, which is none, for a name that is not known."""
    if "m" in parts:
        return int(parts["m"])
    return names.get(month_word(parts.get("b") or parts["B"]), 0)


def _zone(text: str) -> tzinfo | None:
    if not text:
        return None
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)
