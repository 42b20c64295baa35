"""Runs the agent in this process until it is told to stop, and sees to it that it does.

The first SIGTERM or SIGINT asks politely, the second ends the process at once. The agent runs in
its own thread, so that the main thread hears signals whatever a driver or a disk is doing.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path
from types import FrameType
from typing import Final

from agent import heap
from agent.wake import Signal

STOP_WITHIN_SECONDS: Final = 20.0
EXIT_STUCK: Final = 70
EXIT_AGAIN: Final = 75
"""Another version is in force: the service manager starts that one."""
_SIGNALS: Final = ("SIGTERM", "SIGINT", "SIGBREAK")
_LOOK_SECONDS: Final = 0.5 if os.name == "nt" else 60.0
"""Windows does not wake a waiting main thread for a signal."""

Work = Callable[[threading.Event], int]


def run(home: Path, *, is_service: bool = False) -> int:
    """Run the agent of this home folder; its exit code. Raises what it could not start with.

    `is_service`: somebody starts this program again when it ends by itself.
    """
    from agent.service.systemd import Notifier, telling

    heap.share()
    notifier = Notifier.from_environment()
    stop, started = Signal(), threading.Event()
    with telling(notifier, home, stop, started) if notifier else nullcontext():
        return host(work_of(home, started, is_service=is_service), stop)


def work_of(home: Path, started: threading.Event, *, is_service: bool) -> Work:
    """What a host does: the agent of this home folder, loaded when it begins.

    `started` is set once this process answers: another service of the same folder would, too.
    """

    def work(stop: threading.Event) -> int:
        if is_service and _is_other_version(home):
            return EXIT_AGAIN
        from agent.app import run as run_agent
        from agent.control import pause

        try:
            return run_agent(home, stop=stop, started=started)
        finally:
            pause.end(home)  # it ended while it took over a configuration

    return work


def _is_other_version(home: Path) -> bool:
    """Whether an upgrade that somebody left half done was brought to its end, with another one."""
    if not getattr(sys, "frozen", False):
        return False
    from agent.service.upgrading import at_start

    return at_start(home)


def host(work: Work, stop: threading.Event, within: float = STOP_WITHIN_SECONDS) -> int:
    """Do `work` until it ends, at the latest `within` seconds after `stop`; its exit code.

    Exits the process with 70, and every thread's stack on stderr, when the time is over.
    """
    import select  # a Windows service, too, begins with this module, and has little time
    import socket

    outcome: list[int | BaseException] = []
    done = threading.Event()
    ear, bell = socket.socketpair()
    ear.settimeout(0)
    bell.settimeout(0)

    def hosted() -> None:
        try:
            outcome.append(work(stop))
        except BaseException as error:  # noqa: BLE001 it is raised again below, by the main thread
            outcome.append(error)
        finally:
            done.set()
            with suppress(OSError):  # the main thread has heard of it
                bell.send(b"\0")

    former = {name: signal.signal(name, _Listener(stop)) for name in _signals()}
    # The system may give a signal to any thread, or just before the main thread begins to wait.
    former_bell = signal.set_wakeup_fd(bell.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=_guard, args=(stop, done, within), name="guard", daemon=True).start()
    threading.Thread(target=hosted, name="agent", daemon=True).start()
    try:
        while not done.is_set():
            select.select([ear], [], [], _LOOK_SECONDS)
            with suppress(BlockingIOError):
                ear.recv(64)
    finally:
        stop.set()
        signal.set_wakeup_fd(former_bell)
        ear.close()
        bell.close()
        for name, handler in former.items():
            signal.signal(name, handler)
    result = outcome[0]
    if isinstance(result, BaseException):
        raise result
    return result


class _Listener:
    """What a signal does: the first one asks, the next one ends."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop

    def __call__(self, number: int, _frame: FrameType | None) -> None:
        if self._stop.is_set():
            os._exit(128 + number)
        self._stop.set()


def _signals() -> list[signal.Signals]:
    return [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]


def _guard(stop: threading.Event, done: threading.Event, within: float) -> None:
    stop.wait()
    if done.wait(within):
        return
    try:
        sys.stderr.write(f"waybill: not stopped after {within:g} s; where every thread stands:\n")
        sys.stderr.flush()
        faulthandler.dump_traceback(all_threads=True)
    finally:
        os._exit(EXIT_STUCK)
