"""The demo's comparer fails on everything that is not as it should be."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from agent.demo.compare import History, Verdict, compare, same
from agent.demo.ends import Records

ERP: Records = {
    "K1": {"Name": "Müller", "Limit": Decimal("12.50"), "Active": True},
    "K2": {"Name": "Meier", "Limit": Decimal(0), "Active": False},
}


def crm() -> Records:
    return {
        "K1": {"Name": "Müller", "Limit": Decimal("12.5"), "Active": True, "Id": "001"},
        "K2": {"Name": "Meier", "Limit": 0, "Active": False, "Id": "002"},
    }


def history(*states: Records, retired: str = "") -> History:
    made = History(retired)
    for state in states:
        made.observe(state)
    return made


def writes(
    creates: int = 1, updates: int = 0, deletes: int = 0, doubled: int = 0
) -> dict[str, Any]:
    return {"creates": creates, "updates": updates, "deletes": deletes, "doubled": doubled}


def test_equal_ends_agree() -> None:
    log = {"K1": writes(), "K2": writes()}
    assert compare(history(ERP), crm(), log=log) == Verdict(2, 2, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [("Name", "Muller"), ("Name", None), ("Limit", Decimal("12.51")), ("Active", False)],
)
def test_a_different_value_is_found(field: str, value: object) -> None:
    found = crm()
    found["K1"][field] = value
    verdict = compare(history(ERP), found)
    assert (verdict.different, verdict.is_good) == (1, False)
    assert verdict.example == f"K1 differs in {field}"


def test_a_field_that_the_crm_lacks_is_a_difference() -> None:
    found = crm()
    del found["K2"]["Name"]
    assert compare(history(ERP), found).different == 1


def test_a_missing_record_is_found() -> None:
    found = crm()
    del found["K1"]
    verdict = compare(history(ERP), found)
    assert (verdict.missing, verdict.crm, verdict.is_good) == (1, 1, False)


def test_an_extra_record_is_found() -> None:
    found = {**crm(), "K3": {"Name": "Nobody"}}
    verdict = compare(history(ERP), found)
    assert (verdict.extra, verdict.crm, verdict.is_good) == (1, 3, False)


def test_a_record_without_external_id_is_extra() -> None:
    verdict = compare(history(ERP), crm(), nameless=1)
    assert (verdict.extra, verdict.crm, verdict.is_good) == (1, 3, False)


def test_two_living_records_of_one_row_are_doubled() -> None:
    log = {"K1": writes(creates=2, doubled=1)}
    moved = {**ERP, "K1": {**ERP["K1"], "Name": "Other"}}
    verdict = compare(history(moved, ERP), crm(), log=log)
    assert (verdict.doubled, verdict.is_good) == (1, False)


def test_a_write_that_the_history_does_not_explain_is_doubled() -> None:
    verdict = compare(history(ERP), crm(), log={"K1": writes(updates=2)})
    assert (verdict.doubled, verdict.is_good) == (2, False)
    assert verdict.example == "K1 was sent 2 times too often"


def test_a_row_that_was_deleted_and_made_again_doubles_nothing() -> None:
    gone = {"K2": ERP["K2"]}
    log = {"K1": writes(creates=2, deletes=1)}
    assert compare(history(ERP, gone, ERP), crm(), log=log).doubled == 0


def test_publishing_the_same_again_explains_no_further_write() -> None:
    assert compare(history(ERP, ERP, ERP), crm(), log={"K1": writes(updates=1)}).doubled == 1


def test_steps_that_the_crm_never_saw_are_allowed() -> None:
    moved = {**ERP, "K1": {**ERP["K1"], "Name": "Other"}}
    assert compare(history(ERP, moved, ERP), crm(), log={"K1": writes()}).doubled == 0


def test_a_retired_row_stays_in_the_crm_switched_off() -> None:
    left = {"K2": ERP["K2"]}
    found = crm()
    verdict = compare(history(ERP, left, retired="Active"), found)
    assert (verdict.erp, verdict.different) == (1, 1)
    found["K1"]["Active"] = False
    log = {"K1": writes(updates=1)}
    verdict = compare(history(ERP, left, retired="Active"), found, log=log)
    assert (verdict.is_good, verdict.erp, verdict.crm) == (True, 1, 1)


@pytest.mark.parametrize(
    ("one", "other"), [(1, True), (0, False), ("1", 1), (None, False), (None, 0), ("a", "A")]
)
def test_values_of_another_kind_are_not_the_same(one: object, other: object) -> None:
    assert not same(one, other)


def test_blank_and_nothing_are_the_same() -> None:
    assert same("", None)
