"""`python -m tests.mutation [ROOM...]`: mutants of a room against its unit tests, and a table."""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.mutation.cover import Coverage
from tests.mutation.mutate import Mutant, mutants
from tests.mutation.trial import ROOT, Fate, Trial, run, warm_up, watch

ROOMS = ("canon", "mapping", "delivery", "changes")
FLOOR = 0.85
REACHED, MISSED = 0, 1
EQUIVALENT = Path(__file__).with_name("equivalent.toml")


def main(arguments: Sequence[str] | None = None) -> int:
    """Try a sample of each room's mutants."""
    options = _options(arguments)
    os.nice(19)  # it takes long, and whoever else works here comes first
    rooms = options.rooms or ROOMS
    counts = {room: _try_room(room, options) for room in rooms}
    _say(f"\n{'room':10}{'mutants':>9}" + "".join(f"{fate:>12}" for fate in Fate) + "   ratio")
    for room, count in counts.items():
        shown = "".join(f"{count[fate]:>12}" for fate in Fate)
        _say(f"{room:10}{count.total():>9}{shown}  {_ratio(count):6.1%}")
    _say(f"seed {options.seed}, floor {FLOOR:.0%}")
    return REACHED if all(_ratio(count) >= FLOOR for count in counts.values()) else MISSED


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.py mutants", description=__doc__)
    parser.add_argument("rooms", nargs="*", metavar="ROOM", choices=[*ROOMS, []], help="which")
    parser.add_argument("--sample", type=int, default=300, help="of each room; 0: all (hours)")
    parser.add_argument("--seed", type=int, default=1, help="which sample")
    parser.add_argument("--only", default="", help="only modules with this in their name")
    options = parser.parse_args(arguments)
    if not hasattr(os, "fork"):
        parser.error("mutants are tried in forked processes, which this system does not have")
    return options


def _try_room(room: str, options: argparse.Namespace) -> Counter[Fate]:
    folder = ROOT / "agent" / room
    tests = f"tests/unit/{room}"
    _say(f"{room}: which test runs which line ...")
    coverage = watch([tests], folder)
    warm_up(coverage)
    equivalent = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))
    found = _all(folder)
    _name_stale(found, equivalent)
    chosen = _sample([one for one in found if options.only in one.module], options)
    trials = []
    count: Counter[Fate] = Counter()
    for mutant in chosen:
        killers = _killers(mutant, coverage)
        if mutant.known_by in equivalent.get(mutant.module, {}):
            count[Fate.EQUIVALENT] += 1
        elif killers:
            seconds = sum(coverage.seconds[test] for test in killers)
            trials.append(Trial(mutant, killers, seconds))
        else:
            count[Fate.UNCOVERED] += 1
            _say(f"  {Fate.UNCOVERED}: {mutant}")
    began = time.monotonic()
    for done, (trial, fate) in enumerate(run(trials, tests, workers=2), start=1):
        count[fate] += 1
        if done % 50 == 0:
            _say(f"{room}: {done} of {len(trials)}")
        if fate is Fate.SURVIVED:
            _say(f"  {fate}: {trial.mutant}")
    _say(f"{room}: {len(trials)} tried in {time.monotonic() - began:.0f} s")
    return count


def _name_stale(found: list[Mutant], equivalent: dict[str, dict[str, str]]) -> None:
    """A line that changed since its mutant was judged must be judged again."""
    known = {(one.module, one.known_by) for one in found}
    for module in {one.module for one in found} & set(equivalent):
        for listed in equivalent[module]:
            if (module, listed) not in known:
                _say(f"  listed as {Fate.EQUIVALENT}, but no such mutant: {module}: {listed}")


def _all(folder: Path) -> list[Mutant]:
    found = []
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found += mutants(".".join(parts).removesuffix(".__init__"), path)
    return found


def _sample(found: list[Mutant], options: argparse.Namespace) -> list[Mutant]:
    if not options.sample or options.sample >= len(found):
        return found
    return random.Random(options.seed).sample(found, options.sample)


def _killers(mutant: Mutant, coverage: Coverage) -> list[str]:
    """The tests that run what was changed; all of them where it runs before the first test."""
    path = str(mutant.path)
    if not mutant.inside or coverage.while_collecting(path, mutant.lines):
        return coverage.quickest_first(list(coverage.lines), path)
    return coverage.quickest_first(coverage.tests(path, mutant.lines), path)


def _ratio(count: Counter[Fate]) -> float:
    tried = count.total() - count[Fate.EQUIVALENT]
    return (count[Fate.KILLED] + count[Fate.TIMED_OUT]) / tried if tried else 1.0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
