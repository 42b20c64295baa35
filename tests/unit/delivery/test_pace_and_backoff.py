"""The figures of waiting: how long after how many failures, and what a doubt is compared with."""

from datetime import timedelta

import pytest

from agent.decisions import Later, Park
from agent.delivery.doubt import Next, Terms, after_look, matches
from agent.delivery.pace import Pace
from agent.delivery.policy import backoff, decide
from agent.model import BatchRefused, Deferred, Parent, Stored, WaitingFor


def test_the_ceiling_of_a_backoff_doubles_with_each_attempt_up_to_ten_minutes() -> None:
    ceilings = [backoff(attempts, 1.0) for attempts in (0, 1, 2, 3, 9, 10, 5000)]
    assert ceilings == [1.0, 2.0, 4.0, 8.0, 512.0, 600.0, 600.0]


def test_a_backoff_is_spread_over_all_of_the_time_below_its_ceiling() -> None:
    assert backoff(5, 0.25) == 8.0


def test_a_backoff_never_hammers_the_target() -> None:
    assert backoff(0, 0.0) == 0.05


def test_a_deferral_without_a_wish_waits_for_the_backoff_alone() -> None:
    assert decide(Deferred("LIMIT", "too many"), 0, 0.1) == Later(0.1, "LIMIT", "too many")


def test_a_deferral_that_asks_for_more_gets_more_up_to_ten_minutes() -> None:
    asked = Deferred("LIMIT", "too many", timedelta(seconds=90))
    assert decide(asked, 1, 0.5) == Later(90.0, "LIMIT", "too many")
    asked = Deferred("LIMIT", "too many", timedelta(hours=9))
    assert decide(asked, 1, 0.5) == Later(600.0, "LIMIT", "too many")


def test_a_person_is_asked_at_the_twentieth_deferral_and_told_the_last_reason() -> None:
    assert isinstance(decide(Deferred("LIMIT", "too many"), 19, 0.5), Later)
    parked = decide(Deferred("LIMIT", "too many"), 20, 0.5)
    assert parked == Park("GAVE_UP", "Put off 20 times, last: LIMIT. too many")


def test_a_target_that_asks_for_a_parent_is_asked_again_after_the_backoff() -> None:
    waiting = decide(WaitingFor(Parent("f", "account", "A1")), 3, 0.5)
    assert waiting == Later(4.0, "PARENT_UNKNOWN", "The target asks for it.")


def test_a_batch_counts_as_sent_with_others_unless_it_is_said() -> None:
    refused = BatchRefused("C", "why")
    assert decide(refused, 1, 0.5) != decide(refused, 1, 0.5, alone=True)


def test_a_target_that_is_away_is_probed_after_a_second_then_twice_as_late_each_time() -> None:
    pace, waits = Pace(), []
    for _ in range(8):
        pace = pace.unavailable(1000.0, 1.0)
        waits.append(pace.not_before - 1000.0)
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]


def test_probes_are_spread_over_the_later_half_of_the_wait() -> None:
    waits = [Pace(failures=3).unavailable(0.0, jitter).not_before for jitter in (0.0, 0.5, 1.0)]
    assert waits == [4.0, 6.0, 8.0]


def test_a_target_that_has_been_away_for_weeks_is_still_probed() -> None:
    assert Pace(failures=100_000).unavailable(0.0, 1.0).not_before == 60.0


def test_a_target_may_ask_for_up_to_an_hour() -> None:
    waits = [
        Pace().unavailable(0.0, 0.0, asked).not_before for asked in (0.1, 100.0, 3600.0, 3601.0)
    ]
    assert waits == [0.5, 100.0, 3600.0, 3600.0]


def test_a_line_starts_at_once_with_full_batches() -> None:
    assert Pace().due(0.0)
    assert Pace().limit(1_000_000) == 1_000_000
    assert Pace().unavailable(0.0, 1.0) == Pace().answered().unavailable(0.0, 1.0)


def test_a_target_is_due_from_the_very_moment() -> None:
    pace = Pace().unavailable(10.0, 1.0)
    assert [pace.due(now) for now in (10.9, 11.0, 11.1)] == [False, True, True]


@pytest.mark.parametrize("again", [Pace.answered, lambda pace: pace.refused(10)])
def test_whoever_answers_at_all_is_no_longer_away(again: object) -> None:
    pace = again(Pace().unavailable(10.0, 1.0).unavailable(20.0, 1.0))
    assert (pace.failures, pace.not_before) == (0, 0.0)


def test_two_batches_without_an_outcome_in_a_row_are_trouble_and_one_is_not() -> None:
    once = Pace().lost(10.0, 1.0)
    assert once.due(10.0)
    twice = once.lost(11.0, 1.0)
    assert (twice.failures, twice.not_before) == (2, 13.0)
    assert once.answered().failures == 0


def test_only_one_probe_goes_while_the_target_is_in_trouble() -> None:
    wide = Pace(most=8, width=8.0)
    assert wide.places() == 8
    assert wide.unavailable(0.0, 1.0).places() == 1
    assert wide.lost(0.0, 1.0).places() == 1


def test_a_trouble_never_shortens_a_wait_that_was_asked_for() -> None:
    asked = Pace().unavailable(0.0, 0.0, 100.0)
    assert asked.unavailable(1.0, 0.0).not_before == 100.0


def test_the_width_grows_with_every_answer_until_the_first_push_back() -> None:
    pace, widths = Pace(most=6), []
    for _ in range(7):
        widths.append(pace.places())
        pace = pace.answered()
    assert widths == [1, 2, 3, 4, 5, 6, 6]


def test_after_a_push_back_it_is_half_and_grows_by_one_for_a_round_of_answers() -> None:
    pace = Pace(most=32, width=16.0).pushed_back(5.0)
    assert pace.places() == 8
    for _ in range(7):
        pace = pace.answered()
    assert pace.places() == 8
    for _ in range(3):
        pace = pace.answered()
    assert pace.places() == 9


def test_attempts_that_began_before_a_push_back_say_the_same_and_count_once() -> None:
    pace = Pace(most=32, width=16.0).pushed_back(5.0, begun=4.0)
    assert pace.pushed_back(6.0, begun=4.5).width == 8.0
    assert pace.pushed_back(6.0, begun=5.5).width == 4.0


def test_the_width_never_falls_below_one() -> None:
    assert Pace().pushed_back(0.0).pushed_back(1.0).width == 1.0


def test_a_poke_makes_the_probe_due_and_forgets_no_trouble() -> None:
    poked = Pace().unavailable(10.0, 1.0).poked()
    assert poked.due(10.0)
    assert poked.failures == 1


def test_batches_shrink_to_one_record_and_no_further_and_double_again() -> None:
    assert Pace().refused(1).limit(200) == 1
    assert Pace().refused(7).limit(200) == 3
    assert Pace().refused(7).answered().limit(200) == 6
    assert Pace().refused(1).answered().limit(200) == 2
    assert Pace().answered().limit(200) == 200


def test_a_batch_holds_one_record_even_where_none_is_asked_for() -> None:
    assert Pace().limit(0) == 1


@pytest.mark.parametrize("age", [0.0, 100.0])
def test_a_look_that_only_verifies_decides_alone(age: float) -> None:
    terms = Terms(10.0, 2.0, finds=True, repeatable=False)
    ends = [
        after_look(terms, age, matches=found, same_as_before=True, verify=True)
        for found in (True, False)
    ]
    assert ends == [Next.CONFIRMED, Next.AGAIN]


def test_a_doubt_is_settled_when_both_the_latest_effect_and_the_lag_have_passed() -> None:
    terms = Terms(settles_within=2.0, lag=10.0, finds=True, repeatable=True)
    ends = [
        after_look(terms, age, matches=False, same_as_before=False, verify=False)
        for age in (2.0, 9.9, 10.0)
    ]
    assert ends == [Next.WAIT, Next.WAIT, Next.AGAIN]


def test_one_field_that_differs_is_enough_for_no_match() -> None:
    held = Stored("A1", "r1", {"a": "1", "b": "2"})
    assert matches(0, {"a": "1", "b": "2"}, held) is True
    assert matches(0, {"a": "1", "b": "3"}, held) is False
    assert matches(0, {"a": "1"}, held) is True


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(True, 1.5), (None, 0), (False, 0.5), (True, "x"), (None, True), (True, False), (False, "0")],
)
def test_a_truth_value_or_nothing_is_never_compared_as_a_number(
    ours: object, theirs: object
) -> None:
    held = Stored("A1", "r1", {"f": theirs})
    assert matches(0, {"f": ours}, held) is False
