"""The line to one target: who may go when, with senders that share it."""

import threading
from datetime import timedelta
from random import Random

import pytest

from agent.delivery.limits import Rate
from agent.errors import TargetAuthError, TargetUnavailable
from agent.health import Conditions
from agent.model import (
    Allowance,
    Ambiguous,
    BatchLimits,
    BatchRefused,
    Deferred,
    Delivered,
    Meter,
    Rejected,
)
from agent.runtime import line_said
from agent.runtime.line import AUTH_PAUSE, Line, LineTerms
from agent.runtime.plan import FlowPlan
from tests.fakes import FakeClock, FakeTarget, fake_mapper
from tests.metered import MeteredTarget

DAY = timedelta(days=1)


def line_to(target: FakeTarget, clock: FakeClock, **terms: object) -> Line:
    return Line(target, clock, Random(1), LineTerms(**terms))


def attempt(line: Line, target: FakeTarget) -> bool:
    """One step as a sender makes it; whether it went."""
    with line.turn() as wait, line.reserved() as has_leave:
        if wait or not has_leave:
            return False
        with line.attempt() as goes:
            if goes:
                target.deliver([])
                line.heard([Delivered()])
            return goes


def test_a_rate_of_the_configuration_is_never_exceeded() -> None:
    clock, target = FakeClock(), FakeTarget()
    line, times = line_to(target, clock, rates=(Rate(20, 10.0),)), []
    while len(times) < 100:
        if attempt(line, target):
            times.append(clock.seconds)
        else:
            clock.pass_(max(line.wait(), 0.01))
    for at in times:
        assert sum(1 for time in times if at <= time < at + 10.0) <= 20


def test_an_attempt_that_takes_several_requests_is_reckoned_with_what_the_last_ones_took() -> None:
    clock, target = FakeClock(), MeteredTarget(costs=4)
    line = line_to(target, clock, rates=(Rate(100, 10.0),))
    assert attempt(line, target)
    clock.pass_(100.0)
    assert attempt(line, target)
    assert attempt(line, target)
    assert not attempt(line, target), "10 may go at once, 8 have, and the next would take 4"


def test_what_is_set_aside_for_an_attempt_is_not_given_away_twice() -> None:
    line = line_to(FakeTarget(), FakeClock(), rates=(Rate(10, 10.0),))
    with line.reserved() as first, line.reserved() as second:
        assert (first, second) == (True, False)
    with line.reserved() as again:
        assert again


def test_a_burst_limit_that_the_target_tells_is_heeded() -> None:
    clock, target = FakeClock(), MeteredTarget()
    line = line_to(target, clock)
    burst = Allowance("burst", timedelta(seconds=10), 100, 0, timedelta(seconds=4), clock.seconds)
    target.said = Meter(1, (burst,))
    assert attempt(line, target)
    assert line.wait() == pytest.approx(4.0)


def test_flows_that_can_wait_stop_at_the_reserve_of_a_day_that_the_target_tells() -> None:
    clock, target = FakeClock(), MeteredTarget()
    line = line_to(target, clock, reserve=0.2)
    target.said = Meter(1, (Allowance("day", DAY, 100, 22, at=clock.seconds),))
    assert attempt(line, target)
    assert line.spares(realtime=False)
    target.said = Meter(5, target.said.allowances)
    assert attempt(line, target)
    assert not line.spares(realtime=False)
    assert line.spares(realtime=True)


def test_a_day_of_the_configuration_is_counted_over_restarts() -> None:
    clock, target = FakeClock(), FakeTarget()
    kept: dict[int, int] = {}
    line = line_to(target, clock, daily=10, reserve=0.0, remember=kept.update)
    for _ in range(9):
        assert attempt(line, target)
        clock.pass_(61.0)
    again = line_to(target, clock, daily=10, reserve=0.0, day=kept)
    assert again.spares(realtime=True)
    assert attempt(again, target)
    assert not again.spares(realtime=True)
    clock.pass_(26 * 3600.0)
    assert again.spares(realtime=True)


def test_a_target_in_trouble_gets_one_probe_however_many_senders_there_are() -> None:
    clock = FakeClock()
    line = line_to(FakeTarget(), clock, most=8)
    line.failed(TargetUnavailable("away"))
    clock.pass_(5.0)
    with line.turn() as first, line.turn() as second:
        assert first == 0.0
        assert second > 0.0
    with line.turn() as after:
        assert after == 0.0


def test_a_refused_sign_in_is_not_tried_again_for_an_hour_unless_somebody_did_something() -> None:
    clock = FakeClock()
    line = line_to(FakeTarget(), clock)
    line.failed(TargetAuthError("refused", code="AUTH_REVOKED"))
    assert line.signed_out
    assert line.wait() == AUTH_PAUSE == 3600.0
    line.poke()
    assert line.wait() == 0.0
    line.heard([Delivered()])
    assert not line.signed_out


def test_no_more_senders_than_the_target_stands_whatever_is_configured() -> None:
    line = line_to(FakeTarget(limits=BatchLimits(parallel=2)), FakeClock(), most=9)
    for _ in range(9):
        line.heard([Delivered()])
    assert line.pace.places() == 2


def test_answers_widen_the_line_and_batches_put_off_as_a_whole_narrow_it() -> None:
    clock = FakeClock()
    line = line_to(FakeTarget(), clock, most=8)
    for _ in range(9):
        line.heard([Delivered()])
    assert line.pace.places() == 8
    with line.attempt():
        line.heard([Deferred("LOCK", "locked"), Deferred("LOCK", "locked")])
    assert line.pace.places() == 4
    line.heard([Deferred("LOCK", "locked"), Delivered()])
    assert line.pace.places() == 4


def test_a_batch_without_one_outcome_is_no_answer_and_two_of_them_are_trouble() -> None:
    line = line_to(FakeTarget(), FakeClock())
    assert not line.heard([Ambiguous("lost")] * 3)
    assert line.wait() == 0.0
    assert not line.heard([Ambiguous("lost")])
    assert line.wait() > 0.0
    assert line.heard([Ambiguous("lost"), Delivered()])
    assert line.wait() == 0.0


def test_a_refused_batch_makes_the_next_ones_smaller_unless_it_names_the_one_at_fault() -> None:
    line = line_to(FakeTarget(), FakeClock())
    line.heard([BatchRefused("C", "why")] * 10)
    assert line.pace.limit(200) == 5
    line.heard([BatchRefused("C", "why")] * 5, fresh=False)
    assert line.pace.limit(200) == 10
    line.heard([BatchRefused("C", "why"), Rejected("C", "why")])
    assert line.pace.limit(200) == 20


def test_a_sender_that_waited_for_its_place_does_not_go_when_the_target_went_away() -> None:
    clock = FakeClock()
    line, went = line_to(FakeTarget(), clock), []
    waiting = threading.Event()

    def second() -> None:
        waiting.set()
        with line.attempt() as goes:
            went.append(goes)

    with line.attempt() as goes:
        assert goes
        thread = threading.Thread(target=second)
        thread.start()
        assert waiting.wait(10)
        line.failed(TargetUnavailable("away"))
    thread.join(10)
    assert went == [False]


# --- what people are told -------------------------------------------------------------------------


def flow(*, realtime: bool) -> FlowPlan:
    return FlowPlan(
        "stock", 1, 0, "inventory", "inventory/1", "Stock", "crm", 1, fake_mapper, None,
        realtime=realtime,
    )  # fmt: skip


def codes(conditions: Conditions) -> list[str]:
    return [condition.code for condition in conditions.list()]


def test_a_clock_that_is_wrong_is_a_condition_with_its_minutes_until_it_is_right() -> None:
    clock, target, conditions = FakeClock(), MeteredTarget(), Conditions(FakeClock())
    line = line_to(target, clock)
    target.said = Meter(skew=timedelta(minutes=-15))
    line_said.say(conditions, "crm", line, ())
    (condition,) = conditions.list()
    assert (condition.code, condition.subject) == ("CLOCK_SKEW", "crm")
    assert "15 minutes ahead of" in condition.title
    target.said = Meter(skew=timedelta(seconds=119))
    line_said.say(conditions, "crm", line, ())
    assert codes(conditions) == []


def test_a_day_that_runs_out_is_a_condition_where_somebody_has_to_wait_for_it() -> None:
    clock, target, conditions = FakeClock(), MeteredTarget(), Conditions(FakeClock())
    line = line_to(target, clock)
    target.said = Meter(1, (Allowance("requests", DAY, 100, 8, at=clock.seconds),))
    assert attempt(line, target)
    line_said.say(conditions, "crm", line, (flow(realtime=True),))
    assert codes(conditions) == []
    line_said.say(conditions, "crm", line, (flow(realtime=False),))
    (condition,) = conditions.list()
    assert condition.code == "QUOTA_LOW"
    assert "not real-time wait" in condition.meaning
    target.said = Meter(20, target.said.allowances)
    assert attempt(line, target)
    line_said.say(conditions, "crm", line, (flow(realtime=True),))
    assert "everything for it waits" in conditions.list()[0].meaning
    target.said = Meter(21, (Allowance("requests", DAY, 100, 99, at=clock.seconds + 1),))
    assert attempt(line, target)
    line_said.say(conditions, "crm", line, (flow(realtime=False),))
    assert codes(conditions) == []
