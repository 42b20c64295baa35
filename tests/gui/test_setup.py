"""The steps of the set-up, one by one, on a service that answers from a table."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit

from gui.wizard.course import free_name
from gui.wizard.flows import entity_of, first_link
from gui.wizard.packs import secrets_of, sources_of
from gui.wizard.source import pattern_of
from tests.gui.scene import Refusal

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot, window):
    window.open("setup")
    qtbot.waitUntil(lambda: window.page.step is not None)
    return window.page


def at(qtbot, page, key):
    """This step, once it has asked everything."""
    page.show_view(key)
    qtbot.waitUntil(lambda: page.step is not None and page.step.key == key)
    qtbot.waitUntil(page.next.isEnabled)
    return page.step


def link(state, **more):
    counts = {"certain": 0, "ambiguous": 0, "only_here": 0, "undecided": 0}
    return {
        "flow": "accounts", "entity": "account", "target": "crm", "state": state, "said": "",
        "proposal": "p1", **counts, **more,
    }  # fmt: skip


# --- the page -------------------------------------------------------------------------------------


def test_a_service_that_is_not_set_up_opens_the_set_up_by_itself(qtbot, window, service):
    service.change(setup={"needed": True, "steps_left": 7}, flows=[])
    qtbot.waitUntil(lambda: window.navigation.item(0).text() == "Set up")
    window._key = ""
    window.open_first()
    assert window.page.key == "setup"


def test_what_the_service_refuses_is_told_and_the_way_stays_open(qtbot, page, service):
    step = at(qtbot, page, "dry_run")
    service.fails["setup.mark"] = Refusal("DISK_FULL", "The disk is full.", "Free some space.")
    page.next.click()
    qtbot.waitUntil(page.problem.isVisible)
    told = page.problem.details()
    assert told.splitlines() == [
        "The disk is full.", "It was not done. What is set up so far is kept.",
        "Free some space.", "DISK_FULL",
    ]  # fmt: skip
    assert page.step is step
    del service.fails["setup.mark"]
    page.next.click()
    qtbot.waitUntil(lambda: page.step.key == "link")
    assert not page.problem.isVisible()


def test_a_way_to_a_step_that_the_service_refuses_can_be_tried_again(qtbot, window, service):
    service.fails["setup.state"] = Refusal("SERVICE_STUCK", "Not now.")
    window.open("setup")
    page = window.page
    qtbot.waitUntil(page.problem.isVisible)
    assert page.next.text() == "Try again"
    service.fails.clear()
    page.next.click()
    qtbot.waitUntil(lambda: page.step is not None)


def test_next_is_off_until_every_answer_is_there(qtbot, page, service):
    step = at(qtbot, page, "live")
    step.ask("keys.state")
    step.ask("doctor")
    assert not page.next.isEnabled()
    assert page.next.text() == "One moment…"
    qtbot.waitUntil(page.next.isEnabled)
    assert len(service.calls("doctor")) == 2


def test_what_a_step_hears_after_it_was_left_leads_nowhere(qtbot, page):
    step = at(qtbot, page, "key")
    page._go(7)
    now = page.step
    step.passed.emit()
    step.working.emit(True)
    assert page.step is now
    assert page.next.isEnabled()


def test_the_keyboard_stays_on_next_while_it_is_off(qtbot, window, page):
    with qtbot.waitActive(window):
        window.activateWindow()
    at(qtbot, page, "live")
    page.next.setFocus()
    page.step.ask("doctor")
    assert not page.next.isEnabled()
    qtbot.waitUntil(page.next.isEnabled)
    assert page.next.hasFocus()


def test_who_comes_to_the_navigation_by_tab_stays_on_the_page(qtbot, window, page):
    with qtbot.waitActive(window):
        window.activateWindow()
    page.later.setFocus()
    assert window.navigation.currentRow() == -1, "the page is not listed"
    window.navigation.setFocus()
    assert window.page is page
    qtbot.keyClick(window.navigation, Qt.Key.Key_Down)
    assert window.page.key == "overview"


def test_another_language_keeps_the_step(qtbot, window, page):
    at(qtbot, page, "service")
    page.step.language.setCurrentIndex(1)
    page.step.language.activated.emit(1)
    qtbot.waitUntil(lambda: window.page is not page and window.page.step is not None)
    assert window.page.step.key == "service"
    assert window.page.step.title() == "Sprache und Dienst"


# --- secrets and keys -----------------------------------------------------------------------------


def test_a_secret_goes_to_the_service_and_leaves_field_and_clipboard(qtbot, page, service):
    service.answers["secrets.set"] = {"name": "crm-client-secret"}
    step = at(qtbot, page, "destination")
    secret = "hunter2-and-more"
    QGuiApplication.clipboard().setText(secret)
    step.wanted("sign_in.client_secret", "secret")
    assert step.secret.value.echoMode() == QLineEdit.EchoMode.Password
    qtbot.keyClicks(step.secret.value, secret)
    qtbot.mouseClick(step.secret.store, LEFT)
    qtbot.waitUntil(step.secret.isHidden)
    assert service.calls("secrets.set") == [{"name": "crm-client-secret", "value": secret}]
    assert step.field_value("sign_in.client_secret") == "secret:crm-client-secret"
    assert not step.secret.value.text()
    assert not QGuiApplication.clipboard().text()


def test_a_key_and_its_certificate_come_out_of_files(qtbot, page, service, tmp_path):
    step = at(qtbot, page, "destination")
    step.wanted("sign_in.client_secret", "secret")
    key, certificate, other = (tmp_path / name for name in ("k.pem", "c.pem", "k.pfx"))
    key.write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    certificate.write_text("-----BEGIN CERTIFICATE-----\nBBBB\n-----END CERTIFICATE-----\n")
    other.write_bytes(b"\x30\x82\xff\x00")
    step.secret.take_files([key, other])
    assert "k.pfx is no text" in step.secret.wrong.text()
    step.secret.take_files([tmp_path / "gone.pem"])
    assert "gone.pem cannot be read" in step.secret.wrong.text()
    assert not service.calls("secrets.set")
    step.secret.take_files([key, certificate])
    qtbot.waitUntil(step.secret.isHidden)
    (sent,) = service.calls("secrets.set")
    assert sent["value"] == key.read_text() + certificate.read_text()


def test_a_made_key_is_behind_dots_until_somebody_wants_to_see_it(qtbot, page, service):
    service.answers["keys.state"] = {"recovery": {"confirmed": False, "at": None}}
    step = at(qtbot, page, "key")
    assert page.next.text() == "Make the key"
    page.next.click()
    qtbot.waitUntil(lambda: bool(step.veiled.secret))
    assert "AAAA" not in step.veiled.line.displayText()
    qtbot.mouseClick(step.veiled.show_it, LEFT)
    assert step.veiled.line.displayText() == step.veiled.secret
    step.veiled.hide()
    assert "AAAA" not in step.veiled.line.displayText()


# --- source and mapping ---------------------------------------------------------------------------


def test_nothing_is_saved_of_a_source_before_its_rows_were_seen(qtbot, page, service):
    step = at(qtbot, page, "source")
    assert page.next.text() == "Look at the first rows"
    page.next.click()
    qtbot.waitUntil(lambda: page.next.text() == "Next")
    assert not service.calls("config.put")
    assert step.field_value("key") == ["KDNR"]
    step.set_field("pattern", "OTHER.CSV")
    assert page.next.text() == "Look at the first rows"
    page.next.click()
    qtbot.waitUntil(lambda: page.next.text() == "Next")
    page.next.click()
    qtbot.waitUntil(lambda: bool(service.calls("config.put")))
    (put,) = service.calls("config.put")
    assert (put["part"], put["name"]) == ("source", "customers")
    assert json.loads(put["settings"])["pattern"] == "OTHER.CSV"


def test_a_source_that_this_step_cannot_show_is_not_written_over(qtbot, page, service):
    listed = service.world.answer("config.list", {}, "anna")
    lines = {"name": "lines", "kind": "group", "settings": {"kind": "group", "of": "customers"}}
    service.answers["config.list"] = {**listed, "sources": [lines]}
    step = at(qtbot, page, "source")
    assert step.name == ""
    assert step.which.findData("lines") < 0
    assert step.wanted_name({"table": "dbo.INVHDR"}) == "INVHDR"


def test_a_proposal_that_cannot_be_had_is_asked_for_again(qtbot, page, service):
    listed = service.world.answer("config.list", {}, "anna")
    service.answers["config.list"] = {**listed, "flows": []}
    service.fails["mapping.suggest"] = Refusal("NO_FILE", "There is no file yet.")
    at(qtbot, page, "mapping")
    assert page.problem.isVisible()
    assert page.next.text() == "Try again"
    service.fails.clear()
    page.next.click()
    qtbot.waitUntil(lambda: page.next.text() == "Next")
    assert not page.problem.isVisible()


def test_what_is_not_ticked_is_not_mapped(qtbot, page, service):
    service.answers["mapping.suggest"] = {
        "document": "whole", "external_id": {"column": "KDNR"}, "missing": [], "unused": ["X"],
        "fields": [
            {"field": "name", "column": "NAME1", "doubts": [], "evidence": ["the name"]},
            {"field": "phone", "column": "TEL", "doubts": ["few values"], "evidence": []},
        ],
    }  # fmt: skip
    service.answers["mapping.edit"] = {"draft": "without phone"}
    configured = service.world.answer("config.list", {}, "anna")
    service.answers["config.list"] = {**configured, "flows": []}
    step = at(qtbot, page, "mapping")
    assert step.link.isChecked()
    page.next.click()
    qtbot.waitUntil(lambda: bool(service.calls("setup.flow")))
    assert service.calls("mapping.edit") == [{"draft": "whole", "place": "fields.phone"}]
    (put,) = service.calls("setup.flow")
    assert put["mapping"] == "without phone"
    assert put["paused"] is True
    assert json.loads(put["first_link"]) == {"match": ["name"]}


# --- the first link -------------------------------------------------------------------------------


def test_a_source_that_is_not_read_yet_is_read_before_it_is_compared(qtbot, page, service):
    service.answers["link.list"] = {"items": [link("needed")]}
    service.fails["link.propose"] = Refusal("LINK_TOO_EARLY", "Not read yet.")
    step = at(qtbot, page, "link")
    assert page.next.text() == "Compare with the CRM"
    page.next.click()
    qtbot.waitUntil(step.doing.isVisible)
    qtbot.waitUntil(lambda: service.calls("scan") == [{}])
    assert not page.problem.isVisible()
    service.fails.clear()
    service.answers["link.propose"] = {"flow": "accounts", "state": "proposing"}
    service.answers["link.list"] = {"items": [link("proposed", certain=12, undecided=1)]}
    qtbot.waitUntil(lambda: page.next.text() == "Link the 12 that are certain")
    assert not step.doing.isVisible()


def test_a_person_says_who_an_uncertain_record_is(qtbot, page, service):
    item = {
        "item": 7, "flow": "accounts", "entity": "account", "kind": "ambiguous", "state": "open",
        "external_id": "K7", "fields": {"name": "Acme"}, "reason": "2 records there are like it.",
        "candidates": [
            {"id": "001A", "key": "K1", "evidence": ["same name"], "fields": {"name": "Acme"}},
            {"id": "001B", "key": "", "evidence": ["same phone"], "fields": {"name": "Acme AG"}},
        ],
    }  # fmt: skip
    service.answers["link.list"] = {"items": [link("proposed", certain=1, undecided=1)]}
    service.answers["link.show"] = {**link("proposed"), "items": [item], "next": None}
    service.answers["link.decide"] = item
    step = at(qtbot, page, "link")
    qtbot.waitUntil(step.uncertain.isVisible)
    qtbot.waitUntil(lambda: step.uncertain.choices.rows.rowCount() == 2)
    assert not step.uncertain.same.isEnabled(), "another record of the ERP has it"
    step.uncertain.choices.selectRow(1)
    assert step.uncertain.same.isEnabled()
    service.answers["link.show"] = {**link("proposed"), "items": [], "next": None}
    service.answers["link.list"] = {"items": [link("proposed", certain=1)]}
    qtbot.mouseClick(step.uncertain.same, LEFT)
    qtbot.waitUntil(step.uncertain.isHidden)
    assert service.calls("link.decide") == [{"flow": "accounts", "item": 7, "crm_id": "001B"}]


# --- what needs no window -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("KUNDEN.CSV", "KUNDEN.CSV"), ("KUNDEN_20261121.CSV", "KUNDEN_*.CSV"),
        ("KUNDEN_20261121_0915.CSV", "KUNDEN_*.CSV"), ("A1.CSV", "A1.CSV"),
    ],
)  # fmt: skip
def test_a_date_in_the_name_of_a_file_is_left_open(name, pattern):
    assert pattern_of(name) == pattern


def test_names_are_made_of_what_is_read_and_are_free():
    assert free_name("KUNDEN.CSV", (), "source") == "kunden"
    assert free_name("KUNDEN.CSV", {"kunden", "kunden-2"}, "source") == "kunden-3"
    assert free_name("2026_*.csv", (), "source") == "source-2026"
    assert free_name("*.*", (), "source") == "source"


def test_kinds_are_guessed_by_the_words_that_erps_use():
    found = [entity_of(name) for name in ("KUNDEN.CSV", "INVHDR", "artikel", "contacts", "XYZ")]
    assert found == ["account", "invoice", "product", "contact", "account"]
    assert first_link("account", ["billing_city", "name"]) == {"match": ["name", "billing_city"]}
    assert first_link("account", ["description"]) == {}


def test_of_a_ready_set_only_what_the_kinds_need_is_taken():
    filled = {
        "sources": [
            {"name": "lines", "settings": {"password": "secret:erp"}},
            {"name": "orders", "settings": {"kind": "group", "of": "lines"}},
            {"name": "products", "settings": {"password": "secret:other"}},
        ],
        "flows": [
            {"name": "orders", "settings": {"entity": "order", "source": "orders"}},
            {"name": "products", "settings": {"entity": "product", "source": "products"}},
        ],
    }
    sources = sources_of(filled, ["order"])
    assert [each["name"] for each in sources] == ["lines", "orders"]
    assert secrets_of(sources) == ["erp"]
