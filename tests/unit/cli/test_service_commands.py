"""`waybill service`, with a manager that only remembers."""

import sys
from pathlib import Path

import pytest

from agent.cli import service as module
from agent.errors import KeyUnavailable, NotAllowed, ServiceRefused
from agent.service import failing, spec
from tests.unit.cli.typing_commands import ATTENTION, FINE, WRONG_USE, Stdin


class Manager:
    """Satisfies `agent.service.spec.ServiceManager`."""

    def __init__(self) -> None:
        self.now: spec.State = "absent"
        self.specs: list[spec.ServiceSpec] = []
        self.did: list[str] = []
        self.fails: Exception | None = None

    def install(self, wanted, *, again=False):
        self._do("install again" if again else "install")
        self.specs.append(wanted)
        self.now = "stopped"

    def remove(self):
        self._do("remove")
        self.now = "absent"

    def start(self, within=0.0):
        self._do("start")
        self.now = "running"

    def stop(self, within=0.0):
        self._do("stop")
        self.now = "stopped"

    def state(self):
        return self.now

    def set_program(self, program):
        self._do("set program")

    def _do(self, what):
        if self.fails is not None:
            raise self.fails
        self.did.append(what)


@pytest.fixture
def manager(monkeypatch):
    made = Manager()
    monkeypatch.setattr(module, "for_this_machine", lambda name: made)
    monkeypatch.delenv("WAYBILL_SERVICE_PASSWORD", raising=False)
    return made


def test_installing_names_the_home_the_program_and_nothing_else(waybill, manager):
    assert waybill("service", "install") == FINE
    (wanted,) = manager.specs
    assert wanted.home == waybill.home
    assert wanted.program.is_absolute()
    assert (wanted.name, wanted.account, wanted.password) == ("Waybill", None, "")
    assert wanted.is_delayed
    assert "waybill service start" in waybill.out


def test_what_runs_has_to_be_restarted_to_become_what_was_set_anew(waybill, manager):
    manager.install = lambda wanted, *, again: setattr(manager, "now", "running")
    assert waybill("service", "install", "--again") == FINE
    assert "waybill service restart" in waybill.out


def test_what_is_wanted_otherwise_is_passed_on(waybill, manager):
    code = waybill(
        "service", "install", "--again", "--name", "Two", "--account", r"ACME\gmsa$", "--no-delay",
        "--depends-on", "MSSQLSERVER", "--depends-on", "MSDTC", "--writes", "done",
    )  # fmt: skip
    assert code == FINE
    (wanted,) = manager.specs
    assert manager.did == ["install again"]
    assert (wanted.name, wanted.account) == ("Two", r"ACME\gmsa$")
    assert wanted.depends_on == ("MSSQLSERVER", "MSDTC")
    assert not wanted.is_delayed
    assert wanted.writes == (Path("done").absolute(),)


def test_a_password_comes_from_a_file(waybill, manager, tmp_path):
    (tmp_path / "p").write_text("pässword \n", encoding="utf-8")
    assert (
        waybill(
            "service", "install", "--account", r"A\b", "--password-file", str(tmp_path / "p")
        ) == FINE
    )  # fmt: skip
    assert manager.specs[0].password == "pässword "
    assert "pässword" not in waybill.out + waybill.err


def test_a_password_file_that_cannot_be_read_is_wrong_use(waybill, manager, tmp_path):
    code = waybill("service", "install", "--password-file", str(tmp_path / "none"))
    assert code == WRONG_USE
    assert manager.specs == []


def test_on_windows_an_ordinary_account_needs_its_password(waybill, manager, monkeypatch):
    monkeypatch.setattr(module, "_has_password", lambda account: True)
    monkeypatch.setattr(sys, "stdin", Stdin(""))
    assert waybill("service", "install", "--account", r"A\b") == WRONG_USE
    assert "PASSWORD_NEEDED" in waybill.err
    monkeypatch.setenv("WAYBILL_SERVICE_PASSWORD", "s3cret")
    assert waybill("service", "install", "--account", r"A\b") == FINE
    assert manager.specs[0].password == "s3cret"


@pytest.mark.parametrize(
    ("word", "did", "state"),
    [
        ("start", ["start"], "running"),
        ("stop", ["stop"], "stopped"),
        ("restart", ["stop", "start"], "running"),
        ("remove", ["remove"], "absent"),
    ],
)
def test_each_word_does_what_it_says(waybill, manager, word, did, state):
    manager.now = "stopped"
    found = waybill.json("service", word)
    assert waybill.code == FINE
    assert manager.did == did
    assert found == {"service": "Waybill", "state": state, "home": str(waybill.home)}


@pytest.mark.parametrize(
    ("state", "code"),
    [("running", FINE), ("stopped", ATTENTION), ("starting", ATTENTION), ("absent", ATTENTION)],
)
def test_the_status_is_fine_only_when_it_runs(waybill, manager, state, code):
    manager.now = state
    assert waybill("service", "status") == code
    assert waybill.json("service", "status")["state"] == state


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NotAllowed("This account may not.", code="NOT_ADMINISTRATOR"), "NOT_ADMINISTRATOR"),
        (spec.exists("Waybill"), "SERVICE_EXISTS"),
        (spec.absent("Waybill"), "SERVICE_ABSENT"),
        (spec.not_stopped("Waybill", 30), "within 30 s"),
        (spec.not_started("Waybill", "There are no keys."), "did not start: There are no keys."),
    ],
)
def test_what_the_manager_refuses_is_said(waybill, manager, error, said):
    manager.fails = error
    assert waybill("service", "start") == ATTENTION
    assert said in waybill.err


def test_a_start_that_fails_says_why_from_the_log_where_the_system_does_not(waybill, manager):
    waybill.home.mkdir()

    def fails(within=0.0):
        failing.note(waybill.home, KeyUnavailable("There are no keys."))
        raise spec.not_started("Waybill", "")

    manager.start = fails
    assert waybill("service", "start") == ATTENTION
    assert "did not start: There are no keys. [KEY_UNAVAILABLE]" in waybill.err


def test_without_a_service_manager_the_foreground_is_named(waybill, monkeypatch):
    def none(name):
        raise ServiceRefused("None here.", code="NO_SERVICE_MANAGER", hint="waybill run")

    monkeypatch.setattr(module, "for_this_machine", none)
    assert waybill("service", "status") == ATTENTION
    assert "waybill run" in waybill.err
