"""What goes on with keys and backups is told while it goes on, and a backup is made on a press."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from tests.gui import world_settings
from tests.gui.hands import connected
from tests.gui.scene import Refusal
from tests.gui.world_setup import BACKUP, SETUP

LEFT = Qt.MouseButton.LeftButton
KEYS = SETUP["keys.state"]
FILE = r"D:\ERP\new.waybill-backup"


def resealing(phase, **more):
    """As `keys.state` answers while everything is sealed anew."""
    nothing = {"rows": 0, "total": 0, "rests_until": None, "kept_for": []}
    return {**KEYS, "resealing": {**KEYS["resealing"], **nothing, "phase": phase, **more}}


def opened(qtbot, window):
    window.open("settings", {"tab": "security"})
    qtbot.waitUntil(lambda: bool(window.page.backups.last.text()))
    return window.page


@pytest.fixture
def page(qtbot, service, window):
    service.answers.update(world_settings.ANSWERS)
    return opened(qtbot, window)


def told(qtbot, service, page, method, answer):
    """The service says something else, and that there is news."""
    service.answers[method] = answer
    before = len(service.calls(method))
    service.change("keeping")
    qtbot.waitUntil(lambda: len(service.calls(method)) == before + 1)
    qtbot.waitUntil(lambda: page.bridge.is_quiet)


# --- sealing anew ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (resealing("sealing"), "Everything older is sealed anew. Work goes on meanwhile."),
        (
            resealing("sealing", rows=3412, total=10_000),
            "Everything older is sealed anew: 3,412 of 10,000. Work goes on meanwhile.",
        ),
        (
            resealing("checking", rows=12, total=10_000),
            (
                "Before the older key is destroyed, everything is checked once more: 12 of 10,000."
                " Work goes on meanwhile."
            ),
        ),
        (
            resealing("done", kept_for=["queue.db.suspect-1"]),
            (
                "Everything is sealed under the newest key."
                " An older one is kept for: queue.db.suspect-1."
            ),
        ),
        (resealing("done"), "Everything is sealed under the newest key."),
    ],
)
def test_each_part_of_the_way_has_its_line_and_it_renews_itself(qtbot, page, service, answer, said):
    told(qtbot, service, page, "keys.state", answer)
    assert page.keys.resealing.text() == said


def test_a_rest_tells_until_when(qtbot, page, service):
    told(qtbot, service, page, "keys.state", resealing("resting", rests_until="2026-11-22T10:00Z"))
    when = page.session.when("2026-11-22T10:00Z", short=False)
    assert f"after {when} it is checked once more" in page.keys.resealing.text()


def test_a_service_that_says_nothing_of_it_is_told_without_the_line(qtbot, page, service):
    answer = {name: value for name, value in KEYS.items() if name != "resealing"}
    told(qtbot, service, page, "keys.state", answer)
    assert not page.keys.resealing.isVisible()


def test_news_of_what_goes_on_by_itself_ask_for_nothing_else(qtbot, page, service):
    qtbot.waitUntil(lambda: page.bridge.is_quiet)
    before = {name: len(service.calls(name)) for name in ("doctor", "config.list", "config.kinds")}
    told(qtbot, service, page, "keys.state", resealing("done"))
    assert {name: len(service.calls(name)) for name in before} == before


def test_news_take_no_message_away_that_a_person_has_not_read(qtbot, page, service):
    service.fails["keys.rotate"] = Refusal("STORE_FULL", "The disk is full.", "Free some room.")
    qtbot.mouseClick(page.keys.rotate, LEFT)
    qtbot.mouseClick(page.confirm.yes, LEFT)
    qtbot.waitUntil(page.problem.isVisible)
    told(qtbot, service, page, "keys.state", resealing("done"))
    assert page.problem.isVisible()


def test_a_page_that_is_not_shown_asks_nothing(qtbot, page, window, service):
    window.open("about")
    qtbot.waitUntil(lambda: window.page.bridge.is_quiet)
    before = len(service.calls("backup.state"))
    service.change("keeping")
    service.change("exceptions")
    qtbot.waitUntil(lambda: window.bridge.status["changes"]["exceptions"] > 1)
    assert len(service.calls("backup.state")) == before


# --- backups --------------------------------------------------------------------------------------


def test_the_last_backup_says_when_it_was_made_and_where_it_lies(page):
    when = page.session.when(BACKUP["last"]["at"], short=False)
    said = page.backups.last.text()
    assert said == f"The last backup was made on {when}: {BACKUP['last']['file']} (46.1 MB)."
    following = page.session.when(BACKUP["next"], short=False)
    assert page.backups.schedule.text() == (
        r"By schedule one is made every day in D:\Backup; the latest 7 are kept."
        f" The next one is made on {following}."
    )
    assert not page.backups.recovery.isVisible()
    assert not page.backups.failed.isVisible()


@pytest.mark.parametrize(
    ("every", "said"),
    [(172_800, "every 2 days"), (43_200, "every 12 h"), (900, "every 15 min"), (61, "every 61 s")],
)
def test_a_schedule_is_told_in_its_own_unit(qtbot, page, service, every, said):
    plan = {"every": every, "keep": 3}
    told(qtbot, service, page, "backup.state", {**BACKUP, "schedule": plan, "next": None})
    assert f"one is made {said} in" in page.backups.schedule.text()
    assert "within the next minutes" in page.backups.schedule.text()


def test_without_a_backup_it_says_what_that_means_and_where_a_schedule_is_set(qtbot, page, service):
    none = {**BACKUP, "last": None, "schedule": None, "next": None}
    told(qtbot, service, page, "backup.state", none)
    assert "knows of no backup yet" in page.backups.last.text()
    assert "If this computer were lost" in page.backups.last.text()
    assert "under “Limits”" in page.backups.schedule.text()


def test_one_that_failed_is_told_with_its_reason_in_the_persons_language(
    qtbot, page, service, window
):
    failed = {
        "file": FILE, "code": "BACKUP_NOT_WRITTEN", "text": "It cannot be written: no room.",
        "hint": "Look at the folder.", "at": "2026-11-21T22:00:00Z",
        "params": {"reason": "no room"},
    }  # fmt: skip
    told(qtbot, service, page, "backup.state", {**BACKUP, "failed": failed})
    assert page.backups.failed.isVisible()
    assert "It cannot be written: no room. Look at the folder." in page.backups.failed.text()
    window.session.choose("language", "de")
    page = opened(qtbot, window)
    assert "Die Sicherung kann nicht geschrieben werden: no room." in page.backups.failed.text()


def test_an_unproven_recovery_key_is_told_beside_backups_with_what_to_do(qtbot, page, service):
    unproven = {**KEYS, "recovery": {"confirmed": False, "at": None}}
    told(qtbot, service, page, "keys.state", unproven)
    assert page.backups.recovery.isVisible()
    assert "make a new one there, keep it, and back up after that" in page.backups.recovery.text()
    assert page.backups.make.isEnabled()


def test_a_backup_goes_into_a_folder_as_the_service_sees_it(qtbot, page, service):
    begun = []

    def create(params):
        begun.append(params)
        service.answers["backup.state"] = {**BACKUP, "running": FILE}
        return service.answers["backup.state"]

    service.answers["backup.create"] = create
    view = page.backups
    qtbot.mouseClick(view.make, LEFT)
    qtbot.waitUntil(lambda: view.browser.list.count() == 2)
    assert service.calls("sources.folders")[0] == {"path": BACKUP["folder"]}
    qtbot.mouseClick(view.browser.use, LEFT)
    qtbot.waitUntil(view.running.isVisible)
    assert begun == [{"out": "D:\\ERP"}]
    assert view.running.text() == f"A backup is being made: {FILE}. Work goes on meanwhile."
    assert (view.make.isEnabled(), view.make.text()) == (False, "Backing up…")
    last = {**BACKUP["last"], "file": FILE}
    told(qtbot, service, page, "backup.state", {**BACKUP, "last": last})
    assert not view.running.isVisible()
    assert FILE in view.last.text()
    assert (view.make.isEnabled(), view.make.text()) == (True, "Back up now…")


def test_one_that_may_not_begin_is_told_and_can_be_tried_again(qtbot, page, service):
    service.fails["backup.create"] = Refusal("BACKUP_UNDER_WAY", "One is being made already.")
    qtbot.mouseClick(page.backups.make, LEFT)
    qtbot.waitUntil(lambda: page.backups.browser.list.count() == 2)
    qtbot.mouseClick(page.backups.browser.use, LEFT)
    qtbot.waitUntil(page.problem.isVisible)
    assert page.problem.what.text() == "One is being made already."
    assert page.backups.make.isEnabled()


def test_an_answer_that_comes_after_a_later_one_does_not_count(qtbot, page):
    asked = []
    page.bridge.ask = lambda method, _params, done, *_, **__: asked.append((method, done))
    page._ask_kept()
    page._ask_kept()
    (_, early), (_, late) = [one for one in asked if one[0] == "backup.state"]
    late({**BACKUP, "running": None})
    early({**BACKUP, "running": FILE})
    assert not page.backups.running.isVisible()


def test_an_auditor_sees_all_of_it_and_presses_nothing(qtbot, face, service):
    service.answers.update(world_settings.ANSWERS)
    service.become("auditor")
    page = opened(qtbot, connected(qtbot, face))
    told(qtbot, service, page, "backup.state", {**BACKUP, "running": FILE})
    told(qtbot, service, page, "backup.state", BACKUP)
    assert BACKUP["last"]["file"] in page.backups.last.text()
    assert page.keys.resealing.isVisible()
    assert not page.backups.make.isEnabled()
    assert page.backups.make.toolTip() == "This needs the role Engineer."


def test_whoever_has_another_role_is_not_asked_for_it(qtbot, face, service):
    service.become("operator")
    window = connected(qtbot, face)
    window.open("settings")
    service.change("keeping")
    service.change("exceptions")
    qtbot.waitUntil(lambda: face.bridge.status["changes"]["exceptions"] > 1)
    assert service.calls("backup.state") == service.calls("keys.state") == []
