"""When a flow delivers: at once, at intervals, by the clock; and always until nothing is left."""

from datetime import datetime, timedelta, timezone

from agent.config.schedule import When
from agent.runtime.schedule import Schedule
from tests.fakes import FakeClock


class Flow:
    """One flow with something to send, or not."""

    def __init__(self, when: str) -> None:
        self.clock = FakeClock()
        self.busy = False
        zone, found = timezone(timedelta(hours=1)), When(when)
        nexts = {} if found.is_realtime else {1: lambda after: found.next(after, zone)}
        self.schedule = Schedule(self.clock, nexts, lambda _flow: self.busy)

    def open(self) -> bool:
        return self.schedule.open(1)

    def at(self) -> datetime:
        return self.clock.now()


def test_real_time_is_always_open() -> None:
    assert Flow("realtime").open()


def test_an_interval_opens_when_it_is_over_and_not_before() -> None:
    flow = Flow("every 15m")
    assert not flow.open()
    flow.clock.pass_(899)
    assert not flow.open()
    flow.clock.pass_(1)
    assert flow.open()


def test_it_stays_open_until_nothing_is_left_and_then_waits_for_the_next_time() -> None:
    flow = Flow("every 15m")
    flow.open()
    flow.clock.pass_(900)
    assert flow.open()
    flow.busy = True
    flow.clock.pass_(5000)
    assert flow.open()
    flow.busy = False
    assert not flow.open()
    flow.busy = True
    assert not flow.open(), "what comes later waits for the next time"
    flow.clock.pass_(900)
    assert flow.open()


def test_the_clock_of_the_place_decides() -> None:
    flow = Flow("0 6 * * *")
    flow.open()
    while not flow.open():
        flow.clock.pass_(60)
        assert flow.clock.seconds < 1_000_000 + 90_000
    assert (flow.at().hour, flow.at().minute) == (5, 0)
