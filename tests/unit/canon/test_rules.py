"""Rules of whole records: what keeps them passes, what breaks them is named, nothing is rounded."""

from decimal import ROUND_HALF_EVEN, Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.canon import Contract, parse_contract, violations
from agent.canon.rules import parse_rule, prepare
from agent.resources import contracts

AMOUNT = {"type": "decimal", "places": 2}
FINE = {"type": "decimal", "places": 4}
FIELDS = {
    "amount": AMOUNT,
    "quantity": FINE,
    "unit_price": FINE,
    "price_quantity": FINE,
    "discount_percent": {"type": "percent", "places": 2},
    "discount": AMOUNT,
    "net": AMOUNT,
    "tax": AMOUNT,
    "total": AMOUNT,
    "paid": AMOUNT,
    "rate": {"type": "percent", "places": 4},
    "count": {"type": "integer"},
    "first_date": {"type": "date"},
    "last_date": {"type": "date"},
    "at": {"type": "instant"},
    "unit": {"type": "text", "max_length": 20},
    "mail": {"type": "text", "max_length": 99},
    "status": {"type": "code", "codes": ["open", "done"]},
}
LINE = {
    "check": "line_amount", "amount": "amount", "quantity": "quantity", "price": "unit_price",
    "per": "price_quantity", "discount_percent": "discount_percent", "discount": "discount",
}  # fmt: skip
SUM = {"check": "sum", "total": "total", "parts": ["net", "tax"]}
SHARE = {"check": "share", "amount": "tax", "base": "net", "percent": "rate"}
MOST = {"check": "at_most", "field": "paid", "limit": "total"}
ORDER = {"check": "not_after", "first": "first_date", "then": "last_date"}
KNOWN = {"check": "known", "field": "unit", "list": "unece-20"}
FORM = {"check": "form", "field": "mail", "as": "email"}
NEEDS = {"check": "required_if", "field": "unit", "when": "quantity"}
NEEDS_IN = {"check": "required_if", "field": "last_date", "when": "status", "in": ["done"]}
SIGN = {"check": "sign", "field": "total", "is": "not_positive"}
NEVER_LESS = {"check": "sign", "field": "count", "is": "not_negative"}


def contract_of(*rules: object) -> Contract:
    properties = {name: {"x-waybill": notes} for name, notes in FIELDS.items()}
    head = {"name": "thing", "major": 1, "rules": list(rules)}
    return parse_contract({"x-waybill": head, "properties": properties})


def broken(rule: object, **fields: object) -> list[tuple[str, str]]:
    found = violations(contract_of(rule).rules, fields)
    return [(violation.code, violation.field) for violation in found]


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        (LINE, {"amount": "10.00", "quantity": "4.0000", "unit_price": "2.5000"}),
        (LINE, {"amount": "10.01", "quantity": "4.0000", "unit_price": "2.5000"}),
        (LINE, {"amount": "9.00", "quantity": "4.0000", "unit_price": "2.5000", "discount_percent": "10.00"}),
        (LINE, {"amount": "8.00", "quantity": "4.0000", "unit_price": "2.5000", "discount_percent": "10.00", "discount": "1.00"}),
        (LINE, {"amount": "0.10", "quantity": "4.0000", "unit_price": "2.5000", "price_quantity": "100.0000"}),
        (LINE, {"amount": "-10.00", "quantity": "-4.0000", "unit_price": "2.5000"}),
        (LINE, {"amount": None, "quantity": "4.0000", "unit_price": "2.5000"}),
        (LINE, {"amount": "1.00", "quantity": "4.0000"}),
        (SUM, {"total": "11.90", "net": "10.00", "tax": "1.90"}),
        (SUM, {"total": "11.91", "net": "10.00", "tax": "1.90"}),
        (SUM, {"total": "5.00", "net": "10.00", "tax": None}),
        (SHARE, {"tax": "1.90", "net": "10.00", "rate": "19.0000"}),
        (MOST, {"paid": "5.00", "total": "5.00"}),
        (MOST, {"paid": "-5.00", "total": "-5.00"}),
        (ORDER, {"first_date": "2024-01-01", "last_date": "2024-01-01"}),
        (ORDER, {"first_date": None, "last_date": "2024-01-01"}),
        (KNOWN, {"unit": "H87"}), (KNOWN, {"unit": None}),
        (FORM, {"mail": "a@b.example"}), (FORM, {"mail": None}),
        (NEEDS, {"unit": "x", "quantity": "1.0000"}), (NEEDS, {"unit": None, "quantity": None}),
        (NEEDS, {"quantity": "1.0000"}),
        (NEEDS_IN, {"last_date": None, "status": "open"}),
        (SIGN, {"total": "-1.00"}), (SIGN, {"total": "0.00"}), (NEVER_LESS, {"count": 0}),
    ],
)  # fmt: skip
def test_what_keeps_a_rule_or_has_nothing_to_say_passes(rule: dict, fields: dict) -> None:
    assert broken(rule, **fields) == []


@pytest.mark.parametrize(
    ("rule", "fields", "code", "field"),
    [
        (LINE, {"amount": "10.02", "quantity": "4.0000", "unit_price": "2.5000"}, "LINE_AMOUNT_WRONG", "amount"),
        (LINE, {"amount": "10.00", "quantity": "4.0000", "unit_price": "2.5000", "discount": "1.00"}, "LINE_AMOUNT_WRONG", "amount"),
        (LINE, {"amount": "-10.00", "quantity": "4.0000", "unit_price": "2.5000"}, "LINE_AMOUNT_WRONG", "amount"),
        (SUM, {"total": "11.88", "net": "10.00", "tax": "1.90"}, "TOTAL_WRONG", "total"),
        (SHARE, {"tax": "1.70", "net": "10.00", "rate": "19.0000"}, "TOTAL_WRONG", "tax"),
        (MOST, {"paid": "5.01", "total": "5.00"}, "ABOVE_LIMIT", "paid"),
        (MOST, {"paid": "-5.01", "total": "-5.00"}, "ABOVE_LIMIT", "paid"),
        (ORDER, {"first_date": "2024-01-02", "last_date": "2024-01-01"}, "DATES_REVERSED", "first_date"),
        (KNOWN, {"unit": "Stk"}, "UNIT_UNKNOWN", "unit"),
        (FORM, {"mail": "info(at)b.example"}, "EMAIL_INVALID", "mail"),
        (NEEDS, {"unit": None, "quantity": "1.0000"}, "CONDITION_MISSING", "unit"),
        (NEEDS_IN, {"last_date": None, "status": "done"}, "CONDITION_MISSING", "last_date"),
        (SIGN, {"total": "0.01"}, "SIGN_WRONG", "total"),
        (NEVER_LESS, {"count": -1}, "SIGN_WRONG", "count"),
    ],
)  # fmt: skip
def test_what_breaks_a_rule_is_named_by_code_and_field(
    rule: dict, fields: dict, code: str, field: str
) -> None:
    assert broken(rule, **fields) == [(code, field)]


_CENTS = st.integers(-(10**9), 10**9).map(lambda n: f"{Decimal(n).scaleb(-2):f}")
_FINE = st.integers(-(10**9), 10**9).map(lambda n: f"{Decimal(n).scaleb(-4):f}")
_OFF = st.integers(-100_00, 100_00).map(lambda n: f"{Decimal(n).scaleb(-2):f}")


@given(quantity=_FINE, price=_FINE, percent=_OFF, discount=_CENTS, wrong=st.integers(-500, 500))
def test_a_line_whose_amount_was_rounded_by_anybody_passes_and_two_cents_do_not(
    quantity: str, price: str, percent: str, discount: str, wrong: int
) -> None:
    with localcontext() as context:
        context.prec = 100
        due = Decimal(quantity) * Decimal(price) * (100 - Decimal(percent)) / 100 - Decimal(
            discount
        )
        cents = due.quantize(Decimal("0.01"), ROUND_HALF_EVEN) + Decimal(wrong) / 100
        within = abs(cents - due) <= Decimal("0.01")
    fields = {
        "amount": f"{cents:f}", "quantity": quantity, "unit_price": price,
        "discount_percent": percent, "discount": discount,
    }  # fmt: skip
    assert (broken(LINE, **fields) == []) is within
    if not wrong:
        assert within
    if abs(wrong) > 1:
        assert not within


@given(net=_CENTS, tax=_CENTS, wrong=st.integers(-5, 5))
def test_a_total_is_the_sum_of_its_parts_to_the_cent(net: str, tax: str, wrong: int) -> None:
    total = f"{Decimal(net) + Decimal(tax) + Decimal(wrong).scaleb(-2):f}"
    assert bool(broken(SUM, total=total, net=net, tax=tax)) is (abs(wrong) > 1)


@given(digits=st.integers(10**37, 10**38 - 1))
def test_the_longest_numbers_are_not_rounded(digits: int) -> None:
    net = f"{Decimal(digits).scaleb(-2):f}"
    off = f"{Decimal(digits + 2).scaleb(-2):f}" if digits < 10**38 - 2 else net
    assert broken(SUM, total=net, net=net, tax="0.00") == []
    assert bool(broken(SUM, total=off, net=net, tax="0.00")) is (off != net)


@pytest.mark.parametrize("name", sorted(contracts()))
@settings(max_examples=15)
@given(data=st.data())
def test_rules_never_raise_and_never_repeat_a_value(name: str, data: st.DataObject) -> None:
    contract = contracts()[name]
    made = {
        "text": st.text(min_size=9), "integer": st.integers(), "boolean": st.booleans(),
        "decimal": _CENTS, "percent": _CENTS, "date": st.dates().map(str), "ref": st.text(min_size=9),
        "instant": st.just("2024-01-01T00:00:00Z"), "phone": st.just("+4989123456"),
        "email": st.just("a@b.example"), "url": st.just("https://a.example"),
    }  # fmt: skip
    fields = {
        field.name: data.draw(
            st.none() | (st.sampled_from(sorted(field.codes)) if field.codes else made[field.kind])
        )
        for field in contract.fields.values()
    }
    for violation in violations(contract.rules, fields):
        assert violation.field in contract.fields
        for its, value in fields.items():
            if isinstance(value, str) and contract.fields[its].kind in ("text", "ref"):
                assert value not in violation.reason


def test_rules_that_speak_of_unmapped_fields_cost_nothing() -> None:
    rules = contracts()["order_line"].rules
    assert prepare(rules, ["order", "number", "quantity", "unit_price"]) is None
    assert prepare(rules, ["quantity", "unit_price", "amount"]) is not None


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("sum", "check must be one of"), ({}, "check must be one of"), ({"check": ["sum"]}, "check must"),
        (SUM | {"surprise": 1}, "surprise means nothing"), ({"check": "sum", "parts": ["net"]}, "total is missing"),
        (SUM | {"parts": []}, "parts is empty"), (SUM | {"parts": ["nothing"]}, "parts must name a field"),
        (SUM | {"total": ["net"]}, "total must name a field"), (SUM | {"total": "unit"}, "another type"),
        (SUM | {"tolerance": "-1"}, "tolerance must be"), (SUM | {"tolerance": 0.01}, "tolerance must be"),
        (ORDER | {"then": "at"}, "both be dates"), (KNOWN | {"list": "iso-0"}, "list must be one of"),
        (FORM | {"as": "fax"}, "as must be one of"), (SIGN | {"is": "red"}, "is must be one of"),
        (NEEDS | {"in": [1]}, "in must be a list"), (SUM | {"severity": "bad"}, "severity must be"),
        (SUM | {"owner": "me"}, "owner must be"),
    ],
)  # fmt: skip
def test_a_wrong_rule_is_refused_with_a_sentence(said: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_rule(said, contract_of().fields)
