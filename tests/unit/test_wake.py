"""Who waits is woken by news or by the end, whichever comes first."""

import threading
import time

import pytest

from agent.ports import Bell
from agent.wake import Signal, Wake, heard


@pytest.fixture(params=[Signal, threading.Event])
def stop(request):
    return request.param()


def later(call):
    timer = threading.Timer(0.1, call)
    timer.start()
    return timer


def test_a_ring_ends_the_waiting_once(stop):
    wake = Wake(stop)
    assert isinstance(wake, Bell)
    wake.ring()
    assert wake.wait(60)
    assert not wake.wait(0.01)
    timer = later(wake.ring)
    assert wake.wait(60)
    timer.join()
    assert not wake.is_set()


def test_what_was_heard_already_rings_no_more(stop):
    wake = Wake(stop)
    wake.ring()
    wake.hear()
    assert not wake.wait(0.01)


def test_the_end_ends_every_waiting(stop):
    wakes = [Wake(stop), Wake(stop)]
    timer = later(stop.set)
    for wake in wakes:
        assert wake.wait(60)
    timer.join()
    assert all(wake.wait(60) and wake.is_set() for wake in wakes)
    assert Wake(stop).wait(60)


def test_waiting_without_a_limit_ends_by_a_ring_too(stop):
    wake = Wake(stop)
    timer = later(wake.ring)
    assert wake.wait()
    timer.join()


def test_the_end_is_heard_at_once_where_it_calls():
    stop = Signal()
    wake = Wake(stop)
    timer = later(stop.set)
    began = time.monotonic()
    assert wake.wait(60)
    assert time.monotonic() - began < 5
    timer.join()


def test_others_ring_while_they_are_heard_and_not_afterwards():
    wake, news = Wake(Signal()), Signal()
    with heard(wake, news) as pause:
        news.set()
        assert wake.wait(60)
        news.clear()
    with heard(wake, news, threading.Event()) as shorter:
        assert shorter < pause
    news.set()
    assert not wake.wait(0.01)
    # What is set before somebody listens is heard as well.
    with heard(wake, news):
        assert wake.wait(60)
