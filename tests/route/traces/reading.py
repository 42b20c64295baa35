"""What a read proves, and what it does not: interrupted, cut off, unreadable, held, settled."""

from __future__ import annotations

import orjson

from agent.model import Content
from tests.route.harness import Route
from tests.route.traces.story import accounts, alike, story


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
