"""The small demo, played through the installed service instead of a process of its own.

The ERP and the sandbox CRM run on Linux, the agent is the Windows service: its files are the
prefix's, its control pipe is asked by `bridge`. Both ends are read and judged here, by the demo's own
judges, which know nothing of the agent.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from io import StringIO
from pathlib import Path
from random import Random
from string import Template
from typing import Any

from agent import resources
from agent.clock import SystemClock
from agent.demo import options
from agent.demo.acts import secrets_of
from agent.demo.crm import Crm, CrmSilentError
from agent.demo.ends import KINDS
from agent.demo.erp import Erp
from agent.demo.leaks import leaks
from agent.demo.stage import Stage
from agent.demo.teller import Teller
from agent.demo.worker import Worker
from tests.windows.lab import ROOT
from tests.windows.run import HOME, SERVICE, Bench, StepFailedError, until
from tests.windows.wine import Wine, patient

_SEED = 20261121
_ERP = r"C:\ERP"
_CRM = "hubspot"
"""Its answers name no address of their own, which Salesforce's do, and Wine would not trust."""
_CONNECTION = 'connection = { driver = "${driver}", database = "../erp.db" }'
_SOURCE = "waybill-erp"
_START_SECONDS = 90.0


class ServiceWorker(Worker):
    """The agent as the demo sees it, hosted by Windows' service control manager."""

    def __init__(self, bench: Bench) -> None:
        self.home = bench.wine.path(HOME)
        self.process = None
        self._bench = bench
        self._bridge: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """The installer made the home."""

    def start(self) -> None:
        """By the service manager, unless it started by itself with the machine."""
        bench = self._bench
        if bench.service_state() not in {"running", "start_pending"}:
            bench.waybill("service", "start", within=_START_SECONDS).ok()
        until("the service to answer", lambda: self.status() is not None, _START_SECONDS)

    def kill(self) -> None:
        """A power cut. Wine's service manager does not notice a killed service."""
        self.let_go()
        self._bench.wine.halt()
        self._bench.wine.boot()

    def end(self) -> int:
        """It stays: what is installed is stopped by the step that shows stopping."""
        return 0

    def status(self) -> Any:
        """Its status; None while nobody answers."""
        return self._call("status", {}) or None

    def ask(self, method: str, **params: object) -> dict[str, Any]:
        """Anything else; an empty answer while nobody answers."""
        return self._call(method, params)

    def let_go(self) -> None:
        """End the process that asks."""
        if self._bridge is None:
            return
        for pipe in (self._bridge.stdin, self._bridge.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        try:
            self._bridge.wait(10)
        except subprocess.TimeoutExpired:
            self._bridge.kill()
            self._bridge.wait()
        self._bridge = None

    def _call(self, method: str, params: Mapping[str, object]) -> dict[str, Any]:
        bridge = self._bridge
        if bridge is None or bridge.poll() is not None:
            self.let_go()
            bridge = self._bridge = self._opened()
        try:
            bridge.stdin.write(json.dumps({"method": method, "params": params}).encode() + b"\n")
            bridge.stdin.flush()
            line = bridge.stdout.readline()
        except OSError:
            line = b""
        if not line:
            self.let_go()
            return {}
        return json.loads(line).get("result", {})

    def _opened(self) -> subprocess.Popen[bytes]:
        wine, lab = self._bench.wine, self._bench.lab
        script = Path(__file__).with_name("bridge.py")
        return subprocess.Popen(
            ["wine", str(lab.program), Wine.name(script), HOME],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=wine.environment({"PYTHONPATH": Wine.name(ROOT)}),
            start_new_session=True,
        )


class PatientClock(SystemClock):
    """Seconds as long as the machine needs for the work of one: the demo's limits follow the load."""

    def __init__(self) -> None:
        self._pace = patient(1.0)

    def monotonic(self) -> float:
        return super().monotonic() / self._pace


class Story:
    """The stage, set for an installed service; `close` ends what was started for it."""

    def __init__(self, bench: Bench, driver: str) -> None:
        self._bench = bench
        asked = options.Options(
            as_json=True, keep=None, files_only=not driver, size=options.SMALL, crm=_CRM
        )
        folder = bench.wine.path(_ERP)
        (folder / "exports").mkdir(parents=True)
        self._driver = driver
        self.crm = Crm(
            bench.folder / "crm", bench.folder / "crm.log", crm=asked.crm, shape=asked.shape,
            keep=False,
        )  # fmt: skip
        self.worker = ServiceWorker(bench)
        erp = Erp(asked.size, Random(_SEED), files_only=asked.files_only)
        if driver:
            from agent.demo import tables

            tables.create(folder / "erp.db")
            # Wine hands ODBC on to Linux' drivers, which know Linux' paths: a data source has one.
            source = f"[{_SOURCE}]\nDriver = {driver}\nDatabase = {folder / 'erp.db'}\n"
            bench.wine.data_sources.write_text(source, encoding="utf-8")
        try:
            self.crm.wait()
        except CrmSilentError:
            raise StepFailedError("the sandbox CRM did not start") from None
        self.stage = Stage(
            asked, folder, erp, self.crm, self.worker, Teller(StringIO(), SystemClock()),
            PatientClock(),
        )  # fmt: skip

    @property
    def configuration(self) -> str:
        """The sample ERP's, with its folders where they are here."""
        sample = resources.FOLDER / "sample-erp"
        parts = ["waybill.toml", f"targets/{_CRM}.toml"]
        parts += ["tables.toml"] if self._driver else []
        whole = "".join((sample / part).read_text(encoding="utf-8") for part in parts)
        whole = whole.replace('"../exports"', rf"'{_ERP}\exports'")
        whole = whole.replace(_CONNECTION, f'dsn = "{_SOURCE}"\ndialect = "sqlite"')
        whole = whole.replace('"../crm/ca.pem"', f"'{Wine.name(Path(self.crm.about['ca_file']))}'")
        # Wine does not know addresses among the names of a certificate.
        url = self.crm.about["url"].replace("127.0.0.1", "localhost")
        about = {**self.crm.about, "url": url, "driver": self._driver}
        size = self.stage.options.size
        waits = {"quiet": size.quiet, "settles_within": f"{size.settles_seconds:g}s"}
        return Template(whole).substitute({**about, **waits})

    def configure(self) -> None:
        """Let the running service take over the configuration, with its secret."""
        home, wine = self.worker.home, self._bench.wine
        script = Path(__file__).with_name("trust_authority.py")
        authority = Wine.name(Path(self.crm.about["ca_file"]))
        wine.run(self._bench.lab.program, Wine.name(script), authority).ok()
        mappings = home / "mappings"
        mappings.mkdir(exist_ok=True)
        for mapping in (resources.FOLDER / "sample-erp" / "mappings").glob("*.toml"):
            (mappings / mapping.name).write_bytes(mapping.read_bytes())
        words = ["secrets", "set", "crm", "--home", HOME]
        self._bench.waybill(*words, text=self.crm.secret).ok()
        (home / "waybill.toml").write_text(self.configuration, encoding="utf-8")

    def judged(self) -> str:
        """Both ends once more: everything there, nothing twice, nothing in the clear."""
        stage = self.stage
        for kind in stage.erp.kinds:
            verdict = stage.judge(kind, final=True)
            if not verdict.is_good:
                raise StepFailedError(f"{KINDS[kind].title}: {verdict.example}")
        if found := leaks(self.worker.home, secrets_of(stage)):
            raise StepFailedError(f"in the clear: {found[0]}")
        whole = sum(history.living for history in stage.histories.values())
        return f"{whole:,} records, 0 lost, 0 doubled, 0 in the clear"

    def close(self) -> None:
        self.worker.let_go()
        self.crm.process.end()


__all__ = ["SERVICE", "ServiceWorker", "Story"]
