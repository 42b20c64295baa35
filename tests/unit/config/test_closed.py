"""When nothing is sent to a target: as people write it, in the agent's time zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent.config.closed import closed, closed_until

BERLIN = ZoneInfo("Europe/Berlin")


def local(day: str, at: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=BERLIN).astimezone(UTC)


def until(text: str, day: str, at: str) -> str | None:
    """By the clock on the wall; 2026-11-20 is a Friday."""
    found = closed(text).until(local(day, at), BERLIN)
    return None if found is None else found.astimezone(BERLIN).strftime("%a %H:%M")


@pytest.mark.parametrize(
    ("text", "day", "at", "ends"),
    [
        ("22:00-04:00", "2026-11-20", "21:59", None),
        ("22:00-04:00", "2026-11-20", "22:00", "Sat 04:00"),
        ("22:00-04:00", "2026-11-20", "03:59", "Fri 04:00"),
        ("22:00-04:00", "2026-11-20", "04:00", None),
        ("mon-fri 07:30-09:00", "2026-11-20", "08:00", "Fri 09:00"),
        ("mon-fri 07:30-09:00", "2026-11-21", "08:00", None),
        ("fri 22:00-04:00", "2026-11-21", "01:00", "Sat 04:00"),
        ("fri 22:00-04:00", "2026-11-20", "01:00", None),
        ("sat,sun 00:00-24:00", "2026-11-22", "12:00", "Mon 00:00"),
        ("sat-mon 00:00-24:00", "2026-11-23", "12:00", "Tue 00:00"),
        ("SUN 10:00 - 11:00", "2026-11-22", "10:30", "Sun 11:00"),
        ("0 2 * * fri for 3h", "2026-11-20", "04:59", "Fri 05:00"),
        ("0 2 * * fri for 3h", "2026-11-20", "05:00", None),
        ("0 2 * * fri for 3h", "2026-11-20", "01:59", None),
        ("0 22 * * fri for 1d12h", "2026-11-22", "09:00", "Sun 10:00"),
        ("*/30 * * * * for 10m", "2026-11-20", "08:05", "Fri 08:10"),
        ("*/30 * * * * for 10m", "2026-11-20", "08:15", None),
    ],
)
def test_it_is_closed_from_its_beginning_to_just_before_its_end(text, day, at, ends) -> None:
    assert until(text, day, at) == ends


def test_a_night_in_which_the_clock_changes_ends_by_the_clock_on_the_wall() -> None:
    assert until("22:00-04:00", "2026-10-25", "03:59") == "Sun 04:00"
    assert until("22:00-04:00", "2026-03-29", "03:59") == "Sun 04:00"
    assert until("22:00-04:00", "2026-10-25", "04:00") is None


def test_times_that_follow_each_other_are_told_as_one() -> None:
    times = (closed("sat,sun 00:00-24:00"), closed("fri 20:00-24:00"), closed("mon 00:00-06:00"))
    found = closed_until(times, local("2026-11-20", "21:00"), BERLIN)
    assert found is not None
    assert found.astimezone(BERLIN).strftime("%a %H:%M") == "Mon 06:00"
    assert closed_until(times, local("2026-11-20", "19:00"), BERLIN) is None


def test_always_closed_has_an_end_all_the_same() -> None:
    found = closed_until((closed("00:00-24:00"),), local("2026-11-20", "21:00"), BERLIN)
    assert found is not None
    assert found - local("2026-11-20", "21:00") <= timedelta(days=17)


@pytest.mark.parametrize(
    "text",
    ["", 5, "22:00", "22-04", "25:00-26:00", "22:60-23:00", "24:00-02:00", "10:00-10:00",
     "mo 10:00-11:00", "mon-x 10:00-11:00", "0 2 * *", "0 2 * * * for 10s", "0 2 * * * for 8d",
     "0 2 * * * for ever", "61 2 * * * for 1h", "0 0 30 2 * for 1h"],
)  # fmt: skip
def test_what_is_no_time_is_refused_with_how_to_write_one(text: object) -> None:
    with pytest.raises(ValueError, match=r"write|duration|lasts"):
        closed(text)
