"""A service that was started on an empty folder, as an installer leaves it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from agent.control.client import Client
from tests.integration.agent_home import AgentHome


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
        return self.client.call(method, params)

    def put(self, part: str, name: str, /, **settings: object) -> Any:
        """Write a part of the configuration; it is in force when this returns."""
        found = self.ask("config.put", part=part, name=name, settings=json.dumps(settings))
        assert found["problems"] == [], found
        return found

    def steps(self) -> set[str]:
        """The steps of the set-up that are done."""
        return {step["id"] for step in self.ask("setup.state")["steps"] if step["done"]}
