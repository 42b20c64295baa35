"""A mapping is changed, tried and published from the window; the service does the work."""

from __future__ import annotations

import tomllib

import pytest
from PySide6.QtCore import QObject, Qt

from gui.bridge import Fault
from gui.mapping.draft import Draft
from tests.gui.hands import connected
from tests.mapping_shop import TEXT, sheet_in

ITEM = {
    "place": "CUST1.CSV, line 2",
    "row": {"NO": "1", "NAME": "Smith", "LIMIT": "10,50"},
    "external_id": "1",
    "fields": {"name": "Smith", "credit_limit": "10.50"},
}
REFUSED = {
    "place": "CUST1.CSV, line 3", "row": {"NO": "2", "NAME": ""}, "code": "REQUIRED_MISSING",
    "reason": "name is missing", "field": "name",
}  # fmt: skip
PREVIEW = {
    "flow": "customers", "read": "CUST1.CSV", "draft": False, "records": 2, "would_send": 1,
    "deletes": 0, "left_out": {}, "same_external_id": 0, "refused": 1, "fields": [],
    "problems": [
        {"code": "REQUIRED_MISSING", "field": "name", "reason": "name is missing", "count": 1,
         "places": ["CUST1.CSV, line 3"]}
    ],
    "items": [ITEM, REFUSED],
}  # fmt: skip
DIFF = {
    "flow": "customers", "same_meaning": False, "reads_more": ["NAME2"],
    "changes": [{"place": "fields.name", "was": "NAME", "becomes": "NAME2"}],
    "needs": "Every row is mapped again.",
}  # fmt: skip


@pytest.fixture
def desk(tmp_path, service):
    """The service's own engine behind `mapping.*`, over three records."""
    folder = tmp_path / "desk"
    folder.mkdir()
    sheet = sheet_in(folder)
    flow = {
        "name": "customers", "source": "s", "target": "crm", "entity": "account", "paused": False,
        "counts": {},
    }  # fmt: skip
    service.change(flows=[flow])
    service.answers |= {
        "mapping.show": {"flow": "customers", "version": None, "text": TEXT},
        "mapping.sheet": lambda p: sheet.sheet(p.get("flow", ""), p.get("draft", ""), "", ""),
        "mapping.edit": lambda p: sheet.edit(p["draft"], p["place"], p.get("value", "")),
        "mapping.draft": lambda p: sheet.draft(p["flow"]),
        "mapping.draft_save": lambda p: sheet.keep(p["flow"], p["draft"], "anna"),
        "mapping.preview": PREVIEW,
        "mapping.diff": DIFF,
        "mapping.proposals": {"items": []},
        "mapping.publishes": {"items": []},
        "mapping.publish": {
            "flow": "customers", "version": 4, "same_meaning": False, "needs": "", "first": 20
        },
    }  # fmt: skip
    return sheet


@pytest.fixture
def page(qtbot, desk, window):
    window.open("mappings")
    qtbot.waitUntil(lambda: bool(window.page.draft.sheet))
    qtbot.waitUntil(lambda: window.page.sheet.records.before.rowCount() > 0)
    return window.page


def row_of(page, field):
    rows = page.sheet.fields
    found = (rows.row(number) for number in range(rows.rowCount()))
    return next(row for row in found if row["field"] == field)


def choose(page, way):
    box = page.sheet.editor.way
    box.setCurrentIndex(box.findData(way))
    box.activated.emit(box.currentIndex())


def test_columns_with_samples_fields_with_rules_and_real_records_stand_side_by_side(page):
    assert page.sheet.columns.row(1)["samples"] == ["Smith", "Ann & Sons"]
    name = row_of(page, "name")
    assert (name["from"], name["becomes"], name["state"]) == ("NAME", "Smith", "error")
    assert "name is missing" in " ".join(name["wrong"])
    assert row_of(page, "phone")["from"] == "not sent"
    assert page.sheet.result.text() == "1 of 2 records would stop"
    assert page.badge.text() == "In force"
    assert not page.publish.isEnabled()


class Answering:
    """A page whose service answers one question after the other, when it is told to."""

    def __init__(self):
        self.asked, self.faults = [], []

    def ask(self, method, params, done=None, failed=None):
        self.asked.append((method, params, done, failed))

    def show_fault(self, fault):
        self.faults.append(fault.code)

    def answer(self, found):
        self.asked[-1][2](found)


def test_what_is_edited_while_another_flow_opens_is_not_written_into_that_one(qapp):
    page = Answering()
    parent = QObject()
    draft = Draft(page, parent)
    draft.open("customers")
    for found in ({"text": TEXT}, {}, {"problems": [], "flow": "customers"}):
        page.answer(found)
    assert draft.sheet["flow"] == "customers"
    draft.open("suppliers")
    assert (draft.text, draft.sheet) == ("", {})
    draft.edit_field("phone", "NAME")
    assert [method for method, *_ in page.asked][-1] == "mapping.show"
    page.answer({"text": "version = 1"})
    page.answer({})
    page.answer({"problems": [], "flow": "suppliers"})
    assert (draft.text, draft.is_changed) == ("version = 1", False)


@pytest.fixture
def read(qapp):
    """A page, and a draft of it that is in force and was read."""
    page = Answering()
    parent = QObject()
    page.draft = Draft(page, parent)
    page.draft.open("customers")
    for found in SHOWN:
        page.answer(found)
    yield page
    parent.deleteLater()


SHOWN = ({"text": TEXT}, {}, {"problems": [], "flow": "customers"})


def test_an_edit_under_way_stays_while_the_page_is_read_anew(read):
    read.draft.edit_field("phone", "NAME")
    read.draft.renew()
    read.answer({"draft": "edited"})
    read.draft.renew()
    read.answer({"problems": []})
    assert (read.draft.text, read.draft.is_changed) == ("edited", True)


def test_an_edit_that_was_refused_keeps_nothing_from_being_read_anew(read):
    read.draft.edit_field("phone", "NAME")
    read.asked[-1][3](Fault("NOT_NOW", "Not now."))
    assert read.faults == ["NOT_NOW"]
    read.draft.renew()
    assert read.asked[-1][0] == "mapping.show"


def test_what_was_published_is_told_however_often_it_is_read_anew_meanwhile(read):
    read.draft.replace("version = 2")
    read.answer({"problems": []})
    told = []
    read.draft.changed.connect(lambda: told.append(read.draft.is_changed))
    read.draft.open("customers")
    read.answer({"text": "version = 2"})
    read.draft.renew()
    for found in ({"text": "version = 2"}, {}, {"problems": []}):
        read.answer(found)
    assert told == [False]


def test_what_was_told_of_a_mapping_stays_until_it_is_another(read):
    told = []
    read.draft.changed.connect(lambda: told.append(read.draft.text))
    read.draft.renew()
    for found in SHOWN:
        read.answer(found)
    assert told == []
    read.draft.renew()
    for found in ({"text": "version = 2"}, *SHOWN[1:]):
        read.answer(found)
    assert told == ["version = 2"]


def test_the_records_are_gone_through_one_by_one(qtbot, page):
    records = page.sheet.records
    assert '"credit_limit": "10.50"' in records.sent.toPlainText()
    qtbot.mouseClick(records.on, Qt.MouseButton.LeftButton)
    assert "name is missing" in records.sent.toPlainText()
    assert not records.on.isEnabled()
    qtbot.mouseClick(records.back, Qt.MouseButton.LeftButton)
    assert records.at == 0


def test_a_rule_is_changed_in_the_draft_alone_until_it_is_published(qtbot, page, service):
    page.sheet.choose("phone")
    choose(page, "column")
    page.sheet.editor.choice.column.setCurrentText("NAME")
    qtbot.waitUntil(lambda: page.badge.text() == "Draft, not in force")
    assert tomllib.loads(page.draft.text)["fields"]["phone"] == "NAME"
    assert "# the legal name" in page.draft.text
    qtbot.waitUntil(lambda: service.calls("mapping.preview")[-1].get("draft") == page.draft.text)
    qtbot.mouseClick(page.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "draft saved" in page.about.text())
    assert service.calls("mapping.publish") == []
    qtbot.mouseClick(page.publish, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.confirm.isVisible)
    assert "1 places change" in page.confirm.question.text()
    draft = page.draft.text
    qtbot.keyClicks(page.confirm.text, "phones too")
    qtbot.keyClick(page.confirm.text, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(service.calls("mapping.publish")) == 1)
    assert service.calls("mapping.publish")[0] == {
        "flow": "customers", "draft": draft, "comment": "phones too"
    }  # fmt: skip
    qtbot.waitUntil(lambda: page.badge.text() == "In force")


@pytest.mark.parametrize(
    ("way", "fill", "rule"),
    [
        ("constant", lambda c: c.value.setCurrentText("Trade"), {"constant": "Trade"}),
        (
            "formula",
            lambda c: (c.text.setText('TRIM(NAME & "!")'), c.told()),
            {"formula": 'TRIM(NAME & "!")'},
        ),
        (
            "other",
            lambda c: c.text.setPlainText('{"column": "NAME", "case": "upper"}'),
            {"column": "NAME", "case": "upper"},
        ),
        ("none", lambda _: None, None),
    ],
)
def test_a_field_is_filled_in_each_way(qtbot, page, way, fill, rule):
    page.sheet.choose("name")
    choose(page, way)
    fill(page.sheet.editor.choice)
    qtbot.waitUntil(
        lambda: (
            page.draft.is_changed and tomllib.loads(page.draft.text)["fields"].get("name") == rule
        )
    )


def test_what_the_other_ways_do_not_offer_outlives_an_edit(qtbot, page):
    page.draft.replace(TEXT.replace('decimal = ","', 'decimal = ",", locale = "de", blank = ["-"]'))
    qtbot.waitUntil(lambda: page.draft.is_changed)
    page.sheet.choose("credit_limit")
    page.sheet.editor.choice.round.click()
    wanted = {"column": "LIMIT", "decimal": ",", "round": True, "blank": ["-"], "locale": "de"}
    qtbot.waitUntil(lambda: tomllib.loads(page.draft.text)["fields"]["credit_limit"] == wanted)


def test_a_draft_with_problems_says_them_all_and_cannot_be_published(qtbot, page):
    page.draft.replace(TEXT.replace('name = "NAME"', 'nam = "NAME"'))
    qtbot.waitUntil(lambda: "problems to mend" in page.sheet.result.text())
    assert page.sheet.fields.row(0)["field"] == "name", "what is needed and missing comes first"
    assert page.sheet.fields.row(0)["missing"]
    assert not page.publish.isEnabled()
    assert page.drop.isEnabled()
    qtbot.mouseClick(page.drop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.badge.text() == "In force")


def test_words_are_put_into_a_lookup_table(qtbot, page):
    page.tabs.setCurrentWidget(page.tables)
    qtbot.keyClicks(page.tables.name, "units")
    qtbot.mouseClick(page.tables.add, Qt.MouseButton.LeftButton)
    page.tables.words.setPlainText("ST = H87\nM = MTR")
    qtbot.mouseClick(page.tables.save, Qt.MouseButton.LeftButton)
    table = {"units": {"table": {"ST": "H87", "M": "MTR"}}}
    qtbot.waitUntil(lambda: tomllib.loads(page.draft.text).get("lookups") == table)


def test_the_first_records_of_a_publish_are_looked_at_before_the_rest_goes(qtbot, page, service):
    publish = {
        "ref": "P4", "flow": "customers", "at": "2026-11-21T09:00:00Z", "state": "watch", "sent": 20,
        "places": 20, "waiting": 480, "by": "anna", "comment": "", "version": 4, "changes": [],
    }  # fmt: skip
    service.answers["mapping.publishes"] = {"items": [publish]}
    page.refresh()
    qtbot.waitUntil(page.publish_card.isVisible)
    assert "480 wait" in page.publish_card.what.text()
    service.answers["mapping.publishes"] = {"items": []}
    qtbot.mouseClick(page.publish_card.approve, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: service.calls("mapping.approve") == [{"flow": "customers"}])
    qtbot.waitUntil(lambda: not page.publish_card.isVisible())


def test_an_operator_drafts_and_reads_why_he_cannot_publish(qtbot, desk, face, service):
    service.become("operator")
    window = connected(qtbot, face)
    window.open("mappings")
    page = window.page
    qtbot.waitUntil(lambda: bool(page.draft.sheet))
    page.draft.replace(TEXT.replace('"NAME"', '"NO"'))
    qtbot.waitUntil(lambda: page.draft.is_changed)
    assert page.save.isEnabled()
    assert not page.publish.isEnabled()
    assert page.publish.toolTip() == "This needs the role Engineer."
