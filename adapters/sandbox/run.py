"""The sandbox by hand: start it, say in one line of JSON how to reach it, run until told to stop."""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Event, Thread, current_thread, main_thread

import orjson

from adapters.sandbox.dialects import DEFAULT, DIALECTS
from adapters.sandbox.sandbox import Sandbox


def serve(arguments: Sequence[str], stop: Event | None = None) -> int:
    """Run until SIGTERM, SIGINT, `stop`, or (with `--until-eof`) the end of stdin."""
    asked = _parser().parse_args(arguments)
    stop = stop or Event()
    if current_thread() is main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    if asked.until_eof:
        Thread(target=_wait_for_eof, args=(stop,), name="sandbox-stdin", daemon=True).start()
    options = DIALECTS[asked.crm].options()
    if asked.token_seconds is not None:
        options.token_seconds = asked.token_seconds
    if asked.daily_limit is not None:
        options.daily_limit = asked.daily_limit
    sandbox = Sandbox(
        asked.folder,
        asked.port,
        crm=asked.crm,
        seed=asked.seed,
        options=options,
        keep=not asked.forget,
    )
    try:
        sandbox.start()
    except OSError as error:
        sys.stderr.write(f"The sandbox cannot listen on port {asked.port}: {error.strerror}\n")
        return 1
    with contextlib.closing(_Closing(sandbox)):
        sys.stdout.write(orjson.dumps(sandbox.description()).decode() + "\n")
        sys.stdout.flush()
        gc.collect()
        gc.freeze()  # what is there now stays: no collection needs to look at it again
        while not stop.wait(3600):
            pass
    return 0


class _Closing:
    """Lets `stop` be called as `close`."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.close = sandbox.stop


def _wait_for_eof(stop: Event) -> None:
    # Not through sys.stdin: its lock, held by this thread, would break the end of the process.
    while os.read(sys.stdin.fileno(), 4096):
        pass
    stop.set()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="waybill sandbox", description="A practice CRM on this machine."
    )
    parser.add_argument("--folder", type=Path, required=True, help="where its files are kept")
    parser.add_argument("--crm", choices=sorted(DIALECTS), default=DEFAULT, help="which it speaks")
    parser.add_argument("--port", type=int, default=0, help="a free one when left out")
    parser.add_argument("--seed", type=int, default=None, help="make chance repeatable")
    parser.add_argument("--token-seconds", type=float, help="life of a session")
    parser.add_argument("--daily-limit", type=int, help="API calls in 24 hours")
    parser.add_argument("--forget", action="store_true", help="keep no state for the next run")
    parser.add_argument("--until-eof", action="store_true", help="end when stdin ends")
    return parser
