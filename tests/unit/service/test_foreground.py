"""A hosted process ends when it is told to, whatever it is doing."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from agent.service.foreground import host

ROOT = Path(__file__).resolve().parents[3]
HOSTED = """
import signal, sys, threading, time
from agent.service.foreground import host
def polite(stop):
    print("ready", flush=True)
    stop.wait()
    return 7
def chosen(stop):
    print("ready", flush=True)
    time.sleep(0.3)
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
    return 7 if stop.wait(20) else 8
def deaf(stop):
    print("ready", flush=True)
    time.sleep(60)
    return 0
sys.exit(host({name}, threading.Event(), within={within}))
"""

needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


def started(name: str, within: float) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOSTED.format(name=name, within=within)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout.readline() == "ready\n"
    return process


def finished(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, said = process.communicate(timeout=30)
    return process.returncode, said


def test_the_exit_code_is_the_works_own():
    assert host(lambda stop: 3, threading.Event()) == 3


def test_what_the_work_raises_is_raised():
    def fails(stop):
        raise KeyError("x")

    with pytest.raises(KeyError):
        host(fails, threading.Event())


def test_the_signal_handlers_are_put_back():
    before = signal.getsignal(signal.SIGTERM)
    host(lambda stop: 0, threading.Event())
    assert signal.getsignal(signal.SIGTERM) is before


@needs_signals
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_signal_asks_politely(number):
    process = started("polite", 20)
    process.send_signal(number)
    assert finished(process) == (7, "")


@needs_signals
def test_a_signal_is_heard_whichever_thread_the_system_gives_it_to():
    assert finished(started("chosen", 60)) == (7, "")


def test_what_was_hosted_before_is_put_back_and_nothing_is_left_open():
    before = signal.set_wakeup_fd(-1)
    for _ in range(3):
        assert host(lambda stop: 3, threading.Event()) == 3
        assert signal.set_wakeup_fd(before) == before


@needs_signals
def test_a_second_signal_ends_at_once():
    process = started("deaf", 60)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    assert finished(process)[0] == 128 + signal.SIGTERM


@needs_signals
def test_work_that_does_not_stop_in_time_is_ended_and_its_place_is_shown():
    process = started("deaf", 0.3)
    process.send_signal(signal.SIGTERM)
    code, said = finished(process)
    assert code == 70
    assert "not stopped after 0.3 s" in said
    assert "in deaf" in said
