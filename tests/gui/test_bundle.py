"""A bundle is read before it is written; what is unticked does not go."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication

from gui.pages.bundle import folder_of
from tests.gui.hands import connected
from tests.gui.scene import Refusal

MADE = {"id": "B-7F2C", "path": "/var/lib/waybill/bundles/B-7F2C.zip", "names": None}


@pytest.fixture
def page(qtbot, window):
    window.open("bundle")
    qtbot.waitUntil(lambda: window.page.rows.rowCount() == 2)
    return window.page


def untick(page, number):
    index = page.rows.index(number, 0)
    page.rows.setData(index, Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)


def test_strict_and_the_last_day_is_what_is_asked_first(page, service):
    assert service.calls("bundle.preview") == [{"hours": 24, "strict": True}]
    assert page.strict.isChecked()
    assert page.headline.sentence.text().startswith("2 of 2 files, ")


def test_every_file_can_be_read_before_it_goes(page):
    assert page.file.text() == "status.json"
    assert page.text.toPlainText() == "{}"
    page.table.selectRow(1)
    assert page.file.text() == "log.txt"
    assert page.text.toPlainText() == "10:44 info …"


def test_another_time_range_is_looked_at_anew(qtbot, page, service):
    page.hours.setCurrentIndex(2)
    page.hours.activated.emit(2)
    wanted = {"hours": 7 * 24, "strict": True}
    qtbot.waitUntil(lambda: service.calls("bundle.preview")[-1] == wanted)


def test_what_is_unticked_is_left_out(qtbot, page, service):
    service.answers["bundle.create"] = MADE
    untick(page, 1)
    assert page.headline.sentence.text().startswith("1 of 2 files")
    qtbot.mouseClick(page.write, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.result.isVisible)
    wanted = [{"hours": 24, "strict": True, "leave_out": ["log.txt"]}]
    assert service.calls("bundle.create") == wanted
    assert MADE["path"] in page.place.text()


def test_the_space_key_unticks_the_file_with_the_cursor(qtbot, page):
    page.table.setCurrentIndex(page.rows.index(0, 0))
    qtbot.keyClick(page.table, Qt.Key.Key_Space)
    assert page.headline.sentence.text().startswith("1 of 2 files")
    qtbot.keyClick(page.table, Qt.Key.Key_Space)
    assert page.headline.sentence.text().startswith("2 of 2 files")


def test_without_a_file_there_is_nothing_to_create(page):
    untick(page, 0)
    untick(page, 1)
    assert not page.write.isEnabled()
    assert page.write.toolTip() == "Tick at least one file."


def test_names_go_only_after_a_second_yes(qtbot, page, service):
    page.strict.setChecked(False)
    wanted = {"hours": 24, "strict": False}
    qtbot.waitUntil(lambda: service.calls("bundle.preview")[-1] == wanted)
    qtbot.waitUntil(page.write.isEnabled)
    qtbot.mouseClick(page.write, Qt.MouseButton.LeftButton)
    assert page.confirm.isVisible()
    assert service.calls("bundle.create") == []
    qtbot.mouseClick(page.confirm.yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.result.isVisible)
    assert service.calls("bundle.create") == [{**wanted, "leave_out": []}]


def test_the_number_is_copied_and_the_folder_opened(qtbot, page, service):
    opened = []

    class Handler(QObject):
        @Slot(QUrl)
        def open(self, url):
            opened.append(url.toLocalFile())

    handler = Handler()
    service.answers["bundle.create"] = MADE
    qtbot.mouseClick(page.write, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.result.isVisible)
    qtbot.mouseClick(page.copy_id, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "B-7F2C"
    QDesktopServices.setUrlHandler("file", handler, "open")
    try:
        qtbot.mouseClick(page.open_folder, Qt.MouseButton.LeftButton)
    finally:
        QDesktopServices.unsetUrlHandler("file")
    assert opened == ["/var/lib/waybill/bundles"]


def test_a_path_of_any_system_has_its_folder():
    assert folder_of("D:\\Waybill\\bundles\\B.zip") == "D:\\Waybill\\bundles"
    assert folder_of("/var/lib/b.zip") == "/var/lib"


def test_a_full_disk_is_told_and_the_button_works_again(qtbot, page, service):
    service.fails["bundle.create"] = Refusal("STORE_FULL", "The disk is full.", "Free some room.")
    qtbot.mouseClick(page.write, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.problem.isVisible)
    assert page.problem.what.text() == "The disk is full."
    assert page.write.isEnabled()
    assert not page.result.isVisible()


def test_an_auditor_reads_it_and_is_told_why_he_cannot_create_it(qtbot, face, service):
    service.become("auditor")
    window = connected(qtbot, face)
    window.open("bundle")
    page = window.page
    qtbot.waitUntil(lambda: page.rows.rowCount() == 2)
    assert not page.write.isEnabled()
    assert page.write.toolTip() == "This needs the role Engineer."
