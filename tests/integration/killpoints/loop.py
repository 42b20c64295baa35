"""Plays kill points: a fresh copy, a run with its fault, a clean run, and a verdict on both ends."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from adapters.sandbox import Sandbox
from agent import keys
from tests.integration.killpoints import field as world
from tests.integration.killpoints.case import Case, Verdict, aside
from tests.integration.killpoints.field import Received, Receiver
from tests.integration.killpoints.points import ANSWER, Point, Scenario
from tests.integration.killpoints.stage import DONE

ROOT = Path(__file__).parents[3]


class Stage:
    """A process that runs agents, one after the other, under the injector."""

    def __init__(self, injector: Path) -> None:
        environment = {**os.environ, "LD_PRELOAD": str(injector), "OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.killpoints.stage"],
            cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.pid = 0

    def run(self, case: Path, **job: Any) -> int:
        """One run of the agent; its exit code, negative for a signal."""
        named = {"home": case / "home", "errors": aside(case), "report": case / "count"}
        line = {key: str(path) for key, path in named.items()} | {"watch": f"{case}/"} | job
        self._write(json.dumps(line))
        self.pid = self._read()["pid"]
        code = int(self._read()["exit"])
        self.pid = 0
        return code

    def _write(self, line: str) -> None:
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _read(self) -> dict[str, int]:
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(40)
        self._process.stdout.close()


class Loop:
    """Everything that points are played with."""

    def __init__(self, folder: Path, injector: Path, *, bug: str = "") -> None:
        self._folder = folder
        self._injector = injector
        self._bug = bug
        self._receiver = Receiver()
        self._templates: dict[str, tuple[Path, Received, Counter[str]]] = {}

    def close(self) -> None:
        self._receiver.close()

    # --- beforehand -------------------------------------------------------------------------------

    def prepare(self, scenario: Scenario, stage: Stage) -> dict[str, int]:
        """Make the template of a scenario. Returns how many calls each kind of fault can hit."""
        template = self._folder / f"{scenario.name}.template"
        home = template / "home"
        more = 'settle = { archive = "../archive" }\n' if scenario.archive else ""
        if scenario.salesforce:
            crm = Sandbox(template / "crm", seed=5)
            target = world.SALESFORCE.format(id=crm.client_id)
            secret = crm.client_secret
        else:
            target, secret = world.WEBHOOK, world.SECRET
        world.write_home(home, world.configuration(target, more))
        keys.initialise(home)
        keys.set_secret(home, "crm", secret)
        (template / "export").mkdir()
        received = Received()
        self._templates[scenario.name] = (template, received, Counter())
        for rows in scenario.before:
            case = self._case(scenario, f"{scenario.name}.before", received)
            world.export(case.folder / "export", rows)
            code = stage.run(case.folder, settings=scenario.settings)
            case.stop()
            assert code == DONE, aside(case.folder).read_text()
            shutil.rmtree(template)
            shutil.copytree(case.folder, template)
            self._restore_configuration(template, case.folder / "waybill.toml.template")
            received = case.received.copy()
            case.remove()
            self._templates[scenario.name] = (template, received, Counter())
        case = self._case(scenario, f"{scenario.name}.count", received)
        world.export(case.folder / "export", scenario.rows)
        before = received.requests
        code = stage.run(case.folder, settings=scenario.settings)
        case.stop()
        assert code == DONE, aside(case.folder).read_text()
        calls = int((case.folder / "count").read_text())
        requests = case.received.requests - before
        case.remove()
        return {"calls": calls, "requests": requests}

    def _restore_configuration(self, template: Path, saved: Path) -> None:
        shutil.copyfile(saved, template / "home" / "waybill.toml")

    def _case(self, scenario: Scenario, name: str, received: Received) -> Case:
        template = self._templates[scenario.name][0]
        case = Case(self._folder / name, received.copy(), self._receiver, scenario)
        world.fresh_copy(template, case.folder)
        case.start()
        return case

    # --- a point ----------------------------------------------------------------------------------

    def play(self, point: Point, stage: Stage) -> Verdict:
        """One point on a copy of its own."""
        scenario = point.scenario
        received = self._templates[scenario.name][1]
        case = self._case(scenario, str(point).replace("/", "."), received)
        world.export(case.folder / "export", scenario.rows)
        try:
            verdict = Verdict(point, [self._hit(case, point, stage)])
            if scenario.between is not None:
                world.export(case.folder / "export", scenario.between)
            verdict.exits.append(stage.run(case.folder, settings=scenario.settings, bug=self._bug))
            case.stop()
            case.judge(verdict)
        finally:
            case.stop()
        errors = aside(case.folder)
        verdict.said = errors.read_text(errors="replace") if errors.exists() else ""
        case.remove()
        return verdict

    def _hit(self, case: Case, point: Point, stage: Stage) -> int:
        job = {"settings": point.scenario.settings, "bug": self._bug, "call": point.call}
        if point.mode != ANSWER:
            sockets = point.mode not in {"ENOSPC", "ENOSPC+"}
            return stage.run(case.folder, n=point.n, mode=point.mode, sockets=sockets, **job)
        fatal = case.received.requests + point.n

        def die(count: int) -> None:
            if count == fatal:
                os.kill(stage.pid, 9)

        case.received.on_request = die
        try:
            return stage.run(case.folder, **job)
        finally:
            case.received.on_request = lambda _count: None

    def play_all(self, points: Sequence[Point], workers: int = 2) -> list[Verdict]:
        """All points, by as many workers as the machine has cores to spare."""
        todo: queue.SimpleQueue[Point] = queue.SimpleQueue()
        for point in points:
            todo.put(point)
        with ThreadPoolExecutor(workers) as pool:
            played = [pool.submit(self._play_some, todo) for _ in range(workers)]
            return [verdict for each in played for verdict in each.result()]

    def _play_some(self, todo: queue.SimpleQueue[Point]) -> list[Verdict]:
        stage, verdicts = Stage(self._injector), []
        try:
            while True:
                verdicts.append(self.play(todo.get_nowait(), stage))
        except queue.Empty:
            return verdicts
        finally:
            stage.close()
