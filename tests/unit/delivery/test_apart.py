"""Which families came back is remembered, the latest at least."""

from agent.delivery import apart
from agent.delivery.apart import Apart


def test_who_came_back_is_remembered_with_all_before_him() -> None:
    known = Apart().and_([3]).and_([1, 2])
    assert [head in known for head in (1, 2, 3, 4)] == [True, True, True, False]


def test_the_oldest_are_forgotten_first(monkeypatch) -> None:
    monkeypatch.setattr(apart, "KEPT", 2)
    known = Apart().and_([3]).and_([1]).and_([3, 2])
    assert list(known.heads) == [1, 2]
    assert list(known.and_([]).heads) == [1, 2]


def test_a_value_is_never_changed() -> None:
    before = Apart()
    before.and_([1])
    assert 1 not in before
