"""Every fault of the menu meets every operation: told as what it is, nothing lost, nothing twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.sandbox import Sandbox
from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import Ambiguous, BatchRefused, Deferred, Delivered, Op, Stamp
from tests.contract.target_suite import account
from tests.dynamics_rig import DynamicsRig

AWAY = frozenset({"limit", "rate_limit", "busy", "unavailable", "sign_in"})
"""Nothing happened, and the whole target waits."""
LOST = frozenset({"error", "html", "malformed", "drop_before", "commit_then_drop", "late_commit"})
"""After a write nobody knows."""
HARMLESS = frozenset({"slow", "unauthorized", "truncated", "refuse", "lock_row"})
"""Renewed, waited out, asked again in parts, or put off."""
ALLOWED = {
    "truncated": {Delivered, Ambiguous},  # an answer without a body cannot be cut short
    "refuse": {Delivered, Deferred, BatchRefused},
    "lock_row": {Delivered, Deferred},
}
MENU = sorted(AWAY | LOST | HARMLESS)
COUNT = 5


@pytest.fixture
def sandbox(tmp_path):
    with Sandbox(tmp_path / "sandbox", crm="dynamics", seed=1) as running:
        yield running
        assert list(running.crashes) == []


def order(sandbox, kind, method=""):
    details = {
        "late_commit": {"seconds": 0.05},
        "slow": {"seconds": 0.05},
        "refuse": {"code": "0x80040216", "status": 400},
    }.get(kind, {})
    if kind == "sign_in":
        sandbox.end_sessions()
        sandbox.fault(kind, times=1)
    else:
        sandbox.fault(kind, object="account", method=method, times=1, **details)


def outcome(kind, receipts):
    """Whether a write was told as what the fault was."""
    types = {type(receipt) for receipt in receipts}
    if kind in LOST:
        return types == {Ambiguous}
    return types <= ALLOWED.get(kind, {Delivered})


def afterwards(sandbox, kind):
    """What was still on its way has arrived, as delivery waits for it."""
    if kind == "late_commit":
        sandbox.stop()
        sandbox.start()
    sandbox.lift()


def attempt(kind, act):
    if kind not in AWAY:
        receipts = act()
        assert outcome(kind, receipts), receipts
        return
    with pytest.raises((TargetUnavailable, TargetAuthError)) as caught:
        act()
    assert caught.value.code
    assert caught.value.hint


@pytest.mark.parametrize("kind", MENU)
@pytest.mark.parametrize(
    ("count", "together"),
    [(1, True), (COUNT, True), (COUNT, False)],
    ids=["one", "together", "in parts"],
)
class TestWriting:
    @pytest.fixture
    def rig(self, sandbox, tmp_path, together):
        rig = DynamicsRig(sandbox, tmp_path, settings={"upsert_multiple": together})
        rig.target.find("account", ["x"])  # signed in
        yield rig
        rig.target.close()

    def test_an_upsert_has_one_effect(self, rig, kind, count):
        batch = [account(number) for number in range(count)]
        order(rig.sandbox, kind)
        attempt(kind, lambda: rig.target.deliver(batch))
        afterwards(rig.sandbox, kind)
        assert rig.target.deliver(batch) == [Delivered()] * count
        assert set(rig.held()) == {f"C/{number}" for number in range(count)}
        assert [rig.effects(f"C/{number}") for number in range(count)] == [1] * count

    def test_a_change_has_one_effect_and_the_last_one_stays(self, rig, kind, count):
        rig.target.deliver([account(number) for number in range(count)])
        batch = [account(number, 2, name="New") for number in range(count)]
        order(rig.sandbox, kind)
        attempt(kind, lambda: rig.target.deliver(batch))
        afterwards(rig.sandbox, kind)
        assert rig.target.deliver(batch) == [Delivered()] * count
        assert rig.held() == {f"C/{number}": f"New {number}" for number in range(count)}
        assert [rig.effects(f"C/{number}") for number in range(count)] == [2] * count

    def test_a_delete_is_done_once_and_for_all(self, rig, kind, count):
        rig.target.deliver([account(number) for number in range(count + 1)])
        batch = [replace(account(number), op=Op.DELETE, fields={}) for number in range(count)]
        order(rig.sandbox, kind)
        attempt(kind, lambda: rig.target.deliver(batch))
        afterwards(rig.sandbox, kind)
        assert rig.target.deliver(batch) == [Delivered()] * count
        assert set(rig.held()) == {f"C/{count}"}
        assert rig.sandbox.state()["writes"]["account"]["deletes"] == count


@pytest.mark.parametrize("kind", sorted(set(MENU) - {"lock_row"}))
class TestStamping:
    def test_a_stamp_is_set_once(self, sandbox, tmp_path, kind):
        rig = DynamicsRig(sandbox, tmp_path)
        ids = [rig.typed_in(f"Company {number}") for number in range(3)]
        stamps = [Stamp(each, f"C/{number}") for number, each in enumerate(ids)]
        rig.target.find("account", ["x"])
        order(sandbox, kind, method="" if kind == "sign_in" else "POST")
        attempt(kind, lambda: rig.target.stamp("account", stamps))
        afterwards(sandbox, kind)
        assert [type(r) for r in rig.target.stamp("account", stamps)] == [Delivered] * 3
        assert rig.keys() == {each: f"C/{number}" for number, each in enumerate(ids)}
        rig.target.close()


READS = sorted(set(MENU) - {"lock_row", "commit_then_drop", "late_commit"})


@pytest.mark.parametrize("kind", READS)
@pytest.mark.parametrize("what", ["find", "list", "match"])
def test_a_read_is_right_or_says_that_it_cannot_read(sandbox, tmp_path, kind, what):
    rig = DynamicsRig(sandbox, tmp_path)
    rig.target.deliver([account(number) for number in range(3)])
    rig.typed_in("Nobody's")

    def read():
        if what == "find":
            return set(rig.target.find("account", ["C/0", "C/1", "C/9"]))
        if what == "list":
            return {item.external_id for item in rig.target.list("account", None).items}
        return {item.external_id for item in rig.target.match("account", ["name"], None).items}

    expected = read()
    assert expected == {"find": {"C/0", "C/1"}, "list": {"C/0", "C/1", "C/2"}, "match": {""}}[what]
    order(sandbox, kind)
    if kind in {"slow", "unauthorized"}:
        assert read() == expected
    else:
        with pytest.raises((TargetUnavailable, TargetAuthError)) as caught:
            read()
        assert caught.value.code
    sandbox.lift()
    assert read() == expected
    rig.target.close()


@pytest.mark.parametrize("kind", READS)
def test_a_check_is_a_finding_and_never_a_crash(sandbox, tmp_path, kind):
    rig = DynamicsRig(sandbox, tmp_path, settings={"entities": ["account"]})
    rig.target.find("account", ["x"])
    if kind == "sign_in":
        sandbox.end_sessions()
        sandbox.fault(kind, times=1)
    else:
        sandbox.fault(kind, times=1, **({"code": "0x80040216"} if kind == "refuse" else {}))
    findings = rig.target.check()
    assert findings
    assert all(finding.text for finding in findings)
    rig.target.close()
