"""Publishes in the store: when one begins, what is kept of it, and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from agent.decisions import Done
from agent.queue import canary as canary_room
from agent.queue.canary import WAITS, Canary
from agent.queue.images import Bounds, Images, Picture
from agent.queue.publishes import Publish, Publishes, Step, Terms
from agent.queue.states import State
from tests.unit.queue.pages import Queue, lane

TERMS = Terms(canary=2, first_too=False, keep=100.0)


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    return Queue(tmp_path)


def begin(queue: Queue, text: str = "b", former: str = "a", terms: Terms = TERMS) -> Publish:
    made = Publishes(queue.store).notice(
        queue.flow["s"], (1, former), (hash(text), text), terms, {"by": "ann"}
    )
    assert made is not None
    return made


def sent(queue: Queue, publish: Publish, seq: int, images: Images) -> None:
    (claim,) = queue.sending.opened([seq]).claims
    picture = Picture(claim.external_id, before={"a": "old"}, after=dict(claim.fields))
    queue.sending.start([claim], images.keeper(publish, {seq: picture}))


def test_a_first_mapping_is_no_publish_unless_it_is_to_be_watched_too(queue: Queue) -> None:
    publishes, flow = Publishes(queue.store), queue.flow["s"]
    assert publishes.notice(flow, None, (1, "a"), TERMS, {}) is None
    watched = Terms(2, first_too=True, keep=1.0)
    found = publishes.notice(flow, None, (1, "a"), watched, {})
    assert found is not None
    assert (found.step, found.former) == (Step.WATCH, "")


def test_neither_the_same_text_nor_the_same_meaning_is_a_publish(queue: Queue) -> None:
    publishes, flow = Publishes(queue.store), queue.flow["s"]
    assert publishes.notice(flow, (1, "a"), (2, "a"), TERMS, {}) is None
    assert publishes.notice(flow, (1, "a"), (1, "b"), TERMS, {}) is None
    assert publishes.in_force(flow) == "b"
    assert publishes.notice(flow, (1, None), (2, "b"), TERMS, {}) is None
    assert publishes.listed() == []


def test_without_a_canary_no_yes_is_needed_and_it_can_be_undone_all_the_same(queue: Queue) -> None:
    found = begin(queue, terms=Terms(0, first_too=False, keep=1.0))
    assert found.step is Step.APPROVED
    assert found.about["by"] == "ann"


def test_what_was_made_before_is_not_watched(queue: Queue) -> None:
    old = queue.put("A1")
    publish = begin(queue)
    new = queue.put("A2")
    opened = queue.sending.opened([old, new])
    assert Canary(queue.store, Publishes(queue.store)).members(publish, opened.claims) == {
        new: False
    }


def test_after_the_first_records_the_rest_waits_under_a_name_and_is_superseded(
    queue: Queue,
) -> None:
    publish, images = begin(queue), Images(queue.store)
    publishes = Publishes(queue.store)
    canary = Canary(queue.store, publishes)
    seqs = [queue.put(f"A{i}") for i in range(4)]
    for seq in seqs[:2]:
        sent(queue, publish, seq, images)
    assert canary.free(publish) == 0
    canary.hold(queue.sending.opened(seqs[2:]).claims, WAITS)
    assert not canary.mind(publish.flow)
    assert [queue.state(seq) for seq in seqs[2:]] == [State.LATER] * 2
    newer = queue.put("A3", after=seqs[3])
    canary.hold(queue.sending.opened([newer]).claims, WAITS)
    assert [queue.state(seqs[3]), queue.state(newer)] == [State.SUPERSEDED, State.LATER]
    assert publishes.held() == 2
    assert queue.store.tally.check() == ""
    assert publishes.approve(publish.id)
    assert not publishes.approve(publish.id)
    assert canary.mind(publish.flow)
    assert publishes.held() == 0
    assert queue.state(newer) is State.WAITING


def test_images_beyond_the_bounds_are_counted_and_older_publishes_make_room(queue: Queue) -> None:
    images, publishes = Images(queue.store, Bounds(records=2)), Publishes(queue.store)
    first = begin(queue, terms=Terms(0, first_too=False, keep=100.0))
    for i in range(3):
        sent(queue, first, queue.put(f"A{i}"), images)
    found = publishes.one(first.id)
    assert found is not None
    assert (found.images, found.unkept) == (2, 1)
    assert [kept.picture is None for kept in images.each(found)] == [False, False, True]
    second = begin(queue, "c", "b", Terms(0, first_too=False, keep=100.0))
    sent(queue, second, queue.put("A9"), images)
    older, newer = publishes.one(first.id), publishes.one(second.id)
    assert older is not None
    assert newer is not None
    assert (older.step, older.images, older.until) == (Step.DONE, 0, 0)
    assert (newer.images, newer.unkept) == (1, 0)


def test_images_go_after_the_stated_time_and_not_while_a_yes_is_waited_for(queue: Queue) -> None:
    images, publishes = Images(queue.store), Publishes(queue.store)
    publish = begin(queue)
    sent(queue, publish, queue.put("A1"), images)
    queue.clock.pass_(101)
    images.expire()
    assert len(list(images.each(publish))) == 1
    publishes.approve(publish.id)
    images.expire()
    assert list(images.each(publish)) == []
    found = publishes.one(publish.id)
    assert found is not None
    assert (found.images, found.bytes) == (0, 0)


def test_the_first_image_of_each_field_counts(queue: Queue) -> None:
    del queue
    old = Picture("A1", before={"a": "1"}, after={"a": "2"})
    new = Picture("A1", before={"a": "2", "b": "1"}, after={"a": "3", "b": "2"})
    later = old.later(new)
    assert later.before == {"a": "1", "b": "1"}
    assert later.after == {"a": "3", "b": "2"}


def test_nothing_of_an_image_stands_in_the_clear(queue: Queue) -> None:
    publish = begin(queue)
    sent(queue, publish, queue.put("A1"), Images(queue.store))
    rows = queue.store.db.rows("select * from image") + queue.store.db.rows("select * from publish")
    assert b"old" not in repr(rows).encode()
    assert b"ann" not in repr(rows).encode()


def held(queue: Queue, publish: Publish, canary: Canary, seqs: Sequence[int]) -> None:
    """The places are taken, and these wait for a yes."""
    images = Images(queue.store)
    for at in range(publish.canary):
        seq = queue.put(f"first {at}")
        sent(queue, publish, seq, images)
        queue.decide(seq, Done())
    canary.hold(queue.sending.opened(seqs).claims, WAITS)


def test_looking_after_a_publish_costs_the_same_however_much_waits_for_a_yes(queue: Queue) -> None:
    publish, publishes = begin(queue), Publishes(queue.store)
    canary = Canary(queue.store, publishes)
    few = [queue.put(f"A{i}") for i in range(20)]
    held(queue, publish, canary, few)
    assert not canary.mind(publish.flow)
    little = queue.steps(lambda: canary.mind(publish.flow))
    canary.hold(queue.sending.opened([queue.put(f"B{i}") for i in range(400)]).claims, WAITS)
    assert not canary.mind(publish.flow)
    assert publishes.held() == 420
    assert queue.steps(lambda: canary.mind(publish.flow)) <= little + 2


def test_choosing_costs_the_same_however_many_records_went_back(queue: Queue) -> None:
    publish, publishes = begin(queue), Publishes(queue.store)
    canary, claims = Canary(queue.store, publishes), queue.sending.opened([queue.put("A1")]).claims
    little = queue.steps(lambda: canary.members(publish, claims))
    queue.store.db.conn.executemany(
        "insert into image (publish, lane, flow, seq, origin, row, read, shared, remapped, state,"
        " entry) values (99, ?, 1, 1, 1, x'00', 1, 0, 0, 2, ?)",
        [(lane(f"B{i}"), 1_000_000 + i) for i in range(2000)],
    )
    assert queue.steps(lambda: canary.members(publish, claims)) <= little + 2


def test_what_two_mappings_made_goes_when_a_third_made_something_else_a_few_at_a_time(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canary_room, "AT_ONCE", 1)
    first, publishes = (
        begin(queue, terms=Terms(1, first_too=False, keep=100.0)),
        Publishes(queue.store),
    )
    canary = Canary(queue.store, publishes)
    one = queue.put("A1", ("a",))
    two = queue.put("A1", ("b",), after=one)
    alone = queue.put("A2", ("a",))
    held(queue, first, canary, [one, two, alone])
    begin(queue, "c", "b", Terms(0, first_too=False, keep=100.0))
    three = queue.put("A1", ("c",), after=two)
    moved = queue.put("A3", ("c",), after=alone, row="A2")
    for _ in range(50):
        if not canary.mind(first.flow):
            break
    states = [queue.state(seq) for seq in (one, two, alone, three, moved)]
    assert states[:2] == [State.SUPERSEDED] * 2, "nobody is to have a field that no mapping names"
    assert states[2:] == [State.WAITING] * 3, "its lane is fed by nothing newer, so it goes"
    assert queue.store.tally.check() == ""
    assert publishes.held() == 0


def test_what_is_held_says_for_what_it_waits_now(queue: Queue) -> None:
    first, publishes = begin(queue), Publishes(queue.store)
    canary = Canary(queue.store, publishes)
    seqs = [queue.put(f"A{i}") for i in range(3)]
    held(queue, first, canary, seqs)
    queue.store.db.conn.execute("update flow set behind = 1")
    begin(queue, "c", "b")
    while canary.mind(first.flow):
        pass
    codes = queue.store.db.rows("select distinct code from entry where state = 1")
    assert codes == [("PUBLISH_READS_AGAIN",)]
    queue.store.db.conn.execute("update flow set behind = 0")
    while canary.mind(first.flow):
        pass
    assert [queue.state(seq) for seq in seqs] == [State.WAITING] * 3
