"""The window as a process that measures itself; `tests.bench.gui` starts it and says what."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from PySide6.QtWidgets import QApplication

from gui.application import Program, application
from gui.kit import Column, PagedModel, Table
from gui.single import SingleInstance
from tests.gui.camera import live, wait_until
from tests.gui.world import WAITING

STEPS = 200
ROUNDS = 3
COLUMNS = ("seq", "flow", "entity", "external_id", "state", "created", "attempts", "due")


def memory_mb() -> float:
    """What the process holds now."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise OSError


def opened(home: Path) -> Program:
    """The window, usable: connected, with a page of data, painted."""
    app = application()
    program = Program(home, SingleInstance(home), autostart=False)
    window = program.face.window
    wait_until(lambda: window.page is not None and program.face.bridge.is_connected)
    app.processEvents()
    window.repaint()
    return program


def idle(seconds: float) -> float:
    """The share of a core that the window takes while nothing happens, in percent."""
    live(2000)
    before, began = time.process_time(), time.perf_counter()
    live(int(seconds * 1000))
    return 100 * (time.process_time() - before) / (time.perf_counter() - began)


def turn(act: Callable[[], object] = lambda: None) -> float:
    """Milliseconds for which the window answers to nobody: an act, and what the loop does then."""
    began = time.perf_counter()
    act()
    QApplication.processEvents()
    return 1000 * (time.perf_counter() - began)


def turns(until: Callable[[], bool]) -> float:
    """The longest turn until something is so."""
    longest = turn()
    while not until():
        time.sleep(0.002)
        longest = max(longest, turn())
    return longest


def scroll(program: Program) -> list[float]:
    """Frames of a table of every waiting record: fast to the end, then by leaps.

    A frame is the longest turn from one movement to the next: the painting, or the taking of rows.
    """
    bridge = program.face.bridge
    columns = [Column(name, name) for name in COLUMNS]
    model = PagedModel(bridge, "queue.window", columns)
    table = Table(model, "Waiting")
    table.resize(1000, 700)
    table.show()
    model.look()
    wait_until(lambda: model.rowCount() > 0 and bridge.is_quiet)
    live(300)  # it stands there, painted, before somebody scrolls
    bar = table.verticalScrollBar()

    def moved(share: float) -> None:
        bar.setValue(int(bar.maximum() * share))
        table.viewport().repaint()

    def is_past(moment: float) -> bool:
        return time.monotonic() >= moment

    def is_here() -> bool:
        return model.row(table.rowAt(0)) is not None

    frames: list[float] = []
    for step in range(STEPS):
        rushes = step < STEPS / 2
        share = step / STEPS if rushes else (step * 0.618) % 1
        longest = turn(partial(moved, share))
        longest = max(longest, turns(partial(is_past, time.monotonic() + 0.01)))
        if not rushes:
            longest = max(longest, turns(is_here))
        frames.append(longest)
    wait_until(lambda: bridge.is_quiet and model.rowCount() == WAITING)
    table.close()
    return frames


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--launched", type=float, required=True, help="on the monotonic clock")
    parser.add_argument("--idle", type=float, default=0.0, help="seconds")
    parser.add_argument("--scroll", action="store_true")
    given = parser.parse_args(words)
    program = opened(given.home)
    found: dict[str, float] = {"start_s": time.monotonic() - given.launched}
    if given.idle:
        found["idle_percent"] = idle(given.idle)
        sys.stdout.write("idle\n")
        sys.stdout.flush()
        wait_until(
            lambda: str((program.face.bridge.status or {}).get("environment")) == "after-an-hour",
            600_000,
        )
        live(500)
        found["memory_mb"] = memory_mb()
    if given.scroll:
        rounds = [scroll(program) for _ in range(ROUNDS)]
        frames = [min(seen) for seen in zip(*rounds, strict=True)]
        found |= {"frame_ms_max": max(frames), "frame_ms_median": median(frames)}
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()
    os._exit(0)  # what was measured is said; nothing is to be put away


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
