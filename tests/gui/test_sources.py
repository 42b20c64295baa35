"""Sources are looked at, tried, added, changed and taken away from the window."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt

from tests.gui.hands import connected
from tests.gui.scene import Refusal

FIELD = {
    "help": "",
    "required": False,
    "default": None,
    "choices": [],
    "advanced": False,
    "when": None,
}
ODBC = [
    {**FIELD, "name": name, "title": name, "type": kind}
    for name, kind in (("dsn", "text"), ("table", "text"), ("password", "secret"), ("key", "texts"))
]


@pytest.fixture
def page(qtbot, service, window):
    window.open("sources")
    qtbot.waitUntil(lambda: "customers" in window.page.cards)
    return window.page


@pytest.fixture
def card(page):
    return page.cards["customers"]


@pytest.fixture
def adding(qtbot, page):
    page.new.click()
    qtbot.waitUntil(lambda: page.editor.kind.count() > 0)
    return page.editor


def asked(qtbot, service, method):
    qtbot.waitUntil(lambda: bool(service.calls(method)))
    return service.calls(method)[-1]


def test_a_card_says_where_it_reads_how_it_is_watched_and_what_it_read_last(card):
    assert "D:\\ERP\\export\\KUNDEN.CSV" in card.place.text()
    assert card.watched.text().endswith("it is looked at every 5 min.")
    assert "KUNDEN.CSV" in card.last.text()
    assert "3,000 rows" in card.last.text()
    assert card.readable.text() == "The service can read it."
    assert card.flows.text() == "Flows: accounts"


def test_scan_now_asks_for_this_source_only(qtbot, service, card):
    card.press("scan").click()
    assert asked(qtbot, service, "scan") == {"source": "customers"}
    qtbot.waitUntil(lambda: "The service looks for news now." in card.findings.lines())


def test_a_preview_shows_the_rows_that_the_service_reads(qtbot, service, card):
    card.press("preview").click()
    assert asked(qtbot, service, "sources.preview") == {"source": "customers", "rows": 20}
    qtbot.waitUntil(lambda: card.preview.table is not None)
    model = card.preview.table.model()
    assert (model.rowCount(), model.headerData(0, Qt.Orientation.Horizontal)) == (3, "KDNR")
    assert model.data(model.index(1, 0)) == "K2"


def test_a_test_is_made_by_the_service_and_its_lines_are_told(qtbot, service, card):
    told = {
        "level": "error",
        "code": "FOLDER_NOT_READABLE",
        "text": "It may not be read.",
        "hint": "Ask.",
    }
    service.answers["test"] = {"findings": [told]}
    card.press("test").click()
    assert asked(qtbot, service, "test") == {"name": "customers"}
    qtbot.waitUntil(lambda: "It may not be read." in card.findings.lines())
    assert "Ask." in card.findings.lines()


def test_a_refusal_stands_on_the_page_and_the_button_works_again(qtbot, service, page, card):
    service.fails["sources.preview"] = Refusal("SOURCE_AWAY", "The share does not answer.")
    card.press("preview").click()
    qtbot.waitUntil(page.problem.isVisible)
    assert page.problem.what.text() == "The share does not answer."
    assert card.press("preview").isEnabled()


def test_what_a_person_was_told_stays_when_the_list_is_read_anew(qtbot, service, page, card):
    service.fails["sources.preview"] = Refusal("SOURCE_AWAY", "The share does not answer.")
    card.press("preview").click()
    qtbot.waitUntil(page.problem.isVisible)
    (item,) = service.world.answer("sources.list", {}, "")["items"]
    service.answers["sources.list"] = {"items": [item | {"every": 90.0}]}
    page.refresh()
    qtbot.waitUntil(lambda: card.watched.text().endswith("every 90 s."))
    assert page.problem.isVisible()


def test_a_list_that_could_not_be_read_is_told_until_it_can(qtbot, service, page):
    service.fails["sources.list"] = Refusal("BROKEN", "The list cannot be read.")
    page.refresh()
    qtbot.waitUntil(page.problem.isVisible)
    del service.fails["sources.list"]
    page.refresh()
    qtbot.waitUntil(lambda: not page.problem.isVisible())


def test_an_unreadable_source_says_so_with_its_reason(qtbot, service, page, card):
    (item,) = service.world.answer("sources.list", {}, "")["items"]
    said = {"state": "error", "readable": False, "reason": "No right to read."}
    service.answers["sources.list"] = {"items": [item | said]}
    page.refresh()
    qtbot.waitUntil(lambda: card.reason.text() == "No right to read.")
    assert card.readable.text() == "The service cannot read it."
    assert card.lamp.word.text() == "Cannot be read"


def test_a_source_is_added_with_a_folder_as_the_service_sees_it(qtbot, service, page, adding):
    service.answers["sources.folders"] = {
        "path": "S:\\ERP", "parent": "S:\\", "folders": ["export"],
        "files": [{"name": "A.CSV", "size": 5, "at": "2026-11-21T10:40:00Z"}],
        "warnings": ["S: may belong to your session only."],
    }  # fmt: skip
    adding.name.setText("orders")
    adding.form.wanted.emit("folder", "folder")
    qtbot.waitUntil(adding.browser.warning.isVisible)
    assert "your session only" in adding.browser.warning.text()
    adding.browser.list.itemActivated.emit(adding.browser.list.item(0))
    qtbot.waitUntil(lambda: service.calls("sources.folders")[-1] == {"path": "S:\\ERP\\export"})
    adding.browser.use.click()
    adding.form.field("pattern").set_value("ORD*.CSV")
    adding.save.click()
    put = asked(qtbot, service, "config.put")
    assert (put["part"], put["name"]) == ("source", "orders")
    assert json.loads(put["settings"]) == {
        "kind": "files", "folder": "S:\\ERP", "pattern": "ORD*.CSV"
    }  # fmt: skip
    qtbot.waitUntil(lambda: not adding.isVisible() and page.list.isVisible())


def test_what_is_wrong_stands_beside_its_field_and_is_checked_as_one_types(qtbot, service, adding):
    wrong = {
        "place": "sources.orders.pattern", "field": "pattern", "text": "It is missing.",
        "hint": "Name the files.", "code": "MISSING", "params": {},
    }  # fmt: skip
    service.answers["config.put"] = service.answers["config.check"] = {"problems": [wrong]}
    adding.name.setText("orders")
    adding.save.click()
    problem = adding.form._lines["pattern"].problem
    qtbot.waitUntil(lambda: "It is missing." in problem.text())
    assert adding.isVisible()
    service.answers["config.check"] = {"problems": []}
    adding.form.field("pattern").set_value("O.CSV")
    qtbot.waitUntil(lambda: not problem.text())
    checked = service.calls("config.check")[-1]
    assert json.loads(checked["settings"])["pattern"] == "O.CSV"


def test_a_name_that_is_taken_is_not_written_over(qtbot, service, adding):
    adding.name.setText("customers")
    adding.save.click()
    assert adding.name_problem.text() == "There is one of this name already."
    adding.name.clear()
    adding.save.click()
    assert adding.name_problem.text() == "Give it a name."
    assert not service.calls("config.put")


def test_rows_are_looked_at_before_it_is_saved_and_proposals_taken_over(qtbot, service, adding):
    adding.form.field("folder").set_value("D:\\ERP")
    adding.look.click()
    look = asked(qtbot, service, "sources.look")
    assert (look["kind"], look["rows"], json.loads(look["settings"])) == (
        "files", 20, {"folder": "D:\\ERP"}
    )  # fmt: skip
    qtbot.waitUntil(lambda: adding.preview.table is not None)
    assert "key: KDNR" in adding.proposals.text()
    adding.take.click()
    assert adding.form.values() == {
        "folder": "D:\\ERP", "key": ["KDNR"], "format": {"kind": "delimited"}, "content": "full"
    }  # fmt: skip


def test_a_source_that_is_not_saved_is_tested_as_it_is_entered(qtbot, service, adding):
    adding.form.field("folder").set_value("D:\\ERP")
    adding.test.click()
    assert asked(qtbot, service, "sources.test") == {
        "kind": "files", "settings": json.dumps({"folder": "D:\\ERP"})
    }  # fmt: skip
    qtbot.waitUntil(lambda: "The folder can be read." in adding.found.lines())


def test_a_database_is_chosen_among_what_the_service_knows(qtbot, service, page):
    service.answers["config.kinds"] = {
        "kinds": [{"kind": "odbc", "title": "Database", "fields": ODBC}]
    }
    page.new.click()
    editor = page.editor
    qtbot.waitUntil(editor.databases.isVisible)
    editor.databases.list.click()
    qtbot.waitUntil(editor.databases.sources.isVisible)
    assert editor.databases.warning.isVisible()  # one of them has 32 bits
    assert "SQLite3 (64 bit)" in editor.databases.drivers.text()
    editor.databases.sources.opened.emit(0)
    editor.databases.tables.click()
    assert json.loads(asked(qtbot, service, "sources.tables")["settings"]) == {"dsn": "SAGE"}
    qtbot.waitUntil(editor.databases.names.isVisible)
    editor.databases.names.opened.emit(0)
    assert editor.form.values() == {"dsn": "SAGE", "table": "dbo.INVHDR"}


def test_a_password_goes_to_the_service_and_leaves_the_field(qtbot, service, page):
    service.answers["config.kinds"] = {
        "kinds": [{"kind": "odbc", "title": "Database", "fields": ODBC}]
    }
    service.answers["secrets.set"] = {}
    page.new.click()
    editor = page.editor
    qtbot.waitUntil(editor.databases.isVisible)
    editor.name.setText("erp")
    editor.form.wanted.emit("password", "secret")
    editor.secret.value.setText("hunter2")
    editor.secret.store.click()
    assert editor.secret.value.text() == ""
    assert asked(qtbot, service, "secrets.set") == {"name": "erp-password", "value": "hunter2"}
    qtbot.waitUntil(lambda: editor.form.values() == {"password": "secret:erp-password"})


def test_a_source_is_changed_with_what_the_form_does_not_know_kept(qtbot, service, card, page):
    found = service.world.answer("config.list", {}, "")
    found["sources"][0]["settings"] |= {"kind": "files", "every": "30s"}
    service.answers["config.list"] = found
    card.press("edit").click()
    editor = page.editor
    qtbot.waitUntil(lambda: editor.name.text() == "customers")
    assert editor.name.isReadOnly()
    editor.form.field("pattern").set_value("K*.CSV")
    editor.save.click()
    put = asked(qtbot, service, "config.put")
    assert json.loads(put["settings"]) == {
        "kind": "files", "folder": "D:\\ERP\\export", "pattern": "K*.CSV", "key": ["KDNR"],
        "every": "30s",
    }  # fmt: skip


def test_cancelling_writes_nothing(service, page, adding):
    adding.name.setText("orders")
    adding.cancel.click()
    assert page.list.isVisible()
    assert not service.calls("config.put")


def test_a_source_is_removed_only_after_yes(qtbot, service, page, card):
    card.press("remove").click()
    assert page.confirm.isVisible()
    page.confirm.no.click()
    assert not service.calls("config.remove")
    card.press("remove").click()
    page.confirm.yes.click()
    qtbot.waitUntil(lambda: len(service.calls("config.remove")) == 2)
    assert service.calls("config.remove") == [
        {"part": "flow", "name": "accounts", "anyway": True},
        {"part": "source", "name": "customers", "anyway": True},
    ]


def test_what_keeps_a_source_from_being_removed_is_told(qtbot, service, page, card):
    service.change(flows=[])
    qtbot.waitUntil(lambda: not page.bridge.status["flows"])
    wrong = {"place": "flows.accounts", "field": "", "text": "The flow accounts reads it.",
             "hint": "Remove the flow first.", "code": "UNKNOWN_SOURCE", "params": {}}  # fmt: skip
    service.answers["config.remove"] = {"problems": [wrong]}
    card.press("remove").click()
    page.confirm.yes.click()
    qtbot.waitUntil(page.problem.isVisible)
    assert page.problem.meaning.text() == "The flow accounts reads it."
    assert page.problem.next_step.text() == "Remove the flow first."


def test_an_operator_scans_and_looks_but_changes_nothing(qtbot, service, face):
    service.become("operator")
    window = connected(qtbot, face)
    window.open("sources")
    page = window.page
    qtbot.waitUntil(lambda: "customers" in page.cards)
    card = page.cards["customers"]
    assert [card.press(name).isEnabled() for name in ("scan", "preview", "test")] == [True] * 3
    for press in (card.press("edit"), card.press("remove"), page.new):
        assert not press.isEnabled()
        assert "Engineer" in press.toolTip()


def test_without_a_source_the_page_offers_the_first(qtbot, service, window):
    service.answers["sources.list"] = {"items": []}
    window.open("sources")
    page = window.page
    qtbot.waitUntil(page.empty.isVisible)
    page.empty.press.click()
    qtbot.waitUntil(lambda: page.editor.kind.count() > 0)
    assert not page.empty.isVisible()
