"""The window in front of the real agent: the sample ERP, its database, a sandbox Salesforce."""

from __future__ import annotations

import ssl
import threading
import urllib.request
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QComboBox

from gui import theme, translations
from gui.application import Face
from tests.gui.desk.conftest import Hands
from tests.gui.hands import WITHIN, connected
from tests.gui.stage import RealScene


class Person(Hands):
    """Clicks and keys, and what a person sees of the answers."""

    def __init__(self, qtbot, face, stage) -> None:
        super().__init__(qtbot, face, None)
        self.stage = stage

    def until(self, holds) -> None:
        """As long as a real agent may take on a machine that does much else."""
        self.bot.waitUntil(holds, timeout=WITHIN)

    def choose(self, box: QComboBox, value: str) -> None:
        """Take one of a few, as the keyboard does."""
        self.until(lambda: box.isVisible() and box.isEnabled() and box.findData(value) >= 0)
        box.setCurrentIndex(box.findData(value))
        box.activated.emit(box.currentIndex())

    def fill(self, form, **values: object) -> None:
        """Enter settings of a form; `__` stands for the dot of a nested one."""
        for name, value in values.items():
            field = form.field(name.replace("__", "."))
            self.until(field.focus.isVisible)
            field.set_value(value)

    def file(self) -> str:
        """What the configuration says."""
        return (self.stage.home / "waybill.toml").read_text(encoding="utf-8")

    def ask(self, method: str, **params: object) -> dict:
        return self.stage.worker.client.call(method, params)


@pytest.fixture(scope="module")
def stage(tmp_path_factory) -> Iterator[RealScene]:
    with RealScene(tmp_path_factory.mktemp("live") / "stage") as made:
        yield made


@pytest.fixture
def person(qtbot, qapp, stage, tmp_path) -> Iterator[Person]:
    """Somebody in front of the window of that agent."""
    settings = tmp_path / "person.ini"
    settings.write_text("[General]\nlanguage=en\ntheme=light\n", encoding="utf-8")
    face = Face(stage.home, settings)
    face.window.resize(1180, 760)
    connected(qtbot, face, WITHIN)
    yield Person(qtbot, face, stage)
    assert qapp.activeModalWidget() is None, "nothing is modal"
    face.close()
    theme.apply("light")
    translations.install("en")


@pytest.fixture
def browser(stage, monkeypatch) -> Iterator[list[str]]:
    """A person's browser: it goes where it is sent, also back to the window; what it opened."""
    tls = ssl.create_default_context(cafile=stage.crm.about["ca_file"])
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=tls)
    )
    opened: list[str] = []
    threads: list[threading.Thread] = []

    def open_(address) -> bool:
        opened.append(address.toString())
        url = bytes(address.toEncoded().data()).decode()
        threads.append(threading.Thread(target=lambda: opener.open(url, timeout=20).read()))
        threads[-1].start()
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_)
    yield opened
    for thread in threads:
        thread.join(20)
