"""Health is what stands and what moves, not what somebody remembers to say."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from agent.health import Activity, Conditions, Health, Progress, Severity, Status, assess

MINUTE = timedelta(minutes=1)


class SettableClock:
    def __init__(self) -> None:
        self.passed = timedelta()

    def now(self) -> datetime:
        return datetime(2026, 11, 20, 12, tzinfo=UTC) + self.passed

    def monotonic(self) -> float:
        return 1000.0 + self.passed.total_seconds()


class Agent:
    """Clock, conditions and progress of an imagined agent."""

    def __init__(self) -> None:
        self.clock = SettableClock()
        self.conditions = Conditions(self.clock)
        self.progress = Progress(self.clock)

    def status(self, **options: bool) -> Status:
        return assess(self.conditions, self.progress, self.clock, **options)


def test_nothing_wrong_is_ok_and_idle() -> None:
    status = Agent().status()
    assert (status.health, status.activity, status.reasons) == (Health.OK, Activity.IDLE, ())


def test_a_condition_stands_since_it_was_first_raised_until_it_is_cleared() -> None:
    agent = Agent()
    assert agent.conditions.raise_("TARGET_AUTH", "crm", "Sign-in failed.")
    agent.clock.passed = MINUTE
    assert not agent.conditions.raise_("TARGET_AUTH", "crm", "Sign-in failed twice.")
    (standing,) = agent.conditions.list()
    assert standing.title == "Sign-in failed twice."
    assert standing.since == datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert agent.conditions.clear("TARGET_AUTH", "crm")
    assert not agent.conditions.clear("TARGET_AUTH", "crm")
    assert agent.status().health is Health.OK


def test_a_condition_says_how_often_in_a_row_it_was_seen_up_to_three() -> None:
    agent = Agent()
    seen = []
    for _ in range(5):
        agent.conditions.raise_("E", "crm", "Title.")
        seen.append(agent.conditions.list()[0].times)
    assert seen == [1, 2, 3, 3, 3]
    agent.conditions.clear("E", "crm")
    agent.conditions.raise_("E", "crm", "Title.")
    assert agent.status().reasons[0].times == 1


def test_the_same_condition_of_two_subjects_is_two() -> None:
    agent = Agent()
    agent.conditions.raise_("SOURCE_UNAVAILABLE", "a", "Gone.")
    agent.conditions.raise_("SOURCE_UNAVAILABLE", "b", "Gone.")
    agent.conditions.clear("SOURCE_UNAVAILABLE", "a")
    assert [item.subject for item in agent.conditions.list()] == ["b"]


def test_all_of_a_subject_clears_but_what_is_kept() -> None:
    agent = Agent()
    for code, subject in (("A", "crm"), ("B", "crm"), ("A", "other")):
        agent.conditions.raise_(code, subject, "Text.")
    cleared = agent.conditions.clear_subject("crm", keep=["B"])
    assert [(item.code, item.subject) for item in cleared] == [("A", "crm")]
    assert {(item.code, item.subject) for item in agent.conditions.list()} == {
        ("B", "crm"),
        ("A", "other"),
    }


def test_the_worst_condition_decides_and_comes_first() -> None:
    agent = Agent()
    agent.conditions.raise_("W", "a", "Soon.", severity=Severity.WARNING)
    assert agent.status().health is Health.WARNING
    agent.clock.passed = MINUTE
    agent.conditions.raise_("E", "b", "Now.")
    status = agent.status()
    assert status.health is Health.ERROR
    assert [reason.code for reason in status.reasons] == ["E", "W"]


def test_a_stage_that_hangs_turns_red_though_it_says_nothing_any_more() -> None:
    agent = Agent()
    agent.progress.add("delivery to crm", 5 * MINUTE)
    agent.progress.report("delivery to crm", MINUTE)
    agent.clock.passed = 4 * MINUTE
    assert agent.status().health is Health.OK
    agent.clock.passed = 5 * MINUTE
    status = agent.status(working=True)
    assert status.health is Health.ERROR
    assert status.activity is Activity.WORKING
    (reason,) = status.reasons
    assert (reason.code, reason.subject) == ("STAGE_STUCK", "delivery to crm")
    assert "6 min" in reason.title
    assert reason.since == agent.clock.now() - 6 * MINUTE


def test_a_stage_that_moved_or_ended_or_has_nothing_due_is_not_stuck() -> None:
    agent = Agent()
    for name in ("moved", "idle", "ended"):
        agent.progress.add(name, MINUTE)
        agent.progress.report(name, 2 * MINUTE)
    assert len(agent.progress.stuck()) == 3
    agent.progress.report("moved", timedelta(seconds=1))
    agent.progress.report("idle", None)
    agent.progress.remove("ended")
    agent.progress.report("ended", 2 * MINUTE)
    assert agent.progress.stuck() == ()
    assert list(agent.progress.ages()) == ["moved"]


def test_a_pause_is_an_activity_and_hides_no_trouble() -> None:
    agent = Agent()
    agent.conditions.raise_("E", "b", "Now.")
    status = agent.status(paused=True, working=True)
    assert (status.health, status.activity) == (Health.ERROR, Activity.PAUSED)


def test_before_it_has_started_its_health_is_unknown_unless_it_is_bad() -> None:
    agent = Agent()
    assert agent.status(started=False).health is Health.UNKNOWN
    agent.conditions.raise_("KEY_UNAVAILABLE", "", "No key.")
    assert agent.status(started=False).health is Health.ERROR


def test_the_status_is_json_as_it_is() -> None:
    agent = Agent()
    agent.conditions.raise_(
        "E", "crm", "Title.", "Hint.", Severity.ERROR, "Meaning.", params={"org": "acme"}
    )
    agent.progress.add("s", MINUTE)
    agent.progress.report("s", timedelta(seconds=1.5))
    status = assess(
        agent.conditions, agent.progress, agent.clock, counts={"waiting": 3}, details={"v": "1"}
    )
    assert json.loads(json.dumps(status.as_json())) == {
        "health": "error",
        "activity": "idle",
        "at": "2026-11-20T12:00:00Z",
        "reasons": [
            {
                "code": "E",
                "subject": "crm",
                "title": "Title.",
                "hint": "Hint.",
                "severity": "error",
                "meaning": "Meaning.",
                "since": "2026-11-20T12:00:00Z",
                "params": {"org": "acme"},
                "times": 1,
            }
        ],
        "counts": {"waiting": 3},
        "ages": {"s": 1.5},
        "v": "1",
    }


def test_threads_raise_and_clear_while_others_look() -> None:
    agent = Agent()

    def work(number: int) -> None:
        agent.conditions.raise_("E", str(number % 7), "Text.")
        agent.status()
        agent.conditions.clear("E", str(number % 7))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(500)))
    assert agent.conditions.list() == ()
