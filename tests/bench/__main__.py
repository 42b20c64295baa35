"""`python -m tests.bench`: run benchmarks, print a table, judge the floors."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from tests.bench import (
    backlog,
    crms,
    delivery,
    enqueue,
    gui,
    idle,
    loads,
    mapping,
    odbc,
    scale,
    storm,
    window,
)
from tests.bench.contest import Goal, Result, WrongAnswerError
from tests.bench.environment import YardstickMissing
from tests.bench.worker import WorkerFailedError

FLOORS_HOLD, FLOOR_MISSED, NOT_MEASURED = 0, 1, 2
_SPOILT = 0.25  # busy cores beside a measurement that make it doubtful

Measure = Callable[[int, int], Result]
SINGLE: dict[Goal, Measure] = {
    enqueue.GOAL: enqueue.run,
    delivery.GOAL: delivery.run,
    **crms.MEASURES,
    mapping.GOAL: mapping.run,
    odbc.SQLITE: odbc.on_sqlite,
    odbc.POSTGRESQL: odbc.on_postgresql,
    scale.GOAL: scale.run,
    window.GOAL: window.run,
}
GOALS: dict[str, Goal] = {goal.name: goal for goal in (*loads.GOALS, *SINGLE)}
OPTIONAL = frozenset({odbc.POSTGRESQL})
"""Left out without a word of blame where the server is absent and nobody asked by name."""
TRIALS = {"storm": storm.main, "backlog": backlog.main, "gui": gui.main, "idle": idle.main}
"""The whole agent, minutes long, with arguments and an answer of their own."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for."""
    words = sys.argv[1:] if arguments is None else [*arguments]
    if words and words[0] in TRIALS:
        return TRIALS[words[0]](words[1:])
    return _compare(_options(words))


def _compare(options: argparse.Namespace) -> int:
    named = [GOALS[name] for name in options.names]
    goals = named or [goal for goal in GOALS.values() if not goal.only_by_name]
    results: list[Result] = []
    code = FLOORS_HOLD
    for measure in _measurements(goals, options):
        try:
            for result in measure():
                _say(_line(result))
                results.append(result)
        except YardstickMissing as error:
            _complain(error)
            if error.needed:
                code = NOT_MEASURED
        except (WorkerFailedError, WrongAnswerError) as error:
            _complain(error)
            code = code or FLOOR_MISSED
    if not all(result.ok for result in results):
        code = code or FLOOR_MISSED
    if options.json:
        body = {result.goal.name: result.as_json() for result in results}
        _say(json.dumps({"ok": code == FLOORS_HOLD, "results": body}))
    return code


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _complain(error: Exception) -> None:
    sys.stderr.write(f"bench: {error}\n")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        choices=[*GOALS, []],
        help=f"{', '.join(GOALS)}; or alone, with --help of their own: {', '.join(TRIALS)}",
    )
    parser.add_argument("--json", action="store_true", help="end with one object on the last line")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of an export")
    parser.add_argument("--rounds", type=int, default=5, help="how often each takes its turn")
    options = parser.parse_args(arguments)
    if options.rows < 1000 or options.rounds < 1:
        parser.error("at least 1000 rows and one round")
    return options


def _measurements(
    goals: Sequence[Goal], options: argparse.Namespace
) -> Iterator[Callable[[], Iterator[Result]]]:
    together = [goal for goal in goals if goal in loads.GOALS]
    if together:
        yield partial(loads.run, together, options.rows, options.rounds)
    for goal in goals:
        if goal in SINGLE:
            needed = goal not in OPTIONAL or bool(options.names)
            yield partial(_single, SINGLE[goal], options, needed=needed)


def _single(measure: Measure, options: argparse.Namespace, *, needed: bool) -> Iterator[Result]:
    try:
        yield measure(options.rows, options.rounds)
    except YardstickMissing as error:
        error.needed = needed
        raise


def _line(result: Result) -> str:
    goal = result.goal
    unit = "s" if goal.figure == "seconds" else "/s"
    digits = 3 if goal.figure == "seconds" else 0
    verdict = "ok" if result.ok else "MISSED"
    verdict += ", aim reached" if goal.holds(result.ratio, goal.aim) else ", aim missed"
    floor = "none" if goal.floor is None else f"{goal.floor:g}"
    noisy = "  (busy machine: repeat)" if result.background >= _SPOILT else ""
    return (
        f"{goal.name:<26} ours {result.ours:>12,.{digits}f} {unit:<2}"
        f" yardstick {result.yardstick:>12,.{digits}f} {unit:<2} ratio {result.ratio:6.3f}"
        f" (floor {floor}, aim {goal.aim:g})  peak {result.peak_mb:5.0f} MB"
        f"  background {result.background:4.2f}  {verdict}{noisy}"
    )


if __name__ == "__main__":
    sys.exit(main())
