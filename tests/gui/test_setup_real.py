"""Parts of the set-up against the real agent: signing in, databases, ready sets, the first link."""

from __future__ import annotations

import json
import ssl
import threading
import urllib.request

import pytest
from PySide6.QtCore import Qt

from adapters.sandbox import Sandbox
from adapters.sandbox.dynamics import DynamicsOptions
from gui.places import signing
from tests.gui.hands import Hands, opened, served
from tests.integration.empty_home import EmptyHome
from tests.integration.linked_home import enter, keys_of
from tests.integration.servers import sqlite_file  # noqa: F401 a fixture

pytestmark = pytest.mark.timeout(300)
PORT = 17189
ROWS = """\
KDNR;NAME1;TEL;STRASSE;PLZ;ORT;LAND
K1;Acme Maschinenbau GmbH;+49 89 1234567;Ring 1;80331;München;DE
K2;Nordlicht Druckerei KG;+49 40 7654321;Hafen 2;20095;Hamburg;DE
K3;Isar Optik AG;+49 89 5550001;Tal 3;80469;München;DE
"""
TYPED = (
    {"name": "Acme Maschinenbau GmbH", "phone": "+4989 1234567", "billing_city": "München",
     "billing_street": "Ring 1", "billing_postal_code": "80331", "billing_country": "DE"},
    {"name": "Nordlicht Druckerei KG", "phone": "+4940 7654321", "billing_city": "Hamburg",
     "billing_street": "Hafen 2", "billing_postal_code": "20095", "billing_country": "DE"},
    {"name": "Nordlicht Druckerei KG", "phone": "+4940 7654321", "billing_city": "Hamburg",
     "billing_street": "Hafen 2", "billing_postal_code": "20095", "billing_country": "DE"},
)  # fmt: skip
"""The first is K1; the other two are both like K2, and K3 is not there."""


@pytest.fixture
def home(tmp_path):
    with served(EmptyHome(tmp_path / "agent")) as found:
        found.client.call("setup.mark", {"step": "key"})
        (found.exports / "KUNDEN.CSV").write_text(ROWS, encoding="utf-8")
        yield found


@pytest.fixture
def hands(qtbot, home, person):
    face = opened(qtbot, home.home, person)
    yield Hands(qtbot, face.window)
    face.close()


def has_source(home):
    """A source as the step before leaves it."""
    given = {"folder": str(home.exports), "pattern": "KUNDEN.CSV"}
    looked = home.ask("sources.look", kind="files", settings=json.dumps(given))
    home.put("source", "kunden", kind="files", **given, **looked["proposals"],
             ready={"quiet": "100ms"}, every="1s")  # fmt: skip


def fill(step, **settings):
    """What a person types into the form, name by name."""
    for name, value in settings.items():
        step.set_field(name.replace("__", "."), value)


def browsed(crm, url, method="GET"):
    """Open an address as a browser does."""
    tls = ssl.create_default_context(cafile=str(crm.ca_file))
    request = urllib.request.Request(url, method=method)
    urllib.request.urlopen(request, context=tls, timeout=20).close()


class Desktop:
    """Instead of the person's browser: it signs in at once."""

    def __init__(self, crm):
        self.crm, self.opened = crm, []

    def openUrl(self, url):  # noqa: N802 Qt's name
        self.opened.append(url.toString())
        threading.Thread(target=browsed, args=(self.crm, url.toString()), daemon=True).start()


def test_a_person_signs_in_and_what_the_crm_has_is_linked_before_anything_is_sent(
    hands, home, tmp_path, monkeypatch
):
    with Sandbox(tmp_path / "crm", crm="salesforce", seed=1) as crm:
        typed = [enter(crm, fields) for fields in TYPED]
        desktop = Desktop(crm)
        monkeypatch.setattr(signing, "QDesktopServices", desktop)
        has_source(home)
        hands.page.jump({"step": "destination"})
        step = hands.at("destination")
        fill(step, url=crm.url, ca_file=str(crm.ca_file), sign_in__flow="browser")
        fill(step, sign_in__client_id=crm.client_id, sign_in__port=str(PORT))
        fill(step, settles_within="1s", lag="0s")
        assert hands.page.next.text() == "Save and sign in"
        hands.next()
        hands.until(lambda: step.signing is not None and step.signing.open.isVisible())
        hands.click(step.signing.open)
        hands.until(lambda: hands.page.next.text() == "Next")
        assert step.signing.told.text() == "Signed in."
        (secret,) = home.ask("targets.list")["items"][0]["secrets"]
        assert secret["set"]
        assert secret["name"] == "crm-sign-in"
        hands.next()
        chosen = links(hands, crm)
        step = hands.at("live")
        hands.next()
        hands.until(lambda: "3 records delivered" in step.headline.sentence.text())
        held = keys_of(crm)
        assert held.pop(typed[0]) == "K1"
        assert held.pop(chosen) == "K2"
        assert sorted(held.values()) == ["", "K3"]
        assert list(crm.crashes) == []


def links(hands, crm):
    """Map, try, compare, and say who K2 is; the record that was chosen."""
    step = hands.at("mapping")
    assert step.link.isChecked()
    hands.next()
    hands.at("dry_run")
    hands.next()
    step = hands.at("link")
    hands.next()
    hands.until(lambda: hands.page.next.text() == "Link the 1 that are certain")
    hands.until(step.uncertain.isVisible)
    assert step.uncertain.items.rowCount() == 1
    assert step.uncertain.question.text() == "Which record of the CRM is K2?"
    assert set(keys_of(crm).values()) == {""}
    step.uncertain.choices.selectRow(1)
    chosen = step.uncertain.choices.current()["id"]
    hands.click(step.uncertain.same)
    hands.until(step.uncertain.isHidden)
    hands.next()
    hands.until(lambda: hands.page.next.text() == "Next")
    hands.next()
    return chosen


def test_a_code_that_is_confirmed_elsewhere_signs_in(hands, home, tmp_path):
    options = DynamicsOptions(device_interval=1)
    with Sandbox(tmp_path / "crm", crm="dynamics", seed=1, options=options) as crm:
        hands.page.jump({"step": "destination"})
        step = hands.at("destination")
        hands.choose(step.kind, "dynamics")
        fill(step, url=crm.url, authority=crm.url, ca_file=str(crm.ca_file))
        fill(step, sign_in__flow="device_code", sign_in__tenant=crm.credentials["tenant"])
        fill(step, sign_in__client_id=crm.credentials["client_id"])
        hands.next()
        hands.until(lambda: step.signing is not None and step.signing.code.isVisible())
        code = step.signing.code.text()
        browsed(crm, f"{crm.url}/devicelogin?code={code}", "POST")
        hands.until(step.findings.isVisible)
        assert any("Signed in" in line for line in step.findings.lines())
        (secret,) = home.ask("targets.list")["items"][0]["secrets"]
        assert secret["set"]


def test_a_table_of_a_database_is_found_looked_at_and_saved(
    hands,
    home,
    sqlite_file,  # noqa: F811 the fixture
):
    sqlite_file.run(
        "create table CUSTHDR (CUSTNO text primary key, NAME text, CITY text)",
        "insert into CUSTHDR values ('C1', 'Acme', 'Ulm'), ('C2', 'Bolt', 'Bonn')",
    )
    hands.page.jump({"step": "source"})
    step = hands.at("source")
    hands.choose(step.kind, "odbc")
    hands.press("Show data sources")
    hands.until(step.databases.drivers.isVisible)
    assert "SQLite3 (64 bit)" in step.databases.drivers.text()
    connection = {"driver": "SQLite3", "database": str(sqlite_file.path)}
    fill(step, connection=connection)
    hands.press("Show tables")
    hands.until(step.databases.names.isVisible)
    row = next(
        n for n in range(step.databases.found.rowCount())
        if step.databases.found.row(n)["name"] == "CUSTHDR"
    )  # fmt: skip
    step.databases.names.selectRow(row)
    hands.key(step.databases.names, Qt.Key.Key_Return)
    assert step.field_value("table") == "CUSTHDR"
    hands.next()
    hands.until(lambda: hands.page.next.text() == "Next")
    assert step.preview.table.model().rowCount() == 2
    assert step.field_value("key") == ["CUSTNO"]
    hands.next()
    hands.at("destination")
    (source,) = home.ask("config.list")["sources"]
    assert source["name"] == "custhdr"
    assert source["settings"]["connection"] == connection


def takes_a_webhook(hands):
    """A destination that cannot be reached, and is gone on with all the same."""
    step = hands.at("destination")
    hands.choose(step.kind, "webhook")
    fill(step, url="https://localhost:1/x")
    step.wanted("secret", "secret")
    hands.type(step.secret.value, "whsec_" + "QUJD" * 8)
    hands.click(step.secret.store)
    hands.until(step.secret.isHidden)
    hands.next()
    hands.until(step.skip.isVisible)
    hands.click(step.skip)


def test_a_ready_set_brings_sources_and_mappings_with_it(hands, home):
    given = json.dumps({"folder": str(home.exports), "delimiter": ";"})
    filled = home.ask("packs.fill", pack="generic-csv", settings=given)
    for name in ("customers.csv", "contacts.csv"):
        text = filled["templates"][name]
        (home.exports / name).write_text(text.replace(",", ";"), encoding="utf-8")
    hands.page.jump({"step": "source"})
    step = hands.at("source")
    hands.choose(step.kind, "pack")
    hands.choose(step.packs.pack, "generic-csv")
    hands.next()
    assert not step.preview.isVisible(), "the folder is needed"
    step.packs.form.field("folder").set_value(str(home.exports))
    step.packs.form.field("delimiter").set_value(";")
    hands.click(step.packs.kinds["contact"])
    hands.next()
    hands.until(lambda: hands.page.next.text() == "Next")
    hands.next()
    takes_a_webhook(hands)
    step = hands.at("mapping")
    hands.click(step.link)
    assert not step.link.isChecked()
    hands.next()
    step = hands.at("dry_run")
    assert [step.flow.itemText(number) for number in range(step.flow.count())] == [
        "customers", "contacts",
    ]  # fmt: skip
    assert step.rows.rowCount() > 0
    hands.next()
    hands.at("link")
    hands.next()
    step = hands.at("live")
    hands.click(step.later)
    hands.next()
    hands.until(lambda: hands.page.key == "overview")
    config = home.ask("config.list")
    assert {each["name"] for each in config["sources"]} == {"customers", "contacts"}
    assert all(each["settings"]["paused"] for each in config["flows"])
    assert {each["name"] for each in config["ownership"]} == {"account", "contact"}
