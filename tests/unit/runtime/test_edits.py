"""What a person may change in a parked message, and what of it is accepted."""

from __future__ import annotations

import orjson
import pytest

from agent import resources
from agent.canon import Kind, Rule, Severity, Side
from agent.canon.rules import with_severity
from agent.model import Parent, Scalar
from agent.queue.claims import Claim
from agent.runtime.desk.contents import Content, written
from agent.runtime.desk.edits import edited
from agent.runtime.plan import FlowPlan

CONTRACTS = resources.contracts()


def content(entity: str, checks: tuple[Rule, ...] | None = None) -> Content:
    contract = CONTRACTS[entity]
    return Content(contract, contract.ownership, contract.rules if checks is None else checks)


def plan(entity: str) -> FlowPlan:
    return FlowPlan("f", 1, 0, entity, f"{entity}/1", entity, "crm", 1, lambda _: None, None)


def claim(fields: dict[str, Scalar], parents: tuple[Parent, ...] = ()) -> Claim:
    return Claim(7, 1, b"", b"", 0, 1, False, 0, 1, "K1", fields, parents, 0.0, b"")


def said(entity: str, fields: dict[str, Scalar], **values: str) -> list[str]:
    """Codes of what speaks against these values."""
    made, problems = edited(plan(entity), content(entity), claim(fields), values)
    assert made is None
    return [problem.code for problem in problems]


INVOICE: dict[str, Scalar] = {
    "number": "R1", "currency": "EUR", "total": "12.50", "invoice_date": "2026-11-01",
    "due_date": "2026-11-30",
}  # fmt: skip


def test_a_changed_value_makes_a_whole_new_content_with_what_was_before() -> None:
    edit, problems = edited(
        plan("invoice"), content("invoice"), claim(INVOICE), {"due_date": " 2026-12-01 "}
    )
    assert problems == []
    assert edit is not None
    assert orjson.loads(edit.payload) == {"x": "K1", "f": INVOICE | {"due_date": "2026-12-01"}}
    assert edit.about == {"fields": {"due_date": ["2026-11-30", "2026-12-01"]}}


def test_what_stands_there_already_is_no_edit() -> None:
    for value in ("2026-11-30", " 2026-11-30"):
        assert said("invoice", INVOICE, due_date=value) == []


@pytest.mark.parametrize("field", ["total", "currency"])
def test_money_of_the_erp_and_its_currency_are_put_right_in_the_erp(field: str) -> None:
    made, (problem,) = edited(
        plan("invoice"), content("invoice"), claim(INVOICE), {field: "USD", "due_date": ""}
    )
    assert made is None
    assert problem.code == "EDIT_REFUSED"
    assert problem.field == field
    assert "correct it in the ERP, or by a mapping that a second person approves" in problem.reason
    assert "USD" not in problem.reason


def test_an_edit_is_judged_by_the_contract_and_by_the_rules_of_the_mapping() -> None:
    assert said("invoice", INVOICE, due_date="tomorrow") == ["NOT_A_DATE"]
    assert said("invoice", INVOICE, due_date="2026-10-01") == ["DATES_REVERSED"]
    assert said("invoice", INVOICE, shoe_size="43") == ["FIELD_UNKNOWN"]
    lax = tuple(with_severity(rule, Severity.WARNING) for rule in CONTRACTS["invoice"].rules)
    edit, problems = edited(
        plan("invoice"), content("invoice", lax), claim(INVOICE), {"due_date": "2026-10-01"}
    )
    assert edit is not None
    assert problems == []


def test_a_reference_leads_to_another_parent_and_never_to_the_record_itself() -> None:
    fields: dict[str, Scalar] = {"name": "Ace", "parent_account": "K0"}
    old = (Parent("parent_account", "account", "K0"),)
    edit, _ = edited(
        plan("account"), content("account"), claim(fields, old), {"parent_account": "K2"}
    )
    assert edit is not None
    assert orjson.loads(edit.payload)["p"] == [["parent_account", "account", "K2"]]
    edit, _ = edited(
        plan("account"), content("account"), claim(fields, old), {"parent_account": ""}
    )
    assert edit is not None
    assert "p" not in orjson.loads(edit.payload)
    assert said("account", fields, parent_account="K1") == ["PARENT_IS_SELF"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", None), ("name", "x"), ("active", True), ("active", False), ("payment_days", 0),
        ("payment_days", -12), ("credit_limit", "12.50"),
    ],
)  # fmt: skip
def test_a_value_is_read_as_it_was_written(name: str, value: Scalar) -> None:
    read = content("account").value(name, written(value))
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("entity", "name", "text", "code"),
    [
        ("shipment_line", "number", "12.5", "NOT_A_NUMBER"),
        ("account", "active", "maybe", "NOT_A_BOOLEAN"),
    ],
)
def test_what_is_no_such_value_is_left_to_the_contract_to_refuse(
    entity: str, name: str, text: str, code: str
) -> None:
    made, problems = edited(plan(entity), content(entity), claim({name: None}), {name: text})
    assert made is None
    assert code in [problem.code for problem in problems]


FINANCIAL = [
    (entity, name)
    for entity, contract in CONTRACTS.items()
    for name, field in contract.fields.items()
    if contract.ownership.of(name).master is Side.ERP
    and (
        field.currency
        or field.kind is Kind.PERCENT
        or field.list == "iso-4217"
        or name in ("credit_hold", "payment_terms", "payment_days")
    )
]


@pytest.mark.parametrize(("entity", "name"), FINANCIAL)
def test_no_financial_field_that_the_erp_owns_is_edited_at_the_desk(entity: str, name: str) -> None:
    made, (problem,) = edited(
        plan(entity), content(entity), claim({name: "1.00"}), {name: "987654"}
    )
    assert made is None
    assert (problem.code, problem.field) == ("EDIT_REFUSED", name)
    assert "in the ERP, or by a mapping that a second person approves" in problem.reason
    assert "987654" not in problem.reason


def test_every_kind_with_an_amount_has_financial_fields_that_are_kept() -> None:
    """The list above is not short by accident."""
    kinds = {entity for entity, _ in FINANCIAL}
    assert kinds >= {"account", "order", "order_line", "invoice", "invoice_line", "payment",
                     "price_book_entry", "credit_note", "tax_line", "subscription"}  # fmt: skip
    assert {name for entity, name in FINANCIAL if entity == "account"} == {
        "currency", "credit_limit", "credit_hold", "payment_terms", "payment_days",
        "discount_percent", "balance", "overdue_balance",
    }  # fmt: skip


def test_money_that_the_crm_owns_may_be_edited() -> None:
    made, problems = edited(
        plan("opportunity"), content("opportunity", ()), claim({"amount": "1.00"}),
        {"amount": "2.00"},
    )  # fmt: skip
    assert problems == []
    assert made is not None
