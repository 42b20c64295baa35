"""The real thing behind the window: the sample ERP's exports, the agent, a sandbox Salesforce.

`RealScene` makes on demand what a person meets: words that the mapping does not know, records that
the CRM refuses, an export that is far too short (a hold), a CRM that is away (records wait).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any, Self

from agent.clock import SystemClock
from agent.control.answers import Status
from agent.demo import exports, tables
from agent.demo.crm import Crm
from agent.demo.crms.salesforce import SALESFORCE
from agent.demo.erp import Erp, Key
from agent.demo.options import Size
from agent.demo.worker import Worker

SIZE = Size(
    60, 50, 10, 0, 0, 0, outage_seconds=1, slow_seconds=0.5, settles_seconds=1, quiet="100ms"
)
TABLES = Size(60, 50, 10, 40, 10, 5, outage_seconds=1, slow_seconds=0.5, settles_seconds=1,
              quiet="100ms")  # fmt: skip
"""With orders too, for who reads the ERP's database."""
SOURCES = {"account": "customers", "contact": "contacts", "product": "products"}


class RealScene:
    """Everything runs in processes of its own; `close` ends them."""

    def __init__(self, folder: Path, size: Size = SIZE) -> None:
        self.exports = folder / "exports"
        self._ending = ExitStack()
        self.exports.mkdir(parents=True)
        logs = folder / "logs"
        logs.mkdir()
        self.crm = Crm(
            folder / "crm", logs / "crm.log", crm="salesforce", shape=SALESFORCE, keep=False
        )
        self._ending.callback(self.crm.process.end)
        self.worker = Worker(folder / "home", logs / "agent.log")
        self._ending.callback(self.worker.end)
        self.erp = Erp(size, Random(20261102), files_only=True)
        self._size = size
        self._outage: int | None = None
        self._rule = 0

    @property
    def home(self) -> Path:
        return self.worker.home

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self) -> None:
        self.worker.prepare()
        self.crm.wait()
        values = {**self.crm.about, "driver": "", "quiet": self._size.quiet}
        values["settles_within"] = f"{self._size.settles_seconds:g}s"
        self.worker.configure("salesforce", values, self.crm.secret, files_only=True)
        exports.export(self.erp, self.exports, self.erp.kinds)
        self.worker.start()
        everything = sum(
            row.get("TYP") != "I"
            for kind in self.erp.kinds
            for row in self.erp.tables[kind].values()
        )
        self.until(lambda status: status["counts"]["delivered"] >= everything)
        self.until_idle()

    def close(self) -> None:
        """End every process."""
        self._ending.close()

    # --- what happens -----------------------------------------------------------------------------

    def publish(self, *kinds: str) -> None:
        """The ERP writes these exports anew, and the agent looks at once."""
        exports.export(self.erp, self.exports, kinds)
        for kind in kinds:
            self.worker.ask("scan", source=SOURCES[kind])

    def unknown_words(self, many: int = 12, word: str = "F") -> list[str]:
        """Customers get a country that the mapping does not know; their keys."""
        keys = self.erp.some("account", many)
        for key in keys:
            self.erp.change("account", key, LAND=word)
        self._parks("account", keys)
        return [key[0] for key in keys]

    def refused(self, many: int = 3) -> list[str]:
        """Contacts get an e-mail address that the CRM refuses; their keys."""
        keys = self.erp.some("contact", many)
        for key in keys:
            self.erp.change("contact", key, MAIL=f"info(at){key[0]}.example")
        self._parks("contact", keys)
        return [key[0] for key in keys]

    def crm_refuses(self, many: int = 3, word: str = "Beirat") -> list[str]:
        """A rule of the CRM refuses contacts with this title; their keys."""
        self._rule = self.crm.fault(
            "partial", object=self.crm.place("contact").object, field="Title", contains=word,
            code="FIELD_CUSTOM_VALIDATION_EXCEPTION",
        )  # fmt: skip
        keys = self.erp.some("contact", many)
        for key in keys:
            self.erp.change("contact", key, FUNCTION=word)
        self._parks("contact", keys)
        return [key[0] for key in keys]

    def crm_admits(self) -> None:
        """Whoever administers the CRM takes that rule away."""
        self.crm.lift(self._rule)

    def _parks(self, kind: str, keys: list[Key]) -> None:
        before = self.status()["counts"]["parked"]
        self.publish(kind)
        self.until(lambda status: status["counts"]["parked"] >= before + len(keys))

    def database(self) -> Path:
        """The ERP's database with orders, over ODBC; nothing reads it yet."""
        path = self.exports.parent / "erp.db"
        if not path.exists():
            tables.create(path)
            shop = Erp(TABLES, Random(20261102), files_only=False)
            tables.store(shop, path, ("order",), SystemClock())
        return path

    def short_export(self) -> None:
        """An export of customers that looks whole and holds a tenth: its deletes are held."""
        rows = list(self.erp.tables["account"].values())
        file = self.exports / exports.NAMES["account"]
        file.write_bytes(exports.customers(rows[: len(rows) // 10]))
        self.worker.ask("scan", source="customers")
        self.until(lambda _: bool(self.worker.ask("holds.list").get("items")))

    def go_away(self) -> None:
        """The CRM takes nothing from now on."""
        if self._outage is None:
            self._outage = self.crm.fault("unavailable")

    def come_back(self) -> None:
        """The CRM takes records again."""
        if self._outage is not None:
            self.crm.lift(self._outage)
            self._outage = None

    def busy(self, many: int = 20) -> None:
        """People change contacts while the CRM is away: these wait."""
        self.go_away()
        for key in self.erp.some("contact", many):
            self.erp.change("contact", key, FUNCTION=f"Einkauf {self.erp.random.randint(1, 99)}")
        self.publish("contact")
        self.until(lambda status: status["counts"]["waiting"] + status["counts"]["sending"] > 0)

    # --- facts ------------------------------------------------------------------------------------

    def status(self) -> Status:
        return self.until(lambda _: True)

    def until(self, holds: Callable[[Any], bool], within: float = 60.0) -> Status:
        """The first status of which this holds."""
        deadline = time.monotonic() + within
        while True:
            status = self.worker.status()
            if status is not None and holds(status):
                return status
            process = self.worker.process
            assert process is not None
            assert not process.has_ended, process.log.read_text(errors="replace")
            assert time.monotonic() < deadline, status
            threading.Event().wait(0.05)

    def until_idle(self) -> Status:
        return self.until(lambda status: status["idle"])

    def in_crm(self, kind: str) -> Mapping[str, Mapping[str, Any]]:
        """What the CRM holds of a kind, by the ERP's key."""
        return self.crm.records(kind)[0]
