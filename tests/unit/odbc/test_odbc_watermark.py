"""Where a watermark read starts: always early enough."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sources.odbc.columns import Column, Kind
from adapters.sources.odbc.watermark import Marks, is_due, start_of, usable, went_back

AT = Column("AT", Kind.DATETIME)
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
LAG = timedelta(minutes=5)


def since(newest: str, clock: str, at: datetime) -> dict[str, str]:
    return Marks(newest, clock, at).checkpoint(None)


def test_the_start_is_the_last_watermark_minus_the_lag():
    before = since("2026-07-01T11:59:00", "2026-07-01T12:00:00", NOON)
    marks = Marks("2026-07-01T12:30:00", "2026-07-01T12:31:00", NOON + timedelta(minutes=31))
    assert start_of(AT, before, marks, LAG) == datetime(2026, 7, 1, 11, 54)  # noqa: DTZ001 - a database has no zone


def test_the_hour_that_comes_twice_is_read_again():
    # 02:59 summer time; a quarter of an hour later it is 02:14 winter time.
    before = since("2026-10-25T02:58:00", "2026-10-25T02:59:00", NOON)
    marks = Marks("2026-10-25T02:58:00", "2026-10-25T02:14:00", NOON + timedelta(minutes=15))
    assert went_back(AT, before, marks) == timedelta(hours=1)
    assert start_of(AT, before, marks, LAG) == datetime(2026, 10, 25, 1, 53)  # noqa: DTZ001 - a database has no zone


def test_an_hour_that_is_skipped_changes_nothing():
    before = since("2026-03-29T01:58:00", "2026-03-29T01:59:00", NOON)
    marks = Marks("2026-03-29T03:10:00", "2026-03-29T03:14:00", NOON + timedelta(minutes=15))
    assert went_back(AT, before, marks) == timedelta(0)


def test_an_older_copy_of_the_table_is_read_whole():
    before = since("2026-07-01T11:59:00", "2026-07-01T12:00:00", NOON)
    marks = Marks("2026-06-01T00:00:00", "2026-07-01T12:01:00", NOON + timedelta(minutes=1))
    assert start_of(AT, before, marks, LAG) is None


def test_an_empty_table_is_read_whole_and_keeps_the_old_watermark():
    before = since("2026-07-01T11:59:00", "2026-07-01T12:00:00", NOON)
    marks = Marks(None, None, NOON)
    assert start_of(AT, before, marks, LAG) is None
    assert marks.checkpoint(before)["wm"] == "2026-07-01T11:59:00"


def test_dates_go_back_at_least_one_day():
    day = Column("D", Kind.DATE)
    before = since("2026-07-01", "2026-07-01T12:00:00", NOON)
    assert start_of(day, before, Marks("2026-07-01", None, NOON), LAG) == date(2026, 6, 30)


def test_a_watermark_that_changed_its_type_is_not_trusted():
    before = since("17", "2026-07-01T12:00:00", NOON)
    loose = Column("AT", Kind.DATETIME, as_text=True)
    marks = Marks("2026-07-01T12:30:00", "2026-07-01T12:31:00", NOON)
    assert start_of(loose, before, marks, LAG) is None


@given(st.datetimes(), st.timedeltas(timedelta(0), timedelta(days=400)), st.integers(-90, 90))
def test_the_start_never_lies_after_the_last_watermark(last, lag, minutes):
    text = last.isoformat()
    clock = datetime(2026, 7, 1, 12)  # noqa: DTZ001 - a database's local clock
    before = since(text, clock.isoformat(), NOON)
    later = clock + timedelta(minutes=minutes)
    marks = Marks(text, later.isoformat(), NOON)
    start = start_of(AT, before, marks, lag)
    assert start is not None
    assert start <= last


@pytest.mark.parametrize(
    ("kind", "lag", "fine"),
    [
        (Kind.DATETIME, LAG, True),
        (Kind.INTEGER, 100, True),
        (Kind.INTEGER, LAG, True),
        (Kind.DATETIME, 100, False),
        (Kind.BOOLEAN, LAG, False),
        (Kind.BYTES, LAG, False),
    ],
)
def test_only_what_grows_can_be_a_watermark(kind, lag, fine):
    assert (usable(Column("X", kind), lag) == "") is fine


@pytest.mark.parametrize(
    ("now", "due"), [("2026-07-01T23:59:00+00:00", False), ("2026-07-02T00:00:00+00:00", True)]
)
def test_a_recount_at_two_is_at_two_where_the_agent_is_said_to_be(now, due):
    counted = "2026-07-01T00:30:00+00:00"  # half past two in Berlin: that night's is done
    zone = ZoneInfo("Europe/Berlin")
    assert is_due("0 2 * * *", counted, datetime.fromisoformat(now), zone) is due
