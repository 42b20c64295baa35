"""What a target promises to who links what it has already. A target's tests subclass it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import pytest

from agent.errors import TargetUnavailable
from agent.model import Ambiguous, Delivered, Receipt, Rejected, Stamp
from agent.ports import Target

FIELDS = ("name", "phone")


class LinkRig(Protocol):
    """A target and the world behind it."""

    target: Target

    def typed_in(self, name: str, phone: str = "") -> str:
        """A record that a person entered on the other side; its own id."""

    def keys(self) -> Mapping[str, str]:
        """External id by own id, empty where there is none; asked for directly."""

    def fault(self, kind: str) -> None:
        """What goes wrong with the next request that writes (or, `down`, with every one)."""


def _listed(target: Target, *, linked: bool = False) -> dict[str, tuple[str, Mapping[str, object]]]:
    found: dict[str, tuple[str, Mapping[str, object]]] = {}
    after = None
    while True:
        page = target.match("account", FIELDS, after, linked=linked)
        for item in page.items:
            assert item.remote_id not in found
            found[item.remote_id] = (item.external_id, item.fields)
        after = page.after
        if after is None:
            return found


def _code(receipt: Receipt) -> str:
    assert isinstance(receipt, Rejected), receipt
    return receipt.code


class LinkSuite:
    """Subclasses have a fixture `links`."""

    def test_what_has_no_key_of_ours_is_listed_once_with_the_fields_asked_for(
        self, links: LinkRig
    ) -> None:
        ids = [links.typed_in(f"Company {n:04}", f"089 {n}") for n in range(450)]
        links.target.stamp("account", [Stamp(ids[0], "C-1")])
        found = _listed(links.target)
        assert set(found) == set(ids[1:])
        assert found[ids[7]] == ("", {"name": "Company 0007", "phone": "089 7"})
        assert _listed(links.target, linked=True) == {
            ids[0]: ("C-1", {"name": "Company 0000", "phone": "089 0"})
        }

    def test_a_stamp_sets_the_key_once_and_again_finds_it_done(self, links: LinkRig) -> None:
        one, two = links.typed_in("One"), links.typed_in("Two")
        for _ in range(2):
            receipts = links.target.stamp("account", [Stamp(two, "C-2"), Stamp(one, "C-1")])
            assert [type(receipt) for receipt in receipts] == [Delivered, Delivered]
        assert links.keys() == {one: "C-1", two: "C-2"}
        assert links.target.find("account", ["C-1"], ["name"])["C-1"].fields == {"name": "One"}

    def test_nobody_elses_key_is_overwritten(self, links: LinkRig) -> None:
        one, two = links.typed_in("One"), links.typed_in("Two")
        links.target.stamp("account", [Stamp(one, "C-1")])
        receipts = links.target.stamp("account", [Stamp(one, "C-9"), Stamp(two, "C-1")])
        assert [_code(receipt) for receipt in receipts] == ["LINK_TAKEN", "LINK_KEY_HELD"]
        assert links.keys() == {one: "C-1", two: ""}

    def test_a_record_that_is_gone_is_named_and_the_others_are_stamped(
        self, links: LinkRig
    ) -> None:
        one = links.typed_in("One")
        gone = one[:3] + "000000000ZZZ"
        receipts = links.target.stamp("account", [Stamp(gone, "C-9"), Stamp(one, "C-1")])
        assert _code(receipts[0]) == "LINK_GONE"
        assert isinstance(receipts[1], Delivered)

    def test_what_is_no_id_at_all_holds_up_nobody_else(self, links: LinkRig) -> None:
        one = links.typed_in("One")
        wrong = ("bogus", "", "Müller GmbH", "' OR Id != '", one + "x")
        receipts = links.target.stamp(
            "account", [*(Stamp(w, "C-9") for w in wrong), Stamp(one, "C-1")]
        )
        assert {_code(receipt) for receipt in receipts[:-1]} <= {"LINK_ID_WRONG", "LINK_GONE"}
        assert isinstance(receipts[-1], Delivered)
        assert links.keys() == {one: "C-1"}

    def test_a_key_is_taken_away_only_where_it_is_still_ours(self, links: LinkRig) -> None:
        one, two = links.typed_in("One"), links.typed_in("Two")
        links.target.stamp("account", [Stamp(one, "C-1"), Stamp(two, "C-2")])
        receipts = links.target.stamp("account", [Stamp(one, "", "C-1"), Stamp(two, "", "C-1")])
        assert isinstance(receipts[0], Delivered)
        assert _code(receipts[1]) == "LINK_TAKEN"
        assert links.keys() == {one: "", two: "C-2"}

    def test_a_stamp_whose_answer_is_lost_is_in_doubt_and_done_when_asked_again(
        self, links: LinkRig
    ) -> None:
        one = links.typed_in("One")
        links.fault("commit_then_drop")
        (receipt,) = links.target.stamp("account", [Stamp(one, "C-1")])
        assert isinstance(receipt, Ambiguous)
        (receipt,) = links.target.stamp("account", [Stamp(one, "C-1")])
        assert isinstance(receipt, Delivered)

    def test_an_unavailable_target_stamps_nothing_and_lists_nothing(self, links: LinkRig) -> None:
        one = links.typed_in("One")
        links.fault("unavailable")
        with pytest.raises(TargetUnavailable):
            links.target.stamp("account", [Stamp(one, "C-1")])
        assert links.keys() == {one: ""}
        links.fault("down")
        with pytest.raises(TargetUnavailable):
            links.target.match("account", FIELDS, None)

    def test_no_stamps_are_no_request(self, links: LinkRig) -> None:
        links.fault("down")
        assert list(links.target.stamp("account", [])) == []
