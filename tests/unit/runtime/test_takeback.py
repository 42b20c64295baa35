"""What goes back of a record when its publish is undone, and what stays."""

from __future__ import annotations

import pytest

from agent.model import Stored
from agent.queue.images import Kept, Picture
from agent.queue.publishes import Publish, Step
from agent.queue.states import State
from agent.queue.undoing import Open, Way
from agent.runtime.plan import FlowPlan
from agent.runtime.takeback import Judged, decide

FLOW = FlowPlan(
    "f", 1, 0, "contact", "contact/1", "Contact", "crm", 2, lambda _: lambda _: None,
    None, refs={"account": "account"},
)  # fmt: skip
MADE = 100


def publish(**about: object) -> Publish:
    return Publish(
        1, 1, 0.0, "b", "a", 50, 50, 99, 20, Step.UNDOING, 0, 1.0, 1, 1, 0,
        {"fields": None, "added": [], **about},
    )  # fmt: skip


def way(
    before: dict[str, object],
    after: dict[str, object],
    *opens: Open,
    confirmed: int = 60,
    remapped: int = 1,
    **more: bool,
) -> Way:
    picture = Picture("C1", before=before, after=after, **more)
    kept = Kept(b"l" * 16, 60, 60, b"r" * 16, 1, 0, remapped, b"was", 0, "", 0, picture)
    return Way(kept, confirmed, opens)


def said(of: Way, now: dict[str, object] | None, *, again: bool = True, **about: object):
    held = {} if now is None else {"C1": Stored("C1", "id", now)}
    back = decide(FLOW, publish(**about), of, held, Judged({120: b"was", 121: b"new"}, MADE, again))
    return back.outcome, dict(back.fields or {}), list(back.edited)


def test_a_field_that_nobody_changed_since_goes_back() -> None:
    found = said(
        way({"phone": "1", "name": "A"}, {"phone": None, "name": "A"}), {"phone": "", "name": "A"}
    )
    assert found == ("restored", {"phone": "1"}, [])


def test_a_field_that_was_edited_since_stays_and_is_named_beside_what_goes_back() -> None:
    of = way({"phone": "1", "fax": "2"}, {"phone": None, "fax": None})
    assert said(of, {"phone": "9", "fax": None}) == ("restored", {"fax": "2"}, ["phone"])


def test_a_field_that_has_the_former_value_again_needs_nothing() -> None:
    assert said(way({"phone": "1"}, {"phone": None}), {"phone": "1"}) == ("unchanged", {}, [])


def test_only_fields_whose_rule_changed_are_touched() -> None:
    of = way({"phone": "1", "city": "Rome"}, {"phone": None, "city": "Milan"})
    now = {"phone": None, "city": "Milan"}
    assert said(of, now, fields=["phone"]) == ("restored", {"phone": "1"}, [])


def test_a_field_that_the_target_cannot_read_back_is_named() -> None:
    assert said(way({}, {"secret": "x"}), {"secret": "x"}) == ("edited", {}, ["secret"])


def test_numbers_and_blanks_are_compared_as_the_target_may_write_them() -> None:
    of = way({"limit": "5.00", "hold": True}, {"limit": "0.00", "hold": False})
    assert said(of, {"limit": 0, "hold": None}) == ("restored", {"limit": "5.00", "hold": True}, [])


@pytest.mark.parametrize(
    ("of", "now", "outcome"),
    [
        (way({"a": "1"}, {"a": "2"}, created=True), {"a": "2"}, "created"),
        (way({}, {}, delete=True), None, "deleted"),
        (way({"a": "1"}, {"a": "2"}), None, "gone"),
        (way({"a": "1"}, {"a": "2"}, confirmed=61), {"a": "2"}, "overtaken"),
        (way({"a": "1"}, {"a": "2"}, remapped=0), {"a": "2"}, "overtaken"),
        (way({"a": "1"}, {"a": "2"}, Open(121, State.LATER, 121, 0, 1)), {"a": "2"}, "overtaken"),
        (way({"a": "1"}, {"a": "2"}, Open(120, State.PARKED, 120, 1, 1)), {"a": "2"}, "overtaken"),
        (way({"a": "1"}, {"a": "2"}, Open(120, State.LATER, 120, 0, 1)), {"a": "2"}, "restored"),
    ],
)
def test_what_became_of_the_record_since_decides(
    of: Way, now: dict[str, object], outcome: str
) -> None:
    assert said(of, now)[0] == outcome


def test_what_only_the_undone_mapping_carried_goes_back_also_after_a_change_in_the_erp() -> None:
    of = way({"a": "1", "b": "1"}, {"a": "2", "b": "2"}, confirmed=61)
    assert said(of, {"a": "2", "b": "2"}, added=["b"]) == ("overtaken", {"b": "1"}, [])


def test_a_record_of_a_change_file_goes_back_although_its_row_had_changed() -> None:
    of = way({"a": "1"}, {"a": "2"}, remapped=0)
    assert said(of, {"a": "2"}, again=False) == ("restored", {"a": "1"}, [])


def test_a_reference_goes_back_with_the_parent_that_it_needs() -> None:
    of = way({"account": "A1"}, {"account": None})
    back = decide(
        FLOW, publish(), of, {"C1": Stored("C1", "id", {"account": None})}, Judged({}, MADE, True)
    )
    assert back.payload == b'{"x":"C1","f":{"account":"A1"},"p":[["account","account","A1"]]}'


def test_a_record_whose_image_was_not_kept_is_named() -> None:
    of = way({}, {})
    lost = Way(Kept(*[getattr(of.kept, n) for n in of.kept.__slots__][:-1], None), 60, ())
    assert said(lost, {"a": "2"})[0] == "lost"


def test_an_attempt_under_way_and_what_is_still_to_be_read_again_come_first() -> None:
    assert way({}, {}, Open(130, State.SENDING, 130, 0, 1)).waits(MADE)
    assert way({}, {}, Open(70, State.LATER, 70, 0, 1)).waits(MADE)
    assert not way({}, {}, Open(70, State.PARKED, 70, 0, 1)).waits(MADE)
    assert not way({}, {}, Open(130, State.LATER, 130, 0, 1)).waits(MADE)
