"""The agent itself, in a process of its own: an export in, a target out, and what it takes meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from agent import keys
from agent.control.answers import Status
from agent.control.client import Client
from agent.errors import ControlError
from tests.bench.contest import WrongAnswerError
from tests.bench.worker import ROOT

_CONFIGURATION = """
version = 1
[agent]
name = "bench"
[limits]
reserve_bytes = 0
[ownership.account]
master = "erp"
{target}
[sources.accounts]
kind = "files"
folder = "../export"
pattern = "*.csv"
content = "full"
format = {{ kind = "delimited" }}
key = ["CUSTNO"]
ready = {{ quiet = "0s" }}
end = "newline"
every = "1s"
[flows.accounts]
source = "accounts"
target = "crm"
entity = "account"
mapping = "mappings/accounts.toml"
"""
_MAPPING = """
version = 1
entity = "account"
external_id = "CUSTNO"
on_leave = "delete"
[fields]
name = "NAME1"
number = "CUSTNO"
billing_street = "STREET"
billing_city = "CITY"
billing_country = "COUNTRY"
payment_terms = "TERMS"
credit_limit = { column = "CREDITLIMIT", convert = "decimal", decimal = "," }
balance = { column = "SALES_CY", convert = "decimal", decimal = "," }
"""


class Agent:
    """`with Agent(folder, target, secret) as agent`: running, its target paused, nothing read yet."""

    def __init__(self, folder: Path, target: str, secret: str) -> None:
        self.home, self._exports = folder / "home", folder / "export"
        self._exports.mkdir()
        (self.home / "mappings").mkdir(parents=True)
        self.home.chmod(0o700)
        text = _CONFIGURATION.format(target=target)
        (self.home / "waybill.toml").write_text(text, encoding="utf-8")
        (self.home / "mappings" / "accounts.toml").write_text(_MAPPING, encoding="utf-8")
        keys.initialise(self.home)
        keys.set_secret(self.home, "crm", secret)
        self._client = Client(self.home, timeout=60)
        self._log = folder / "agent.log"

    def __enter__(self) -> Self:
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "agent.cli", "run", "--home", str(self.home)]
            self._process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        self.until(lambda _: True, 60)
        self._client.call("pause", {"kind": "target", "name": "crm"})
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def queue(self, export: Path, records: int, within: float) -> None:
        """Let an export arrive, and wait until all of it is in the queue."""
        os.link(export, self._exports / export.name)
        self._client.call("scan")
        status = self.until(lambda now: bool(now["sources"][0]["last_read"]), within)
        if status["counts"]["waiting"] != records:
            raise WrongAnswerError(f"queued {status['counts']} of {records:,}")

    def deliver(self) -> None:
        """Let the target's line go on."""
        self._client.call("resume", {"kind": "target", "name": "crm"})

    def delivered(self) -> int:
        """How many messages have arrived, as the agent knows."""
        return self._client.status()["counts"]["delivered"]

    def until(self, holds: Callable[[Status], bool], within: float, every: float = 0.2) -> Status:
        """The first status of which this holds."""
        deadline, status = time.monotonic() + within, None
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise WrongAnswerError(f"the agent ended: {self.said()}")
            with suppress(ControlError):
                status = self._client.status()
                if holds(status):
                    return status
            time.sleep(every)
        raise WrongAnswerError(f"it took more than {within:.0f} s: {status}, {self.said()}")

    def memory_mb(self) -> tuple[float, float]:
        """Resident memory of the process now: its own, and pages of files that it looks at."""
        text = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        said = dict(line.split(":", 1) for line in text.splitlines())
        own, files = (int(said[name].split()[0]) for name in ("RssAnon", "RssFile"))
        return round(own / 1024, 1), round(files / 1024, 1)

    def said(self) -> str:
        """The end of its log."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-2000:]
