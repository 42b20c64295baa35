"""A service manager that is nothing but this machine's list of processes."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from agent import durable
from agent.control.client import Client
from agent.errors import ControlError, ServiceRefused
from agent.upgrade.layout import SERVICE

START_WITHIN = 180.0
"""A machine on which many tests run takes its time."""


class Machine:
    """Starts and stops the service of one home (satisfies `agent.upgrade.way.Manager`)."""

    def __init__(self, case: Path) -> None:
        self.home = case / "home"
        self._program = case / "service.program"
        self._errors = case / "stderr"
        self._children: list[subprocess.Popen[bytes]] = []

    @property
    def program(self) -> Path:
        return Path(self._program.read_text())

    def set_program(self, program: Path) -> None:
        durable.write(self._program, str(program).encode())

    def processes(self) -> list[int]:
        """Services of this home, whoever started them."""
        found = []
        for folder in Path("/proc").iterdir():
            with suppress(OSError):
                words = (folder / "cmdline").read_bytes().split(b"\0")
                if any(word.endswith(f"/{SERVICE}".encode()) for word in words) and (
                    str(self.home).encode() in words
                ):
                    found.append(int(folder.name))
        return found

    def state(self) -> str:
        return "running" if self.processes() else "stopped"

    def start(self) -> None:
        """Returns when it answers."""
        if self.processes():
            return
        environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
        environment |= self._fault()
        with self._errors.open("ab") as errors:
            process = subprocess.Popen(
                [self.program, "--home", self.home],
                stdout=errors, stderr=errors, env=environment, start_new_session=True,
            )  # fmt: skip
        self._children.append(process)
        deadline = time.monotonic() + START_WITHIN
        while time.monotonic() < deadline and process.poll() is None:
            with suppress(ControlError):
                Client(self.home, timeout=5).status()
                return
            time.sleep(0.05)
        raise ServiceRefused("The service did not start.", code="SERVICE_NOT_STARTED")

    def stop(self, within: float) -> None:
        self._end(signal.SIGTERM, within)

    def kill(self) -> None:
        """As a machine that loses its power, as far as processes go."""
        self._end(signal.SIGKILL, 10)

    def said(self) -> str:
        return self._errors.read_text(errors="replace")[-2000:] if self._errors.exists() else ""

    def _end(self, number: int, within: float) -> None:
        for process in self.processes():
            with suppress(ProcessLookupError):
                os.kill(process, number)
        deadline = time.monotonic() + within
        while self.processes():
            assert time.monotonic() < deadline, f"it does not stop: {self.said()}"
            time.sleep(0.02)
        for child in self._children:
            child.wait(10)

    def _fault(self) -> dict[str, str]:
        """The service's own death, once: in the file `hit` as N, mode and injector."""
        hit = self._program.with_name("hit")
        if not hit.exists():
            return {}
        n, mode, injector = hit.read_text().split("|")
        hit.unlink()
        return {
            "LD_PRELOAD": injector, "INJECT_N": n, "INJECT_MODE": mode, "INJECT_PATH": f"{self.home}/"
        }  # fmt: skip
