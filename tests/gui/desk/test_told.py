"""What a person was told, is typing or has asked for last outlives what is read anew by itself."""

from __future__ import annotations

import pytest

from tests.gui.scene import Refusal

REFUSED = Refusal("STORE_FULL", "The disk is full.", "Free some room.")


def settled(hands):
    hands.until(lambda: hands.face.bridge.is_quiet)


def rejected(hands, page):
    """A person keeps what a hold is about, and says so once more."""
    hands.click(page.reject)
    hands.click(page.confirm.yes)


def refused(hands):
    """The page of holds after a decision that the service did not take."""
    hands.service.fails["holds.reject"] = REFUSED
    page = hands.open("holds")
    rejected(hands, page)
    hands.until(page.problem.isVisible)
    return page


class TestFaults:
    def test_why_a_hold_was_not_decided_stays_when_the_list_is_read_anew(self, hands):
        page = refused(hands)
        hands.until(page.reject.isEnabled)
        settled(hands)
        assert page.problem.what.text() == "The disk is full."
        hands.service.change("holds")
        hands.until(lambda: len(hands.service.calls("holds.list")) == 3)
        settled(hands)
        assert page.problem.isVisible()

    def test_it_goes_once_what_was_wanted_is_done(self, hands):
        page = refused(hands)
        hands.service.fails.clear()
        rejected(hands, page)
        hands.until(lambda: not page.problem.isVisible())

    def test_lines_that_come_by_themselves_take_it_not_away(self, hands):
        hands.service.fails["logs.debug"] = REFUSED
        page = hands.open("logs")
        hands.click(page.debug)
        hands.click(page.confirm.yes)
        hands.until(page.problem.isVisible)
        before = len(hands.service.calls("logs.tail"))
        hands.until(lambda: len(hands.service.calls("logs.tail")) > before + 1)
        assert page.problem.isVisible()

    def test_what_could_not_be_read_is_no_fault_any_more_once_it_is_read(self, hands):
        hands.service.fails["reconcile.flows"] = REFUSED
        page = hands.open("reconciliation")
        hands.until(page.problem.isVisible)
        hands.service.fails.clear()
        hands.service.change("holds")
        hands.until(lambda: not page.problem.isVisible())
        hands.until(lambda: page.rows.rowCount() == 4)

    def test_what_could_not_be_read_is_read_when_the_service_is_back(self, hands):
        hands.service.fails["reconcile.flows"] = REFUSED
        page = hands.open("reconciliation")
        hands.until(page.problem.isVisible)
        with hands.bot.waitSignal(hands.face.bridge.lost):
            hands.service.stop()
        hands.service.fails.clear()
        hands.service.start()
        hands.face.bridge.retry()
        hands.until(lambda: page.rows.rowCount() == 4)
        assert not page.problem.isVisible()


class TestOrder:
    """Answers come in any order; what was asked last is shown."""

    @pytest.fixture
    def asked(self, hands, monkeypatch):
        """Every question from now on, to be answered by hand."""
        found = []
        settled(hands)

        def ask(method, params, done, failed=None, *, owner):
            found.append((method, params, done))

        monkeypatch.setattr(hands.face.bridge, "ask", ask)
        return found

    def test_causes_of_one_flow_are_not_hidden_by_those_of_all(self, hands, asked):
        page = hands.open("exceptions", {"flow": "accounts"})
        early, late = (one for one in asked if one[0] == "exceptions.groups")
        assert (early[1], late[1]) == ({}, {"flow": "accounts"})
        late[2]({"items": [], "total": 0})
        early[2](hands.service.world.answer("exceptions.groups", {}, "anna"))
        assert page.causes.headline.sentence.text() == "Nothing needs attention"

    def test_holds_that_were_rejected_are_not_hidden_by_those_that_stand(self, hands, asked):
        page = hands.open("holds")
        page.rejected.setChecked(True)
        early, late = (one for one in asked if one[0] == "holds.list")
        late[2]({"items": []})
        early[2](hands.service.world.answer("holds.list", early[1], "anna"))
        assert page._holds.rowCount() == 0

    def test_what_one_person_did_is_not_hidden_by_what_all_did(self, hands, asked):
        page = hands.open("activity")
        page.actor.setText("nobody")
        page._settle.timeout.emit()
        early, late = (one for one in asked if one[0] == "audit.list")
        late[2]({"items": [], "next": None})
        early[2](hands.service.world.answer("audit.list", early[1], "anna"))
        assert page._rows.rowCount() == 0

    def test_older_entries_are_not_put_below_another_list(self, hands, monkeypatch):
        page = hands.open("activity")
        hands.until(lambda: page._rows.rowCount() == 120)
        page._next = 1
        asked = []
        monkeypatch.setattr(page, "ask", lambda *given: asked.append(given))
        page._more()
        page._show({"items": [], "next": None}, older=False)
        asked[0][2](hands.service.world.answer("audit.list", {"limit": 5}, "anna"))
        assert page._rows.rowCount() == 0

    def test_a_record_is_not_hidden_by_the_one_before(self, hands, asked):
        page = hands.open("exceptions")
        first, second = (
            row["ref"]
            for row in hands.service.world.answer("exceptions.window", WINDOW, "anna")["items"][:2]
        )
        page.record.show_record(first, {})
        page.record.show_record(second, {})
        early, late = (one for one in asked if one[0] == "exceptions.show")
        for method, params, done in (late, early):
            done(hands.service.world.answer(method, params, "anna"))
        assert page.record.item["ref"] == second


WINDOW = {"offset": 0, "limit": 2}


def test_a_field_that_a_person_is_in_stays_while_its_record_is_read_anew(hands):
    page = hands.open("exceptions")
    ref = hands.service.world.answer("exceptions.window", WINDOW, "anna")["items"][0]["ref"]
    page.jump({"ref": ref})
    hands.until(lambda: bool(page.record.editor.lines))
    first = next(iter(page.record.editor.lines.values()))
    hands.until(first.hasFocus)
    before = len(hands.service.calls("exceptions.show"))
    hands.service.change("exceptions")
    hands.until(lambda: len(hands.service.calls("exceptions.show")) == before + 1)
    settled(hands)
    assert first.hasFocus()
    assert next(iter(page.record.editor.lines.values())) is first
