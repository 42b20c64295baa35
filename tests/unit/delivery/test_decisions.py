"""What a receipt means for its entry, how fast a target is approached, what a doubt may become."""

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.decisions import Done, Doubt, Later, Park, Retry
from agent.delivery.doubt import Next, Terms, after_look, matches, when_to_look
from agent.delivery.pace import LONGEST_ASKED, LONGEST_WAIT, Pace
from agent.delivery.policy import GIVE_UP_AFTER, LONGEST_BACKOFF, backoff, decide
from agent.model import (
    Accepted,
    Ambiguous,
    BatchRefused,
    Deferred,
    Delivered,
    Parent,
    Rejected,
    Stored,
    WaitingFor,
)

JITTER = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize("attempts", [1, 5, GIVE_UP_AFTER, 1000])
def test_a_receipt_that_decides_does_so_at_every_attempt(attempts: int) -> None:
    assert decide(Delivered("r1"), attempts, 0.5) == Done("r1")
    assert decide(Rejected("C", "why", "f"), attempts, 0.5) == Park("C", "why", "f")
    assert decide(Ambiguous("lost"), attempts, 0.5) == Doubt("lost")
    assert isinstance(decide(Accepted("h", timedelta(seconds=5)), attempts, 0.5), Doubt)
    assert decide(BatchRefused("C", "why"), attempts, 0.5) == Retry()
    assert decide(BatchRefused("C", "why"), attempts, 0.5, alone=True) == Park("C", "why")
    waiting = decide(WaitingFor(Parent("f", "account", "A1")), attempts, 0.5)
    assert isinstance(waiting, Later)


@given(
    st.integers(1, GIVE_UP_AFTER - 1),
    JITTER,
    st.none() | st.timedeltas(timedelta(-1), timedelta(9)),
)
def test_what_is_deferred_waits_as_asked_and_never_longer_than_times_are_clamped_to(
    attempts: int, jitter: float, asked: timedelta | None
) -> None:
    decision = decide(Deferred("LIMIT", "too many", asked), attempts, jitter)
    assert isinstance(decision, Later)
    assert 0 < decision.seconds <= LONGEST_BACKOFF
    if asked is not None:
        assert decision.seconds >= min(asked.total_seconds(), LONGEST_BACKOFF)


def test_what_is_deferred_for_ever_is_parked_by_name() -> None:
    decision = decide(Deferred("LIMIT", "too many"), GIVE_UP_AFTER, 0.5)
    assert isinstance(decision, Park)
    assert decision.code == "GAVE_UP"


@given(st.integers(0, 10_000), JITTER)
def test_a_backoff_is_bounded(attempts: int, jitter: float) -> None:
    assert 0 < backoff(attempts, jitter) <= LONGEST_BACKOFF


@given(st.lists(st.sampled_from(["away", "answered", "refused"]), max_size=30), JITTER)
def test_however_a_target_behaves_its_line_stays_within_bounds(
    events: list[str], jitter: float
) -> None:
    pace = Pace()
    for event in events:
        if event == "away":
            pace = pace.unavailable(100.0, jitter)
            assert 100.0 < pace.not_before <= 100.0 + LONGEST_WAIT
            assert not pace.due(100.0)
        elif event == "refused":
            pace = pace.refused(pace.limit(200))
        else:
            pace = pace.answered()
            assert pace.due(0.0)
        assert 1 <= pace.limit(200) <= 200


def test_a_target_that_is_away_is_asked_less_often_each_time() -> None:
    pace, waits = Pace(), []
    for _ in range(8):
        pace = pace.unavailable(0.0, 1.0)
        waits.append(pace.not_before)
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT


def test_an_absurd_wish_for_patience_is_cut() -> None:
    assert Pace().unavailable(0.0, 0.0, 1e9).not_before == LONGEST_ASKED
    assert Pace().unavailable(0.0, 0.0, -5.0).not_before > 0


def test_a_refused_batch_is_halved_down_to_the_one_at_fault_and_grows_again() -> None:
    pace, sizes = Pace(), []
    while pace.limit(200) > 1:
        pace = pace.refused(pace.limit(200))
        sizes.append(pace.limit(200))
    assert sizes == [100, 50, 25, 12, 6, 3, 1]
    assert pace.answered().limit(200) == 2


ALWAYS = (False, True)


@pytest.mark.parametrize(("finds", "repeatable"), list(product(ALWAYS, ALWAYS)))
@pytest.mark.parametrize(("found", "same"), list(product(ALWAYS, ALWAYS)))
@pytest.mark.parametrize("age", [0.0, 9.9, 10.0, 100.0])
def test_a_doubt_ends_only_by_proof_or_time(
    finds: bool, repeatable: bool, found: bool, same: bool, age: float
) -> None:
    terms = Terms(settles_within=10.0, lag=2.0, finds=finds, repeatable=repeatable)
    step = after_look(terms, age, matches=found and finds, same_as_before=same, verify=False)
    settled = age >= 10.0
    if found and finds and (settled or not same):
        assert step is Next.CONFIRMED
    elif not settled:
        assert step is Next.WAIT
    else:
        assert step is (Next.AGAIN if repeatable else Next.PERSON)


def test_a_look_up_counts_only_after_the_lag() -> None:
    assert when_to_look(Terms(10.0, 2.0, finds=True, repeatable=True)) == 2.0
    assert when_to_look(Terms(10.0, 2.0, finds=False, repeatable=True)) == 10.0


@pytest.mark.parametrize(
    ("ours", "theirs", "equal"),
    [
        ("12.50", 12.5, True), ("12.50", "12.5", True), ("1", 1, True), ("", None, True),
        (None, "", True), (False, None, True), (None, False, True), (True, None, False),
        ("a", "A", False), ("1", True, False), (0, None, False), ("x", None, False),
    ],
)  # fmt: skip
def test_what_a_target_stores_is_compared_by_meaning(
    ours: object, theirs: object, equal: bool
) -> None:
    held = Stored("A1", "r1", {"f": theirs})
    assert matches(0, {"f": ours}, held) is equal


def test_a_delete_matches_what_is_not_there() -> None:
    assert matches(1, {}, None)
    assert not matches(1, {}, Stored("A1", "r1", {}))
    assert not matches(0, {}, None)
