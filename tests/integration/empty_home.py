"""A service that was started on an empty folder, as an installer leaves it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from agent.control import keep_answers
from agent.control import setup_answers as answers
from agent.control.client import Client
from tests.integration.agent_home import AgentHome
from tests.shapes import misfits

SHAPES = {
    "config.kinds": answers.KindList,
    "config.list": answers.ConfigList,
    "config.check": answers.ProblemList,
    "config.put": answers.ProblemList,
    "config.remove": answers.ProblemList,
    "setup.flow": answers.ProblemList,
    "setup.state": answers.SetupState,
    "setup.mark": answers.SetupState,
    "sources.list": answers.SourceList,
    "sources.look": answers.SourceLook,
    "sources.preview": answers.SourceLook,
    "sources.drivers": answers.DriverList,
    "sources.tables": answers.TableList,
    "sources.folders": answers.FolderView,
    "targets.list": answers.TargetList,
    "targets.setup": answers.SetupFiles,
    "sign_in.begin": answers.SignInBegun,
    "sign_in.finish": answers.SignInEnd,
    "sign_in.poll": answers.SignInEnd,
    "keys.state": keep_answers.KeyState,
    "keys.rotate": keep_answers.KeyState,
    "keys.recovery_new": keep_answers.RecoveryKey,
    "keys.recovery_confirm": keep_answers.RecoveryProof,
    "packs.list": answers.PackList,
    "packs.fill": answers.PackFilled,
    "practice.state": answers.PracticeState,
}


class EmptyHome(AgentHome):
    """An empty folder, and `waybill` to run on it."""

    def __init__(self, folder: Path) -> None:  # nothing of a home is made here: that is the point
        self.folder = folder
        self.home = folder / "home"
        self.exports = folder / "export"
        self.exports.mkdir(parents=True)
        self.home.mkdir()
        self.client = Client(self.home, timeout=20)
        self.process = None
        self.errors = folder / "stderr"

    def ask(self, method: str, **params: object) -> Any:
        found = self.client.call(method, params)
        assert misfits(SHAPES.get(method), found, method) == []
        return found

    def put(self, part: str, name: str, /, **settings: object) -> Any:
        """Write a part of the configuration; it is in force when this returns."""
        found = self.ask("config.put", part=part, name=name, settings=json.dumps(settings))
        assert found["problems"] == [], found
        return found

    def steps(self) -> set[str]:
        """The steps of the set-up that are done."""
        return {step["id"] for step in self.ask("setup.state")["steps"] if step["done"]}
