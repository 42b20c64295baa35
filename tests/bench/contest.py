"""What a benchmark must reach, and whether what was measured does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from statistics import median

Report = dict[str, object]


class WrongAnswerError(Exception):
    """A contestant was fast and wrong; the text says how."""


@dataclass(frozen=True, slots=True)
class Goal:
    """Ours divided by theirs: a floor must hold, an aim is where we want to be."""

    name: str
    floor: float | None
    """None where nothing is promised yet: the aim is shown, and missing it fails nothing."""
    aim: float
    figure: str = "seconds"
    """What of a report is compared; seconds want to be few, everything else many."""
    most_mb: float = inf
    """Most memory that ours may take; part of the floor."""
    only_by_name: bool = False

    def holds(self, ratio: float, limit: float) -> bool:
        """Whether this ratio is as good as the limit."""
        return ratio <= limit if self.figure == "seconds" else ratio >= limit


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table."""

    goal: Goal
    ours: float
    yardstick: float
    ratio: float
    peak_mb: float
    background: float
    """Busy cores beside the measurement, the worst of all rounds; too many spoil it."""

    @property
    def ok(self) -> bool:
        """Whether the floor holds."""
        floor = self.goal.floor
        holds = floor is None or self.goal.holds(self.ratio, floor)
        return holds and self.peak_mb <= self.goal.most_mb

    def as_json(self) -> dict[str, object]:
        """The object that `--json` promises."""
        return {
            "ours": round(self.ours, 4),
            "yardstick": round(self.yardstick, 4),
            "ratio": round(self.ratio, 3),
            "floor": self.goal.floor,
            "aim": self.goal.aim,
            "ok": self.ok,
            "peak_mb": self.peak_mb,
        }


def judge(goal: Goal, ours: Sequence[Report], theirs: Sequence[Report]) -> Result:
    """Medians of the rounds, their ratio, and the largest memory of ours."""
    mine, other = (median(number(r, goal.figure) for r in reports) for reports in (ours, theirs))
    return Result(
        goal,
        mine,
        other,
        mine / other,
        max(number(report, "peak_mb") for report in ours),
        max(number(report, "background") for report in (*ours, *theirs)),
    )


def number(report: Report, name: str) -> float:
    """One figure of a report."""
    found = report[name]
    if not isinstance(found, (int, float)):
        raise TypeError(name)
    return float(found)


def agree(who: str, report: Report, **expected: object) -> None:
    """Raise unless a contestant found what there is to find."""
    found = {name: report[name] for name in expected}
    if found != expected:
        raise WrongAnswerError(f"{who} found {found} where there is {expected}.")
