"""Settings work as they are clicked, say who changed them, and keep a recovery key out of sight."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QTime
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit

from tests.gui import world_settings
from tests.gui.hands import connected
from tests.gui.scene import Refusal
from tests.gui.world_settings import put

KEY = "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG-HHHH"
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot, service, window):
    return world_settings.shown(qtbot, service, window)


# --- general --------------------------------------------------------------------------------------


def test_another_language_holds_at_once_and_the_page_stays(qtbot, page, window):
    box = page.general.language
    box.setCurrentIndex(box.findData("de"))
    box.activated.emit(box.currentIndex())
    qtbot.waitUntil(lambda: window.page.title() == "Einstellungen")
    assert window.page.key == "settings"


def test_colours_and_icon_and_messages_are_remembered(qtbot, page, window):
    session = page.session
    page.general.icon.setCurrentIndex(1)
    page.general.icon.activated.emit(1)
    qtbot.waitUntil(lambda: session.choice("tray_icon", "auto") == "dark")
    page.general.toasts.click()
    assert session.choice("toasts", "on") == "off"
    page.general.theme.setCurrentIndex(2)
    page.general.theme.activated.emit(2)
    qtbot.waitUntil(lambda: session.theme == "dark")


# --- notifications --------------------------------------------------------------------------------


def test_where_nobody_is_told_yet_it_says_so_in_sight(qtbot, page, service, window):
    service.answers["config.list"] = service.answers["config.list"] | {"alerts": []}
    page.tabs.setCurrentIndex(1)
    page.refresh()
    qtbot.waitUntil(lambda: page.alerts.rows.rowCount() == 0 and page.alerts.empty.isVisible())
    for widget in (page.alerts.empty.text, page.alerts.add):
        top = widget.mapTo(page.area.viewport(), widget.rect().bottomLeft()).y()
        assert 0 < top < page.area.viewport().height(), widget.accessibleName()


def test_a_way_to_tell_people_says_who_changed_it(page):
    page.show_view("notifications")
    texts = [column.of(page.alerts.rows.row(0)) for column in page.alerts.rows.columns]
    assert texts[:2] == ["office", "Mail"]
    assert texts[2].startswith("Changed by m.weber on ")


def test_an_alert_is_added_with_its_secret_sealed(qtbot, page, service):
    page.show_view("notifications")
    view = page.alerts
    qtbot.mouseClick(view.add, LEFT)
    view.name.setText("night")
    view.form.field("host").set_value("mail.example")
    view.form.field("password").says.wanted.emit()
    view.value.setText("s3cret")
    qtbot.mouseClick(view.set, LEFT)
    qtbot.waitUntil(lambda: view.form.field("password").value() == "secret:night.password")
    assert service.calls("secrets.set") == [{"name": "night.password", "value": "s3cret"}]
    assert view.value.text() == ""
    qtbot.mouseClick(view.save, LEFT)
    qtbot.waitUntil(lambda: not view.editor.isVisible())
    settings = {"kind": "smtp", "host": "mail.example", "password": "secret:night.password"}
    assert put(service) == [{"part": "alert", "name": "night", "settings": settings}]


def test_an_alert_is_edited_and_what_the_form_does_not_know_stays(qtbot, page, service):
    page.show_view("notifications")
    page.alerts.table.selectRow(0)
    qtbot.mouseClick(page.alerts.edit, LEFT)
    page.alerts.form.field("host").set_value("other.example")
    qtbot.mouseClick(page.alerts.save, LEFT)
    qtbot.waitUntil(lambda: len(put(service)) == 1)
    settings = {"kind": "smtp", "host": "other.example", "severity": "error"}
    assert put(service) == [{"part": "alert", "name": "office", "settings": settings}]


def test_a_file_is_looked_for_as_the_service_sees_it(qtbot, page, service):
    page.show_view("notifications")
    view = page.alerts
    page.alerts.table.selectRow(0)
    qtbot.mouseClick(view.edit, LEFT)
    view.form.field("ca_file").says.wanted.emit()
    qtbot.waitUntil(lambda: view.browser.list.count() == 2)
    view.browser.list.setCurrentRow(1)
    qtbot.mouseClick(view.browser.use, LEFT)
    assert view.form.field("ca_file").value() == "D:\\ERP\\KUNDEN.CSV"
    assert not view.browser.isVisible()


def test_what_the_service_objects_to_stands_beside_the_setting(qtbot, page, service):
    problem = {
        "place": "alerts.0.host", "field": "host", "text": "This is no host.", "hint": "",
        "code": "CONFIG", "params": {},
    }  # fmt: skip
    service.answers["config.put"] = {"problems": [problem]}
    page.show_view("notifications")
    page.alerts.table.selectRow(0)
    qtbot.mouseClick(page.alerts.edit, LEFT)
    qtbot.mouseClick(page.alerts.save, LEFT)
    host = page.alerts.form._lines["host"]
    qtbot.waitUntil(host.problem.isVisible)
    assert host.problem.text() == "This is no host."
    assert page.alerts.editor.isVisible()


def test_no_name_twice_and_none_without_one(qtbot, page, service):
    page.show_view("notifications")
    qtbot.mouseClick(page.alerts.add, LEFT)
    qtbot.mouseClick(page.alerts.save, LEFT)
    assert page.alerts.wrong.text() == "Say what it is called."
    page.alerts.name.setText("office")
    qtbot.mouseClick(page.alerts.save, LEFT)
    assert page.alerts.wrong.text() == "There is one of this name already."
    assert put(service) == []


def test_a_test_message_is_sent(qtbot, page, service):
    page.show_view("notifications")
    assert not page.test.isEnabled()
    page.alerts.table.selectRow(0)
    service.answers["test"] = {
        "findings": [{"level": "error", "code": "SMTP", "text": "Refused.", "hint": "Look."}]
    }
    qtbot.mouseClick(page.test, LEFT)
    qtbot.waitUntil(page.tested.isVisible)
    assert service.calls("test") == [{"name": "office"}]
    assert page.tested.text() == "Refused. Look."


def test_an_alert_is_removed_after_a_second_yes(qtbot, page, service):
    page.show_view("notifications")
    page.alerts.table.selectRow(0)
    qtbot.mouseClick(page.alerts.remove, LEFT)
    assert service.calls("config.remove") == []
    qtbot.mouseClick(page.confirm.yes, LEFT)
    wanted = [{"part": "alert", "name": "office"}]
    qtbot.waitUntil(lambda: service.calls("config.remove") == wanted)


# --- service and limits ---------------------------------------------------------------------------


def test_what_is_around_the_service_is_told_and_looked_at_again(qtbot, page, service):
    page.show_view("service")
    assert page.service._list.count() == 2
    before = len(service.calls("doctor"))
    qtbot.mouseClick(page.service.again, LEFT)
    qtbot.waitUntil(lambda: len(service.calls("doctor")) == before + 1)


def test_limits_are_saved_and_never_overwritten_while_edited(qtbot, page, service):
    page.show_view("limits")
    assert page.limits.last.text().startswith("Changed by anna on ")
    assert page.agent.last.text() == "Not changed so far."
    assert not page.save.isEnabled()
    page.limits.form.field("max_delete_rows").edit.setText("70")
    assert page.save.isEnabled()
    page.refresh()
    qtbot.waitUntil(lambda: page.bridge.is_quiet)
    assert page.limits.form.field("max_delete_rows").value() == 70
    qtbot.mouseClick(page.save, LEFT)
    wanted = [{"part": "limits", "name": "", "settings": {"max_delete_rows": 70}}]
    qtbot.waitUntil(lambda: put(service) == wanted)
    qtbot.waitUntil(lambda: not page.save.isEnabled())


def test_changes_are_discarded(qtbot, page):
    page.show_view("limits")
    page.limits.form.field("max_delete_rows").edit.setText("70")
    qtbot.mouseClick(page.drop, LEFT)
    assert page.limits.form.field("max_delete_rows").value() == 50
    assert not page.save.isEnabled()


# --- security -------------------------------------------------------------------------------------


def test_a_role_is_given(qtbot, page, service):
    page.show_view("security")
    view = page.roles
    qtbot.mouseClick(view.add, LEFT)
    view.name.setText("user:anna")
    view.form.field("role").set_value("auditor")
    qtbot.mouseClick(view.save, LEFT)
    wanted = [{"part": "role", "name": "user:anna", "settings": {"role": "auditor"}}]
    qtbot.waitUntil(lambda: put(service) == wanted)


def test_a_new_data_key_is_made_after_a_second_yes(qtbot, page, service):
    page.show_view("security")
    qtbot.mouseClick(page.keys.rotate, LEFT)
    assert service.calls("keys.rotate") == []
    qtbot.mouseClick(page.confirm.yes, LEFT)
    qtbot.waitUntil(lambda: service.calls("keys.rotate") == [{}])


@pytest.fixture
def keys(qtbot, page):
    """A new recovery key has just been made."""
    page.show_view("security")
    qtbot.mouseClick(page.keys.new, LEFT)
    qtbot.mouseClick(page.confirm.yes, LEFT)
    qtbot.waitUntil(page.keys.made.isVisible)
    return page.keys


def test_a_recovery_key_is_behind_dots_until_somebody_asks(qtbot, page, keys):
    assert keys.key.line.echoMode() == QLineEdit.EchoMode.Password
    assert KEY not in keys.key.line.displayText()
    qtbot.mouseClick(keys.key.show_it, LEFT)
    assert keys.key.line.displayText() == KEY
    page.show_view("limits")
    assert KEY not in keys.key.line.displayText()


def test_it_hides_again_by_itself(qtbot, keys):
    qtbot.mouseClick(keys.key.show_it, LEFT)
    assert keys.key.hides.isActive()
    keys.key.hides.timeout.emit()
    assert KEY not in keys.key.line.displayText()


def test_a_proven_key_is_forgotten_here_and_on_the_clipboard(qtbot, keys, service):
    qtbot.mouseClick(keys.key.copy, LEFT)
    assert QGuiApplication.clipboard().text() == KEY
    keys.typed.setText(KEY)
    qtbot.mouseClick(keys.check, LEFT)
    qtbot.waitUntil(lambda: not keys.made.isVisible())
    assert service.calls("keys.recovery_confirm") == [{"key": KEY}]
    assert QGuiApplication.clipboard().text() == ""
    assert keys.key.line.text() == keys.typed.text() == ""
    assert keys.told.text() == "This is the recovery key of this agent."


def test_a_mistyped_key_is_told_and_the_new_one_stays(qtbot, keys, service):
    service.answers["keys.recovery_confirm"] = {"ok": False, "text": "A slip.", "hint": "Again."}
    keys.typed.setText("AAAA")
    qtbot.mouseClick(keys.check, LEFT)
    qtbot.waitUntil(keys.told.isVisible)
    assert keys.told.text() == "A slip. Again."
    assert keys.made.isVisible()


# --- quiet hours ----------------------------------------------------------------------------------


def test_quiet_hours_are_remembered_and_taken_back(qtbot, page):
    general, session = page.general, page.session
    assert not general.since.isEnabled()
    general.quiet.click()
    general.since.setTime(QTime(20, 30))
    general.until.setTime(QTime(6, 0))
    kept = [session.choice(name, "") for name in ("quiet_from", "quiet_to")]
    assert kept == ["20:30", "06:00"]
    general.quiet.click()
    assert [session.choice(name, "") for name in ("quiet_from", "quiet_to")] == ["", ""]


# --- roles ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "enabled"), [("viewer", [0, 6]), ("operator", [0, 2, 6])])
def test_a_tab_that_needs_another_role_is_off_and_says_why(qtbot, face, service, role, enabled):
    service.become(role)
    window = connected(qtbot, face)
    window.open("settings")
    tabs = window.page.tabs
    assert [n for n in range(tabs.count()) if tabs.isTabEnabled(n)] == enabled
    assert tabs.tabToolTip(5) == "This needs the role Engineer."
    assert service.calls("config.list") == service.calls("keys.state") == []


def test_an_auditor_reads_all_and_changes_nothing(qtbot, face, service):
    service.answers.update(world_settings.ANSWERS)
    service.become("auditor")
    window = connected(qtbot, face)
    window.open("settings")
    page = window.page
    qtbot.waitUntil(lambda: page.roles.rows.rowCount() == 1)
    page.roles.table.selectRow(0)
    for each in (page.roles.add, page.roles.edit, page.roles.remove, page.keys.new):
        assert not each.isEnabled()
        assert each.toolTip() == "This needs the role Engineer."


def test_a_refusal_shows_on_the_page_and_saving_works_again(qtbot, page, service):
    service.fails["config.put"] = Refusal("STORE_FULL", "The disk is full.", "Free some room.")
    page.show_view("notifications")
    page.alerts.table.selectRow(0)
    qtbot.mouseClick(page.alerts.edit, LEFT)
    qtbot.mouseClick(page.alerts.save, LEFT)
    qtbot.waitUntil(page.problem.isVisible)
    assert page.problem.what.text() == "The disk is full."
    assert page.alerts.save.isEnabled()
