"""Sources and destinations are added, tried, changed and removed: by clicks, at a real agent."""

from __future__ import annotations

import socket

import pytest
from PySide6.QtCore import Qt

from agent.app import odbc_drivers
from agent.demo.worker import odbc_driver

DRIVER = odbc_driver(odbc_drivers())


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listed(browser) -> str:
    return " ".join(browser.list.item(row).text() for row in range(browser.list.count()))


@pytest.mark.skipif(not DRIVER, reason="no ODBC driver for SQLite")
def test_a_table_of_the_erp_is_found_looked_at_saved_read_changed_and_removed(person, stage):
    database = stage.database()
    page = person.open("sources")
    person.until(lambda: "customers" in page.cards)
    person.click(page.new)
    editor = page.editor
    person.until(lambda: editor.isVisible() and editor.kind.count() > 1)
    person.choose(editor.kind, "odbc")
    person.write(editor.name, "orders")

    # A driver that the service has, and a table of the database.
    known = editor.databases
    person.click(known.list)
    person.until(known.sources.isVisible)
    drivers = [known.known.row(number) for number in range(known.known.rowCount())]
    person.row(known.sources, [row["driver"] for row in drivers].index(DRIVER), double=True)
    connection = editor.form.field("connection")
    assert connection.value() == {"driver": DRIVER}
    connection.edit.appendPlainText(f"database = {database}")
    person.click(known.tables)
    person.until(lambda: known.names.isVisible() and known.found.rowCount() > 0)
    names = [known.found.row(number)["name"] for number in range(known.found.rowCount())]
    person.row(known.names, names.index("ORDHDR"), double=True)
    assert editor.form.field("table").value() == "ORDHDR"

    # Its rows, and what they propose.
    person.click(editor.look)
    person.until(lambda: editor.preview.table is not None)
    person.click(editor.take)
    assert editor.form.values()["key"] == ["ORDNO"]
    person.click(editor.test)
    person.until(editor.found.isVisible)
    assert not any("error" in line.casefold() for line in editor.found.lines())
    person.click(editor.save)
    person.until(lambda: "orders" in page.cards)
    assert "[sources.orders]" in person.file()
    _tried_changed_and_removed(person, page, database)


def _tried_changed_and_removed(person, page, database):
    card, editor = page.cards["orders"], page.editor
    person.until(card.isVisible)
    assert "ORDHDR" in card.place.text()
    person.click(card.press("preview"))
    person.until(lambda: card.preview.table is not None)
    assert "ORDNO" in [column.title for column in card.preview.table.rows.columns]
    person.click(card.press("test"))
    person.until(lambda: bool(card.findings.lines()))

    person.click(card.press("edit"))
    person.until(lambda: editor.isVisible() and editor.name.text() == "orders")
    assert editor.form.values()["connection"]["database"] == str(database)
    person.fill(editor.form, every="7s")
    person.click(editor.save)
    person.until(lambda: not editor.isVisible())
    assert 'every = "7s"' in person.file()

    person.until(lambda: page.cards["orders"].press("remove").isVisible())
    person.click(page.cards["orders"].press("remove"))
    person.click(page.confirm.yes)
    person.until(lambda: "orders" not in page.cards)
    assert "[sources.orders]" not in person.file()


def test_a_folder_is_browsed_to_and_what_is_wrong_stands_beside_the_field(person, stage):
    page = person.open("sources")
    person.until(lambda: "customers" in page.cards)
    person.click(page.new)
    editor = page.editor
    person.until(lambda: editor.isVisible() and editor.kind.count() > 1)
    person.choose(editor.kind, "files")
    person.write(editor.name, "again")
    person.click(editor.save)
    person.until(editor.form._lines["folder"].problem.isVisible)

    browse = next(press for press in editor.form.buttons() if press.text() == "Browse…")
    person.click(browse)
    person.until(editor.browser.list.isVisible)
    person.write(editor.browser.path, str(stage.exports))
    person.key(editor.browser.path, Qt.Key.Key_Return)
    person.until(lambda: editor.browser.path.text() == str(stage.exports))
    person.until(lambda: "KUNDEN.CSV" in listed(editor.browser))
    person.click(editor.browser.use)
    assert editor.form.values()["folder"] == str(stage.exports)
    person.fill(editor.form, pattern="KUNDEN.CSV")
    person.click(editor.look)
    person.until(lambda: editor.preview.table is not None)
    assert "key: KDNR" in editor.proposals.text()
    person.click(editor.take)
    person.click(editor.save)
    person.until(lambda: "again" in page.cards)
    person.click(page.cards["again"].press("scan"))
    person.until(lambda: "The service looks for news now." in page.cards["again"].findings.lines())
    person.click(page.cards["again"].press("remove"))
    person.click(page.confirm.yes)
    person.until(lambda: "again" not in page.cards)


def test_a_source_is_removed_with_its_flows_and_the_consequence_is_said_before(person, stage):
    page = person.open("sources")
    person.until(lambda: "products" in page.cards)
    stage.until_idle()
    person.until(lambda: page.bridge.status["idle"])
    person.click(page.cards["products"].press("remove"))
    assert "Its flows are removed with it: products." in page.confirm.question.text()
    person.click(page.confirm.no)
    assert "[sources.products]" in person.file()
    person.click(page.cards["products"].press("remove"))
    person.click(page.confirm.yes)
    person.until(lambda: page.problem.isVisible() or "products" not in page.cards)


def test_a_destination_is_added_signed_in_to_tested_changed_and_removed(
    person, stage, browser, free_port
):
    page = person.open("destinations")
    person.until(lambda: "crm" in page.cards)
    person.click(page.new)
    editor = page.editor
    person.until(lambda: editor.isVisible() and editor.kind.count() > 1)
    person.choose(editor.kind, "salesforce")
    person.write(editor.name, "partners")
    form = editor.form
    person.click(form._more)
    person.fill(form, url=stage.crm.about["url"], ca_file=stage.crm.about["ca_file"])
    person.fill(form, sign_in__flow="browser")
    person.fill(form, sign_in__client_id=stage.crm.about["client_id"], sign_in__port=str(free_port))
    person.click(editor.save)
    person.until(lambda: "partners" in page.cards)
    card = page.cards["partners"]
    person.until(lambda: card.sign_in.text().startswith("Signed out."))
    assert '"secret:partners-sign-in"' in person.file()

    # The browser of this machine, and back to the window.
    person.click(card.press("browser"))
    person.until(lambda: card.signing.loopback.port == free_port)
    person.click(card.signing.open)
    person.until(lambda: card.signing.told.text() == "Signed in.")
    assert browser[0].startswith(f"{stage.crm.about['url']}/services/oauth2/authorize?")
    person.click(card.press("test"))
    person.until(lambda: any("signed in" in line.casefold() for line in card.findings.lines()))
    person.until(lambda: card.press("secret-partners-sign-in").isVisible())

    person.click(card.press("edit"))
    person.until(lambda: editor.isVisible() and editor.name.text() == "partners")
    assert editor.form.values()["sign_in"]["refresh_token"] == "secret:partners-sign-in"
    person.click(editor.form._more)
    person.fill(editor.form, timeout="45s")
    person.click(editor.save)
    person.until(lambda: not editor.isVisible())
    assert 'timeout = "45s"' in person.file()

    person.until(lambda: page.cards["partners"].press("remove").isVisible())
    person.click(page.cards["partners"].press("remove"))
    person.click(page.confirm.yes)
    person.until(lambda: "partners" not in page.cards)
    assert "[targets.partners]" not in person.file()


def test_a_secret_is_replaced_and_a_wrong_one_is_told_by_the_test(person, stage):
    page = person.open("destinations")
    person.until(lambda: "crm" in page.cards)
    card = page.cards["crm"]
    person.click(card.press("secret-crm"))
    person.write(card.secret.value, "not-the-secret")
    person.click(card.secret.store)
    person.until(lambda: not card.secret.isVisible())
    person.click(card.press("test"))
    person.until(lambda: any("sign" in line.casefold() for line in card.findings.lines()))
    before = person.stage.worker.client.call("audit.list", {})
    assert "not-the-secret" not in str(before)

    person.click(card.press("secret-crm"))
    person.write(card.secret.value, stage.crm.secret)
    person.click(card.secret.store)
    person.until(lambda: not card.secret.isVisible())
    person.click(card.press("test"))
    person.until(lambda: any("signed in" in line.casefold() for line in card.findings.lines()))


def test_the_files_for_the_administrator_come_from_the_service(person):
    page = person.open("destinations")
    person.until(lambda: "crm" in page.cards)
    person.click(page.cards["crm"].press("files"))
    person.until(page.cards["crm"]._files.isVisible)
    person.click(page.cards["crm"].press("remove"))
    for flow in ("accounts", "contacts", "prices"):
        assert flow in page.confirm.question.text()
    person.click(page.confirm.no)
    assert "[targets.crm]" in person.file()
