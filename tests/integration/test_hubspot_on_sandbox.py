"""The HubSpot target against the sandbox: every kind there and back, links, and the hard cases."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.hubspot import HubspotOptions
from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import (
    Ambiguous,
    Deferred,
    Delivered,
    Level,
    Op,
    Parent,
    Rejected,
    WaitingFor,
)
from agent.ports import HasSetup, Metered
from tests.integration.hubspot_rig import (
    ACCOUNT,
    archive,
    call,
    configured,
    deliver,
    fill,
    link,
    linked,
    put,
    sandbox,
    signed_in,
    target,
)
from tests.integration.test_salesforce_on_sandbox import ROWS, message

__all__ = ["sandbox", "signed_in", "target"]

# --- every kind -----------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["v3", "2026-03"])
def test_every_kind_is_found_as_it_was_sent_and_once(sandbox, signed_in, version):
    target = signed_in(sandbox, api_version=version)
    for _ in range(2):
        fill(target)
    for entity, rows in ROWS.items():
        found = target.find(entity, [external_id for external_id, _ in rows])
        for external_id, fields in rows:
            assert found[external_id].fields.items() >= fields.items(), entity
            name = target.resource(entity)
            history = sandbox.write_log(name)[external_id]
            assert (history["creates"], history["updates"]) == (1, 0), entity
        listed = target.list(entity, None)
        assert {item.external_id for item in listed.items} >= {key for key, _ in rows}


def test_every_parent_is_really_linked(target, sandbox):
    fill(target)
    order = sandbox.records("orders")["SO-1"]
    assert (order["companies.erp_id"], order["p_erp_price_list.erp_id"]) == (["C-1"], ["L-1"])
    line = sandbox.records("line_items")["SO-1/10"]
    assert line["orders.erp_id"] == ["SO-1"]
    product = target.find("product", ["P-1"])["P-1"].remote_id
    assert line["hs_product_id"] == product


def test_a_cleared_value_is_cleared(target, sandbox):
    put(target, "account", "C-1", name="Acme", phone="1", credit_hold=True, balance="1.00")
    put(target, "account", "C-1", phone=None, credit_hold=None, balance=None)
    held = target.find("account", ["C-1"], ["name", "phone", "credit_hold", "balance"])["C-1"]
    assert held.fields == {"name": "Acme", "phone": None, "credit_hold": None, "balance": None}


# --- parents --------------------------------------------------------------------------------------


def test_a_parent_that_is_missing_is_waited_for_and_the_others_go_through(target, sandbox):
    put(target, "account", "C-1", **ACCOUNT)
    receipts = target.deliver(
        [
            message("contact", "K-1", {"account": "C-9", "last_name": "a"}),
            message("contact", "K-2", {"account": "C-1", "last_name": "b"}),
        ]
    )
    assert receipts[0] == WaitingFor(Parent("account", "account", "C-9"))
    assert isinstance(receipts[1], Delivered)
    assert set(sandbox.records("contacts")) == {"K-2"}
    put(target, "account", "C-9", **ACCOUNT)
    assert isinstance(deliver(target, "contact", "K-1", account="C-9", last_name="a"), Delivered)


def test_another_parent_replaces_the_former_and_nobody_elses_link(target, sandbox):
    for key in ("C-1", "C-2"):
        put(target, "account", key, **ACCOUNT)
    theirs = sandbox.enter("companies", {"name": "entered by a person"})
    child = put(target, "contact", "K-1", account="C-1", last_name="a")
    link(sandbox, child, theirs)
    put(target, "contact", "K-1", account="C-2")
    assert linked(sandbox, child) == {target.find("account", ["C-2"])["C-2"].remote_id, theirs}
    assert target.find("contact", ["K-1"], ["account"])["K-1"].fields == {"account": "C-2"}
    put(target, "contact", "K-1", account=None)
    assert linked(sandbox, child) == {theirs}


def test_a_link_that_fails_after_the_write_is_made_by_the_next_attempt(target, sandbox):
    put(target, "account", "C-1", **ACCOUNT)
    for kind, expected in (
        ("rate_limit", Deferred),
        ("drop_before", Ambiguous),
        ("commit_then_drop", Ambiguous),
        ("html", Ambiguous),
        ("malformed", Ambiguous),
        ("busy", Deferred),
    ):
        key = f"K-{kind}"
        number = sandbox.fault(kind, object="contacts", method="POST", path="associate")
        receipt = deliver(target, "contact", key, account="C-1", last_name="a")
        assert isinstance(receipt, expected), (kind, receipt)
        assert key in sandbox.records("contacts"), "the record is written"
        sandbox.lift(number)
        if kind != "commit_then_drop":
            found = target.find("contact", [key], ["account"])[key]
            assert found.fields == {"account": None}, "a look-up does not believe the property"
        put(target, "contact", key, account="C-1", last_name="a")
        assert target.find("contact", [key], ["account"])[key].fields == {"account": "C-1"}
        history = sandbox.write_log("contacts")[key]
        assert (history["creates"], history["updates"], history["doubled"]) == (1, 0, 0)


def test_a_parent_that_was_made_anew_is_found_again(target, sandbox):
    gone = put(target, "account", "C-1", **ACCOUNT)
    put(target, "contact", "K-1", account="C-1", last_name="a")
    archive(sandbox, gone)
    receipt = deliver(target, "contact", "K-2", account="C-1", last_name="b")
    assert isinstance(receipt, Deferred), "the remembered id leads nowhere"
    receipt = deliver(target, "contact", "K-2", account="C-1", last_name="b")
    assert receipt == WaitingFor(Parent("account", "account", "C-1"))
    again = put(target, "account", "C-1", **ACCOUNT)
    assert again != gone
    child = put(target, "contact", "K-2", account="C-1", last_name="b")
    assert linked(sandbox, child) == {again}


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize("names_trace_ids", [True, False])
def test_a_refused_record_stops_only_itself(target, sandbox, names_trace_ids):
    sandbox.options.names_trace_ids = names_trace_ids
    batch = [message("account", f"C-{n}", {"name": f"n{n}"}) for n in range(100)]
    batch[40] = message("account", "C-40", {"name": "x" * 70_000})
    receipts = target.deliver(batch)
    assert [at for at, each in enumerate(receipts) if not isinstance(each, Delivered)] == [40]
    assert isinstance(receipts[40], Rejected)
    assert (receipts[40].code, receipts[40].field) == ("VALUE_TOO_LONG", "name")
    assert len(sandbox.records("companies")) == 99


def test_a_contacts_address_that_another_one_holds_is_named(target):
    put(target, "contact", "K-1", email="a@example.com")
    receipt = deliver(target, "contact", "K-2", email="a@example.com")
    assert isinstance(receipt, Rejected)
    assert receipt.code == "CONFLICT"
    assert "example.com" not in receipt.reason


def test_a_locked_record_is_deferred(target, sandbox):
    sandbox.fault("lock_row", object="companies", times=1)
    receipts = target.deliver([message("account", f"C-{n}", ACCOUNT) for n in range(3)])
    assert sorted(type(receipt).__name__ for receipt in receipts) == [
        "Deferred",
        "Delivered",
        "Delivered",
    ]


@pytest.mark.parametrize("entity", ["invoice", "order"])
def test_a_scope_or_object_that_is_missing_holds_back_only_its_own_kind(sandbox, signed_in, entity):
    target = signed_in(sandbox, profile={"shipment": {"object": "p_nothing"}}, entities=["account"])
    put(target, "account", "C-1", **ACCOUNT)
    sandbox.options.without_scope.add(target.resource(entity))
    receipt = deliver(target, entity, "X-1", account="C-1", number="1")
    assert isinstance(receipt, Deferred)
    assert receipt.code == "MISSING_SCOPES"
    receipt = deliver(target, "shipment", "S-1", account="C-1", number="1")
    assert isinstance(receipt, Deferred)
    assert receipt.code == "OBJECT_MISSING"
    assert isinstance(deliver(target, "account", "C-2", **ACCOUNT), Delivered)


def test_objects_that_cannot_be_linked_are_named_and_hold_back_only_their_kind(sandbox, signed_in):
    own = {"object": "p_erp_stock", "fields": {"order": "warehouse", "number": "unit"}}
    target = signed_in(sandbox, profile={"shipment": own})
    put(target, "order", "SO-1", number="1")
    receipt = deliver(target, "shipment", "S-1", order="SO-1", number="1")
    assert isinstance(receipt, Deferred)
    assert (receipt.code, receipt.retry_after) == ("LINK_MISSING", timedelta(minutes=15))
    put(target, "order", "SO-2", number="2")


def test_a_key_that_is_not_unique_is_named(sandbox, signed_in):
    target = signed_in(sandbox, external_id_property="website")
    receipt = deliver(target, "account", "C-1", name="a")
    assert isinstance(receipt, Deferred)
    assert receipt.code == "KEY_NOT_UNIQUE"


# --- sign-in and limits ---------------------------------------------------------------------------


OAUTH = {
    "flow": "oauth",
    "client_secret": "secret:secret",
    "refresh_token": "secret:refresh",
}


def test_a_session_that_ends_between_batches_is_renewed_unseen(sandbox, signed_in):
    sign_in = OAUTH | {"client_id": sandbox.client_id}
    target = signed_in(sandbox, sign_in=sign_in)
    for number in range(3):
        sandbox.end_sessions()
        put(target, "account", f"C-{number}", **ACCOUNT)
    assert sandbox.state()["sign_ins"] == 3


def test_a_refresh_token_that_rotates_is_written_down(sandbox, signed_in):
    sandbox.options.rotates_refresh_tokens = True
    sign_in = OAUTH | {"client_id": sandbox.client_id}
    target = signed_in(sandbox, sign_in=sign_in)
    for number in range(3):
        put(target, "account", f"C-{number}", **ACCOUNT)
        sandbox.end_sessions()
    later = signed_in(sandbox, sign_in=sign_in)
    put(later, "account", "C-9", **ACCOUNT)


def test_a_renewed_sign_in_that_cannot_be_kept_is_not_lost(sandbox, signed_in):
    sandbox.options.rotates_refresh_tokens = True
    target = signed_in(sandbox, sign_in=OAUTH | {"client_id": sandbox.client_id})
    secrets = signed_in.secrets
    secrets.is_full = True
    for _ in range(2):
        with pytest.raises(TargetUnavailable, match="SIGN_IN_NOT_KEPT"):
            deliver(target, "account", "C-1", **ACCOUNT)
    assert sandbox.state()["sign_ins"] == 1
    secrets.is_full = False
    put(target, "account", "C-1", **ACCOUNT)


def test_a_revoked_refresh_token_says_how_to_sign_in_again(sandbox, signed_in):
    target = signed_in(sandbox, sign_in=OAUTH | {"client_id": sandbox.client_id})
    sandbox.fault("sign_in", times=1)
    with pytest.raises(TargetAuthError) as caught:
        deliver(target, "account", "C-1", **ACCOUNT)
    assert caught.value.code == "AUTH_REVOKED"
    assert "waybill sign-in crm" in caught.value.hint
    assert isinstance(deliver(target, "account", "C-1", **ACCOUNT), Delivered)


@pytest.mark.parametrize(
    ("kind", "code", "wait"),
    [
        ("limit", "QUOTA_EXHAUSTED", timedelta(minutes=15)),
        ("rate_limit", "TOO_MANY_REQUESTS", timedelta(seconds=10)),
    ],
)
def test_a_limit_is_told_apart_by_its_policy(target, sandbox, kind, code, wait):
    sandbox.fault(kind, object="companies", times=1)
    with pytest.raises(TargetUnavailable) as caught:
        deliver(target, "account", "C-1", **ACCOUNT)
    assert (caught.value.code, caught.value.retry_after) == (code, wait)
    assert sandbox.records("companies") == {}


def test_what_hubspot_says_of_its_limits_is_passed_on(sandbox, signed_in):
    target = signed_in(sandbox)
    assert isinstance(target, Metered)
    sandbox.options.interval_limit = 190
    put(target, "account", "C-1", **ACCOUNT)
    burst, daily = target.meter().allowances
    assert (burst.most, burst.left, burst.window) == (190, 189, timedelta(seconds=10))
    assert (daily.most, daily.left) == (625_000, 624_999)
    assert target.meter().sent == 1


# --- deletes and listings -------------------------------------------------------------------------


def test_deletes_of_many_are_judged_each(target, sandbox):
    for number in range(4):
        put(target, "account", f"C-{number}", **ACCOUNT)
    batch = [message("account", f"C-{n}", {}, 2, Op.DELETE) for n in (1, 9, 2)]
    receipts = target.deliver(batch)
    assert [type(receipt) for receipt in receipts] == [Delivered] * 3
    assert set(sandbox.records("companies")) == {"C-0", "C-3"}
    sandbox.fault("commit_then_drop", object="companies", times=1)
    (receipt,) = target.deliver([message("account", "C-0", {}, 2, Op.DELETE)])
    assert isinstance(receipt, Ambiguous)
    assert isinstance(target.deliver(batch[:1])[0], Delivered)


def test_a_listing_is_not_behind_and_has_no_ceiling(target, sandbox):
    sandbox.options.lag, sandbox.options.search_ceiling = 3600, 10
    for start in (0, 100, 200):
        batch = [message("account", f"C-{n}", {"name": "a"}) for n in range(start, start + 100)]
        target.deliver(batch)
    seen, after = [], None
    while True:
        page = target.list("account", after)
        seen += [item.external_id for item in page.items]
        after = page.after
        if after is None:
            break
    assert sorted(seen) == sorted(f"C-{n}" for n in range(300))


# --- set-up and check -----------------------------------------------------------------------------


def test_the_account_has_everything_that_the_profile_names(target):
    findings = target.check()
    assert {finding.level for finding in findings} == {Level.OK}, findings
    assert len(findings) == 1 + len(ROWS)


def test_a_bare_account_lacks_what_the_set_up_makes_and_nothing_more(signed_in, tmp_path):
    options = HubspotOptions(bare=True, interval_limit=10_000)
    with Sandbox(tmp_path / "bare", crm="hubspot", options=options) as bare:
        config = configured(bare)
        assert isinstance(config, HasSetup)
        target = signed_in(bare)
        before = {finding.code for finding in target.check()}
        assert before == {"SIGNED_IN", "OBJECT_MISSING", "FIELD_MISSING", "LINK_MISSING"}
        for name, content in sorted(config.setup().items()):
            if name.endswith(".json"):
                made = json.loads(content)
                answer = call(bare, made["method"], made["path"], made["body"])
                assert answer.status_code == 201, (name, answer.text)
        findings = target.check()
        assert {finding.level for finding in findings} == {Level.OK}, findings
        fill(target)


def test_a_check_names_scopes_computed_properties_and_other_types(sandbox, signed_in):
    sandbox.options.without_scope.add("orders")
    profile = {
        "order_line": {"fields": {"amount": "amount"}},
        "account": {"fields": {"balance": "name"}},
    }
    target = signed_in(sandbox, profile=profile, entities=["account", "order", "order_line"])
    found = {finding.code: finding.text for finding in target.check()}
    assert "orders" in found["SCOPE_MISSING"]
    assert "line_items.amount" in found["FIELD_READ_ONLY"]
    assert "companies.name" in found["TYPE_DIFFERS"]


def test_a_check_names_objects_that_the_app_may_read_and_not_write(sandbox, signed_in):
    sandbox.options.read_only.add("companies")
    target = signed_in(sandbox, entities=["account", "contact"])
    (problem,) = [finding for finding in target.check() if finding.level is not Level.OK]
    assert problem.code == "SCOPE_MISSING"
    assert problem.text == "The app may not write companies (for account)."
    assert "crm.objects.companies.write" in problem.hint
    assert sandbox.every("companies") == {}
    (receipt,) = target.deliver([message("account", "C-1", {"name": "Acme"})])
    assert isinstance(receipt, Deferred)
