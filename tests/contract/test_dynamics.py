"""The Dynamics 365 target keeps every promise of the suites, against the sandbox."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.dynamics import DynamicsOptions
from agent.model import Ambiguous, BatchRefused, Delivered, Rejected, Stamp
from tests.contract.link_suite import LinkSuite
from tests.contract.target_suite import TargetSuite, account
from tests.dynamics_rig import DynamicsRig


@pytest.fixture
def sandbox(tmp_path):
    options = DynamicsOptions(reprices=False)
    with Sandbox(tmp_path / "sandbox", crm="dynamics", seed=1, options=options) as running:
        yield running
        assert list(running.crashes) == []


class TestDynamics(TargetSuite):
    @pytest.fixture(params=["client_credentials", "certificate", "device_code", "one by one"])
    def rig(self, sandbox, tmp_path, request):
        flow, settings = request.param, {}
        if flow == "one by one":
            flow, settings = "client_credentials", {"upsert_multiple": False}
        rig = DynamicsRig(sandbox, tmp_path, flow, settings)
        yield rig
        rig.target.close()

    def test_no_record_is_ever_left_half_written(self, rig):
        rig.target.deliver([account(1), account(2)])
        before = rig.sandbox.records("account")
        both = {"name": "x" * 300, "credit_limit": "99.00"}
        refused, taken = rig.target.deliver(
            [replace(account(1, 2), fields=both), account(2, 2, name="New")]
        )
        assert isinstance(refused, Rejected)
        assert isinstance(taken, Delivered)
        after = rig.sandbox.records("account")
        assert after["C_2F1"] == before["C_2F1"], "nothing of the refused one is there"
        assert after["C_2F2"]["name"] == "New 2"

    def test_keys_that_differ_in_case_only_are_two_records(self, rig):
        upper, lower = account(1), replace(account(2), external_id="c/1")
        assert [type(r) for r in rig.target.deliver([upper, lower])] == [Delivered] * 2
        assert rig.sandbox.state()["records"]["account"] == 2
        assert set(rig.target.find("account", ["C/1", "c/1"])) == {"C/1", "c/1"}


class TestDynamicsLinks(LinkSuite):
    @pytest.fixture
    def links(self, sandbox, tmp_path):
        sandbox.options.page_size = 200
        rig = DynamicsRig(sandbox, tmp_path)
        yield rig
        rig.target.close()

    def test_a_record_that_changed_since_it_was_looked_at_is_not_stamped(self, links):
        one = links.typed_in("One")
        links.sandbox.fault("refuse", object="account", method="POST", status=412, times=1,
                            code="0x80060882")  # fmt: skip
        (receipt,) = links.target.stamp("account", [Stamp(one, "C-1")])
        assert not isinstance(receipt, Delivered)
        assert links.keys() == {one: ""}


class TestOneBadRecordAmongMany:
    @pytest.fixture
    def rig(self, sandbox, tmp_path):
        rig = DynamicsRig(sandbox, tmp_path)
        yield rig
        rig.target.close()

    def halved(self, rig, batch):
        """What delivery does with a refused batch; receipts by external id, and the requests."""
        before = rig.sandbox.state()["requests"]
        todo, done = [batch], {}
        while todo:
            some = todo.pop()
            receipts = rig.target.deliver(some)
            if any(isinstance(receipt, BatchRefused) for receipt in receipts):
                assert {type(receipt) for receipt in receipts} == {BatchRefused}
                middle = len(some) // 2
                todo += [some[middle:], some[:middle]]
            else:
                done |= dict(zip([m.external_id for m in some], receipts, strict=True))
        return done, rig.sandbox.state()["requests"] - before

    def test_it_alone_is_refused_after_few_requests(self, rig):
        batch = [account(n) for n in range(200)]
        batch[77] = replace(batch[77], fields={"name": "x" * 300})
        rig.target.find("account", ["C/1"])  # signed in
        done, requests = self.halved(rig, batch)
        assert isinstance(done["C/77"], Rejected)
        assert done["C/77"].code == "STRING_TOO_LONG"
        assert done["C/77"].field == "name"
        assert sum(isinstance(r, Delivered) for r in done.values()) == 199
        assert len(rig.held()) == 199
        assert requests <= 6
        assert all(rig.effects(f"C/{n}") == 1 for n in range(200) if n != 77)

    def test_a_table_without_upsert_multiple_is_noticed_once(self, rig):
        rig.sandbox.options.one_by_one.add("account")
        for revision in (1, 2):
            batch = [account(n, revision, name=f"Name {revision}") for n in range(100)]
            assert {type(r) for r in rig.target.deliver(batch)} == {Delivered}
        sent = rig.sandbox.state()["requests"]
        assert sent == 1 + 2 + 1, "sign-in, refused and in parts, in parts"
        assert all(rig.effects(f"C/{n}") == 2 for n in range(100))

    def test_the_answer_in_parts_that_is_lost_is_in_doubt(self, rig):
        rig.sandbox.options.one_by_one.add("account")
        rig.target.deliver([account(1), account(2)])
        rig.fault("commit_then_drop")
        receipts = rig.target.deliver([account(3), account(4)])
        assert [type(receipt) for receipt in receipts] == [Ambiguous] * 2
        assert set(rig.held()) == {"C/1", "C/2", "C/3", "C/4"}
