"""A process of the demo: started, waited for, ended, never left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from agent import resources

FROZEN_SANDBOX = "--sandbox"
"""The frozen command line that is started with this word first runs the practice CRM."""

_END_SECONDS = 25.0


class Process:
    """One Python process of ours; its messages go to a log file."""

    def __init__(self, module: str, words: Sequence[str], log: Path) -> None:
        self.log = log
        with log.open("ab") as file:
            self.popen = subprocess.Popen(
                command_of(module, words),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if module == "adapters.sandbox" else file,
                stderr=file,
                env=environment(),
            )

    @property
    def has_ended(self) -> bool:
        """Whether it runs no more."""
        return self.popen.poll() is not None

    def kill(self) -> None:
        """End it at once, as a power cut would (SIGKILL)."""
        self.popen.kill()
        self.popen.wait()
        self._close_pipes()

    def end(self) -> int:
        """Ask it to end, insist after a while; its exit code."""
        if not self.has_ended:
            self.popen.terminate()
            try:
                self.popen.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                self.popen.kill()
        code = self.popen.wait()
        self._close_pipes()
        return code

    def _close_pipes(self) -> None:
        for pipe in (self.popen.stdin, self.popen.stdout):
            if pipe is not None:
                pipe.close()


def command_of(module: str, words: Sequence[str]) -> list[str]:
    """How a module of ours is run; in a frozen build by the command line that lies beside us."""
    if not getattr(sys, "frozen", False):
        return [sys.executable, "-m", module, *words]
    program = Path(sys.executable)
    name = program.with_name(f"waybill{program.suffix}")
    return [str(name), *([FROZEN_SANDBOX] if module == "adapters.sandbox" else []), *words]


def environment() -> dict[str, str]:
    """Ours, with the project to be found, and no proxy between the agent and loopback."""
    root = str(resources.FOLDER.parent)
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", ""))))
    return {**os.environ, "PYTHONPATH": path, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}


def run(words: Sequence[str], text: str = "") -> subprocess.CompletedProcess[str]:
    """Run a short command of `waybill`."""
    return subprocess.run(
        command_of("agent.cli", words),
        input=text,
        text=True,
        encoding="utf-8",
        capture_output=True,
        check=False,
        env=environment(),
    )
