"""The service's words in German, by their codes."""

from __future__ import annotations

from agent.canon.reasons import CATALOGUE
from gui import words
from gui.session import Session
from tests.gui import languages

OURS = {
    *("ActivityPage", "AsidePanel", "AsidesView", "AuditExport", "CauseView", "CausesView"),
    *("Drawer", "Editor", "ExceptionsPage", "ExportPanel", "FilePanel", "HoldsPage"),
    *("ImportPanel", "LogsPage", "ReconciliationPage", "ReplayPanel", "RulePanel"),
    *("WaitingView", "Wording"),
}


def test_every_reason_for_which_a_record_is_parked_is_told_in_german():
    known = words.texts_of("de")
    parked = {code for code, reason in CATALOGUE.items() if "is parked" in reason.meaning}
    assert parked <= known.keys()
    for code in parked:
        told = {part: words.said("de", {"code": code}, part) for part in ("title", "meaning")}
        assert all(told.values()), code
        assert words.said("de", {"code": code, "to_do": "English"}, "to_do") != "English"


def test_a_code_that_nobody_translated_is_told_in_english():
    assert words.said("de", {"code": "NEW", "title": "New."}, "title") == "New."


def test_no_text_of_these_pages_lacks_its_german():
    assert [text for context, text in languages.unfinished("de") if context in OURS] == []


def test_german_numbers_are_written_as_germans_do(hands):
    hands.face.session.choose("language", "de")
    page = hands.open("exceptions")
    hands.until(lambda: page.causes.model.rowCount() == 4)
    assert isinstance(page.session, Session)
    assert page.tabs.tabText(0) == "Braucht Aufmerksamkeit (225)"
    below = page.causes.model.item(3).toolTip()
    assert "EUR 12.300,00 betroffen" in below
    assert "Das Land ist nicht bekannt" in page.causes.model.item(0).text()
