"""The agent as the demo sees it: a home folder, a process, and its answers over the control API."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

from agent import resources
from agent.control.answers import Status
from agent.control.client import Client, WaybillError
from agent.demo.process import Process, run

_SAMPLE = resources.FOLDER / "sample-erp"


class NotReadyError(Exception):
    """A step that prepares the agent failed; the text says which."""


class Worker:
    """The agent of one home folder, whether its process runs or not."""

    def __init__(self, home: Path, log: Path) -> None:
        self.home = home
        self.client = Client(home, timeout=10)
        self.process: Process | None = None
        self._log = log

    def prepare(self) -> None:
        """Make the home folder and its keys, as a person would. Raises NotReadyError."""
        self._do("init", "--home", str(self.home))

    def configure(
        self, crm: str, values: Mapping[str, str], secret: str, *, files_only: bool
    ) -> None:
        """Fill in configuration, mappings and the secret. Raises NotReadyError."""
        parts = ["waybill.toml", f"targets/{crm}.toml", *([] if files_only else ["tables.toml"])]
        whole = "".join((_SAMPLE / part).read_text(encoding="utf-8") for part in parts)
        (self.home / "waybill.toml").write_text(
            Template(whole).substitute(values), encoding="utf-8"
        )
        for mapping in (_SAMPLE / "mappings").glob("*.toml"):
            shutil.copyfile(mapping, self.home / "mappings" / mapping.name)
        self._do("secrets", "set", "crm", "--home", str(self.home), text=secret)

    def start(self) -> None:
        """Start its process."""
        self.process = Process("agent.cli", ["run", "--home", str(self.home)], self._log)

    def kill(self) -> None:
        """SIGKILL."""
        if self.process is not None:
            self.process.kill()

    def end(self) -> int:
        """Ask it to stop; its exit code."""
        return self.process.end() if self.process is not None else 0

    def status(self) -> Status | None:
        """Its status; None while nobody answers."""
        try:
            return self.client.status()
        except WaybillError:
            return None

    def ask(self, method: str, **params: object) -> dict[str, Any]:
        """Anything else; an empty answer while nobody answers."""
        try:
            return self.client.call(method, params)
        except WaybillError:
            return {}

    def _do(self, *words: str, text: str = "") -> None:
        done = run(words, text)
        if done.returncode:
            raise NotReadyError(f"`waybill {' '.join(words[:2])}` failed: {_said(done)}")


def _said(done: subprocess.CompletedProcess[str]) -> str:
    return (done.stderr or done.stdout).strip() or f"exit code {done.returncode}"


def odbc_driver(names: Sequence[str]) -> str:
    """The driver for SQLite among these; empty if there is none."""
    found = [name for name in names if "sqlite" in name.lower()]
    return next((name for name in found if "sqlite3" in name.lower()), next(iter(found), ""))
