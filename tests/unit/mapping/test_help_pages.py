"""What the help pages show to admins works as it stands there."""

from __future__ import annotations

import re
import tomllib

import pytest

from agent import resources
from agent.mapping import parse
from agent.model import Json
from agent.runtime.grouped import KIND, GroupConfig

CONTRACTS = resources.contracts()
PAGE = resources.text("help/mapping.md")
UNITS = b"ERP;CRM\nST;H87\n"
PLACES = {
    "text": ("account", "name"),
    "long text": ("product", "description"),
    "amount": ("account", "credit_limit"),
    "amount by locale": ("account", "credit_limit"),
    "date": ("invoice", "invoice_date"),
    "date by locale": ("invoice", "invoice_date"),
    "yes or no": ("account", "active"),
    "codes": ("account", "industry"),
    "lookup": ("product", "unit"),
    "country": ("account", "billing_country"),
    "state": ("account", "billing_state"),
    "postal code": ("account", "billing_postal_code"),
    "street": ("account", "billing_street"),
    "currency": ("account", "currency"),
    "phone": ("account", "phone"),
    "formula": ("account", "name"),
    "parent": ("order_line", "price_book_entry"),
}
EXAMPLES = re.findall(r"```toml\n(.+?)```", PAGE, re.DOTALL)
ROWS = re.findall(r"^\| ([\w ]+) \| `(\{.+?\})`", PAGE, re.MULTILINE)


def document(entity: str, fields: dict[str, Json]) -> dict[str, Json]:
    required: dict[str, Json] = dict.fromkeys(CONTRACTS[entity].required, "COLUMN")
    return {
        "version": 1,
        "entity": entity,
        "external_id": "NO",
        "on_leave": "leave",
        "lookups": {"units": {"table": {"ST": "H87"}}},
        "fields": required | fields,
    }


def test_the_example_of_the_mapping_page_is_a_mapping() -> None:
    example, *_ = EXAMPLES
    plan = parse(tomllib.loads(example), CONTRACTS["account"], "m.toml", lambda _name: UNITS)
    assert [rule.field.name for rule in plan.rules] == ["name", "number", "currency"]


@pytest.mark.parametrize(("kind", "rule"), ROWS)
def test_every_rule_of_the_mapping_page_is_right(kind: str, rule: str) -> None:
    entity, field = PLACES[kind]
    said = tomllib.loads(f"rule = {rule}")["rule"]
    assert parse(document(entity, {field: said}), CONTRACTS[entity])


def test_the_mapping_page_shows_every_kind_of_rule() -> None:
    assert [kind for kind, _ in ROWS] == list(PLACES)


def test_the_examples_of_tables_and_checks_are_parts_of_a_mapping() -> None:
    _, terms, _, checks = EXAMPLES
    said = tomllib.loads(terms)
    plan = parse(
        document("order", said["fields"]) | {"lookups": said["lookups"]}, CONTRACTS["order"]
    )
    assert [table.source for table in plan.tables.values()] == ["payment_terms"]
    fields: dict[str, Json] = {"total": "TOTAL", "tax": "TAX"}
    plan = parse(document("order", fields) | tomllib.loads(checks), CONTRACTS["order"])
    assert plan.warns
    assert set(plan.columns_used) >= {"TOTAL", "TAX", "ORDNO"}


def test_the_example_of_a_group_is_a_source() -> None:
    said = tomllib.loads(EXAMPLES[2])["sources"]["orders"]
    assert said.pop("kind") == KIND
    group = GroupConfig.model_validate({**said, "key": tuple(said["key"])})
    assert group.used == ("ORDNO", "CUSTNO", "AMOUNT", "SHIPPED")
