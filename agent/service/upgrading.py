"""Upgrades of this machine's installation: versions, home, and the service manager together."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agent.clock import SystemClock
from agent.control.client import Client, ControlError
from agent.errors import ServiceRefused, WaybillError
from agent.events import Event
from agent.home import config_path
from agent.service import event_log
from agent.service.manager import NAME, for_this_machine
from agent.upgrade import gate
from agent.upgrade.commands import Knows, Upgrades
from agent.upgrade.journal import Journal, Outcome
from agent.upgrade.layout import CONSOLE, Root, root_of
from agent.upgrade.way import Manager, Tools, Way

_ASK_SECONDS: Final = 120.0


def upgrades(root: Root, home: Path, name: str = NAME, manager: Manager | None = None) -> Upgrades:
    """The commands for one home under one program root."""
    stop = threading.Event()
    config = config_path(home)
    tools = Tools(
        look=lambda: _look(home),
        step_back=lambda version, schema: _step_back(root, version, home, schema),
        config_back=lambda form: _config_back(config, form),
        clock=SystemClock(),
        stop=stop,
    )
    way = Way(root, home, config, manager or _manager(name), tools)
    return Upgrades(way, lambda version: _ask(root, version))


def tell_system(entry: Journal) -> None:
    """Into the log of the system: how an upgrade ended."""
    if entry.outcome is Outcome.RETURNED:
        event_log.write(
            Event.UPGRADE_RETURNED,
            f"The upgrade to version {entry.version} went back to {entry.previous}: {entry.reason}",
        )
    elif entry.id:
        event_log.write(
            Event.UPGRADED, f"Version {entry.version} is in force, after {entry.previous}."
        )


def at_start(home: Path) -> bool:
    """Finish what an upgrader left that died. True: another version is in force; end, start that.

    Only where this account may: a service's own usually may not change the programs, and then the
    next installer does it, or `waybill upgrade resume`.
    """
    root = root_of()
    if root is None or not (root / "upgrade.json").exists():
        return False
    try:
        ended = upgrades(Root(root), home, manager=AtStart(_manager(NAME))).at_start()
    except (WaybillError, OSError):  # closed to this account, or an upgrader is at work
        return False
    if ended is None:
        return False
    tell_system(ended)
    return Path(sys.executable).resolve().parent.name != ended.running


@dataclass(frozen=True)
class AtStart:
    """The manager as it is to whoever is being started by it: nothing of it is started or stopped."""

    manager: Manager

    def start(self) -> None:
        """It is starting."""

    def stop(self, within: float) -> None:
        """It has not begun."""

    def state(self) -> str:
        """Not running yet."""
        return "stopped"

    def set_program(self, program: Path) -> None:
        """As usual."""
        if self.manager.state() != "absent":
            self.manager.set_program(program)


class NoManager:
    """Where nothing manages services, as in a container: the agent is what runs."""

    def start(self) -> None:
        """There is nobody to ask."""

    def stop(self, within: float) -> None:
        """There is nobody to ask."""

    def state(self) -> str:
        """As if it were not installed."""
        return "absent"

    def set_program(self, program: Path) -> None:
        """There is nobody to ask."""


def _manager(name: str) -> Manager:
    try:
        return for_this_machine(name)
    except ServiceRefused as error:
        if error.code != "NO_SERVICE_MANAGER":
            raise
        return NoManager()


def _look(home: Path) -> tuple[str, ...] | None:
    """What the running service has to complain of; None: nobody answers."""
    client = Client(home, timeout=_ASK_SECONDS)
    try:
        return tuple(
            sorted(
                {
                    *gate.named(dict(reason) for reason in client.status()["reasons"]),
                    *gate.named(client.call("check")["findings"]),
                }
            )
        )
    except ControlError:
        return None


def _ask(root: Root, version: str) -> Knows:
    said = _run(root, version, "knows", "--json")
    try:
        found = json.loads(said)
    except ValueError:
        found = {}
    return Knows.parsed(found if isinstance(found, dict) else {})


def _step_back(root: Root, version: str, home: Path, schema: int) -> None:
    _run(root, version, "hand-back", "--home", str(home), "--schema", str(schema))


def _run(root: Root, version: str, *words: str) -> str:
    """Run a version's own `waybill upgrade`. Raises WaybillError with what it said."""
    program = root.program(version, CONSOLE)
    try:
        done = subprocess.run(
            [program, "upgrade", *words],
            check=False, capture_output=True, text=True, errors="replace", timeout=_ASK_SECONDS,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _silent(version, type(error).__name__) from error
    if done.returncode:
        raise _silent(version, " ".join(done.stderr.split())[:300] or f"exit {done.returncode}")
    return done.stdout


def _silent(version: str, why: str) -> WaybillError:
    return WaybillError(
        f"Version {version} cannot be asked: {why}",
        code="UPGRADE_VERSION_SILENT",
        hint="Run its installer again. Nothing was changed.",
        params={"version": version, "why": why},
    )


def _config_back(config: Path, form: int) -> None:
    from agent.config import migrate

    at = SystemClock().now()
    for path in (config, *migrate.mapping_files(config)):
        if path.is_file():
            migrate.put_back(path, form, at)
