"""Who is master of what, and what a message of either side may carry."""

import pytest

from agent.canon import Carry, Direction, Ownership, Side, Timing
from agent.canon.ownership import parse_ownership
from agent.resources import contracts

FIELDS = ("name", "credit_limit")


def owner_of(kind: str) -> Ownership:
    return contracts()[kind].ownership


@pytest.mark.parametrize("kind", ["product", "price_book", "price_book_entry", "order", "invoice",
                                  "payment", "inventory", "shipment", "shipment_line"])  # fmt: skip
def test_what_the_erp_keeps_is_its_own_towards_the_crm(kind: str) -> None:
    for name in contracts()[kind].fields:
        assert owner_of(kind).may_carry(Side.ERP, name) is Carry.YES
        assert owner_of(kind).may_carry(Side.CRM, name) is Carry.NO


def test_accounts_are_the_crms_and_go_both_ways_but_for_what_is_about_money() -> None:
    account = owner_of("account")
    assert account.may_carry(Side.ERP, "name") is Carry.SEED
    assert account.may_carry(Side.CRM, "name") is Carry.YES
    for name in ("credit_limit", "credit_hold", "payment_terms", "balance"):
        assert account.may_carry(Side.ERP, name) is Carry.YES
        assert account.may_carry(Side.CRM, name) is Carry.NO
    assert owner_of("contact").may_carry(Side.ERP, "last_name") is Carry.SEED


def test_quotes_are_the_crms_and_nothing_of_them_goes_there() -> None:
    for kind in ("quote", "quote_line"):
        assert owner_of(kind).may_carry(Side.ERP, "number") is Carry.NO
        assert owner_of(kind).may_carry(Side.CRM, "number") is Carry.YES


def test_a_master_that_was_decided_for_the_record_moves_every_field_that_nobody_named() -> None:
    account = owner_of("account").overridden({"master": "erp"}, contracts()["account"].fields)
    assert account.may_carry(Side.ERP, "name") is Carry.YES
    assert account.may_carry(Side.CRM, "name") is Carry.SEED
    assert account.may_carry(Side.CRM, "balance") is Carry.NO


def test_a_field_that_was_decided_moves_alone() -> None:
    said = {"fields": {"name": "erp", "credit_limit": {"master": "crm", "timing": "batch"}}}
    account = owner_of("account").overridden(said, contracts()["account"].fields)
    assert account.may_carry(Side.ERP, "name") is Carry.YES
    assert account.may_carry(Side.ERP, "phone") is Carry.SEED
    assert account.may_carry(Side.ERP, "credit_limit") is Carry.NO
    assert account.of("credit_limit").timing is Timing.BATCH


def test_a_master_alone_brings_a_direction_in_which_it_can_be_heard() -> None:
    quote = owner_of("quote").overridden({"master": "erp"}, contracts()["quote"].fields)
    assert quote.whole.direction is Direction.ERP_TO_CRM
    both = owner_of("account").overridden({"master": "erp"}, contracts()["account"].fields)
    assert both.whole.direction is Direction.BOTH


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ([], "must be a table"), ({"fields": []}, "fields must be a table"),
        ({"fields": {"shoe": "erp"}}, "shoe, which is no field"), ({"master": "us"}, "master must be one of"),
        ({"when": "now"}, "when means nothing"), ({"fields": {"name": "us"}}, "fields.name.master must be"),
        ({"master": "crm", "direction": "erp_to_crm"}, "nothing of its master goes out"),
        ({"direction": "up"}, "direction must be"), ({"timing": "soon"}, "timing must be"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_refused_with_a_sentence(said: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_ownership(said, FIELDS)
