"""What every target promises, whatever it speaks. A target's tests subclass `TargetSuite`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

import pytest

from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import Ambiguous, Delivered, Level, Message, Op
from agent.ports import Target
from tests.http_stub import Stub, reply

VALUE = "Qwertz GmbH"


class Rig(Protocol):
    """A target and the world behind it."""

    target: Target

    def at(self, url: str) -> Target:
        """The same target at another address."""

    def with_wrong_secret(self) -> Target:
        """The same target with a secret that the other side does not accept."""

    def held(self) -> Mapping[str, str]:
        """What the other side holds: external id -> name; asked for directly."""

    def effects(self, external_id: str) -> int:
        """How often the record was changed there in effect."""

    def fault(self, kind: str) -> None:
        """What goes wrong with the next request that writes (or, `down`, with every one)."""

    def path(self) -> str:
        """What of the url comes after the host."""


def account(number: int, revision: int = 1, op: Op = Op.UPSERT, name: str = VALUE) -> Message:
    fields = {} if op is Op.DELETE else {"name": f"{name} {number}", "credit_limit": "12.50"}
    return Message(
        f"id-{op}-{number}-{revision}", op, "account", "account/1", f"C/{number}", revision, fields
    )


class TargetSuite:
    """Subclasses have a fixture `rig`."""

    def test_each_message_gets_one_receipt_in_order(self, rig: Rig) -> None:
        batch = [account(number) for number in (3, 1, 2)]
        receipts = rig.target.deliver(batch)
        assert [type(receipt) for receipt in receipts] == [Delivered] * 3
        assert rig.held() == {f"C/{n}": f"{VALUE} {n}" for n in (1, 2, 3)}

    def test_an_empty_batch_has_no_receipts(self, rig: Rig) -> None:
        assert list(rig.target.deliver([])) == []

    def test_a_full_batch_is_taken(self, rig: Rig) -> None:
        batch = [account(number) for number in range(rig.target.limits.records)]
        receipts = rig.target.deliver(batch)
        assert {type(receipt) for receipt in receipts} == {Delivered}
        assert len(rig.held()) == len(batch) == len(receipts)

    def test_the_same_message_again_has_no_further_effect(self, rig: Rig) -> None:
        for _ in range(3):
            (receipt,) = rig.target.deliver([account(1)])
            assert isinstance(receipt, Delivered)
        assert rig.effects("C/1") == 1

    def test_an_answer_that_is_lost_after_the_effect_is_in_doubt(self, rig: Rig) -> None:
        rig.fault("commit_then_drop")
        receipts = rig.target.deliver([account(1), account(2)])
        assert [type(receipt) for receipt in receipts] == [Ambiguous] * 2
        assert set(rig.held()) == {"C/1", "C/2"}
        again = rig.target.deliver([account(1), account(2)])
        assert [type(receipt) for receipt in again] == [Delivered] * 2
        assert (rig.effects("C/1"), rig.effects("C/2")) == (1, 1)

    def test_an_answer_that_is_lost_before_the_effect_is_in_doubt_too(self, rig: Rig) -> None:
        rig.fault("drop_before")
        (receipt,) = rig.target.deliver([account(1)])
        assert isinstance(receipt, Ambiguous)
        assert rig.held() == {}

    def test_a_web_page_instead_of_an_answer_is_in_doubt(self, rig: Rig) -> None:
        rig.fault("html")
        (receipt,) = rig.target.deliver([account(1)])
        assert isinstance(receipt, Ambiguous)

    def test_an_unavailable_target_says_so_and_nothing_happened(self, rig: Rig) -> None:
        rig.fault("unavailable")
        with pytest.raises(TargetUnavailable):
            rig.target.deliver([account(1)])
        assert rig.held() == {}

    def test_a_limit_says_when_to_try_again(self, rig: Rig) -> None:
        rig.fault("limit")
        with pytest.raises(TargetUnavailable) as caught:
            rig.target.deliver([account(1)])
        assert caught.value.retry_after is not None
        assert rig.held() == {}

    def test_a_target_that_is_down_is_unavailable(self, rig: Rig) -> None:
        rig.fault("down")
        with pytest.raises(TargetUnavailable):
            rig.target.deliver([account(1)])

    def test_a_refused_sign_in_stops_the_target_with_nothing_done(self, rig: Rig) -> None:
        with closing(rig.with_wrong_secret()) as target:
            with pytest.raises(TargetAuthError) as caught:
                target.deliver([account(1)])
            assert caught.value.hint
            assert rig.held() == {}

    def test_a_redirect_is_refused_and_nothing_goes_there(self, rig: Rig) -> None:
        with Stub(lambda _: reply()) as there:
            moved = reply(307, location=f"http://localhost:{there.port}/")
            with Stub(lambda _: moved) as stub:
                with (
                    closing(rig.at(stub.url + rig.path())) as target,
                    pytest.raises(TargetUnavailable, match="REDIRECT_REFUSED"),
                ):
                    target.deliver([account(1)])
                assert len(stub.asked) == 1
            assert there.connections == 0

    def test_a_delete_removes_and_a_second_one_finds_it_done(self, rig: Rig) -> None:
        rig.target.deliver([account(1), account(2)])
        for _ in range(2):
            (receipt,) = rig.target.deliver([account(1, 2, Op.DELETE)])
            assert isinstance(receipt, Delivered)
        assert set(rig.held()) == {"C/2"}

    def test_a_delete_of_what_never_was_is_delivered(self, rig: Rig) -> None:
        (receipt,) = rig.target.deliver([account(9, 1, Op.DELETE)])
        assert isinstance(receipt, Delivered)

    def test_a_text_that_cannot_be_sent_stops_only_its_own_record(self, rig: Rig) -> None:
        bad = replace(account(2), fields={"name": "half a \ud800 pair"})
        receipts = rig.target.deliver([account(1), bad, account(3)])
        assert isinstance(receipts[0], Delivered)
        assert isinstance(receipts[2], Delivered)
        assert receipts[1].code == "TEXT_INVALID"
        assert set(rig.held()) == {"C/1", "C/3"}

    def test_what_was_delivered_is_found_with_its_canonical_values(self, rig: Rig) -> None:
        rig.target.deliver([account(1), account(2)])
        found = rig.target.find("account", ["C/1", "C/9"], ["name", "credit_limit"])
        if rig.target.finds:
            assert set(found) == {"C/1"}
            assert found["C/1"].fields == {"name": f"{VALUE} 1", "credit_limit": "12.50"}
        else:
            assert found == {}

    def test_a_listing_holds_everything_once(self, rig: Rig) -> None:
        rig.target.deliver([account(n) for n in range(5)])
        seen, after = [], None
        while True:
            page = rig.target.list("account", after)
            seen += [item.external_id for item in page.items]
            if page.after is None:
                break
            after = page.after
        assert sorted(seen) == ([f"C/{n}" for n in range(5)] if rig.target.finds else [])

    def test_a_handle_gets_one_receipt(self, rig: Rig) -> None:
        assert len(rig.target.follow(["a", "b"])) == 2

    def test_a_check_is_fine_or_names_what_is_wrong_and_never_raises(self, rig: Rig) -> None:
        found = rig.target.check()
        assert {finding.level for finding in found} == {Level.OK}, found
        with closing(rig.with_wrong_secret()) as target:
            findings = target.check()
            assert all(f.hint for f in findings if f.level is Level.ERROR)
        rig.fault("down")
        (finding,) = rig.target.check()
        assert finding.level is Level.ERROR
        assert "Network" in finding.text

    def test_no_value_reaches_a_log_line_an_error_or_a_reason(
        self, rig: Rig, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        said = [*rig.target.deliver([account(1)])]
        rig.fault("commit_then_drop")
        said += rig.target.deliver([account(2)])
        rig.fault("unavailable")
        with pytest.raises(TargetUnavailable) as caught:
            rig.target.deliver([account(3)])
        rig.target.find("account", ["C/1"])
        text = f"{caplog.text} {said} {caught.value!r} {caught.value} {caught.value.hint}"
        for hidden in (VALUE, "C/1", "12.50", "Bearer", "whsec"):
            assert hidden not in text

    def test_it_says_what_delivery_needs_to_know(self, rig: Rig) -> None:
        target = rig.target
        assert target.limits.records >= 1
        assert target.settles_within.total_seconds() > 0
        assert target.repeatable
        assert target.profile_version
        assert target.resource("account")

    def test_it_may_be_closed_twice(self, rig: Rig) -> None:
        rig.target.deliver([account(1)])
        rig.target.close()
        rig.target.close()


class closing:  # noqa: N801 - reads like contextlib's
    def __init__(self, target: Target) -> None:
        self._target = target

    def __enter__(self) -> Target:
        return self._target

    def __exit__(self, *_: object) -> None:
        self._target.close()
