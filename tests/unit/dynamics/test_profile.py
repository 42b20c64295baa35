"""The profile has a place for every kind of the ERP's, fits the sandbox, and can be set up."""

import json

import pytest

from adapters.targets.dynamics import DynamicsConfig
from adapters.targets.dynamics.profile import build
from adapters.targets.dynamics.setup import files, steps
from agent.resources import contracts, text

PROFILE = build({})
SCHEMA = json.loads(text("sandbox/dynamics-schema.json"))
TABLES = {**SCHEMA["tables"], **SCHEMA["own_tables"]}
SIGN_IN = {"flow": "client_credentials", "tenant": "t", "client_id": "x",
           "client_secret": "secret:crm"}  # fmt: skip


def config(**settings):
    return DynamicsConfig(url="https://acme.api.crm4.dynamics.com", sign_in=SIGN_IN, **settings)


def test_every_kind_of_the_canonical_model_has_a_table_of_its_own():
    assert set(PROFILE.entities) == set(contracts())
    tables = [entity.table for entity in PROFILE.entities.values()]
    assert len(set(tables)) == len(tables)


@pytest.mark.parametrize("entity", sorted(PROFILE.entities))
def test_every_field_of_a_kind_has_a_place_and_no_other(entity):
    assert set(PROFILE.entities[entity].fields) == set(contracts()[entity].fields)


def test_the_lengths_are_those_of_the_environment_that_we_practise_with():
    for entity, lengths in config().lengths().items():
        mapped = PROFILE.entities[entity]
        there = TABLES[mapped.table]
        for name, most in lengths.items():
            column = mapped.fields[name].name
            form = there["columns"].get(column) or there["own"]["columns"][column]
            assert form.split()[1] == str(most), f"{entity}.{name}"


def test_places_lengths_and_what_can_be_linked_are_told():
    told = config(profile={"account": {"lengths": {"name": 100}, "fields": {"phone": ""}}})
    assert told.lengths()["account"]["name"] == 100
    assert "credit_limit" in told.places()["account"]
    assert {"name", "parent_account"} <= told.linkable()["account"]
    assert not {"credit_limit", "phone"} & told.linkable()["account"]


def test_an_own_name_or_length_is_another_version():
    plain, named = config().built_profile(), config(key_column="erp_sap").built_profile()
    longer = config(profile={"account": {"lengths": {"name": 200}}}).built_profile()
    assert len({plain.version, named.version, longer.version}) == 3


def test_the_set_up_creates_each_thing_once_and_before_it_is_needed():
    there = {e.table for e in PROFILE.entities.values() if not e.table.startswith("erp_")}
    columns = set()
    for step in steps(PROFILE, list(PROFILE.entities.values())):
        body = step["body"]
        if step["path"] == "EntityDefinitions":
            there.add(body["SchemaName"])
            continue
        if step["path"] == "RelationshipDefinitions":
            table, name = body["ReferencingEntity"], body["Lookup"]["SchemaName"]
            assert body["ReferencedEntity"] in there
        else:
            table, name = step["path"].split("'")[1], body["SchemaName"]
        assert table in there
        if step["path"].endswith("/Keys"):
            assert {(table, column) for column in body["KeyAttributes"]} <= columns
        else:
            assert (table, name) not in columns
            columns.add((table, name))
    assert len(columns) > 100


def test_the_set_up_says_how_to_apply_it_in_this_installations_names():
    said = config(prefix="acme").setup()
    assert set(said) == {"README.md", "apply.ps1", "calls.json"}
    calls = json.loads(said["calls.json"])
    assert all("erp_" not in json.dumps(call["body"]) for call in calls)
    assert "`acme`" in said["README.md"].decode()
    assert str(len(calls)) in said["README.md"].decode()
    assert files(PROFILE)["calls.json"] == files(PROFILE)["calls.json"]


def test_the_set_up_makes_only_what_is_used_and_what_that_refers_to():
    calls = json.loads(config(entities=("tax_line",)).setup()["calls.json"])
    said = json.dumps(calls)
    assert all(name in said for name in ("erp_taxline", "'invoicedetail'", "'product'"))
    assert not any(name in said for name in ("incident", "erp_shipment", "erp_acceptance"))


def test_no_schema_name_is_longer_than_dataverse_takes():
    names = [
        body.get("SchemaName") or body["Lookup"]["SchemaName"]
        for body in (step["body"] for step in json.loads(files(PROFILE)["calls.json"]))
    ]
    assert max(map(len, names)) <= 100
