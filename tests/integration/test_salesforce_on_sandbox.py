"""The Salesforce target against the sandbox: every kind there and back, and the hard cases."""

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.salesforce import SalesforceOptions
from adapters.targets import salesforce
from adapters.targets.salesforce import SalesforceConfig
from agent.errors import TargetUnavailable
from agent.model import (
    Ambiguous,
    Deferred,
    Delivered,
    Level,
    Message,
    Op,
    Parent,
    Rejected,
    WaitingFor,
)
from tests.http_stub import context

ROWS = {
    "account": [("C-1", {"name": "Acme", "number": "1", "parent_account": None, "phone": "1 2",
                         "credit_limit": "12345678901234.56", "credit_hold": True,
                         "billing_street": "A 1\nB", "balance": "-0.10", "active": True}),
                ("C-1/a", {"name": "Acme Süd", "parent_account": "C-1", "active": False})],
    "contact": [("K-1", {"account": "C-1", "first_name": None, "last_name": "O'Neill \\ \"x\"",
                         "email": "a@example.com", "active": True})],
    "product": [("P-1", {"name": "Bolt", "code": "B1", "active": True})],
    "price_book": [("L-1", {"name": "List", "currency": "EUR", "active": True})],
    "price_book_entry": [("L-1/P-1", {"price_book": "L-1", "product": "P-1",
                                      "unit_price": "9.9900", "currency": "EUR", "active": True})],
    "order": [("SO-1", {"account": "C-1", "price_book": "L-1", "number": "SO 1",
                        "order_date": "2026-11-20", "requested_date": None,
                        "status": "confirmed", "currency": "EUR", "total": "19.98"})],
    "order_line": [("SO-1/10", {"order": "SO-1", "price_book_entry": "L-1/P-1", "product": "P-1",
                                "number": 10, "quantity": "2.0000", "unit_price": "9.9900",
                                "amount": "19.98"})],
    "invoice": [("I-1", {"account": "C-1", "order": "SO-1", "number": "I 1",
                         "invoice_date": "2026-11-20", "due_date": None, "currency": "EUR",
                         "total": "19.98", "paid": "0.00", "payment_status": "open"})],
    "invoice_line": [("I-1/10", {"invoice": "I-1", "product": None, "number": 10,
                                 "quantity": "2.5000", "unit_price": None, "amount": "19.98"})],
    "inventory": [("P-1/WH1", {"product": "P-1", "warehouse": "WH1", "on_hand": "3.5000",
                               "available": None, "counted_at": "2026-11-20T21:33:54Z"})],
    "shipment": [("S-1", {"order": "SO-1", "number": "S 1", "carrier": "DHL", "tracking": "T",
                          "tracking_url": "https://example.com/t?n=1",
                          "expected_date": "2026-11-21", "delivered_date": None,
                          "status": "shipped"})],
    "opportunity": [("O-1", {"account": "C-1", "contact": "K-1", "name": "Bolts", "number": "7",
                             "stage": "won", "amount": "19.98", "probability": "75.00",
                             "close_date": "2026-12-01"})],
    "quote": [("Q-1", {"account": "C-1", "contact": "K-1", "price_book": "L-1", "number": "Q 1",
                       "name": "Bolts", "quote_date": "2026-11-01", "valid_to": "2026-12-01",
                       "status": "sent", "discount_percent": "2.50", "total": "19.98"})],
    "quote_line": [("Q-1/10", {"quote": "Q-1", "price_book_entry": "L-1/P-1", "product": "P-1",
                               "number": 10, "quantity": "2.0000", "unit_price": "9.9900",
                               "discount_percent": "2.50", "amount": "19.98"})],
    "contract": [("V-1", {"account": "C-1", "number": "V 1", "start_date": "2026-01-01",
                          "end_date": None, "status": "active", "notice_days": 30,
                          "total": "1200.00"})],
    "subscription": [("A-1", {"account": "C-1", "contract": "V-1", "product": "P-1",
                              "number": "A 1", "start_date": "2026-01-01", "quantity": "1.0000",
                              "billing_interval": "month", "status": "active"})],
    "billing_schedule": [("B-1/1", {"account": "C-1", "contract": "V-1", "subscription": "A-1",
                                    "order": None, "number": 1, "due_date": "2026-12-01",
                                    "percent": "8.33", "amount": "100.00", "invoice": "I-1",
                                    "status": "billed"})],
    "tax_line": [("I-1/10/T", {"invoice": "I-1", "invoice_line": "I-1/10", "number": 1,
                               "tax_code": "V19", "country": "DE", "rate": "19.0000",
                               "base": "16.79", "amount": "3.19", "currency": "EUR"})],
    "credit_note": [("G-1", {"account": "C-1", "invoice": "I-1", "order": "SO-1", "number": "G 1",
                             "credit_date": "2026-11-21", "reason": "x" * 300, "currency": "EUR",
                             "total": "1.00", "status": "open"})],
    "payment": [("Z-1", {"account": "C-1", "invoice": "I-1", "number": "Z 1", "amount": "19.98",
                         "payment_date": "2026-11-21", "currency": "EUR", "method": "transfer",
                         "reference": "R", "status": "received"})],
    "shipment_line": [("S-1/10", {"shipment": "S-1", "order_line": "SO-1/10", "product": "P-1",
                                  "number": 10, "quantity": "2.0000", "status": "shipped",
                                  "lot": "L7"})],
    "acceptance": [("X-1", {"account": "C-1", "order": "SO-1", "shipment": "S-1", "number": "X 1",
                            "decided_date": "2026-11-22", "decided_by": "N. N.",
                            "remarks": "y" * 300, "status": "accepted"})],
    "service_case": [("F-1", {"account": "C-1", "contact": "K-1", "product": "P-1",
                              "order": "SO-1", "number": "F 1", "subject": "Rust",
                              "description": None, "priority": "normal", "status": "in_progress",
                              "opened_at": "2026-11-20T21:33:54Z", "resolved_at": None})],
}  # fmt: skip


def message(entity, external_id, fields, revision=1, op=Op.UPSERT):
    id_ = f"{op}-{entity}-{external_id}-{revision}"
    return Message(id_, op, entity, f"{entity}/1", external_id, revision, fields)


@pytest.fixture
def sandbox(tmp_path):
    options = SalesforceOptions(standard_price_first=False)
    with Sandbox(tmp_path / "sandbox", seed=1, options=options) as running:
        yield running
        assert list(running.crashes) == []


def signed_in(sandbox, tmp_path, **more):
    config = SalesforceConfig(
        url=sandbox.url,
        ca_file=sandbox.ca_file,
        sign_in={
            "flow": "client_credentials",
            "client_id": sandbox.client_id,
            "client_secret": "secret:crm",
        },
        **more,
    )
    return salesforce.make(config, context(tmp_path, crm=sandbox.client_secret))


@pytest.fixture
def target(sandbox, tmp_path):
    target = signed_in(sandbox, tmp_path)
    yield target
    target.close()


def fill(target, kinds=ROWS):
    for entity in kinds:
        for external_id, fields in ROWS[entity]:
            (receipt,) = target.deliver([message(entity, external_id, fields)])
            assert isinstance(receipt, Delivered), (entity, receipt)
            assert receipt.remote_id


def test_the_org_has_everything_that_the_profile_names(target):
    findings = target.check()
    assert [finding.text for finding in findings if finding.level is not Level.OK] == []
    assert len(findings) == 1 + len(ROWS)


def test_every_kind_is_found_with_the_values_that_were_sent(target):
    fill(target)
    for entity, rows in ROWS.items():
        for external_id, fields in rows:
            found = target.find(entity, [external_id], list(fields))
            assert found[external_id].fields == fields, entity


def test_every_kind_can_be_sent_again_and_changed(target, sandbox):
    fill(target)
    sandbox.options.strict_create_only = True
    fill(target)
    for entity, rows in ROWS.items():
        assert len(sandbox.records(target.resource(entity))) == len(rows)
    (external_id, fields) = ROWS["order_line"][0]
    changed = {**fields, "quantity": "3.0000"}
    (receipt,) = target.deliver([message("order_line", external_id, changed, 2)])
    assert isinstance(receipt, Delivered)
    assert target.find("order_line", [external_id], list(fields))[external_id].fields == changed


def test_a_field_that_is_set_at_creation_only_cannot_be_moved_unseen(target):
    fill(target)
    (receipt,) = target.deliver([message("order", "SO-2", ROWS["order"][0][1])])
    assert isinstance(receipt, Delivered)
    (external_id, fields) = ROWS["order_line"][0]
    moved = message("order_line", external_id, {**fields, "order": "SO-2"}, 2)
    (receipt,) = target.deliver([moved])
    assert isinstance(receipt, Rejected)
    assert (receipt.code, receipt.field) == ("CREATE_ONLY_CHANGED", "order")


def test_a_parent_that_is_missing_is_waited_for_and_the_others_go_through(target, sandbox):
    fill(target, ["account"])
    orphan = message("contact", "K-2", {"account": "C-9", "last_name": "B"})
    batch = [message("contact", "K-1", {"account": "C-1", "last_name": "A"}), orphan]
    receipts = target.deliver(batch)
    assert isinstance(receipts[0], Delivered)
    assert receipts[1] == WaitingFor(Parent("account", "account", "C-9"))
    assert set(sandbox.records("Contact")) == {"K-1"}


def test_a_locked_row_is_deferred_and_a_refused_one_rejected(target, sandbox):
    sandbox.fault("lock_row", object="Account", times=1)
    (receipt,) = target.deliver([message("account", "C-1", {"name": "Acme"})])
    assert isinstance(receipt, Deferred)
    assert receipt.code == "UNABLE_TO_LOCK_ROW"
    sandbox.fault("partial", object="Account", field="Name", contains="Bad")
    receipts = target.deliver(
        [message("account", f"C-{n}", {"name": name}) for n, name in enumerate(["A", "Bad", "C"])]
    )
    assert [type(receipt) for receipt in receipts] == [Delivered, Rejected, Delivered]
    assert receipts[1].field == "name"


@pytest.mark.parametrize("allowed", [False, True])
def test_a_duplicate_rule_is_obeyed_or_overridden(sandbox, tmp_path, allowed):
    sandbox.options.duplicate_rules = {"Account": ("Name",)}
    there = sandbox.enter("Account", {"Name": "acme"})
    target = signed_in(sandbox, tmp_path, allow_duplicates=allowed)
    batch = [message("account", "C-1", {"name": "Acme"}), message("account", "C-2", {"name": "B"})]
    receipts = target.deliver(batch)
    target.close()
    assert isinstance(receipts[1], Delivered)
    if allowed:
        assert isinstance(receipts[0], Delivered)
    else:
        assert (receipts[0].code, there in receipts[0].reason) == ("DUPLICATES_DETECTED", True)


def test_a_parent_with_children_is_not_deleted(target):
    fill(target)
    (receipt,) = target.deliver([message("product", "P-1", {}, 2, Op.DELETE)])
    assert isinstance(receipt, Rejected)
    assert receipt.code == "HAS_CHILDREN"


def test_deletes_of_many_are_judged_each(target, sandbox):
    target.deliver([message("account", f"C-{n}", {"name": "x"}) for n in range(5)])
    gone = [message("account", f"C-{n}", {}, 2, Op.DELETE) for n in (4, 9, 0)]
    assert {type(receipt) for receipt in target.deliver(gone)} == {Delivered}
    assert set(sandbox.records("Account")) == {"C-1", "C-2", "C-3"}
    twice = [message("account", "C-3", {}, 2, Op.DELETE)] * 2
    assert [type(receipt) for receipt in target.deliver(twice)] == [Delivered, Deferred]
    sandbox.fault("commit_then_drop", object="Account", method="DELETE", times=1)
    (receipt,) = target.deliver([message("account", "C-1", {}, 2, Op.DELETE)])
    assert isinstance(receipt, Ambiguous)
    assert set(sandbox.records("Account")) == {"C-2"}


def test_a_look_up_for_a_delete_that_is_lost_means_that_nothing_happened(target, sandbox):
    target.deliver([message("account", "C-1", {"name": "x"})])
    sandbox.fault("drop_before", object="Account", method="GET", times=1)
    with pytest.raises(TargetUnavailable):
        target.deliver([message("account", "C-1", {}, 2, Op.DELETE)])
    assert set(sandbox.records("Account")) == {"C-1"}


def test_a_session_that_ends_between_batches_is_renewed_unseen(target, sandbox):
    for number in range(3):
        sandbox.end_sessions()
        (receipt,) = target.deliver([message("account", f"C-{number}", {"name": "x"})])
        assert isinstance(receipt, Delivered)


def test_a_used_up_quota_stops_the_target_without_effect(target, sandbox):
    sandbox.options.daily_limit = 0
    with pytest.raises(TargetUnavailable, match="QUOTA_EXHAUSTED"):
        target.deliver([message("account", "C-1", {"name": "x"})])
    assert sandbox.records("Account") == {}


def test_a_version_that_the_org_does_not_serve_is_named(sandbox, tmp_path):
    config = SalesforceConfig(
        url=sandbox.url,
        ca_file=sandbox.ca_file,
        api_version="v20.0",
        sign_in={"flow": "client_credentials", "client_id": sandbox.client_id,
                 "client_secret": "secret:crm"},
    )  # fmt: skip
    target = salesforce.make(config, context(tmp_path, crm=sandbox.client_secret))
    with pytest.raises(TargetUnavailable, match="API_VERSION_RETIRED"):
        target.deliver([message("account", "C-1", {"name": "x"})])
    assert target.check()[0].code == "API_VERSION_RETIRED"
    target.close()


def test_an_object_that_the_org_does_not_have_holds_back_only_its_own_kind(sandbox, tmp_path):
    config = SalesforceConfig(
        url=sandbox.url,
        ca_file=sandbox.ca_file,
        profile={"inventory": {"object": "Nowhere__c"}, "account": {"fields": {"phone": "No__c"}}},
        entities=["inventory", "account"],
        sign_in={"flow": "client_credentials", "client_id": sandbox.client_id,
                 "client_secret": "secret:crm"},
    )  # fmt: skip
    target = salesforce.make(config, context(tmp_path, crm=sandbox.client_secret))
    (receipt,) = target.deliver([message("inventory", "P/W", {"warehouse": "W"})])
    assert isinstance(receipt, Deferred)
    assert receipt.code == "OBJECT_MISSING"
    errors = [finding for finding in target.check() if finding.level is Level.ERROR]
    assert [(e.code, e.text.split()[0]) for e in errors] == [
        ("FIELD_MISSING", "Account.No__c"),
        ("OBJECT_MISSING", "Nowhere__c"),
    ]
    target.close()


def test_an_org_without_a_field_that_nobody_sends_is_listed_all_the_same(sandbox, tmp_path):
    own = {"account": {"fields": {"legal_name": "Nowhere__c", "website": "Never__c"}}}
    target = signed_in(sandbox, tmp_path, profile=own)
    target.deliver([message("account", "C-1", {"name": "Acme", "credit_limit": "1.00"})])
    (item,) = target.list("account", None).items
    assert (item.external_id, item.fields["name"]) == ("C-1", "Acme")
    assert "legal_name" not in item.fields
    target.close()


def test_a_listing_pages_through_more_than_one_page(target, sandbox):
    sandbox.options.page_size = 200
    for start in range(0, 1000, 200):
        target.deliver(
            [message("account", f"C-{n:04}", {"name": "x"}) for n in range(start, start + 200)]
        )
    seen, after, pages = [], None, 0
    while True:
        listing = target.list("account", after)
        seen += [item.external_id for item in listing.items]
        pages += 1
        after = listing.after
        if after is None:
            break
    assert seen == [f"C-{n:04}" for n in range(1000)]
    assert pages >= 5
    ids = [f"C-{n:04}" for n in range(0, 1000, 2)]
    assert set(target.find("account", ids, ["name"])) == set(ids)


def test_a_check_names_what_the_user_may_not_do_object_by_object(tmp_path):
    schema = {
        "objects": {
            "Account": {"createable": False, "updateable": False},
            "Contact": {"deletable": False, "fields": {"Title": {"updateable": False}}},
        }
    }
    with Sandbox(tmp_path / "other", seed=1, schema=[schema]) as other:
        target = signed_in(other, tmp_path, entities=["account", "contact"])
        found = [f for f in target.check() if f.level is not Level.OK]
        target.close()
    assert {(f.code, f.text) for f in found} == {
        ("PERMISSION_DENIED", "The user may not create and not change records of Account (for account)."),
        ("DELETE_FORBIDDEN", "The user may not delete records of Contact (for contact)."),
        ("FIELD_READ_ONLY", "Contact.Title may not be written."),
    }  # fmt: skip
