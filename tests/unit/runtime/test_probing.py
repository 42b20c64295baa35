"""A test of a target: its steps, where they end, and that nothing is written."""

from __future__ import annotations

from datetime import timedelta

from agent.errors import SecretMissing, TargetUnavailable
from agent.model import Finding, Findings, Level
from agent.runtime.probing import steps
from tests.fakes import FakeClock, FakeTarget


def way() -> Findings:
    return (Finding(Level.OK, "RESOLVED", "It is there.", step="dns", seconds=0.1),)


class Checked(FakeTarget):
    """One whose check finds what targets find."""

    def check(self) -> Findings:
        return (
            Finding(Level.OK, "SIGNED_IN", "Reachable; signed in."),
            Finding(Level.OK, "OBJECT_READY", "Account is ready."),
        )


def said(found: Findings) -> list[tuple[str, str]]:
    return [(one.step, one.code) for one in found]


def test_every_step_is_told_with_its_time_and_nothing_is_written() -> None:
    target, clock = Checked(lag=timedelta(0)), FakeClock()
    found = steps(target, way, ["account", "contact"], clock)
    assert said(found) == [
        ("dns", "RESOLVED"), ("sign-in", "SIGNED_IN"), ("permissions", "OBJECT_READY"),
        ("dry run", "DRY_RUN_FINE"),
    ]  # fmt: skip
    assert all(one.seconds is not None for one in found)
    assert "account, contact" in found[-1].text
    assert target.records == {}
    assert target.attempted == []


def test_a_refused_sign_in_ends_the_test() -> None:
    found = steps(Checked(signed_out=True), way, ["account"], FakeClock())
    assert said(found)[-1] == ("sign-in", "AUTH_REVOKED")
    assert len(found) == 2


def test_a_secret_that_nobody_has_set_is_a_line_and_no_crash() -> None:
    target = Checked()

    def find(*_: object) -> None:
        raise SecretMissing("The secret crm is not set.", hint="Set it.")

    target.find = find
    assert said(steps(target, way, ["account"], FakeClock()))[-1] == ("sign-in", "SECRET_MISSING")


def test_a_way_that_fails_ends_the_test_before_anybody_signs_in() -> None:
    def broken() -> Findings:
        return (Finding(Level.ERROR, "DNS_FAILED", "No name.", "Check it.", "dns", 0.1),)

    assert said(steps(Checked(down=True), broken, ["account"], FakeClock())) == [
        ("dns", "DNS_FAILED")
    ]


def test_an_object_that_cannot_be_looked_up_is_named_in_the_dry_run() -> None:
    target = Checked()
    find = target.find

    def refuses(entity, ids, fields=()):
        if entity == "contact":
            raise TargetUnavailable("Not allowed.", code="QUERY_REFUSED", hint="Allow it.")
        return find(entity, ids, fields)

    target.find = refuses
    found = steps(target, way, ["account", "contact"], FakeClock())
    assert said(found)[-1] == ("dry run", "QUERY_REFUSED")
    assert "contact" in found[-1].text


def test_a_target_that_cannot_be_asked_says_so_and_its_own_check_speaks_of_the_sign_in() -> None:
    found = steps(Checked(finds=False), way, ["account"], FakeClock())
    assert said(found) == [
        ("dns", "RESOLVED"), ("sign-in", "SIGNED_IN"), ("permissions", "OBJECT_READY"),
        ("dry run", "DRY_RUN_NOT_POSSIBLE"),
    ]  # fmt: skip


def test_a_target_without_flows_is_told_that_there_is_nothing_to_try() -> None:
    assert said(steps(Checked(), way, [], FakeClock()))[-1] == ("dry run", "NO_FLOWS")
