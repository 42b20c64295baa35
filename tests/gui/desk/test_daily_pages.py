"""Holds, reconciliation, activity and logs: what they show, what they ask, and who may."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

HELD = "Keep 900 records in Salesforce …"


class TestHolds:
    def test_a_hold_tells_why_which_records_and_what_either_decision_means(self, hands):
        page = hands.open("holds")
        hands.until(lambda: page._rows.rowCount() == 200)
        assert page.headline.sentence.text() == "Kept back: 900 records"
        assert page.problem_.what.text().startswith("900 of 1,000 rows are missing")
        assert "Nothing was deleted." in page.problem_.meaning.text()
        assert page._rows.row(0)["key"] == "K100001"
        hands.click(page.more)
        hands.until(lambda: page._rows.rowCount() == 400)
        assert hands.asked("holds.show")["after"] == "200"
        assert page.reject.text() == HELD

    def test_nothing_is_deleted_before_a_person_has_read_what_it_means(self, hands):
        page = hands.open("holds")
        hands.click(page.approve)
        hands.until(page.confirm.isVisible)
        assert "900 records will be deleted in Salesforce" in page.confirm.question.text()
        assert page.confirm.yes.text() == "Delete 900 records in Salesforce"
        assert hands.window.focusWidget() is page.confirm.no, "Enter is no"
        hands.key(page.confirm, Qt.Key.Key_Escape)
        assert not page.confirm.isVisible()
        assert hands.service.calls("holds.approve") == []
        hands.click(page.approve)
        hands.click(page.confirm.yes)
        assert hands.asked("holds.approve") == {"id": "4"}
        hands.until(page.empty.isVisible)
        assert page.headline.sentence.text() == "Nothing is held"

    def test_a_rejected_hold_is_kept_to_be_seen(self, hands):
        page = hands.open("holds")
        hands.click(page.reject)
        hands.click(page.confirm.yes)
        assert hands.asked("holds.reject") == {"id": "4"}
        hands.until(page.empty.isVisible)
        hands.click(page.rejected)
        hands.until(lambda: page._holds.rowCount() == 1)
        assert not page.approve.isVisible(), "it is decided"

    class TestViewers:
        @pytest.fixture
        def role(self):
            return "viewer"

        def test_a_viewer_sees_that_something_is_held_and_no_keys(self, hands):
            page = hands.open("holds")
            hands.until(page.detail.isVisible)
            assert page.no_rows.text() == "This needs the role Operator."
            assert not page.approve.isEnabled()
            assert page.approve.toolTip() == "This needs the role Operator."
            assert hands.service.calls("holds.show") == []


class TestReconciliation:
    def test_what_does_not_add_up_is_the_headline(self, hands):
        page = hands.open("reconciliation")
        hands.until(lambda: page.rows.rowCount() == 4)
        assert page.headline.sentence.text() == "Unexplained: 3 records"
        hands.service.answers["reconcile.flows"] = {
            "items": [{"flow": "f", "at": "2026-11-21T10:00:00Z", "in_source": 5, "delivered": 5,
                       "complete": True, "unexplained": 0}],
            "offered": [],
        }  # fmt: skip
        page.refresh()
        hands.until(lambda: page.headline.sentence.text() == "Everything adds up")
        assert "Each of 5 records" in page.headline.below.text()

    @pytest.mark.parametrize(
        ("number", "key", "shown"),
        [("exceptions", "exceptions", "causes"), ("waiting", "exceptions", "waiting"),
         ("set_aside", "exceptions", "asides"), ("held", "holds", "")],
    )  # fmt: skip
    def test_a_number_leads_to_its_records(self, hands, number, key, shown):
        page = hands.open("reconciliation")
        hands.until(lambda: page.rows.rowCount() == 4)
        column = [page._field(place) for place in range(len(page.rows.columns))].index(number)
        index = page.rows.index(0, column)
        page.table.scrollTo(index)
        place = page.table.visualRect(index).center()
        hands.bot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        there = hands.window.page
        assert there.key == key
        if shown:
            assert there.front.currentWidget() is getattr(there, shown)
        if number == "exceptions":
            # It is asked for all as it opens, too, and the two may arrive in either order.
            hands.until(lambda: {"flow": "accounts"} in hands.service.calls("exceptions.groups"))
            assert there.causes.flow == "accounts"

    def test_before_the_first_reading_it_says_what_to_do(self, hands):
        row = {"flow": "f", "at": None, "in_source": 0, "complete": False}
        hands.service.answers["reconcile.flows"] = {"items": [row], "offered": []}
        page = hands.open("reconciliation")
        hands.until(page.empty.isVisible)
        hands.click(page.empty.press)
        assert hands.asked("scan") == {}


class TestActivity:
    def test_the_chain_is_verified_to_a_number(self, hands):
        page = hands.open("activity")
        hands.until(lambda: page._rows.rowCount() == 120)
        hands.click(page.verify)
        hands.until(lambda: page.verdict.text().startswith("Verified to entry 120"))
        broken = {"ok": False, "entries": 7, "problem": "line 5: changed"}
        hands.service.answers["audit.verify"] = broken
        hands.click(page.verify)
        hands.until(lambda: "line 5: changed" in page.verdict.text())

    def test_it_is_filtered_by_person_and_kind(self, hands):
        page = hands.open("activity")
        hands.write(page.actor, "anna")
        page.action.setCurrentIndex(page.action.findData("exceptions"))
        hands.until(
            lambda: (
                hands.asked("audit.list") == {"actor": "anna", "action": "exceptions", "limit": 200}
            )
        )
        hands.until(lambda: 0 < page._rows.rowCount() < 120)
        hands.write(page.actor, "nobody")
        hands.until(page.empty.isVisible)
        assert page.empty.text.text() == "Nothing matches the filter."

    def test_one_entry_is_told_in_full(self, hands):
        page = hands.open("activity")
        hands.until(lambda: page._rows.rowCount() == 120)
        hands.row(page.table, 0)
        hands.until(page.detail.isVisible)
        assert "exceptions.replay" in page.detail.text()
        assert "digest: 9f2c11" in page.detail.text()

    def test_it_is_exported_whole_to_a_private_file(self, hands, tmp_path):
        page = hands.open("activity")
        path = tmp_path / "audit.jsonl"
        hands.click(page.export)
        hands.write(page.drawer.panel.path, str(path))
        hands.click(page.drawer.panel.yes)
        hands.until(lambda: ": 120 entries." in page.drawer.notice.text())
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8-sig").splitlines()]
        assert [line["seq"] for line in lines] == list(range(1, 121))
        assert path.stat().st_mode & 0o077 == 0

    def test_what_somebody_does_appears_by_itself(self, hands):
        page = hands.open("activity")
        hands.until(lambda: page._rows.rowCount() == 120)
        hands.service.world._audit("otto", "pause", "crm")
        hands.service.change()
        hands.until(lambda: page._rows.row(0)["actor"] == "otto")


class TestLogs:
    def test_new_lines_come_while_it_is_followed(self, hands):
        page = hands.open("logs")
        hands.until(lambda: page._rows.rowCount() > 0)
        assert hands.service.calls("logs.tail")[0] == {"level": "info", "limit": 500}
        line = hands.service.world.lines[-1]
        hands.service.world.lines.append(line | {"seq": 41, "level": "error", "text": "New."})
        hands.until(lambda: page._rows.row(page._rows.rowCount() - 1)["text"] == "New.")
        assert hands.asked("logs.tail")["after"] in ("40", "41")
        hands.click(page.follow)
        hands.until(lambda: not page._timer.isActive())

    def test_nothing_is_asked_while_another_page_is_in_front(self, hands):
        page = hands.open("logs")
        hands.until(lambda: page._rows.rowCount() > 0)
        hands.open("about")
        assert not page._timer.isActive()

    def test_lines_are_filtered_and_copied(self, hands):
        page = hands.open("logs", {"flow": "contacts"})
        page.level.setCurrentIndex(page.level.findData("error"))
        hands.write(page.text, "parked")
        hands.until(
            lambda: hands.asked("logs.tail")
            | {"after": ""} == {"flow": "contacts", "level": "error", "text": "parked",
                                "limit": 500, "after": ""}
        )  # fmt: skip
        hands.until(lambda: page._rows.rowCount() > 0)
        hands.click(page.copy)
        assert "INVALID_EMAIL_ADDRESS" in QGuiApplication.clipboard().text()
        hands.write(page.text, "no such line")
        hands.until(page.empty.isVisible)

    def test_debug_is_asked_for_and_ends_by_itself(self, hands):
        page = hands.open("logs")
        hands.click(page.debug)
        assert "stops by itself" in page.confirm.question.text()
        hands.click(page.confirm.yes)
        assert hands.asked("logs.debug") == {"minutes": 30}
        hands.until(lambda: page.notice.text().startswith("Debug lines are written until"))
        hands.click(page.folder)
        hands.until(lambda: "Waybill" in QGuiApplication.clipboard().text())
