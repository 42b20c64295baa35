"""Where an agent can be hit: scenarios, the points in them, and a fair sample of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from tests.integration.killpoints.field import Rows

KILLS = ("kill", "killafter", "torn")
FAILS = ("EIO", "ENOSPC", "EIO+", "ENOSPC+")
ANSWER = "answer"
"""The CRM has committed request N; the agent dies before the answer."""


@dataclass(frozen=True, eq=False)
class Scenario:
    """What the agent does when it is hit."""

    name: str
    rows: Rows
    """What the ERP exports in the run that is hit."""
    before: Sequence[Rows] = ()
    """What it exported in clean runs before."""
    between: Rows | None = None
    """What it exports while the agent lies dead."""
    salesforce: bool = False
    archive: bool = False
    settings: dict[str, int] = field(default_factory=dict)

    @property
    def last(self) -> Rows:
        return self.rows if self.between is None else self.between


@dataclass(frozen=True)
class Point:
    """The Nth call, and what happens there."""

    scenario: Scenario
    mode: str
    n: int
    call: str = ""
    """Count only calls of this kind: `sync`, `send`."""

    def __str__(self) -> str:
        return f"{self.scenario.name}/{self.mode}/{self.n}{self.call}"


def sample(
    hits: dict[str, dict[str, int]], scenarios: Sequence[Scenario], many: int
) -> list[Point]:
    """So many points over all scenarios and modes: the same ones every time."""
    random = Random(20)
    pairs = [
        (scenario, mode)
        for scenario in scenarios
        for mode in (*KILLS, *FAILS, *(() if scenario.salesforce else (ANSWER,)))
    ]
    weights = dict.fromkeys(KILLS, 3)
    shares = [weights.get(mode, 1) for _, mode in pairs]
    points: list[Point] = []
    for (scenario, mode), share in zip(pairs, shares, strict=True):
        total = hits[scenario.name]["requests" if mode == ANSWER else "calls"]
        few = max(1, round(many * share / sum(shares)))
        step = total / few
        numbers = sorted({1 + int(i * step + random.random() * step) for i in range(few)})
        points += [Point(scenario, mode, min(n, total)) for n in numbers]
    while len(points) < many:  # what rounding took
        scenario = random.choice(scenarios)
        point = Point(
            scenario, random.choice(KILLS), random.randint(1, hits[scenario.name]["calls"])
        )
        points += [] if point in points else [point]
    random.shuffle(points)
    return points
