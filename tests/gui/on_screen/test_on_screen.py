"""On a real screen with a window manager and a tray; `tests/gui/test_screen.py` starts these there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from gui.application import Program
from gui.single import SingleInstance
from gui.tray_icon import TrayIcon

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _on_a_screen(qapp):
    if QGuiApplication.platformName() != "xcb":
        pytest.skip("needs a screen: tests/gui/test_screen.py makes one")


def test_the_icon_takes_its_place_in_the_tray_and_its_menu_is_whole(qtbot, face, service):
    tray = TrayIcon(face.bridge, face.session)
    tray.show()
    with qtbot.waitSignal(face.bridge.connected):
        face.bridge.start()
    assert QSystemTrayIcon.isSystemTrayAvailable()
    qtbot.waitUntil(lambda: tray.icon.geometry().width() >= 16)
    tray.menu.popup(tray.icon.geometry().center())
    qtbot.waitUntil(tray.menu.isVisible)
    free = tray.menu.screen().availableGeometry()
    assert free.contains(tray.menu.geometry().adjusted(1, 1, -1, -1))
    assert [each.text() for each in tray.menu.actions() if each.isVisible() and each.text()]
    tray.menu.close()
    tray.icon.hide()


def test_a_second_start_brings_the_window_to_the_front_of_others(
    qtbot, qapp, home, service, person
):
    single = SingleInstance(home)
    assert single.is_first(wants_window=True)
    program = Program(home, single, autostart=False, settings=person)
    window = program.face.window
    qtbot.waitUntil(window.isActiveWindow)
    other = QWidget()
    other.resize(400, 300)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(other.isActiveWindow)
    window.showMinimized()
    qtbot.waitUntil(window.isMinimized)
    command = "import sys, gui.tray; sys.exit(gui.tray.main())"
    second = subprocess.Popen(
        [sys.executable, "-c", command, "--home", str(home)], cwd=ROOT, env=os.environ.copy()
    )
    try:
        qtbot.waitUntil(lambda: window.isVisible() and not window.isMinimized(), timeout=20_000)
        qtbot.waitUntil(window.isActiveWindow, timeout=5_000)
        qtbot.waitUntil(lambda: second.poll() == 0, timeout=20_000)
    finally:
        if second.poll() is None:
            second.kill()
        second.wait(10)
    other.close()
    program.tray.icon.hide()
    program.face.close()
    single.close()


def test_what_happens_in_the_background_takes_no_keyboard(qtbot, qapp, home, service, person):
    single = SingleInstance(home)
    program = Program(home, single, autostart=True, settings=person)
    typing = QWidget()
    typing.resize(400, 300)
    typing.show()
    typing.activateWindow()
    qtbot.waitUntil(typing.isActiveWindow)
    qtbot.waitUntil(lambda: program.face.bridge.is_connected)
    reason = {
        "code": "TARGET_AUTH", "subject": "crm", "title": "Sign in again.", "meaning": "",
        "hint": "", "severity": "error", "since": "2026-11-20T08:02:00Z", "params": {},
    }  # fmt: skip
    service.change(reasons=[reason], health="error")
    qtbot.waitUntil(lambda: "Sign in again" in program.tray.icon.toolTip())
    qtbot.wait(300)
    assert typing.isActiveWindow()
    assert not program.face.window.isVisible()
    typing.close()
    program.tray.icon.hide()
    program.face.close()


def test_the_window_stands_on_the_screen_with_its_frame(qtbot, window):
    window.come_up()
    qtbot.waitUntil(window.isActiveWindow)
    free = window.screen().availableGeometry()
    qtbot.waitUntil(lambda: free.contains(window.frameGeometry()))
    assert window.windowState() == Qt.WindowState.WindowNoState or window.isActiveWindow()
