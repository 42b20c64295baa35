"""The profile: what each canonical field is at SAP, and what an installation may call otherwise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from adapters.targets.sap import SapConfig
from adapters.targets.sap.profile import KEY, VERSION, Override, Retire, build

CONTRACTS = Path(__file__).parents[3] / "resources" / "contracts"
SIGN_IN = {"flow": "basic", "user": "_WAYBILL", "password": "secret:sap"}


def config(**more):
    return SapConfig(url="https://my123456.crm.ondemand.com", sign_in=SIGN_IN, **more)


def test_every_kind_and_field_of_the_canonical_model_has_a_place_and_nothing_else():
    mapped = build(KEY, {}).entities
    kinds = {path.stem for path in CONTRACTS.glob("*.json")} - {"webhook"}
    assert set(mapped) == kinds
    for entity in kinds:
        known = json.loads((CONTRACTS / f"{entity}.json").read_text("utf-8"))["properties"]
        assert set(mapped[entity].fields) == set(known), entity


def test_a_place_suits_what_the_canonical_model_says_of_the_field():
    suits = {"decimal": "decimal", "percent": "decimal", "integer": "integer", "ref": "ref"}
    suits |= {"boolean": "boolean", "instant": "instant"}
    for entity, mapped in build(KEY, {}).entities.items():
        known = json.loads((CONTRACTS / f"{entity}.json").read_text("utf-8"))["properties"]
        names = [field.name for field in mapped.fields.values()]
        assert len(set(names)) == len(names), f"{entity}: one property for one field"
        assert mapped.key not in names
        for name, field in mapped.fields.items():
            said = known[name]["x-waybill"]
            if said["type"] == "date":
                assert field.kind in {"date", "day", "daytext"}
            else:
                assert field.kind == suits.get(said["type"], "text"), (entity, name)
            assert field.parent == said.get("entity", "")
            assert said["type"] not in {"decimal", "percent"} or field.places == said["places"]


def test_a_reference_points_at_an_entity_of_the_tables():
    entities = build(KEY, {}).entities
    for mapped in entities.values():
        for name, field in mapped.fields.items():
            assert (field.kind == "ref") == bool(field.parent), name
            if field.kind == "ref":
                assert field.parent in entities
                assert field.through


def test_what_sap_never_deletes_is_taken_out_of_use():
    entities = build(KEY, {}).entities
    assert entities["account"].retire == Retire("LifeCycleStatusCode", "4")
    assert entities["contact"].retire == Retire("StatusCode", "4")
    assert entities["product"].retire == Retire("StatusCode", "4")
    assert entities["order"].retire is None


def test_custom_objects_have_their_own_service_and_key():
    entities = build("Z_KUT", {}).entities
    assert (entities["account"].custom, entities["account"].key) == (False, "Z_KUT")
    assert (entities["invoice"].custom, entities["invoice"].key) == (True, "ERPKey")


def test_an_override_names_what_the_tenant_calls_otherwise():
    own = Override("ZInvoiceCollection", "ZKey", {"total": "ZTotal", "paid": ""}, {"number": 12})
    profile = build(KEY, {"invoice": own})
    invoice = profile.entities["invoice"]
    assert (invoice.collection, invoice.key, invoice.type) == (
        "ZInvoiceCollection",
        "ZKey",
        "ZInvoice",
    )
    assert (invoice.fields["total"].name, invoice.fields["total"].places) == ("ZTotal", 2)
    assert invoice.fields["paid"].name == ""
    assert invoice.fields["number"].length == 12
    assert profile.version.startswith(f"{VERSION}+")


def test_another_key_or_name_is_another_version_and_none_is_the_same():
    versions = {
        build(KEY, {}).version,
        build("Z_KUT", {}).version,
        build(KEY, {"account": Override(fields={"name": "Z"})}).version,
        build(KEY, {"account": Override(lengths={"name": 30})}).version,
    }
    assert len(versions) == 4
    assert build(KEY, {}).version == VERSION


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"entities": ("acount",)}, "acount"),
        ({"profile": {"acount": {}}}, "acount"),
        ({"profile": {"account": {"fields": {"nmae": "Name"}}}}, "nmae"),
        ({"profile": {"account": {"lengths": {"balance": 3}}}}, "balance"),
        ({"profile": {"account": {"fields": {"name": "Na me"}}}}, "account"),
        ({"service": "sap/c4c"}, "service"),
        ({"threads": 10}, "threads"),
        ({"batch": 0}, "batch"),
    ],
)
def test_a_wrong_setting_is_named(wrong, says):
    with pytest.raises(ValidationError, match=says):
        config(**wrong)


def test_lengths_and_links_are_told():
    assert config().lengths()["account"]["name"] == 40
    linkable = config().linkable()
    assert "phone" in linkable["account"]
    assert "account" in linkable["contact"]
    assert "balance" not in linkable["account"]
