"""A person at the window: clicks and types, counts it, and waits for what they see."""

from __future__ import annotations

from contextlib import contextmanager, suppress

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.exceptions import TimeoutError as TooLong

from agent.errors import ControlError
from gui.application import Face
from tests.gui.walk import name_of

WITHIN = 120_000
STARTS_WITHIN = 120.0
"""Seconds that a service may take to answer on a machine that does much else."""


@contextmanager
def served(home):
    """A service on this home, ended with everything that it started."""
    home.launch()
    try:
        home.until(lambda status: status is not None, "it never answered", within=STARTS_WITHIN)
        yield home
        with suppress(ControlError):
            home.client.call("practice.stop", timeout=60)
    finally:
        home.close()


def connected(qtbot, face, within=5_000):
    """The window of a face, shown and connected."""
    face.window.show()
    with qtbot.waitSignal(face.bridge.connected, timeout=within):
        face.bridge.start()
    return face.window


def opened(qtbot, home, person, page="setup"):
    """A window on a service, as a person opens it."""
    face = Face(home, person)
    face.window.resize(1024, 728)
    connected(qtbot, face, WITHIN)
    if page:
        face.window.open(page)
    return face


class Hands:
    """`steps` counts every click, key, and text that is typed in."""

    def __init__(self, qtbot, window):
        self.qtbot, self.window, self.steps = qtbot, window, 0

    @property
    def page(self):
        return self.window.page

    @property
    def step(self):
        return self.page.step

    def click(self, widget, **where):
        """A widget that can be seen and is on."""
        self.until(lambda: widget.isVisible() and widget.isEnabled())
        self.steps += 1
        self.page.area.ensureWidgetVisible(widget)
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, **where)

    def key(self, widget, key):
        self.steps += 1
        self.qtbot.keyClick(widget, key)

    def type(self, widget, text):
        self.steps += 1
        self.qtbot.keyClicks(widget, text)

    def choose(self, box, value):
        """A line of a combo box, by its data: it is opened, and the line clicked."""
        self.until(lambda: box.isVisible() and box.isEnabled() and box.findData(value) >= 0)
        self.steps += 2
        number = box.findData(value)
        box.setCurrentIndex(number)
        box.activated.emit(number)

    def line(self, widget, text):
        """A line of a list, by the text it begins with."""
        self.until(lambda: any(t.startswith(text) for t in texts_of(widget)))
        number = next(n for n, t in enumerate(texts_of(widget)) if t.startswith(text))
        place = widget.visualItemRect(widget.item(number)).center()
        self.click(widget.viewport(), pos=place)

    def field(self, name):
        """The editor of a setting on the step's form."""
        return self.step.form.field(name)

    def fill(self, name, text):
        """Type into a field of the form, over what stands there."""
        edit = self.field(name).focus
        self.click(edit)
        edit.selectAll()
        self.type(edit, text)

    def press(self, text, within=None):
        """A button, by its text."""
        found = self.button(text, within)
        self.click(found)

    def button(self, text, within=None):
        """The button of this text that can be seen."""

        def fitting():
            buttons = (within or self.window).findChildren(QAbstractButton)
            return [each for each in buttons if each.isVisible() and each.text() == text]

        self.until(lambda: bool(fitting()))
        return fitting()[0]

    def tab_to(self, widget):
        """Go there by the Tab key alone."""
        seen = []
        for _ in range(200):
            now = QApplication.focusWidget()
            if now is widget:
                return
            seen.append("nobody" if now is None else name_of(now))
            self.steps += 1
            QTest.keyClick(QApplication.focusWidget() or self.window, Qt.Key.Key_Tab)
        raise AssertionError(f"Tab never comes to {name_of(widget)}: {seen[-40:]}")

    def next(self):
        self.until(self.page.next.isEnabled)
        self.click(self.page.next)

    def until(self, holds):
        try:
            self.qtbot.waitUntil(holds, timeout=WITHIN)
        except TooLong as error:
            raise AssertionError(f"{self.where()}: {self.page.problem.details()}") from error

    def where(self):
        step = getattr(self.page, "step", None)
        said = f"{self.page.key}/{step.key if step is not None else '-'}"
        press = getattr(self.page, "next", None)
        return said if press is None else f"{said} [{press.text()}]"

    def at(self, key):
        """Until this step is in front and has asked everything."""
        self.until(lambda: self.step is not None and self.step.key == key)
        self.until(self.page.next.isEnabled)
        return self.step


def texts_of(widget):
    """The lines of a list."""
    return [widget.item(number).text() for number in range(widget.count())]
