"""The agent is killed at every call that writes or sends: nothing is lost, nothing is doubled."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.killpoints.case import Verdict
from tests.integration.killpoints.loop import Loop, Stage
from tests.integration.killpoints.points import KILLS, Point, sample
from tests.integration.killpoints.scenarios import SCENARIOS

IS_LONG = os.environ.get("WAYBILL_LONG") == "1"
POINTS = int(os.environ.get("WAYBILL_KILLPOINTS", "1008" if IS_LONG else "60"))


@pytest.fixture
def stage(injector: Path) -> Iterator[Stage]:
    running = Stage(injector)
    yield running
    running.close()


def summary(verdicts: list[Verdict], calls: int) -> str:
    """One line of counts."""
    killed = sum(verdict.exits[0] == -9 for verdict in verdicts)
    stopped = sum(verdict.exits[0] not in (-9, 0) for verdict in verdicts)
    names = ("lost", "doubled", "order", "broken")
    counts = {name: sum(bool(getattr(v, name)) for v in verdicts) for name in names}
    return (
        f"kill points: {len(verdicts)} of {calls} calls, killed {killed}, stopped {stopped}, "
        f"lost {counts['lost']}, doubled {counts['doubled']}, out of order {counts['order']}, "
        f"broken {counts['broken']}, resent under the same id {sum(v.resent for v in verdicts)}"
    )


@pytest.mark.timeout(1800)
def test_a_kill_or_a_failing_disk_at_any_call_loses_and_doubles_nothing(
    tmp_path: Path, injector: Path, stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    loop = Loop(tmp_path, injector)
    try:
        hits = {scenario.name: loop.prepare(scenario, stage) for scenario in SCENARIOS}
        points = sample(hits, SCENARIOS, POINTS)
        verdicts = loop.play_all(points)
    finally:
        loop.close()
    with capsys.disabled():
        sys.stdout.write(f"\n{summary(verdicts, sum(hit['calls'] for hit in hits.values()))}\n")
    wrong = [verdict for verdict in verdicts if not verdict.is_fine]
    assert not wrong, "\n".join(map(str, wrong[:8]))
    assert len(verdicts) >= POINTS
    kills = [v for v in verdicts if v.point.mode in KILLS]
    assert sum(v.exits[0] == -9 for v in kills) > len(kills) * 0.9, "hardly anything was hit"


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("bug", "name"),
    [
        ("marked_before_sent", "lost"),
        ("position_before_rows", "lost"),
        ("new_id_each_time", "doubled"),
    ],
)
def test_an_agent_with_a_seeded_mistake_is_found_out(
    tmp_path: Path, injector: Path, stage: Stage, bug: str, name: str
) -> None:
    scenario = SCENARIOS[0]
    loop = Loop(tmp_path, injector, bug=bug)
    try:
        hits = loop.prepare(scenario, stage)
        points = [Point(scenario, "kill", n + 1, "send") for n in range(2 * hits["requests"])]
        points += [Point(scenario, "answer", n + 1) for n in range(hits["requests"])]
        points += [Point(scenario, "kill", n, "sync") for n in range(4, 40)]
        found = any(getattr(loop.play(point, stage), name) for point in points)
    finally:
        loop.close()
    assert found, f"the loop does not notice {bug}"
