"""Looking before saving: files, databases, folders and CRMs, through a service that runs."""

from __future__ import annotations

import json
import sqlite3

import pytest

from adapters.sandbox import Sandbox
from agent.errors import ControlError, WrongUse
from tests.integration.empty_home import EmptyHome

CUSTOMERS = "CUSTNO;NAME1;ORT;UMSATZ;SEIT\r\n" + "".join(
    f"{number:05};Müller {number};Köln;{number},50;2024-01-{number % 28 + 1:02}\r\n"
    for number in range(1, 61)
)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    found = EmptyHome(tmp_path_factory.mktemp("look"))
    (found.exports / "CUST01.CSV").write_bytes(CUSTOMERS.encode("cp1252"))
    with sqlite3.connect(found.folder / "erp.db") as database:
        database.execute(
            "create table INVHDR (INVNO integer primary key, CUST text, TOTAL numeric)"
        )
        database.executemany(
            "insert into INVHDR values (?, ?, ?)", [(n, "C", 1.5) for n in range(9)]
        )
    database.close()
    found.start()
    yield found
    found.close()


@pytest.fixture(scope="module")
def crm(tmp_path_factory):
    with Sandbox(tmp_path_factory.mktemp("crm"), crm="salesforce", seed=3) as running:
        yield running


MAPPING = """\
version = 1
entity = "account"
external_id = "CUSTNO"
on_leave = "leave"

[fields]
name = "NAME1"
billing_city = "ORT"
"""


def salesforce(crm) -> dict[str, object]:
    return {
        "kind": "salesforce",
        "url": crm.url,
        "ca_file": str(crm.ca_file),
        "sign_in": {
            "flow": "client_credentials",
            "client_id": crm.client_id,
            "client_secret": "secret:crm",
        },
        "settles_within": "2s",
    }


def files(home: EmptyHome, **more: object) -> dict[str, object]:
    return {"folder": str(home.exports), "pattern": "CUST*.CSV", **more}


def look(home: EmptyHome, kind: str, settings: object, **more: object):
    return home.ask("sources.look", kind=kind, settings=json.dumps(settings), **more)


def codes(found) -> dict[str, str]:
    return {each["code"]: each["level"] for each in found["findings"]}


# --- sources --------------------------------------------------------------------------------------


def test_an_unknown_file_is_proposed_with_format_and_key(home):
    found = look(home, "files", files(home), rows=5)
    assert found["proposals"]["format"] == {
        "kind": "delimited", "delimiter": ";", "encoding": "cp1252",
    }  # fmt: skip
    assert found["proposals"]["key"] == ["CUSTNO"]
    assert found["findings"] == []
    assert found["rows"][0] == ["00001", "Müller 1", "Köln", "1,50", "2024-01-02"]
    assert len(found["rows"]) == 5
    assert [(each["name"], each["type"]) for each in found["columns"]] == [
        ("CUSTNO", "text"), ("NAME1", "text"), ("ORT", "text"), ("UMSATZ", "number"),
        ("SEIT", "date"),
    ]  # fmt: skip
    assert found["columns"][2]["samples"] == ["Köln"]


def test_what_is_given_goes_before_what_is_proposed(home):
    wrong = look(home, "files", files(home, key=["NAME1"], format={"delimiter": "|"}))
    assert "SCHEMA_CHANGED" in codes(wrong)
    assert wrong["rows"] == []
    assert wrong["proposals"]["key"] == ["CUSTNO"]


def test_a_folder_that_cannot_be_read_is_a_finding_with_what_to_do(home):
    found = look(home, "files", files(home, folder=str(home.folder / "nowhere")))
    assert codes(found) == {"FOLDER_MISSING": "error"}
    assert found["findings"][0]["hint"]
    assert "NO_FILES" in codes(look(home, "files", files(home, pattern="NONE*")))
    with pytest.raises(WrongUse):
        look(home, "tape", {})


def test_a_source_is_tested_before_it_is_saved(home):
    given = {
        **files(home), "content": "full", "key": ["CUSTNO"],
        "format": {"kind": "delimited", "delimiter": ";", "encoding": "cp1252"},
    }  # fmt: skip
    found = home.ask("sources.test", kind="files", settings=json.dumps(given))
    assert codes(found) == {"FOLDER_READABLE": "ok", "FILE_READABLE": "ok"}
    found = home.ask("sources.test", kind="files", settings=json.dumps(files(home)))
    assert {each["params"].get("field") for each in found["findings"]} >= {"content", "format"}


def test_drivers_data_sources_tables_and_a_key_of_a_database(home):
    drivers = home.ask("sources.drivers")
    assert {"name": "SQLite3", "bits": 64} in drivers["drivers"]
    given = {"connection": {"driver": "SQLite3", "database": str(home.folder / "erp.db")}}
    tables = home.ask("sources.tables", settings=json.dumps(given))["tables"]
    assert ("INVHDR", "table") in [(each["name"], each["kind"]) for each in tables]
    found = look(home, "odbc", {**given, "table": "INVHDR"})
    assert found["proposals"]["key"] == ["INVNO"]
    assert len(found["rows"]) == 9
    assert [each["name"] for each in found["columns"]] == ["INVNO", "CUST", "TOTAL"]
    assert found["columns"][0]["type"] == "integer"
    asked = look(home, "odbc", {**given, "query": "select * from INVHDR"})
    assert asked["proposals"]["key"] == ["INVNO"]
    assert codes(asked) == {"KEY_UNSURE": "warning"}
    with pytest.raises(ControlError):
        home.ask("sources.tables", settings='{"connection": {"driver": "no such"}}')


def test_folders_are_shown_as_the_service_sees_them(home):
    found = home.ask("sources.folders", path=str(home.folder))
    assert {"home", "export"} <= set(found["folders"])
    assert found["parent"] == str(home.folder.parent)
    inside = home.ask("sources.folders", path=str(home.exports))
    assert [each["name"] for each in inside["files"]] == ["CUST01.CSV"]
    assert inside["files"][0]["size"] == len(CUSTOMERS.encode("cp1252"))
    with pytest.raises(ControlError) as caught:
        home.ask("sources.folders", path=str(home.folder / "nowhere"))
    assert caught.value.code == "FOLDER_NOT_READABLE"


# --- targets --------------------------------------------------------------------------------------


def test_a_target_is_tested_in_steps_before_it_is_saved(home, crm):
    settings = json.dumps(salesforce(crm))
    missing = home.ask("targets.test", kind="salesforce", settings=settings, name="other")
    home.ask("secrets.set", name="crm", value=crm.credentials["client_secret"])
    found = home.ask("targets.test", kind="salesforce", settings=settings, name="crm")
    steps = [each["step"] for each in found["findings"]]
    assert steps == sorted(steps, key=["dns", "proxy", "tls", "sign-in", "permissions",
                                       "dry run"].index)  # fmt: skip
    assert {"dns", "tls", "sign-in", "dry run"} <= set(steps)
    assert all(each["level"] == "ok" for each in found["findings"] if each["step"] != "permissions")
    assert any(each["took_ms"] for each in found["findings"])
    assert len(missing["findings"]) <= len(found["findings"])
    wrong = home.ask("targets.test", kind="salesforce", settings='{"url": "x"}')
    assert "url" in {each["params"].get("field") for each in wrong["findings"]}


def test_a_home_is_set_up_until_records_arrive_in_the_crm(crm, tmp_path):
    home = EmptyHome(tmp_path)
    (home.exports / "CUST01.CSV").write_bytes(CUSTOMERS.encode("cp1252"))
    home.start()
    try:
        _places(home, crm)
        _flow(home, crm)
        _memory_stays_where_it_is(home)
    finally:
        home.close()


def _places(home: EmptyHome, crm) -> None:
    proposed = look(home, "files", files(home))["proposals"]
    ready = {"quiet": "100ms"}
    home.put(
        "source", "customers", kind="files", **files(home), **proposed, ready=ready, every="1s"
    )
    home.ask("secrets.set", name="crm", value=crm.credentials["client_secret"])
    home.put("target", "crm", **salesforce(crm))
    (target,) = home.ask("targets.list")["items"]
    assert target["title"] == "Salesforce"
    assert target["environment"] == "practice"
    assert target["sign_in"]["way"] == "secrets"
    assert [(each["name"], each["set"]) for each in target["secrets"]] == [("crm", True)]
    assert target["secrets"][0]["by"]
    assert {each["name"] for each in home.ask("targets.setup", target="crm")["files"]}

    (source,) = home.ask("sources.list")["items"]
    assert source["place"] == f"{home.exports}/CUST*.CSV"
    assert source["watched"] == "Changes of the folder, and a look every second."
    assert home.ask("sources.preview", source="customers", rows=2)["rows"][1][0] == "00002"


def _flow(home: EmptyHome, crm) -> None:
    draft = home.ask("mapping.suggest", source="customers", entity="account")["document"]
    wanted = {"source": "customers", "target": "crm", "entity": "account", "name": "customers"}
    said = home.ask("setup.flow", **wanted, mapping="no toml at all", paused=True)
    assert said["problems"]
    assert "customers" not in home.client.status()["flows"]
    assert "seed = true" in draft, "by itself the CRM owns accounts"
    home.ask("pause", kind="all")  # what a flow has read once stays when it is removed
    seeded = {**wanted, "name": "seeded", "mapping": draft}
    assert home.ask("setup.flow", **seeded, paused=True) == {"problems": []}
    assert home.ask("config.remove", part="flow", name="seeded") == {"problems": []}
    home.ask("resume", kind="all")
    home.put("ownership", "account", master="erp")
    draft = home.ask("mapping.suggest", source="customers", entity="account")["document"]
    assert "seed" not in draft
    assert home.ask("config.list")["ownership"][0]["settings"] == {"master": "erp"}
    mapping = MAPPING
    assert "CUSTNO" in draft
    assert home.ask("setup.flow", **wanted, mapping=mapping, paused=True) == {"problems": []}
    assert home.steps() >= {"source", "destination", "mapping", "link"}
    assert "live" not in home.steps()
    assert sorted(p.name for p in (home.home / "mappings").iterdir()) == [
        "customers.toml", "seeded.toml",
    ]  # fmt: skip
    home.until(lambda status: status["counts"]["waiting"] == 60, "nothing was read")
    with pytest.raises(WrongUse) as caught:
        home.ask("config.remove", part="flow", name="customers")
    assert caught.value.code == "STILL_WAITING"
    assert crm.records("Account") == {}

    assert home.ask("setup.flow", **wanted, mapping=mapping) == {"problems": []}
    home.until(lambda _: len(crm.records("Account")) == 60, "nothing arrived")
    status = home.until_idle()
    assert status["setup"]["needed"] is False
    assert home.ask("sources.list")["items"][0]["rows"] == 60
    assert home.ask("sources.list")["items"][0]["readable"] is True
    assert home.ask("targets.list")["items"][0]["sign_in"]["state"] == "ok"


def _memory_stays_where_it_is(home: EmptyHome) -> None:
    wanted = {"source": "customers", "target": "crm", "entity": "account", "name": "customers"}
    proposed = home.ask("config.list")["sources"][0]["settings"]
    with pytest.raises(WrongUse) as caught:
        home.ask("setup.flow", **wanted, mapping=MAPPING.replace("ORT", "NAME1"))
    assert caught.value.code == "MAPPING_IN_USE"
    with pytest.raises(WrongUse) as caught:
        home.ask("config.put", part="source", name="customers", rename="kunden",
                 settings=json.dumps(proposed))  # fmt: skip
    assert caught.value.code == "NAME_IN_USE"
