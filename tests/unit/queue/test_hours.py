"""What each hour brought, told from the counters alone."""

from __future__ import annotations

from agent.decisions import Done, Park
from agent.queue.hours import HOUR, KEPT_HOURS, Hours
from tests.unit.queue.pages import Queue


def deliver(queue: Queue, number: int) -> None:
    for at in range(number):
        queue.decide(queue.put(f"D{queue.clock.seconds}-{at}"), Done())


def told(queue: Queue, hours: int = 3) -> list[tuple[int, int, int, bool]]:
    flow = queue.flow["s"]
    return [tuple(hour)[1:] for hour in Hours(queue.store).of([flow], hours)[flow]]


def test_each_hour_has_what_was_delivered_in_it_and_the_most_that_waited(queue: Queue) -> None:
    hours, flows = Hours(queue.store), [queue.flow["s"]]
    hours.read(flows)
    deliver(queue, 3)
    waiting = queue.put("W1")
    hours.read(flows)
    queue.decide(waiting, Park("C", "why", "field"))
    hours.read(flows)
    queue.clock.pass_(HOUR)
    deliver(queue, 2)
    hours.read(flows)
    assert told(queue) == [(0, 0, 0, False), (3, 1, 1, True), (2, 1, 0, True)]


def test_what_was_delivered_before_anybody_counted_is_in_no_hour(queue: Queue) -> None:
    deliver(queue, 5)
    Hours(queue.store).read([queue.flow["s"]])
    deliver(queue, 1)
    Hours(queue.store).read([queue.flow["s"]])
    assert told(queue, 1) == [(1, 0, 0, True)]


def test_hours_without_an_agent_are_unknown_and_hold_what_stood_there(queue: Queue) -> None:
    queue.put("W1")
    Hours(queue.store).read([queue.flow["s"]])
    queue.clock.pass_(5 * HOUR)
    assert told(queue, 6)[1:] == [(0, 0, 1, False)] * 5
    assert told(queue, 2) == [(0, 0, 1, False)] * 2


def test_nothing_is_written_while_nothing_changes(queue: Queue) -> None:
    hours = Hours(queue.store)
    hours.read([queue.flow["s"]])
    before = queue.store.db.conn.total_changes
    hours.read([queue.flow["s"]])
    assert queue.store.db.conn.total_changes == before


def test_a_month_is_kept_and_what_came_after_a_long_break_is_counted_from_its_beginning(
    queue: Queue,
) -> None:
    hours, flows = Hours(queue.store), [queue.flow["s"]]
    deliver(queue, 4)
    hours.read(flows)
    for _ in range(3):
        deliver(queue, 1)
        hours.read(flows)
        queue.clock.pass_(HOUR)
    queue.clock.pass_(2 * KEPT_HOURS * HOUR)
    deliver(queue, 2)
    hours.read(flows)
    assert told(queue, 1) == [(2, 0, 0, True)]
    assert queue.store.db.rows("select count(*) from hour") == [(2,)]
