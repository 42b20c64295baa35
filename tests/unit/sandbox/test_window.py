"""Limits: so many calls in a window, then none until it begins anew."""

from adapters.sandbox.window import Window
from tests.unit.sandbox.conftest import ManualClock


def test_a_full_window_takes_nothing_until_it_begins_anew():
    clock = ManualClock()
    window = Window(clock, 10)
    assert [window.take(2) for _ in range(3)] == [True, True, False]
    clock.forward(4)
    assert (window.take(2), window.left(), window.used) == (False, 6, 2)
    clock.forward(6)
    assert window.left() == 0
    assert (window.take(2), window.used) == (True, 1)
