"""After a restored disk nothing is believed before it was compared."""

from __future__ import annotations

from tests.route.harness import Route
from tests.route.traces.story import accounts, alike, story


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
