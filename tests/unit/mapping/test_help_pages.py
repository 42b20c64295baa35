"""What the help pages show to admins works as it stands there."""

from __future__ import annotations

import re
import tomllib

import pytest

from agent import resources
from agent.mapping import parse
from agent.model import Json

CONTRACTS = resources.contracts()
PAGE = resources.text("help/mapping.md")
UNITS = b"ERP;CRM\nST;H87\n"
PLACES = {
    "text": ("account", "name"),
    "amount": ("account", "credit_limit"),
    "date": ("invoice", "invoice_date"),
    "yes or no": ("account", "active"),
    "codes": ("account", "industry"),
    "lookup": ("product", "unit"),
    "country": ("account", "billing_country"),
    "currency": ("account", "currency"),
    "phone": ("account", "phone"),
    "formula": ("account", "name"),
    "parent": ("order_line", "price_book_entry"),
}
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
    (example,) = re.findall(r"```toml\n(.+?)```", PAGE, re.DOTALL)
    plan = parse(tomllib.loads(example), CONTRACTS["account"], "m.toml", lambda _name: UNITS)
    assert [rule.field.name for rule in plan.rules] == ["name", "number", "currency"]


@pytest.mark.parametrize(("kind", "rule"), ROWS)
def test_every_rule_of_the_mapping_page_is_right(kind: str, rule: str) -> None:
    entity, field = PLACES[kind]
    said = tomllib.loads(f"rule = {rule}")["rule"]
    assert parse(document(entity, {field: said}), CONTRACTS[entity])


def test_the_mapping_page_shows_every_kind_of_rule() -> None:
    assert [kind for kind, _ in ROWS] == list(PLACES)
