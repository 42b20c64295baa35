"""Contracts: what ships is consistent, what is wrong is named."""

import json
import re

import pytest

from agent.canon import Contract, Contracts, Kind, check, parse_contract
from agent.canon.codes import COUNTRIES, CURRENCIES_IN_USE, CURRENCIES_WITHDRAWN
from agent.canon.field import DATE_PATTERN, INSTANT_PATTERN, TYPES, decimal_pattern
from agent.errors import ConfigError
from agent.resources import FOLDER, contracts, text

SHIPPED = sorted(contracts())


def contract_of(fields: dict, **head: object) -> Contract:
    properties = {name: {"x-waybill": notes} for name, notes in fields.items()}
    return parse_contract(
        {"x-waybill": {"name": "thing", "major": 1} | head, "properties": properties}
    )


def test_every_kind_of_the_first_form_ships() -> None:
    assert set(SHIPPED) == {
        "account", "contact", "product", "price_book", "price_book_entry", "order", "order_line",
        "invoice", "invoice_line", "inventory", "shipment",
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
        contract_of({"Bad Name": {"type": "date"}, "b": {}}, name="X", major=0)
    assert [problem.place for problem in caught.value.problems] == [
        "x-waybill.name", "x-waybill.major", "properties.Bad Name", "properties.b",
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
        fields["new"] = fields["name"]  # type: ignore[index]
    assert check(fields["name"], "Miller") is None
