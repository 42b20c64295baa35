"""Takes the pictures: every page and view in a window on a running service, in one scale.

A program of its own, because a scale (`QT_SCALE_FACTOR`) holds for a whole process. It is started
by `tests.gui.shots`, prints the names of its pictures and leaves them in a folder.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QEventLoop, QTimer
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QApplication

from gui.application import Face, application
from gui.pages import PAGES
from gui.pages.base import Page
from gui.tray_icon import TrayIcon

WIDTH, HEIGHT = 1180, 760
LONGEST_MS = 20_000
SETTLE_MS = 350
FONT = "Open Sans"


def wait_until(holds: Callable[[], bool], within_ms: int = LONGEST_MS) -> None:
    """Let the window live until it is so."""
    clock = QElapsedTimer()
    clock.start()
    while not holds():
        if clock.elapsed() > within_ms:
            raise TimeoutError
        live(20)


def live(milliseconds: int) -> None:
    """Let the window live for a time."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def settle(face: Face) -> None:
    """Until everything that was asked is answered and painted."""
    live(SETTLE_MS)
    page = face.window.page
    wait_until(lambda: face.bridge.is_quiet and (page is None or page.is_settled))
    live(SETTLE_MS)


def looks(page: Page) -> list[tuple[str, Callable[[], None]]]:
    """Every look of a page: a name for the file, and how to get it."""
    views = [(f"-{view}", lambda view=view: page.show_view(view)) for view in page.views]
    return [("", lambda: None), *views]


def take(face: Face, out: Path, suffix: str, only: set[str]) -> None:
    """Every page, and its views, as it is now."""
    for entry in PAGES:
        if only and entry.key not in only:
            continue
        face.window.open(entry.key)
        settle(face)
        page = face.window.page
        assert page is not None
        assert page.key == entry.key, f"{entry.key} cannot be opened"
        for view, go in looks(page):
            go()
            settle(face)
            name = f"{entry.key}{view}-{suffix}.png"
            face.window.grab().save(str(out / name))
            sys.stdout.write(f"{name}\n")
            sys.stdout.flush()


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--scale", required=True, help="a word for the names of files")
    parser.add_argument("--themes", default="light,dark")
    parser.add_argument("--languages", default="en,de")
    parser.add_argument("--pages", default="")
    given = parser.parse_args(words)
    app: QApplication = application()
    if FONT in QFontDatabase.families():
        app.setFont(QFont(FONT, 10))
    themes, languages = given.themes.split(","), given.languages.split(",")
    only = set(filter(None, given.pages.split(",")))
    for theme, language in itertools.product(themes, languages):
        settings = given.out / "person.ini"
        settings.write_text(f"[General]\nlanguage={language}\ntheme={theme}\n", encoding="utf-8")
        face = Face(given.home, settings)
        face.window.resize(WIDTH, HEIGHT)
        face.window.show()
        tray = TrayIcon(face.bridge, face.session)
        tray.show()
        face.bridge.start()
        wait_until(lambda face=face: face.bridge.is_connected)
        take(face, given.out, f"{theme}-{given.scale}-{language}", only)
        whole = QGuiApplication.primaryScreen().grabWindow(0)
        whole.save(str(given.out / f"desktop-{theme}-{given.scale}-{language}.png"))
        tray.icon.hide()
        face.close()
        settings.unlink()
        live(50)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
