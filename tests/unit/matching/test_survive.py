"""Whose value stays when two records are joined."""

import pytest

from agent.matching import Kept, Wins, survivors
from agent.model import Scalar


def only(
    erp: Scalar, crm: Scalar, rule: Wins | None = None, *, owned: bool = False,
    newer: bool | None = None,
) -> Kept:  # fmt: skip
    (found,) = survivors(
        {"f": erp}, {"f": crm}, {"f"} if owned else set(), {"f": rule} if rule else {},
        erp_is_newer=newer,
    )  # fmt: skip
    return found


@pytest.mark.parametrize(
    ("rule", "owned", "newer", "result", "side"),
    [
        (None, True, None, "E", "erp"),
        (None, False, None, "CC", "crm"),
        (Wins.OWNER, False, None, "CC", "crm"),
        (Wins.ERP, False, None, "E", "erp"),
        (Wins.CRM, True, None, "CC", "crm"),
        (Wins.LONGEST, True, None, "CC", "crm"),
        (Wins.FILLED, True, None, "E", "erp"),
        (Wins.NEWEST, True, False, "CC", "crm"),
        (Wins.NEWEST, False, True, "E", "erp"),
        (Wins.NEWEST, True, None, "E", "erp"),
    ],
)
def test_the_rule_decides_where_both_have_a_value(rule, owned, newer, result, side) -> None:
    found = only("E", "CC", rule, owned=owned, newer=newer)
    assert (found.result, found.side) == (result, side)


def test_what_is_empty_gives_way_to_what_is_not_but_for_its_owner() -> None:
    assert only("E", None).result == "E"
    assert only(None, "C").result == "C"
    assert only(None, "C", owned=True).result is None, "the ERP says that there is none"
    assert only(None, "C", Wins.FILLED, owned=True).result == "C"
    assert only("E", "", Wins.CRM).result == ""


def test_where_both_agree_nobody_wins() -> None:
    assert only("X", "X").side == only(None, "").side == "both"


def test_equally_long_is_the_owners() -> None:
    assert only("AB", "CD", Wins.LONGEST, owned=True).result == "AB"
    assert only("AB", "CD", Wins.LONGEST).result == "CD"


def test_every_field_of_the_erps_record_is_answered_in_its_order() -> None:
    found = survivors({"b": 1, "a": True}, {"c": "x"}, set())
    assert [(each.field, each.result) for each in found] == [("b", 1), ("a", True)]
