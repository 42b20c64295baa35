"""The guard says why, in the numbers that a person decides by."""

from agent.changes.guard import Guard


def test_each_reason_counts_what_it_is_about() -> None:
    guard = Guard()
    assert guard.holds_deletes(1_500, 2_000) == "1,500 of 2,000 rows would be deleted."
    assert guard.holds_deletes(150, 2_000) == "150 of 2,000 rows would be deleted."
    assert (
        guard.holds_deletes(60, 1_940, 60) == "120 of 2,000 rows would be deleted within 24 hours."
    )
    assert guard.holds_changes(1_000, 2_000) == "1,000 of 2,000 rows would change at once."
    assert (guard.holds_deletes(0, 9), guard.holds_changes(1, 9)) == ("", "")
    assert guard.holds_deletes(1, 1_000, 1) == ""


def test_a_day_counts_only_with_more_than_twenty_rows_and_more_than_the_share() -> None:
    guard = Guard()
    assert not guard.holds_deletes(10, 90, 10)
    assert guard.holds_deletes(11, 90, 10)
    assert not guard.holds_deletes(20, 780, 20)
    assert guard.holds_deletes(21, 780, 20)


def test_the_limits_are_those_of_the_agent() -> None:
    guard = Guard(share=0.1, rows=2, mass=0.25)
    assert not guard.holds_deletes(2, 10)
    assert guard.holds_deletes(3, 10)
    assert guard.holds_deletes(2, 8), "mass counts even few rows"
    assert guard.holds_changes(3, 12)
    assert not guard.holds_changes(2, 2)
