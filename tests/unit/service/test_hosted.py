"""A service under Windows' service manager, told by a manager that is a list."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from agent.clock import SystemClock
from agent.errors import KeyUnavailable
from agent.events import SEVERITY, Event
from agent.service.hosted import RESUME, SUSPEND, Control, Hosted, Phase

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.timeout(60)


class Manager:
    """Keeps what it is told, and wakes whoever waits for it."""

    def __init__(self) -> None:
        self.reports: list[tuple[Phase, int, float, int]] = []
        self.notes: list[tuple[Event, str]] = []
        self._told = threading.Condition()

    def report(self, phase, *, checkpoint=0, patience=0.0, code=0):
        with self._told:
            self.reports.append((phase, checkpoint, patience, code))
            self._told.notify_all()

    def note(self, event, text):
        with self._told:
            self.notes.append((event, text))
            self._told.notify_all()

    def phases(self):
        course = [phase for phase, *_ in self.reports]
        return [phase for at, phase in enumerate(course) if course[at - 1 : at] != [phase]]

    def events(self):
        return [event for event, _ in self.notes]

    def await_(self, is_so):
        with self._told:
            assert self._told.wait_for(is_so, 20)

    def runs(self):
        self.await_(lambda: any(phase is Phase.RUNNING for phase, *_ in self.reports))


class Run:
    """A hosted run in a thread of its own, as the manager has it."""

    def __init__(self, work, *, is_ready=lambda: True, **more):
        self.manager = Manager()
        self.ended: list[int] = []
        self.hosted = Hosted(
            work, is_ready, self.manager, SystemClock(), end=self.ended.append, **more
        )
        self.thread = threading.Thread(target=self.hosted.run)
        self.thread.start()

    def finished(self):
        self.thread.join(20)
        assert not self.thread.is_alive()
        return self.manager


def polite(stop):
    stop.wait()
    return 0


def test_a_service_starts_runs_and_stops():
    run = Run(polite)
    run.manager.runs()
    run.hosted.control(Control.STOP)
    manager = run.finished()
    assert manager.phases() == [Phase.STARTING, Phase.RUNNING, Phase.STOPPING, Phase.STOPPED]
    assert manager.events() == [Event.STARTED, Event.STOPPED]
    assert manager.reports[-1] == (Phase.STOPPED, 0, 0.0, 0)
    assert run.ended == []


def test_it_runs_when_it_answers_and_not_before():
    answers = threading.Event()
    run = Run(polite, is_ready=answers.is_set)
    run.manager.await_(lambda: len(run.manager.reports) > 2)
    assert run.manager.phases() == [Phase.STARTING]
    answers.set()
    run.manager.runs()
    run.hosted.control(Control.STOP)
    run.finished()


def test_whoever_starts_shows_progress():
    run = Run(polite, is_ready=lambda: False)
    run.manager.await_(lambda: len(run.manager.reports) > 3)
    run.hosted.control(Control.SHUTDOWN)
    starting = [report for report in run.finished().reports if report[0] is Phase.STARTING]
    steps = [step for _, step, _, _ in starting]
    assert steps == list(range(1, len(steps) + 1))
    assert all(patience > 1 for _, _, patience, _ in starting)


def test_a_start_that_takes_long_goes_on_as_running_so_that_it_can_be_stopped():
    run = Run(polite, is_ready=lambda: False, start_within=0.1)
    run.manager.runs()
    run.hosted.control(Control.STOP)
    manager = run.finished()
    assert manager.events()[0] is Event.SLOW_START
    assert manager.phases()[-1] is Phase.STOPPED


def test_a_question_of_the_manager_that_hangs_does_not_hold_the_start_up():
    gate = threading.Event()
    run = Run(polite, is_ready=lambda: gate.wait(30), start_within=0.1)
    run.manager.runs()
    run.hosted.control(Control.STOP)
    run.finished()
    gate.set()


def fails(stop):
    raise KeyUnavailable("There are no keys.", hint="Make them.")


def test_what_keeps_it_from_starting_is_said_and_the_manager_hears_of_an_error():
    manager = Run(fails, is_ready=lambda: False).finished()
    assert manager.notes == [
        (Event.NOT_STARTED, "There are no keys. [KEY_UNAVAILABLE]\n\nMake them.")
    ]
    assert manager.reports[-1] == (Phase.STOPPED, 0, 0.0, 1)
    assert Phase.RUNNING not in manager.phases()


@pytest.mark.parametrize("code", [1, 75])
def test_an_end_of_its_own_with_a_code_has_it_started_again(code):
    gate = threading.Event()

    def work(stop):
        gate.wait(20)
        return code

    run = Run(work)
    run.manager.runs()
    gate.set()
    manager = run.finished()
    assert manager.events()[-1] is Event.FAULT
    assert manager.reports[-1][3] == code


def test_a_fault_says_no_value_that_an_exception_may_hold():
    def work(stop):
        raise ValueError("customer 4711")

    manager = Run(work, is_ready=lambda: False).finished()
    assert "4711" not in manager.notes[-1][1]
    assert "ValueError" in manager.notes[-1][1]


def test_an_end_that_was_asked_for_is_never_answered_by_a_restart():
    def work(stop):
        stop.wait()
        raise KeyUnavailable("gone")

    run = Run(work)
    run.manager.runs()
    run.hosted.control(Control.STOP)
    manager = run.finished()
    assert manager.events()[-1] is Event.FAULT
    assert manager.reports[-1] == (Phase.STOPPED, 0, 0.0, 0)


def test_what_does_not_stop_is_ended_in_time_and_not_started_again():
    gate = threading.Event()
    run = Run(lambda stop: int(gate.wait(30)), stop_within=0.2)
    run.manager.runs()
    begun = time.monotonic()
    run.hosted.control(Control.STOP)
    manager = run.finished()
    assert time.monotonic() - begun < 5
    assert manager.events()[-1] is Event.ENDED_BY_FORCE
    assert manager.reports[-1] == (Phase.STOPPED, 0, 0.0, 0)
    assert run.ended == [70]
    gate.set()


def test_whoever_stops_shows_progress():
    gate = threading.Event()

    def work(stop):
        stop.wait()
        gate.wait(20)
        return 0

    run = Run(work)
    run.manager.runs()
    run.hosted.control(Control.STOP)
    run.manager.await_(lambda: sum(p is Phase.STOPPING for p, *_ in run.manager.reports) > 2)
    gate.set()
    steps = [step for phase, step, *_ in run.finished().reports if phase is Phase.STOPPING]
    assert steps == list(range(1, len(steps) + 1))


@pytest.mark.parametrize("control", [Control.SHUTDOWN, Control.PRE_SHUTDOWN])
def test_a_machine_that_shuts_down_is_a_reason_to_stop(control):
    run = Run(polite)
    run.manager.runs()
    run.hosted.control(control)
    run.hosted.control(control)
    assert run.finished().events() == [Event.STARTED, Event.SHUTDOWN, Event.STOPPED]


def test_after_a_sleep_news_are_looked_for():
    looked = threading.Event()
    run = Run(polite, resumed=looked.set)
    run.manager.runs()
    run.hosted.control(Control.POWER, SUSPEND)
    assert not looked.is_set()
    run.hosted.control(Control.POWER, RESUME)
    assert looked.wait(20)
    run.hosted.control(Control.STOP)
    events = run.finished().events()
    assert events == [Event.STARTED, Event.SUSPENDED, Event.RESUMED, Event.STOPPED]


@pytest.mark.parametrize("control", [Control.INTERROGATE, 14, 128])
def test_what_else_the_manager_says_changes_nothing(control):
    run = Run(polite)
    run.manager.runs()
    run.hosted.control(control)
    run.hosted.control(Control.POWER, 10)
    assert not run.thread.join(0.3)
    assert run.thread.is_alive()
    run.hosted.control(Control.STOP)
    assert run.finished().events() == [Event.STARTED, Event.STOPPED]


def test_hardly_anything_is_loaded_before_windows_hears_from_us():
    script = "import sys, agent.service.main, agent.service.hosted; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    loaded = set(done.stdout.split())
    assert "agent.service.hosted" in loaded
    heavy = {"pydantic", "structlog", "sqlite3", "socket", "httpx", "agent.app", "agent.log"}
    assert heavy & loaded == set()


def test_every_event_has_a_severity():
    assert set(SEVERITY) == set(Event)
