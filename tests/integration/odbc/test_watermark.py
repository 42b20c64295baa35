"""By a watermark no change is missed: not at equal times, late commits, or a clock that went back."""

from __future__ import annotations

from datetime import datetime, timedelta

from agent.clock import SystemClock
from agent.model import Content
from tests.integration.odbc.moving import MOVING_BY_KIND, watermark
from tests.integration.servers import rows


def finished(read):
    found = rows(read)
    return [row["ID"] for row in found], read.end().checkpoint


def test_equal_timestamps_across_fetches_lose_no_row(make, erp):
    early = ", ".join(f"('E{i}', '2026-01-01 10:00:00', {i})" for i in range(500))
    source = make(MOVING_BY_KIND[erp.kind], early, changes=watermark(lag="0s"), fetch=7)
    found, checkpoint = finished(source.read(None))
    assert len(found) == 500
    erp.run(
        "insert into orders values "
        + ", ".join(f"('L{i}', '2026-01-01 10:00:00', {i})" for i in range(500))
    )
    read = source.read(checkpoint)
    assert read.content is Content.CHANGES
    found, _ = finished(read)
    assert {f"L{i}" for i in range(500)} <= set(found)


def test_a_row_that_commits_late_behind_the_watermark_is_seen_within_the_lag(make, erp):
    source = make(
        MOVING_BY_KIND[erp.kind],
        "('A', '2026-01-01 10:00:00', 1), ('B', '2026-01-01 09:00:00', 1)",
        changes=watermark(lag="10m"),
    )
    _, checkpoint = finished(source.read(None))
    erp.run("insert into orders values ('LATE', '2026-01-01 09:51:00', 1)")
    found, _ = finished(source.read(checkpoint))
    assert set(found) == {"A", "LATE"}


def test_rows_without_a_watermark_are_read_each_time(make, erp):
    source = make(
        MOVING_BY_KIND[erp.kind],
        "('A', '2026-01-01 10:00:00', 1), ('B', '2026-01-01 08:00:00', 1), ('NONE', null, 1)",
        changes=watermark(),
    )
    _, checkpoint = finished(source.read(None))
    assert set(finished(source.read(checkpoint))[0]) == {"A", "NONE"}


def test_a_row_from_the_year_9999_is_delivered_and_hides_nothing_after_it(make, erp):
    source = make(
        MOVING_BY_KIND[erp.kind],
        "('A', '2026-01-01 10:00:00', 1), ('FUTURE', '9999-12-31 23:59:59', 1)",
        changes=watermark(),
    )
    found, checkpoint = finished(source.read(None))
    assert set(found) == {"A", "FUTURE"}
    erp.run("insert into orders values ('AFTER', '2026-01-02 10:00:00', 1)")
    found, checkpoint = finished(source.read(checkpoint))
    assert "AFTER" in found
    assert finished(source.read(checkpoint))[0] == ["AFTER", "FUTURE"]


def test_microseconds_of_a_watermark_are_kept(make, erp):
    source = make(
        MOVING_BY_KIND[erp.kind],
        "('A', '2026-01-01 10:00:00.123456', 1), ('B', '2026-01-01 10:00:00.123455', 1)",
        changes=watermark(lag="0s"),
    )
    _, checkpoint = finished(source.read(None))
    assert finished(source.read(checkpoint))[0] == ["A"]


def test_a_counter_can_be_a_watermark_with_a_lag_of_its_own(make, erp):
    source = make(
        MOVING_BY_KIND[erp.kind],
        ", ".join(f"('K{i}', null, {i})" for i in range(1, 30)),
        changes={"by": "watermark", "column": "N", "lag": 3},
    )
    _, checkpoint = finished(source.read(None))
    assert finished(source.read(checkpoint))[0] == ["K26", "K27", "K28", "K29"]


def test_a_due_recount_reads_everything_and_is_then_done(make, erp):
    clock = Watch()
    source = make(
        MOVING_BY_KIND[erp.kind],
        "('A', '2026-01-01 10:00:00', 1), ('B', '2026-01-01 08:00:00', 1)",
        changes=watermark(recount="0 2 * * *"),
        clock=clock,
    )
    _, checkpoint = finished(source.read(None))
    assert source.read(checkpoint).content is Content.CHANGES
    clock.ahead = timedelta(hours=24)
    due = source.read(checkpoint)
    assert due.content is Content.FULL
    _, checkpoint = finished(due)
    assert source.read(checkpoint).content is Content.CHANGES


def test_a_table_whose_watermark_went_back_is_compared_whole(make, erp):
    source = make(
        MOVING_BY_KIND[erp.kind],
        "('A', '2026-01-05 10:00:00', 1), ('B', '2026-01-01 08:00:00', 1)",
        changes=watermark(),
    )
    _, checkpoint = finished(source.read(None))
    erp.run("delete from orders", "insert into orders values ('B', '2026-01-01 08:00:00', 0)")
    read = source.read(checkpoint)
    assert read.content is Content.FULL
    assert finished(read)[0] == ["B"]


class Watch(SystemClock):
    """The real clock, and a jump ahead."""

    ahead = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.ahead
