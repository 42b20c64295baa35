"""The whole set-up against the real agent: from an empty folder to records in the sandbox CRM."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from agent.control.client import Client
from tests.gui.hands import Hands, opened, served
from tests.integration.empty_home import EmptyHome

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def empty(tmp_path):
    """A service on an empty folder."""
    with served(EmptyHome(tmp_path / "agent")) as found:
        yield found


@pytest.fixture
def windows(qtbot, empty, person):
    """Opens windows on it, one after the other."""
    faces = []

    def another():
        if faces:
            faces.pop().close()
        faces.append(opened(qtbot, empty.home, person))
        return Hands(qtbot, faces[0].window)

    yield another
    for face in faces:
        face.close()


def delivered(home):
    """What the CRM took from this home."""
    return Client(Path(home), timeout=20).status()["counts"]["delivered"]


def practises(hands):
    step = hands.at("service")
    hands.until(step.findings.isVisible)
    step.practice.setFocus()
    hands.key(step.practice, Qt.Key.Key_Space)
    assert step.practice.isChecked()
    hands.next()


def keeps_the_key(hands):
    step = hands.at("key")
    hands.next()
    hands.until(lambda: bool(step.veiled.secret))
    key = step.veiled.secret
    shown = [each.text() for each in hands.window.findChildren(QLabel)]
    assert all(key not in text for text in [*shown, step.veiled.line.displayText()])
    hands.click(step.veiled.show_it)
    assert step.veiled.line.displayText() == key
    hands.click(step.veiled.show_it)
    hands.click(step.typed)
    hands.type(step.typed, key[:-2] + "??")
    hands.next()
    hands.until(step.wrong.isVisible)
    hands.type(step.typed, key)
    hands.next()


def chooses_the_file(hands, name="KUNDEN.CSV"):
    step = hands.at("source")
    hands.press("Browse…", step.form)
    hands.line(step.browser.list, name)
    hands.click(step.browser.use)
    hands.until(lambda: step.preview.table is not None and hands.page.next.isEnabled())
    hands.next()


def tries_the_destination(hands):
    step = hands.at("destination")
    hands.next()
    hands.until(step.findings.isVisible)
    hands.until(lambda: hands.page.next.text() == "Next")
    hands.next()


def goes_live(hands, records):
    step = hands.at("live")
    hands.next()
    hands.until(lambda: f"{records} records delivered" in step.headline.sentence.text())
    hands.next()
    hands.until(lambda: hands.page.key == "overview")


def test_from_an_empty_home_to_records_in_the_crm_in_under_sixty_steps(windows, empty):
    hands = windows()
    practises(hands)
    keeps_the_key(hands)
    chooses_the_file(hands)
    tries_the_destination(hands)
    step = hands.at("mapping")
    assert step.matches.rowCount() > 5
    assert step.entity.currentData() == "account"
    hands.next()
    step = hands.at("dry_run")
    assert step.headline.sentence.text() == "20 of 20 records would be sent."
    practice = empty.ask("practice.state")
    assert delivered(practice["home"]) == 0
    hands.next()
    hands.at("link")
    hands.next()
    goes_live(hands, 150)
    assert delivered(practice["home"]) == 150
    assert delivered(empty.home) == 0, "practice touches nothing real"
    assert hands.steps < 60


def test_whoever_closes_the_window_at_any_step_comes_back_to_it(windows, empty):
    hands = windows()
    practises(hands)
    ways = {
        "key": keeps_the_key, "source": chooses_the_file, "destination": tries_the_destination,
        "mapping": Hands.next, "dry_run": Hands.next, "link": Hands.next,
    }  # fmt: skip
    for key, way in ways.items():
        hands.at(key)
        hands = windows()
        hands.at(key)
        way(hands)
    hands.at("live")
    hands = windows()
    goes_live(hands, 150)
    hands = windows()
    assert hands.at("service").practice.isChecked(), "it can be gone through again"
    hands.next()
    hands.at("key")
    assert hands.step.told.text() == "The recovery key is kept: it was typed back."
    hands.next()
    hands.at("source")
    assert hands.step.field_value("pattern") == "KUNDEN.CSV"
    hands.click(hands.page.back)
    hands.at("key")


def test_the_keyboard_alone_is_enough(windows, empty, qapp):
    hands = windows()
    with hands.qtbot.waitActive(hands.window):
        hands.window.activateWindow()
    step = hands.at("service")
    hands.tab_to(step.real)
    hands.key(step.real, Qt.Key.Key_Down)
    assert step.practice.isChecked()
    keyed_next(hands)
    step = hands.at("key")
    keyed_next(hands)
    hands.until(lambda: bool(step.veiled.secret))
    hands.tab_to(step.typed)
    hands.type(step.typed, step.veiled.secret)
    hands.key(step.typed, Qt.Key.Key_Return)
    step = hands.at("source")
    browse = hands.button("Browse…", step.form)
    hands.tab_to(browse)
    hands.key(browse, Qt.Key.Key_Space)
    hands.until(lambda: step.browser.list.count() > 0)
    hands.tab_to(step.browser.list)
    hands.type(step.browser.list, "KUNDEN")
    hands.key(step.browser.list, Qt.Key.Key_Return)
    hands.until(lambda: step.preview.table is not None and hands.page.next.isEnabled())
    keyed_next(hands)
    hands.at("destination")
    keyed_next(hands)
    hands.until(lambda: hands.page.next.text() == "Next")
    for key in ("destination", "mapping", "dry_run", "link", "live"):
        step = hands.at(key)
        keyed_next(hands)
    hands.until(lambda: "150 records delivered" in step.headline.sentence.text())
    keyed_next(hands)
    hands.until(lambda: hands.page.key == "overview")


def keyed_next(hands):
    hands.until(hands.page.next.isEnabled)
    hands.tab_to(hands.page.next)
    hands.key(QApplication.focusWidget(), Qt.Key.Key_Space)
