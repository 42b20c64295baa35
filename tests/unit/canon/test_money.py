"""What counts as financial: amounts, their currencies, percentages, and terms, where the ERP owns them."""

from agent.canon import Contract, Ownership, parse_contract
from agent.canon.money import financial
from agent.resources import contracts

CONTRACT = parse_contract(
    {
        "x-waybill": {"name": "thing", "major": 1},
        "properties": {
            name: {"x-waybill": notes}
            for name, notes in {
                "total": {"type": "decimal", "places": 2, "currency": "currency"},
                "foreign": {"type": "decimal", "places": 2, "currency": "other_currency"},
                "currency": {"type": "code", "list": "iso-4217"},
                "other_currency": {"type": "code", "list": "iso-4217"},
                "weight": {"type": "decimal", "places": 2},
                "discount": {"type": "percent", "places": 2},
                "country": {"type": "code", "list": "iso-3166-1"},
                "credit_hold": {"type": "boolean"},
                "payment_terms": {"type": "text", "max_length": 9},
                "payment_days": {"type": "integer"},
                "name": {"type": "text", "max_length": 9},
            }.items()
        },
    }
)
MONEY = {
    "total", "foreign", "currency", "other_currency", "discount", "credit_hold", "payment_terms",
    "payment_days",
}  # fmt: skip


def owned(said: dict) -> frozenset[str]:
    return financial(CONTRACT, Ownership().overridden(said, CONTRACT.fields))


def test_money_what_it_is_worth_and_the_terms_are_financial_and_nothing_else() -> None:
    assert owned({}) == MONEY


def test_what_the_crm_owns_may_be_edited() -> None:
    assert owned({"master": "crm"}) == frozenset()
    crm = {"fields": {"total": "crm", "discount": "crm"}}
    assert owned(crm) == MONEY - {"total", "discount"}


def test_who_owns_an_amount_owns_its_currency() -> None:
    assert owned({"fields": {"currency": "crm"}}) == MONEY
    both = {"fields": {"currency": "crm", "total": "crm"}}
    assert owned(both) == MONEY - {"currency", "total"}
    one = {"master": "crm", "fields": {"total": "erp"}}
    assert owned(one) == {"total", "currency"}


def test_every_contract_that_ships_has_its_amounts_among_them() -> None:
    invoice: Contract = contracts()["invoice"]
    assert {"net", "tax", "total", "paid", "currency"} <= financial(invoice, invoice.ownership)
