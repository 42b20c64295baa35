"""What one parsed record means, given what is remembered of its row."""

import orjson
import pytest

from agent.changes.fingerprint import Lanes
from agent.changes.judge import Fate, FlowView, gone, judge, payload
from agent.crypto import EphemeralCipher
from agent.memory import (
    DELETED,
    NO_FLOW_MEMORY,
    NOTHING,
    EntryKind,
    FlowMemory,
    RowMemory,
    RowText,
)
from agent.model import Draft, LeftOut, Op, Parent, Place, Problem

LANES = Lanes(EphemeralCipher(), "crm", "Account", "accounts")
HERE = Place("f.csv", 3, 4, 50)
DELETES = (Op.DELETE, {})
CLOSES = (Op.UPSERT, {"active": False})
OLD, NEW = Draft("A1", {"name": "old"}), Draft("A1", {"name": "new"})
PARENT = (Parent("account", "account", "A0"),)


def view(*, leaving: object = DELETES, trusted: bool = True, version: int = 7) -> FlowView:
    return FlowView(0, LANES, version, leaving, trusted)


def after(made: Draft, seq: int = 5, version: int = 7) -> FlowMemory:
    body = payload(made.external_id, made.fields, made.parents)
    return FlowMemory(LANES.message(body), LANES.lane(made.external_id), version, seq)


def text() -> tuple[str, tuple[Parent, ...]]:
    return "A1", PARENT


def test_a_new_row_is_sent() -> None:
    verdict = judge(view(), NO_FLOW_MEMORY, text, NEW, HERE)
    (entry,) = verdict.entries
    assert (verdict.fate, entry.op, entry.previous) == (Fate.QUEUED, Op.UPSERT, 0)
    assert orjson.loads(entry.payload) == {"x": "A1", "f": {"name": "new"}}
    assert verdict.memory._replace(seq=0) == after(NEW, 0)


def test_the_same_message_makes_no_entry() -> None:
    verdict = judge(view(), after(NEW), text, NEW, HERE)
    assert (verdict.fate, verdict.entries) == (Fate.UNCHANGED, [])


def test_another_mapping_version_alone_makes_no_entry_but_is_remembered() -> None:
    verdict = judge(view(version=8), after(NEW), text, NEW, HERE)
    assert (verdict.entries, verdict.memory.version) == ([], 8)


def test_another_message_follows_the_last_entry() -> None:
    (entry,) = judge(view(), after(OLD, 5), text, NEW, HERE).entries
    assert entry.previous == 5


def test_what_is_unproven_is_compared_with_the_target() -> None:
    (entry,) = judge(view(trusted=False), after(NEW), text, NEW, HERE).entries
    assert entry.verify


def test_a_row_that_feeds_another_lane_leaves_the_first_one() -> None:
    moved = Draft("A2", {"name": "new"})
    left, sent = judge(view(), after(OLD), text, moved, HERE).entries
    assert (left.op, left.lane, orjson.loads(left.payload)["x"]) == (
        Op.DELETE,
        LANES.lane("A1"),
        "A1",
    )
    assert (sent.op, sent.lane) == (Op.UPSERT, LANES.lane("A2"))


@pytest.mark.parametrize(
    ("leaving", "ops"), [(DELETES, [Op.DELETE]), (CLOSES, [Op.UPSERT]), (None, [])]
)
def test_a_row_that_is_left_out_gets_what_leaving_means(leaving: object, ops: list[Op]) -> None:
    verdict = judge(view(leaving=leaving), after(OLD, 5), text, LeftOut("internal"), HERE)
    assert verdict.fate is Fate.LEFT_OUT
    assert [entry.op for entry in verdict.entries] == ops
    assert verdict.clears == (0 if ops else 5)
    assert verdict.memory.lane == NOTHING


def test_a_row_that_was_left_out_before_makes_nothing() -> None:
    memory = FlowMemory(NOTHING, NOTHING, 7, 5)
    verdict = judge(view(), memory, text, LeftOut("internal"), HERE)
    assert (verdict.entries, verdict.clears) == ([], 5)


def test_a_row_without_a_valid_message_is_parked_from_birth_and_keeps_its_lane() -> None:
    made = Problem("NOT_A_NUMBER", "It is no number.", "limit", "A1")
    verdict = judge(view(), after(OLD, 5), text, made, HERE)
    (entry,) = verdict.entries
    assert (entry.kind, entry.code, entry.place) == (EntryKind.PROBLEM, "NOT_A_NUMBER", HERE)
    assert (verdict.fate, verdict.memory.lane) == (Fate.PARKED, LANES.lane("A1"))
    again = judge(view(), verdict.memory, text, made, HERE)
    assert (again.fate, again.entries) == (Fate.PARKED, []), "one exception, not one per reading"


def test_a_row_that_is_gone_leaves_every_lane_it_feeds() -> None:
    flows = [view(), FlowView(1, LANES, 1, None), FlowView(2, LANES, 1, CLOSES)]
    memory = (after(OLD, 5), after(OLD, 6), FlowMemory(NOTHING, NOTHING, 1, 8))
    row = RowMemory(b"k" * 16, b"r" * 16, b"v" * 16, 0, 3, 4, memory)
    change = gone(flows, row, RowText(("A1",), ("A1", "A1", ""), (PARENT, (), ())))
    assert [(entry.flow, entry.op) for entry in change.entries] == [(0, Op.DELETE)]
    assert orjson.loads(change.entries[0].payload)["p"] == [["account", "account", "A0"]]
    assert change.clears == [6, 8]
    assert change.flags == DELETED
    assert [flow.lane for flow in change.flows] == [NOTHING] * 3
    assert [flow.seq for flow in change.flows] == [5, 6, 8]
