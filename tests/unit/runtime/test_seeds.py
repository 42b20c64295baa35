"""Seeds: what the CRM owns leaves a message as soon as its record exists."""

from __future__ import annotations

from agent.model import Parent, Scalar
from agent.queue.claims import Claim
from agent.runtime.plan import FlowPlan
from agent.runtime.seeds import Seeds, without
from tests.fakes import FakeTarget

FLOW = FlowPlan(
    "accounts", 1, 0, "account", "account/1", "Account", "crm", 1, lambda _columns: None, None,
    seeds=frozenset({"name", "parent"}),
)  # fmt: skip
FIELDS: dict[str, Scalar] = {"limit": "1.00", "name": "x", "parent": "A9"}


class Lanes:
    """The part of the store that knows which records exist."""

    def __init__(self, *here: bytes) -> None:
        self.here = set(here)

    def present(self, lanes):
        return self.here & set(lanes)

    def exists(self, flow, lanes):
        self.here.update(lanes)


def claim(key: str = "A1", op: int = 0, step: int = 0, **fields: Scalar) -> Claim:
    parents = (Parent("parent", "account", "A9"),)
    return Claim(
        1, 1, key.encode(), b"id", op, 0, False, step, 10, key, fields or dict(FIELDS), parents, 0.0, b""
    )  # fmt: skip


def left(target: FakeTarget, lanes: Lanes, *claims: Claim) -> tuple[list[Claim], list[Claim]]:
    return Seeds(target, lanes).left_out(FLOW, claims)


def test_a_record_that_nobody_knows_and_the_target_does_not_hold_gets_everything() -> None:
    sent, nothing = left(FakeTarget(), Lanes(), claim())
    assert (sent, nothing) == ([claim()], [])


def test_a_record_that_was_confirmed_keeps_its_fields_and_waits_for_no_parent_of_a_seed() -> None:
    ((found,), _) = left(FakeTarget(), Lanes(b"A1"), claim())
    assert (found.fields, found.parents) == ({"limit": "1.00"}, ())


def test_a_record_that_is_found_in_the_target_is_remembered_and_keeps_its_fields() -> None:
    target, lanes = FakeTarget(records={("account", "A1"): {"name": "by a person"}}), Lanes()
    sent, _ = left(target, lanes, claim("A1"), claim("A2"))
    assert [found.fields for found in sent] == [{"limit": "1.00"}, FIELDS]
    assert lanes.here == {b"A1"}


def test_a_target_that_cannot_be_asked_is_not_asked() -> None:
    sent, _ = left(FakeTarget(finds=False), Lanes(b"A2"), claim("A1"), claim("A2"))
    assert [found.fields for found in sent] == [FIELDS, {"limit": "1.00"}]


def test_what_holds_nothing_but_seeds_is_done_and_a_delete_is_never_touched() -> None:
    only, gone = claim(name="x", parent="A9"), claim(op=1)
    assert left(FakeTarget(), Lanes(b"A1"), only, gone) == (
        [gone],
        [only._replace(fields={}, parents=())],
    )


def test_without_seeds_nobody_asks_anything() -> None:
    plain = claim(limit="1.00")
    assert left(FakeTarget(down=True), Lanes(), plain) == ([plain], [])


def test_the_links_of_a_circle_are_kept_in_its_second_step() -> None:
    assert without(FLOW, claim(step=1)).fields == {"limit": "1.00"}
    second = without(FLOW, claim(step=2))
    assert second.fields == {"limit": "1.00", "parent": "A9"}
    assert len(second.parents) == 1
