"""What people decide about parked entries: the counts stay right, and nothing newer is undone."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import orjson
import pytest

from agent.crypto import EphemeralCipher
from agent.decisions import Done, Park
from agent.model import Place, Unreadable
from agent.queue import schema
from agent.queue.database import Connection
from agent.queue.desk import PERMANENT, Desk, Edit
from agent.queue.states import State
from agent.queue.store import KEPT_SECONDS, Store
from tests.fakes import FakeClock
from tests.unit.queue.pages import Queue


def parked(queue: Queue, code: str = "C", external_id: str = "X1", **more: object) -> int:
    seq = queue.put(external_id, **more)
    queue.send()
    queue.decide(seq, Park(code, "why", "a"))
    return seq


def edit(queue: Queue, seq: int, value: str = "new") -> int:
    item = queue.desk.entry(seq)
    assert item is not None
    body = orjson.dumps({"x": item.external_id, "f": {"a": value}})
    made, refused = queue.desk.edit([Edit(seq, body, {"fields": {"a": ["v", value]}})], who="anna")
    assert refused == []
    return made[seq]


def refused(queue: Queue, seq: int) -> str:
    made, why = queue.desk.edit([Edit(seq, b"{}", {"fields": {}})])
    assert made == {}
    return why[0][1]


# --- again ----------------------------------------------------------------------------------------


def test_what_was_refused_for_good_goes_again_only_if_the_crm_was_changed(queue: Queue) -> None:
    seq = parked(queue)
    assert queue.desk.replay([seq]) == ([], [(seq, PERMANENT)])
    assert queue.desk.judged([seq]) == {seq: PERMANENT}
    assert queue.desk.judged([seq], crm_changed=True) == {seq: ""}
    assert queue.desk.replay([seq], crm_changed=True, who="anna") == ([seq], [])
    (act,) = queue.desk.history(seq)
    assert (act.what, act.who, act.about) == ("replayed", "anna", {"crm_changed": True})


@pytest.mark.parametrize("code", ["IN_DOUBT", "CRASH_LOOP", "GAVE_UP", "HAS_CHILDREN"])
def test_what_may_have_passed_by_itself_goes_again_at_once(queue: Queue, code: str) -> None:
    seq = parked(queue, code)
    assert queue.desk.replay([seq]) == ([seq], [])


# --- set aside and taken back ---------------------------------------------------------------------


def test_what_was_set_aside_keeps_its_content_and_can_be_taken_back(queue: Queue) -> None:
    seq = parked(queue)
    queue.desk.set_aside([seq], "a test row", who="anna")
    assert queue.store.tally.total(State.SET_ASIDE) == 1
    (item,) = queue.desk.entries([State.SET_ASIDE])
    assert (item.fields, item.code, item.reason) == ({"a": "v"}, "C", "why")
    assert queue.desk.take_back([seq], who="ben") == ([seq], [])
    assert queue.state(seq) is State.PARKED
    assert queue.store.tally.total(State.SET_ASIDE) == 0
    said = [(act.what, act.who, act.about) for act in queue.desk.history(seq)]
    assert said == [("set aside", "anna", {"reason": "a test row"}), ("taken back", "ben", {})]
    assert queue.desk.take_back([seq])[1][0][1] == "It is not set aside but parked."
    assert queue.desk.take_back([99])[1]


def test_what_waited_for_a_parent_asks_for_it_again_when_it_is_taken_back(queue: Queue) -> None:
    seq = parked(queue, "PARENT_MISSING")
    queue.desk.set_aside([seq], "why")
    queue.desk.take_back([seq])
    assert queue.state(seq) is State.WAITING


@pytest.mark.parametrize("newer", ["waiting", "delivered", "parked", "set aside"])
def test_nothing_is_taken_back_or_edited_before_something_newer(queue: Queue, newer: str) -> None:
    seq = parked(queue)
    queue.desk.set_aside([seq], "why")
    other = queue.put("X1", after=seq)
    if newer == "delivered":
        queue.decide(other, Done())
    elif newer != "waiting":
        queue.decide(other, Park("C", "why"))
    if newer == "set aside":
        queue.desk.set_aside([other], "why")
    assert "newer" in queue.desk.take_back([seq])[1][0][1]
    assert queue.state(seq) is State.SET_ASIDE


def test_a_change_in_the_erp_goes_past_what_was_set_aside_to_what_still_waits(
    queue: Queue,
) -> None:
    message = parked(queue)
    problem = queue.put("X1", after=message, problem=True)
    queue.desk.set_aside([problem], "why")
    queue.put("X1", after=problem)
    assert queue.state(message) is State.SUPERSEDED


def test_the_content_of_what_was_set_aside_goes_after_a_week_and_not_before(queue: Queue) -> None:
    seq = parked(queue)
    queue.clock.pass_(KEPT_SECONDS * 2)
    queue.desk.set_aside([seq], "why")
    queue.store.keep_house()
    assert queue.desk.entry(seq) is not None
    queue.clock.pass_(KEPT_SECONDS + 1)
    queue.store.keep_house()
    assert queue.desk.entry(seq) is None
    assert queue.store.db.rows("select id from envelope") == []
    assert queue.store.db.rows("select id from act") == []
    assert "too long ago" in queue.desk.take_back([seq])[1][0][1]


# --- edits ----------------------------------------------------------------------------------------


def test_an_edit_is_a_new_revision_with_an_id_of_its_own(queue: Queue) -> None:
    seq = parked(queue)
    before = queue.desk.entry(seq)
    new = edit(queue, seq)
    assert queue.state(seq) is State.SUPERSEDED
    (claim,) = queue.claim()
    assert (claim.seq, claim.fields, claim.attempts) == (new, {"a": "new"}, 0)
    assert before is not None
    assert claim.id.hex() != before.id
    (act,) = queue.desk.history(new)
    assert act.about == {"fields": {"a": ["v", "new"]}, "instead_of": seq}


def test_what_the_row_says_next_supersedes_the_edit_and_not_only_what_it_took_the_place_of(
    queue: Queue,
) -> None:
    first = parked(queue)
    second = edit(queue, first)
    queue.decide(second, Park("C", "again"))
    third = edit(queue, second, "newer")
    assert [act.what for act in queue.desk.history(third)] == ["edited", "edited"]
    newest = queue.put("X1", after=first)  # the memory of the row knows nothing of edits
    assert queue.states()[:3] == ["SUPERSEDED"] * 3
    assert [claim.seq for claim in queue.claim()] == [newest]


def test_a_message_that_is_read_while_an_edit_is_under_way_waits_for_it(queue: Queue) -> None:
    first = parked(queue)
    second = edit(queue, first)
    queue.send()
    newest = queue.put("X1", after=first)
    assert queue.claim() == []
    queue.decide(second, Park("C", "again"))
    assert queue.state(second) is State.SUPERSEDED, "its cure is here"
    assert [claim.seq for claim in queue.claim()] == [newest]


def test_an_edit_of_many_is_made_for_all_or_for_none(queue: Queue) -> None:
    one, two = parked(queue, external_id="X1"), parked(queue, external_id="X2")
    three = queue.put("X3")
    body = orjson.dumps({"x": "X1", "f": {"a": "n"}})
    edits = [Edit(seq, body, {"fields": {}}) for seq in (one, two, three)]
    assert queue.desk.edit(edits)[1] == [(three, "It is not parked but waiting.")]
    assert queue.desk.edit(edits[:2], check=True) == ({}, [])
    assert queue.states() == ["PARKED", "PARKED", "WAITING"]
    assert len(queue.desk.edit(edits[:2])[0]) == 2


def test_what_cannot_be_edited_says_why(queue: Queue) -> None:
    assert refused(queue, 99) == "There is no such entry."
    assert "No message" in refused(queue, queue.put("X1", problem=True))
    assert "damaged" in refused(queue, parked(queue, "DAMAGED", "X2"))
    behind = parked(queue, external_id="X3", fields=("a", "b"))
    queue.put("X3", ("a",), after=behind)
    assert "newer" in refused(queue, behind)


def test_a_page_that_was_numbered_before_an_edit_comes_after_it(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = parked(queue)
    change, made = queue.store.change, []

    def meanwhile() -> object:
        if not made:
            made.append(0)
            made[0] = edit(queue, first)
        return change()

    monkeypatch.setattr(queue.store, "change", meanwhile)
    newest = queue.put("X1", after=first)
    assert newest > made[0]
    assert queue.state(made[0]) is State.SUPERSEDED
    assert queue.state(newest) is State.WAITING


# --- by cause -------------------------------------------------------------------------------------


def test_entries_and_unreadable_records_are_grouped_by_cause(queue: Queue) -> None:
    for number in range(3):
        parked(queue, "C", f"X{number}")
        queue.clock.pass_(1)
    queue.put("X9", problem=True)
    queue.ended(bad=[Unreadable(Place("f", n, n, 0), "RAGGED", "why") for n in (1, 2)])
    groups = {group.code: group for group in queue.desk.groups()}
    assert {code: group.count for code, group in groups.items()} == {"C": 3, "BAD": 1}
    assert groups["C"].newest - groups["C"].since == 2
    assert (groups["C"].field, groups["C"].of) == ("a", queue.flow["s"])
    (lost,) = queue.desk.unreadable_groups()
    assert (lost.code, lost.count, lost.of) == ("RAGGED", 2, queue.stream["s"])
    assert queue.desk.numbers(code="C", limit=2, after=1) == [2, 3]
    assert queue.desk.shapes() == {"a"}


def test_only_a_field_of_the_message_itself_stands_in_the_clear(queue: Queue) -> None:
    seq = queue.put("X1")
    queue.decide(seq, Park("C", "why", "Muster GmbH"))
    assert queue.store.db.one("select field from entry where seq = ?", (seq,)) == (None,)
    item = queue.desk.entry(seq)
    assert item is not None
    assert item.field == "Muster GmbH"


def test_a_hundred_thousand_parked_entries_are_grouped_at_once(queue: Queue) -> None:
    seq = parked(queue)
    columns = [name for _, name, *_ in queue.store.db.rows("pragma table_info(entry)")]
    copied = ", ".join("? + seq" if name == "seq" else name for name in columns)
    with queue.store.db.transaction() as conn:
        conn.executemany(
            f"insert into entry select {copied} from entry where seq = ?",
            [(n, seq) for n in range(1, 100_000)],
        )
    began = perf_counter()
    (group,) = queue.desk.groups()
    assert perf_counter() - began < 1.0
    assert group.count == 100_000
    queue.store.db.conn.execute("delete from entry where seq != ?", (seq,))


# --- older databases ------------------------------------------------------------------------------


def test_a_database_of_the_first_schema_opens_and_its_entries_are_decided_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cipher, clock = EphemeralCipher(), FakeClock()
    with monkeypatch.context() as patch:
        patch.setattr(schema, "VERSION", 1)
        patch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        old = Connection(tmp_path / "queue.db")
        for name, value in (("installation", "memory"), ("epoch", 1), ("tick", 0)):
            old.set_meta(name, value)
        sealed = Store(None, cipher, clock, scratch=tmp_path)
        blob = sealed.envelopes.seal(7, [b'{"x": "X1", "f": {"a": "v"}}'])
        sealed.close()
        with old.transaction() as conn:
            conn.execute("insert into shape values (1, '[\"a\"]')")
            conn.execute("insert into envelope values (7, 1, ?)", (blob,))
            conn.execute(
                "insert into entry (seq, flow, lane, row, id, shape, envelope, read, size, created,"
                " state, code) values (7, 1, ?, ?, ?, 1, 7, 1, 28, 5.0, 5, 'C')",
                (bytes(16), bytes(16), bytes(16)),
            )
            conn.execute("insert into tally values (1, 5, 1, 28)")
        old.close()
    store = Store(tmp_path, cipher, clock)
    desk = Desk(store)
    (group,) = desk.groups()
    assert (group.code, group.field, group.count) == ("C", "", 1)
    made, _ = desk.edit([Edit(7, b'{"x": "X1", "f": {"a": "w"}}', {"fields": {}})])
    assert made == {7: 8}
    assert store.tally.check() == ""
    store.close()
