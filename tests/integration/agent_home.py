"""A home folder with the real agent in a process of its own, for tests of the whole program."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from agent import keys
from agent.control.client import Client
from agent.errors import ControlError
from tests.integration.killpoints import field as world
from tests.integration.killpoints.field import Received, Receiver

ROOT = Path(__file__).resolve().parents[2]
WEBHOOK = """
[targets.crm]
kind = "webhook"
url = "{url}"
secret = "secret:crm"
batch = 8
timeout = "60s"
settles_within = "300ms"
"""


class AgentHome:
    """An ERP's exports, a home folder, and `waybill` to run on it."""

    def __init__(
        self, folder: Path, target: str, secret: str = world.SECRET, **limits: int
    ) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.exports = folder / "export"
        folder.mkdir(exist_ok=True)
        self.exports.mkdir()
        text = world.configuration(target, 'every = "1s"')
        given = "".join(f"{name} = {value}\n" for name, value in limits.items())
        if given:
            text = text.replace("reserve_bytes = 0\n", given)
        world.write_home(self.home, text)
        keys.initialise(self.home)
        keys.set_secret(self.home, "crm", secret)
        self.client = Client(self.home, timeout=10)
        self.process: subprocess.Popen[bytes] | None = None
        self.errors = folder / "stderr"

    @property
    def configuration(self) -> Path:
        return self.home / "waybill.toml"

    def export(self, rows: world.Rows) -> None:
        world.export(self.exports, rows)

    # --- the process ------------------------------------------------------------------------------

    def start(self, environment: Mapping[str, str] | None = None) -> None:
        """`waybill run`, until it answers."""
        self.launch(environment)
        self.until(lambda status: status is not None, "it never answered")

    def launch(self, environment: Mapping[str, str] | None = None) -> None:
        """`waybill run`, without waiting."""
        with self.errors.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "agent.cli", "run", "--home", self.home],
                cwd=ROOT, stderr=errors, stdout=errors, env={**os.environ, **(environment or {})},
            )  # fmt: skip

    def stop(self, number: int = signal.SIGTERM, within: float = 25.0) -> int:
        """Send a signal; the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(within)

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)

    # --- asking -----------------------------------------------------------------------------------

    def until(self, holds: Callable[[Any], bool], otherwise: str, within: float = 30.0) -> Any:
        """The first status of which this holds."""
        deadline = time.monotonic() + within
        status = None
        while time.monotonic() < deadline:
            assert self.process is not None
            assert self.process.poll() is None, f"it ended: {self.said()}"
            with suppress(ControlError):
                status = self.client.status()
                if holds(status):
                    return status
            time.sleep(0.05)
        raise AssertionError(f"{otherwise}: {status}\n{self.said()}")

    def until_idle(self) -> Any:
        """Once everything that can move has moved, and the sources were looked at once more."""
        self.client.call("scan")
        # Several faults after one another on a busy machine: their waits add up.
        return self.until(lambda status: status["idle"], "it is never idle", within=120.0)

    def until_ended(self, within: float = 30.0) -> int:
        assert self.process is not None
        return self.process.wait(within)

    def waybill(self, *words: str, within: float = 30.0) -> tuple[int, Any, str]:
        """One command: its exit code, its JSON if it was asked for, its stderr."""
        done = subprocess.run(
            [sys.executable, "-m", "agent.cli", *words, "--home", self.home],
            check=False, cwd=ROOT, capture_output=True, text=True, timeout=within,
        )  # fmt: skip
        answer = json.loads(done.stdout) if "--json" in words and done.stdout else done.stdout
        return done.returncode, answer, done.stderr

    def typed(self, *words: str, typed: str, within: float = 30.0) -> tuple[int, Any, str]:
        """One command that reads something from its standard input."""
        done = subprocess.run(
            [sys.executable, "-m", "agent.cli", *words, "--home", self.home], input=typed,
            check=False, cwd=ROOT, capture_output=True, text=True, timeout=within,
        )  # fmt: skip
        return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr

    def said(self) -> str:
        return self.errors.read_text(errors="replace") if self.errors.exists() else ""


def with_receiver(folder: Path, receiver: Receiver, name: str, **limits: int) -> AgentHome:
    """A home that delivers to a receiver of webhooks."""
    receiver.cases[name] = Received()
    return AgentHome(folder, WEBHOOK.format(url=receiver.url(name)), **limits)
