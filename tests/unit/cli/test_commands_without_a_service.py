"""What a command does by itself where no service answers, and how it says what went wrong."""

import pytest

from agent.errors import ConfigError, ConfigProblem, StoreBusy
from agent.model import Finding, Level
from tests.unit.cli.typing_commands import ATTENTION, FINE, WRONG_USE, Stdin
from tests.wine import has_mode


def test_check_works_without_a_service(waybill, agent_app):
    waybill.home.mkdir(mode=0o700)
    agent_app.check = lambda home: (Finding(Level.OK, "FOLDER", "The folder is there."),)
    found = waybill.json("check")
    assert waybill.code == FINE
    assert found["ok"] is True
    assert found["findings"][0]["level"] == "ok"


def test_every_problem_of_a_configuration_is_printed(waybill, agent_app):
    def check(home):
        raise ConfigError([ConfigProblem("flows.a", "no source."), ConfigProblem("b", "no key.")])

    waybill.home.mkdir(mode=0o700)
    agent_app.check = check
    assert waybill("check") == ATTENTION
    assert "flows.a: no source." in waybill.err
    assert "b: no key." in waybill.err


def test_a_missing_home_is_wrong_use_and_nothing_is_made(waybill, agent_app, monkeypatch):
    monkeypatch.setattr("sys.stdin", Stdin("x"))
    assert waybill("check") == WRONG_USE
    assert waybill("secrets", "set", "a") == WRONG_USE
    assert not waybill.home.exists()


def test_a_service_that_is_there_but_broken_is_not_bypassed(waybill, agent_app, service):
    service.fails["check"] = StoreBusy("Not now.")
    agent_app.check = lambda home: pytest.fail("two processes on one home")
    assert waybill("check") == ATTENTION


def test_an_unexpected_error_is_one_sentence_and_its_place_is_in_the_log(waybill, agent_app):
    customer = "Muster GmbH"

    def check(home):
        raise KeyError(customer)

    agent_app.check = check
    (waybill.home / "logs").mkdir(mode=0o700, parents=True)
    assert waybill("check") == ATTENTION
    log = waybill.home / "logs" / "commands.log"
    assert str(log) in waybill.err
    assert len(waybill.err.splitlines()) == 2
    text = log.read_text()
    assert "in check" in text
    assert "KeyError" in text
    assert customer not in text + waybill.err
    assert has_mode(log, 0o600)


def test_an_unexpected_error_without_a_log_folder_still_has_a_log(waybill, agent_app, tmp_path):
    waybill.home.mkdir(mode=0o700)
    agent_app.check = lambda home: 1 / 0
    assert waybill("check") == ATTENTION
    (log,) = tmp_path.glob("waybill-*.log")
    assert str(log) in waybill.err
    assert "ZeroDivisionError" in log.read_text()


def test_a_home_folder_that_is_closed_to_this_account_is_told_as_that(waybill, agent_app):
    def check(home):
        raise PermissionError(13, "Permission denied", str(home / "waybill.toml"))

    waybill.home.mkdir(mode=0o700)
    agent_app.check = check
    error = waybill.json("check")["error"]
    assert waybill.code == ATTENTION
    assert error["code"] == "NOT_ALLOWED"
    assert error["params"] == {"path": str(waybill.home / "waybill.toml")}
