"""The bridge asks without waiting, follows the status, and stays calm while nobody answers."""

import sys
import threading

import pytest
from PySide6.QtCore import QObject

from gui import bridge
from gui.bridge import Bridge, grown
from tests.gui.scene import Refusal


def test_an_answer_comes_as_a_call(qtbot, face, service):
    answers = []
    face.bridge.ask("exceptions.groups", {}, answers.append, owner=face.bridge)
    qtbot.waitUntil(lambda: bool(answers))
    assert answers[0]["items"]


def test_a_refusal_keeps_the_words_of_the_service(qtbot, face, service):
    service.fails["scan"] = Refusal("NOT_NOW", "Not now.", "Later.", {"name": "x"})
    faults = []
    face.bridge.ask("scan", {}, None, faults.append, owner=face.bridge)
    qtbot.waitUntil(lambda: bool(faults))
    fault = faults[0]
    assert (fault.code, fault.title, fault.hint) == ("NOT_NOW", "Not now.", "Later.")
    assert fault.params == {"name": "x"}


def test_who_is_gone_gets_no_answer(qtbot, face, service):
    service.gate = threading.Event()
    owner, answers = QObject(), []
    face.bridge.ask("status", {}, answers.append, owner=owner)
    qtbot.waitUntil(lambda: bool(service.asked))
    owner.deleteLater()
    del owner
    later = []
    service.gate.set()
    face.bridge.ask("status", {}, later.append, owner=face.bridge)
    qtbot.waitUntil(lambda: bool(later))
    assert answers == []


def test_many_questions_are_all_answered(qtbot, face, service):
    answers = []
    for _ in range(40):
        face.bridge.ask("holds.list", {}, answers.append, owner=face.bridge)
    qtbot.waitUntil(lambda: len(answers) == 40)


@pytest.mark.parametrize("ends", [[""], ["", "doctor"]])
def test_a_service_that_begins_again_meanwhile_is_asked_again(qtbot, face, service, ends):
    service.hang_ups = list(ends)
    answers = []
    face.bridge.ask("doctor", {}, answers.append, owner=face.bridge)
    qtbot.waitUntil(lambda: len(answers) == 1)
    assert service.hang_ups == []


def test_what_was_to_be_asked_again_is_not_once_nobody_listens(qtbot, face, service):
    service.hang_ups = ["doctor"]
    face.bridge.ask("doctor", {}, None, None, owner=face.bridge)
    qtbot.waitUntil(lambda: service.hang_ups == [])
    face.bridge.stop()
    qtbot.wait(2 * bridge.AGAIN_MS)
    assert len(service.calls("doctor")) == 1


def test_what_changes_something_is_never_done_twice(qtbot, face, service):
    service.hang_ups = ["", "scan"]
    faults = []
    face.bridge.ask("scan", {}, None, faults.append, owner=face.bridge)
    qtbot.waitUntil(lambda: len(faults) == 1)
    assert faults[0].code == "SERVICE_BROKE_OFF"
    assert len(service.calls("scan")) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe takes what nobody hears any more")
def test_what_never_reached_a_service_that_just_ended_is_asked_again(qtbot, face, service):
    service.hang_ups = ["deaf", "deaf"]
    answers, faults = [], []
    face.bridge.ask("scan", {}, answers.append, faults.append, owner=face.bridge)
    qtbot.waitUntil(lambda: bool(answers or faults))
    assert (len(answers), faults) == (1, [])
    assert len(service.calls("scan")) == 1
    assert service.hang_ups == []


def test_what_changed_while_the_service_was_away_is_told_once_it_is_back(qtbot, face, service):
    with qtbot.waitSignal(face.bridge.connected):
        face.bridge.start()
    told = []
    face.bridge.changed.connect(told.append)
    with qtbot.waitSignal(face.bridge.lost):
        service.stop()
    service.world.grow("config")
    service.start()
    with qtbot.waitSignal(face.bridge.connected):
        face.bridge.retry()
    assert told == ["config"]


def test_changes_of_the_status_and_of_topics_are_told(qtbot, face, service):
    with qtbot.waitSignal(face.bridge.connected):
        face.bridge.start()
    told = []
    face.bridge.changed.connect(told.append)
    service.change("exceptions", activity="paused")
    qtbot.waitUntil(lambda: face.bridge.status["activity"] == "paused")
    assert told == ["exceptions"]
    assert face.bridge.me["role"] == "engineer"
    assert face.bridge.age() < 5


def test_a_loss_is_told_once(qtbot, home, service, qapp):
    bridge = Bridge(home)
    losses = []
    bridge.lost.connect(lambda code, title: losses.append(code))
    with qtbot.waitSignal(bridge.connected):
        bridge.start()
    service.stop()
    qtbot.waitUntil(lambda: bool(losses))
    assert bridge.status is None
    assert bridge.age() is None
    first = len(losses)
    for _ in range(3):
        with qtbot.waitSignal(bridge.lost, raising=False, timeout=200):
            bridge.retry()
    assert len(set(losses)) >= len(losses) - 1  # broke off, then not running; each once
    assert first >= 1
    bridge.stop()


def test_without_subscribe_the_status_is_asked_for_again_and_again(qtbot, home, service, qapp):
    service.fails["subscribe"] = Refusal("UNKNOWN_METHOD", "No such method.")
    bridge = Bridge(home)
    with qtbot.waitSignal(bridge.connected):
        bridge.start()
    qtbot.waitUntil(lambda: len(service.calls("status")) >= 2, timeout=8000)
    bridge.stop()


def test_counts_stand_for_topics_where_the_service_counts_none():
    before = {"counts": {"parked": 1, "held": 0}}
    assert grown(before, {"counts": {"parked": 2, "held": 0}}) == ["exceptions"]
    assert grown(None, before) == []
