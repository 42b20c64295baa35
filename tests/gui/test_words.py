"""The service's texts in German: for every code there is, for none that there is not any more."""

import string
import tomllib
from collections import Counter

import pytest

from agent.canon.reasons import CATALOGUE, reason
from gui.words import FOLDER, said, texts_of, wordings
from tests.gui import codes

GERMAN = texts_of("de")
GIVEN = {"field", "from", "line", "minutes", "number", "seconds", "source", "target", "to"}
SAID = codes.params() | GIVEN
"""What conditions, faults and findings carry."""
PARTS = {"title", "text", "meaning", "hint", "to_do"}


def test_whatever_is_given_a_code_is_known_to_take_one_or_known_not_to():
    assert codes.unknown_makers() == set(), "add it to MAKERS or SAY_NO_CODE of tests/gui/codes.py"


def test_every_code_that_the_window_may_get_has_its_german():
    lacking = [
        code
        for code in sorted(codes.codes() - set(codes.BY_SENTENCE))
        if not wordings("de", code, "text")
    ]
    assert lacking == [], "add them to resources/translations/words.de.*.toml"


def test_no_german_stays_of_a_code_that_nothing_says_any_more():
    stale = sorted(set(GERMAN) - codes.codes())
    assert stale == [], "take them out of resources/translations/words.de.*.toml"


def test_no_part_of_a_code_is_said_in_two_files():
    parts = [
        (code, part)
        for path in sorted(FOLDER.glob("words.de*.toml"))
        for code, texts in tomllib.loads(path.read_text(encoding="utf-8")).items()
        for part in texts
    ]
    assert [part for part, count in Counter(parts).items() if count > 1] == []


def test_every_exception_of_the_list_of_codes_is_still_one():
    everything = {code for path in codes.modules() for code in codes.of_calls(path)}
    assert set(codes.UNHEARD) <= everything | {*codes.of_tables(), "LINK_CHECK"}
    assert set(codes.BY_SENTENCE) <= codes.codes()
    assert [path for path in codes.ASIDE if not (codes.ROOT / path).exists()] == []


def test_what_happened_is_not_told_in_german_and_what_to_do_in_english():
    lacking = [
        code
        for code in sorted(codes.hinted() - set(codes.BY_SENTENCE))
        if code in codes.codes() and not wordings("de", code, "hint")
    ]
    assert lacking == [], "add their hint to resources/translations/words.de.*.toml"


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_a_cause_of_the_catalogue_is_german_in_every_part(code):
    for part in ("title", "meaning", "to_do"):
        english = {"code": code, part: getattr(reason(code), part), "params": {}}
        assert said("de", english, part) != english[part]


@pytest.mark.parametrize("code", sorted(GERMAN))
def test_a_german_text_names_only_what_is_sent(code):
    assert set(GERMAN[code]) <= PARTS
    for part in GERMAN[code]:
        for text in wordings("de", code, part):
            named = {name for _, name, _, _ in string.Formatter().parse(text) if name}
            assert named <= SAID, "nothing sends it: add it to `params` where the code is raised"


def test_a_text_is_used_only_when_everything_that_it_names_was_sent():
    reason = {"code": "BACKUP_EXISTS", "title": "b.wbb is there already.", "params": {}}
    assert said("de", reason, "title") == reason["title"]
    told = said("de", {**reason, "params": {"file": "b.wbb"}}, "title")
    assert told == "b.wbb gibt es schon."
    assert said("en", {**reason, "params": {"file": "x"}}, "title") == reason["title"]
    assert said("de", {"code": "NEVER_HEARD_OF", "title": "Something."}, "title") == "Something."


def test_a_code_that_is_a_condition_and_a_finding_keeps_the_texts_of_both():
    assert {"title", "text"} <= set(texts_of("de")["FOLDER_MISSING"])


def test_the_first_wording_is_used_whose_parameters_were_all_sent():
    refused = {"code": "AUTH_REFUSED", "title": "Refused."}
    assert said("de", refused, "title") == "Das Ziel nimmt die Anmeldung nicht an."
    told = said("de", {**refused, "params": {"target": "crm"}}, "title")
    assert told == "crm nimmt die Anmeldung nicht an."


def test_what_a_test_finds_is_told_as_the_error_that_it_met():
    found = {"code": "ODBC_UNREACHABLE", "text": "Away.", "params": {"source": "erp"}}
    assert said("de", found, "text").startswith("Die Datenbank der Quelle erp ist nicht zu erreich")
