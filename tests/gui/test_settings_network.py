"""The page of settings: the network, when destinations are closed, and newer versions."""

from __future__ import annotations

import json
import threading

import pytest
from PySide6.QtCore import Qt

from tests.gui import world_settings
from tests.gui.world_settings import put

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot, service, window):
    return world_settings.shown(qtbot, service, window)


def test_the_way_of_a_destination_is_tested_as_entered_and_saved_beside_the_rest(
    qtbot, page, service
):
    page.show_view("network")
    view = page.network
    qtbot.waitUntil(view.form.isVisible)
    assert view.last.text().startswith("Changed by m.weber on ")
    view.form.field("proxy").set_value("http://proxy:3128")
    qtbot.mouseClick(view.test, LEFT)
    qtbot.waitUntil(lambda: bool(service.calls("targets.test")))
    asked = service.calls("targets.test")[-1]
    assert (asked["kind"], asked["name"]) == ("salesforce", "crm")
    assert json.loads(asked["settings"])["proxy"] == "http://proxy:3128"
    qtbot.waitUntil(lambda: "Signed in." in view.found.lines())
    qtbot.mouseClick(view.save, LEFT)
    qtbot.waitUntil(lambda: bool(put(service)))
    settings = {
        "kind": "salesforce", "url": "https://example.my.salesforce.com",
        "proxy": "http://proxy:3128",
    }  # fmt: skip
    assert put(service) == [{"part": "target", "name": "crm", "settings": settings}]
    qtbot.waitUntil(lambda: not view.is_changed)


def test_what_is_entered_stays_while_the_page_is_read_anew(qtbot, page, service):
    page.show_view("network")
    qtbot.waitUntil(page.network.form.isVisible)
    page.network.form.field("proxy").set_value("http://proxy:3128")
    page.refresh()
    qtbot.waitUntil(lambda: page.bridge.is_quiet)
    assert page.network.form.field("proxy").value() == "http://proxy:3128"


def test_a_proxy_password_goes_to_the_service(qtbot, page, service):
    service.answers["secrets.set"] = {}
    page.show_view("network")
    view = page.network
    qtbot.waitUntil(view.form.isVisible)
    view.form.field("proxy_password").says.wanted.emit()
    view.secret.value.setText("s3cret")
    view.secret.store.click()
    qtbot.waitUntil(lambda: bool(service.calls("secrets.set")))
    assert service.calls("secrets.set") == [{"name": "crm-proxy-password", "value": "s3cret"}]
    name = "secret:crm-proxy-password"
    qtbot.waitUntil(lambda: view.form.field("proxy_password").value() == name)


def test_settings_are_written_for_all_destinations_after_a_second_yes(qtbot, page, service):
    listed = {
        **world_settings.LISTED,
        "targets": [
            {"name": name, "kind": "salesforce", "settings": {"kind": "salesforce", "url": name}}
            for name in ("crm", "shop")
        ],
    }
    service.answers["config.list"] = listed
    page.show_view("network")
    page.refresh()
    view = page.network
    qtbot.waitUntil(view.everywhere.isVisible)
    view.form.field("proxy").set_value("http://proxy:3128")
    qtbot.mouseClick(view.everywhere, LEFT)
    assert "crm, shop" in page.confirm.question.text()
    qtbot.mouseClick(page.confirm.yes, LEFT)
    qtbot.waitUntil(lambda: len(put(service)) == 2)
    assert [(one["name"], one["settings"]["url"]) for one in put(service)] == [
        ("crm", "crm"), ("shop", "shop")
    ]  # fmt: skip


def test_when_a_destination_is_closed_is_said_with_its_limits(qtbot, page, service):
    page.show_view("limits")
    view = page.windows
    qtbot.waitUntil(view.form.isVisible)
    assert not view.test.isVisible()
    view.form.field("closed").set_value(["22:00-04:00"])
    qtbot.mouseClick(view.save, LEFT)
    qtbot.waitUntil(lambda: bool(put(service)))
    assert put(service)[0]["settings"]["closed"] == ["22:00-04:00"]


def test_updates_say_which_version_runs_and_how_another_is_brought_in(page):
    page.show_view("updates")
    assert page.updates.version.text() == "The service on ERP-SRV01 has version 1.2.0."
    page.updates.show_checked(
        {"version": "1.2.0", "newest": "1.3.0", "hint": "Run it.", "notes": ""}
    )
    assert page.updates.news.text() == "Version 1.3.0 is there."
    assert page.updates.hint.text() == "Run it."
    page.updates.show_checked({"version": "1.2.0", "newest": "", "hint": "", "notes": ""})
    assert page.updates.news.text() == "This is the newest version."
    assert not page.updates.hint.isVisible()


def test_the_proxy_of_everything_is_saved_beside_what_else_the_agent_says(qtbot, page, service):
    page.show_view("network")
    qtbot.waitUntil(lambda: page.proxy.form is not None)
    page.proxy.form.field("proxy").set_value("system")
    qtbot.mouseClick(page.save, LEFT)
    qtbot.waitUntil(lambda: bool(put(service)))
    saved = put(service)[0]
    assert (saved["part"], saved["settings"]["proxy"]) == ("agent", "system")
    assert saved["settings"]["name"] == "ERP-SRV01"


def test_what_a_test_found_stays_while_the_page_is_read_anew(qtbot, page, service):
    page.show_view("network")
    view = page.network
    found(qtbot, view)
    renewed(qtbot, page)
    assert "Signed in." in view.found.lines()
    assert view.found.isVisible()


def test_what_a_test_found_goes_once_the_destination_is_set_otherwise(qtbot, page, service):
    page.show_view("network")
    view = page.network
    found(qtbot, view)
    service.answers["config.list"] = listed(("crm", {"url": "https://other.example"}))
    renewed(qtbot, page)
    assert not view.found.isVisible()


def test_what_a_test_found_is_not_told_of_another_destination(qtbot, page, service):
    service.answers["config.list"] = listed(("crm", {}), ("shop", {}))
    page.show_view("network")
    view = page.network
    renewed(qtbot, page)
    found(qtbot, view)
    chosen(view, "shop")
    assert not view.found.isVisible()
    service.gate = threading.Event()
    qtbot.mouseClick(view.test, LEFT)
    qtbot.waitUntil(lambda: len(service.calls("targets.test")) == 2)
    chosen(view, "crm")
    service.gate.set()
    qtbot.waitUntil(lambda: page.bridge.is_quiet)
    assert not view.found.isVisible()


def test_a_secret_that_is_being_typed_stays_while_the_page_is_read_anew(qtbot, page):
    page.show_view("network")
    view = page.network
    qtbot.waitUntil(view.form.isVisible)
    view.form.field("proxy_password").says.wanted.emit()
    qtbot.keyClicks(view.secret.value, "s3c")
    renewed(qtbot, page)
    assert view.secret.isVisible()
    assert view.secret.value.text() == "s3c"


@pytest.mark.parametrize(
    ("tab", "of", "save"),
    [
        ("network", "network", lambda page: page.network.save),
        ("network", "proxy", lambda p: p.save),
    ],
)
def test_what_is_entered_while_it_is_saved_stays(qtbot, page, service, tab, of, save):
    page.show_view(tab)
    view = getattr(page, of)
    qtbot.waitUntil(lambda: view.form is not None and view.form.isVisible())
    view.form.field("proxy").set_value("http://proxy:3128")
    service.gate = threading.Event()
    qtbot.mouseClick(save(page), LEFT)
    qtbot.waitUntil(lambda: bool(put(service)))
    view.form.field("proxy").set_value("http://proxy:8080")
    service.gate.set()
    qtbot.waitUntil(lambda: page.bridge.is_quiet)
    assert view.form.field("proxy").value() == "http://proxy:8080"
    assert view.is_changed


def test_what_is_entered_for_a_destination_is_not_saved_for_another(qtbot, page, service):
    service.answers["config.list"] = listed(("crm", {}), ("shop", {}))
    page.show_view("network")
    view = page.network
    renewed(qtbot, page)
    view.form.field("proxy").set_value("http://proxy:3128")
    service.answers["config.list"] = listed(("shop", {}))
    renewed(qtbot, page)
    assert view.choice.currentData() == "shop"
    assert not view.is_changed
    assert not view.form.field("proxy").value()


def listed(*targets):
    """As `config.list` answers with these destinations."""
    told = [
        {"name": name, "kind": "salesforce", "settings": {"kind": "salesforce", **settings}}
        for name, settings in targets
    ]
    return {**world_settings.LISTED, "targets": told}


def chosen(view, name):
    """Take a destination, as the keyboard does."""
    view.choice.setCurrentIndex(view.choice.findData(name))
    view.choice.activated.emit(view.choice.currentIndex())


def found(qtbot, view):
    """Test the connection, and read what that found."""
    qtbot.waitUntil(view.form.isVisible)
    qtbot.mouseClick(view.test, LEFT)
    qtbot.waitUntil(lambda: "Signed in." in view.found.lines())


def renewed(qtbot, page):
    """The page is read anew, as it is by itself when something changed."""
    page.refresh()
    qtbot.waitUntil(lambda: page.bridge.is_quiet)
