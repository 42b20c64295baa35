"""What speaks against a version on trial."""

from __future__ import annotations

from agent.upgrade import gate

ERROR = {"code": "TARGET_AUTH", "subject": "crm", "title": "Signed out.", "severity": "error"}
WARNING = {"code": "HELD", "subject": "a", "title": "Held back.", "severity": "warning"}
FOUND = {"code": "SOURCE_GONE", "level": "error", "text": "No folder."}


def test_nothing_new_passes() -> None:
    assert gate.objections([WARNING], [], (), judged=True, moved="") == []


def test_what_was_wrong_before_is_not_held_against_it() -> None:
    known = gate.named([ERROR, FOUND, WARNING])
    assert known == ("SOURCE_GONE", "TARGET_AUTH crm")
    assert gate.objections([ERROR], [FOUND], known, judged=True, moved="") == []


def test_a_new_error_is_named() -> None:
    (said,) = gate.objections([ERROR], [], (), judged=True, moved="")
    assert said == "Signed out. [TARGET_AUTH crm]"


def test_a_canary_that_did_not_move_is_enough() -> None:
    (said,) = gate.objections([], [], (), judged=True, moved="it was not read")
    assert "it was not read" in said


def test_troubles_count_only_where_it_is_known_how_it_was() -> None:
    assert gate.objections([ERROR], [FOUND], (), judged=False, moved="") == []
    assert gate.objections([ERROR], [FOUND], (), judged=False, moved="it was not read") != []
    assert gate.objections([], [FOUND], (), judged=True, moved="") != []


def test_being_on_trial_is_not_held_against_it() -> None:
    ours = {"code": gate.ON_TRIAL, "subject": "", "title": "On trial.", "severity": "error"}
    assert gate.objections([ours], [], (), judged=True, moved="") == []
