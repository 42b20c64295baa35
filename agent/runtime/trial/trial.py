"""When a version on trial passes, and that it is let go only then."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, Final

from agent.config.migrate import rewrite_all
from agent.control.client import Client
from agent.errors import WaybillError
from agent.health import Conditions, Severity
from agent.log import get_logger
from agent.model import Findings, Json
from agent.ports import Cipher, Clock
from agent.queue import sample
from agent.queue.store import Store
from agent.runtime.agent import Agent
from agent.runtime.assemble import Parts
from agent.upgrade import gate, keep, notes

RETURNED: Final = "UPGRADE_RETURNED"
FOLDER: Final = "canary"
_BETWEEN: Final = 5.0
"""Seconds between two tries: what is away for a moment may come back."""
_LATE_AFTER_DAYS: Final = 7

_logger = get_logger(__name__)

Ask = Callable[[], Mapping[str, Any]]


@dataclass
class Trying:
    """One trial, in a thread of its own."""

    trial: notes.Trial
    home: Path
    store: Store
    cipher: Cipher
    clock: Clock
    random: Random
    stop: threading.Event
    conditions: Conditions
    check: Callable[[], Findings]
    """Tests configuration, sources and targets, as `waybill check` does."""
    release: Callable[[], None]
    ask: Ask | None = None
    """The status, by way of the control API; None: through a client of our own."""
    said: list[str] = field(default_factory=list)

    def start(self) -> None:
        """Say that it is on trial, and begin."""
        self._tell(Severity.WARNING)
        threading.Thread(target=self.run, name="trial", daemon=True).start()

    def run(self) -> None:
        """Try until it passes or the service stops."""
        while not self.stop.is_set():
            if self.step():
                return
            if self.stop.wait(_BETWEEN):
                return

    def step(self) -> bool:
        """Try once. True: it has passed, that is on the disk, and it is let go."""
        said = self._objections()
        if self.stop.is_set():
            return False
        if said:
            if said != self.said:
                self._say(passed=False, said=said)
            is_late = self.clock.now() > datetime.fromisoformat(self.trial.until)
            self._tell(Severity.ERROR if is_late else Severity.WARNING)
            return False
        self._say(passed=True, said=[])
        self.conditions.clear(gate.ON_TRIAL, "")
        _logger.info("the trial is passed", version=self.trial.version)
        self.release()
        return True

    def _objections(self) -> list[str]:
        try:
            moved = self._canary()
            status = (self.ask or Client(self.home, timeout=10).status)()
            findings = self._findings() if self.trial.judged else []
        except WaybillError as error:
            return [f"{error.title} [{error.code}]"]
        except Exception as error:  # whatever it is, the version is not let go
            _logger.exception("the trial failed")
            return [f"a fault of its own ({type(error).__name__})"]
        return gate.objections(
            status["reasons"], findings, self.trial.known, judged=self.trial.judged, moved=moved
        )

    def _canary(self) -> str:
        """The canary's way, and whether the real queue takes a commit and still opens."""
        from agent.runtime.trial import canary  # once in the life of a version

        folder = notes.folder_of(self.home) / FOLDER
        if why := canary.move(folder, self.cipher, self.clock, self.random, self.stop):
            return why
        self.store.db.set_meta("trial", self.trial.id)
        store = self.store
        opened, failed = sample.tried(
            store.db.rows, store.ledger_folder, store.installation.decode(), self.cipher
        )
        return "" if opened or not failed else "nothing that lies sealed in the queue can be opened"

    def _findings(self) -> list[Mapping[str, Any]]:
        return [
            {"code": each.code, "level": str(each.level), "text": each.text}
            for each in self.check()
        ]  # fmt: skip

    def _say(self, *, passed: bool, said: Sequence[str]) -> None:
        self.said = list(said)
        notes.say(self.home, notes.Verdict(self.trial.id, passed, tuple(said)))

    def _tell(self, severity: Severity) -> None:
        self.conditions.raise_(
            gate.ON_TRIAL, "",
            f"Version {self.trial.version} is on trial after an upgrade: nothing is read or sent"
            " yet.",
            "It is let go by itself as soon as it has proven itself. If it stays so: waybill"
            " upgrade resume",
            severity,
            "Nothing is lost: everything waits."
            + (f" What speaks against it: {'; '.join(self.said)}" if self.said else ""),
            params={"version": self.trial.version},
        )  # fmt: skip


def begin(home: Path, agent: Agent, parts: Parts) -> None:
    """Start the agent: as usual, or on trial."""
    found = notes.on_trial(home, parts.version)
    if parts.updates is not None and parts.updates.is_on:
        agent.daily = parts.updates.look
    if found is None:  # before anybody can ask
        _tell_outcome(home, parts.conditions, parts.clock.now())
    agent.start(held=found is not None)
    if found is None:
        _forget_old(home, parts.clock.now())
        return
    Trying(
        found, home, agent.store, parts.cipher, parts.clock, Random(0), parts.stop,
        parts.conditions, lambda: parts.check(""), agent.release,
    ).start()  # fmt: skip


def bring_up_to_date(home: Path, version: str, config: Path, at: datetime) -> None:
    """Rewrite configuration and mappings of an older form, unless this version is on trial.

    Where they may not be written they are brought up to date in memory, each time.
    """
    try:
        copies = [] if notes.on_trial(home, version) else rewrite_all(config, at)
    except (OSError, UnicodeError) as error:
        _logger.warning("the configuration is of an older form", reason=type(error).__name__)
        return
    for copy in copies:
        _logger.info("brought up to date", former=copy.name)


def _forget_old(home: Path, now: datetime) -> None:
    """Copies that nobody returns to any more."""
    try:
        keep.forget_old(home, now)
    except OSError as error:
        _logger.warning("old copies stay", reason=type(error).__name__)


def _tell_outcome(home: Path, conditions: Conditions, now: datetime) -> None:
    """Tell for some days that an upgrade went back, and why."""
    told: dict[str, Json] = notes.outcome(home)
    if told.get("outcome") != "returned":
        return
    try:
        ended = datetime.fromisoformat(str(told["ended"]))
    except (KeyError, ValueError):
        return
    if (now - ended).days >= _LATE_AFTER_DAYS:
        return
    params = {name: str(told.get(name) or "") for name in ("from", "to", "reason")}
    conditions.raise_(
        RETURNED, "",
        f"The upgrade to version {params['to']} went back to {params['from']}.",
        f"It did not work because: {params['reason']} Then try again.",
        Severity.WARNING, "Nothing is lost: the version before runs as it did.", params=params,
    )  # fmt: skip
