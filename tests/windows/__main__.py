"""`python -m tests.windows`: play the steps in order, tell each, sum up."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.windows import lab, wine
from tests.windows.run import Bench, Report, told
from tests.windows.steps import STEPS


def main(words: Sequence[str] | None = None) -> int:
    """Exit code 0 when nothing failed (a skipped step is told, not a failure), else 1."""
    asked = _options(words)
    report = Report()
    missing = lab.lacking()
    if missing:
        told(f"nothing was run: {missing}")
        for name in STEPS:
            report.skip(name, missing)
    else:
        _play(asked, report)
    told("summary")
    for name in report.outcomes:
        told(f"  {name:10} {report.line(name)}")
    if asked.as_json:
        sys.stdout.write(json.dumps(report.as_json()) + "\n")
        sys.stdout.flush()
    return 1 if report.has_failed else 0


def _play(asked: argparse.Namespace, report: Report) -> None:
    try:
        made = lab.make(told)
    except lab.NoLabError as reason:
        told(str(reason))
        for name in STEPS:
            report.skip(name, f"no lab: {reason}")
        return
    folder = Path(tempfile.mkdtemp(prefix="waybill-windows-"))
    screen = wine.Screen()
    machine = wine.Wine(folder / "prefix", screen.display)
    bench = Bench(made, machine, folder, is_long=asked.long, frozen=asked.frozen)
    try:
        wine.copied(made.prefix, machine.prefix)
        machine.boot()
        for name, step in _wanted(asked).items():
            report.play(name, lambda step=step: step(bench))
    finally:
        machine.halt()
        screen.close()
        if asked.keep is not None:
            shutil.copytree(folder, asked.keep, symlinks=True, dirs_exist_ok=True)
        wine.removed(folder)


def _wanted(asked: argparse.Namespace) -> dict[str, Callable[[Bench], str]]:
    chosen = asked.only or list(STEPS)
    return {name: step for name, step in STEPS.items() if name in chosen}


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="dev.py windows", description="Try the Windows side under Wine."
    )
    parser.add_argument(
        "--json", action="store_true", dest="as_json", help="end with one line of JSON"
    )
    parser.add_argument("--long", action="store_true", help="200 cycles instead of 5")
    parser.add_argument("--only", nargs="+", choices=tuple(STEPS), help="these steps only")
    parser.add_argument("--frozen", type=Path, metavar="DIR", help="frozen before by the lab")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="copy what was made there")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
