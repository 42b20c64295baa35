"""The whole way with the real agent: poisoned records are found, fixed for all and sent, by clicks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gui.application import Face
from tests.gui.desk.conftest import Hands
from tests.gui.hands import connected
from tests.gui.stage import RealScene


@pytest.fixture
def stage(tmp_path) -> Iterator[RealScene]:
    with RealScene(tmp_path / "stage") as made:
        yield made


@pytest.fixture
def person(qtbot, qapp, stage, tmp_path):
    """Somebody in front of the window of that agent."""
    settings = tmp_path / "person.ini"
    settings.write_text("[General]\nlanguage=en\ntheme=light\n", encoding="utf-8")
    face = Face(stage.home, settings)
    face.window.resize(1180, 760)
    connected(qtbot, face)
    yield Hands(qtbot, face, None)
    face.close()


def row_of(list_, word):
    """The place of the cause whose line says this."""
    model = list_.model()
    lines = [model.index(number, 0).data() or "" for number in range(model.rowCount())]
    return next((number for number, line in enumerate(lines) if word in line), -1)


def settled(person, stage, parked=0):
    """The window goes on while the agent brings everything to its end."""

    def holds():
        status = stage.worker.status()
        return status and status["idle"] and status["counts"]["parked"] == parked

    person.until(holds)


def test_poisoned_records_are_found_fixed_for_all_and_sent_by_clicks_only(person, stage):
    poisoned = stage.unknown_words(8, "F")
    refused = stage.crm_refuses(3)
    page = person.open("exceptions")
    causes = page.causes.list
    person.until(lambda: page.causes.model.rowCount() == 2)

    # A word that the mapping does not know: one rule for all of them.
    person.row(causes, row_of(causes, "billing_country"))
    person.until(lambda: page.cause.rows.rowCount() == 8)
    person.click(page.cause.rule)
    panel = page.cause.drawer.panel
    assert panel.word.currentText() == "“F” in 8 records"
    person.write(panel.value, "FR")
    person.until(lambda: panel.verdict.text() == "8 would now pass, 0 would not.")
    person.click(panel.yes)
    person.until(lambda: "On the way to Salesforce: 8 records" in page.cause.drawer.notice.text())
    settled(person, stage, parked=3)
    found = stage.in_crm("account")
    assert {found[key]["billing_country"] for key in poisoned} == {"FR"}

    # A rule of the CRM that is gone again: preview says so, then all are sent again.
    person.click(page.cause.to_causes)
    person.until(lambda: page.causes.model.rowCount() == 1)
    person.row(causes, 0)
    person.until(lambda: page.cause.rows.rowCount() == 3)
    person.click(page.cause.replay)
    panel = page.cause.drawer.panel
    person.until(lambda: panel.verdict.text() == "0 would now pass, 3 would not.")
    assert not panel.yes.isEnabled(), "nothing has changed"
    stage.crm_admits()
    person.click(panel.crm_changed)
    person.until(lambda: panel.verdict.text() == "3 would now pass, 0 would not.")
    person.click(panel.yes)
    settled(person, stage)
    titles = stage.in_crm("contact")
    assert {titles[key]["title"] for key in refused} == {"Beirat"}
    person.click(page.cause.to_causes)
    person.until(page.causes.empty.isVisible)


def test_one_record_is_corrected_in_the_editor_and_a_hold_is_kept(person, stage):
    (key,) = stage.refused(1)
    page = person.open("exceptions")
    person.until(lambda: page.causes.model.rowCount() == 1)
    person.row(page.causes.list, 0)
    person.until(lambda: page.cause.rows.rowCount() == 1)
    person.row(page.cause.table, 0, double=True)
    editor = page.record.editor
    person.until(lambda: "email" in editor.lines)
    person.write(editor.lines["email"], "info@right.example")
    person.click(editor.button)
    settled(person, stage)
    assert stage.in_crm("contact")[key]["email"] == "info@right.example"

    stage.short_export()
    holds = person.open("holds")
    person.until(lambda: holds._rows.rowCount() > 0)
    living = stage.crm.count("account")
    person.click(holds.reject)
    person.click(holds.confirm.yes)
    person.until(holds.empty.isVisible)
    settled(person, stage)
    assert stage.crm.count("account") == living
    activity = person.open("activity")
    person.until(lambda: activity._rows.rowCount() > 0)
    person.click(activity.verify)
    person.until(lambda: activity.verdict.text().startswith("Verified to entry"))
