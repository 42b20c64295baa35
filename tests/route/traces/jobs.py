"""A target that takes work for later: it is asked after, in order, and nothing of a lane overtakes."""

from __future__ import annotations

from collections.abc import Sequence

from agent.errors import TargetUnavailable
from agent.model import BatchLimits, BatchRefused, BulkLimits, Message, Receipt
from agent.queue.states import State
from tests.route.harness import Route
from tests.route.traces.story import alike, story


@story()
def what_a_target_accepted_is_asked_after_until_it_is_told(route: Route) -> None:
    route.erp["accounts"]["A1"] = ["1"]
    route.scan()
    route.target.mode = "job"
    route.deliver(3)
    assert [state for (state,) in route.store.db.rows("select state from entry")] == [State.SENDING]
    route.pass_time(5.0)
    route.deliver()
    assert route.target.records["account", "A1"]["value"] == "1"
    assert len(route.target.attempted) == 1, "it was asked after, not sent again"
    alike(route)


@story()
def nothing_of_a_lane_overtakes_accepted_work(route: Route) -> None:
    route.erp["accounts"]["A1"] = ["1"]
    route.scan()
    route.target.mode = "job"
    route.deliver()
    route.target.mode = "ok"
    route.erp["accounts"]["A1"] = ["2"]
    route.erp["accounts"]["A2"] = ["2"]
    route.scan()
    route.deliver(5)
    assert ("account", "A2") in route.target.records, "other lanes go on"
    assert ("account", "A1") not in route.target.records
    route.settle()
    alike(route)


@story()
def a_target_that_is_away_while_it_is_asked_after_loses_nothing(route: Route) -> None:
    route.erp["accounts"]["A1"] = ["1"]
    route.scan()
    route.target.mode = "job"
    route.deliver()
    follow, asked = route.target.follow, []

    def away(handles: Sequence[str]) -> Sequence[Receipt]:
        asked.append(list(handles))
        if len(asked) == 1:
            raise TargetUnavailable("The CRM is away.")
        return follow(handles)

    route.target.follow = away
    route.pass_time(5.0)
    route.deliver()
    route.settle()
    assert len(route.target.attempted) == 1
    assert len(asked) == 2
    alike(route)


@story()
def accepted_work_that_a_crash_forgot_is_looked_up(route: Route) -> None:
    route.erp["accounts"]["A1"] = ["1"]
    route.scan()
    route.target.mode = "job"
    route.deliver()
    route.crash()
    route.target.mode = "ok"
    route.deliver(3)
    assert len(route.target.attempted) == 1, "it may still take effect"
    route.settle()
    alike(route)


class _Jobs:
    """Notes how large attempts are; `refuses` of more than one request's worth as a whole."""

    def __init__(self, route: Route, *, refuses: bool = False) -> None:
        self.sizes: list[int] = []
        limits = BatchLimits(records=4, bulk=BulkLimits(least=10, records=20, bytes=10**6))
        route.target.limits = limits
        deliver = route.target.deliver

        def noted(batch: Sequence[Message]) -> Sequence[Receipt]:
            self.sizes.append(len(batch))
            if refuses and len(batch) > limits.records:
                return [BatchRefused("NO_JOBS", "It takes no jobs.")] * len(batch)
            route.target.mode = "job" if len(batch) > limits.records else "ok"
            return deliver(batch)

        route.target.deliver = noted


@story()
def a_backlog_goes_as_jobs_and_the_rest_in_requests(route: Route) -> None:
    for number in range(47):
        route.erp["accounts"][f"A{number:02}"] = ["1"]
    route.scan()
    jobs = _Jobs(route)
    route.settle()
    assert jobs.sizes[:2] == [20, 20]
    assert jobs.sizes[2:] == [4, 3]
    alike(route)


@story()
def jobs_that_are_refused_become_requests(route: Route) -> None:
    for number in range(30):
        route.erp["accounts"][f"A{number:02}"] = ["1"]
    route.scan()
    jobs = _Jobs(route, refuses=True)
    route.settle()
    assert jobs.sizes[0] == 20
    assert jobs.sizes[-1] <= 4
    alike(route)


@story()
def deletes_never_go_as_jobs(route: Route) -> None:
    for number in range(30):
        route.erp["accounts"][f"A{number:02}"] = ["1"]
    route.scan()
    route.settle()
    jobs = _Jobs(route)
    route.erp["accounts"] = {"A00": ["1"]}
    route.scan()
    route.approve()
    route.settle()
    assert max(jobs.sizes) == 4
    alike(route)


@story()
def a_target_in_trouble_gets_no_jobs(route: Route) -> None:
    for number in range(30):
        route.erp["accounts"][f"A{number:02}"] = ["1"]
    route.scan()
    jobs = _Jobs(route)
    route.target.down = True
    route.deliver()
    route.target.down = False
    route.pass_time(1000.0)
    route.deliver()
    assert jobs.sizes[1:] == [4], "the probe is a request"
    route.settle()
    alike(route)
