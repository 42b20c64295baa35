"""Every fault meets every operation: told apart rightly, and in the end done once.

After the fault the record is driven as delivery would: what was put off or refused as a batch goes
again, what is in doubt is looked up and sent again. Then Oracle holds what was meant, created once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

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
    Receipt,
    Rejected,
    Stamp,
)
from tests.contract.oracle_rig import OracleRig

NEW = {"name": "New", "billing_city": "Ulm", "billing_street": "1", "billing_country": "DE"}
STOPS, AUTH = TargetUnavailable, TargetAuthError


class Fault(NamedTuple):
    """What goes wrong with the writing request, and what it must be told as."""

    kind: str
    details: dict[str, object]
    told: tuple[type, ...]
    happened: bool = False


FAULTS = {
    "rate_limit": Fault("rate_limit", {}, (STOPS,)),
    "limit": Fault("limit", {}, (STOPS,)),
    "busy": Fault("busy", {}, (STOPS,)),
    "unavailable": Fault("unavailable", {}, (STOPS,)),
    "unauthorized": Fault("unauthorized", {}, (AUTH,)),
    "forbidden": Fault("refuse", {"status": 403, "code": "x"}, (AUTH,)),
    "error": Fault("error", {}, (Ambiguous,)),
    "bad_gateway": Fault("refuse", {"status": 502, "code": "x"}, (Ambiguous,)),
    "gateway_timeout": Fault("refuse", {"status": 504, "code": "x"}, (Ambiguous,)),
    "html": Fault("html", {}, (Ambiguous,)),
    "malformed": Fault("malformed", {}, (Ambiguous,)),
    "truncated": Fault("truncated", {}, (Ambiguous, Delivered), happened=True),
    "drop_before": Fault("drop_before", {}, (Ambiguous,)),
    "commit_then_drop": Fault("commit_then_drop", {}, (Ambiguous,), happened=True),
    "late_commit": Fault("late_commit", {"seconds": 0.1}, (Ambiguous,), happened=True),
    "conflict": Fault("refuse", {"status": 409, "code": "x"}, (Deferred, BatchRefused)),
    "precondition": Fault("refuse", {"status": 412, "code": "x"}, (Deferred, BatchRefused)),
    "gone": Fault("refuse", {"status": 404, "code": "x"}, (Deferred, BatchRefused)),
    "row_changed": Fault("refuse", {"code": "JBO-25014"}, (Deferred, BatchRefused)),
    "locked": Fault("lock_row", {}, (Deferred, BatchRefused)),
    "deadlock": Fault("refuse", {"status": 500, "code": "ORA-00060"}, (Deferred, BatchRefused)),
    "rule": Fault("refuse", {"code": "27024"}, (Rejected, BatchRefused)),
}


class Operation(NamedTuple):
    """What is asked of the target, after what is there already."""

    there: int
    op: Op
    count: int
    method: str


OPERATIONS = {
    "create": Operation(0, Op.UPSERT, 1, "POST"),
    "create_many": Operation(0, Op.UPSERT, 3, "POST"),
    "update": Operation(1, Op.UPSERT, 1, "POST"),  # the record and its address: a batch
    "update_many": Operation(3, Op.UPSERT, 3, "POST"),
    "create_and_update": Operation(1, Op.UPSERT, 3, "POST"),
    "delete": Operation(1, Op.DELETE, 1, "DELETE"),
    "delete_many": Operation(3, Op.DELETE, 3, "POST"),
}


@pytest.fixture
def sandbox(tmp_path):
    with Sandbox(tmp_path / "sandbox", crm="oracle", seed=1) as running:
        yield running
        assert list(running.crashes) == []


@pytest.fixture
def rig(sandbox, tmp_path):
    rig = OracleRig(sandbox, tmp_path)
    yield rig
    rig.target.close()


def message(number: int, op: Op, **fields: str) -> Message:
    given = {} if op is Op.DELETE else {"name": f"Old {number}", **fields}
    return Message(f"{op}-{number}", op, "account", "account/1", f"C-{number}", 1, given)


def attempt(rig: OracleRig, batch: Sequence[Message]) -> list[Receipt] | Exception:
    try:
        return list(rig.target.deliver(batch))
    except (TargetUnavailable, TargetAuthError) as error:
        return error


def drive(rig: OracleRig, batch: Sequence[Message], first: list[Receipt] | Exception) -> None:
    """Until everything is delivered, as delivery does it: a refused batch goes one by one."""
    settle(rig.sandbox)
    answers = [None] * len(batch) if isinstance(first, Exception) else first
    for given, receipt in zip(batch, answers, strict=True):
        for _ in range(5):
            if isinstance(receipt, Delivered):
                break
            if isinstance(receipt, Ambiguous):
                rig.target.find("account", [given.external_id])
            again = attempt(rig, [given])
            assert not isinstance(again, Exception), again
            receipt = again[0]  # noqa: PLW2901 - the newest answer counts
        assert isinstance(receipt, Delivered), receipt


def settle(sandbox: Sandbox) -> None:
    """Late commits are in, as after `settles_within`."""
    while sandbox._late:
        sandbox._late.pop().join()


@pytest.mark.parametrize("names_part", ["parts", "none"])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_fault_is_told_for_what_it_is_and_the_record_is_done_once(
    rig, fault, operation, names_part
):
    rig.sandbox.options.names_part = names_part
    kind, details, told, happened = FAULTS[fault]
    there, op, count, method = OPERATIONS[operation]
    for number in range(there):
        assert isinstance(attempt(rig, [message(number, Op.UPSERT, **NEW)]), list)
    before = rig.sandbox.state()["writes"]
    batch = [message(n, op, **NEW, phone=f"{n}") for n in range(count)]
    rig.sandbox.fault(kind, object="accounts", method=method if kind != "lock_row" else "", times=1, **details)  # fmt: skip
    first = attempt(rig, batch)
    answers = [first] if isinstance(first, Exception) else first
    assert {type(answer) for answer in answers} <= set(told), answers
    settle(rig.sandbox)
    if not happened and not any(isinstance(answer, Delivered) for answer in answers):
        assert rig.sandbox.state()["writes"] == before, "nothing happened"
    drive(rig, batch, first)
    wanted = set() if op is Op.DELETE else {f"C-{n}" for n in range(count)}
    held = rig.sandbox.records("accounts")
    assert set(held) == wanted
    assert all(each["PhoneNumber"] for each in held.values())
    assert all(len(each["Address"]) == 1 for each in held.values()), "no address twice"
    log = rig.sandbox.write_log("accounts")
    for number in range(count):
        entry = log[f"C-{number}"]
        assert (entry["creates"], entry["doubled"]) == (1, 0)
        assert entry["updates"] == (number < there and op is Op.UPSERT)
        assert entry["deletes"] == (op is Op.DELETE)


READS: dict[str, Callable[[OracleRig], object]] = {
    "find": lambda rig: rig.target.find("account", ["C-0"]),
    "list": lambda rig: rig.target.list("account", None),
    "match": lambda rig: rig.target.match("account", ["name"], None),
    "look_up": lambda rig: rig.target.deliver([message(0, Op.UPSERT)]),
    "look_up_to_delete": lambda rig: rig.target.deliver([message(0, Op.DELETE)]),
    "stamp": lambda rig: rig.target.stamp("account", [Stamp("300000000000001", "C-9")]),
}
_GONE_WRONG = sorted(
    set(FAULTS) - {"commit_then_drop", "late_commit", "locked", "unauthorized", "forbidden", "gone"}
)


@pytest.mark.parametrize("fault", _GONE_WRONG)
@pytest.mark.parametrize("read", READS)
def test_a_question_that_goes_wrong_is_no_answer_and_nothing_is_written(rig, fault, read):
    attempt(rig, [message(0, Op.UPSERT)])
    before = rig.sandbox.state()["writes"]
    kind, details, *_ = FAULTS[fault]
    rig.sandbox.fault(kind, object="accounts", method="GET", times=1, **details)
    if read == "look_up" and details.get("status", 400) < 500 and kind == "refuse":
        (receipt,) = READS[read](rig)
        assert isinstance(receipt, Deferred)
        assert receipt.code == "QUERY_REFUSED"
    else:
        with pytest.raises(TargetUnavailable) as caught:
            READS[read](rig)
        assert caught.value.code
    assert rig.sandbox.state()["writes"] == before


@pytest.mark.parametrize("fault", FAULTS)
def test_a_stamp_that_met_a_fault_is_done_once_in_the_end(rig, fault):
    kind, details, told, _ = FAULTS[fault]
    number = rig.typed_in("Acme")
    rig.sandbox.fault(kind, object="accounts", method="" if kind == "lock_row" else "PATCH", times=1, **details)  # fmt: skip
    stamp = Stamp(number, "C-1")
    if issubclass(told[0], Exception):
        with pytest.raises(told[0]):
            rig.target.stamp("account", [stamp])
    else:
        (first,) = rig.target.stamp("account", [stamp])
        assert isinstance(first, told), first
    settle(rig.sandbox)
    (receipt,) = rig.target.stamp("account", [Stamp(number, "C-1")])
    assert isinstance(receipt, Delivered)
    assert rig.keys() == {number: "C-1"}


@pytest.mark.parametrize("flow", ["client_credentials", "jwt"])
@pytest.mark.parametrize(
    ("kind", "details", "told"),
    [
        ("sign_in", {}, AUTH),
        ("unavailable", {}, STOPS),
        ("html", {}, STOPS),
        ("drop_before", {}, STOPS),
        ("truncated", {}, STOPS),
    ],
)
def test_a_sign_in_that_goes_wrong_stops_the_target_and_works_again_after(
    sandbox, tmp_path, flow, kind, details, told
):
    rig = OracleRig(sandbox, tmp_path, flow)
    sandbox.fault(kind, times=1, **details)
    failed = attempt(rig, [message(0, Op.UPSERT)])
    assert isinstance(failed, told), failed
    assert rig.held() == {}
    assert isinstance(attempt(rig, [message(0, Op.UPSERT)]), list)
    assert sandbox.state()["sign_ins"] >= 1
    rig.target.close()


def test_a_token_that_ends_in_the_middle_is_replaced_once(sandbox, tmp_path):
    rig = OracleRig(sandbox, tmp_path, "client_credentials")
    for number in range(3):
        attempt(rig, [message(number, Op.UPSERT)])
        sandbox.end_sessions()
    assert len(rig.held()) == 3
    assert sandbox.state()["sign_ins"] == 3
    rig.target.close()
