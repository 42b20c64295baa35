"""Where the story is played: the sample ERP, the CRM and the agent, and how to wait for a fact.

Nothing waits for a time to pass: `until` asks again until a fact holds, and fails with what was
missing when its deadline is over, or at once when a process has ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from threading import Event

from agent.control.answers import Status
from agent.demo import exports, tables
from agent.demo.compare import History, Verdict, compare
from agent.demo.crm import Crm
from agent.demo.ends import KINDS, Records, erp_records
from agent.demo.erp import TABLES, Erp
from agent.demo.options import Options
from agent.demo.teller import Teller
from agent.demo.worker import Worker
from agent.ports import Clock

_LOOK_SECONDS = 0.05
_WITHIN = 90.0

Check = Callable[[], str]
"""What is still missing; empty when the fact holds."""


class ActFailedError(Exception):
    """A fact did not come about; the text says which."""


@dataclass
class Stage:
    """Everything that an act can touch."""

    options: Options
    folder: Path
    erp: Erp
    crm: Crm
    worker: Worker
    teller: Teller
    clock: Clock
    histories: dict[str, History] = field(default_factory=dict)
    last: Status | None = None
    """The latest status that was seen."""

    def __post_init__(self) -> None:
        self.histories = {kind: History(KINDS[kind].retired) for kind in self.erp.kinds}

    # --- the ERP's side ---

    def publish(self, *kinds: str) -> None:
        """Let the ERP write these exports and tables, and note what it says now."""
        wanted = [kind for kind in kinds if kind in self.erp.kinds]
        exports.export(self.erp, self.exports, [k for k in wanted if k not in TABLES])
        stored = [kind for kind in wanted if kind in TABLES]
        if stored:
            tables.store(self.erp, self.folder / "erp.db", stored, self.clock)
        for kind in wanted:
            self.histories[kind].observe(self._said(kind))
            self.worker.ask("scan", source=KINDS[kind].source)

    @property
    def exports(self) -> Path:
        """Where the ERP's files lie."""
        return self.folder / "exports"

    @property
    def has_tables(self) -> bool:
        """Whether the ERP's database takes part."""
        return not self.options.files_only

    # --- facts ---

    def until(self, what: str, check: Check, *, within: float = _WITHIN, whole: int = 0) -> None:
        """Wait until `check` finds nothing missing. Raises ActFailedError."""
        deadline = self.clock.monotonic() + within
        while True:
            self.last = self.worker.status() or self.last
            missing = self._asked(check)
            if not missing:
                return
            self._all_alive()
            if self.clock.monotonic() >= deadline:
                raise ActFailedError(f"waited {within:.0f} s for {what}: {missing}")
            self.teller.live(self.last, what, whole)
            Event().wait(_LOOK_SECONDS)

    def status(self) -> Status | None:
        """The status now."""
        found = self.worker.status()
        self.last = found or self.last
        return found

    def count(self, *names: str) -> int:
        """A sum of the agent's counts, as they were seen last."""
        counts: Mapping[str, object] = self.last["counts"] if self.last else {}
        return sum(number for name in names if isinstance(number := counts.get(name), int))

    def agreed(self, *kinds: str, but: Mapping[str, frozenset[str]] | None = None) -> str:
        """What keeps these kinds from being alike at both ends; records in `but` may differ."""
        status = self.status()
        if status is None:
            return "the agent does not answer"
        if not status["idle"]:
            waiting = status["counts"]["waiting"] + status["counts"]["sending"]
            return f"the agent is still at work, {waiting:,} records are waiting"
        for kind in kinds or self.erp.kinds:
            if kind not in self.erp.kinds:
                continue
            verdict = self.judge(kind, but=(but or {}).get(kind, frozenset()))
            if not verdict.is_good:
                return f"{KINDS[kind].title}: {verdict.example}"
        return ""

    def judge(self, kind: str, *, final: bool = False, but: Iterable[str] = frozenset()) -> Verdict:
        """Both ends of one kind, read directly; with `final`, the CRM's write log as well."""
        found, nameless = self.crm.records(kind)
        history = self.histories[kind]
        if final:
            history.observe(self._said(kind))
        for key in but:
            found[key] = history.now[key]
        log = self.crm.log(kind) if final else None
        return compare(history, found, nameless=nameless, log=log)

    # --- inside ---

    def _said(self, kind: str) -> Records:
        """What the ERP says now of what this CRM has a place for."""
        records, shape = erp_records(KINDS[kind], self.folder), self.options.shape
        return {key: shape.kept(kind, fields) for key, fields in records.items()}

    def _asked(self, check: Check) -> str:
        try:
            return check()
        except (OSError, HTTPException):
            return "the CRM does not answer"

    def _all_alive(self) -> None:
        for name, process in (("CRM", self.crm.process), ("agent", self.worker.process)):
            if process is not None and process.has_ended:
                raise ActFailedError(f"the {name} ended by itself; see {process.log}")
