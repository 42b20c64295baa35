"""`waybill config`, `waybill keys`: settings given in words, a key that is typed."""

import json

import pytest

from agent import keys
from agent.clock import SystemClock
from agent.errors import KeyUnavailable
from tests.unit.cli.typing_commands import ATTENTION, FINE, WRONG_USE, Stdin


def put(service) -> dict:
    method, params = service.asked[-1]
    assert method == "config.put"
    return json.loads(params["settings"])


def test_what_is_set_changes_only_that(waybill, service):
    words = ("--set", "format.delimiter=;", "--set", 'key=["A"]', "--set", "every=5m")
    assert waybill("config", "put", "source", "customers", *words) == FINE
    assert put(service) == {
        "kind": "files",
        "format": {"delimiter": ";"},
        "key": ["A"],
        "every": "5m",
    }
    assert waybill("config", "put", "limits", "--set", "max_delete_rows=5") == FINE
    assert put(service) == {"max_delete_rows": 5}


def test_a_file_replaces_the_whole_part(waybill, service, tmp_path, monkeypatch):
    file = tmp_path / "s.json"
    file.write_text('{"kind": "odbc"}')
    assert waybill("config", "put", "source", "customers", "--from", str(file)) == FINE
    assert put(service) == {"kind": "odbc"}
    monkeypatch.setattr("sys.stdin", Stdin('{"kind": "group"}'))
    assert waybill("config", "put", "source", "customers", "--from", "-") == FINE
    assert put(service) == {"kind": "group"}


def test_problems_are_told_with_their_places_and_ask_for_attention(waybill, service):
    problem = {"place": "sources.a.key", "field": "key", "text": "no", "hint": "do", "code": "C"}
    for method in ("config.check", "config.put"):
        service.answers[method]["problems"] = [problem]
    for word in ("check", "put"):
        assert waybill("config", word, "source", "a", "--set", "key=b") == ATTENTION
        assert "sources.a.key: no [C]" in waybill.out
        assert waybill.json("config", word, "source", "a", "--set", "key=b")["problems"]


@pytest.mark.parametrize(
    "words",
    [
        ["config", "put", "source", "a"],
        ["config", "put", "source", "a", "--set", "key"],
        ["config", "put", "source", "a", "--from", "/nowhere/at/all"],
        ["keys", "new"],
    ],
)
def test_nothing_is_asked_for_what_makes_no_sense(waybill, service, words):
    assert waybill(*words) == WRONG_USE
    assert service.asked == []


def test_the_recovery_key_is_typed_and_never_an_argument(waybill, service, monkeypatch):
    monkeypatch.setattr("sys.stdin", Stdin("K7QD-0M3X\n"))
    assert waybill("keys", "verify") == FINE
    assert service.asked == [("keys.recovery_confirm", {"key": "K7QD-0M3X"})]
    service.answers["keys.recovery_confirm"] |= {"ok": False, "text": "Not it.", "hint": "Look."}
    monkeypatch.setattr("sys.stdin", Stdin("K7QD"))
    assert waybill("keys", "verify") == ATTENTION
    assert "Look." in waybill.out


def test_keys_that_nobody_can_recover_ask_for_attention(waybill, service):
    service.answers["keys.state"]["recovery"] = {"confirmed": False, "at": None}
    assert waybill("keys", "state") == ATTENTION


def test_keys_are_recovered_without_a_service(waybill, agent_keys, monkeypatch):
    monkeypatch.setattr("sys.stdin", Stdin("K7QD-0M3X"))
    agent_keys.recover = lambda home, key: "0123456789" if key == "K7QD-0M3X" else ""
    assert waybill("keys", "recover") == FINE
    assert "01234567" in waybill.out


def test_a_recovery_key_opens_the_keys_where_their_own_wrap_is_lost(tmp_path):
    key = keys.initialise(tmp_path)
    keys.set_secret(tmp_path, "crm", "hunter2")
    for name in ("wrapping.key", "entropy.bin"):
        (tmp_path / "keys" / name).unlink(missing_ok=True)
    with pytest.raises(KeyUnavailable):
        keys.open_vault(tmp_path, SystemClock())
    with pytest.raises(KeyUnavailable):
        keys.recover(tmp_path, key[:-3])
    keys.recover(tmp_path, key)
    assert keys.open_vault(tmp_path, SystemClock()).secrets().get("crm") == "hunter2"
