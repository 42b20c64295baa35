"""Plays kill points: a fresh copy, a run with its fault, a clean run, and a verdict on both ends."""

from __future__ import annotations

import json
import os
import queue
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from adapters.sandbox import Sandbox
from agent import app
from tests.integration.killpoints import field as world
from tests.integration.killpoints.field import Received, Receiver, Rows
from tests.integration.killpoints.stage import BUG, DONE, REFUSED, SUSPECT, WAITS

ROOT = Path(__file__).parents[3]
KILLS = ("kill", "killafter", "torn")
FAILS = ("EIO", "ENOSPC", "EIO+", "ENOSPC+")
ANSWER = "answer"
"""The CRM has committed request N; the agent dies before the answer."""
OBJECTS = {"account": "Account", "contact": "Contact"}


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


@dataclass
class Verdict:
    """What became of one point."""

    point: Point
    exits: list[int]
    resent: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    """Not intact, not started again, or ended in a way that nobody foresaw."""
    said: str = ""

    @property
    def is_fine(self) -> bool:
        return not (self.lost or self.doubled or self.order or self.broken)

    def __str__(self) -> str:
        found = {
            name: getattr(self, name)[:3]
            for name in ("lost", "doubled", "order", "broken")
            if getattr(self, name)
        }
        return f"{self.point} exits {self.exits}: {found}\n{self.said[-1500:]}"


_LEFT = "select (select count(*) from entry where state < 10) + (select count(*) from run)"


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
        named = {"home": case / "home", "errors": _aside(case), "report": case / "count"}
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
        app.initialise(home)
        app.set_secret(home, "crm", secret)
        (template / "export").mkdir()
        received = Received()
        self._templates[scenario.name] = (template, received, Counter())
        for rows in scenario.before:
            case = self._case(scenario, f"{scenario.name}.before", received)
            world.export(case.folder / "export", rows)
            code = stage.run(case.folder, settings=scenario.settings)
            case.stop()
            assert code == DONE, _aside(case.folder).read_text()
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
        assert code == DONE, _aside(case.folder).read_text()
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
        errors = _aside(case.folder)
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


@dataclass
class Case:
    """One copy of a scenario with its own CRM."""

    folder: Path
    received: Received
    receiver: Receiver
    scenario: Scenario
    sandbox: Sandbox | None = None

    def start(self) -> None:
        name = self.folder.name
        path = self.folder / "home" / "waybill.toml"
        text = path.read_text(encoding="utf-8")
        (self.folder / "waybill.toml.template").write_text(text, encoding="utf-8")
        if self.scenario.salesforce:
            self.sandbox = Sandbox(self.folder / "crm", keep=True).start()
            text = text.replace('"URL"', f'"{self.sandbox.url}"')
            text = text.replace('"CA"', f'"{self.sandbox.ca_file}"')
        else:
            self.receiver.cases[name] = self.received
            text = text.replace('"URL"', f'"{self.receiver.url(name)}"')
        path.write_text(text, encoding="utf-8")

    def stop(self) -> None:
        if self.sandbox is not None:
            self.sandbox.stop()

    def remove(self) -> None:
        self.receiver.cases.pop(self.folder.name, None)
        shutil.rmtree(self.folder)
        _aside(self.folder).unlink(missing_ok=True)

    # --- the oracle -------------------------------------------------------------------------------

    def judge(self, verdict: Verdict) -> None:
        """Compare the ERP with the CRM, and look at what is left."""
        first, second = verdict.exits
        is_kill = verdict.point.mode in (*KILLS, ANSWER)
        allowed = {-9, DONE} if is_kill else {DONE, SUSPECT, REFUSED, WAITS}
        if first not in allowed:
            verdict.broken.append("a bug came to light" if first == BUG else f"exit {first}")
        if second != DONE:
            verdict.broken.append(f"it did not start again: exit {second}")
            return
        verdict.order += self.received.wrong
        verdict.resent = self.received.resent
        if self.sandbox is None:
            self._judge_history(verdict)
        else:
            self._judge_sandbox(verdict)
        verdict.broken += self._left_over()

    def _judge_history(self, verdict: Verdict) -> None:
        stages = [*self.scenario.before, self.scenario.rows]
        stages += [self.scenario.between] if self.scenario.between is not None else []
        exact = self.scenario.between is None
        told: dict[tuple[str, str], list[str | None]] = {}
        for rows in map(world.expected, stages):
            for key in {*told, *rows}:
                values = told.setdefault(key, [])
                value = rows.get(key)
                if value != (values[-1] if values else None):
                    values.append(value)
        for key in {*told, *self.received.history}:
            wanted, found = told.get(key, []), self.received.history.get(key, [])
            self._judge_record(verdict, str(key), wanted, found, exact=exact)

    def _judge_record(
        self,
        verdict: Verdict,
        key: str,
        wanted: list[str | None],
        found: list[str | None],
        *,
        exact: bool,
    ) -> None:
        if (found[-1] if found else None) != wanted[-1] or (exact and len(found) < len(wanted)):
            verdict.lost.append(f"{key}: {found} instead of {wanted}")
        elif len(found) > len(wanted) or any(a == b for a, b in pairwise(found)):
            verdict.doubled.append(f"{key}: {found} instead of {wanted}")
        elif not _is_part(found, wanted):
            verdict.order.append(f"{key}: {found} instead of {wanted}")

    def _judge_sandbox(self, verdict: Verdict) -> None:
        assert self.sandbox is not None
        verdict.broken += self.sandbox.crashes
        first = world.expected((*self.scenario.before, self.scenario.rows)[0])
        last = world.expected(self.scenario.last)
        for kind, name in OBJECTS.items():
            field_ = "Name" if kind == "account" else "LastName"
            held = {id_: record[field_] for id_, record in self.sandbox.records(name).items()}
            wanted = {id_: value for (its, id_), value in last.items() if its == kind}
            for id_ in {*held, *wanted}:
                if held.get(id_) != wanted.get(id_):
                    verdict.lost.append(f"{kind} {id_}: {held.get(id_)} not {wanted.get(id_)}")
            for id_, log in self.sandbox.write_log(name).items():
                before, now = first.get((kind, id_)), last.get((kind, id_))
                updates = int(before is not None and now is not None and before != now)
                done = (log["creates"], log["updates"], log["deletes"])
                verdict.resent += log["repeats"]
                if log["doubled"] or done > (1, updates, int(now is None)):
                    verdict.doubled.append(f"{kind} {id_}: {done}")

    def _left_over(self) -> Iterator[str]:
        home = self.folder / "home"
        with closing(sqlite3.connect(home / "queue.db")) as db:
            if (answer := db.execute("pragma integrity_check").fetchone()[0]) != "ok":
                yield f"integrity: {answer}"
            if open_ := db.execute(_LEFT).fetchone()[0]:
                yield f"{open_} entries are left"
        if self.scenario.archive:
            names = sorted(path.name for path in (self.folder / "export").iterdir())
            kept = sorted((self.folder / "archive").iterdir())
            if names:
                yield f"not archived: {names}"
            if not {"accounts", "contacts"} <= {
                path.name.split(".")[0].split("-")[0] for path in kept
            }:
                yield f"archived: {[path.name for path in kept]}"


def _aside(case: Path) -> Path:
    """What the agent of a case says; beside the case, so that no fault hits it."""
    return case.with_name(f"{case.name}.stderr")


def _is_part(found: list[str | None], wanted: list[str | None]) -> bool:
    rest = iter(wanted)
    return all(value in rest for value in found)


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
