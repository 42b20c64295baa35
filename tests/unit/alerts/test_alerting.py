"""Nobody has to look: what goes wrong on a Friday evening is a mail, and so is that it is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from adapters import alerts
from adapters.alerts import MailConfig
from agent.errors import AlertFailed
from agent.health import Conditions, Progress, Severity
from agent.model import Alert
from agent.runtime.alerting import Alerter, Heart, Told, Watched, run
from tests.fakes import FakeClock
from tests.http_stub import context
from tests.route.harness import Route
from tests.smtp_stub import MailServer
from tests.unit.runtime.test_target_worker import Stage

FRIDAY = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


class Box:
    """A channel in memory."""

    def __init__(self) -> None:
        self.alerts: list[Alert] = []
        self.error: Exception | None = None
        self.tries = 0

    def send(self, alert: Alert) -> None:
        self.tries += 1
        if self.error is not None:
            raise self.error
        self.alerts.append(alert)

    def close(self) -> None:
        return


@pytest.fixture
def stage() -> Iterator[Stage]:
    route = Route()
    route.clock.seconds = FRIDAY.timestamp()
    yield Stage(route)
    route.close()


def alerter(stage: Stage, channel: object, name: str = "mail", **how: object) -> Alerter:
    route = stage.route
    watched = Watched(
        stage.conditions, stage.worker.progress, route.clock, "ERP-SRV01", "production", UTC
    )
    return Alerter(name, channel, watched, Told(route.store, route.cipher, name), **how)


def test_a_sign_in_that_dies_on_friday_at_six_is_one_mail_and_so_is_its_recovery(
    stage, tmp_path
) -> None:
    route = stage.route
    route.target.signed_out = True
    with MailServer() as server:
        config = MailConfig.model_validate(
            {"host": "localhost", "port": server.port, "security": "none",
             "sender": "waybill@erp.example", "to": ["it@erp.example"]}
        )  # fmt: skip
        mail = alerter(stage, alerts.mail(config, context(tmp_path)))
        arrived: list[datetime] = []

        def minutes(many: int) -> None:
            for _ in range(many):
                while stage.worker.step() == 0.0:
                    pass
                mail.step()
                arrived.extend([route.clock.now()] * (len(server.inbox) - len(arrived)))
                route.clock.pass_(60.0)

        for number in range(40):
            route.erp["accounts"][f"A{number}"] = ["1"]
        route.scan()
        minutes(63 * 60)  # until Monday at nine; daily reminders
        kinds = [each.message["Subject"] for each in server.inbox]
        assert arrived[0] < FRIDAY + timedelta(minutes=15)
        assert kinds[0] == "[Waybill ERP-SRV01] crm: Signed out."
        assert all("Still: crm" in subject for subject in kinds[1:])
        assert len(kinds) == 3
        assert "A1" not in "".join(each.message.get_content() for each in server.inbox)
        assert route.states() == {"WAITING": 40}, "everything waits, in order"
        route.target.signed_out = False
        stage.delivery.poke()
        minutes(60)
        assert [each.message["Subject"] for each in server.inbox[3:]] == [
            "[Waybill ERP-SRV01] Solved: crm: Signed out."
        ]
        assert route.held_by_crm() == route.in_erp()


def test_a_channel_that_fails_is_a_condition_and_holds_up_nothing(stage) -> None:
    box = Box()
    box.error = AlertFailed("The mail server did not take it.", hint="Check it.")
    mail, other = alerter(stage, box), alerter(stage, beside := Box(), "hook")
    stage.conditions.raise_("AUTH_REVOKED", "crm", "Refused.", meaning="Nothing is lost.")
    clock = stage.route.clock
    for _ in range(30):
        mail.step()
        other.step()
        clock.pass_(60.0)
    assert box.tries < 10, "it is tried less and less often"
    (failed,) = [c for c in stage.conditions.list() if c.code == "ALERT_FAILED"]
    assert (failed.subject, failed.severity) == ("alert mail", Severity.WARNING)
    told = [line.code for alert in beside.alerts for line in alert.lines]
    assert told == ["AUTH_REVOKED", "ALERT_FAILED"], "the others tell it"
    box.error = None
    clock.pass_(900.0)
    mail.step()
    assert [line.code for line in box.alerts[0].lines] == ["AUTH_REVOKED"]
    assert "ALERT_FAILED" not in stage.codes()


def test_an_error_that_nobody_foresaw_ends_no_thread(stage) -> None:
    box = Box()
    box.error = ZeroDivisionError()
    mail = alerter(stage, box)
    stage.conditions.raise_("DISK_FULL", "", "The disk is full.")
    mail.step()
    assert "ALERT_FAILED" in stage.codes()


def test_over_a_restart_nothing_is_told_twice_and_no_recovery_is_forgotten(stage) -> None:
    box, clock = Box(), stage.route.clock
    stage.conditions.raise_("AUTH_REVOKED", "crm", "Refused.")
    alerter(stage, box).step()
    stage.route.crash()
    again = Stage(stage.route)
    mail = alerter(again, box)
    again.conditions.raise_("AUTH_REVOKED", "crm", "Refused.")
    for _ in range(10):
        mail.step()
        clock.pass_(60.0)
    assert len(box.alerts) == 1
    stage.route.crash()
    mail = alerter(Stage(stage.route), box)
    for _ in range(10):
        mail.step()
        clock.pass_(60.0)
    assert [alert.lines[0].what for alert in box.alerts] == ["new", "over"]


def test_what_was_told_lies_sealed_beside_the_queue(stage) -> None:
    stage.conditions.raise_("AUTH_REVOKED", "crm", "A sentence about it.")
    alerter(stage, Box()).step()
    kept = stage.route.store.db.meta("alerts/mail")
    assert b"A sentence" not in kept


def test_a_channel_for_errors_alone_hears_of_no_warning(stage) -> None:
    box = Box()
    mail = alerter(stage, box, warnings=False)
    stage.conditions.raise_("HELD", "customers", "Held.", severity=Severity.WARNING)
    for _ in range(40):
        mail.step()
        stage.route.clock.pass_(60.0)
    assert box.alerts == []


def test_a_stage_that_stands_still_is_told_too(stage) -> None:
    box, clock = Box(), stage.route.clock
    stage.worker.progress.add("target crm", timedelta(minutes=30))
    stage.worker.progress.report("target crm", timedelta(minutes=31))
    alerter(stage, box).step()
    assert [line.code for line in box.alerts[0].lines] == ["STAGE_STUCK"]
    assert clock.now() == FRIDAY


def test_a_test_message_says_that_nothing_is_wrong_and_a_failure_what_to_do(stage) -> None:
    box = Box()
    (finding,) = alerter(stage, box).check()
    assert finding.level == "ok"
    assert "nothing is wrong" in box.alerts[0].text
    box.error = AlertFailed("It is away.", code="MAIL_FAILED", hint="Check it.")
    (finding,) = alerter(stage, box).check()
    assert (finding.level, finding.code, finding.hint) == ("error", "MAIL_FAILED", "Check it.")


class Stops:
    """A wish to stop that comes while a message is under way."""

    def __init__(self) -> None:
        self.rounds = 0

    def is_set(self) -> bool:
        return self.rounds > 1

    def wait(self, timeout: float | None = None) -> bool:
        del timeout
        self.rounds += 1
        return self.rounds > 3


def test_a_stop_while_a_message_is_under_way_ends_the_thread_quietly(stage) -> None:
    stops, mail = Stops(), alerter(stage, Box())
    stage.conditions.raise_("DISK_FULL", "", "The disk is full.")
    mail.channel.send = lambda _alert: stage.route.store.close()
    stops.rounds = 1
    run(mail, stops, lambda error: pytest.fail(str(error)))
    assert stops.rounds == 2, "it looked once more and ended"
    stage.route.open()


# --- the dead-man signal --------------------------------------------------------------------------


class Beats:
    """A pulse in memory."""

    every = timedelta(minutes=5)

    def __init__(self) -> None:
        self.at: list[float] = []
        self.error: Exception | None = None

    def beat(self) -> None:
        if self.error is not None:
            raise self.error
        self.at.append(0.0)

    def close(self) -> None:
        return


def heart() -> tuple[Heart, Beats, FakeClock]:
    clock, beats = FakeClock(), Beats()
    return Heart("dead-man", beats, Conditions(clock), Progress(clock), clock), beats, clock


def test_it_beats_as_often_as_is_said_while_the_route_moves() -> None:
    pulse, beats, clock = heart()
    for _ in range(60):
        pulse.step()
        clock.pass_(60.0)
    assert len(beats.at) == 12


def test_it_stays_away_when_a_stage_stands_still_although_the_process_lives() -> None:
    pulse, beats, clock = heart()
    pulse.progress.add("target crm", timedelta(minutes=30))
    pulse.progress.report("target crm", timedelta(0))
    for _ in range(120):
        pulse.step()
        clock.pass_(60.0)
    assert len(beats.at) == 7


def test_a_signal_that_fails_is_a_condition_until_it_works() -> None:
    pulse, beats, clock = heart()
    beats.error = AlertFailed("Nobody takes it.")
    pulse.step()
    assert [c.subject for c in pulse.conditions.list()] == ["alert dead-man"]
    beats.error = None
    clock.pass_(61.0)
    pulse.step()
    assert pulse.conditions.list() == ()
