"""Ends of reads: holds, unreadable records, settling, and what is kept of the past."""

import pytest

from agent.decisions import Done, Park
from agent.model import Place, Unreadable
from agent.queue.holds import NewHold
from agent.queue.house import KEPT_READS
from agent.queue.store import KEPT_SECONDS
from tests.unit.queue.pages import Queue

BAD = Unreadable(Place("f", 1, 1, 0), "RAGGED", "why", ("K",))


def rows(*numbers: int) -> bytes:
    return b"".join(bytes([number]) * 16 for number in numbers)


def deletes(*numbers: int) -> NewHold:
    return NewHold("deletes", "many", rows(*numbers), len(numbers), 10)


def test_a_newer_complete_read_voids_a_hold(queue: Queue) -> None:
    queue.ended(hold=deletes(1, 2))
    queue.ended()
    assert queue.reads.holds() == []
    assert len(queue.reads.holds(state="void")) == 1


def test_a_read_that_finds_the_same_takes_the_hold_over(queue: Queue) -> None:
    queue.ended(hold=deletes(1, 2))
    (first,) = queue.reads.holds()
    again = queue.ended(hold=deletes(1, 2))
    (hold,) = queue.reads.holds()
    assert (hold.id, hold.read) == (first.id, again.id)
    queue.ended(hold=deletes(1, 2, 3))
    (other,) = queue.reads.holds()
    assert other.id != first.id


def test_what_a_person_refused_is_not_asked_again(queue: Queue) -> None:
    queue.ended(hold=deletes(1, 2))
    (hold,) = queue.reads.holds()
    assert queue.reads.end_hold(hold.id, "rejected")
    queue.ended(hold=deletes(1, 2))
    assert queue.reads.holds() == []
    assert queue.reads.hold(hold.id).state == "rejected"


def test_rows_that_are_seen_again_leave_a_hold_also_in_an_incomplete_read(queue: Queue) -> None:
    queue.ended(hold=deletes(1, 2, 3))
    queue.ended(complete=False, still_gone=rows(1, 3))
    (hold,) = queue.reads.holds()
    assert (hold.rows, hold.entries) == (rows(1, 3), 2)
    queue.ended(complete=False, still_gone=b"")
    assert queue.reads.holds() == []


def test_another_streams_read_leaves_a_hold_alone(queue: Queue) -> None:
    queue.ended(hold=deletes(1))
    queue.ended("t")
    assert len(queue.reads.holds()) == 1


def test_a_hold_ends_once(queue: Queue) -> None:
    queue.ended(hold=deletes(1))
    (hold,) = queue.reads.holds()
    assert queue.reads.end_hold(hold.id, "approving")
    assert queue.reads.end_hold(hold.id, "approved")
    assert not queue.reads.end_hold(hold.id, "rejected")
    assert queue.reads.hold(99) is None


def test_the_next_full_read_judges_unreadable_records_anew(queue: Queue) -> None:
    queue.ended(bad=[BAD, BAD])
    assert queue.desk.unreadable_count() == 2
    queue.ended("t")
    assert queue.desk.unreadable_count() == 2
    queue.ended(full=False)
    assert queue.desk.unreadable_count() == 2, "a change file says nothing of them"
    queue.ended(bad=[BAD])
    assert queue.desk.unreadable_count() == 1
    queue.ended()
    assert queue.desk.unreadable_count() == 0


def clean_of(queue: Queue) -> list[bool]:
    return [clean for _, _, clean in queue.reads.to_settle(queue.stream["s"])]


def test_a_read_is_settled_when_nothing_of_it_is_on_its_way(queue: Queue) -> None:
    queue.ended()
    assert clean_of(queue) == [True]
    from agent.queue.reads import Finish

    seq = queue.put("X1", finish=Finish({"n": 2}, complete=True, full=True, counts={}))
    assert clean_of(queue) == [True], "the second has an entry on its way"
    queue.decide(seq, Done())
    assert clean_of(queue) == [True, True]
    for read, _, _ in queue.reads.to_settle(queue.stream["s"]):
        queue.reads.settled(read)
    assert clean_of(queue) == []


def test_a_read_under_way_is_not_settled(queue: Queue) -> None:
    queue.decide(queue.put("X1"), Done())
    assert clean_of(queue) == []


@pytest.mark.parametrize("why", ["parked", "held", "behind", "unreadable"])
def test_what_is_not_delivered_keeps_the_original_from_being_deleted(
    queue: Queue, why: str
) -> None:
    from agent.queue.reads import Finish

    finish = Finish({"n": 2}, complete=True, full=True, counts={})
    if why == "held":
        finish.hold = deletes(1)
    seq = queue.put("X1", finish=finish)
    queue.decide(seq, Park("C", "why") if why == "parked" else Done())
    if why == "behind":
        queue.reads.set_behind(queue.flow["s"])
    if why == "unreadable":
        queue.ended(bad=[BAD])
    assert clean_of(queue)[-1] is False


def test_a_page_voids_the_mark_of_a_complete_read_and_the_end_sets_it(queue: Queue) -> None:
    queue.ended()
    stream = queue.stream["s"]
    assert queue.reads.state(stream).ended
    queue.put("X1")
    assert not queue.reads.state(stream).ended
    queue.ended(checkpoint={"n": 5})
    assert queue.reads.state(stream).checkpoint == {"n": 5}


def test_deletes_of_a_day_are_summed(queue: Queue) -> None:
    queue.ended(deleted=3)
    queue.clock.pass_(80_000)
    queue.ended(deleted=4)
    assert queue.reads.deleted_today(queue.stream["s"]) == 7
    queue.clock.pass_(10_000)
    assert queue.reads.deleted_today(queue.stream["s"]) == 4
    assert queue.reads.deleted_today(queue.stream["t"]) == 0


def test_of_the_past_only_what_is_over_and_old_is_forgotten(queue: Queue) -> None:
    waiting = queue.put("X1")
    for _ in range(KEPT_READS + 20):
        queue.reads.settled(queue.ended().id)
    queue.store.keep_house()
    kept = [read.id for read in queue.reads.latest([queue.stream["s"]], 1000)]
    assert len(kept) == KEPT_READS + 2, "the latest ones, and the one whose entry still waits"
    assert 1 in kept
    queue.ended(hold=deletes(1))
    queue.ended()
    queue.decide(waiting, Done())
    queue.clock.pass_(KEPT_SECONDS + 1)
    queue.ended(hold=deletes(2))
    queue.store.keep_house()
    assert [hold.state for s in ("held", "void") for hold in queue.reads.holds(state=s)] == ["held"]
    assert queue.states() == []
    assert queue.put("X1") > waiting, "numbers go on although the entries are forgotten"


def test_numbers_go_on_after_everything_was_forgotten_and_a_crash(queue: Queue) -> None:
    seq = queue.put("X1")
    queue.decide(seq, Done())
    queue.clock.pass_(KEPT_SECONDS + 1)
    queue.store.keep_house()
    assert queue.store.db.meta("top") >= seq
