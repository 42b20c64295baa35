"""Short stories of the route, one promise each; `test_traces` runs them, `test_mutants` breaks them.

A trace takes a fresh Route and asserts. Its docstring is the promise; its tag names the rule that
it needs: the mutant of that tag makes it fail.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import orjson

from agent.model import Content, Draft, Op
from agent.queue.states import State
from tests.route.harness import FEEDS, Feed, Route

Trace = Callable[[Route], None]


@dataclass(frozen=True)
class Story:
    """A trace, the tag of the rule it needs, and the streams it plays with."""

    trace: Trace
    tag: str
    feeds: dict[str, Feed]


STORIES: dict[str, Story] = {}


def story(tag: str = "", feeds: dict[str, Feed] = FEEDS) -> Callable[[Trace], Trace]:
    """Register a trace."""

    def keep(trace: Trace) -> Trace:
        STORIES[trace.__name__] = Story(trace, tag, feeds)
        return trace

    return keep


def alike(route: Route) -> None:
    """The CRM holds what the ERP holds, and nothing is parked."""
    for stream in route.feeds:
        assert route.held_by_crm(stream) == route.in_erp(stream), stream
    assert not route.codes()
    assert not route.target.order
    assert route.target.doubled == 0


def accounts(route: Route, *keys: str, value: str = "1") -> None:
    """These accounts exist, and have arrived."""
    for key in keys:
        route.erp["accounts"][key] = [value]
    route.read()


# --- memory and identity --------------------------------------------------------------------------


@story()
def a_read_that_changes_only_the_writing_sends_nothing(route: Route) -> None:
    accounts(route, "A1", "A2")
    before = len(route.target.attempted)
    route.meaning["accounts"] = b"quoted"
    captured = route.scan()
    assert captured is not None
    assert captured.entries == 0
    route.settle()
    assert len(route.target.attempted) == before


@story("FMT")
def the_same_bytes_under_another_header_are_news(route: Route) -> None:
    accounts(route, "A1", "A2")
    route.meaning["accounts"] = b"swapped"
    route.read()
    alike(route)


@story("DUP")
def of_several_records_of_one_key_the_last_one_wins_for_good(route: Route) -> None:
    accounts(route, "A1", "A2")
    for _ in range(3):
        route.export(duplicates=True)
        route.capture()
        route.settle()
        alike(route)


@story("TOMB")
def a_row_that_comes_back_as_it_was_arrives_again(route: Route) -> None:
    route.target.deduplicates = True
    accounts(route, "A1", "A2", "A3")
    row = route.erp["accounts"].pop("A1")
    route.read()
    assert "A1" not in route.held_by_crm()
    route.erp["accounts"]["A1"] = row
    route.read()
    alike(route)


@story("BASE")
def a_row_that_comes_back_clears_its_parked_delete_also_after_a_merge(route: Route) -> None:
    accounts(route, "A1", "A2", "A3")
    row = route.erp["accounts"].pop("A1")
    route.target.mode = "reject"
    route.read()
    route.target.mode = "ok"
    assert route.codes() == {"VALIDATION": 1}
    route.ledgers["accounts"].merge()
    route.erp["accounts"]["A1"] = row
    route.read()
    alike(route)


@story("VERSION")
def another_mapping_sends_what_it_changes_and_nothing_else(route: Route) -> None:
    route.erp["accounts"] = {"A1": ["1"], "A2": ["v2"]}
    route.read()
    before = len(route.target.effects)
    route.version = 2
    route.crash()
    route.read()
    alike(route)
    assert len(route.target.effects) == before + 1


@story("UNJUDGED")
def a_row_that_could_not_be_read_when_the_mapping_changed_is_mapped_later(route: Route) -> None:
    accounts(route, "A1", "A2", "A3", value="v")
    route.version = 2
    route.crash()
    route.export(lines=[b"?A1", *route.lines()[1:]])
    route.capture()
    route.settle()
    route.read()
    alike(route)


@story("CLEAR")
def a_row_that_is_left_out_at_last_is_no_problem_any_more(route: Route) -> None:
    route.erp["accounts"]["A1"] = ["BAD"]
    route.read()
    assert route.codes() == {"NOT_A_NUMBER": 1}
    route.erp["accounts"]["A1"] = ["OUT"]
    route.read()
    alike(route)


def _by_value(_columns: object) -> Callable[[object], Draft]:
    def mapped(values: object) -> Draft:
        row: list[object] = list(values)  # type: ignore[call-overload]  # a row of values
        return Draft(str(row[1]), {"value": str(row[0])})

    return mapped


@story("SHARED", {"accounts": Feed("account", mapper=_by_value)})  # type: ignore[arg-type]
def a_second_row_that_claims_a_record_is_parked_by_name(route: Route) -> None:
    route.erp["accounts"] = {"K1": ["X"], "K2": ["Y"]}
    route.read()
    route.erp["accounts"]["K2"] = ["X"]
    route.read()
    assert route.codes() == {"EXTERNAL_ID_SHARED": 1}
    assert route.held_by_crm()["X"] == "K1"
    route.erp["accounts"]["K2"] = ["Z"]
    route.read()
    assert route.held_by_crm() == {"X": "K1", "Z": "K2"}
    assert not route.codes()


# --- reading --------------------------------------------------------------------------------------


@story("RESTART")
def a_read_that_a_crash_interrupted_starts_again_at_its_first_record(route: Route) -> None:
    accounts(route, *(f"A{number}" for number in range(6)))
    for row in route.erp["accounts"].values():
        row[0] = "2"
    route.export()
    route.capture(dies_after=1)
    assert route.capture() is not None
    route.settle()
    alike(route)


@story("DONE")
def an_identical_older_file_after_an_interrupted_read_is_news(route: Route) -> None:
    accounts(route, *(f"A{number}" for number in range(6)))
    old = {key: list(row) for key, row in route.erp["accounts"].items()}
    for row in route.erp["accounts"].values():
        row[0] = "2"
    route.export()
    route.capture(dies_after=1)
    route.settle()
    route.erp["accounts"] = old
    route.read()
    alike(route)


@story("UNREAD")
def a_record_whose_key_is_unknown_takes_nothing_for_deleted(route: Route) -> None:
    accounts(route, "A1", "A2", "A3")
    route.export(lines=[b"?", *route.lines()[1:]])
    captured = route.capture()
    assert captured is not None
    assert captured.unproven
    route.settle()
    alike(route)


@story("CUT")
def a_cut_off_export_takes_nothing_for_deleted(route: Route) -> None:
    accounts(route, "A1", "A2", "A3")
    route.export(lines=route.lines()[:2], complete=False)
    route.capture()
    route.settle()
    alike(route)


@story("CHANGES")
def what_a_change_file_does_not_mention_stays(route: Route) -> None:
    accounts(route, "A1", "A2", "A3")
    route.erp["accounts"]["A1"] = ["2"]
    route.export(lines=route.lines()[:2], content=Content.CHANGES)
    route.capture()
    route.settle()
    alike(route)


@story("UNREADABLE_LAST")
def of_a_key_whose_last_record_is_unreadable_no_older_one_is_sent(route: Route) -> None:
    route.export(lines=[b'["A1", "old"]', b"?A1"])
    captured = route.capture()
    assert captured is not None
    assert (captured.duplicates, captured.unreadable) == (1, 1)
    route.settle()
    assert not route.target.records


@story("GUARD")
def a_complete_export_without_most_of_its_rows_is_held(route: Route) -> None:
    accounts(route, "A1", "A2")
    route.export(lines=[])
    captured = route.capture()
    assert captured is not None
    assert captured.held
    route.settle()
    alike(route)
    route.erp["accounts"].clear()
    route.approve()
    route.settle()
    alike(route)


@story("HOLD")
def a_hold_is_void_once_a_newer_complete_read_ended(route: Route) -> None:
    accounts(route, "A1", "A2")
    route.export(lines=[])
    route.capture()
    route.read()
    route.approve()
    route.settle()
    alike(route)


@story("UNKNOWN_HOLD")
def a_read_with_an_unknown_key_is_not_complete_and_voids_no_hold(route: Route) -> None:
    accounts(route, "A1", "A2")
    route.export(lines=[])
    route.capture()
    route.export(lines=[b"?"])
    route.capture()
    assert len(route.reads.holds()) == 1


@story("IN_VAIN")
def a_read_that_settles_nothing_is_not_repeated_without_news(route: Route) -> None:
    route.erp["accounts"] = {"A1": ["1"], "A2": ["1"]}
    route.export(complete=False)
    assert route.capture() is not None
    assert route.capture() is None
    route.read()
    alike(route)


@story("SHRINK")
def a_held_row_that_is_seen_again_leaves_the_hold(route: Route) -> None:
    accounts(route, "A1", "A2")
    route.export(lines=[])
    route.capture()
    route.export(lines=route.lines()[:1], complete=False)
    route.capture()
    route.approve()
    route.settle()
    assert set(route.held_by_crm()) == {"A1"}


@story("MASS")
def a_read_that_changes_half_of_the_rows_is_held_and_counted(route: Route) -> None:
    accounts(route, *(f"A{number}" for number in range(30)))
    for row in route.erp["accounts"].values():
        row[0] = "2"
    captured = route.scan()
    assert captured is not None
    assert captured.held
    (counts,) = route.store.db.one("select counts from reading order by id desc")
    assert orjson.loads(counts)["flows"] == {"accounts": {"held": 30}}
    route.settle()
    assert set(route.held_by_crm().values()) == {"1"}


# --- lanes ----------------------------------------------------------------------------------------


@story("FLOWSUP")
def an_entry_never_supersedes_one_of_another_flow(route: Route) -> None:
    route.erp["accounts"]["A1"] = ["1"]
    route.scan("accounts")
    for limit in ("10", "20"):
        route.erp["credit"]["A1"] = [limit]
        route.scan("credit")
    route.settle()
    alike(route)


@story("SUPERSEDE")
def a_newer_entry_supersedes_a_waiting_one_that_it_covers(route: Route) -> None:
    for value in ("1", "2", "3"):
        route.erp["accounts"]["A1"] = [value]
        route.scan()
    assert route.states() == {"WAITING": 1, "SUPERSEDED": 2}
    route.settle()
    assert len(route.target.attempted) == 1
    alike(route)


@story("CURED")
def an_entry_that_is_refused_while_its_cure_waits_is_superseded_at_once(route: Route) -> None:
    route.erp["accounts"]["A1"] = ["1"]
    route.scan()

    def meanwhile() -> None:
        route.erp["accounts"]["A1"] = ["2"]
        route.scan()

    route.target.before = meanwhile
    route.target.mode = "reject"
    route.delivery.step()
    route.target.before = lambda: None
    route.target.mode = "ok"
    assert not route.codes()
    route.settle()
    alike(route)


_DEACTIVATE = {"accounts": Feed("account", leaving=(Op.UPSERT, {"active": False}))}


@story("COVERS", _DEACTIVATE)
def an_entry_supersedes_only_what_it_covers(route: Route) -> None:
    accounts(route, "A1", "A2", "A3")
    route.erp["accounts"]["A1"] = ["2"]
    route.scan()
    del route.erp["accounts"]["A1"]
    route.scan()
    route.settle()
    assert route.target.records["account", "A1"] == {"value": "2", "active": False}


@story("LANE")
def nothing_of_a_lane_is_sent_while_an_older_attempt_may_still_take_effect(route: Route) -> None:
    route.erp["accounts"]["A1"] = ["1"]
    route.scan()
    route.target.mode = "late"
    route.deliver()
    route.target.mode = "ok"
    route.erp["accounts"]["A1"] = ["2"]
    route.scan()
    route.deliver(5)
    route.late()
    route.settle()
    alike(route)


@story("ELSEWHERE")
def two_flows_of_one_record_keep_their_order(route: Route) -> None:
    route.erp["accounts"]["A1"] = ["1"]
    route.scan("accounts")
    route.erp["credit"]["A1"] = ["10"]
    route.scan("credit")
    for _ in range(3):
        route.delivery.step(lambda flow: flow.name == "credit")
    assert not route.target.attempted
    route.settle()
    alike(route)


@story("AMBIG")
def a_lost_attempt_is_not_repeated_before_it_can_no_longer_take_effect(route: Route) -> None:
    route.erp["accounts"]["A1"] = ["1"]
    route.scan()
    route.target.mode = "late"
    route.deliver()
    route.target.mode = "ok"
    route.deliver(5)
    assert len(route.target.attempted) == 1
    route.late()
    route.settle()
    assert len(route.target.attempted) == 1
    alike(route)


@story("SAME")
def a_lookup_that_finds_what_was_there_before_proves_nothing(route: Route) -> None:
    accounts(route, "A1")
    route.erp["accounts"]["A1"] = ["2"]
    route.target.mode = "reject"
    route.read()
    route.erp["accounts"]["A1"] = ["1"]
    route.scan()
    route.target.mode = "late"
    route.deliver()
    route.target.mode = "ok"
    route.erp["accounts"]["A1"] = ["3"]
    route.scan()
    route.deliver(5)
    route.late()
    route.settle()
    alike(route)


@story("INTENT")
def an_attempt_that_a_crash_cut_off_is_looked_up_before_it_is_repeated(route: Route) -> None:
    route.erp["accounts"]["A1"] = ["1"]
    route.scan()
    route.deliver(dies="after")
    assert route.states() == {"SENDING": 1}
    route.settle()
    assert len(route.target.attempted) == 1
    alike(route)


@story()
def what_cannot_be_asked_or_repeated_safely_is_for_a_person(route: Route) -> None:
    route.target.finds = route.target.repeatable = False
    route.erp["accounts"]["A1"] = ["1"]
    route.scan()
    route.target.mode = "lost"
    route.deliver()
    route.target.mode = "ok"
    route.pass_time(31)
    route.settle()
    assert route.codes() == {"IN_DOUBT": 1}


@story("REPLAY")
def a_replay_that_would_undo_something_newer_is_refused(route: Route) -> None:
    accounts(route, "A1", "A2", "A3")
    route.erp["accounts"]["A1"] = ["BAD"]
    route.read()
    assert route.replay()
    assert route.codes() == {"NOT_A_NUMBER": 1}
    route.erp["accounts"]["A1"] = ["2"]
    route.target.mode = "reject"
    route.read()
    route.target.mode = "ok"
    assert route.replay() == []
    route.settle()
    alike(route)


@story("CRASH_LOOP")
def what_takes_the_process_down_every_time_is_parked_and_nothing_beside_it(route: Route) -> None:
    route.erp["accounts"] = {"A1": ["1"], "A2": ["1"], "A3": ["1"]}
    route.scan()
    for _ in range(8):
        route.target.poison = "A2"
        route.deliver(3, dies="poisoned")
        route.pass_time(31)
    route.target.poison = ""
    route.settle()
    assert route.codes() == {"CRASH_LOOP": 1}
    assert set(route.held_by_crm()) == {"A1", "A3"}
    route.replay()
    route.settle()
    alike(route)


# --- parents --------------------------------------------------------------------------------------


@story("PARENT")
def a_child_waits_until_its_parent_exists(route: Route) -> None:
    route.target.need_parents = False
    route.erp["contacts"]["C1"] = ["1", "A1"]
    route.read("contacts")
    assert not route.target.attempted or route.codes() == {"PARENT_MISSING": 1}
    route.erp["accounts"]["A1"] = ["1"]
    route.read()
    assert [entity for entity, _, _ in route.target.effects] == ["account", "contact"]
    alike(route)


@story("CIRCLE")
def records_that_refer_to_each_other_arrive_with_their_links(route: Route) -> None:
    route.erp["accounts"] = {
        "A1": ["1", "A2"],
        "A2": ["1", "A3"],
        "A3": ["1", "A1"],
        "A4": ["1", "A4"],
    }
    route.read()
    alike(route)
    for key, row in route.erp["accounts"].items():
        assert route.target.records["account", key]["parent"] == row[1]


@story("CHILDREN")
def deletes_of_children_go_before_their_parents(route: Route) -> None:
    route.target.cascades = False
    for key in ("1", "2", "3"):
        route.erp["accounts"][f"A{key}"] = ["1"]
        route.erp["contacts"][f"C{key}"] = ["1", f"A{key}"]
    route.read()
    del route.erp["accounts"]["A1"], route.erp["contacts"]["C1"]
    route.read()
    alike(route)


@story("VANISHED")
def what_a_delete_took_along_is_sent_again(route: Route) -> None:
    for key in ("1", "2", "3"):
        route.erp["accounts"][f"A{key}"] = ["1"]
        route.erp["credit"][f"A{key}"] = ["10"]
        route.erp["contacts"][f"C{key}"] = ["1", f"A{key}"]
    route.read()
    row = route.erp["accounts"].pop("A1")
    route.read("accounts")
    assert set(route.held_by_crm("contacts")) == {"C2", "C3"}
    route.erp["accounts"]["A1"] = row
    route.read()
    route.read()
    alike(route)


# --- rollback -------------------------------------------------------------------------------------


@story("VOUCH")
def a_restored_disk_is_noticed_and_everything_is_compared(route: Route) -> None:
    accounts(route, "A1", "A2")
    copy = route.snapshot()
    accounts(route, "A1", value="2")
    route.restore(copy)
    route.erp["accounts"]["A1"] = ["1"]
    route.pass_time(31)
    route.read()
    alike(route)


@story("EPOCH")
def after_a_rollback_no_id_is_made_twice(route: Route) -> None:
    route.target.deduplicates = True
    accounts(route, "A1", "A2")
    copy = route.snapshot()
    accounts(route, "A1", value="2")
    route.restore(copy)
    route.erp["accounts"]["A1"] = ["3"]
    route.pass_time(31)
    route.read()
    alike(route)


@story("HOLDQ")
def after_a_rollback_nothing_is_delivered_before_the_sources_are_read(route: Route) -> None:
    accounts(route, "A1", "A2")
    route.erp["accounts"]["A1"] = ["2"]
    route.scan()
    copy = route.snapshot()
    accounts(route, "A1", value="3")
    route.restore(copy)
    assert route.store.rolled_back
    route.pass_time(31)
    route.deliver(5)
    assert route.held_by_crm()["A1"] == "3"
    route.read()
    alike(route)


@story("LATE_ROLLBACK")
def after_a_rollback_lost_attempts_are_waited_for(route: Route) -> None:
    accounts(route, "A1", "A2")
    copy = route.snapshot()
    route.erp["accounts"]["A1"] = ["2"]
    route.scan()
    route.target.mode = "late"
    route.deliver()
    route.target.mode = "ok"
    route.restore(copy)
    route.erp["accounts"]["A1"] = ["1"]
    for stream in route.feeds:
        route.scan(stream)
    route.deliver(5)
    route.late()
    route.pass_time(31)
    route.target.order.clear()
    route.settle()
    alike(route)


@story("UNJUDGED")
def a_row_that_a_rollback_left_unproven_stays_so_until_it_is_read(route: Route) -> None:
    accounts(route, "A1", "A2", "A3")
    copy = route.snapshot()
    accounts(route, "A1", value="2")
    route.restore(copy)
    route.pass_time(31)
    for stream in ("contacts", "credit"):
        route.scan(stream)
    route.export(lines=[b"?A1", *route.lines()[1:]])
    route.capture()
    route.settle()
    route.erp["accounts"]["A1"] = ["1"]
    route.read()
    alike(route)


@story()
def what_the_target_holds_already_after_a_rollback_is_not_sent_again(route: Route) -> None:
    accounts(route, "A1", "A2")
    copy = route.snapshot()
    accounts(route, "A3")
    route.restore(copy)
    before = len(route.target.attempted)
    route.pass_time(31)
    route.read()
    alike(route)
    assert len(route.target.attempted) == before


@story("STRAYS")
def what_only_the_target_holds_after_a_rollback_is_listed_and_never_deleted_unseen(
    route: Route,
) -> None:
    accounts(route, "A1", "A2")
    copy = route.snapshot()
    accounts(route, "A3", "A4")
    route.restore(copy)
    del route.erp["accounts"]["A3"]
    route.pass_time(31)
    route.read()
    assert set(route.held_by_crm()) == {"A1", "A2", "A3", "A4"}
    holds = route.reads.holds()
    assert [(hold.kind, hold.entries) for hold in holds] == [("target_only", 1)]
    assert b"A3" in holds[0].rows
    route.approve()
    route.settle()
    alike(route)


# --- settling, time -------------------------------------------------------------------------------


@story()
def a_file_is_settled_when_all_its_rows_are_final_and_clean_when_none_is_parked(
    route: Route,
) -> None:
    stream = route.store.stream_id("accounts")
    route.erp["accounts"] = {"A1": ["1"], "A2": ["BAD"]}
    route.scan()
    assert route.reads.to_settle(stream) == []
    route.settle()
    assert [clean for _, _, clean in route.reads.to_settle(stream)] == [False]
    route.erp["accounts"]["A2"] = ["2"]
    route.read()
    assert [clean for _, _, clean in route.reads.to_settle(stream)] == [True, True]


@story("CLAMP")
def a_clock_that_was_wrong_delays_nothing_for_longer_than_the_longest_backoff(
    route: Route,
) -> None:
    route.clock.pass_(1e8)
    route.erp["accounts"]["A1"] = ["1"]
    route.scan()
    route.target.mode = "defer"
    route.deliver()
    route.target.mode = "ok"
    route.clock.pass_(-1e8)
    route.crash()
    route.clock.pass_(601)
    route.deliver(3)
    assert route.states() == {State.DELIVERED.name: 1}
