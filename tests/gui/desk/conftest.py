"""A window in front of a service that behaves, and hands that click as a person does."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui import theme, translations
from gui.application import Face
from tests.gui.hands import connected
from tests.gui.scene import FakeService
from tests.gui.world import World


class Hands:
    """Clicks and keys; what cannot be seen or is off cannot be pressed."""

    def __init__(self, qtbot, face, service) -> None:
        self.bot, self.face, self.service = qtbot, face, service
        self.window = face.window

    def open(self, key, target=None):
        """A page, once it is there."""
        self.window.open(key, target)
        assert self.window.page is not None
        assert self.window.page.key == key
        return self.window.page

    def click(self, pressed):
        self.until(lambda: pressed.isVisible() and pressed.isEnabled())
        self.bot.mouseClick(pressed, Qt.MouseButton.LeftButton)

    def write(self, line, text):
        self.until(lambda: line.isVisible() and line.isEnabled())
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, text)

    def key(self, widget, key, modifier=Qt.KeyboardModifier.NoModifier):
        # Shortcuts reach the active window alone, and an earlier test's may still be going away.
        self.window.activateWindow()
        self.until(self.window.isActiveWindow)
        self.bot.keyClick(widget, key, modifier)

    def row(self, table, number, *, double=False, modifier=Qt.KeyboardModifier.NoModifier):
        """Click into a row of a table or list."""
        index = table.model().index(number, 0)
        table.scrollTo(index)
        place = table.visualRect(index).center()
        left = Qt.MouseButton.LeftButton
        self.bot.mouseClick(table.viewport(), left, modifier, place)
        if double:
            self.bot.mouseDClick(table.viewport(), left, modifier, place)

    def until(self, holds):
        self.bot.waitUntil(holds, timeout=15_000)

    def asked(self, method):
        """The parameters of the latest request of this method, once there is one."""
        self.until(lambda: bool(self.service.calls(method)))
        return self.service.calls(method)[-1]


@pytest.fixture
def world():
    return World()


@pytest.fixture
def role():
    return "engineer"


@pytest.fixture
def scene(tmp_path, world, role):
    """The service; a module or test may say another `role` or `world`."""
    with FakeService(tmp_path / "h", world, role=role, heartbeat=0.2) as made:
        yield made


@pytest.fixture
def hands(qtbot, qapp, scene, tmp_path):
    settings = tmp_path / "person.ini"
    settings.write_text("[General]\nlanguage=en\ntheme=light\n", encoding="utf-8")
    face = Face(scene.home, settings)
    face.window.resize(1180, 760)
    connected(qtbot, face)
    face.window.activateWindow()
    qtbot.waitUntil(face.window.isActiveWindow)
    yield Hands(qtbot, face, scene)
    assert qapp.activeModalWidget() is None, "nothing is modal"
    face.close()
    theme.apply("light")
    translations.install("en")
