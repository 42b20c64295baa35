"""Starts, watches and ends the reader process.

Two deadlines guard every answer: the request's own, and silence. A reader that misses one is
killed (`ODBC_HANG`); one that dies is reported with its driver and signal (`ODBC_DRIVER_CRASH`).
The reader hears of credentials only through its pipe; its arguments and environment hold none.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import IO, NamedTuple

import orjson

import adapters
from adapters.sources.odbc import frames
from adapters.sources.odbc.wire import NO_DRIVER_MANAGER
from agent.errors import SourceUnavailable
from agent.ports import Clock

FROZEN_ARGUMENT = "--odbc-reader"
"""A frozen program that is started with this argument runs `reader.main()` and nothing else."""

AHEAD = 4  # frames of rows or beats read before they are asked for
PAUSE = timedelta(minutes=1)
END_SECONDS = 10
LAST_WORDS_SECONDS = 2
WINDOWS_CRASH = 0xC0000000  # exit codes from here on are exceptions of the system

REST: Mapping[str, object] = {"do": "rest", "keep": True}
"""Have it forget what it read; the next table of the database may follow at once."""
BEAT = orjson.dumps({"beat": True})

_END = b""


class Answer(NamedTuple):
    """One frame of the reader."""

    kind: bytes
    body: bytes

    def content(self) -> dict[str, object]:
        """What a JSON frame says."""
        content = orjson.loads(self.body)
        if not isinstance(content, dict):
            raise frames.BrokenFrameError("a message is an object")
        return content


_ENDED = Answer(_END, b"")


def _takes_room(answer: Answer) -> bool:
    """Whether as many as like may come of it: rows, and beats of a reader that nobody asks."""
    return answer.kind == frames.DATA or answer.body == BEAT


def command_of(reader: str | None) -> list[str]:
    """The command that starts the reader: ours, another Python's, or another program."""
    if reader is None:
        if getattr(sys, "frozen", False):
            return [sys.executable, FROZEN_ARGUMENT]
        reader = sys.executable
    elif not Path(reader).name.lower().startswith("python"):
        return [reader]
    # -P: nothing of the current folder may stand in for a module of ours.
    return [reader, "-P", "-m", "adapters.sources.odbc.reader"]


class ReaderProcess:
    """One running reader. `close` is safe at any time, from any thread, also twice."""

    def __init__(self, command: Sequence[str], clock: Clock, silence: timedelta) -> None:
        self.driver = "unknown driver"
        """What a person would call the driver, once it is known."""
        self.clock = clock
        self.rests = False
        """Whether it forgot what it read, and was asked nothing since."""
        self._silence = silence.total_seconds()
        self._closed = threading.Event()
        self._nonsense = False
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a driver's chatter may hold values
                env=_environment(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise SourceUnavailable(
                f"The reader process could not be started: {error.strerror}.",
                code="ODBC_READER_FAILED",
                hint="Check `reader` of the source and the installation.",
                retry_after=PAUSE,
            ) from error
        self._answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._room = threading.Semaphore(AHEAD)
        self._thread = threading.Thread(target=self._receive, name="odbc-reader", daemon=True)
        self._thread.start()

    @property
    def ended(self) -> bool:
        """Whether nothing more can be asked."""
        return self._process.poll() is not None

    def ask(self, request: Mapping[str, object]) -> None:
        """Send one request; its answers come from `answer`."""
        stdin = _pipe(self._process.stdin)
        self.rests = False
        try:
            stdin.write(frames.message(request))
            stdin.flush()
        except (OSError, ValueError) as error:  # a closed or broken pipe
            raise self._ended() from error

    def answer(self, within: timedelta) -> Answer:
        """The next answer that is no beat. Raises SourceUnavailable when there is none."""
        began = heard = self.clock.monotonic()
        while True:
            now = self.clock.monotonic()
            patience = min(began + within.total_seconds(), heard + self._silence) - now
            try:
                answer = self._answers.get(timeout=max(patience, 0.001))
            except queue.Empty:
                raise self._hung(within) from None
            if _takes_room(answer):
                self._room.release()
            if answer.kind == _END or self._closed.is_set():
                self._answers.put(_ENDED)  # whoever asks again hears it too
                raise self._ended()
            if answer.kind == frames.JSON and answer.body == BEAT:
                heard = self.clock.monotonic()
                continue
            return answer

    def close(self) -> None:
        """End the reader, whatever it does, and everything that waits for it."""
        self._closed.set()
        self._process.kill()
        self._process.wait(END_SECONDS)
        deadline = self.clock.monotonic() + LAST_WORDS_SECONDS
        while self._thread.is_alive() and self.clock.monotonic() < deadline:
            self._room.release()  # it may wait for that
            self._thread.join(0.01)
        self._answers.put(_ENDED)
        streams = [self._process.stdin, self._process.stdout]
        if self._thread.is_alive():
            # A program that the driver started holds the pipe, and the thread still reads there:
            # closing would wait for both. They end with that program.
            streams.pop()
        for stream in streams:
            try:
                _pipe(stream).close()
            except OSError:  # what could not be written any more
                continue

    def _receive(self) -> None:
        stdout = _pipe(self._process.stdout)
        try:
            while (received := frames.receive(stdout)) is not None:
                if not self._closed.is_set():
                    answer = Answer(*received)
                    if _takes_room(answer):
                        self._room.acquire()
                    self._answers.put(answer)
        except (frames.CutFrameError, OSError, ValueError):
            pass  # it ended; its exit code says how
        except frames.BrokenFrameError:
            self._nonsense = True
            self._process.kill()  # nothing that follows can be trusted
        finally:
            with suppress(OSError):
                stdout.close()  # `close` leaves it to us while somebody else holds the pipe
        self._answers.put(_ENDED)

    def _hung(self, within: timedelta) -> SourceUnavailable:
        seconds = min(within.total_seconds(), self._silence)
        self._process.kill()
        return SourceUnavailable(
            f"The ODBC driver ({self.driver}) did not answer for {seconds:g} seconds;"
            " its reader process was ended and nothing was lost.",
            code="ODBC_HANG",
            hint="Look for locks in the database; raise `timeout` if the query needs longer;"
            " update the driver if it happens again.",
            retry_after=PAUSE,
        )

    def _ended(self) -> SourceUnavailable:
        if self._closed.is_set():
            return SourceUnavailable("The read was stopped.", code="ODBC_STOPPED")
        try:
            code = self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        if code == NO_DRIVER_MANAGER:
            return SourceUnavailable(
                "The ODBC driver manager is not installed, so no table can be read.",
                code="ODBC_DRIVER_MISSING",
                hint="Install it (Debian: apt install unixodbc).",
                retry_after=PAUSE,
            )
        if self._nonsense:
            return nonsense()
        if code < 0 or code >= WINDOWS_CRASH:
            return SourceUnavailable(
                f"The ODBC driver ({self.driver}) crashed its reader process"
                f" ({_signal_name(code)}); the agent goes on and nothing was lost.",
                code="ODBC_DRIVER_CRASH",
                params={"driver": self.driver},
                hint="If the database was stopped just then: nothing to do, it is read again."
                " Else update the driver, or name fewer `columns` to find the one it fails on.",
                retry_after=PAUSE,
            )
        return SourceUnavailable(
            f"The reader process ended early, with code {code}; nothing was lost.",
            code="ODBC_READER_FAILED",
            hint="Check `reader` of the source and the installation.",
            retry_after=PAUSE,
        )


def nonsense() -> SourceUnavailable:
    """The reader said something that is no answer."""
    return SourceUnavailable(
        "The reader process gave an answer that makes no sense; the read is not used.",
        code="ODBC_READER_FAILED",
        hint="Use the reader that came with this version.",
        retry_after=PAUSE,
    )


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise ValueError("no pipe")
    return stream


def _environment() -> dict[str, str]:
    root = str(Path(adapters.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": root}
    if os.name != "nt":
        environment["LC_ALL"] = "C.UTF-8"  # drivers turn text into the locale's encoding
    return environment


def _signal_name(code: int) -> str:
    if code > 0:
        return f"exception {code:#x}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
