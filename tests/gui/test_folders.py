"""Folders of the service's machine are browsed; answers may come late and out of turn."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from gui.bridge import Fault
from gui.places.folders import FolderBrowser

FAULT = Fault("FOLDER_MISSING", "There is no such folder.", "", "")


class Page(QWidget):
    """Answers when the test says so."""

    def __init__(self):
        super().__init__()
        self.session = SimpleNamespace(number=str, when=str)
        self.questions = []

    def ask(self, method, params=None, done=None, failed=None):
        assert method == "sources.folders"
        self.questions.append(SimpleNamespace(path=params.get("path"), done=done, failed=failed))


@pytest.fixture
def page(qtbot):
    page = Page()
    qtbot.addWidget(page)
    return page


@pytest.fixture
def browser(qtbot, page):
    browser = FolderBrowser(page)
    qtbot.addWidget(browser)
    return browser


def holding(path, *files):
    listed = [{"name": file, "size": 7, "at": "2026-05-04T10:00:00Z"} for file in files]
    return {"path": path, "parent": "/", "folders": [], "files": listed}


def names(browser):
    return [browser.list.item(row).text().split(" ")[0] for row in range(browser.list.count())]


def typed(browser, path):
    browser.path.setFocus()
    browser.path.selectAll()
    QTest.keyClicks(browser.path, path)


def test_a_path_that_is_being_typed_is_not_overwritten_by_an_answer(page, browser):
    browser.browse("")
    typed(browser, "/exports")
    page.questions[0].done(holding("/home", "a.csv"))
    assert browser.path.text() == "/exports"
    assert names(browser) == ["a.csv"]

    QTest.keyClick(browser.path, Qt.Key.Key_Return)
    assert page.questions[1].path == "/exports"
    page.questions[1].done(holding("/exports", "b.csv"))
    assert (browser.path.text(), names(browser)) == ("/exports", ["b.csv"])


def test_an_answer_after_that_of_a_later_question_is_not_shown(page, browser):
    browser.browse("")
    browser.look("/exports")
    page.questions[1].done(holding("/exports", "b.csv"))
    page.questions[0].done(holding("/home", "a.csv"))
    assert (browser.path.text(), names(browser)) == ("/exports", ["b.csv"])


def test_where_nothing_can_be_begun_at_the_service_says_where_to_begin(page, browser):
    browser.browse("/expo")
    page.questions[0].failed(FAULT)
    assert page.questions[1].path is None
    page.questions[1].done(holding("/home", "a.csv"))
    assert browser.path.text() == "/home"


def test_a_beginning_that_fails_late_leaves_what_was_looked_at_since(page, browser):
    browser.browse("/expo")
    browser.look("/exports")
    page.questions[0].failed(FAULT)
    assert [question.path for question in page.questions] == ["/expo", "/exports"]
