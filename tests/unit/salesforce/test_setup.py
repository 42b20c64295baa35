"""What `waybill setup` writes for Salesforce: complete against the profile, true to the org."""

import xml.etree.ElementTree as ET
from collections import Counter

import orjson
import pytest

from adapters.targets.salesforce.config import SalesforceConfig
from adapters.targets.salesforce.profile import build
from adapters.targets.salesforce.shape import differences
from agent.model import Level
from agent.ports import HasSetup
from agent.resources import text

PROFILE = build("ERP_Id__c", {})
ORG = orjson.loads(text("sandbox/salesforce-schema.json"))["objects"]
NS = "{http://soap.sforce.com/2006/04/metadata}"
DESCRIBED = {
    "Text": "string", "LongTextArea": "textarea", "Url": "url", "Email": "email", "Phone": "phone",
    "Currency": "currency", "Number": "double", "Percent": "percent", "Checkbox": "boolean",
    "Date": "date", "DateTime": "datetime", "Lookup": "reference", "MasterDetail": "reference",
}  # fmt: skip


def config(**more: object) -> SalesforceConfig:
    sign_in = {"flow": "client_credentials", "client_id": "x", "client_secret": "secret:crm"}
    url = "https://example.my.salesforce.com"
    return SalesforceConfig.model_validate({"url": url, "sign_in": sign_in, **more})


FILES = config().setup()


def tree(content: bytes) -> ET.Element:
    return ET.fromstring(content)


def said(element: ET.Element) -> dict[str, str]:
    return {child.tag.removeprefix(NS): child.text or "" for child in element}


def made(files: dict[str, bytes] = FILES) -> dict[str, dict[str, dict[str, str]]]:
    """Object -> field -> what its metadata says."""
    return {
        name.removeprefix("objects/").removesuffix(".object"): {
            said(field)["fullName"]: said(field) for field in tree(content).findall(f"{NS}fields")
        }
        for name, content in files.items()
        if name.startswith("objects/")
    }


def granted() -> set[str]:
    grants = tree(FILES["permissionsets/Waybill.permissionset"]).findall(f"{NS}fieldPermissions")
    return {said(grant)["field"] for grant in grants}


def test_every_custom_field_of_the_profile_is_made_and_no_other() -> None:
    wanted = {
        mapped.sobject: {"ERP_Id__c", *(f.name for f in mapped.fields.values() if f.custom)}
        for mapped in PROFILE.entities.values()
    }
    assert {name: set(fields) for name, fields in made().items()} == wanted


def test_the_org_that_we_practise_with_is_what_the_metadata_makes() -> None:
    for name, fields in made().items():
        there = {key: value for key, value in ORG[name]["fields"].items() if key.endswith("__c")}
        assert set(there) == set(fields), name
        for key, meta in fields.items():
            found, form = there[key], meta["type"]
            assert found["type"] == DESCRIBED[form], (name, key)
            if "length" in meta:
                assert found["length"] == int(meta["length"]), (name, key)
            if "scale" in meta:
                assert (found["precision"], found["scale"]) == (18, int(meta["scale"])), (name, key)
            assert found.get("externalId", False) == (meta.get("externalId") == "true")
            assert found.get("unique", False) == (meta.get("unique") == "true")
            assert found.get("caseSensitive", False) == (meta.get("caseSensitive") == "true")
            assert found.get("referenceTo") == meta.get("referenceTo"), (name, key)
            is_required = form == "MasterDetail" or meta.get("required") == "true"
            assert found.get("required", False) == is_required, (name, key)
            left = {"MasterDetail": "cascade"}.get(form) or {
                "Restrict": "restrict", "SetNull": "clear",
            }.get(meta.get("deleteConstraint", ""), "clear")  # fmt: skip
            assert found.get("onDelete", "clear") == left, (name, key)


def test_the_package_names_what_the_folder_holds() -> None:
    types = {}
    for each in tree(FILES["package.xml"]).findall(f"{NS}types"):
        members = [child.text for child in each.findall(f"{NS}members")]
        types[each.findtext(f"{NS}name")] = members
    custom = {name for name in made() if name.endswith("__c")}
    assert set(types["CustomObject"]) == custom
    assert set(types["CustomField"]) == {
        f"{name}.{field}" for name, fields in made().items() if name not in custom
        for field in fields
    }  # fmt: skip
    assert types["PermissionSet"] == ["Waybill"]
    assert tree(FILES["package.xml"]).findtext(f"{NS}version") == "67.0"


def test_the_permission_set_gives_each_field_that_can_be_given() -> None:
    every = {(name, key): meta for name, fields in made().items() for key, meta in fields.items()}
    fixed = {
        f"{name}.{key}"
        for (name, key), meta in every.items()
        if meta["type"] == "MasterDetail" or meta.get("required") == "true"
    }
    assert granted() == {f"{name}.{key}" for name, key in every} - fixed
    assert "ERP_Invoice__c.ERP_Account__c" in fixed
    objects = tree(FILES["permissionsets/Waybill.permissionset"]).findall(f"{NS}objectPermissions")
    named = {said(each)["object"] for each in objects}
    assert named == set(made()) - {"PricebookEntry", "QuoteLineItem", "OrderItem"}


def test_names_that_the_org_limits_fit_and_differ() -> None:
    children: Counter[tuple[str, str]] = Counter()
    for fields in made().values():
        for meta in fields.values():
            assert len(meta["label"]) <= 40
            if "relationshipName" in meta:
                assert len(meta["relationshipName"]) <= 40
                children[meta["referenceTo"], meta["relationshipName"]] += 1
    assert set(children.values()) == {1}
    for fields in made().values():
        assert sum(meta["type"] == "MasterDetail" for meta in fields.values()) <= 2


def test_an_org_that_takes_few_kinds_gets_these_and_what_they_refer_to() -> None:
    few = made(config(entities=["tax_line"]).setup())
    assert set(few) == {
        "ERP_Tax_Line__c", "ERP_Invoice__c", "ERP_Invoice_Line__c",
    }  # fmt: skip
    assert "ERP_Account__c" in few["ERP_Invoice__c"], "accounts are in every org"
    assert "ERP_Order__c" not in few["ERP_Invoice__c"], "orders are not"
    both = made(config(entities=["invoice", "order"]).setup())
    assert "ERP_Order__c" in both["ERP_Invoice__c"]
    assert "ERP_Quote__c" not in both["Order"]


def test_an_orgs_own_names_are_used() -> None:
    own = {"account": {"fields": {"balance": "Open__c", "active": ""}}, "quote": {"object": "Q__c"}}
    files = config(profile=own, external_id_field="Legacy__c").setup()
    there = made(files)
    assert there["Account"]["Open__c"]["type"] == "Currency"
    assert {"ERP_Balance__c", "ERP_Active__c", "ERP_Id__c"}.isdisjoint(there["Account"])
    assert there["Account"]["Legacy__c"]["externalId"] == "true"
    assert b"<sharingModel>" in files["objects/Q__c.object"]


def test_settings_that_have_a_set_up_say_so() -> None:
    assert isinstance(config(), HasSetup)
    assert b"Create Quotes Without a Related Opportunity" in FILES["HOW-TO.md"]
    assert b"Quotes" not in config(entities=["account"]).setup()["HOW-TO.md"]


def described(name: str, **changes: object) -> dict[str, dict[str, object]]:
    """An object as the org describes it, with changes to its fields."""
    fields: dict[str, dict[str, object]] = {
        key: {**value, "relationshipName": value.get("relationshipName"),
              "referenceTo": [value["referenceTo"]] if "referenceTo" in value else []}
        for key, value in ORG[name]["fields"].items()
    }  # fmt: skip
    for key, change in changes.items():
        fields[key] = {**fields[key], **change}
    return fields


@pytest.mark.parametrize(
    ("entity", "changes", "code", "says"),
    [
        ("account", {"ERP_Balance__c": {"type": "string"}}, "FIELD_TYPE_DIFFERS", "a string"),
        ("account", {"ERP_Email__c": {"type": "double"}}, "FIELD_TYPE_DIFFERS", "not a Email"),
        ("account", {"ERP_Balance__c": {"scale": 0}}, "FIELD_COARSER", "keeps 0"),
        ("account", {"ERP_Id__c": {"externalId": False}}, "NOT_EXTERNAL_ID", "ERP_Id__c"),
        ("account", {"ERP_Id__c": {"unique": False}}, "NOT_UNIQUE", "ERP_Id__c"),
        ("account", {"ERP_Id__c": {"caseSensitive": False}}, "CASE_IGNORED", "ERP_Id__c"),
        ("account", {"ERP_Email__c": {"createable": False}}, "FIELD_READ_ONLY", "ERP_Email__c"),
        ("invoice", {"ERP_Order__c": {"referenceTo": ["Case"]}}, "RELATIONSHIP_DIFFERS", "Case"),
        ("invoice", {"ERP_Order__c": {"relationshipName": "X"}}, "RELATIONSHIP_DIFFERS", "X"),
        ("quote", {"Status": {"restrictedPicklist": True, "picklistValues": [{"value": "Draft"}]}},
         "PICKLIST_VALUE_MISSING", "Presented, Accepted"),
    ],
)  # fmt: skip
def test_what_differs_in_the_org_is_named(
    entity: str, changes: dict[str, object], code: str, says: str
) -> None:
    mapped = PROFILE.entities[entity]
    assert list(differences(mapped, PROFILE, described(mapped.sobject))) == []
    (found,) = differences(mapped, PROFILE, described(mapped.sobject, **changes))
    assert found.code == code
    assert says in found.text


@pytest.mark.parametrize("entity", PROFILE.entities)
def test_every_field_that_is_missing_is_named_with_its_way_out(entity: str) -> None:
    mapped = PROFILE.entities[entity]
    found = list(differences(mapped, PROFILE, {}))
    names = ["ERP_Id__c", *(field.name for field in mapped.fields.values())]
    assert [finding.text for finding in found] == [
        f"{mapped.sobject}.{name} does not exist." for name in names
    ]
    assert all(f.level is Level.ERROR and f.hint for f in found)
