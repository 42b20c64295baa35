"""A machine with two versions of a small service, for tests of upgrades: files are real, it is not.

The service keeps numbers in `queue.db` and sends each once. Version 2 has schema 2. It obeys what
the real one obeys: on trial it migrates and sends nothing; it writes its verdict before it sends;
the mark is raised before anything leaves.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from agent.errors import WaybillError
from agent.queue import copies
from agent.queue.mark import High, Mark
from agent.upgrade import notes
from agent.upgrade.commands import Knows, Upgrades
from agent.upgrade.layout import CONSOLE, SERVICE, Root
from agent.upgrade.way import Tools, Way
from tests.fakes import FakeClock, NeverStop
from tests.wine import IS_WINDOWS

SCHEMAS = {"1": 1, "2": 2}
WAYS = {2: "drop table news"}


class Killed(BaseException):
    """The upgrader died here."""


class PassingStop(NeverStop):
    """Nobody wants to stop, and time goes by."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock

    def wait(self, timeout: float | None = None) -> bool:
        self._clock.pass_(timeout or 0)
        return False


@dataclass
class Machine:
    """The service manager and the service (satisfies `agent.upgrade.way.Manager`)."""

    home: Path
    program: Path
    at: str = "stopped"
    broken: str = ""
    """A version that ends at once, or `mute VERSION` that never passes."""
    sent: list[int] = field(default_factory=list)
    forgot: bool = False
    """It was started on a queue that is older than what was sent."""
    refused: list[str] = field(default_factory=list)

    def state(self) -> str:
        return self.at

    def stop(self, within: float) -> None:
        del within
        self.at = "stopped"

    def set_program(self, program: Path) -> None:
        self.program = program

    def start(self) -> None:
        version = self.program.resolve().parent.name
        if self.broken == version:
            return
        self.at = "running"
        with closing(sqlite3.connect(self.home / "queue.db")) as db:
            found = db.execute("pragma user_version").fetchone()[0]
            if found > SCHEMAS[version]:
                self.refused.append(version)
                self.at = "stopped"
                return
            if found < SCHEMAS[version]:
                db.execute("create table news (id integer)")
                db.execute(f"pragma user_version = {SCHEMAS[version]}")
            tick = db.execute("select tick from meta").fetchone()[0]
            high = Mark(self.home / "mark").high
            self.forgot |= high is not None and high.tick > tick
            db.commit()
        trial = notes.on_trial(self.home, version)
        if trial is None:
            self.work()
        elif self.broken != f"mute {version}":
            notes.say(self.home, notes.Verdict(trial.id, passed=True))
            self.work()
        else:
            notes.say(self.home, notes.Verdict(trial.id, passed=False, said=("It is mute.",)))

    def work(self) -> None:
        """Read one more number, send what waits."""
        with closing(sqlite3.connect(self.home / "queue.db")) as db:
            db.execute("insert into entry (sent) values (0)")
            db.execute("update meta set tick = tick + 1")
            db.commit()
            tick = db.execute("select tick from meta").fetchone()[0]
            Mark(self.home / "mark").raise_to(High(b"i" * 16, 1, tick, 0))
            self.sent += [row[0] for row in db.execute("select id from entry where not sent")]
            db.execute("update entry set sent = 1")
            db.commit()


class World:
    """One machine."""

    def __init__(self, folder: Path, *, windows: bool = IS_WINDOWS) -> None:
        self.home = folder / "home"
        self.home.mkdir(mode=0o700, parents=True)
        (self.home / "waybill.toml").write_text("version = 1\n")
        (self.home / "mappings").mkdir()
        (self.home / "mappings" / "a.toml").write_text("version = 1\n")
        (self.home / "ledger").mkdir()
        (self.home / "ledger" / "1.base").write_bytes(b"base")
        with closing(sqlite3.connect(self.home / "queue.db")) as db:
            db.execute("create table entry (id integer primary key, sent integer)")
            db.execute("create table meta (tick integer)")
            db.execute("insert into meta values (0)")
            db.execute("pragma user_version = 1")
            db.commit()
        self.root = Root(folder / "root", windows)
        for version in SCHEMAS:
            for name in (CONSOLE, SERVICE):
                program = self.root.program(version, name)
                program.parent.mkdir(parents=True, exist_ok=True)
                program.write_text(version)
        self.root.point("1")
        self.clock = FakeClock()
        self.machine = Machine(self.home, self.root.runs("1"))
        self.configs: list[int] = []
        self.ways = dict(WAYS)
        self.points = 0
        self.kill_at = 0

    def upgrades(self) -> Upgrades:
        """The commands, which die at the point `kill_at`."""
        tools = Tools(
            look=lambda: () if self.machine.at == "running" else None,
            step_back=lambda _version, schema: copies.step_back(
                self.home / "queue.db", schema, self.ways
            ),
            config_back=self.configs.append,
            clock=self.clock,
            stop=PassingStop(self.clock),
        )
        wrapped: Any = _Dying(self.machine, self._point)
        root: Any = _DyingRoot(self.root.path, self.root.windows)
        object.__setattr__(root, "point_reached", self._point)
        way = Way(root, self.home, self.home / "waybill.toml", wrapped, tools)
        return Upgrades(way, self.ask)

    def ask(self, version: str) -> Knows:
        if self.machine.broken == f"silent {version}":
            raise WaybillError("It does not start.", code="UPGRADE_VERSION_SILENT")
        return Knows(
            version, SCHEMAS[version], 1, frozenset(self.ways) if version == "2" else frozenset()
        )

    def _point(self) -> None:
        self.points += 1
        if self.points == self.kill_at:
            raise Killed

    def entries(self) -> list[tuple[int, int]]:
        with closing(sqlite3.connect(self.home / "queue.db")) as db:
            return db.execute("select id, sent from entry order by id").fetchall()

    def schema(self) -> int | None:
        return copies.schema_of(self.home / "queue.db")


class _Dying:
    """A manager whose caller may die before and after each call."""

    def __init__(self, machine: Machine, point: Callable[[], None]) -> None:
        self._machine = machine
        self._point = point

    def state(self) -> str:
        return self._machine.state()

    def __getattr__(self, name: str) -> Callable[..., None]:
        act = getattr(self._machine, name)

        def acted(*given: Any) -> None:
            self._point()
            act(*given)
            self._point()

        return acted


class _DyingRoot(Root):
    """A root whose caller may die before and after each write."""

    point_reached: Callable[[], None]

    def note(self, entry: Any) -> Any:
        self.point_reached()
        done = super().note(replace(entry))
        self.point_reached()
        return done

    def point(self, version: str) -> None:
        self.point_reached()
        super().point(version)
        self.point_reached()
