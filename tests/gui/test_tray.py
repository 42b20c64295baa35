"""The tray shows what the service says, says so when nobody answers, and never gets in the way."""

import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from agent.control.api import State
from gui import tray_drawings
from gui.application import Program
from gui.single import SingleInstance
from gui.tray_icon import TrayIcon
from tests.gui.scene import Refusal

BARS = {False: "#f0f0f0", True: "#202020"}
REASON = {
    "code": "TARGET_AUTH", "subject": "crm", "title": "Salesforce needs you to sign in again.",
    "meaning": "212 records wait safely.", "hint": "Sign in.", "severity": "error",
    "since": "2026-11-20T08:02:00Z", "params": {},
}  # fmt: skip


def grey(state, size, *, dark, frame=None):
    """The drawing on its bar, without colour."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(BARS[dark])
    painter = QPainter(image)
    painter.drawPixmap(0, 0, tray_drawings.drawing(state, size, dark=dark, frame=frame))
    painter.end()
    shown = image.convertToFormat(QImage.Format.Format_Grayscale8)
    return [shown.pixelColor(x, y).lightness() for y in range(size) for x in range(size)]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", tray_drawings.SIZES)
def test_every_state_differs_without_colour(qapp, size, dark):
    looks = {state: grey(state, size, dark=dark) for state in State}
    for one, other in itertools.combinations(State, 2):
        clear = sum(abs(a - b) > 64 for a, b in zip(looks[one], looks[other], strict=True))
        assert clear / size**2 > 0.15, (one, other, clear)


@pytest.mark.parametrize("dark", [False, True])
def test_every_state_stands_out_on_its_bar(qapp, dark):
    for state in State:
        ground = 240 if not dark else 32
        strong = sum(abs(pixel - ground) > 90 for pixel in grey(state, 16, dark=dark))
        assert strong > 30, state


def test_the_arrow_moves_and_never_covers_what_needs_a_person(qapp):
    moving = {tuple(grey(State.FINE, 16, dark=False, frame=frame)) for frame in (None, 0, 1, 2)}
    assert len(moving) == 4
    for state in (State.UNREACHABLE, State.ACTION, State.RECORDS, State.DELAYED):
        assert grey(state, 16, dark=False, frame=1) == grey(state, 16, dark=False)


@pytest.fixture
def tray(qtbot, face):
    made = TrayIcon(face.bridge, face.session)
    with qtbot.waitSignal(face.bridge.connected):
        face.bridge.start()
    return made


def test_the_tray_follows_the_service_and_tells_when_it_is_away(qtbot, tray, service):
    qtbot.waitUntil(lambda: "records need attention" in tray.icon.toolTip())
    assert tray.attention.isVisible()
    assert "records need attention" in tray.attention.text()
    service.change(reasons=[REASON], health="error")
    qtbot.waitUntil(lambda: "sign in again" in tray.icon.toolTip())
    service.stop()
    qtbot.waitUntil(lambda: "Status unknown" in tray.icon.toolTip())
    assert not tray.attention.isVisible()
    assert not tray.scan.isEnabled()


def test_the_menu_opens_the_set_up_for_who_may_set_up(qtbot, tray, service):
    with qtbot.waitSignal(tray.opens) as opened:
        tray.setup.trigger()
    assert opened.args == ["setup", None]
    assert tray.setup.isVisible()


def test_the_menu_pauses_for_a_time_and_resumes(qtbot, tray, service):
    first, *_, last = tray.pause.actions()
    first.trigger()
    qtbot.waitUntil(lambda: len(service.calls("pause")) == 1)
    last.trigger()
    qtbot.waitUntil(lambda: len(service.calls("pause")) == 2)
    assert service.calls("pause") == [{"kind": "all", "minutes": 15}, {"kind": "all"}]
    service.change(activity="paused", paused_until="2026-11-21T18:00:00Z")
    qtbot.waitUntil(tray.resume.isVisible)
    tray.resume.trigger()
    tray.scan.trigger()
    qtbot.waitUntil(lambda: bool(service.calls("resume") and service.calls("scan")))


def test_a_viewer_may_open_and_not_pause(qtbot, face, service):
    service.become("viewer")
    tray = TrayIcon(face.bridge, face.session)
    with qtbot.waitSignal(face.bridge.connected):
        face.bridge.start()
    assert not tray.scan.isEnabled()
    assert tray.open.isEnabled()
    assert not tray.attention.isVisible()
    assert not tray.setup.isVisible()


def test_a_refusal_of_what_a_person_pressed_is_told(qtbot, tray, service, monkeypatch):
    told = []
    monkeypatch.setattr(tray, "_pop", told.append)
    service.fails["scan"] = Refusal("NOT_NOW", "Not now.", "Later.")
    tray.scan.trigger()
    qtbot.waitUntil(lambda: any("Not now." in toast.text for toast in told))


def test_the_status_for_support_names_codes_and_no_values(qtbot, tray, service):
    tray.copy.trigger()
    text = QApplication.clipboard().text()
    assert "Machine: ERP-SRV01" in text
    assert "Version: " in text


def test_a_click_on_the_menu_leads_to_the_place(qtbot, tray):
    with qtbot.waitSignal(tray.opens) as opened:
        tray.attention.trigger()
    assert opened.args[0] == "exceptions"
    with qtbot.waitSignal(tray.opens) as opened:
        tray.about.trigger()
    assert opened.args[0] == "about"


def test_a_second_start_raises_the_first_and_ends(qtbot, qapp, home):
    first, second = SingleInstance(home), SingleInstance(home)
    assert first.is_first(wants_window=True)
    with qtbot.waitSignal(first.raised):
        assert not second.is_first(wants_window=True)
    raised = []
    first.raised.connect(lambda: raised.append(True))
    assert not SingleInstance(home).is_first(wants_window=False)
    other = SingleInstance(home / "other")
    assert other.is_first(wants_window=True)
    other.close()
    first.close()
    assert SingleInstance(home).is_first(wants_window=True)
    assert raised == []


def test_the_start_by_the_system_shows_no_window_and_another_raises_it(
    qtbot, qapp, home, service, person
):
    single = SingleInstance(home)
    program = Program(home, single, autostart=True, settings=person)
    qtbot.waitUntil(lambda: program.face.bridge.is_connected)
    assert not program.face.window.isVisible()
    single.raised.emit()
    assert program.face.window.isVisible()
    program.face.close()


def test_who_may_not_use_the_service_never_hears_of_it(qtbot, qapp, home, service, person):
    service.fails["subscribe"] = Refusal("NOT_ALLOWED", "You may not.")
    single = SingleInstance(home)
    program = Program(home, single, autostart=True, settings=person)
    with qtbot.waitSignal(program.ends):
        pass
    assert not program.face.window.isVisible()
    program.face.close()


def start_without(
    names: tuple[str, ...], *words: str, **more: str
) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in names}
    return subprocess.run(
        [sys.executable, "-c", "import sys, gui.tray; sys.exit(gui.tray.main())", *words],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=Path(__file__).resolve().parents[2],
        env=environment | more,
    )


SCREEN = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_without_a_screen_it_says_so_in_one_sentence():
    done = start_without(SCREEN)
    assert done.returncode == 2
    assert done.stdout == ""
    (said,) = done.stderr.splitlines()
    assert said.startswith("waybill-tray:")
    assert "waybill status" in said


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_the_start_by_the_system_is_quiet_without_a_screen():
    done = start_without(SCREEN, "--autostart")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
