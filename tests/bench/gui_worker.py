"""The window as a process that measures itself; `tests.bench.gui` starts it and says what."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from statistics import quantiles

from PySide6.QtWidgets import QApplication

from gui.application import Program, application
from gui.kit import Column, PagedModel, Table
from gui.single import SingleInstance
from tests.gui.camera import live, wait_until

STEPS = 400
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


def scroll(program: Program) -> dict[str, float]:
    """Frames of a table of every waiting record, from the top to the end and back by leaps."""
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
    frames: list[float] = []
    seen: list[float] = []
    for step in range(STEPS):
        share = step / STEPS if step < STEPS / 2 else (step * 0.618) % 1
        began, worked = time.perf_counter(), time.process_time()
        bar.setValue(int(bar.maximum() * share))
        table.viewport().repaint()
        QApplication.processEvents()
        frames.append(1000 * (time.process_time() - worked))
        seen.append(1000 * (time.perf_counter() - began))
        live(10)
    wait_until(lambda: bridge.is_quiet)
    rows = model.rowCount()
    table.close()
    return {
        "rows": rows,
        "frame_ms_max": max(frames),
        "frame_ms_p99": quantiles(frames, n=100)[98],
        "frame_seen_ms_max": max(seen),
    }


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--launched", type=float, required=True, help="on the monotonic clock")
    parser.add_argument("--idle", type=float, default=0.0, help="seconds")
    parser.add_argument("--scroll", action="store_true")
    given = parser.parse_args(words)
    program = opened(given.home)
    found: dict[str, float] = {
        "start_s": time.process_time(),
        "start_seen_s": time.monotonic() - given.launched,
    }
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
        found |= scroll(program)
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()
    os._exit(0)  # what was measured is said; nothing is to be put away


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
