"""Bulk jobs against the sandbox: every record gets its receipt, whatever is lost on the way."""

import pytest
from pydantic import ValidationError

from adapters.sandbox import Sandbox
from adapters.sandbox.salesforce import SalesforceOptions
from adapters.targets import salesforce
from adapters.targets.salesforce import SalesforceConfig
from agent.errors import TargetUnavailable
from agent.model import (
    Accepted,
    Ambiguous,
    BatchRefused,
    Deferred,
    Delivered,
    Message,
    Op,
    Parent,
    Rejected,
    WaitingFor,
)
from tests.http_stub import context

MANY = 450


def message(number, entity="account", op=Op.UPSERT, /, **fields):
    given = fields or {"name": f"Acme {number}", "credit_limit": "12.50", "active": True}
    return Message(f"m-{entity}-{number}", op, entity, f"{entity}/1", f"C/{number}", 1, given)


@pytest.fixture
def sandbox(tmp_path):
    with Sandbox(tmp_path / "sandbox", seed=1, options=SalesforceOptions()) as running:
        yield running
        assert list(running.crashes) == []


def made(sandbox, tmp_path, **more):
    sign_in = {"flow": "client_credentials", "client_id": sandbox.client_id,
               "client_secret": "secret:crm"}  # fmt: skip
    config = SalesforceConfig(
        url=sandbox.url, ca_file=sandbox.ca_file, sign_in=sign_in,
        bulk={"above": 201, "records": 5000, "poll": "1s"}, **more,
    )  # fmt: skip
    return salesforce.make(config, context(tmp_path, crm=sandbox.client_secret))


@pytest.fixture
def target(sandbox, tmp_path):
    target = made(sandbox, tmp_path)
    yield target
    target.close()


def handles(receipts):
    assert {type(receipt) for receipt in receipts} == {Accepted}
    return [receipt.handle for receipt in receipts]


def test_a_backlog_is_accepted_and_then_delivered(target, sandbox):
    batch = [message(number) for number in range(MANY)]
    asked = handles(target.deliver(batch))
    receipts = target.follow(asked)
    assert {type(receipt) for receipt in receipts} == {Delivered}
    held = sandbox.every("Account")
    for number, receipt in enumerate(receipts):
        assert held[receipt.remote_id]["ERP_Id__c"] == f"C/{number}"
    found = target.find("account", ["C/7"], ["name", "credit_limit", "active"])
    assert found["C/7"].fields == {"name": "Acme 7", "credit_limit": "12.50", "active": True}
    assert {type(r) for r in target.follow(asked)} == {Ambiguous}, "it is forgotten once told"


def test_fewer_and_deletes_go_in_requests(target):
    few = [message(number) for number in range(200)]
    assert {type(receipt) for receipt in target.deliver(few)} == {Delivered}
    gone = [message(number, "account", Op.DELETE) for number in range(150)]
    assert {type(receipt) for receipt in target.deliver(gone)} == {Delivered}


def test_while_a_job_works_its_records_stay_accepted(target, sandbox):
    sandbox.options.bulk_seconds = 3600
    asked = handles(target.deliver([message(number) for number in range(MANY)]))
    assert handles(target.follow(asked)) == asked
    sandbox.options.bulk_seconds = 0
    assert {type(receipt) for receipt in target.follow(asked)} == {Delivered}


def test_each_line_is_judged_by_itself(target, sandbox):
    batch = [message(number) for number in range(MANY)]
    batch[3] = message(3, name="x" * 300)
    batch[4] = message(4, name="#N/A")
    batch[5] = message(5, name="half \ud800")
    sandbox.fault("lock_row", object="Account", times=1)
    receipts = target.deliver(batch)
    assert receipts[5].code == "TEXT_INVALID"
    asked = [receipt.handle for receipt in receipts if isinstance(receipt, Accepted)]
    told = target.follow(asked)
    everything = [*told, receipts[4]]
    assert len([r for r in everything if isinstance(r, Deferred)]) == 1, "the locked one"
    (refused,) = [r for r in told if isinstance(r, Rejected)]
    assert (refused.code, refused.field) == ("STRING_TOO_LONG", "name")
    assert len(sandbox.records("Account")) == MANY - 3


def test_a_missing_parent_is_waited_for(target, sandbox):
    target.deliver([message(0)])
    batch = [message(n, "contact", account="C/0", last_name="x") for n in range(MANY)]
    batch[7] = message(7, "contact", account="C/9", last_name="x")
    told = target.follow(handles(target.deliver(batch)))
    assert told[7] == WaitingFor(Parent("account", "account", "C/9"))
    assert len([r for r in told if isinstance(r, Delivered)]) == MANY - 1


def test_a_job_that_breaks_down_defers_what_it_did_not_come_to(target, sandbox):
    sandbox.options.bulk_fails_after = 100
    told = target.follow(handles(target.deliver([message(number) for number in range(MANY)])))
    assert [type(receipt) for receipt in told] == [Delivered] * 100 + [Deferred] * (MANY - 100)


def test_fields_that_are_set_at_creation_do_not_stop_an_update(target, sandbox):
    lines = {"order": "C/0", "price_book_entry": "C/0", "unit_price": "1.0000"}
    for parent in (
        message(0, name="a"),
        message(0, "price_book", name="List", active=True),
        message(0, "product", name="Bolt", active=True),
        message(0, "price_book_entry", price_book="C/0", product="C/0", unit_price="1.0000"),
        message(0, "order", account="C/0", price_book="C/0", number="1", order_date="2026-11-20"),
    ):
        assert isinstance(target.deliver([parent])[0], Delivered), parent
    for count in ("1.0000", "2.0000"):
        batch = [message(n, "order_line", **lines, quantity=count) for n in range(MANY)]
        told = target.follow(handles(target.deliver(batch)))
        assert {type(receipt) for receipt in told} == {Delivered}
    assert {line["Quantity"] for line in sandbox.every("OrderItem").values()} == {2}


@pytest.mark.parametrize("kind", ["drop_before", "commit_then_drop"])
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_what_is_lost_before_a_job_is_closed_had_no_effect(target, sandbox, kind, method):
    sandbox.fault(kind, object="Account", method=method, times=1)
    with pytest.raises(TargetUnavailable):
        target.deliver([message(number) for number in range(MANY)])
    assert sandbox.records("Account") == {}


def test_a_closing_whose_answer_is_lost_is_followed_to_its_end(target, sandbox):
    sandbox.fault("commit_then_drop", object="Account", method="PATCH", times=1)
    asked = handles(target.deliver([message(number) for number in range(MANY)]))
    assert {type(receipt) for receipt in target.follow(asked)} == {Delivered}


def test_a_closing_that_never_arrived_gives_the_job_up(target, sandbox):
    sandbox.fault("drop_before", object="Account", method="PATCH", times=1)
    asked = handles(target.deliver([message(number) for number in range(MANY)]))
    assert {type(receipt) for receipt in target.follow(asked)} == {Deferred}
    assert sandbox.records("Account") == {}


def test_an_unavailable_org_while_following_loses_nothing(target, sandbox):
    asked = handles(target.deliver([message(number) for number in range(MANY)]))
    for fault in ("unavailable", "html", "malformed", "drop_before"):
        sandbox.fault(fault, object="Account", method="GET", times=1)
        with pytest.raises(TargetUnavailable):
            target.follow(asked)
    assert {type(receipt) for receipt in target.follow(asked)} == {Delivered}


def test_a_job_that_the_org_cannot_read_is_halved_by_delivery(sandbox, tmp_path):
    other = made(sandbox, tmp_path, profile={"account": {"fields": {"name": "Nope__c"}}})
    told = other.follow(handles(other.deliver([message(number) for number in range(MANY)])))
    assert {type(receipt) for receipt in told} == {BatchRefused}
    other.close()


def test_a_refused_job_is_halved_by_delivery(target, sandbox):
    sandbox.fault("refuse", object="Account", method="POST", code="API_DISABLED", times=1)
    told = target.deliver([message(number) for number in range(MANY)])
    assert set(told) == {BatchRefused("API_DISABLED", told[0].reason)}


def test_a_target_with_jobs_says_how_long_they_may_take_effect(target):
    assert target.limits.bulk.least == 201
    assert target.settles_within.total_seconds() == 3600


def test_a_threshold_that_no_job_reaches_is_a_configuration_error():
    sign_in = {"flow": "client_credentials", "client_id": "x", "client_secret": "secret:crm"}
    with pytest.raises(ValidationError, match="at least"):
        SalesforceConfig(
            url="https://example.my.salesforce.com",
            sign_in=sign_in,
            bulk={"above": 3000, "records": 2000},
        )
