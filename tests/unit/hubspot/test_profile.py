"""The profile has a place for the whole canonical model; the set-up makes what it needs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adapters.sandbox.hubspot.schema import load
from adapters.targets.hubspot import HubspotConfig
from adapters.targets.hubspot.profile import build
from adapters.targets.hubspot.setup import TYPES

CONTRACTS = Path(__file__).resolve().parents[3] / "resources" / "contracts"
PROFILE = build("erp_id", {})
KINDS = {
    "text": {"text", "code", "phone", "email", "url"},
    "decimal": {"decimal", "percent"},
    "integer": {"integer"},
    "boolean": {"boolean"},
    "date": {"date"},
    "instant": {"instant"},
    "ref": {"ref"},
}


def contracts():
    found = {path.stem: json.loads(path.read_text("utf-8")) for path in CONTRACTS.glob("*.json")}
    return {name: item["properties"] for name, item in found.items() if name != "webhook"}


def config(**more):
    return HubspotConfig(sign_in={"flow": "private_app", "token": "secret:t"}, **more)


@pytest.mark.parametrize("entity", sorted(contracts()))
def test_every_field_of_every_kind_has_a_place_that_fits(entity):
    fields = PROFILE.entities[entity].fields
    for name, said in contracts()[entity].items():
        told, field = said["x-waybill"], fields[name]
        assert told["type"] in KINDS[field.kind], name
        if field.kind == "decimal":
            assert field.places == (2 if told.get("places") is None else told["places"]), name
        if field.kind == "ref":
            assert field.parent == told["entity"], name
    assert set(fields) == set(contracts()[entity])


@pytest.mark.parametrize("entity", PROFILE.entities)
def test_no_two_fields_share_a_property(entity):
    names = [field.name for field in PROFILE.entities[entity].fields.values()]
    assert len(set(names)) == len(names)
    assert PROFILE.key not in names


@pytest.mark.parametrize("entity", PROFILE.entities)
def test_the_sandbox_has_what_the_profile_names(entity):
    mapped = PROFILE.entities[entity]
    kind = load("1").find(mapped.object)
    assert kind is not None
    assert kind.properties["erp_id"].has_unique_value
    for field in mapped.fields.values():
        item = kind.properties[field.name]
        assert not item.read_only
        assert item.type in {TYPES[field.kind][0], "enumeration"}, field.name
    for field in mapped.refs.values():
        parent = load("1").find(PROFILE.entities[field.parent].object)
        assert parent.name in kind.links or kind.name in parent.links


def test_no_two_kinds_share_an_object():
    objects = [mapped.object for mapped in PROFILE.entities.values()]
    assert len(set(objects)) == len(objects), "their keys would meet in one unique property"


def test_the_set_up_of_some_kinds_makes_these_only():
    files = config(entities=["account", "invoice"]).setup()
    assert sorted(files) == ["01-erp_invoice.json", "02-companies.json", "README.md"]
    invoice = json.loads(files["01-erp_invoice.json"])
    assert invoice["path"] == "/crm-object-schemas/v3/schemas"
    assert invoice["body"]["associatedObjects"] == ["COMPANY", "ORDER"]
    companies = json.loads(files["02-companies.json"])["body"]["inputs"]
    assert companies[0]["hasUniqueValue"] is True
    assert "name" not in {item["name"] for item in companies}, "what every account has"


def test_the_settings_say_what_fits_where():
    made = config()
    assert made.places()["account"] == frozenset(PROFILE.entities["account"].fields)
    assert made.lengths()["account"]["name"] == 65_536
    assert "balance" not in made.lengths()["account"]
    assert {"name", "parent_account"} <= made.linkable()["account"]
    assert "balance" not in made.linkable()["account"]
    assert (made.objects_path, config(api_version="2026-03").objects_path) == (
        "/crm/v3/objects",
        "/crm/objects/2026-03",
    )


@pytest.mark.parametrize(
    "wrong", [{"entities": ["nothing"]}, {"profile": {"nothing": {}}}, {"batch": 101}]
)
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=r"not known|no entity|less than or equal"):
        config(**wrong)
