"""Short ways to a contract, a plan and a mapper for one field."""

from __future__ import annotations

import tomllib
from collections.abc import Callable

from agent.canon import Contract, parse_contract
from agent.mapping import Plan, parse
from agent.model import Draft, Problem, Scalar, Value
from agent.resources import contracts

TEXT = {"type": "text", "max_length": 40}
EVERY_KIND = {
    "text": TEXT,
    "must": TEXT | {"required": True},
    "integer": {"type": "integer"},
    "decimal": {"type": "decimal", "places": 2},
    "boolean": {"type": "boolean"},
    "date": {"type": "date"},
    "instant": {"type": "instant"},
    "ref": {"type": "ref", "entity": "account"},
    "up": {"type": "ref", "entity": "thing"},
    "code": {"type": "code", "codes": ["open", "paid"]},
    "currency": {"type": "code", "list": "iso-4217"},
    "country": {"type": "code", "list": "iso-3166-1"},
}


def contract_of(fields: dict) -> Contract:
    properties = {name: {"x-waybill": notes} for name, notes in fields.items()}
    return parse_contract({"x-waybill": {"name": "thing", "major": 1}, "properties": properties})


def plan_of(text: str, contract: Contract | None = None) -> Plan:
    document = tomllib.loads(text)
    return parse(document, contract or contracts()[document["entity"]], "m.toml")


def one(notes: dict, rule: str = '"C"') -> Callable[[Value], Scalar | Problem]:
    """What one column becomes in a field of this type."""
    plan = plan_of(
        f'version = 1\nentity = "thing"\nexternal_id = "ID"\non_leave = "leave"\n[fields]\nf = {rule}\n',
        contract_of({"f": notes}),
    )
    mapper = plan.bind(["ID", "C"])

    def convert(value: Value) -> Scalar | Problem:
        result = mapper(("X1", value))
        if isinstance(result, Draft):
            return result.fields["f"]
        assert isinstance(result, Problem)
        assert result.external_id == "X1"
        assert result.field == "f"
        return result

    return convert


def code_of(result: Scalar | Problem) -> str:
    assert isinstance(result, Problem), result
    return result.code
