"""The catalogue of reasons: whatever can be wrong has a sentence for people."""

import re
from pathlib import Path

import pytest

from agent.canon.reasons import CATALOGUE, Owner, Severity, reason
from agent.canon.rules import parse_rule
from agent.resources import contracts

ROOMS = Path(__file__).resolve().parents[3] / "agent"
_SAID = re.compile(r"""(?:Refused|Altered|Problem)\(\s*"([A-Z][A-Z_]+)\"""")


def test_every_code_that_a_mapping_or_a_check_gives_is_in_the_catalogue() -> None:
    texts = [p.read_text() for room in ("mapping", "canon") for p in (ROOMS / room).rglob("*.py")]
    codes = {code for text in texts for code in _SAID.findall(text)}
    assert {"NOT_A_NUMBER", "FIELD_UNKNOWN"} <= codes
    assert codes <= set(CATALOGUE)


def test_every_rule_that_ships_breaks_with_a_reason_that_is_known() -> None:
    codes = {rule.code for contract in contracts().values() for rule in contract.rules}
    assert {"LINE_AMOUNT_WRONG", "TOTAL_WRONG", "DATES_REVERSED", "UNIT_UNKNOWN"} <= codes
    assert codes <= set(CATALOGUE)


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_reason_says_what_it_is_what_it_means_and_what_to_do(code: str) -> None:
    found = reason(code)
    assert found.code == code
    assert isinstance(found.owner, Owner)
    sent = found.meaning.startswith("The record is sent")
    assert found.severity is (Severity.WARNING if sent else Severity.ERROR)
    for part in (found.title, found.meaning, found.to_do):
        assert re.fullmatch(r"[A-Z].*\.", part), part


def test_a_code_of_a_target_gets_a_general_reason_that_sends_to_the_crm_admin() -> None:
    found = reason("SOME_VENDORS_CODE")
    assert (found.code, found.owner) == ("SOME_VENDORS_CODE", Owner.CRM_ADMIN)


def test_a_rule_is_as_bad_as_the_catalogue_says_unless_its_contract_decides() -> None:
    fields = contracts()["invoice"].fields
    said = {"check": "at_most", "field": "paid", "limit": "total"}
    assert parse_rule(said, fields).severity is Severity.ERROR
    decided = parse_rule(said | {"severity": "warning", "owner": "crm_admin"}, fields)
    assert (decided.severity, decided.owner) == (Severity.WARNING, Owner.CRM_ADMIN)
