"""Whose turn it is."""

import math

import pytest

from agent.delivery.turns import BARREN, PATIENCE, Urgency, Waiting, in_turn, urgency_of

NEVER = -math.inf


def flow(place: int, urgency: int = 1, since: float = 100.0, barren: float = NEVER) -> Waiting:
    return Waiting(place, urgency, since, barren)


def test_the_urgent_go_first_and_within_one_urgency_parents_before_children() -> None:
    flows = [flow(0), flow(1, 2), flow(2, 0), flow(3), flow(4, 0)]
    assert in_turn(flows, 100.0) == [2, 4, 0, 3, 1]


def test_who_had_no_turn_for_long_goes_before_everybody_the_longest_first() -> None:
    flows = [flow(0, 0), flow(1, 2, 100.0 - PATIENCE), flow(2, 1, 99.0 - PATIENCE)]
    assert in_turn(flows, 100.0) == [2, 1, 0]
    almost = [flow(0, 0), flow(1, 2, 100.1 - PATIENCE)]
    assert in_turn(almost, 100.0) == [0, 1]


def test_nobody_starves_however_much_the_urgent_have_to_send() -> None:
    since = dict.fromkeys(range(6), 0.0)
    served: dict[int, list[float]] = {place: [] for place in since}
    for second in range(600):
        now = float(second)
        first = in_turn([flow(p, 0 if p < 2 else 2, since[p]) for p in since], now)[0]
        since[first] = now
        served[first].append(now)
    for times in served.values():
        gaps = [b - a for a, b in zip([0.0, *times], times, strict=False)]
        assert max(gaps) <= PATIENCE + len(since)
    assert len(served[0]) > 400


def test_an_urgent_flow_that_only_finds_missing_parents_lets_them_go_first() -> None:
    flows = [flow(0), flow(1, 0, barren=100.0)]
    assert in_turn(flows, 100.0) == [0, 1]
    assert in_turn([flow(0, since=120.0), flow(1, 0, 120.0, 100.0)], 100.0 + BARREN) == [1, 0]
    assert in_turn([flow(0, 2), flow(1, 2, barren=100.0), flow(2, 1)], 100.0) == [2, 0, 1]


@pytest.mark.parametrize(
    ("entity", "fields", "urgency"),
    [
        ("inventory", {"available"}, Urgency.URGENT),
        ("order", {"status"}, Urgency.URGENT),
        ("shipment", {"status"}, Urgency.URGENT),
        ("account", {"credit_limit", "credit_hold"}, Urgency.URGENT),
        ("account", {"credit_limit", "name"}, Urgency.NORMAL),
        ("account", set(), Urgency.NORMAL),
        ("invoice", {"total"}, Urgency.NORMAL),
    ],
)
def test_stock_orders_shipments_and_credit_alone_are_urgent_by_themselves(
    entity, fields, urgency
) -> None:
    assert urgency_of(entity, fields) is urgency
