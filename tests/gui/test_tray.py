"""The tray shows what the service says, and says so when nobody answers."""

import os
import subprocess
import sys
from pathlib import Path

from agent.control.client import Client, ControlError
from gui import status_icon
from tests.control_fakes import FakeService, serving
from tests.control_items import REASON


class Looks:
    """Everything that the icon shows, as a person would compare it."""

    def __init__(self, shown: status_icon.Tray) -> None:
        self.shown = shown

    @property
    def sentence(self) -> str:
        assert self.shown.icon.toolTip() == self.shown.headline.text()
        return self.shown.icon.toolTip()


def grey(health: str) -> bytes:
    image = status_icon.draw(health).pixmap(16, 16).toImage()
    image = image.convertToFormat(image.Format.Format_Grayscale8)
    return bytes(image.constBits())


def test_the_tray_follows_the_service_and_tells_when_it_is_away(qtbot, tmp_path):
    home = tmp_path / "h"
    service = FakeService()
    watcher = status_icon.Watcher(Client(home, timeout=4), every=0.05)
    shown = status_icon.Tray(watcher)
    looks = Looks(shown)
    try:
        with serving(home, service):
            assert "unknown" in looks.sentence
            watcher.start()
            qtbot.waitUntil(lambda: looks.sentence == "Up to date.")
            service.answers["status"] |= {"health": "error", "reasons": [REASON]}
            qtbot.waitUntil(lambda: looks.sentence.startswith("Sign-in to crm failed."))
            shown.pause.trigger()
            shown.resume.trigger()
            qtbot.waitUntil(lambda: ("resume", {"kind": "all"}) in service.asked)
            assert ("pause", {"kind": "all"}) in service.asked
        qtbot.waitUntil(lambda: looks.sentence.startswith("Status unknown."))
        assert not shown.pause.isEnabled()
    finally:
        watcher.finish()


def test_a_refusal_does_not_end_the_watch(qtbot, tmp_path):
    home = tmp_path / "h"
    service = FakeService()
    service.fails["pause"] = ControlError("Not now.", code="NOT_NOW")
    watcher = status_icon.Watcher(Client(home, timeout=4), every=0.05)
    shown = status_icon.Tray(watcher)
    try:
        with serving(home, service):
            watcher.start()
            qtbot.waitUntil(lambda: shown.icon.toolTip() == "Up to date.")
            with qtbot.waitSignal(watcher.seen, check_params_cb=lambda _, text: "Not now" in text):
                shown.pause.trigger()
            qtbot.waitUntil(lambda: shown.icon.toolTip() == "Up to date.")
    finally:
        watcher.finish()


def test_states_differ_without_colour(qapp):
    looks = {health: grey(health) for health in ("ok", "warning", "error", "unknown")}
    assert len(set(looks.values())) == 4
    assert grey("something new") == looks["unknown"]


def start_without(names: tuple[str, ...], **more: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in names}
    return subprocess.run(
        [sys.executable, "-c", "import sys, gui.tray; sys.exit(gui.tray.main())"],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=Path(__file__).resolve().parents[2],
        env=environment | more,
    )


def test_without_a_screen_or_a_tray_it_says_so_in_one_sentence():
    screen = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    for done in (start_without(screen), start_without(screen, QT_QPA_PLATFORM="offscreen")):
        assert done.returncode == 2
        assert done.stdout == ""
        said = [line for line in done.stderr.splitlines() if line.startswith("waybill-tray:")]
        assert len(said) == 1
        assert "waybill status" in said[0]
        assert "Traceback" not in done.stderr
