"""The org against the Salesforce profile: what an administrator sets up by it is there."""

import pytest

from adapters.sandbox.salesforce.schema import load
from adapters.targets.salesforce.profile import build

PROFILE = build("ERP_Id__c", {})
FITS = {
    "text": {"string", "textarea", "phone", "url", "email", "picklist"},
    "decimal": {"double", "currency", "percent"},
    "integer": {"double", "int"},
    "boolean": {"boolean"},
    "date": {"date"},
    "instant": {"datetime"},
    "ref": {"reference"},
}
# ERP keys need the room that the contract gives them; other lengths are Salesforce's own.


@pytest.mark.parametrize("entity", PROFILE.entities)
def test_every_field_of_the_profile_has_a_fitting_place(entity: str):
    mapped = PROFILE.entities[entity]
    sobject = load().find(mapped.sobject)
    assert sobject is not None
    key = sobject.fields["ERP_Id__c"]
    assert (key.external_id, key.unique, key.case_sensitive, key.length) == (True, True, True, 255)
    for field in mapped.fields.values():
        ours = sobject.fields[field.name]
        assert ours.type in FITS[field.kind], field.name
        assert ours.createable, field.name
        assert ours.updateable is not field.once, field.name
        if field.kind == "decimal" and field.name != "Probability":  # whole percents, everywhere
            assert ours.scale >= field.places, field.name
        if field.kind == "ref":
            assert ours.reference_to == PROFILE.entities[field.parent].sobject
            assert ours.relationship_name == field.relationship
    written = {field.name for field in mapped.fields.values()} | set(mapped.constants)
    assert set(sobject.required) <= written


def test_an_overlay_adds_and_changes(make_crm):
    overlay = {
        "objects": {
            "Account": {"fields": {"Vat__c": {"type": "string", "length": 5}}},
            "Note__c": {"keyPrefix": "a09", "fields": {"Name": {"type": "string"}}},
        }
    }
    crm = make_crm(schema=[overlay])
    crm.put("Account", "C", Name="a", Vat__c="DE1")
    assert crm.refused("Account", Name="a", Vat__c="123456")[0] == "STRING_TOO_LONG"
    assert crm.call("POST", "/sobjects/Note__c", {"Name": "n"})[0] == 201


def test_describe_tells_what_an_administrator_set_up(crm):
    status, described = crm.call("GET", "/sobjects/Contact/describe")
    fields = {field["name"]: field for field in described["fields"]}
    assert (status, described["keyPrefix"]) == (200, "003")
    assert fields["ERP_Id__c"]["externalId"]
    assert fields["AccountId"]["referenceTo"] == ["Account"]
    assert fields["LastName"]["nillable"] is False
    assert fields["Name"]["createable"] is False
    names = {item["name"] for item in crm.call("GET", "/sobjects")[1]["sobjects"]}
    assert {"Account", "ERP_Stock__c"} <= names


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/sobjects/Nope/describe", 404),
        ("GET", "/nope", 404),
        ("PUT", "/sobjects/Account/ERP_Id__c/1", 405),
        ("GET", "/sobjects/Account/001000000000001AAA", 404),
        ("GET", "", 200),
    ],
)
def test_a_path_is_known_or_refused(crm, method: str, path: str, status: int):
    assert crm.call(method, path)[0] == status


def test_versions_need_no_session_and_an_unknown_one_is_refused(crm):
    assert crm.raw("GET", "/services/data").status == 200
    crm.call("GET", "/limits")
    headers = {"authorization": f"Bearer {crm.token}"}
    assert crm.raw("GET", "/services/data/v99.0/limits", headers=headers).status == 404
