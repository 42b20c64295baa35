"""`[reasons.CODE]` and `[[escalation]]`: how bad a trouble is, whose it is, and when it is raised."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from agent.config.units import Duration
from agent.config.zones import zone

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Severity = Literal["critical", "error", "warning"]
SEVERITIES = frozenset(get_args(Severity))
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_ -]*$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class ReasonConfig(_Table):
    """`[reasons.CODE]`: what an installation says of one code, over the catalogue."""

    severity: Severity | None = Field(None, description="How bad it is here.")
    owner: Name | None = Field(None, description="The role that puts it right: finance, sales.")


def _words(value: object) -> object:
    """One word, or a list of them."""
    said = [value] if isinstance(value, str) else value
    if not isinstance(said, list) or not said or not all(isinstance(w, str) and w for w in said):
        raise ValueError('this is a word in quotes or a list of them: ["invoice", "payment"]')
    return frozenset(said)


def _amounts(value: object) -> object:
    if not isinstance(value, dict) or not value:
        raise ValueError('this is a table of amounts in quotes: { EUR = "10000", USD = "12000" }')
    found = {}
    for currency, text in value.items():
        if not (len(currency) == 3 and currency.isascii() and currency.isupper()):
            raise ValueError(f"{currency[:10]} is no ISO 4217 code such as EUR")
        try:
            found[currency] = Decimal(text if isinstance(text, str) else "")
        except InvalidOperation:
            raise ValueError(f'the amount of {currency} is written in quotes: "10000"') from None
        if not found[currency].is_finite() or found[currency] < 0:
            raise ValueError(f"the amount of {currency} must be a number from 0 on")
    return found


def _steps(value: object) -> object:
    said = [value] if isinstance(value, str) else value
    if not isinstance(said, list) or not 0 < len(said) <= 9:
        raise ValueError('this is a duration, or up to nine of them: ["1h", "4h"]')
    return said


def _rising(steps: list[timedelta]) -> list[timedelta]:
    if steps[0] < timedelta(seconds=1):
        raise ValueError("the first step must be at least one second")
    if any(later <= earlier for earlier, later in pairwise(steps)):
        raise ValueError("each step must be later than the one before")
    return steps


def _clock_time(value: object) -> object:
    if isinstance(value, str) and len(value) == 5:
        try:
            return time.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError('this is a time of the day in quotes: "18:00"')


def _days(value: object) -> object:
    if not isinstance(value, list) or not all(day in _DAYS for day in value):
        raise ValueError(f"this is a list of days: {', '.join(_DAYS)}")
    return frozenset(_DAYS.index(day) for day in value)


ClockTime = Annotated[time, BeforeValidator(_clock_time)]
Words = Annotated[frozenset[str], BeforeValidator(_words)]


class QuietConfig(_Table):
    """`quiet`: when nobody is to be disturbed. What comes due then is raised when it is over."""

    since: ClockTime | None = Field(None, description="From this time of the day on.")
    until: ClockTime | None = Field(
        None, description="Until this time, of the next day if earlier."
    )
    days: Annotated[frozenset[int], BeforeValidator(_days)] = Field(
        frozenset(), description="Whole days: sat, sun."
    )
    timezone: Annotated[str, AfterValidator(zone)] | None = Field(
        None, description="Time zone; agent.timezone without."
    )


class EscalationConfig(_Table):
    """`[[escalation]]`: which exceptions are raised when they are how old."""

    name: Name = Field(description="What the rule is called.")
    after: Annotated[
        list[Duration], BeforeValidator(_steps), AfterValidator(_rising)
    ] = Field(description="Ages at which it is raised, level by level.")  # fmt: skip
    severity: Words = Field(frozenset(), description="Only these; all without.")
    entity: Words = Field(frozenset(), description="Only these kinds of records.")
    flow: Words = Field(frozenset(), description="Only these flows.")
    code: Words = Field(frozenset(), description="Only these codes.")
    owner: Words = Field(frozenset(), description="Only what these roles put right.")
    amount: Annotated[Mapping[str, Decimal], BeforeValidator(_amounts)] | None = Field(
        None, description="Only from these amounts on; other currencies are not raised."
    )
    quiet: QuietConfig | None = Field(None, description="When nobody is to be disturbed.")
