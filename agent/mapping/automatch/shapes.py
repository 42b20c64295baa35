"""How well a column's values fit a field: by trying the field's own converters on samples.

What is tried are rules as they stand in a mapping file, so that a suggestion which fits here fits
there. The first rule that accepts the most values wins; the rules are ordered from the plainest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from agent.canon import Field, Kind
from agent.mapping.converters import converter
from agent.mapping.options import Options, Problems
from agent.mapping.values import Refused, as_it_is, key_text
from agent.model import Json, Value

Rule = dict[str, Json]
"""What stands behind `FIELD =` in a mapping file, without its column."""

DATES = (
    "%Y-%m-%d",
    "%Y%m%d",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%Y/%m/%d",
    "%d.%m.%y",
    "%d-%b-%Y",
)
_TIMES = ("%H:%M:%S", "%H:%M", "%H:%M:%S.%f")
_NO_DATE = ("00000000", "0000-00-00", "00.00.0000", "99991231", "9999-12-31", "31.12.9999")
"""What ERPs write for "none" and "for ever"."""
_WORDS = (("J", "N"), ("Y", "N"), ("X", ""), ("1", "0"), ("T", "F"), ("S", "N"), ("O", "N"))
_LOOKS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("email", re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"), "e-mail addresses"),
    ("phone", re.compile(r"[+(]?[0-9][0-9 ()/.+-]{5,}"), "telephone numbers"),
    (
        "website",
        re.compile(r"(https?://\S+|www\.\S+|[\w-]+(\.[\w-]+)*\.[a-z]{2,})"),
        "web addresses",
    ),
)
_NO_OTHER = re.compile(
    r"(?!\d{4}([-./]?)\d{2}\1\d{2}$|\d{1,2}([-./])\d{1,2}\2\d{2,4}$)"  # a date
    r"(?=[+(0]|.*[ ()/-]).*"  # a number of documents or money
)
"""What looks like a telephone number and not like anything else that is made of digits."""
_UNSURE = 0.5
"""What values say that are all blank."""


class Fit(NamedTuple):
    """How much of a column a rule accepts: 0 to 1, the rule, and why in words."""

    share: float
    rule: Rule
    why: str
    doubt: str = ""
    """What a person should look at."""
    tried: bool = True
    """Whether there was anything to try."""


def fit(field: Field, values: Sequence[Value]) -> Fit | None:
    """The best rule for these values, none of them blank; None where no rule takes any."""
    if field.kind in (Kind.DATE, Kind.INSTANT):
        days = [value for value in values if key_text_of(value) not in _NO_DATE]
        blank = sorted({text for value in values if (text := key_text_of(value)) in _NO_DATE})
    else:
        days, blank = list(values), []
    if not days:
        rule: Rule = {"blank": list[Json](blank)} if blank else {}
        return Fit(_UNSURE, rule, "all samples are blank", tried=False)
    return _best(field, days, blank)


def _best(field: Field, values: Sequence[Value], blank: Sequence[str]) -> Fit | None:
    best: Fit | None = None
    rivals: list[Rule] = []
    for plain in _rules(field, values):
        rule: Rule = {**plain, "blank": list[Json](blank)} if blank else plain
        convert = _made(field, rule)
        if convert is None:
            continue
        taken = sum(1 for value in values if _takes(convert, value))
        share = taken / len(values)
        if best and share == best.share:
            rivals.append(rule)
        if best is None or share > best.share:
            best, rivals = Fit(share, rule, _said(field, rule, taken, len(values))), []
    if best is None or not best.share:
        return None
    if field.kind is Kind.DATE and any(_swapped(best.rule, rival) for rival in rivals):
        doubt = "every sample could be day/month or month/day: look at the dates"
        best = best._replace(doubt=doubt)
    return best


def looks(field: str, values: Sequence[Value], *, named: bool) -> tuple[float, str] | None:
    """For fields whose values have a look of their own: the share that has it, and in words.

    `named`: the column's name speaks for the field too; else its values must be unmistakable.
    """
    for name, pattern, what in _LOOKS:
        if name in field:
            texts = [value for value in values if isinstance(value, str)]
            like = [text for text in texts if pattern.fullmatch(text.strip())]
            if name == "phone" and not named:
                like = [text for text in like if _NO_OTHER.fullmatch(text.strip())]
            share = len(like) / len(values)
            return share, f"{share:.0%} of the samples look like {what}"
    return None


def _made(field: Field, rule: Rule) -> object:
    problems = Problems("")
    made = converter(field, Options(rule, "", problems))
    return None if problems.found else made or as_it_is(field.max_length)


def _takes(convert: object, value: Value) -> bool:
    try:
        return callable(convert) and convert(value) is not None
    except Refused:
        return False


def _rules(field: Field, values: Sequence[Value]) -> Iterator[Rule]:
    texts = {text for value in values if (text := key_text_of(value))}
    yield {}
    match field.kind:
        case Kind.DECIMAL | Kind.INTEGER:
            yield from _number_rules()
        case Kind.DATE | Kind.INSTANT:
            yield from _moment_rules(field.kind)
        case Kind.BOOLEAN:
            for true, false in _WORDS:
                if texts <= {true, false}:
                    yield {"true": [true], "false": [false]}
        case Kind.CODE:
            yield from _code_rules(field, texts)
        case Kind.TEXT if any(
            isinstance(value, str) and value != value.strip() for value in values
        ):
            yield {"trim": True}
        case _:
            yield {"convert": str(field.kind)}


def key_text_of(value: Value) -> str | None:
    """The text of a value without blanks around it; None for what has none."""
    try:
        return key_text(value)
    except Refused:
        return None


def _number_rules() -> Iterator[Rule]:
    for style in (
        {"decimal": ","},
        {"decimal": ",", "thousands": "."},
        {"thousands": ","},
        {"decimal": ",", "thousands": " "},
        {"thousands": "'"},
    ):
        yield dict(style)
    yield {"trailing_minus": True}
    yield {"decimal": ",", "thousands": ".", "trailing_minus": True}
    yield {"thousands": ",", "trailing_minus": True}


def _moment_rules(kind: Kind) -> Iterator[Rule]:
    for form in DATES:
        if kind is Kind.DATE:
            yield {"format": form}
            continue
        for time in _TIMES:
            for between in (" ", "T"):
                yield {"format": f"{form}{between}{time}", "timezone": "UTC"}


def _code_rules(field: Field, texts: set[str]) -> Iterator[Rule]:
    if field.list == "iso-3166-1":
        yield {"convert": "country"}
    if field.list == "iso-4217":
        yield {"convert": "currency"}
    same = {code.casefold(): code for code in field.codes}
    known: dict[str, Json] = {
        text: same[text.casefold()] for text in sorted(texts) if text.casefold() in same
    }
    if known:
        yield {"convert": "codes", "codes": known}


def _swapped(one: Rule, other: Rule) -> bool:
    forms = (str(one.get("format")), str(other.get("format")))
    return set(forms) == {"%d/%m/%Y", "%m/%d/%Y"}


def _said(field: Field, rule: Rule, taken: int, count: int) -> str:
    what = {
        Kind.DECIMAL: "numbers",
        Kind.PERCENT: "numbers",
        Kind.INTEGER: "whole numbers",
        Kind.DATE: "dates",
        Kind.INSTANT: "points in time",
        Kind.BOOLEAN: "yes or no",
        Kind.CODE: "codes that the field knows",
    }.get(field.kind, "texts that fit")
    how = f" ({rule['format']})" if "format" in rule else ""
    if rule.get("decimal") == ",":
        how = " with a decimal comma"
    return f"{taken} of {count} samples are {what}{how}"
