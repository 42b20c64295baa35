"""Every page, in both languages and a longer one, at every scale: all can be read and reached."""

import pytest
from PySide6.QtCore import QEvent, QObject, QSize, QTranslator
from PySide6.QtWidgets import QApplication, QWidget

from gui import translations
from gui.application import Face
from gui.pages import PAGES
from tests.gui.hands import connected
from tests.gui.scene import FakeService
from tests.gui.walk import clipped, name_of, nameless, overlapping, unreachable
from tests.gui.world_wizard import WIZARD

SCREEN = QSize(1024, 768)
TASKBAR = 40
ROUNDS = 8
SETTLES_MS = 20_000
SCALES = (1.0, 1.25, 1.5, 2.0)
SMALLEST = QSize(480, 320)


class Longer(QTranslator):
    """Texts as a long language would have them: 40 % more, with accents."""

    ACCENTS = str.maketrans("aeiouAEIOUcn", "àéîöûÀÉÎÖÛçñ")

    def translate(self, context, source, disambiguation=None, n=-1):
        parts = source.replace("}", "{").split("{")  # placeholders are every second part
        told = [
            f"{{{part}}}" if index % 2 else part.translate(self.ACCENTS)
            for index, part in enumerate(parts)
        ]
        text = "".join(told)
        return f"{text}{' lo' * max(1, round(len(text) * 0.4 / 3))}" if text.strip() else text

    def isEmpty(self):  # noqa: N802 Qt's name
        return False


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    """A service with something on every page."""
    with FakeService(tmp_path_factory.mktemp("walk") / "h", role="engineer") as service:
        service.answers.update(WIZARD)
        service.answers["keys.state"] = {
            **service.world.answer("keys.state", {}, ""), "recovery": {"confirmed": False, "at": None},
        }  # fmt: skip
        yield service


@pytest.fixture(params=["en", "de", "longer"], ids=["english", "german", "longer"])
def spoken(request, qtbot, everything, tmp_path, monkeypatch):
    """A window in this language."""
    language = "en" if request.param == "longer" else request.param
    longer = Longer()
    install = translations.install

    def pretend(chosen):
        install(chosen)
        QApplication.instance().installTranslator(longer)

    if request.param == "longer":
        monkeypatch.setattr(translations, "install", pretend)
    settings = tmp_path / "person.ini"
    settings.write_text(f"[General]\nlanguage={language}\ntheme=light\n", encoding="utf-8")
    face = Face(everything.home, settings)
    connected(qtbot, face)
    yield face
    face.close()
    QApplication.instance().removeTranslator(longer)
    install("en")


def open_page(qtbot, face, key):
    face.window.open(key)
    assert face.window.page.key == key
    settle(qtbot, face)
    return face.window.page


def settle(qtbot, face):
    """Until the page looks as it was asked to."""
    qtbot.waitUntil(
        lambda: face.bridge.is_quiet and face.window.page.is_settled, timeout=SETTLES_MS
    )


@pytest.mark.parametrize("key", [entry.key for entry in PAGES])
def test_nothing_is_clipped_and_nothing_overlaps(qtbot, spoken, key):
    page = open_page(qtbot, spoken, key)
    faults = []
    for view in ("", *page.views):
        if view:
            page.show_view(view)
            settle(qtbot, spoken)
        for scale in SCALES:
            size = QSize(int(SCREEN.width() / scale), int((SCREEN.height() - TASKBAR) / scale))
            spoken.window.resize(size.expandedTo(SMALLEST))
            for _ in range(ROUNDS):  # wrapped texts settle in a few; what is a fault stays
                QApplication.processEvents()
                found = [*clipped(spoken.window), *overlapping(spoken.window)]
                if not found:
                    break
            faults += [f"{view or 'plain'} {scale:.0%}: {fault}" for fault in found]
    assert faults == []


@pytest.mark.parametrize("key", [entry.key for entry in PAGES])
def test_every_control_has_a_name_and_is_reached_by_tab(qtbot, face, key):
    with qtbot.waitExposed(face.window):
        face.window.show()
    qtbot.wait(50)
    with qtbot.waitActive(face.window):
        face.window.activateWindow()
    with qtbot.waitSignal(face.bridge.connected):
        face.bridge.start()
    page = open_page(qtbot, face, key)
    faults = []
    for view in ("", *page.views):
        if view:
            page.show_view(view)
            settle(qtbot, face)
        face.window.navigation.setFocus()
        faults += [f"{view or 'plain'}: {fault}" for fault in nameless(face.window)]
        faults += [f"{view or 'plain'}: {f}" for f in unreachable(face.window, face.window)]
    assert faults == []


class Tops(QObject):
    """Hears of every window that appears."""

    def __init__(self, known):
        super().__init__()
        self.known, self.found = known, []

    def eventFilter(self, watched, event):  # noqa: N802 Qt's name
        is_window = isinstance(watched, QWidget) and watched.isWindow()
        if event.type() == QEvent.Type.Show and is_window and watched is not self.known:
            self.found.append(name_of(watched))
        return False


@pytest.mark.parametrize("key", [entry.key for entry in PAGES])
def test_no_other_window_ever_pops_up(qtbot, face, key):
    with qtbot.waitExposed(face.window):
        face.window.show()
    tops = Tops(face.window)
    QApplication.instance().installEventFilter(tops)
    with qtbot.waitSignal(face.bridge.connected):
        face.bridge.start()
    page = open_page(qtbot, face, key)
    for view in page.views:
        page.show_view(view)
        settle(qtbot, face)
    QApplication.instance().removeEventFilter(tops)
    assert tops.found == []
