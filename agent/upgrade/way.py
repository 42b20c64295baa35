"""Walks the steps of an upgrade: each is noted before it is begun, and may be done again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Protocol

from agent.errors import WaybillError
from agent.ports import Clock, Stop
from agent.queue import copies
from agent.queue.database import hold_home
from agent.upgrade import journal, keep, notes
from agent.upgrade.journal import Convert, Journal, Outcome, Step
from agent.upgrade.layout import Root

STOP_WITHIN: Final = 40.0
_LOOK: Final = 0.2
_BYTES_A_SECOND: Final = 10_000_000
"""In which a slow disk reads, copies and writes a queue once."""
_STARTS: Final = 3
"""So often a version on trial may end by itself before that is held against it."""
_HALTED: Final = frozenset({"absent", "stopped"})
_UP: Final = frozenset({"starting", "running"})


class Manager(Protocol):
    """The service manager, as far as an upgrade needs it (`agent.service.manager` has them)."""

    def start(self) -> None:
        """Start the service."""
        ...

    def stop(self, within: float) -> None:
        """Stop it, and return when it has ended."""
        ...

    def state(self) -> str:
        """`absent`, `stopped`, `starting`, `running` or `stopping`."""
        ...

    def set_program(self, program: Path) -> None:
        """What is run at the next start."""
        ...


@dataclass(frozen=True)
class Tools:
    """What an upgrade asks of the world beside files and the service manager."""

    look: Callable[[], tuple[str, ...] | None]
    """What is wrong now, by the word of the running service; None: nobody answers."""
    step_back: Callable[[str, int], None]
    """Lets a version bring the queue's schema back. Raises WaybillError."""
    config_back: Callable[[int], None]
    """Puts back the configuration of an older form, if the present one is newer."""
    clock: Clock
    stop: Stop


@dataclass
class Way:
    """Upgrades of one home under one program root. The root is held by the caller."""

    root: Root
    home: Path
    config: Path
    manager: Manager
    tools: Tools

    def walk(self, entry: Journal) -> Journal:
        """From this step on to the end. Raises WaybillError, OSError where not even a return works.

        The journal is then as it was before the step that failed, and may be resumed.
        """
        entry = self.root.note(entry)
        while not entry.is_over:
            try:
                after = self._do(entry)
            except (WaybillError, OSError) as error:
                if entry.returns or entry.step is Step.SETTLE:
                    raise
                after = journal.returning(entry, _said(error))
            entry = self.root.note(after)
        return entry

    def _do(self, entry: Journal) -> Journal:
        """One step; what comes after it."""
        steps: Mapping[Step, Callable[[Journal], Journal | None]] = {
            Step.STOP: self._stop,
            Step.KEEP: self._keep,
            Step.CONVERT: self._convert,
            Step.TRIAL: self._trial,
            Step.POINT: lambda entry: self._point(entry.version),
            Step.START: self._start,
            Step.GATE: self._gate,
            Step.SETTLE: self._settle,
            Step.HALT: self._stop,
            Step.RESTORE: self._restore,
            Step.UNPOINT: lambda entry: self._point(entry.previous),
            Step.RESTART: self._restart,
        }
        after = steps[entry.step](entry)
        return after or replace(entry, step=journal.following(entry.step))

    # --- forward ----------------------------------------------------------------------------------

    def _stop(self, entry: Journal) -> Journal | None:
        """Stop what runs. A version that has passed meanwhile has passed: its word is final."""
        if self.manager.state() not in _HALTED:
            self.manager.stop(STOP_WITHIN)
        with held(self.home):
            said = notes.verdict(self.home, entry.id)
        if said is not None and said.passed:
            return replace(entry, step=Step.SETTLE, reason="")
        return None

    def _keep(self, entry: Journal) -> Journal | None:
        kept = keep.found(self.home, entry.id)
        with held(self.home):
            schema = copies.schema_of(self.home / "queue.db")
            if kept is None or kept.schema == schema:
                kept = keep.keep(self.home, self.config, entry.id, self.tools.clock.now())
        if kept.schema is not None and kept.schema > entry.goal and entry.convert is Convert.NONE:
            raise older_schema(entry.version, kept.schema, entry.goal)
        return replace(entry, schema=kept.schema, step=journal.following(entry.step))

    def _convert(self, entry: Journal) -> Journal | None:
        if entry.is_back:
            self.tools.config_back(entry.config_goal)
        with held(self.home):
            schema = copies.schema_of(self.home / "queue.db")
        if schema is None or schema <= entry.goal or entry.convert is Convert.NONE:
            return None
        if entry.convert is Convert.STEP_BACK:
            self.tools.step_back(entry.previous, entry.goal)
            return None
        kept = keep.found(self.home, entry.put_back)
        if kept is None:
            raise WaybillError(
                f"The copies of the upgrade {entry.put_back} are gone.", code="UPGRADE_NO_COPY"
            )
        with held(self.home):
            forgot = copies.between(kept.queue, self.home / "queue.db") if kept.schema else []
            keep.put_back(self.home, kept)
        told = tuple(asdict(one) for one in forgot)
        return replace(entry, forgot=told, step=journal.following(entry.step))

    def _trial(self, entry: Journal) -> None:
        until = self.tools.clock.now() + timedelta(seconds=entry.within)
        trial = notes.Trial(
            entry.id, entry.version, until.isoformat(timespec="seconds"), entry.known, entry.judged
        )
        notes.put_on_trial(self.home, trial)

    def _point(self, version: str) -> None:
        self.root.point(version)
        if self.manager.state() != "absent":
            self.manager.set_program(self.root.runs(version))

    def _start(self, _: Journal) -> None:
        """Start it; one that is slow, with a large queue to migrate, is waited for at the gate."""
        if self.manager.state() != "stopped":
            return
        try:
            self.manager.start()
        except WaybillError:
            if self.manager.state() not in _UP:
                raise

    def _gate(self, entry: Journal) -> Journal | None:
        """Wait for the word of the version on trial; without a service it is given at its start."""
        if self.manager.state() == "absent":
            return None
        clock, starts = self.tools.clock, 1
        patience = entry.within + _slowness(self.home)
        deadline = clock.monotonic() + patience
        said: notes.Verdict | None = None
        while clock.monotonic() < deadline:
            said = notes.verdict(self.home, entry.id) or said
            if said is not None and said.passed:
                return None
            if self.manager.state() == "stopped":
                if starts >= _STARTS:
                    return journal.returning(entry, _why("It ended by itself", said))
                starts += 1
                self.manager.start()
            if self.tools.stop.wait(_LOOK):
                raise KeyboardInterrupt
        minutes = f"{max(1.0, patience / 60):.0f}"
        return journal.returning(entry, _why(f"It did not pass within {minutes} minutes", said))

    def _settle(self, entry: Journal) -> Journal:
        self._point(entry.version)  # a return that was under way may have moved it
        if self.manager.state() != "absent":
            notes.end_trial(self.home)
        if entry.was_running:
            self._start(entry)
        elif self.manager.state() not in _HALTED:
            self.manager.stop(STOP_WITHIN)
        for version in self.root.versions():
            if version not in (entry.version, entry.previous):
                self.root.remove(version)
        now = self.tools.clock.now()
        keep.forget_old(self.home, now)
        return self._over(entry, Outcome.DONE)

    # --- back -------------------------------------------------------------------------------------

    def _restore(self, entry: Journal) -> None:
        """The queue as it was, where its schema has moved: nothing has left since (on trial)."""
        kept = keep.found(self.home, entry.id)
        if kept is None:
            return
        with held(self.home):
            if copies.schema_of(self.home / "queue.db") != kept.schema:
                keep.put_back(self.home, kept)

    def _restart(self, entry: Journal) -> Journal:
        """Only now is nobody on trial any more: the pointer names the version before."""
        notes.end_trial(self.home)
        if entry.was_running:
            self._start(entry)
        return self._over(entry, Outcome.RETURNED)

    def _over(self, entry: Journal, outcome: Outcome) -> Journal:
        ended = journal.ended(entry, outcome, self.tools.clock.now().isoformat(timespec="seconds"))
        notes.tell_outcome(self.home, told(ended))
        return ended


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Nobody else has the home open. Raises StoreBusy."""
    with hold_home(home):
        copies.like(home, home / "lock")  # one that root made would shut the service out
        yield


def told(entry: Journal) -> dict[str, Any]:
    """How an upgrade stands, for people and for the service."""
    return {
        "id": entry.id, "from": entry.previous, "to": entry.version, "back": entry.is_back,
        "step": str(entry.step), "outcome": str(entry.outcome), "reason": entry.reason,
        "began": entry.began, "ended": entry.ended, "running": entry.running,
        "forgot": [dict(one) for one in entry.forgot],
    }  # fmt: skip


def older_schema(version: str, found: int, known: int) -> WaybillError:
    """An older version would not understand the queue."""
    return WaybillError(
        f"The queue has schema {found}; version {version} knows {known} and could not read it.",
        code="UPGRADE_SCHEMA_NEWER",
        hint=f"Nothing was changed. The way back: waybill upgrade back --to {version}",
        params={"version": version, "found": str(found), "known": str(known)},
    )


def _slowness(home: Path) -> float:
    """Seconds that opening, copying and migrating this queue may take before it can answer."""
    queue = home / "queue.db"
    return queue.stat().st_size / _BYTES_A_SECOND if queue.exists() else 0.0


def _why(what: str, said: notes.Verdict | None) -> str:
    """What the version said last, where it said anything."""
    rest = "; ".join(said.said) if said is not None else "it said nothing"
    return f"{what}: {rest or 'nothing speaks against it'}."


def _said(error: WaybillError | OSError) -> str:
    if isinstance(error, WaybillError):
        return f"{error.title} [{error.code}]"
    return f"{error.strerror or type(error).__name__}: {error.filename or 'no file'}"
