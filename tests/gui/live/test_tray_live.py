"""Icon and window beside a real agent: outage, recovery, exception and fix as they happen."""

from __future__ import annotations

import pytest

from agent.control.api import State
from gui import theme, translations
from gui.application import Program
from gui.sentences import state
from gui.single import SingleInstance


@pytest.fixture
def program(qtbot, qapp, stage, tmp_path):
    """As the logon starts it: the icon alone."""
    settings = tmp_path / "person.ini"
    settings.write_text("[General]\nlanguage=en\ntheme=light\n", encoding="utf-8")
    single = SingleInstance(stage.home)
    made = Program(stage.home, single, autostart=True, settings=settings)
    qtbot.waitUntil(lambda: made.face.bridge.is_connected, timeout=15_000)
    yield made
    made.tray.icon.hide()
    made.face.close()
    single.close()
    theme.apply("light")
    translations.install("en")


@pytest.fixture
def told(program, monkeypatch):
    """The messages that pop up, in their order."""
    found = []
    pop = program.tray._pop
    monkeypatch.setattr(program.tray, "_pop", lambda toast: (found.append(toast), pop(toast)))
    return found


def looks(program):
    image = program.tray.icon.icon().pixmap(16, 16).toImage()
    return bytes(image.constBits())


def test_outage_recovery_exception_and_fix_are_shown_as_they_happen(qtbot, program, stage, told):
    tray, bridge = program.tray, program.face.bridge

    def shows(wanted, word):
        def there():
            return state(bridge.status) is wanted and word in tray.icon.toolTip()

        qtbot.waitUntil(there, timeout=30_000)

    shows(State.FINE, "Up to date")
    icons = {State.FINE: looks(program)}
    assert not program.face.window.isVisible()

    # The CRM is away: records wait, it goes on by itself, so nobody is disturbed.
    stage.busy(6)
    shows(State.DELAYED, "waiting")
    icons[State.DELAYED] = looks(program)
    assert told == []

    # It is back: what waited is delivered, and the icon says so.
    stage.come_back()
    stage.until_idle()
    shows(State.FINE, "Up to date")
    assert told == []

    # Words that the mapping does not know: a person is told once, with the cause.
    keys = stage.unknown_words(5, "F")
    shows(State.RECORDS, "5 records need attention")
    icons[State.RECORDS] = looks(program)
    qtbot.waitUntil(lambda: len(told) == 1)
    assert told[0].text.startswith("5 records, same cause:")
    assert tray.attention.isVisible()

    # A click on the message opens the cause in the window.
    tray.icon.messageClicked.emit()
    window = program.face.window
    qtbot.waitUntil(window.isVisible)
    assert window.page.key == "exceptions"
    qtbot.waitUntil(lambda: window.page.cause.rows.rowCount() == 5, timeout=15_000)

    # They are put right in the ERP: the exceptions are gone by themselves.
    for key in keys:
        stage.erp.change("account", (key,), LAND="D")
    stage.publish("account")
    stage.until(lambda status: status["counts"]["parked"] == 0)
    stage.until_idle()
    shows(State.FINE, "Up to date")
    qtbot.waitUntil(lambda: not tray.attention.isVisible())
    assert len(told) == 1
    assert len(set(icons.values())) == len(icons)
    window.close()


def test_a_service_that_is_killed_is_grey_and_comes_back_by_itself(qtbot, program, stage, told):
    tray, bridge = program.tray, program.face.bridge
    stage.worker.kill()
    qtbot.waitUntil(lambda: state(bridge.status) is State.UNREACHABLE, timeout=30_000)
    assert "Status unknown" in tray.icon.toolTip()
    assert not tray.scan.isEnabled()
    stage.worker.start()
    stage.until_idle()
    qtbot.waitUntil(lambda: state(bridge.status) is State.FINE, timeout=90_000)
    assert "Up to date" in tray.icon.toolTip()
    assert tray.scan.isEnabled()
    assert told == [], "a service that is away is no message"
