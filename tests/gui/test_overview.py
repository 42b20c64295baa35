"""The first page says in one sentence how it is, and every flow shows its two sides."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

REASON = {
    "code": "TARGET_AUTH", "subject": "crm", "title": "Salesforce needs you to sign in again.",
    "meaning": "212 records wait safely.", "hint": "Sign in.", "severity": "error",
    "since": "2026-11-20T08:02:00Z", "params": {},
}  # fmt: skip


@pytest.fixture
def page(qtbot, window):
    window.open("overview")
    qtbot.waitUntil(lambda: bool(window.page._cards))
    qtbot.waitUntil(lambda: "24 hours" in window.page.headline.below.text())
    return window.page


def test_one_sentence_and_its_reassurance_come_first(page):
    assert "records need attention" in page.headline.sentence.text()
    assert "reached the CRM in the last 24 hours" in page.headline.below.text()
    assert page.headline.below.text().endswith("Nothing is lost.")


def test_a_flow_shows_its_two_sides_apart(qtbot, page, service):
    card = page._cards["accounts"]
    assert (card.source.word.text(), card.cloud.word.text()) == ("Fine", "Fine")
    target = {
        "name": "crm", "kind": "salesforce", "state": "signed out", "waiting": 61,
        "last_delivery": None, "reason": REASON["title"],
    }  # fmt: skip
    service.change(targets=[target], reasons=[REASON], health="error")
    qtbot.waitUntil(lambda: card.cloud.word.text() == "Signed out")
    assert card.source.word.text() == "Fine"
    assert card.badge.text() == "Stands still"
    assert card.cloud.toolTip() == REASON["title"]


def test_what_stands_says_what_it_means_and_leads_to_where_it_is_mended(qtbot, page, service):
    service.change(reasons=[REASON], health="error")
    qtbot.waitUntil(lambda: any(panel.code.text() == "TARGET_AUTH" for _, panel in page._panels))
    panel = next(panel for _, panel in page._panels if panel.code.text() == "TARGET_AUTH")
    assert panel.meaning.text() == "212 records wait safely."
    assert panel.next_step.text() == "Sign in."
    with qtbot.waitSignal(page.go) as went:
        press = page._button("TARGET_AUTH", "crm", "", "")
        qtbot.addWidget(press)
        press.click()
    assert went.args == ["destinations", {"name": "crm"}]
    page.window().open("overview")
    service.change(reasons=[], health="ok")
    qtbot.waitUntil(lambda: all(panel.code.text() != "TARGET_AUTH" for _, panel in page._panels))


def test_a_hint_that_names_a_command_leads_to_its_place(qtbot, page, service):
    stuck = REASON | {"code": "STAGE_STUCK", "subject": "reader", "hint": "Run `waybill doctor`."}
    service.change(reasons=[stuck], health="error")
    qtbot.waitUntil(lambda: any(panel.code.text() == "STAGE_STUCK" for _, panel in page._panels))
    panel = next(panel for _, panel in page._panels if panel.code.text() == "STAGE_STUCK")
    assert panel.next_step.text() == "Run “Settings, Service”."
    press = next(press for press in panel.findChildren(QPushButton) if "Settings" in press.text())
    with qtbot.waitSignal(page.go) as went:
        press.click()
    assert went.args == ["settings", {"tab": "service"}]


def test_a_flow_is_changed_and_removed_from_its_card(qtbot, page, service):
    card = page._cards["accounts"]
    card.findChild(QPushButton, "edit").click()
    qtbot.waitUntil(page.editor.isVisible)
    assert page.editor.name.text() == "accounts"
    assert not page.editor.kind.isVisible()
    page.editor.cancel.click()
    card.findChild(QPushButton, "remove").click()
    assert "15 records are still to be delivered." in page.confirm.question.text()
    page.confirm.yes.click()
    qtbot.waitUntil(lambda: bool(service.calls("config.remove")))
    assert service.calls("config.remove") == [
        {"part": "flow", "name": "accounts", "anyway": True}
    ]  # fmt: skip


def test_a_flow_is_paused_and_resumed_from_its_card(qtbot, page, service):
    card = page._cards["contacts"]
    qtbot.mouseClick(card.pause, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: service.calls("pause") == [{"kind": "flow", "name": "contacts"}])
    flows = [
        {**flow, "paused": flow["name"] == "contacts"} for flow in service.world.status["flows"]
    ]
    service.change(flows=flows)
    qtbot.waitUntil(lambda: card.pause.text() == "Resume")
    assert card.badge.text() == "Paused"
    qtbot.mouseClick(card.pause, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: service.calls("resume") == [{"kind": "flow", "name": "contacts"}])


def test_the_day_of_a_flow_is_drawn_and_said_in_words(page):
    card = page._cards["accounts"]
    assert card.delivered.text().endswith("delivered in 24 h")
    assert card.bar.accessibleName().startswith("accounts:")
    assert len(card.bar.table()) > 20


def test_the_same_stands_in_a_table_for_who_reads_tables(qtbot, page):
    qtbot.mouseClick(page.as_table, Qt.MouseButton.LeftButton)
    assert page.table.isVisible()
    assert not page._cards
    texts = [column.of(page.rows.row(0)) for column in page.rows.columns]
    assert texts[:3] == ["accounts", "Fine", "Fine"]
    with qtbot.waitSignal(page.go) as went:
        page.table.opened.emit(0)
    assert went.args == ["exceptions", {"flow": "accounts"}]


def test_without_a_flow_the_page_says_how_to_begin(qtbot, page, service):
    service.change(flows=[])
    qtbot.waitUntil(page.empty.isVisible)
    with qtbot.waitSignal(page.go) as went:
        qtbot.mouseClick(page.empty.press, Qt.MouseButton.LeftButton)
    assert went.args == ["setup", {}]


def test_another_flow_is_added_from_the_first_page(qtbot, window, page):
    qtbot.mouseClick(page.add_flow, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.page.key == "setup" and window.page.step is not None)
    qtbot.waitUntil(lambda: window.page.step.key == "source")
    assert window.page.step.name == ""
