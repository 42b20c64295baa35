"""An entry as a whole: every part of it that the queue, the delivery and people rely on."""

from decimal import Decimal

import orjson
import pytest

from agent.changes.fingerprint import Lanes
from agent.changes.judge import Fate, FlowView, gone, judge, payload, remembered
from agent.crypto import EphemeralCipher
from agent.memory import (
    DELETED,
    NO_FLOW_MEMORY,
    NOTHING,
    EntryKind,
    FlowMemory,
    NewEntry,
    RowMemory,
    RowText,
)
from agent.model import Draft, LeftOut, Op, Parent, Place, Problem

LANES = Lanes(EphemeralCipher(), "crm", "Account", "accounts")
HERE = Place("f.csv", 3, 4, 50)
PARENTS = (Parent("account", "account", "A0"),)
NEW = Draft("A1", {"name": "new", "city": "Bonn"}, PARENTS)
FLAWED = Problem("NOT_A_NUMBER", "It is no number.", "limit", "A1")
LANE, MOVED = LANES.lane("A1"), LANES.lane("A2")


def view(*, trusted: bool = True, op: Op = Op.DELETE) -> FlowView:
    leaving = (op, {"active": False} if op is Op.UPSERT else {})
    return FlowView(3, LANES, 7, leaving, trusted)


def fed(message: bytes = b"m" * 16, lane: bytes = LANE, seq: int = 5) -> FlowMemory:
    return FlowMemory(message, lane, 7, seq)


def text() -> tuple[str, tuple[Parent, ...]]:
    return "A1", PARENTS


def no_text() -> tuple[str, tuple[Parent, ...]]:
    pytest.fail("sealed text was opened for nothing")


def message(**differs: object) -> NewEntry:
    body = payload(NEW.external_id, NEW.fields, NEW.parents)
    entry = NewEntry(3, EntryKind.MESSAGE, Op.UPSERT, LANE, body, ("name", "city"), 5)
    for name, value in differs.items():
        setattr(entry, name, value)
    return entry


def test_a_message_is_its_id_its_fields_and_its_parents_if_it_has_any() -> None:
    assert payload("A1", {"n": 1}, ()) == b'{"x":"A1","f":{"n":1}}'
    said = b'{"x":"A1","f":{"n":1},"p":[["account","account","A0"]]}'
    assert payload("A1", {"n": 1}, PARENTS) == said


def test_the_first_message_of_a_new_row_is_plain() -> None:
    verdict = judge(view(), NO_FLOW_MEMORY, no_text, NEW, HERE)
    assert verdict.entries == [message(previous=0, is_plain=True)]
    assert (verdict.external_id, verdict.parents, verdict.clears) == ("A1", PARENTS, 0)


def test_a_message_after_another_is_not_plain() -> None:
    verdict = judge(view(), fed(), no_text, NEW, HERE)
    assert verdict.entries == [message()]
    assert (verdict.fate, verdict.external_id, verdict.parents) == (Fate.QUEUED, "A1", PARENTS)
    assert (verdict.memory.seq, verdict.memory.version) == (5, 7)


def test_the_first_message_of_an_unproven_row_is_compared_and_not_plain() -> None:
    verdict = judge(view(trusted=False), NO_FLOW_MEMORY, no_text, NEW, HERE)
    assert verdict.entries == [message(previous=0, verify=True, unsure=True)]


def test_an_unchanged_row_still_tells_who_it_is() -> None:
    known = judge(view(), fed(), no_text, NEW, HERE).memory
    verdict = judge(view(), known, no_text, NEW, HERE)
    assert (verdict.fate, verdict.external_id, verdict.parents) == (Fate.UNCHANGED, "A1", PARENTS)


def test_the_same_message_for_another_lane_is_sent() -> None:
    known = judge(view(), fed(), no_text, NEW, HERE).memory
    verdict = judge(view(), known._replace(lane=MOVED), lambda: ("A2", ()), NEW, HERE)
    assert [(entry.lane, entry.op) for entry in verdict.entries] == [
        (MOVED, Op.DELETE),
        (LANE, Op.UPSERT),
    ]


def test_a_first_message_that_follows_a_leaving_one_is_not_plain() -> None:
    left, sent = judge(view(), fed(lane=MOVED, seq=0), text, NEW, HERE).entries
    assert (left.previous, sent.is_plain) == (0, False)


def test_a_deleted_lane_names_its_parents_and_no_fields() -> None:
    verdict = judge(view(), fed(), text, LeftOut("internal"), HERE)
    body = payload("A1", {}, PARENTS)
    assert verdict.entries == [NewEntry(3, EntryKind.MESSAGE, Op.DELETE, LANE, body, (), 5)]
    assert (verdict.external_id, verdict.parents) == ("", ())
    assert verdict.memory == FlowMemory(NOTHING, NOTHING, 7, 5)


def test_a_lane_that_is_closed_gets_the_stated_fields_and_no_parents() -> None:
    verdict = judge(view(op=Op.UPSERT), fed(), text, LeftOut("internal"), HERE)
    body = payload("A1", {"active": False}, ())
    assert verdict.entries == [
        NewEntry(3, EntryKind.MESSAGE, Op.UPSERT, LANE, body, ("active",), 5)
    ]


def test_leaving_an_unproven_lane_is_compared_with_the_target() -> None:
    (left,) = judge(view(trusted=False), fed(), text, LeftOut("internal"), HERE).entries
    assert left.verify


def test_a_problem_says_what_is_wrong_and_where() -> None:
    (entry,) = judge(view(), fed(), text, FLAWED, HERE).entries
    assert entry == NewEntry(
        flow=3,
        kind=EntryKind.PROBLEM,
        op=Op.UPSERT,
        lane=LANE,
        payload=b'{"x":"A1","e":["NOT_A_NUMBER","It is no number.","limit"]}',
        fields=(),
        previous=5,
        code="NOT_A_NUMBER",
        reason="It is no number.",
        field="limit",
        place=HERE,
    )


def test_a_row_with_a_problem_keeps_who_it_was_and_the_lane_it_feeds() -> None:
    verdict = judge(view(), fed(lane=MOVED), lambda: ("A2", PARENTS), FLAWED, HERE)
    assert (verdict.external_id, verdict.parents) == ("A2", PARENTS)
    assert (verdict.memory.lane, verdict.entries[0].lane) == (MOVED, LANE)
    again = judge(view(), verdict.memory, lambda: ("A2", PARENTS), FLAWED, HERE)
    assert (again.fate, again.external_id, again.parents) == (Fate.PARKED, "A2", PARENTS)


def test_a_problem_without_an_external_id_stays_in_the_lane_of_its_row() -> None:
    nameless = Problem("NOT_A_NUMBER", "It is no number.", "limit", "")
    (entry,) = judge(view(), fed(), text, nameless, HERE).entries
    assert entry.lane == LANE
    (entry,) = judge(view(), NO_FLOW_MEMORY, no_text, nameless, HERE).entries
    assert entry.lane == NOTHING


def test_a_new_row_with_a_problem_is_nobody_yet() -> None:
    verdict = judge(view(), NO_FLOW_MEMORY, no_text, FLAWED, HERE)
    assert (verdict.external_id, verdict.parents, verdict.memory.lane) == ("", (), NOTHING)


def test_a_problem_of_an_unproven_row_is_said_again() -> None:
    known = judge(view(), fed(), text, FLAWED, HERE).memory
    assert judge(view(), known, text, FLAWED, HERE).entries == []
    assert len(judge(view(trusted=False), known, text, FLAWED, HERE).entries) == 1


def test_a_row_that_is_gone_keeps_its_place_in_memory_and_clears_what_is_left_to_clear() -> None:
    flows = [
        FlowView(0, LANES, 7, (Op.DELETE, {})),
        FlowView(1, LANES, 8, None),
        FlowView(2, LANES, 9, None),
    ]
    row = RowMemory(b"k" * 16, b"r" * 16, b"v" * 16, 0, 3, 4, (fed(seq=0), fed(seq=0), fed(seq=6)))
    said = RowText(("A1",), ("A1", "A1", "A1"), (PARENTS, (), ()))
    change = gone(flows, row, said)
    assert (change.key, change.raw, change.values) == (row.key, NOTHING, NOTHING)
    assert (change.flags, change.text, change.kept) == (DELETED, said, (3, 4))
    assert [memory.version for memory in change.flows] == [7, 8, 9]
    assert {(memory.message, memory.lane) for memory in change.flows} == {(NOTHING, NOTHING)}
    assert change.clears == [6]
    assert [(entry.flow, entry.op) for entry in change.entries] == [(0, Op.DELETE)]


def test_what_a_flow_remembers_of_a_row_nobody_knows_is_nothing() -> None:
    memory = (fed(seq=1), fed(seq=2))
    row = RowMemory(b"k" * 16, b"r" * 16, b"v" * 16, 0, 3, 4, memory)
    assert remembered(None, 1) == NO_FLOW_MEMORY
    assert [remembered(row, flow).seq for flow in (0, 1)] == [1, 2]


def test_a_problem_keeps_the_row_as_it_was_read_and_what_could_be_made_of_it() -> None:
    whole = FLAWED._replace(row={"LIMIT": Decimal("1.0")}, fields={"name": "new"})
    (entry,) = judge(view(), fed(), text, whole, HERE).entries
    assert orjson.loads(entry.payload) == {
        "x": "A1",
        "e": ["NOT_A_NUMBER", "It is no number.", "limit"],
        "r": {"LIMIT": {"decimal": "1.0"}},
        "f": {"name": "new"},
    }


def test_another_row_with_the_same_problem_is_news_and_another_draft_of_it_is_not() -> None:
    whole = FLAWED._replace(row={"LIMIT": "x"}, fields={"name": "new"})
    known = judge(view(), fed(), text, whole, HERE).memory
    redrafted = whole._replace(fields={"name": "other"})
    assert judge(view(), known, text, redrafted, HERE).entries == []
    reread = whole._replace(row={"LIMIT": "y"})
    assert len(judge(view(), known, text, reread, HERE).entries) == 1


def test_a_flow_is_trusted_until_something_was_damaged() -> None:
    assert FlowView(0, LANES, 1, None).trusted is True
