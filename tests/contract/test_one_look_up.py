"""Oracle and SAP: one look-up for several requests, and what is known when they break off."""

from __future__ import annotations

import pytest

from adapters.sandbox import Sandbox
from agent.errors import TargetUnavailable
from agent.model import Ambiguous, Delivered, Message, Op, Stamp
from agent.ports import Interrupted
from tests.contract.oracle_rig import OracleRig
from tests.sap_rig import SapRig

MANY, SHARE = 120, 40
RIGS = {"oracle": OracleRig, "sap": SapRig}
WRITES = {"oracle": "11.13.18.05/", "sap": "$batch"}


@pytest.fixture(params=["oracle", "sap"])
def rig(request, tmp_path):
    with Sandbox(tmp_path / "crm", crm=request.param, seed=1) as running:
        made = RIGS[request.param](running, tmp_path, settings={"batch": SHARE})
        made.target.find("account", ["signed in"])
        made.crm = request.param
        yield made
        made.target.close()
        assert list(running.crashes) == []


def messages(first: int = 0) -> list[Message]:
    return [
        Message(f"m{n}", Op.UPSERT, "account", "account/1", f"C-{n}", n, {"name": f"N {n}"}, ())
        for n in range(first, MANY)
    ]


def arrived(rig) -> int:
    return rig.sandbox.state()["traffic"]["arrived"]


def refuse_second_write(rig, kind: str) -> None:
    """Of the requests that write: SAP asks by GET while few are asked for."""
    rig.sandbox.fault(kind, method="POST", path=WRITES[rig.crm], after=1, times=1)


def each_once(rig) -> bool:
    log = rig.sandbox.write_log("accounts" if rig.crm == "oracle" else "CorporateAccountCollection")
    return all((h["creates"], h["doubled"]) == (1, 0) for h in log.values()) and len(log) == MANY


def test_several_requests_share_a_look_up(rig):
    before = arrived(rig)
    assert rig.target.limits.records == 4 * SHARE
    receipts = rig.target.deliver(messages())
    assert {type(receipt) for receipt in receipts} == {Delivered}
    assert arrived(rig) - before <= 1 + MANY / SHARE + (rig.crm == "sap")  # SAP's token
    assert each_once(rig)


def test_where_the_target_goes_away_in_between_what_is_done_is_known_and_nobody_asks_again(rig):
    refuse_second_write(rig, "unavailable")
    with pytest.raises(Interrupted) as broken:
        rig.target.deliver(messages())
    assert isinstance(broken.value.cause, TargetUnavailable)
    assert sorted(broken.value.receipts) == list(range(SHARE))
    assert {type(receipt) for receipt in broken.value.receipts.values()} == {Delivered}
    before = arrived(rig)
    assert {type(r) for r in rig.target.deliver(messages(SHARE))} == {Delivered}
    assert arrived(rig) - before == MANY / SHARE - 1, "no look-up"
    assert each_once(rig)


def test_a_lost_answer_ends_the_attempt_and_what_it_was_about_is_looked_up_anew(rig):
    refuse_second_write(rig, "commit_then_drop")
    with pytest.raises(Interrupted) as broken:
        rig.target.deliver(messages())
    assert broken.value.cause is None
    kinds = [type(broken.value.receipts.get(n)) for n in range(MANY)]
    assert kinds == [Delivered] * SHARE + [Ambiguous] * SHARE + [type(None)] * SHARE
    rest = messages(SHARE)
    with pytest.raises(Interrupted) as known:  # what was not tried is known: it goes first
        rig.target.deliver(rest)
    assert sorted(known.value.receipts) == list(range(SHARE, 2 * SHARE))
    assert {type(r) for r in rig.target.deliver(rest[:SHARE])} == {Delivered}
    assert each_once(rig)


def test_what_was_not_there_and_is_linked_meanwhile_is_not_made_again(rig):
    rig.sandbox.fault("unavailable", method="POST", path=WRITES[rig.crm], times=1)
    with pytest.raises(TargetUnavailable):
        rig.target.deliver(messages())
    own = rig.typed_in("N 0")
    (stamped,) = rig.target.stamp("account", [Stamp(own, "C-0", "")])
    assert isinstance(stamped, Delivered)
    (receipt,) = rig.target.deliver(messages()[:1])
    assert isinstance(receipt, Delivered)
    assert receipt.remote_id == own
