"""A person finds what needs attention, and fixes, sends, sets aside and takes back by clicks."""

from __future__ import annotations

import csv

import pytest
from PySide6.QtCore import Qt

from tests.gui.scene import Refusal
from tests.gui.world import WAITING, World


@pytest.fixture
def page(hands):
    made = hands.open("exceptions")
    hands.until(lambda: made.causes.model.rowCount() == 4)
    return made


def test_causes_are_told_in_business_words_with_what_is_at_stake(page, hands):
    model = page.causes.model
    told = [model.index(n, 0).data(Qt.ItemDataRole.AccessibleTextRole) for n in range(4)]
    assert "The country is not known (billing_country): 212 records" in told[0]
    assert "accounts → Salesforce" in told[0]
    assert "“D” 200×" in told[0]
    assert "EUR 12,300.00 at stake" in told[3]
    assert page.causes.headline.sentence.text() == "Needs attention: 225 records, from 4 causes"
    assert "61" not in page.causes.headline.sentence.text()
    assert "Waiting to be sent: 65 records" in page.causes.headline.below.text()
    hands.until(lambda: page.tabs.tabText(0) == "Needs attention (225)")


def test_a_word_becomes_a_rule_for_all_like_it_after_its_preview(page, hands):
    hands.row(page.causes.list, 0)
    hands.click(page.cause.rule)
    panel = page.cause.drawer.panel
    assert panel.word.currentText() == "“D” in 200 records"
    assert not panel.yes.isEnabled(), "nothing was tried yet"
    hands.write(panel.value, "DE")
    hands.until(lambda: panel.verdict.text() == "200 would now pass, 12 would not.")
    assert "Narnia" in panel.reasons.text()
    assert "fields.billing_country.codes.D = DE" in panel.place.text()
    assert hands.service.calls("exceptions.rule") == [], "only tried"
    assert panel.yes.text() == "Make it a rule: send 200 records to Salesforce"
    hands.click(panel.yes)
    assert hands.asked("exceptions.rule") == {"ref": "E1", "value": "DE"}
    hands.until(lambda: "On the way to Salesforce: 200 records" in page.cause.drawer.notice.text())
    hands.until(lambda: page.cause.rows.rowCount() == 12)
    hands.until(lambda: page.tabs.tabText(0) == "Needs attention (25)")


def test_another_word_of_the_cause_can_be_chosen(page, hands):
    hands.row(page.causes.list, 0)
    hands.click(page.cause.rule)
    panel = page.cause.drawer.panel
    panel.word.setFocus()
    hands.key(panel.word, Qt.Key.Key_Down)
    hands.write(panel.value, "NA")
    assert hands.asked("exceptions.rule_preview") == {"ref": "E201", "value": "NA"}


def test_a_replay_is_previewed_and_names_records_and_side(page, hands):
    hands.row(page.causes.list, 2)
    hands.click(page.cause.replay)
    panel = page.cause.drawer.panel
    where = {"flow": "contacts", "code": "REQUIRED_MISSING", "field": "last_name"}
    assert hands.asked("exceptions.preview") == where
    hands.until(lambda: panel.verdict.text() == "0 would now pass, 6 would not.")
    assert "Its last name is still blank." in panel.reasons.text()
    assert not panel.yes.isEnabled(), "nothing would go"
    hands.click(panel.crm_changed)
    hands.until(lambda: hands.asked("exceptions.preview") == {**where, "crm_changed": True})
    hands.click(panel.no)
    assert page.cause.drawer.panel is None
    hands.click(page.cause.to_causes)
    hands.row(page.causes.list, 1)
    hands.click(page.cause.replay)
    panel = page.cause.drawer.panel
    hands.until(lambda: panel.yes.text() == "Send 3 records to Salesforce again")
    hands.click(panel.yes)
    assert hands.asked("exceptions.replay")["code"] == "INVALID_EMAIL_ADDRESS"
    hands.until(lambda: "3 records will be sent" in page.cause.drawer.notice.text())


def test_marked_records_are_meant_alone(page, hands):
    hands.row(page.causes.list, 0)
    hands.until(lambda: page.cause.rows.rowCount() == 212)
    hands.row(page.cause.table, 1)
    hands.row(page.cause.table, 3, modifier=Qt.KeyboardModifier.ControlModifier)
    assert page.cause.replay.text() == "Send 2 records to Salesforce again …"
    hands.click(page.cause.replay)
    assert hands.asked("exceptions.preview") == {"refs": ["E2", "E4"]}


def test_a_record_is_edited_until_nothing_speaks_against_it(page, hands):
    hands.row(page.causes.list, 1)
    hands.until(lambda: page.cause.rows.rowCount() == 3)
    hands.row(page.cause.table, 0, double=True)
    record = page.record
    hands.until(lambda: "email" in record.editor.lines)
    assert record.headline.sentence.text().startswith("Contact C")
    hands.write(record.editor.lines["email"], "still wrong")
    hands.click(record.editor.button)
    hands.until(lambda: record.editor.told_of("email") != "")
    assert "is no e-mail address" in record.editor.told_of("email")
    hands.write(record.editor.lines["email"], "info@kessler.example")
    hands.click(record.editor.button)
    hands.until(lambda: "on its way to Salesforce" in record.drawer.notice.text())
    assert hands.asked("exceptions.fix")["set"] == ["email=info@kessler.example"]
    assert record.editor.lines["email"].isReadOnly()


def test_the_editor_shows_the_source_row_and_what_was_done(page, hands):
    hands.service.world.desk.rows["E1"]["history"] = [
        {"at": "2026-11-21T10:00:00Z", "what": "edited", "who": "anna", "fields": {"a": [1, "2"]}}
    ]
    hands.row(page.causes.list, 0)
    hands.until(lambda: page.cause.rows.rowCount() == 212)
    hands.row(page.cause.table, 0, double=True)
    record = page.record
    hands.until(lambda: record._acts.rowCount() == 1)
    assert record.source.isVisible()
    assert record.history.isVisible()
    assert {"name": "LAND", "value": "D"} in record._source._rows
    assert record._acts.row(0)["what"] == "Edited: a “1” → “2”"
    assert next(iter(record.editor.lines)) == "billing_country"
    hands.click(record.rule)
    hands.until(lambda: record.drawer.panel.word.currentData() == "E1")
    hands.key(record.drawer.panel, Qt.Key.Key_Escape)
    hands.click(record.after)
    hands.until(lambda: hands.asked("exceptions.show") == {"ref": "E2"})
    assert record.place.text() == "2 of 212"


def test_setting_aside_needs_a_reason_and_can_be_taken_back(page, hands):
    hands.row(page.causes.list, 3)
    hands.until(lambda: page.cause.rows.rowCount() == 4)
    hands.click(page.cause.aside)
    panel = page.cause.drawer.panel
    assert not panel.yes.isEnabled()
    hands.write(panel.reason, "test invoices")
    assert panel.yes.text() == "Set 4 records aside"
    hands.click(panel.yes)
    hands.until(lambda: "Set aside: 4 records" in page.cause.drawer.notice.text())
    assert hands.asked("exceptions.set_aside")["reason"] == "test invoices"
    page.tabs.setCurrentIndex(2)
    hands.until(lambda: page.asides._rows.rowCount() == 4)
    hands.row(page.asides.table, 0)
    hands.click(page.asides.back)
    hands.until(lambda: page.asides._rows.rowCount() == 3)
    assert len(hands.asked("exceptions.take_back")["refs"]) == 1


def test_exceptions_go_to_a_spreadsheet_and_come_back_corrected(page, hands, tmp_path):
    path = tmp_path / "out.csv"
    hands.click(page.causes.export)
    panel = page.causes.drawer.panel
    hands.write(panel.path, str(path))
    hands.click(panel.yes)
    hands.until(lambda: ": 225 records." in page.causes.drawer.notice.text())
    assert path.stat().st_mode & 0o077 == 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 225
    mended = [row for row in rows if row["code"] == "INVALID_EMAIL_ADDRESS"]
    for row in mended:
        row["email"] = "right@kessler.example"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(mended)
    hands.click(page.causes.import_)
    panel = page.causes.drawer.panel
    hands.write(panel.path, str(path))
    hands.click(panel.check)
    hands.until(lambda: panel.yes.text() == "Change 3 records")
    assert "email: 3" in panel.told.text()
    hands.click(panel.yes)
    hands.until(lambda: "Changed, and will be sent: 3 records" in page.causes.drawer.notice.text())
    hands.until(lambda: page.causes.model.rowCount() == 3)


def test_a_file_that_is_none_is_refused_with_what_to_do(page, hands, tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    hands.click(page.causes.import_)
    panel = page.causes.drawer.panel
    hands.write(panel.path, str(path))
    hands.click(panel.check)
    hands.until(lambda: "is no export of exceptions" in panel.told.text())
    assert not panel.yes.isEnabled()


def test_everything_is_reached_by_keyboard(page, hands):
    page.causes.list.setFocus()
    hands.key(page.causes.list, Qt.Key.Key_Down)
    hands.key(page.causes.list, Qt.Key.Key_Return)
    hands.until(lambda: page.cause.rows.rowCount() == 3)
    hands.until(lambda: hands.window.focusWidget() is page.cause.table)
    hands.key(page.cause.table, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    hands.until(lambda: page.cause.drawer.panel is not None)
    hands.key(page.cause.drawer.panel, Qt.Key.Key_Escape)
    assert page.cause.drawer.panel is None
    hands.key(page.cause.table, Qt.Key.Key_Down)
    hands.key(page.cause.table, Qt.Key.Key_Return)
    hands.until(lambda: page.front.currentWidget() is page.record)
    hands.until(lambda: bool(page.record.editor.lines))
    hands.key(page.record, Qt.Key.Key_Escape)
    assert page.front.currentWidget() is page.cause
    hands.key(page.cause, Qt.Key.Key_Escape)
    assert page.front.currentWidget() is page.causes


def test_a_refusal_is_shown_on_the_page_and_goes_with_the_next_success(page, hands):
    hands.service.fails["exceptions.groups"] = Refusal("BUSY", "Not now.", "Try again.")
    page.refresh()
    hands.until(page.problem.isVisible)
    assert page.problem.what.text() == "Not now."
    del hands.service.fails["exceptions.groups"]
    page.refresh()
    hands.until(lambda: not page.problem.isVisible())


def test_what_is_new_comes_by_itself(page, hands):
    hands.service.world.desk.rows.clear()
    hands.service.change("exceptions")
    hands.until(lambda: page.causes.model.rowCount() == 0)
    hands.until(page.causes.empty.isVisible)
    assert "Nothing needs attention." in page.causes.empty.text.text()
    assert "They go out on their own" in page.causes.empty.text.text()


class TestRoles:
    """Who may not, sees why."""

    @pytest.fixture
    def role(self):
        return "operator"

    def test_an_operator_tries_a_rule_and_cannot_make_it(self, page, hands):
        hands.row(page.causes.list, 0)
        hands.click(page.cause.rule)
        panel = page.cause.drawer.panel
        hands.write(panel.value, "DE")
        hands.until(lambda: panel.verdict.text().startswith("200 would"))
        assert not panel.yes.isEnabled()
        assert panel.forbidden.text() == "This needs the role Engineer."
        hands.click(panel.no)
        assert page.cause.replay.isEnabled()


class TestAuditors:
    @pytest.fixture
    def role(self):
        return "auditor"

    def test_an_auditor_reads_everything_and_changes_nothing(self, page, hands):
        hands.row(page.causes.list, 1)
        hands.until(lambda: page.cause.rows.rowCount() == 3)
        for pressed in (page.cause.replay, page.cause.aside, page.cause.export):
            assert not pressed.isEnabled()
            assert pressed.toolTip() == "This needs the role Operator."
        hands.row(page.cause.table, 0, double=True)
        hands.until(lambda: "email" in page.record.editor.lines)
        assert page.record.editor.lines["email"].isReadOnly()
        assert not page.record.editor.button.isEnabled()


class TestWaiting:
    @pytest.fixture
    def world(self):
        return World(WAITING)

    def test_two_hundred_thousand_rows_come_in_windows(self, hands):
        page = hands.open("exceptions", {"tab": "waiting"})
        hands.until(lambda: page.waiting.rows.rowCount() == WAITING)
        page.waiting.table.scrollToBottom()
        hands.until(lambda: hands.asked("queue.window")["offset"] == WAITING - 500)
        hands.until(lambda: page.waiting.rows.row(WAITING - 1) is not None)
        assert page.waiting.rows.row(WAITING - 1)["external_id"] == "P300000"
        offsets = [params["offset"] for params in hands.service.calls("queue.window")]
        assert len(offsets) < 10, "what was passed on the way is not asked for"
        assert "200,000 records are waiting to be sent" in page.waiting.headline.sentence.text()
        assert "go out on their own" in page.waiting.headline.below.text()

    def test_what_goes_out_leaves_the_list_by_itself(self, hands):
        page = hands.open("exceptions", {"tab": "waiting"})
        hands.until(lambda: page.waiting.rows.rowCount() == WAITING)
        hands.service.world.waiting = 7
        hands.service.change()
        hands.until(lambda: page.waiting.rows.rowCount() == 7)

    def test_one_flow_alone_and_what_will_be_sent(self, hands):
        page = hands.open("exceptions", {"tab": "waiting", "flow": "contacts"})
        hands.until(lambda: page.waiting.rows.rowCount() == WAITING // 4)
        # the page's first question, of all flows, may reach the service after this one
        asked = [each.get("flow") for each in hands.service.calls("queue.window")]
        assert "contacts" in asked
        hands.row(page.waiting.table, 0, double=True)
        hands.until(page.waiting.detail.isVisible)
        assert page.waiting._values.row(0)["value"] == "Alpen Handel AG"
        hands.click(page.waiting.close_)
        assert not page.waiting.detail.isVisible()


def test_a_link_from_elsewhere_opens_its_cause_or_record(hands):
    page = hands.open("exceptions", {"flow": "contacts", "code": "REQUIRED_MISSING"})
    hands.until(lambda: page.cause.rows.rowCount() == 6)
    assert page.front.currentWidget() is page.cause
    hands.until(lambda: "A required field is blank" in page.cause.problem.what.text())
    page.jump({"ref": "E213"})
    hands.until(lambda: "email" in page.record.editor.lines)
    page.jump({"flow": "invoices"})
    hands.until(lambda: page.causes.model.rowCount() == 1)
    hands.click(page.causes.all)
    hands.until(lambda: page.causes.model.rowCount() == 4)


def test_what_is_asked_comes_into_sight_in_a_small_window(hands):
    hands.window.resize(900, 480)
    page = hands.open("exceptions")
    hands.until(lambda: page.causes.model.rowCount() == 4)
    hands.row(page.causes.list, 0)
    hands.until(lambda: page.cause.rows.rowCount() == 212)
    hands.click(page.cause.rule)
    view = page.area.viewport()

    def is_seen():
        value = page.cause.drawer.panel.value
        return view.rect().contains(value.mapTo(view, value.rect().bottomLeft()))

    hands.until(is_seen)
