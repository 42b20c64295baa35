"""Every fault of the menu meets every operation: told as what it is, nothing lost, nothing twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.sandbox import Sandbox
from adapters.targets import salesforce
from adapters.targets.salesforce import SalesforceConfig
from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import (
    Accepted,
    Ambiguous,
    BatchRefused,
    Deferred,
    Delivered,
    Level,
    Op,
    Rejected,
    Stamp,
)
from tests.contract.target_suite import account
from tests.http_stub import context

AWAY = frozenset({"limit", "rate_limit", "busy", "unavailable", "sign_in"})
"""Nothing happened, and the whole target waits."""
LOST = frozenset(
    {"error", "html", "malformed", "truncated", "drop_before", "commit_then_drop", "late_commit"}
)
"""After a write nobody knows."""
ALLOWED = {
    "slow": {Delivered},
    "unauthorized": {Delivered},
    "lock_row": {Delivered, Deferred},
    "refuse": {Rejected, BatchRefused},
}
MENU = sorted({*AWAY, *LOST, *ALLOWED})
READS = sorted({*MENU} - {"lock_row", "commit_then_drop", "late_commit"})
MANY = 210


@pytest.fixture
def sandbox(tmp_path):
    with Sandbox(tmp_path / "sandbox", seed=1) as running:
        yield running
        assert list(running.crashes) == []


@pytest.fixture
def target(sandbox, tmp_path):
    sign_in = {"flow": "client_credentials", "client_id": sandbox.client_id,
               "client_secret": "secret:crm"}  # fmt: skip
    config = SalesforceConfig(
        url=sandbox.url, sign_in=sign_in, ca_file=sandbox.ca_file, timeout="10s",
        entities=["account"], bulk={"above": 201, "records": 1000, "poll": "1s"},
    )  # fmt: skip
    target = salesforce.make(config, context(tmp_path, crm=sandbox.client_secret))
    target.find("account", ["x"])  # signed in
    yield target
    target.close()


def order(sandbox, kind, method=""):
    details = {
        "late_commit": {"seconds": 0.05},
        "slow": {"seconds": 0.05},
        "refuse": {"code": "SOME_REFUSAL", "status": 400},
    }.get(kind, {})
    if kind == "sign_in":
        sandbox.end_sessions()
        sandbox.fault(kind, times=1)
    else:
        sandbox.fault(kind, object="Account", method=method, times=1, **details)


def attempt(kind, act, lost=Ambiguous):
    """What was told fits the fault."""
    if kind in AWAY:
        with pytest.raises((TargetUnavailable, TargetAuthError)) as caught:
            act()
        assert caught.value.code
        assert kind not in {"limit", "rate_limit"} or caught.value.retry_after
        return
    types = {type(receipt) for receipt in act()}
    assert types == {lost} if kind in LOST else types <= ALLOWED[kind]


def afterwards(sandbox, kind):
    """What was still on its way has arrived, as delivery waits for it."""
    if kind == "late_commit":
        sandbox.stop()
        sandbox.start()
    sandbox.lift()


def held(sandbox):
    return {key: fields["Name"] for key, fields in sandbox.records("Account").items()}


def effects(sandbox):
    log = sandbox.write_log("Account")
    return {key: entry["creates"] + entry["updates"] for key, entry in log.items()}


def all_done(receipts, count):
    assert [type(receipt) for receipt in receipts] == [Delivered] * count


@pytest.mark.parametrize("count", [1, 2, 200])
@pytest.mark.parametrize("kind", MENU)
class TestWriting:
    def test_an_upsert_has_one_effect(self, sandbox, target, kind, count):
        batch = [account(number) for number in range(count)]
        order(sandbox, kind, "" if kind == "sign_in" else "PATCH")
        attempt(kind, lambda: target.deliver(batch))
        afterwards(sandbox, kind)
        all_done(target.deliver(batch), count)
        assert effects(sandbox) == {f"C/{number}": 1 for number in range(count)}

    def test_a_change_has_one_effect_and_the_last_one_stays(self, sandbox, target, kind, count):
        target.deliver([account(number) for number in range(count)])
        batch = [account(number, 2, name="New") for number in range(count)]
        order(sandbox, kind, "" if kind == "sign_in" else "PATCH")
        attempt(kind, lambda: target.deliver(batch))
        afterwards(sandbox, kind)
        all_done(target.deliver(batch), count)
        assert held(sandbox) == {f"C/{number}": f"New {number}" for number in range(count)}
        assert set(effects(sandbox).values()) == {2}

    def test_a_delete_is_done_once_and_for_all(self, sandbox, target, kind, count):
        target.deliver([account(number) for number in range(count)])
        target.deliver([account(count)])
        batch = [replace(account(number), op=Op.DELETE, fields={}) for number in range(count)]
        order(sandbox, kind, "" if kind == "sign_in" else "DELETE")
        attempt(kind, lambda: target.deliver(batch))
        afterwards(sandbox, kind)
        all_done(target.deliver(batch), count)
        assert set(held(sandbox)) == {f"C/{count}"}
        assert sandbox.state()["writes"]["Account"]["deletes"] == count


@pytest.mark.parametrize("kind", READS)
def test_a_delete_whose_look_up_fails_has_not_happened(sandbox, target, kind):
    target.deliver([account(0)])
    order(sandbox, kind, "" if kind == "sign_in" else "GET")
    gone = [replace(account(0), op=Op.DELETE, fields={})]
    if kind in {"slow", "unauthorized"}:
        all_done(target.deliver(gone), 1)
        return
    with pytest.raises((TargetUnavailable, TargetAuthError)):
        target.deliver(gone)
    assert set(held(sandbox)) == {"C/0"}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
@pytest.mark.parametrize("kind", sorted({*MENU} - {"lock_row"}))
def test_a_bulk_job_has_one_effect_wherever_it_is_hit(sandbox, target, kind, method):
    batch = [account(number) for number in range(MANY)]
    order(sandbox, kind, "" if kind == "sign_in" else method)
    told = []
    try:
        told = list(target.deliver(batch))
    except (TargetUnavailable, TargetAuthError):
        assert kind in {*AWAY, *LOST}
    afterwards(sandbox, kind)
    while any(isinstance(receipt, Accepted) for receipt in told):
        told = list(target.follow([receipt.handle for receipt in told]))
    if {type(receipt) for receipt in told} != {Delivered}:
        assert {type(receipt) for receipt in told} <= {BatchRefused, Deferred, Ambiguous}
        assert kind in LOST or held(sandbox) == {}, "what is refused has no effect"
        again = target.deliver(batch)
        all_done(target.follow([receipt.handle for receipt in again]), MANY)
    assert effects(sandbox) == {f"C/{number}": 1 for number in range(MANY)}


@pytest.mark.parametrize("kind", READS)
def test_a_job_is_followed_through_every_fault(sandbox, target, kind):
    batch = [account(number) for number in range(MANY)]
    handles = [receipt.handle for receipt in target.deliver(batch)]
    order(sandbox, kind, "" if kind == "sign_in" else "GET")
    try:
        receipts = target.follow(handles)
    except (TargetUnavailable, TargetAuthError):
        sandbox.lift()
        receipts = target.follow(handles)
    all_done(receipts, MANY)
    assert set(effects(sandbox).values()) == {1}


@pytest.mark.parametrize("kind", sorted({*MENU} - {"lock_row"}))
def test_a_stamp_is_set_once(sandbox, target, kind):
    ids = [sandbox.enter("Account", {"Name": f"Company {number}"}) for number in range(3)]
    stamps = [Stamp(each, f"C/{number}") for number, each in enumerate(ids)]
    order(sandbox, kind, "" if kind == "sign_in" else "PATCH")
    attempt(kind, lambda: target.stamp("account", stamps))
    afterwards(sandbox, kind)
    all_done(target.stamp("account", stamps), 3)
    keys = {each: fields["ERP_Id__c"] for each, fields in sandbox.every("Account").items()}
    assert keys == {each: f"C/{number}" for number, each in enumerate(ids)}


@pytest.mark.parametrize("kind", READS)
@pytest.mark.parametrize("what", ["find", "list", "match"])
def test_a_read_is_right_or_says_that_it_cannot_read(sandbox, target, kind, what):
    target.deliver([account(number) for number in range(3)])
    sandbox.enter("Account", {"Name": "Nobody's"})

    def read():
        if what == "find":
            return set(target.find("account", ["C/0", "C/1", "C/9"]))
        if what == "list":
            return {item.external_id for item in target.list("account", None).items}
        return {item.external_id for item in target.match("account", ["name"], None).items}

    expected = {"find": {"C/0", "C/1"}, "list": {"C/0", "C/1", "C/2"}, "match": {""}}[what]
    assert read() == expected
    order(sandbox, kind)
    if kind in {"slow", "unauthorized"}:
        assert read() == expected
    else:
        with pytest.raises((TargetUnavailable, TargetAuthError)) as caught:
            read()
        assert caught.value.code
    sandbox.lift()
    assert read() == expected


@pytest.mark.parametrize("kind", READS)
def test_a_check_is_a_finding_and_never_a_crash(sandbox, target, kind):
    if kind == "sign_in":
        sandbox.end_sessions()
        sandbox.fault(kind, times=1)
    else:
        sandbox.fault(kind, times=1, **({"code": "X"} if kind == "refuse" else {}))
    findings = target.check()
    assert all(finding.text for finding in findings)
    is_fine = kind in {"slow", "unauthorized", "malformed"}  # any object says that it is served
    assert ({finding.level for finding in findings} == {Level.OK}) is is_fine
