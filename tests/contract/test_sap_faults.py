"""Everything that can go wrong with an SAP tenant, for every operation: nothing lost, nothing twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from adapters.sandbox import Sandbox
from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import (
    Ambiguous,
    BatchRefused,
    Deferred,
    Delivered,
    Message,
    Op,
    Rejected,
    Stamp,
    WaitingFor,
)
from tests.sap_rig import ACCOUNTS, SapRig

CONTACTS = "ContactCollection"
WHOLE = {
    "unauthorized": None,  # signed in again and done
    "limit": TargetUnavailable,
    "rate_limit": TargetUnavailable,
    "busy": TargetUnavailable,
    "unavailable": TargetUnavailable,
    "error": Ambiguous,
    "html": Ambiguous,
    "malformed": Ambiguous,
    "truncated": Ambiguous,
    "drop_before": Ambiguous,
    "commit_then_drop": Ambiguous,
    "late_commit": Ambiguous,
}
"""What a write that meets the fault is: an exception, or the receipt of each record."""
READS = {**dict.fromkeys(WHOLE, TargetUnavailable), "unauthorized": None}
READS.pop("commit_then_drop")
READS.pop("late_commit")
OPERATIONS = ("create", "update", "delete", "stamp", "unstamp", "mixed")
READ_OPERATIONS = ("find", "list", "match", "look_up", "look_up_parent")


@pytest.fixture
def rig(tmp_path):
    with Sandbox(tmp_path / "sandbox", crm="sap", seed=1) as sandbox:
        rig = SapRig(sandbox, tmp_path)
        yield rig
        rig.target.close()
        assert list(sandbox.crashes) == []


def account(number, revision=1, op=Op.UPSERT, **fields):
    given = {} if op is Op.DELETE else {"name": f"Company {number}", **fields}
    return Message(
        f"id-{op}-{number}-{revision}", op, "account", "account/1", f"C-{number}", revision, given
    )


def contact(number, of):
    fields = {"account": of, "last_name": f"Person {number}"}
    return Message(f"id-p-{number}", Op.UPSERT, "contact", "contact/1", f"P-{number}", 1, fields)


class Case:
    """One operation on three records, and what the tenant must hold when it is done."""

    def __init__(self, rig, operation):
        self.rig, self.operation = rig, operation
        deliver = rig.target.deliver
        if operation in ("update", "delete", "mixed"):
            some = (1, 2, 3) if operation != "mixed" else (2,)
            assert all(isinstance(r, Delivered) for r in deliver([account(n) for n in some]))
        if operation in ("stamp", "unstamp"):
            self.ids = [rig.typed_in(f"Company {n}") for n in (1, 2, 3)]
            self.stamps = [Stamp(id_, f"C-{n}") for n, id_ in enumerate(self.ids, 1)]
        if operation == "unstamp":
            rig.target.stamp("account", self.stamps)
            self.stamps = [Stamp(id_, "", f"C-{n}") for n, id_ in enumerate(self.ids, 1)]
        self.before = self.state()

    def attempt(self):
        if self.operation in ("stamp", "unstamp"):
            return list(self.rig.target.stamp("account", self.stamps))
        op = Op.DELETE if self.operation == "delete" else Op.UPSERT
        fields = {} if op is Op.DELETE else {"phone": "089 1"}
        return list(self.rig.target.deliver([account(n, 2, op, **fields) for n in (1, 2, 3)]))

    def state(self):
        every = self.rig.sandbox.every(ACCOUNTS).values()
        return sorted(
            (str(each.get("ERPKey_KUT") or ""), str(each.get("Phone") or "")) for each in every
        )

    def wanted(self):
        if self.operation in ("create", "update", "mixed"):
            return [("C-1", "089 1"), ("C-2", "089 1"), ("C-3", "089 1")]
        if self.operation == "stamp":
            return [("C-1", ""), ("C-2", ""), ("C-3", "")]
        return [("", ""), ("", ""), ("", "")]

    def doubled(self):
        log = self.rig.sandbox.write_log(ACCOUNTS).values()
        return sum(entry["doubled"] for entry in log)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("kind", WHOLE)
def test_a_write_that_fails_is_told_rightly_and_done_once_when_sent_again(rig, kind, operation):
    case = Case(rig, operation)
    rig.sandbox.fault(kind, object=ACCOUNTS, method="POST", times=1, seconds=60)
    expected = WHOLE[kind]
    if expected is TargetUnavailable:
        with pytest.raises(TargetUnavailable) as caught:
            case.attempt()
        assert (caught.value.retry_after is None) == (kind == "unavailable"), "SAP says when"
        assert case.state() == case.before, "nothing happened"
    else:
        receipts = case.attempt()
        assert {type(receipt) for receipt in receipts} == {expected or Delivered}
    if kind == "late_commit":  # a stop finishes what comes late
        rig.sandbox.stop()
        rig.sandbox.start()
    if kind in ("commit_then_drop", "late_commit", "truncated"):
        assert case.state() == case.wanted(), "it was done, only nobody heard"
    if kind in ("drop_before", "html", "error", "malformed"):
        assert case.state() == case.before
    for _ in range(2):
        assert {type(receipt) for receipt in case.attempt()} == {Delivered}
    assert case.state() == case.wanted()
    assert case.doubled() == 0


@pytest.mark.parametrize("operation", READ_OPERATIONS)
@pytest.mark.parametrize("kind", READS)
def test_a_read_that_fails_is_told_rightly_and_nothing_is_written(rig, kind, operation):
    rig.target.deliver([account(n) for n in (1, 2)])
    rig.typed_in("Somebody else")
    before = rig.sandbox.every(ACCOUNTS)
    ask = {
        "find": lambda: rig.target.find("account", ["C-1"], ["name"]),
        "list": lambda: rig.target.list("account", None),
        "match": lambda: rig.target.match("account", ["name"], None),
        "look_up": lambda: rig.target.deliver([account(1, 2), account(9)]),
        "look_up_parent": lambda: rig.target.deliver([contact(1, "C-1")]),
    }[operation]
    rig.fault(kind, method="GET")
    if READS[kind] is not None:
        with pytest.raises(TargetUnavailable):
            ask()
        assert rig.sandbox.every(ACCOUNTS) == before
        assert rig.sandbox.every(CONTACTS) == {}
    asked = ask()
    if operation == "find":
        assert asked["C-1"].fields == {"name": "Company 1"}
    elif operation == "list":
        assert [item.external_id for item in asked.items] == ["C-1", "C-2"]
    elif operation == "match":
        assert [item.fields for item in asked.items] == [{"name": "Somebody else"}]
    else:
        assert {type(receipt) for receipt in asked} == {Delivered}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_one_record_that_is_locked_waits_and_the_others_are_done(rig, operation):
    case = Case(rig, operation)
    rig.sandbox.fault("lock_row", object=ACCOUNTS, times=1)
    receipts = case.attempt()
    assert sorted(type(receipt).__name__ for receipt in receipts) == [
        "Deferred", "Delivered", "Delivered",
    ]  # fmt: skip
    (waits,) = [receipt for receipt in receipts if isinstance(receipt, Deferred)]
    assert waits.code == "RECORD_LOCKED"
    assert {type(receipt) for receipt in case.attempt()} == {Delivered}
    assert case.state() == case.wanted()


@pytest.mark.parametrize("xml", [True, False])
@pytest.mark.parametrize("operation", ["create", "update", "mixed"])
def test_one_record_that_is_refused_is_named_and_the_others_are_done(rig, operation, xml):
    rig.sandbox.options.xml_errors = xml
    case = Case(rig, operation)
    rig.sandbox.fault(
        "partial", object=ACCOUNTS, field="Name", contains="Company 2",
        message="Phone of Company 2: enter a valid number",
    )  # fmt: skip
    one, two, three = case.attempt()
    assert isinstance(one, Delivered)
    assert isinstance(three, Delivered)
    assert isinstance(two, Rejected)
    assert (two.code, two.field) == ("INVALID_VALUE", "phone")
    assert "Company 2" not in two.reason
    rig.sandbox.lift()
    assert {type(receipt) for receipt in case.attempt()} == {Delivered}
    assert case.state() == case.wanted()


@pytest.mark.parametrize("status", [400, 404, 405, 409, 412, 413, 415, 428, 501])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_batch_that_is_refused_as_a_whole_did_nothing(rig, operation, status):
    case = Case(rig, operation)
    rig.sandbox.fault(
        "refuse", object=ACCOUNTS, method="POST", times=1, status=status, code="X", message="No"
    )
    expected = {404: Deferred, 409: Deferred, 412: Deferred, 428: Deferred, 501: Ambiguous}
    receipts = case.attempt()
    assert {type(receipt) for receipt in receipts} == {expected.get(status, BatchRefused)}
    assert case.state() == case.before
    assert {type(receipt) for receipt in case.attempt()} == {Delivered}
    assert case.state() == case.wanted()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_sessions_that_run_out_in_between_are_opened_again(rig, operation):
    case = Case(rig, operation)
    rig.sandbox.end_sessions()
    assert {type(receipt) for receipt in case.attempt()} == {Delivered}
    assert case.state() == case.wanted()
    assert rig.sandbox.state()["sign_ins"] >= 1


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_right_that_is_taken_away_stops_the_target(rig, operation):
    case = Case(rig, operation)
    rig.sandbox.fault("refuse", object=ACCOUNTS, method="POST", status=403, code="X", message="No")
    with pytest.raises(TargetAuthError, match="PERMISSION_DENIED"):
        case.attempt()
    assert case.state() == case.before


def test_a_parent_that_is_missing_is_waited_for_and_then_found(rig):
    first, second = rig.target.deliver([contact(1, "C-1"), contact(2, "C-2")])
    assert isinstance(first, WaitingFor)
    assert first.parent == ("account", "account", "C-1")
    assert isinstance(second, WaitingFor)
    rig.target.deliver([account(1)])
    first, second = rig.target.deliver([contact(1, "C-1"), contact(2, "C-2")])
    assert isinstance(first, Delivered)
    assert isinstance(second, WaitingFor)
    (held,) = rig.sandbox.records(CONTACTS).values()
    assert held["AccountID.ERPKey_KUT"] == "C-1"
    assert rig.target.find("contact", ["P-1"])["P-1"].fields["account"] == "C-1"


def _send_all(target, numbers):
    """Send until everything is delivered, ten at a time; what is left after many attempts."""
    waiting = list(numbers)
    for _ in range(100):
        try:
            receipts = target.deliver([account(n) for n in waiting[:10]])
        except TargetUnavailable:
            continue
        done = {n for n, r in zip(waiting, receipts, strict=False) if isinstance(r, Delivered)}
        waiting = [n for n in waiting if n not in done]
    return waiting


def test_several_senders_share_a_session_and_make_each_record_once(rig):
    for kind in ("commit_then_drop", "drop_before", "error", "rate_limit", "html"):
        rig.sandbox.fault(kind, object=ACCOUNTS, method="POST", times=3)
    rig.sandbox.fault("unauthorized", object=ACCOUNTS, method="POST", times=1)
    rig.sandbox.fault("lock_row", object=ACCOUNTS, times=20)
    with ThreadPoolExecutor(4) as pool:
        starts = range(0, 160, 40)
        left = list(pool.map(lambda n: _send_all(rig.target, range(n, n + 40)), starts))
    assert left == [[], [], [], []]
    assert rig.held() == {f"C-{n}": f"Company {n}" for n in range(160)}
    log = rig.sandbox.write_log(ACCOUNTS).values()
    assert {(entry["creates"], entry["doubled"]) for entry in log} == {(1, 0)}
