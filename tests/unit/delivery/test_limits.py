"""Never above a rate in any window, and a day's requests that bulk does not use up."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.delivery.limits import Bucket, Budget, Day, Rate
from agent.model import Allowance

TEN = timedelta(seconds=10)
DAY = timedelta(days=1)


@given(
    requests=st.integers(1, 500),
    window=st.sampled_from([1.0, 10.0, 300.0]),
    pauses=st.lists(st.floats(0, 20), max_size=30),
)
def test_no_window_wherever_it_begins_sees_more_than_the_rate(requests, window, pauses) -> None:
    bucket, now, times = Bucket.full(Rate(requests, window), 0.0), 0.0, []
    for pause in [*pauses, *[0.0] * 200]:
        now += pause
        now += bucket.wait(1.0, now) + 1e-6
        assert bucket.wait(1.0, now) == pytest.approx(0.0, abs=1e-6)
        bucket = bucket.spent(1.0, now)
        times.append(now)
    for first, at in enumerate(times):
        inside = sum(1 for time in times[first:] if time < at + window)
        assert inside <= requests + 1e-6


def test_a_rate_is_nearly_used_when_everybody_waits_for_it() -> None:
    bucket, now, sent = Bucket.full(Rate(100, 10.0), 0.0), 0.0, 0
    while now < 100.0:
        now += bucket.wait(1.0, now) + 1e-9
        bucket, sent = bucket.spent(1.0, now), sent + 1
    assert 890 <= sent <= 1000


def test_a_tenth_may_go_at_once_and_what_costs_more_goes_at_full_and_is_owed() -> None:
    bucket = Bucket.full(Rate(100, 10.0), 5.0)
    assert bucket.wait(10.0, 5.0) == 0.0
    assert bucket.wait(25.0, 5.0) == 0.0
    owing = bucket.spent(25.0, 5.0)
    assert owing.wait(1.0, 5.0) == pytest.approx(16.0 / 9.0)
    assert owing.wait(1.0, 7.0) == 0.0


def test_what_the_target_says_is_left_counts_only_where_it_is_less() -> None:
    bucket = Bucket.full(Rate(100, 10.0), 0.0)
    assert bucket.told(Allowance("b", TEN, 100, 50, at=1.0)).wait(10.0, 1.0) == 0.0
    less = bucket.told(Allowance("b", TEN, 100, 2, at=1.0))
    assert less.wait(2.0, 1.0) == 0.0
    assert less.wait(3.0, 1.0) > 0.0


def test_the_same_word_is_heard_once() -> None:
    said = Allowance("b", TEN, 100, 2, at=1.0)
    bucket = Bucket.full(Rate(100, 10.0), 0.0).told(said)
    assert bucket.told(said) == bucket
    later = bucket.told(Allowance("b", TEN, 100, 1, at=2.0))
    assert later.wait(10.0, 2.0) > bucket.wait(10.0, 2.0)


def test_nothing_left_waits_until_the_target_says_that_it_begins_anew() -> None:
    bucket = Bucket.full(Rate(100, 10.0), 0.0)
    told = bucket.told(Allowance("b", TEN, 100, 0, timedelta(seconds=7), at=1.0))
    assert told.wait(1.0, 1.0) == 7.0
    assert told.wait(1.0, 8.0) == 0.0
    assert bucket.told(Allowance("b", TEN, 100, None, at=1.0)) == bucket


def test_flows_that_can_wait_leave_the_reserve_alone_and_real_time_ones_a_little() -> None:
    def allowed(left: int, *, realtime: bool) -> bool:
        return Budget("d", 1000, left, 0.0).allows(1.0, 0.1, realtime=realtime)

    assert [allowed(left, realtime=False) for left in (101, 100, 50)] == [True, False, False]
    assert [allowed(left, realtime=True) for left in (100, 21, 20, 0)] == [True, True, False, False]


def test_without_a_reserve_everything_may_be_used() -> None:
    budget = Budget("d", 1000, 1, 0.0)
    assert budget.allows(1.0, 0.0, realtime=False)
    assert not budget.spent(1).allows(1.0, 0.0, realtime=True)


def test_a_day_begins_anew_when_the_target_said_so() -> None:
    budget = Budget.of(Allowance("d", DAY, 1000, 5, timedelta(hours=2), at=100.0))
    assert budget is not None
    assert [budget.allows(at, 0.1, realtime=False) for at in (100.0, 7299.0, 7300.0)] == [
        False, False, True,
    ]  # fmt: skip


def test_a_rolling_day_is_asked_about_again_every_quarter_of_an_hour() -> None:
    budget = Budget("d", 1000, 5, 100.0)
    assert [budget.allows(at, 0.1, realtime=False) for at in (999.0, 1000.0)] == [False, True]


@pytest.mark.parametrize(("most", "left"), [(None, 5), (5, None), (0, 0)])
def test_what_does_not_say_enough_is_no_budget(most, left) -> None:
    assert Budget.of(Allowance("d", DAY, most, left)) is None


def test_our_own_count_covers_24_hours_and_forgets_what_is_older() -> None:
    hour = 3600.0
    day = Day().plus(5, 0.0).plus(7, 10 * hour).plus(1, 10 * hour)
    assert day.total(10 * hour) == 13
    assert day.total(24 * hour) == 13
    assert day.total(25 * hour) == 8
    assert day.plus(2, 25 * hour).hours == {10: 8, 25: 2}


def test_hours_that_have_not_come_yet_do_not_count_after_the_clock_was_set_back() -> None:
    assert Day({100: 9}).total(99 * 3600.0) == 0
