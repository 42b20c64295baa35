"""One copy of a scenario with its own CRM, and the verdict on both ends after a run."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from adapters.sandbox import Sandbox
from tests.integration.killpoints import field as world
from tests.integration.killpoints.field import Received, Receiver
from tests.integration.killpoints.points import ANSWER, KILLS, Point, Scenario
from tests.integration.killpoints.stage import BUG, DONE, REFUSED, SUSPECT, WAITS

OBJECTS = {"account": "Account", "contact": "Contact"}


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
        aside(self.folder).unlink(missing_ok=True)

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


def aside(case: Path) -> Path:
    """What the agent of a case says; beside the case, so that no fault hits it."""
    return case.with_name(f"{case.name}.stderr")


def _is_part(found: list[str | None], wanted: list[str | None]) -> bool:
    rest = iter(wanted)
    return all(value in rest for value in found)
