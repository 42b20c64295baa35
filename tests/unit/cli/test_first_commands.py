"""The commands that make a home and start something: init, run, demo, sandbox."""

import sys
import types

import pytest

from agent.cli.main import main
from agent.errors import ConfigError, ConfigProblem, StoreBusy
from tests.unit.cli.typing_commands import ATTENTION, FINE, WRONG_USE
from tests.wine import has_mode


def test_init_makes_a_private_home_and_shows_the_recovery_key_once(waybill, agent_keys):
    agent_keys.initialise = lambda home: "ABCD-EFGH"
    assert waybill("init") == FINE
    assert waybill.out.count("ABCD-EFGH") == 1
    assert "password safe" in waybill.out
    assert has_mode(waybill.home, 0o700)
    assert (waybill.home / "mappings").is_dir()
    assert "version = 1" in (waybill.home / "waybill.toml").read_text()
    assert all("ABCD" not in path.read_text() for path in waybill.home.rglob("*") if path.is_file())


def test_init_names_the_agent_after_the_machine(waybill, agent_keys, monkeypatch):
    monkeypatch.setattr("socket.gethostname", lambda: "ERP-SRV01")
    agent_keys.initialise = lambda home: "ABCD-EFGH"
    assert waybill.json("init") == {"home": str(waybill.home), "recovery_key": "ABCD-EFGH"}
    assert 'name = "ERP-SRV01"' in (waybill.home / "waybill.toml").read_text()


def test_init_takes_an_empty_folder_and_never_a_used_one(waybill, agent_keys):
    agent_keys.initialise = lambda home: "ABCD-EFGH"
    waybill.home.mkdir()
    assert waybill("init") == FINE
    before = sorted(waybill.home.rglob("*"))
    assert waybill("init") == WRONG_USE
    assert "HOME_EXISTS" in waybill.err
    assert sorted(waybill.home.rglob("*")) == before


@pytest.mark.parametrize("was_there", [True, False])
def test_init_that_fails_leaves_nothing_in_the_way_of_the_next_try(waybill, agent_keys, was_there):
    def initialise(home):
        (home / "keys").mkdir()
        raise StoreBusy("No.")

    agent_keys.initialise = initialise
    if was_there:
        waybill.home.mkdir()
    assert waybill("init") == ATTENTION
    assert waybill.home.exists() is was_there
    agent_keys.initialise = lambda home: "ABCD-EFGH"
    assert waybill("init") == FINE


def test_init_where_nothing_can_be_made_is_a_sentence(waybill, agent_keys, tmp_path):
    agent_keys.initialise = lambda home: "ABCD-EFGH"
    (tmp_path / "file").write_text("")
    waybill.home = tmp_path / "file" / "h"
    assert waybill("init") == ATTENTION
    assert "HOME_NOT_MADE" in waybill.err


def test_run_hosts_the_agent_and_exits_with_its_code(waybill, agent_app):
    seen = []

    def run(home, *, stop, **_):
        seen.append((home, stop.is_set()))
        return 1

    agent_app.run = run
    assert waybill("run") == ATTENTION
    assert seen == [(waybill.home, False)]
    agent_app.run = lambda home, **_: 0
    assert waybill("run") == FINE


def test_run_that_cannot_start_says_why(waybill, agent_app):
    def run(home, *, stop, **_):
        raise ConfigError([ConfigProblem("flows.a", "no source.")])

    agent_app.run = run
    assert waybill("run") == ATTENTION
    assert "flows.a: no source." in waybill.err


def test_the_demo_gets_its_own_options_as_they_are(monkeypatch):
    module = types.ModuleType("agent.demo")
    seen = []
    module.main = lambda words, _drivers: seen.append(list(words)) or 0
    monkeypatch.setitem(sys.modules, "agent.demo", module)
    assert main(["demo", "--small", "--keep", "x", "--json", "--help"]) == FINE
    assert seen == [["--small", "--keep", "x", "--json", "--help"]]


def test_the_sandbox_gets_its_folder_port_and_crm(agent_app, tmp_path):
    seen = []
    agent_app.sandbox = lambda *given: seen.append(given)
    assert main(["sandbox", "--folder", str(tmp_path), "--port", "8443"]) == FINE
    assert main(["sandbox", "--folder", str(tmp_path), "--crm", "other"]) == FINE
    assert seen == [(tmp_path, 8443, "salesforce"), (tmp_path, 0, "other")]
