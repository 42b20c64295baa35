"""From an empty folder: the service makes a home of it and is set up through its control API."""

from __future__ import annotations

import json
import sys
from contextlib import suppress

import pytest

from agent.errors import ControlError, WrongUse
from tests.integration.empty_home import EmptyHome

SOURCE = {
    "kind": "files",
    "pattern": "CUST*.CSV",
    "content": "full",
    "format": {"kind": "delimited", "delimiter": ";"},
    "key": ["CUSTNO"],
}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    found = EmptyHome(tmp_path_factory.mktemp("empty"))
    found.start()
    yield found
    found.close()


@pytest.fixture
def fresh(tmp_path):
    found = EmptyHome(tmp_path)
    found.start()
    yield found
    found.close()


def source(home: EmptyHome, **changes: object) -> dict[str, object]:
    return {**SOURCE, "folder": str(home.exports), **changes}


def test_a_service_on_an_empty_folder_says_that_it_is_not_set_up_and_nothing_worse(fresh):
    home = fresh
    status = home.client.status()
    assert status["health"] == "unknown"
    assert status["activity"] == "idle"
    assert status["setup"] == {"needed": True, "steps_left": 7}
    assert status["reasons"] == []
    assert "7 steps left" in home.waybill("status")[1]
    assert {step["id"] for step in home.ask("setup.state")["steps"]} > home.steps() == {"service"}
    if sys.platform != "win32":
        assert (home.home / "waybill.toml").stat().st_mode & 0o077 == 0
        assert (home.home / "keys").stat().st_mode & 0o077 == 0


def test_a_source_is_checked_written_and_in_force(fresh):
    home = fresh
    wrong = json.dumps(source(home, contents="all"))
    said = home.ask("config.check", part="source", name="customers", settings=wrong)
    assert [problem["field"] for problem in said["problems"]] == ["contents"]
    assert "content" in said["problems"][0]["hint"]
    before = (home.home / "waybill.toml").read_text()
    again = home.ask("config.put", part="source", name="customers", settings=wrong)
    assert again == said
    assert (home.home / "waybill.toml").read_text() == before

    home.put("source", "customers", **source(home))
    after = (home.home / "waybill.toml").read_text()
    assert "# What is read. Windows paths go in single quotes." in after
    assert [each["name"] for each in home.client.status()["sources"]] == ["customers"]
    assert home.steps() == {"service", "source"}


def test_what_is_written_can_be_read_back_and_who_wrote_it(home):
    home.put("source", "twice", **source(home, pattern="T*.CSV"))
    home.put("source", "twice", **source(home, pattern="U*.CSV"))
    shown = home.ask("config.list")
    assert {"name": "twice", "kind": "files", "settings": source(home, pattern="U*.CSV")} in shown[
        "sources"
    ]
    changed = {(each["part"], each["name"]): each for each in shown["changed"]}
    assert changed["source", "twice"]["by"]
    assert shown["path"].endswith("waybill.toml")


def test_a_source_that_a_flow_or_group_reads_is_not_removed(home):
    home.put("source", "lines", **source(home, pattern="L*.CSV"))
    home.put("source", "orders", kind="group", of="lines", key=["CUSTNO"])
    said = home.ask("config.remove", part="source", name="lines")
    assert "lines" in said["problems"][0]["text"]
    home.ask("config.put", part="source", name="lines", settings=json.dumps(
        source(home, pattern="L*.CSV")), rename="rows")  # fmt: skip
    kept = {each["name"]: each["settings"] for each in home.ask("config.list")["sources"]}
    assert kept["orders"]["of"] == "rows"
    assert "lines" not in kept
    assert home.ask("config.remove", part="source", name="orders") == {"problems": []}
    assert home.ask("config.remove", part="source", name="rows") == {"problems": []}


def test_a_secret_written_out_is_refused_and_not_repeated(home):
    settings = {"kind": "webhook", "url": "https://localhost:1/x", "secret": "hunter2-and-more"}
    said = home.ask("config.put", part="target", name="crm", settings=json.dumps(settings))
    assert said["problems"]
    assert "hunter2" not in json.dumps(said)
    assert "hunter2" not in (home.home / "waybill.toml").read_text()
    assert "hunter2" not in (home.home / "audit.log").read_text()


def test_a_target_an_alert_and_limits_are_put(home):
    home.put("target", "crm", kind="webhook", url="https://localhost:1/x", secret="secret:crm")
    home.put("alert", "mail", kind="smtp", host="localhost", sender="a@b.de", to=["c@d.de"])
    home.put("limits", "", max_delete_rows=7)
    home.put("agent", "", name="ERP", timezone="Europe/Berlin")
    shown = home.ask("config.list")
    assert shown["limits"] == {"max_delete_rows": 7}
    assert shown["agent"] == {"name": "ERP", "timezone": "Europe/Berlin"}
    assert shown["alerts"][0]["settings"]["to"] == ["c@d.de"]
    assert home.client.status()["agent"] == "ERP"
    assert "destination" in home.steps()


def test_every_kind_of_every_part_has_a_form(home):
    for part in ("source", "target", "alert", "agent", "limits", "flow"):
        kinds = home.ask("config.kinds", part=part)["kinds"]
        assert kinds
        for kind in kinds:
            assert kind["title"]
            assert all(field["help"] and field["title"] for field in kind["fields"]), kind["kind"]
    home.put("target", "erpnext", kind="webhook", url="https://localhost:1/x", secret="secret:x")
    flow = home.ask("config.kinds", part="flow")["kinds"][0]["fields"]
    assert "erpnext" in next(each for each in flow if each["name"] == "target")["choices"]


def test_wrong_use_is_told_as_such(home):
    for params in (
        {"part": "engine", "name": "x", "settings": "{}"},
        {"part": "source", "name": "", "settings": "{}"},
        {"part": "source", "name": "x", "settings": "["},
        {"part": "source", "name": "x", "settings": "[]"},
    ):
        with pytest.raises(WrongUse):
            home.ask("config.check", **params)
    with pytest.raises(WrongUse):
        home.ask("config.remove", part="limits", name="x")


NASTY = (
    '{"a": "\\ud800"}', '{"a": "\\u0000"}', '{"a": NaN}', '{"a": 99999999999999999999999}',
    '{"a":' * 500 + "1" + "}" * 500, '{"": 1}', '{"a\\nb]": {"c.d": [[[1], {}]]}}', "{",
)  # fmt: skip


@pytest.mark.parametrize("settings", NASTY)
def test_nothing_that_is_sent_makes_the_service_stumble(home, settings):
    for part in ("source", "target", "alert", "flow", "agent", "limits", "ownership"):
        for name in ("x", "x]\n[evil", "../x", "a.b"):
            try:
                found = home.ask("config.put", part=part, name=name, settings=settings)
                assert found["problems"]
            except WrongUse:
                pass
    for method, kind in (("sources.look", "files"), ("sources.test", "odbc"),
                         ("targets.test", "webhook")):  # fmt: skip
        with suppress(WrongUse):
            assert home.ask(method, kind=kind, settings=settings)["findings"]
    with pytest.raises(WrongUse):
        home.ask("sources.folders", path="/tmp\0")
    assert "internal" not in home.said().lower()
    assert home.client.status()["setup"]


def test_a_mapping_is_written_nowhere_but_beside_the_configuration(home):
    wanted = {"source": "a", "target": "b", "entity": "account", "mapping": "version = 1\n"}
    for name in ("../../x", "/tmp/x", "a/b", "", "con"):
        with pytest.raises(WrongUse):
            home.ask("setup.flow", **wanted, name=name)
    assert home.ask("setup.flow", **wanted, name="fine")["problems"]
    mappings = home.home / "mappings"
    assert not mappings.exists() or list(mappings.iterdir()) == []


def test_the_recovery_key_is_shown_once_and_proven_by_typing_it_back(home):
    assert home.ask("keys.state")["recovery"] == {"confirmed": False, "at": None}
    key = home.ask("keys.recovery_new")["key"]
    assert not home.ask("keys.recovery_confirm", key=key[:-2])["ok"]
    assert home.ask("keys.recovery_confirm", key=key.lower())["ok"]
    assert home.ask("keys.state")["recovery"]["confirmed"]
    assert "key" in home.steps()
    for file in home.home.rglob("*"):
        assert not file.is_file() or key.encode() not in file.read_bytes(), file
    newer = home.ask("keys.recovery_new")["key"]
    assert not home.ask("keys.state")["recovery"]["confirmed"]
    assert not home.ask("keys.recovery_confirm", key=key)["ok"]
    assert home.ask("keys.recovery_confirm", key=newer)["ok"]


def test_a_data_key_is_rotated_while_the_agent_runs(home):
    before = home.ask("keys.state")["data_keys"]
    assert home.ask("keys.rotate")["data_keys"] == before + 1


def test_steps_that_cannot_be_seen_are_noted(home):
    home.ask("setup.mark", step="dry_run")
    with pytest.raises(ControlError):
        home.ask("setup.mark", step="live")


def test_a_folder_that_is_not_empty_is_no_home(tmp_path):
    other = EmptyHome(tmp_path)
    (other.home / "letter.txt").write_text("mine")
    other.launch()
    assert other.until_ended() != 0
    assert [path.name for path in other.home.iterdir() if path.name != "logs"] == ["letter.txt"]
