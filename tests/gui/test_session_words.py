"""Why a record waits for a person, and where it was read, is told in the person's language."""

import pytest

from gui.bridge import Bridge
from gui.session import Session
from tests.gui import codes

REFUSED = {
    "code": "FIELD_CUSTOM_VALIDATION_EXCEPTION",
    "reason": "A validation rule of the org refused it. Salesforce says: Credit limit first",
    "place": "kunden.csv, record 18",
    "params": {"field": "credit_limit"},
}


@pytest.fixture
def german(qapp, tmp_path):
    session = Session(Bridge(tmp_path), tmp_path / "person.ini")
    session.choose("language", "de")
    return session


def test_what_a_crm_says_is_kept_word_by_word_behind_our_own_in_german(german):
    assert german.why(REFUSED) == (
        "Eine Prüfregel des CRM hat den Datensatz abgelehnt. Salesforce sagt: Credit limit first"
    )
    unknown = {**REFUSED, "code": "A_NEW_ONE", "reason": "SAP refused it. SAP says: Nein."}
    assert german.why(unknown) == "SAP refused it. SAP sagt: Nein."


def test_a_record_that_was_refused_has_a_german_cause_although_only_its_crm_knows_the_code(german):
    group = {"code": "A_NEW_ONE", "title": "The target refused the record.", "params": {}}
    assert german.said(group) == "Das Ziel hat den Datensatz abgelehnt."
    group = {"code": "PERMISSION_DENIED", "title": "The target refused the record.", "params": {}}
    assert german.said(group) == "Dem angemeldeten Benutzer fehlt ein Recht."


def test_where_it_was_read_is_german_and_its_file_keeps_its_name(german):
    assert german.place(REFUSED) == "kunden.csv, Satz 18"


def test_an_english_window_says_what_the_service_says(german):
    german.choose("language", "en")
    assert german.why(REFUSED) == REFUSED["reason"]
    assert german.place(REFUSED) == REFUSED["place"]


def test_a_finding_of_a_test_is_german_with_the_names_that_it_is_about(german):
    found = {
        "code": "FIELD_SHORTER", "text": "Account.Name takes 40 characters, fewer than 255.",
        "hint": "Lengthen it.", "params": {"name": "Account.Name", "most": "40", "ours": "name"},
    }  # fmt: skip
    told = german.said(found, "text")
    assert told == "Account.Name nimmt nur 40 Zeichen, weniger als gesendet werden können."
    assert "lengths = { name = 40 }" in german.said(found, "hint")


def test_the_list_of_codes_knows_what_the_window_gets_and_leaves_out_what_it_does_not():
    known = codes.codes()
    assert {"STILL_WAITING", "LINK_TAKEN", "PRACTICE_FAILED", "FIELD_MISSING", "HELD"} <= known
    assert {"ENCODING_ERROR", "FOLDER_REFUSED", "PUBLISH_WAITS_FOR_YES", "AUTH_SCOPE"} <= known
    assert known.isdisjoint({"NOT_FOUND", "CREATE_NO_WINDOW", "WAYBILL_HOME", "NO_SERVICE_MANAGER"})
