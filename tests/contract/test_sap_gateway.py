"""An on-premise SAP behind a gateway: the same promises, over a customer's own OData service."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from adapters.sandbox import Sandbox
from adapters.targets.sap import SapConfig
from agent.model import Deferred, Delivered, Level, Message, Op
from tests.contract.link_suite import LinkSuite
from tests.contract.target_suite import TargetSuite
from tests.contract.test_sap import ROUTE
from tests.sap_rig import GATEWAY, on_premise

SIGN_IN = {"flow": "basic", "user": "WAYBILL", "password": "secret:crm-password"}
ACCOUNTS = "CorporateAccountSet"


@pytest.fixture
def sandbox(tmp_path):
    with Sandbox(tmp_path / "sandbox", crm="sap-gateway", seed=1) as running:
        yield running
        assert list(running.crashes) == []


@pytest.fixture(params=["MERGE", "PUT"])
def rig(sandbox, tmp_path, request):
    rig = on_premise(sandbox, tmp_path, update=request.param)
    yield rig
    rig.target.close()


class TestGateway(TargetSuite):
    @pytest.fixture(params=["MERGE", "PUT"])
    def rig(self, sandbox, tmp_path, request):
        rig = on_premise(sandbox, tmp_path, update=request.param)
        yield rig
        rig.target.close()


class TestGatewayLinks(LinkSuite):
    @pytest.fixture(params=["MERGE", "PUT"])
    def links(self, sandbox, tmp_path, request):
        rig = on_premise(sandbox, tmp_path, page=200, update=request.param)
        yield rig
        rig.target.close()


def account(name, revision=1, op=Op.UPSERT, **fields):
    return Message(
        f"id-{revision}", op, "account", "account/1", "C-1", revision, {"name": name, **fields}
    )


def test_every_kind_arrives_with_its_parents_and_is_read_back_as_it_was_sent(rig):
    for each in ROUTE:
        (receipt,) = rig.target.deliver([each])
        assert isinstance(receipt, Delivered), (each.entity, receipt)
        found = rig.target.find(each.entity, [each.external_id], list(each.fields))
        assert found[each.external_id].fields == each.fields
        assert found[each.external_id].remote_id == receipt.remote_id
        (again,) = rig.target.deliver([each])
        assert isinstance(again, Delivered)
        log = rig.sandbox.write_log(rig.target.resource(each.entity))[each.external_id]
        assert (log["creates"], log["updates"], log["repeats"]) == (1, 0, 1), each.entity


def test_what_nobody_sent_stays_as_it_is(rig, sandbox):
    rig.target.deliver([account("ACME", billing_city="Bonn")])
    (id_,) = sandbox.every(ACCOUNTS)
    sandbox.change(ACCOUNTS, id_, {"HouseNumber": "7"})  # no field of ours
    (receipt,) = rig.target.deliver([account("ACME AG", 2)])
    assert isinstance(receipt, Delivered)
    held = sandbox.every(ACCOUNTS)[id_]
    assert (held["Name"], held["City"], held["HouseNumber"]) == ("ACME AG", "Bonn", "7")


def test_a_change_of_what_changed_meanwhile_waits_and_overwrites_nothing(rig, sandbox):
    rig.target.deliver([account("ACME")])
    (id_,) = sandbox.every(ACCOUNTS)
    original = rig.target._client.change

    def late(service, wanted):  # between our look and our write, a person changes it
        rig.target._client.change = original
        sandbox.change(ACCOUNTS, id_, {"HouseNumber": "7"})
        return original(service, wanted)

    rig.target._client.change = late
    (receipt,) = rig.target.deliver([account("ACME AG", 2)])
    assert isinstance(receipt, Deferred)
    assert receipt.code == "CHANGED_MEANWHILE"
    (receipt,) = rig.target.deliver([account("ACME AG", 2)])
    assert isinstance(receipt, Delivered)
    held = sandbox.every(ACCOUNTS)[id_]
    assert (held["Name"], held["HouseNumber"]) == ("ACME AG", "7")


def test_an_account_is_deleted_or_taken_out_of_use_as_the_profile_says(rig, sandbox, tmp_path):
    rig.target.deliver([account("ACME")])
    retiring = on_premise(sandbox, tmp_path, profile={"account": {"retire": "AdditionalName=X"}})
    (receipt,) = retiring.target.deliver([account("", 2, Op.DELETE)])
    retiring.target.close()
    assert isinstance(receipt, Delivered)
    (held,) = sandbox.every(ACCOUNTS).values()
    assert (held["AdditionalName"], held.get("ERPKey")) == ("X", None)
    rig.target.deliver([account("ACME", 3)])
    rig.target.deliver([account("", 4, Op.DELETE)])
    assert len(sandbox.every(ACCOUNTS)) == 1, "the one that went out of use"


def test_the_client_is_named_and_another_one_knows_nobody(sandbox, tmp_path):
    rig = on_premise(sandbox, tmp_path, client="200")
    (finding,) = rig.target.check()
    rig.target.close()
    assert finding.code == "AUTH_REFUSED"
    assert "client" in finding.hint


def test_a_method_that_the_gateway_does_not_know_is_told(sandbox, tmp_path):
    rig = on_premise(sandbox, tmp_path, update="PATCH")
    rig.target.deliver([account("ACME")])
    (receipt,) = rig.target.deliver([account("ACME AG", 2)])
    rig.target.close()
    assert receipt.code == "OPERATION_FORBIDDEN"


def test_a_check_of_a_service_made_as_the_set_up_says_finds_nothing(rig):
    findings = rig.target.check()
    assert [f for f in findings if f.level is not Level.OK] == []
    assert len(findings) == 1 + len(ROUTE_KINDS)


ROUTE_KINDS = {each.entity for each in ROUTE}


def test_what_is_missing_is_to_be_made_in_the_services_project(tmp_path):
    schema = {"types": {"ERPStock": None, "Contact": {"properties": {"Email": None}}}}
    with Sandbox(tmp_path / "other", crm="sap-gateway", seed=1, schema=[schema]) as sandbox:
        rig = on_premise(sandbox, tmp_path)
        found = {f.code: f for f in rig.target.check() if f.level is not Level.OK}
        rig.target.close()
    assert set(found) == {"OBJECT_MISSING", "FIELD_MISSING"}
    assert "SEGW" in found["OBJECT_MISSING"].hint
    assert "ContactSet.Email" in found["FIELD_MISSING"].text


def test_own_names_and_services_are_said_per_entity(sandbox, tmp_path):
    other = "/sap/opu/odata/sap/ZOTHER_SRV"
    rig = on_premise(sandbox, tmp_path, profile={"contact": {"service": other}})
    missing = [f for f in rig.target.check() if f.level is not Level.OK]
    rig.target.close()
    assert [f.code for f in missing] == ["SERVICE_MISSING"]
    assert f"{other} (for contact)" in missing[0].text


def config(**settings):
    return SapConfig(url="https://erp.example", sign_in=SIGN_IN, **settings)


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"system": "gateway"}, "service"),
        ({"client": "100"}, "gateway"),
        ({"id_kind": "guid"}, "gateway"),
        ({**GATEWAY, "client": "1000"}, "client"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(settings, word):
    with pytest.raises(ValidationError, match=word):
        config(**settings)


def test_where_records_live_counts_as_a_version_of_the_mapping():
    versions = {
        config(**GATEWAY).built_profile().version,
        config(**{**GATEWAY, "id_field": "Id"}).built_profile().version,
        config(**GATEWAY, profile={"contact": {"id": "Key"}}).built_profile().version,
        config().built_profile().version,
    }
    assert len(versions) == 4


def test_a_reference_holds_the_id_of_its_parent_whatever_that_is_called():
    built = config(**GATEWAY, profile={"account": {"id": "PartnerGuid"}}).built_profile()
    assert built.entities["contact"].fields["account"].through == "PartnerGuid"
    assert built.entities["order_line"].fields["order"].through == "Guid"


def test_the_set_up_lists_every_set_and_property_for_whoever_makes_the_service():
    files = config(**GATEWAY, entities=("account", "order_line")).setup()
    text = files["sap-setup.md"].decode()
    assert "SEGW" in text
    assert "| `City` |" in text
    assert "`Guid`" in text
    rows = files["sap-fields.csv"].decode().splitlines()
    assert any("CorporateAccountSet,ERPKey," in row for row in rows)
    assert not any("_KUT" in row for row in rows)
