"""One machine with its ERP and its CRM, on which versions are upgraded."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent import keys
from agent.control.client import Client, ControlError
from agent.upgrade.layout import Root
from tests.integration.killpoints import field as world
from tests.integration.killpoints.field import Received
from tests.integration.upgrades import versions
from tests.integration.upgrades.machine import Machine
from tests.integration.upgrades.versions import BROKEN, MUTE, NEW, OLD, ONE_WAY, REPOSITORY


@dataclass
class Case:
    """One machine with its ERP and its CRM."""

    folder: Path
    received: Received = field(default_factory=Received)
    calls: int = 0

    def __post_init__(self) -> None:
        self.home = self.folder / "home"
        self.root = Root(self.folder / "root", windows=False)
        self.machine = Machine(self.folder)
        self.client = Client(self.home, timeout=20)

    def install(self, target: str, secret: str = world.SECRET) -> None:
        """The first version, its home, and its service, not started."""
        world.write_home(self.home, world.configuration(target, 'every = "1s"'))
        keys.initialise(self.home)
        keys.set_secret(self.home, "crm", secret)
        versions.lay_down(self.root, OLD, NEW, ONE_WAY, BROKEN, MUTE)
        self.root.point(OLD)
        self.machine.set_program(self.root.runs(OLD))
        (self.folder / "export").mkdir()

    def export(self, rows: world.Rows) -> None:
        world.export(self.folder / "export", rows)

    def until_idle(self) -> Any:
        """Once everything that can move has moved, and the sources were looked at once more."""
        deadline = time.monotonic() + 60
        status: Any = None
        asked = False
        while time.monotonic() < deadline:
            try:
                if not asked:
                    self.client.call("scan")
                    asked = True
                status = self.client.status()
            except ControlError:
                time.sleep(0.1)
                continue
            if status["idle"]:
                return status
            time.sleep(0.05)
        raise AssertionError(f"it is never idle: {status}\n{self.machine.said()}")

    def upgrade(self, *words: str, kill: str = "", injector: Path | None = None) -> tuple[int, Any]:
        """Run the upgrader: exit code, and how it ended."""
        environment = dict(os.environ)
        if kill:
            environment |= {"KILL_N": kill, "LD_PRELOAD": str(injector)}
        out = self.folder.with_name(f"{self.folder.name}.out")
        with out.open("wb") as said:  # a pipe would be held open by the service that it starts
            code = subprocess.run(
                [sys.executable, "-m", "tests.integration.upgrades.upgrader", self.folder, *words],
                check=False, cwd=REPOSITORY, env=environment, stdout=said, stderr=said,
                timeout=240,
            ).returncode  # fmt: skip
        lines = out.read_text(errors="replace").splitlines()
        assert code in (0, -9), "\n".join(lines[-40:]) + self.machine.said()
        if code:
            return code, None
        found = json.loads(lines[-1])
        self.calls = found["calls"]
        return code, found["done"]

    def queued(self) -> int:
        """Entries that are not over, of a home at rest."""
        with closing(sqlite3.connect(self.home / "queue.db")) as db:
            assert db.execute("pragma integrity_check").fetchone() == ("ok",)
            return int(db.execute(
                "select (select count(*) from entry where state < 10)"
                " + (select coalesce(sum(entries), 0) from run)"
            ).fetchone()[0])  # fmt: skip

    def schema(self) -> int:
        with closing(sqlite3.connect(self.home / "queue.db")) as db:
            return int(db.execute("pragma user_version").fetchone()[0])

    def until_read(self) -> None:
        """Until every source was read to its end."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            sources = self.client.status()["sources"]
            if all(one["state"] == "watching" for one in sources):
                return
            time.sleep(0.1)
        raise AssertionError(f"the sources are never read: {self.machine.said()}")
