"""How many characters Salesforce takes: known beforehand, corrected by who knows the org."""

import json

import pytest

from adapters.targets.salesforce.config import SalesforceConfig
from adapters.targets.salesforce.profile import Override, build
from adapters.targets.salesforce.shape import differences
from agent.resources import contracts, text

OBJECTS = json.loads(text("sandbox/salesforce-schema.json"))["objects"]
PROFILE = build("ERP_Id__c", {})
SIGN_IN = {"flow": "client_credentials", "client_id": "x", "client_secret": "secret:crm"}


def config(**profile: object) -> SalesforceConfig:
    return SalesforceConfig.model_validate(
        {"url": "https://example.my.salesforce.com", "sign_in": SIGN_IN, "profile": profile}
    )


def test_the_lengths_are_those_of_the_org_that_we_practise_with() -> None:
    for entity, lengths in config().lengths().items():
        mapped = PROFILE.entities[entity]
        for name, most in lengths.items():
            there = OBJECTS[mapped.sobject]["fields"][mapped.fields[name].name]
            assert there["length"] == most, f"{entity}.{name}"


def test_a_contract_may_say_more_than_the_crm_takes_and_then_the_crm_counts() -> None:
    narrower = [
        (entity, name)
        for entity, lengths in config().lengths().items()
        for name, most in lengths.items()
        if most < (contracts()[entity].fields[name].max_length or 0)
    ]
    assert ("account", "billing_city") in narrower
    assert ("contact", "email") in narrower


def test_an_installation_says_how_long_its_own_fields_are() -> None:
    own = config(account={"fields": {"number": "No__c"}, "lengths": {"payment_terms": 40}})
    assert own.lengths()["account"]["payment_terms"] == 40
    assert "number" not in own.lengths()["account"], "of another field nobody knows it"
    plain = build("ERP_Id__c", {"account": Override(None, {})})
    longer = build("ERP_Id__c", {"account": Override(None, {}, {"number": 80})})
    assert longer.entities["account"].fields["number"].length == 80
    assert plain.version != longer.version, "its rows are mapped again"


@pytest.mark.parametrize(
    ("lengths", "why"), [({"balance": 5}, "no text"), ({"phoney": 5}, "no field")]
)
def test_only_texts_have_a_length(lengths: dict[str, int], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        config(account={"lengths": lengths})


def test_a_field_that_is_shorter_than_it_is_believed_to_be_is_found() -> None:
    mapped = PROFILE.entities["account"]
    org = {
        field.name: {"length": field.length or 255, "relationshipName": field.relationship}
        for field in mapped.fields.values()
    }
    org["ERP_Id__c"] = {"externalId": True, "unique": True}
    assert list(differences(mapped, PROFILE, org)) == []
    org["ERP_Payment_Terms__c"]["length"] = 40
    org["BillingCity"]["length"] = 30
    found = list(differences(mapped, PROFILE, org))
    assert [finding.code for finding in found] == ["FIELD_SHORTER", "FIELD_SHORTER"]
    assert "billing_city = 30" in found[0].hint
