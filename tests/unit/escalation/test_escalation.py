"""What is raised, when, and how often."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.escalation import ESCALATED, RESOLVED, Amount, Event, Item, Quiet, Rule, Told, judge

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)  # a Friday
HOUR = timedelta(hours=1)
RULE = Rule("old", (HOUR, 4 * HOUR))


def item(number: int = 1, **more: object) -> Item:
    made = Item(b"%d" % number, START, f"E{number}", "error", "invoice", "f", "C", "finance")
    return replace(made, **more)


def steps(
    rules: list[Rule], items: list[Item], after: timedelta, told: list[Told] | None = None
) -> list[tuple[str, str, int]]:
    found = judge(rules, items, told or [], START + after)
    return [(event.what, event.rule, event.level) for event in found]


def remembered(events: list[Event], told: set[Told]) -> set[Told]:
    """What somebody who keeps what he told remembers after these."""
    gone = {(e.key, e.since, e.rule) for e in events if e.what == RESOLVED}
    kept = {step for step in told if step[:3] not in gone}
    new = {Told(e.key, e.since, e.rule, e.level, e.ref) for e in events if e.what == ESCALATED}
    return kept | new


def test_each_step_is_raised_at_its_age_and_once() -> None:
    assert steps([RULE], [item()], HOUR - timedelta(seconds=1)) == []
    assert steps([RULE], [item()], HOUR) == [(ESCALATED, "old", 1)]
    told = [Told(b"1", START, "old", 1)]
    assert steps([RULE], [item()], 3 * HOUR, told) == []
    assert steps([RULE], [item()], 4 * HOUR, told) == [(ESCALATED, "old", 2)]


def test_what_came_due_while_nobody_looked_is_raised_step_by_step() -> None:
    assert steps([RULE], [item()], 9 * HOUR) == [(ESCALATED, "old", 1), (ESCALATED, "old", 2)]


def test_what_leaves_is_resolved_and_what_comes_back_begins_anew() -> None:
    told = [Told(b"1", START, "old", 1), Told(b"1", START, "old", 2)]
    assert steps([RULE], [], 9 * HOUR, told) == [(RESOLVED, "old", 2)]
    back = item(since=START + 9 * HOUR)
    assert steps([RULE], [back], 9 * HOUR, told) == [(RESOLVED, "old", 2)]
    assert steps([RULE], [back], 10 * HOUR) == [(ESCALATED, "old", 1)]


def test_a_newer_message_of_the_same_row_is_the_same_item() -> None:
    told = [Told(b"1", START, "old", 1)]
    assert steps([RULE], [item(ref="E20")], 2 * HOUR, told) == []


def test_what_a_rule_that_is_gone_raised_is_resolved() -> None:
    told = [Told(b"1", START, "gone", 1)]
    assert steps([RULE], [item()], timedelta(0), told) == [(RESOLVED, "gone", 1)]


@pytest.mark.parametrize(
    "asked",
    [
        {"severities": "critical"}, {"entities": "order"}, {"flows": "g"}, {"codes": "D"},
        {"owners": "sales"},
    ],
)  # fmt: skip
def test_a_rule_raises_only_what_fits_all_of_it(asked: dict[str, str]) -> None:
    ((name, other),) = asked.items()
    own = {"severities": "error", "entities": "invoice", "flows": "f", "codes": "C",
           "owners": "finance"}  # fmt: skip
    every = {each: frozenset({word}) for each, word in own.items()}
    assert steps([replace(RULE, **every)], [item()], HOUR) == [(ESCALATED, "old", 1)]
    but = every | {name: frozenset({other})}
    assert steps([replace(RULE, **but)], [item()], 9 * HOUR) == []


@pytest.mark.parametrize(
    ("amount", "raised"),
    [
        (Amount("EUR", Decimal("10000.00")), True),
        (Amount("EUR", Decimal("-10000.00")), True),
        (Amount("EUR", Decimal("9999.99")), False),
        (Amount("USD", Decimal("99999.00")), False),
        (None, False),
    ],
)
def test_an_amount_counts_in_its_own_currency(amount: Amount | None, raised: bool) -> None:
    rule = replace(RULE, least={"EUR": Decimal(10000)})
    assert bool(steps([rule], [item(amount=lambda: amount)], HOUR)) is raised


def test_an_amount_is_asked_for_only_where_it_decides() -> None:
    def opened() -> Amount | None:
        raise AssertionError("nobody had to open it")

    rule = replace(RULE, least={"EUR": Decimal(1)}, owners=frozenset({"sales"}))
    assert steps([RULE, rule], [item(amount=opened)], HOUR) == [(ESCALATED, "old", 1)]
    rule = replace(rule, owners=frozenset())
    assert steps([rule], [item(amount=opened)], HOUR - timedelta(seconds=1)) == []


BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = Quiet(BERLIN, time(18), time(7), frozenset({5, 6}))


@pytest.mark.parametrize(
    ("now", "quiet"),
    [
        ("2026-11-20T16:59Z", False), ("2026-11-20T17:00Z", True), ("2026-11-21T12:00Z", True),
        ("2026-11-23T05:59Z", True), ("2026-11-23T06:00Z", False),
    ],
)  # fmt: skip
def test_quiet_hours_are_those_of_their_time_zone(now: str, quiet: bool) -> None:
    assert NIGHT.holds(datetime.fromisoformat(now)) is quiet
    day = Quiet(BERLIN, time(12), time(13))
    assert day.holds(datetime(2026, 11, 20, 11, 30, tzinfo=UTC))
    assert not day.holds(datetime(2026, 11, 20, 12, 0, tzinfo=UTC))


def test_what_comes_due_in_the_quiet_is_raised_when_it_is_over() -> None:
    rule, late = replace(RULE, quiet=NIGHT), item(since=START + 8 * HOUR)
    assert steps([rule], [late], 10 * HOUR) == []
    monday = datetime(2026, 11, 23, 6, 0, tzinfo=UTC) - START
    assert steps([rule], [late], monday) == [(ESCALATED, "old", 1), (ESCALATED, "old", 2)]


# --- whatever happens -----------------------------------------------------------------------------

HOURS = st.integers(0, 12)
RULES = st.lists(
    st.builds(
        lambda steps, owners, quiet, name: Rule(
            name, tuple(HOUR * step for step in sorted(steps)), owners=frozenset(owners),
            quiet=Quiet(UTC, time(10), time(12)) if quiet else None,
        ),
        st.sets(st.integers(1, 9), min_size=1, max_size=3),
        st.sets(st.sampled_from(["finance", "sales"]), max_size=1),
        st.booleans(),
        st.sampled_from(["a", "b", "c"]),
    ),
    unique_by=lambda rule: rule.name, min_size=1, max_size=3,
)  # fmt: skip
LIVES = st.lists(
    st.tuples(st.integers(1, 3), HOURS, st.integers(1, 14), st.sampled_from(["finance", "sales"])),
    unique_by=lambda life: life[:2], max_size=6,
)  # fmt: skip
"""(row, from, to, owner): when which row waits; to 14: still at the last look."""
LAST = 13


def waiting(lives: list[tuple[int, int, int, str]], hour: int) -> list[Item]:
    return [
        item(row, since=START + HOUR * since, owner=owner)
        for row, since, until, owner in lives
        if since <= hour < until
    ]


@settings(max_examples=300, deadline=None)
@given(RULES, LIVES, st.sets(HOURS, max_size=12), st.integers(0, 3))
def test_each_step_at_most_once_never_early_and_none_forgotten(
    rules: list[Rule], lives: list[tuple[int, int, int, str]], looks: set[int], dies: int
) -> None:
    told: set[Told] = set()
    raised: list[Event] = []
    for hour in sorted({*looks, LAST}):
        events = judge(rules, waiting(lives, hour), told, START + HOUR * hour)
        if hour % 4 == dies and hour != LAST:
            continue  # it died before anything was kept: nobody heard of it
        raised += [event for event in events if event.what == ESCALATED]
        early = [e for e in events if START + HOUR * hour - e.since < _step(rules, e)]
        assert [event for event in early if event.what == ESCALATED] == []
        told = remembered(events, told)
    assert len(raised) == len({event[1:] for event in raised}), "twice"
    expected = {
        Told(each.key, each.since, rule.name, level, each.ref)
        for each in waiting(lives, LAST)
        for rule in rules
        for level in rule.levels(START + HOUR * LAST - each.since)
        if not rule.owners or each.owner in rule.owners
    }
    assert told == expected, "forgotten, or raised for nothing"


def _step(rules: list[Rule], event: Event) -> timedelta:
    return next(rule for rule in rules if rule.name == event.rule).after[event.level - 1]
