"""What a key user is told to make: every field that the profile needs and SAP does not ship."""

from __future__ import annotations

import csv
import io

from adapters.targets.sap import SapConfig

SIGN_IN = {"flow": "basic", "user": "_WAYBILL", "password": "secret:sap"}


def documents(**more):
    files = SapConfig(url="https://my1.crm.ondemand.com", sign_in=SIGN_IN, **more).setup()
    rows = list(csv.DictReader(io.StringIO(files["sap-fields.csv"].decode())))
    return files["sap-setup.md"].decode(), {(r["collection"], r["field"]): r for r in rows}


def test_every_extension_field_and_every_element_of_a_custom_object_is_listed():
    config = SapConfig(url="https://my1.crm.ondemand.com", sign_in=SIGN_IN)
    page, rows = documents()
    for mapped in config.built_profile().entities.values():
        assert (mapped.collection, mapped.key) in rows
        for field in mapped.fields.values():
            is_made = mapped.custom or field.name.endswith("_KUT")
            assert ((mapped.collection, field.name) in rows) == is_made
            assert (f"| `{field.name}` |" in page) >= is_made
    limit = rows["CorporateAccountCollection", "ERPCreditLimit_KUT"]
    assert (limit["type"], limit["length or decimals"]) == ("Decimal", "2")


def test_names_of_the_installation_stand_in_it():
    own = {"account": {"fields": {"number": "Z_KUT", "balance": ""}}}
    page, rows = documents(entities=("account",), external_id_field="ZKey_KUT", profile=own)
    assert ("CorporateAccountCollection", "ZKey_KUT") in rows
    assert ("CorporateAccountCollection", "Z_KUT") in rows
    assert ("CorporateAccountCollection", "ERPBalance_KUT") not in rows
    assert "Custom business objects" not in page
    assert "## 3. Check" in page


def test_only_custom_objects_need_no_extension_fields():
    page, rows = documents(entities=("invoice",), custom_service="/sap/c4c/odata/cust/v1/zerp")
    assert {collection for collection, _ in rows} == {"ERPInvoiceCollection"}
    assert "## 2. Custom business objects" in page
    assert "/sap/c4c/odata/cust/v1/zerp" in page
