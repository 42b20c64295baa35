"""Finding the bad ones in batches that are taken or refused as a whole."""

import math

from hypothesis import given
from hypothesis import strategies as st

from agent.delivery.suspects import Suspects


def drain(waiting: list[int], bad: set[int], most: int) -> tuple[int, list[int]]:
    """Send everything to a target that refuses whole batches: requests, and who ended alone."""
    suspects, requests, parked = Suspects(), 0, []
    while waiting:
        some = waiting[:most]
        batch = [seq for seq in some if seq in suspects.together(some)]
        assert batch[0] == waiting[0], "the oldest never waits for others"
        requests += 1
        if bad.isdisjoint(batch) or len(batch) == 1:
            parked += [seq for seq in batch if seq in bad]
            waiting = [seq for seq in waiting if seq not in batch]
            suspects = suspects.cleared(batch)
        else:
            suspects = suspects.refused(batch)
    assert suspects == Suspects()
    return requests, parked


@given(many=st.integers(1, 300), bad=st.sets(st.integers(0, 299), max_size=6))
def test_every_bad_one_ends_alone_and_nobody_else_does(many: int, bad: set[int]) -> None:
    bad = {seq for seq in bad if seq < many}
    requests, parked = drain(list(range(many)), bad, 100)
    assert sorted(parked) == sorted(bad)
    assert requests <= math.ceil(many / 100) + len(bad) * (2 * math.ceil(math.log2(100)) + 1)


def test_one_bad_one_among_two_hundred_costs_at_most_seventeen_requests() -> None:
    worst = max(drain(list(range(200)), {at}, 200)[0] for at in range(200))
    assert worst <= 17


def test_others_go_beside_a_batch_under_suspicion() -> None:
    suspects = Suspects().refused([1, 2, 3, 4])
    assert suspects.together([9, 1, 8]) == {9, 8}
    assert suspects.together([1, 2, 3, 9]) == {1, 2}
    assert suspects.together([3, 4, 9]) == {3, 4}
    assert suspects.together([]) == frozenset()


def test_only_those_that_were_refused_together_are_held_to_be_suspects() -> None:
    suspects = Suspects().refused([1, 2, 3])
    assert suspects.holds([3, 99])
    assert not suspects.holds([99])
    assert suspects.groups == (frozenset({1, 2}), frozenset({3}))


def test_a_single_refusal_leaves_nobody_under_suspicion() -> None:
    assert Suspects().refused([7]) == Suspects()
    assert Suspects((frozenset({7, 8}),)).refused([7]).groups == (frozenset({8}),)


def test_what_was_answered_is_cleared_also_in_part() -> None:
    suspects = Suspects().refused([1, 2, 3, 4]).cleared([1, 3, 4])
    assert suspects.groups == (frozenset({2}),)
