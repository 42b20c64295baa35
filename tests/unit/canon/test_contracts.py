"""Contracts: what ships is consistent, what is wrong is named."""

import json
import re

import pytest

from agent.canon import Contract, Contracts, Kind, check, may_become, parse_contract
from agent.canon.codes import COUNTRIES, CURRENCIES_IN_USE, CURRENCIES_WITHDRAWN
from agent.canon.field import (
    DATE_PATTERN,
    EMAIL_PATTERN,
    INSTANT_PATTERN,
    PHONE_PATTERN,
    TYPES,
    URL_PATTERN,
    decimal_pattern,
)
from agent.errors import ConfigError
from agent.resources import FOLDER, contracts, text

SHIPPED = sorted(contracts())


def contract_of(fields: dict, **head: object) -> Contract:
    properties = {name: {"x-waybill": notes} for name, notes in fields.items()}
    return parse_contract(
        {"x-waybill": {"name": "thing", "major": 1} | head, "properties": properties}
    )


def test_the_nine_kinds_of_data_ship_and_the_kinds_that_are_only_contract_files() -> None:
    assert set(SHIPPED) == {
        "account", "contact", "product", "price_book", "price_book_entry", "quote", "quote_line",
        "order", "order_line", "invoice", "invoice_line", "payment", "inventory", "shipment",
        "shipment_line",
        "opportunity", "contract", "subscription", "service_case", "credit_note", "tax_line",
        "billing_schedule", "acceptance",
    }  # fmt: skip


@pytest.mark.parametrize("name", SHIPPED)
def test_a_contract_is_named_after_its_file(name: str) -> None:
    assert contracts()[name].reference == f"{name}/1"
    document = json.loads(text(f"contracts/{name}.json"))
    assert document["$id"] == f"urn:waybill:contract:{name}:1"
    assert document["title"] == name


@pytest.mark.parametrize("name", SHIPPED)
def test_the_schema_for_outsiders_says_what_the_annotations_say(name: str) -> None:
    document = json.loads(text(f"contracts/{name}.json"))
    assert document["additionalProperties"] is False
    for field in contracts()[name].fields.values():
        said = document["properties"][field.name]
        assert said["description"].endswith(".")
        kind = TYPES[field.kind]
        assert said["type"] == (kind if field.required else [kind, "null"])
        limits = {key: value for key, value in said.items() if key[:3] in ("min", "max")}
        bounded = {"minLength": 1, "maxLength": field.max_length} if field.max_length else {}
        if field.kind is Kind.INTEGER:
            bounded = {"minimum": -(2**53) + 1, "maximum": 2**53 - 1}
        assert limits == bounded
        patterns = {
            Kind.DECIMAL: decimal_pattern(field.places),
            Kind.PERCENT: decimal_pattern(field.places),
            Kind.PHONE: PHONE_PATTERN,
            Kind.EMAIL: EMAIL_PATTERN,
            Kind.URL: URL_PATTERN,
            Kind.DATE: DATE_PATTERN,
            Kind.INSTANT: INSTANT_PATTERN,
        }
        if field.kind in patterns:
            assert said["pattern"] == patterns[field.kind]
        if field.list:
            assert all(re.fullmatch(said["pattern"], code) for code in field.codes)
        elif field.codes:
            assert set(said["enum"]) - {None} == field.codes
            assert (None in said["enum"]) is not field.required


@pytest.mark.parametrize("name", SHIPPED)
def test_the_whole_of_a_field_is_in_its_annotations_and_in_the_schema_alike(name: str) -> None:
    document = json.loads(text(f"contracts/{name}.json"))
    for field in contracts()[name].fields.values():
        said = dict(document["properties"][field.name])
        keys = {"description", "type", "x-waybill"}
        if field.max_length:
            keys |= {"minLength", "maxLength"}
        match field.kind:
            case Kind.INTEGER:
                keys |= {"minimum", "maximum"}
            case Kind.DATE | Kind.INSTANT | Kind.EMAIL | Kind.URL:
                keys |= {"format", "pattern"}
            case Kind.DECIMAL | Kind.PERCENT | Kind.PHONE:
                keys |= {"pattern"}
            case Kind.CODE:
                keys |= {"pattern"} if field.list else {"enum"}
        assert set(said) == keys, field.name
        formats = {"date": "date", "instant": "date-time", "email": "email", "url": "uri"}
        assert said.get("format") == formats.get(field.kind), field.name


@pytest.mark.parametrize("name", SHIPPED)
def test_money_names_the_currency_beside_it_and_every_state_says_what_it_means(name: str) -> None:
    contract = contracts()[name]
    amounts = {"amount", "total", "net", "tax", "discount", "unit_price", "balance", "paid"}
    for field in contract.fields.values():
        if field.name in amounts:
            assert contract.fields[field.currency].list == "iso-4217", field.name
        assert {state.name for state in field.states} in (set(), field.codes)
        for state in field.states:
            assert state.means.endswith("."), state.name
            assert set(state.next) <= field.codes
        if field.name in {"status", "stage", "payment_status"}:
            assert field.states, field.name


@pytest.mark.parametrize("name", SHIPPED)
def test_a_contract_says_who_is_master_and_whom_a_broken_record_concerns(name: str) -> None:
    contract = contracts()[name]
    assert "ownership" in json.loads(text(f"contracts/{name}.json"))["x-waybill"]
    named = {contract.impact.customer, contract.impact.document, contract.impact.amount}
    assert named & set(contract.fields)


def test_what_a_status_may_become_is_what_its_life_allows() -> None:
    status = contracts()["order"].fields["status"]
    assert may_become(status, "draft", "confirmed")
    assert may_become(status, "closed", "closed")
    assert may_become(status, None, "shipped")
    assert not may_become(status, "closed", "draft")
    assert not may_become(status, "confirmed", None)
    assert may_become(contracts()["order"].fields["number"], "1", "2")


def test_the_body_of_the_webhook_has_a_schema_that_names_its_seven_parts() -> None:
    schema = json.loads((FOLDER / "contracts" / "webhook.json").read_text(encoding="utf-8"))
    parts = {"id", "op", "entity", "contract", "external_id", "revision", "fields"}
    assert set(schema["properties"]) == set(schema["required"]) == parts
    assert schema["additionalProperties"] is False


def test_required_fields_and_references_are_known_by_name() -> None:
    line = contracts()["order_line"]
    assert line.required == ("order", "number", "quantity")
    assert [(field.name, field.entity) for field in line.refs] == [
        ("order", "order"),
        ("price_book_entry", "price_book_entry"),
        ("product", "product"),
    ]


def test_the_code_lists_have_the_size_that_iso_gives_them() -> None:
    assert len(COUNTRIES) == 249
    assert all(re.fullmatch("[A-Z]{2}", code) for code in COUNTRIES)
    assert all(re.fullmatch("[A-Z]{3}", code) for code in CURRENCIES_IN_USE | CURRENCIES_WITHDRAWN)
    assert not CURRENCIES_IN_USE & CURRENCIES_WITHDRAWN


@pytest.mark.parametrize(
    ("notes", "said"),
    [
        ({}, "type must be one of"),
        ({"type": "money"}, "type must be one of"),
        ({"type": ["text"]}, "type must be one of"),
        ({"type": "text"}, "max_length must be between"),
        ({"type": "text", "max_length": True}, "max_length must be between"),
        ({"type": "text", "max_length": 5, "places": 2}, "places means nothing"),
        ({"type": "decimal"}, "places must be between"),
        ({"type": "decimal", "places": 38}, "places must be between"),
        ({"type": "ref"}, "entity must name"),
        ({"type": "code"}, "either codes or one list"),
        ({"type": "code", "codes": ["a", "a"]}, "different texts"),
        ({"type": "code", "codes": [" a"]}, "different texts"),
        ({"type": "code", "codes": ["a"], "list": "iso-4217"}, "either codes or one list"),
        ({"type": "code", "list": "iso-0"}, "either codes or one list"),
        ({"type": "date", "required": "yes"}, "required must be true or false"),
        ({"type": "phone", "max_length": 5}, "max_length means nothing"),
        ({"type": "percent"}, "places must be between"),
        ({"type": "percent", "places": 2, "currency": "c"}, "currency means nothing"),
        ({"type": "decimal", "places": 2, "currency": "good"}, "names no currency field"),
        ({"type": "code", "list": "iso-4217", "lifecycle": {}}, "either codes or one list"),
        ({"type": "code", "codes": ["a"], "lifecycle": {}}, "speak of every code"),
        ({"type": "code", "codes": ["a"], "lifecycle": {"a": {"means": "A."}}}, "and next"),
        (
            {"type": "code", "codes": ["a"], "lifecycle": {"a": {"means": " ", "next": []}}},
            "and next",
        ),
        (
            {"type": "code", "codes": ["a"], "lifecycle": {"a": {"means": "A.", "next": ["b"]}}},
            "list codes",
        ),
        (
            {"type": "code", "codes": ["a"], "lifecycle": {"a": {"means": "A.", "next": ["a"]}}},
            "names itself",
        ),
    ],
)
def test_a_wrong_annotation_is_named_with_its_place(notes: dict, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        contract_of({"good": {"type": "date"}, "field": notes})
    (problem,) = caught.value.problems
    assert problem.place == "properties.field"
    assert said in problem.text


def test_all_problems_of_a_contract_come_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        contract_of(
            {"Bad Name": {"type": "date"}, "b": {}}, name="X", major=0, minor=-1, surprise=1
        )
    assert [problem.place for problem in caught.value.problems] == [
        "x-waybill.name", "x-waybill.major", "x-waybill.minor", "x-waybill.surprise",
        "properties.Bad Name", "properties.b",
    ]  # fmt: skip


def test_a_contract_without_fields_is_none() -> None:
    with pytest.raises(ConfigError, match="has fields"):
        contract_of({})


def test_contracts_are_closed_under_references_and_have_one_of_each_kind() -> None:
    child = contract_of({"parent": {"type": "ref", "entity": "elsewhere"}})
    with pytest.raises(ConfigError, match="No contract of 'elsewhere'"):
        Contracts([child])
    single = contract_of({"day": {"type": "date"}})
    with pytest.raises(ConfigError, match="two contracts"):
        Contracts([single, single])
    assert dict(Contracts([single])) == {"thing": single}
    assert len(Contracts([single])) == 1


def test_a_contract_does_not_change_under_its_users() -> None:
    fields = contracts()["account"].fields
    with pytest.raises(TypeError):
        fields["new"] = fields["name"]
    assert check(fields["name"], "Miller") is None


def test_what_speaks_of_several_fields_is_checked_once_each_of_them_is_right() -> None:
    with pytest.raises(ConfigError) as caught:
        contract_of(
            {"total": {"type": "decimal", "places": 2}},
            rules=[{"check": "sum", "total": "total", "parts": ["net"]}, {"check": "magic"}],
            ownership={"master": "nobody"},
            impact={"document": "number", "amount": "total", "who": "total"},
        )
    assert [problem.place for problem in caught.value.problems] == [
        "x-waybill.rules.1", "x-waybill.rules.2", "x-waybill.ownership",
        "x-waybill.impact.document", "x-waybill.impact.who",
    ]  # fmt: skip
