"""Whatever is done to entries, the counters agree with them."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.decisions import CutLinks, Decision, Done, Doubt, Later, Park, Retry, WaitForParents
from agent.model import Op
from agent.queue.states import OPEN, State
from agent.queue.tally import Tally
from tests.unit.queue.pages import Queue, lane


@settings(max_examples=40)
@given(seed=st.integers(0, 1 << 30), steps=st.integers(1, 40))
def test_counters_agree_with_the_entries(
    tmp_path_factory: pytest.TempPathFactory, seed: int, steps: int
) -> None:
    queue = Queue(tmp_path_factory.mktemp("tally"))
    random = Random(seed)
    last: dict[tuple[str, str], int] = {}
    for _ in range(steps):
        step(queue, random, last)
        assert queue.store.tally.check() == ""
        bytes_ = queue.store.db.one(
            "select coalesce(sum(size), 0) from entry where state < 10"
        ) or (0,)
        assert queue.store.tally.size(None, *OPEN) == bytes_[0]
    again = Tally(queue.store.db)
    for state in State:
        assert again.total(state) == queue.store.tally.total(state)
    queue.close()


def step(queue: Queue, random: Random, last: dict[tuple[str, str], int]) -> None:
    flow, name = random.choice("st"), random.choice(["X1", "X2", "X3"])
    what = random.randrange(7)
    if what < 3:
        op = random.choice([Op.UPSERT, Op.UPSERT, Op.DELETE])
        fields = random.choice([("a",), ("b",), ("a", "b")])
        problem = op is Op.UPSERT and random.random() < 0.2
        after = last.get((flow, name), 0)
        last[flow, name] = queue.put(name, fields, op=op, after=after, problem=problem, flow=flow)
    elif what < 5:
        claims = queue.send(random.randint(1, 3), flow=flow)
        queue.sending.apply([(claim, decision(random)) for claim in claims])
    elif what == 5:
        queue.clock.pass_(random.choice([1, 100]))
        queue.sending.wake()
        late = queue.sending.late(list(queue.flow.values()), 50)
        code = random.choice(["PARENT_MISSING", "REFERENCE_MISSING"])
        queue.sending.give_up_waiting(dict.fromkeys(late, Park(code, "It waits.")))
        doubts = queue.sending.in_doubt(list(queue.flow.values()), []).claims
        queue.sending.apply(
            [(c, random.choice([Done(), Retry(), Park("IN_DOUBT", "?")])) for c in doubts]
        )
    else:
        for item in queue.desk.entries([State.PARKED]):
            if random.random() < 0.5:
                queue.desk.replay([item.seq], crm_changed=True)
            else:
                queue.desk.set_aside([item.seq], "why")[0]
        queue.sending.exists(queue.flow["s"], [lane(random.choice(["P1", "X1"]))])


def decision(random: Random) -> Decision:
    parents = (("account", lane(random.choice(["P1", "X1"]))),)
    return random.choice([
        Done("r"), Retry(), Later(5, "L", "later"), WaitForParents(parents), CutLinks(parents),
        Doubt("?"), Park("C", "why"),
    ])  # fmt: skip


def test_a_disagreement_is_named(queue: Queue) -> None:
    queue.put("X1")
    queue.store.tally._counts[queue.flow["s"], State.WAITING][0] += 1
    assert "waiting" in queue.store.tally.check()
    queue.store.tally._counts[queue.flow["s"], State.WAITING][0] -= 1


def test_what_is_rolled_back_is_not_counted(queue: Queue) -> None:
    with pytest.raises(KeyError), queue.store.change() as (_, moves):  # noqa: PT012 - the block is what is tested
        moves[queue.flow["s"], State.WAITING][0] += 5
        raise KeyError
    assert queue.store.tally.total(State.WAITING) == 0
