"""Every row of a read is accounted for once, and what is not is said."""

from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from agent.decisions import Done, Park
from agent.queue.ends import Ends, ends_of
from agent.queue.states import State
from agent.runtime.operate.reconciled import account
from tests.unit.queue.pages import Queue

COUNTS = {"records": 100, "duplicate": 3, "unreadable": 2, "flows": {}}
FATES = {"unchanged": 60, "queued": 25, "parked": 5, "left out": 4, "behind": 1}


def made(edited: int = 0, **states: int) -> Ends:
    return Ends(Counter({State[name]: number for name, number in states.items()}), edited)


def test_rows_are_where_their_entries_are() -> None:
    found = account(
        COUNTS, FATES,
        made(WAITING=4, LATER=1, SENDING=2, PARKED=6, SET_ASIDE=1, SUPERSEDED=2, DELIVERED=14),
        all_known=True,
    )  # fmt: skip
    assert found.as_json() == {
        "in_source": 100, "delivered": 14, "unchanged": 60, "waiting": 7, "exceptions": 8,
        "held": 0, "set_aside": 1, "left_out": 4, "other": 6, "unexplained": 0,
    }  # fmt: skip


def test_a_row_that_nothing_accounts_for_is_unexplained() -> None:
    assert account(COUNTS, FATES, made(DELIVERED=27), all_known=True).unexplained == 3
    assert (
        account(COUNTS, FATES | {"unchanged": 58}, made(DELIVERED=30), all_known=True).unexplained
        == 2
    )


def test_what_was_delivered_so_long_ago_that_it_is_forgotten_is_delivered() -> None:
    found = account(COUNTS, FATES, made(PARKED=2), all_known=False)
    assert (found.delivered, found.exceptions, found.unexplained) == (28, 4, 0)


def test_an_edited_row_is_one_row() -> None:
    found = account(COUNTS, FATES, made(edited=2, SUPERSEDED=2, DELIVERED=30), all_known=True)
    assert (found.delivered, found.other, found.unexplained) == (30, 4, 0)


@given(
    st.dictionaries(st.sampled_from(list(State)), st.integers(0, 50)),
    st.integers(0, 9),
    st.booleans(),
)
def test_the_numbers_add_up_whatever_the_entries_are(states, edited, known) -> None:
    found = account(COUNTS, FATES, Ends(Counter(states), edited), all_known=known).as_json()
    assert sum(found.values()) - found["in_source"] == found["in_source"]


def test_the_entries_of_a_read_are_counted_where_they_are_now(tmp_path: Path) -> None:
    queue = Queue(tmp_path)
    seqs = [queue.put(f"X{number}") for number in range(5)]
    (read,) = {
        row[0] for row in queue.store.db.rows("select read from entry where seq = ?", (seqs[2],))
    }
    queue.decide(seqs[0], Done())
    queue.decide(seqs[2], Park("C", "why", "field"))
    found, whole = ends_of(queue.store, read)
    assert (found[queue.flow["s"]].states, whole) == (Counter({State.PARKED: 1}), True)
    queue.clock.pass_(8 * 86400)
    assert ends_of(queue.store, read)[1] is False
    assert ends_of(queue.store, 999) == ({}, False)
    queue.close()


def test_entries_that_were_numbered_before_those_of_a_quicker_page_are_counted_too(
    tmp_path: Path,
) -> None:
    queue = Queue(tmp_path)
    seal = queue.reads._seal_page

    def overtaken(*page):
        sealed = seal(*page)
        queue.reads._seal_page = seal
        for number in range(9):  # another source's page commits meanwhile
            queue.put(f"Y{number}", flow="t")
        queue.clock.pass_(5)
        return sealed

    queue.reads._seal_page = overtaken
    queue.put("X")
    ((read,),) = queue.store.db.rows("select read from entry where seq = 1")
    found, whole = ends_of(queue.store, read)
    assert (found[queue.flow["s"]].states, whole) == (Counter({State.WAITING: 1}), True)
    queue.close()
