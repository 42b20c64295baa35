"""Every kind of record reaches Oracle, finds its parents, and comes back as it was sent."""

from __future__ import annotations

import pytest

from adapters.sandbox import Sandbox
from agent.model import (
    Delivered,
    Level,
    Op,
    Rejected,
    Stamp,
    WaitingFor,
)
from tests.contract.oracle_records import RECORDS, everything, message, one
from tests.contract.oracle_rig import OracleRig

OM = {
    "orders": "order_management",
    "profile": {"order_line": {"fields": {"number": ""}}, "order": {"constants": {"BusinessUnitName": "Vision"}}},
}  # fmt: skip


@pytest.fixture
def sandbox(tmp_path):
    with Sandbox(tmp_path / "sandbox", crm="oracle", seed=1) as running:
        yield running
        assert list(running.crashes) == []


@pytest.fixture(params=["cx", "order_management"])
def rig(sandbox, tmp_path, request):
    rig = OracleRig(sandbox, tmp_path, settings=OM if request.param != "cx" else {})
    yield rig
    rig.target.close()


@pytest.fixture
def cx(sandbox, tmp_path):
    rig = OracleRig(sandbox, tmp_path)
    yield rig
    rig.target.close()


def test_every_kind_is_created_found_listed_and_the_same_again_changes_nothing(rig):
    for _ in range(2):
        everything(rig.target)
    for entity, (key, fields) in RECORDS.items():
        kept = {k: v for k, v in fields.items() if not (entity == "order_line" and k == "number")}
        found = rig.target.find(entity, [key, "nobody"], list(kept))
        assert set(found) == {key}, entity
        sent = dict(found[key].fields)
        assert sent == {name: kept[name] for name in sent}, entity
        assert set(kept) - set(sent) <= {"number"}
        page = rig.target.list(entity, None)
        assert [item.external_id for item in page.items] == [key], entity
        assert page.after is None
    written = rig.sandbox.state()["writes"]
    assert {name: counts["doubled"] for name, counts in written.items() if counts["doubled"]} == {}
    assert {name: counts["updates"] for name, counts in written.items() if counts["updates"]} == {}


def test_orders_go_where_the_configuration_says(rig):
    everything(rig.target)
    counts = rig.sandbox.state()["records"]
    if rig.settings:
        assert (counts["salesOrdersForOrderHub"], counts["salesOrdersForOrderHub/lines"]) == (1, 1)
        assert (counts["salesOrders"], counts["salesOrders/SalesOrderLine"]) == (1, 1)
        (order,) = rig.sandbox.every("salesOrdersForOrderHub").values()
        assert order["OrderKey"] == "ERP:X-1"
        assert order["BusinessUnitName"] == "Vision"
    else:
        assert counts["salesOrders"] == 2, "a quote and an order of one key are two records"
        systems = {
            held["ExternalSystemReferenceCode"]
            for held in rig.sandbox.every("salesOrders").values()
        }
        assert systems == {"ERP", "ERP_ORDER"}


def test_children_live_in_their_owners_and_hold_references_to_the_rest(cx):
    everything(cx.target)
    (entry,) = cx.sandbox.records("priceBookHeaders/PriceBookItem").values()
    assert (entry["owner.key"], entry["InvItemId.key"]) == ("L-1", "A-1")
    (line,) = (
        held
        for held in cx.sandbox.every("salesOrders/SalesOrderLine").values()
        if held["ERP_Id_c"] == "X-1/10"
    )
    assert line["owner.key"] == "ERP:X-1"
    (contact,) = cx.sandbox.records("contacts").values()
    assert contact["AccountPartyId.key"] == "C-1"


@pytest.mark.parametrize("entity", [e for e, (_, f) in RECORDS.items() if e not in ("account", "product", "price_book")])  # fmt: skip
def test_a_record_waits_for_a_parent_that_is_not_there(cx, entity):
    receipt = one(cx.target, message(entity))
    assert isinstance(receipt, WaitingFor)
    name = receipt.parent.field
    assert receipt.parent.external_id == RECORDS[entity][1][name]
    assert cx.sandbox.state()["writes"] == {}


def test_deletes_go_children_first_and_a_parent_with_children_is_kept(cx):
    everything(cx.target)
    refused = one(cx.target, message("account", Op.DELETE))
    assert isinstance(refused, Rejected)
    assert refused.code == "HAS_CHILDREN"
    for entity in reversed(RECORDS):
        assert isinstance(one(cx.target, message(entity, Op.DELETE)), Delivered), entity
    assert not any(cx.sandbox.state()["records"].values())


# --- addresses ------------------------------------------------------------------------------------


def addresses(rig: OracleRig) -> dict[str, str]:
    (account,) = rig.sandbox.every("accounts").values()
    return {row["AddressType"]: row["City"] for row in account["Address"]}


def test_addresses_are_rows_of_the_account_and_are_changed_in_place(cx):
    one(cx.target, message("account"))
    assert addresses(cx) == {"BILL_TO": "München", "SHIP_TO": "Bremen"}
    one(cx.target, message("account", billing_city="Augsburg"))
    assert addresses(cx) == {"BILL_TO": "Augsburg", "SHIP_TO": "Bremen"}
    assert cx.sandbox.state()["writes"]["accounts/Address"]["creates"] == 2


def test_an_address_that_was_not_there_is_added_and_one_without_values_is_not_made(cx):
    none = dict.fromkeys(("shipping_street", "shipping_city", "shipping_country"))
    one(cx.target, message("account", **none))
    assert addresses(cx) == {"BILL_TO": "München"}
    one(cx.target, message("account"))
    assert addresses(cx) == {"BILL_TO": "München", "SHIP_TO": "Bremen"}


def test_an_address_that_a_person_typed_is_the_one_that_is_changed(cx):
    row = {"AddressType": "BILL_TO", "AddressLine1": "Old 1", "City": "Ulm", "Country": "DE"}
    number = cx.sandbox.enter("accounts", {"OrganizationName": "Acme", "Address": [row]})
    (found,) = cx.target.match("account", ["name", "billing_city"], None).items
    assert found.fields == {"name": "Acme", "billing_city": "Ulm"}
    cx.target.stamp("account", [Stamp(number, "C-1")])
    one(cx.target, message("account"))
    assert addresses(cx) == {"BILL_TO": "München", "SHIP_TO": "Bremen"}


# --- looking at it --------------------------------------------------------------------------------


def test_a_check_is_content_with_a_whole_environment(rig):
    findings = rig.target.check()
    assert {finding.level for finding in findings} == {Level.OK}, findings


def test_a_check_names_what_is_missing_hidden_read_only_or_shorter(tmp_path):
    layer = {
        "resources": {
            "accounts": {
                "attributes": {
                    "OrganizationDEO_ERP_Balance_c": "",
                    "EmailAddress": "text 100",
                    "URL": "text 2000 readonly",
                }
            },
            "products": {"attributes": {"ERP_Id_c": ""}},
        }
    }
    with Sandbox(tmp_path / "sandbox", crm="oracle", seed=1, schema=[layer]) as sandbox:
        sandbox.options.hidden = ("ERP_Stock_c",)
        rig = OracleRig(sandbox, tmp_path)
        found = {(f.code, f.text.split()[0]) for f in rig.target.check() if f.level != Level.OK}
        rig.target.close()
    assert found == {
        ("FIELD_MISSING", "accounts.OrganizationDEO_ERP_Balance_c"),
        ("FIELD_SHORTER", "accounts.EmailAddress"),
        ("FIELD_READ_ONLY", "accounts.URL"),
        ("FIELD_MISSING", "products.ERP_Id_c"),
        ("OBJECT_MISSING", "ERP_Stock_c"),
    }
