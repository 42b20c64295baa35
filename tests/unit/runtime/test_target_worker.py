"""The worker of a target: when it rests, what it tells people, and that nothing is lost meanwhile."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest

from agent.config.schedule import When
from agent.control.api import Role
from agent.control.dispatch import Caller
from agent.errors import TargetAuthError, TargetUnavailable
from agent.health import Conditions, Progress, Severity
from agent.model import Message, Receipt
from agent.runtime import target_worker
from agent.runtime.deliver import REST, Delivery
from agent.runtime.line import LineTerms
from agent.runtime.line_said import told
from agent.runtime.plan import FlowPlan, LaneHashes, TargetPlan
from agent.runtime.quota import Disk, Reserve
from agent.runtime.schedule import Schedule
from agent.runtime.service import Service
from agent.runtime.target_worker import TargetWorker
from agent.wake import Signal
from tests.fakes import NeverStop
from tests.route.harness import Route


class Stage:
    """A route whose deliveries are a worker's."""

    def __init__(self, route: Route, *, realtime: bool = True) -> None:
        self.route = route
        self.conditions = Conditions(route.clock)
        self.closed: datetime | None = None
        flows = [replace(flow, realtime=realtime) for flow in route.flows]
        plan = TargetPlan("crm", route.target, flows, terms=LineTerms(most=2))
        self.delivery = Delivery(
            plan, route.sending, LaneHashes(route.cipher), route.clock, route.delivery._random,
            told(self.conditions), runs=self._runs,
        )  # fmt: skip
        self.worker = TargetWorker(
            name="crm", delivery=self.delivery, conditions=self.conditions,
            progress=Progress(route.clock), stop=NeverStop(), open_flow=lambda _flow: True,
            paused=lambda: False, fatal=lambda error: pytest.fail(str(error)),
            disk=Disk(Reserve(route.home / "reserve", 0), lambda: None), oldest=lambda: None,
            closed=lambda: self.closed,
        )  # fmt: skip

    def _runs(self, flow: FlowPlan) -> bool:
        return self.worker.open_flow(flow)

    def codes(self) -> list[str]:
        return [condition.code for condition in self.conditions.list()]


@pytest.fixture
def stage() -> Iterator[Stage]:
    route = Route()
    route.erp["accounts"]["A1"] = ["1"]
    route.scan()
    yield Stage(route)
    route.close()


def test_while_a_target_is_closed_nothing_is_sent_and_afterwards_everything_is(stage) -> None:
    stage.closed = datetime(2026, 11, 20, tzinfo=UTC)
    for _ in range(3):
        assert stage.worker.step() == 1.0
    assert stage.route.target.attempted == []
    assert stage.codes() == []
    stage.closed = None
    stage.worker.step()
    assert stage.route.held_by_crm() == {"A1": "1"}


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (TargetUnavailable("away", retry_after=timedelta(seconds=5)), "TARGET_UNAVAILABLE"),
        (TargetAuthError("refused", code="AUTH_REVOKED"), "AUTH_REVOKED"),
    ],
)
def test_trouble_is_one_condition_until_the_target_answers(stage, error, code) -> None:
    deliver = stage.route.target.deliver

    def fails(_batch: object) -> None:
        raise error

    stage.route.target.deliver = fails
    for _ in range(3):
        stage.worker.step()
    assert stage.codes() == [code]
    stage.route.target.deliver = deliver
    stage.delivery.poke()
    stage.worker.step()
    assert stage.codes() == []
    assert stage.route.held_by_crm() == {"A1": "1"}


def test_a_refused_sign_in_says_how_to_sign_in_again_and_that_nothing_is_lost(stage) -> None:
    tell = told(stage.conditions, {"crm": {"crm-key", "crm-user"}, "erp": {"other"}})
    tell("crm", TargetAuthError("It is revoked.", code="AUTH_REVOKED", hint="Approve the app."))
    (condition,) = stage.conditions.list()
    assert (condition.subject, condition.severity) == ("crm", Severity.ERROR)
    assert condition.hint == (
        "Approve the app. Once it is put right there: `waybill secrets set crm-key` or "
        "`waybill secrets set crm-user` or `waybill resume target crm`; then it is tried at once."
    )
    assert condition.meaning.startswith("Nothing is lost")
    tell("erp", TargetUnavailable("It is away.", hint="Wait."))
    assert stage.conditions.list()[1].hint == "Wait."


def pausing(stage: Stage) -> Callable[[str, str], object]:
    """`pause` of the control API, over what the service needs for it."""
    stage.worker.paused = lambda: stage.route.store.paused("target", "crm")
    stage.worker.open_flow = lambda flow: (
        not (stage.worker.paused() or stage.route.store.paused("flow", flow.name))
    )
    needed: dict[str, Any] = {
        field.name: Mock(**{"answers.return_value": False}) for field in fields(Service)
    }
    needed |= {
        "store": stage.route.store, "flows": stage.route.flows, "disk": stage.worker.disk,
        "status_desk": SimpleNamespace(targets={"crm": [stage.worker]}),
        "stopping": lambda: False, "held": lambda: False,
    }  # fmt: skip
    service, person = Service(**needed), Caller("a person", Role.OPERATOR)
    return lambda kind, name: service.call("pause", {"kind": kind, "name": name}, person)


@pytest.mark.parametrize("what", [("target", "crm"), ("flow", "accounts"), ("all", "")])
@pytest.mark.parametrize("just_then", ["reserved", "attempt"])
def test_a_pause_holds_also_where_a_sender_was_at_it_just_then(stage, what, just_then) -> None:
    """Before it claims, and while what it claimed waits for its place."""
    pause, line = pausing(stage), stage.delivery.line
    goes = getattr(line, just_then)

    def goes_late(*may: Callable[[], bool]) -> object:
        pause(*what)
        return goes(*may)

    setattr(line, just_then, goes_late)
    while stage.worker.step() == 0:
        pass
    assert stage.route.target.attempted == []
    assert stage.route.store.paused(*what)
    setattr(line, just_then, goes)
    stage.route.store.set_paused(*what, paused=False)
    while stage.worker.step() == 0:
        pass
    assert stage.route.held_by_crm() == {"A1": "1"}


def test_a_pause_is_answered_when_what_is_being_claimed_is_claimed(stage) -> None:
    pause, answered = pausing(stage), threading.Event()
    stage.delivery.lock.acquire()
    thread = threading.Thread(target=lambda: (pause("target", "crm"), answered.set()))
    thread.start()
    try:
        assert not answered.wait(0.2)
        assert stage.route.store.paused("target", "crm"), "whoever claims next sees it"
    finally:
        stage.delivery.lock.release()
        thread.join(10)
    assert answered.is_set()


def test_a_dead_sign_in_is_asked_about_once_an_hour_while_the_queue_fills(stage) -> None:
    route, tries = stage.route, []
    route.target.signed_out = True
    deliver = route.target.deliver

    def counted(batch: Sequence[Message]) -> Sequence[Receipt]:
        tries.append(route.clock.seconds)
        return deliver(batch)

    route.target.deliver = counted
    began = route.clock.seconds
    for number in range(24 * 12):
        route.erp["accounts"][f"B{number}"] = ["1"]
        if number % 48 == 0:
            route.scan()
        stage.worker.step()
        route.clock.pass_(300.0)
    assert len(tries) <= 24
    assert route.clock.seconds - began == 86400.0
    assert stage.codes() == ["AUTH_REVOKED"]
    route.scan()
    route.target.signed_out = False
    stage.delivery.poke()
    for _ in range(300):
        stage.worker.step()
    assert stage.codes() == []
    assert route.held_by_crm() == route.in_erp()


def test_what_stands_although_the_target_answers_is_not_cleared_by_an_answer(stage) -> None:
    stage.conditions.raise_("QUOTA_LOW", "crm", "nearly used up")
    told(stage.conditions)("crm", None)
    assert stage.codes() == ["QUOTA_LOW"]


class StopAfter:
    """Somebody wants to stop after so many waits; the waits are kept."""

    def __init__(self, waits: int) -> None:
        self.left, self.waited = waits, []

    def is_set(self) -> bool:
        return self.left <= 0

    def wait(self, timeout: float | None = None) -> bool:
        self.left -= 1
        self.waited.append(timeout)
        return self.is_set()


def test_a_second_sender_looks_for_work_only_while_the_first_has_some(stage) -> None:
    helper = replace(stage.worker, number=1, stop=StopAfter(3))
    helper.run()
    assert stage.route.target.attempted == []
    helper = replace(stage.worker, number=1, stop=StopAfter(1))
    with stage.delivery.line.turn():
        helper.run()
    assert stage.route.held_by_crm() == {"A1": "1"}


def test_a_second_sender_is_called_when_the_first_begins_to_send(stage) -> None:
    stop, line = Signal(), stage.delivery.line
    helper = replace(stage.worker, number=1, stop=stop)
    called, wait = threading.Event(), helper._wake.wait
    waits = threading.Semaphore(0)

    def waits_and_tells(timeout: float | None = None) -> bool:
        waits.release()
        is_rung = wait(timeout)
        if is_rung:
            called.set()
        return is_rung

    helper._wake.wait = waits_and_tells
    thread = threading.Thread(target=helper.run)
    thread.start()
    assert waits.acquire(timeout=10)
    with line.turn(), line.attempt() as goes:
        assert goes
        assert called.wait(10)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_a_sender_with_nothing_at_all_rests_longer_than_one_whose_records_wait(stage) -> None:
    stage.delivery._plan.target.down = True
    waits = stage.worker.step()
    assert 0 < waits <= 1.0
    stage.delivery._plan.target.down = False
    stage.route.clock.pass_(3600)
    while (waits := stage.worker.step()) == 0:
        pass
    assert stage.route.held_by_crm() == {"A1": "1"}
    assert waits == REST


@pytest.mark.parametrize("news", ["a record", "a person's decision"])
def test_a_sender_that_rests_is_rung_by_what_comes(stage, news, monkeypatch) -> None:
    while stage.worker.step() == 0:
        pass
    stop, stepped = Signal(), threading.Semaphore(0)
    worker = replace(stage.worker, stop=stop)
    step, stage.route.store.tally.rings[:] = worker.step, [worker.ring]

    def steps_and_tells() -> float:
        seconds = step()
        stepped.release()
        return 3600.0 if seconds == REST else seconds

    worker.step = steps_and_tells
    monkeypatch.setattr(target_worker, "LOOK_WITHIN", 3600.0)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        assert stepped.acquire(timeout=10)
        if news == "a record":
            stage.route.erp["accounts"]["A2"] = ["2"]
            stage.route.scan()
        else:
            stage.delivery.poke()
        assert stepped.acquire(timeout=10)
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()


def test_what_comes_after_a_window_was_used_waits_for_the_next_one(stage) -> None:
    stage = Stage(stage.route, realtime=False)
    route, (flow,) = stage.route, [f for f in stage.route.flows if f.name == "accounts"]
    when, zone = When("every 15m"), UTC
    schedule = Schedule(
        route.clock,
        {flow.id: lambda after: when.next(after, zone)},
        route.sending.peek,
    )
    worker = replace(stage.worker, open_flow=lambda each: schedule.open(each.id))

    def rests() -> None:
        while worker.step() == 0:
            pass

    rests()
    assert route.held_by_crm() == {}
    route.clock.pass_(900)
    rests()
    assert route.held_by_crm() == {"A1": "1"}
    route.erp["accounts"]["A1"] = ["2"]
    route.scan()
    rests()
    assert route.held_by_crm() == {"A1": "1"}, "its window is over: nothing was left"
    route.clock.pass_(900)
    rests()
    assert route.held_by_crm() == {"A1": "2"}
