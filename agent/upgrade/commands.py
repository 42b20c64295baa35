"""What may be asked of an upgrade: begin one, go back, go on, say how it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

from agent.errors import WaybillError
from agent.queue import copies, schema
from agent.upgrade import journal, keep, notes
from agent.upgrade.journal import Convert, Journal, Outcome, Step
from agent.upgrade.way import Way, held, older_schema, told

WITHIN: Final = 300.0
_RUNS: Final = frozenset({"starting", "running"})


@dataclass(frozen=True, slots=True)
class Knows:
    """What a version says of itself (`waybill upgrade knows`)."""

    version: str
    schema: int
    """Of the queue."""
    config: int
    """The form of the configuration."""
    ways_back: frozenset[int] = frozenset()
    """Schemas of the queue that it can bring back to the one before."""

    @classmethod
    def parsed(cls, told: Mapping[str, Any]) -> Knows:
        """Raises WaybillError for what makes no sense."""
        try:
            return cls(
                str(told["version"]), int(told["schema"]), int(told["config"]),
                frozenset(map(int, told.get("ways_back", ()))),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError) as error:
            raise WaybillError(
                "A version of Waybill does not say what it is.", code="UPGRADE_VERSION_SILENT"
            ) from error


def ours(version: str, config: int) -> dict[str, Any]:
    """What the version that runs here says of itself."""
    return {
        "version": version,
        "schema": schema.VERSION,
        "config": config,
        "ways_back": sorted(schema.WAYS_BACK),
    }


def hand_back(home: Path, goal: int) -> None:
    """Bring the queue's schema back to an older one. Raises StoreError, StoreBusy."""
    with held(home):
        copies.step_back(home / "queue.db", goal, schema.WAYS_BACK)


Ask = Callable[[str], Knows]
"""Runs a version's own program. Raises WaybillError: then it does not even start."""


@dataclass(frozen=True)
class Upgrades:
    """The commands. Each holds the program root while it works."""

    way: Way
    ask: Ask

    def apply(self, version: str, within: float = WITHIN) -> Journal:
        """Put a version into force. Raises WaybillError where nothing was begun."""
        root = self.way.root
        with root.held():
            self._finish()
            root.require(version)
            present = root.current()
            if present == version:
                return self._nothing(version)
            knows = self._knows(version)
            if not present:
                root.point(version)
                return self._nothing(version)
            present_schema = copies.schema_seen(self.way.home / "queue.db")
            if present_schema is not None and present_schema > knows.schema:
                raise older_schema(version, present_schema, knows.schema)
            return self.way.walk(self._begun(version, present, knows, within))

    def back(self, version: str, within: float = WITHIN, *, put_back: bool = False) -> Journal:
        """Go back to a version that is still there. Raises WaybillError where nothing was begun.

        `put_back`: where the queue's schema has no way back, an older copy may take its place.
        """
        root = self.way.root
        with root.held():
            self._finish()
            present = root.current()
            version = version or self._before(present)
            root.require(version)
            if present == version:
                return self._nothing(version)
            knows = self._knows(version)
            entry = self._begun(version, present, knows, within)
            entry = replace(entry, is_back=True, config_goal=knows.config)
            found = copies.schema_seen(self.way.home / "queue.db")
            if found is not None and found > knows.schema:
                entry = self._down(entry, found, put_back=put_back)
            return self.way.walk(entry)

    def resume(self) -> Journal | None:
        """Finish what was interrupted; None: nothing was."""
        with self.way.root.held():
            return self._finish()

    def at_start(self) -> Journal | None:
        """Finish offline what an upgrader left that died, for the service that is being started.

        A version on trial is left to it while it has time. Raises WaybillError, OSError: not here.
        """
        with self.way.root.held():
            left = self.way.root.journal()
            if left is None or left.is_over:
                return None
            if left.step in (Step.START, Step.GATE):
                trial = notes.on_trial(self.way.home, left.version)
                now = self.way.tools.clock.now()
                if trial is not None and now <= datetime.fromisoformat(trial.until):
                    return None
                if trial is not None:
                    left = journal.returning(left, "Nobody was there when its time was over.")
            elif left.step is not Step.SETTLE:
                left = journal.returning(left, "It was interrupted before it was switched.")
            return self.way.walk(left)

    def status(self) -> dict[str, Any]:
        """How it stands; changes nothing. Raises WaybillError for a journal that cannot be read."""
        root = self.way.root
        last = root.journal()
        verdict = notes.verdict(self.way.home, last.id) if last is not None else None
        return {
            "root": str(root.path),
            "current": root.current() or None,
            "versions": root.versions(),
            "service": self.way.manager.state(),
            "under_way": last is not None and not last.is_over,
            "last": None if last is None else told(last),
            "said": list(verdict.said) if verdict is not None else [],
            "kept": [
                {"id": each.folder.name, "at": each.at, "schema": each.schema}
                for each in keep.every(self.way.home)
            ],
        }

    # --- inside -----------------------------------------------------------------------------------

    def _finish(self) -> Journal | None:
        left = self.way.root.journal()
        if left is None or left.is_over:
            return None
        if Path(left.home) != self.way.home:
            raise WaybillError(
                f"The upgrade that was interrupted is of the home folder {left.home}.",
                code="UPGRADE_OTHER_HOME",
                hint=f"First: waybill upgrade resume --home {left.home}",
            )
        return self.way.walk(journal.resumed(left))

    def _begun(self, version: str, present: str, knows: Knows, within: float) -> Journal:
        now = self.way.tools.clock.now()
        known = self.way.tools.look()
        return Journal(
            id=f"{now:%Y%m%dT%H%M%S}-{token_hex(4)}",
            home=str(self.way.home),
            previous=present,
            version=version,
            began=now.isoformat(timespec="seconds"),
            was_running=self.way.manager.state() in _RUNS,
            within=within,
            known=known or (),
            judged=known is not None,
            goal=knows.schema,
        )

    def _knows(self, version: str) -> Knows:
        knows = self.ask(version)
        if knows.version != version:
            raise WaybillError(
                f"The folder of version {version} holds version {knows.version}.",
                code="UPGRADE_VERSION_WRONG",
                hint="Run its installer again. Nothing was changed.",
                params={"version": version, "found": knows.version},
            )
        return knows

    def _before(self, present: str) -> str:
        """The version that was in force before this one."""
        last = self.way.root.journal()
        if last is not None and last.outcome is Outcome.DONE and last.version == present:
            return last.previous
        others = [each for each in self.way.root.versions() if each != present]
        if len(others) == 1:
            return others[0]
        raise WaybillError(
            "It is not clear which version was before this one.",
            code="UPGRADE_NO_VERSION",
            hint=f"Say it with --to; there are: {', '.join(others) or 'no others'}.",
        )

    def _down(self, entry: Journal, found: int, *, put_back: bool) -> Journal:
        """How the queue gets the older schema: stepped back, or put back if a person says so."""
        if set(range(entry.goal + 1, found + 1)) <= self.ask(entry.previous).ways_back:
            return replace(entry, convert=Convert.STEP_BACK)
        kept = [one for one in keep.every(self.way.home) if one.schema and one.schema <= entry.goal]
        if not kept:
            raise WaybillError(
                f"The queue's schema {found} has no way back to {entry.goal}, and no older copy of"
                " the queue is kept.",
                code="UPGRADE_NO_WAY_BACK",
                hint="Stay with this version, or set up a new home with the older one.",
            )
        if not put_back:
            raise WaybillError(
                f"The queue's schema {found} has no way back to {entry.goal}: version"
                f" {entry.version} can only go on with the copy of {kept[0].at}.",
                code="UPGRADE_BACK_FORGETS",
                hint="First let the queue drain and deal with its exceptions: what is parked only"
                " there, from files that are archived already, does not come again. Then say"
                " --put-back. What was delivered since is named, every source is read again, and"
                " nothing is sent before it was looked up in the target.",
                params={"at": kept[0].at, "schema": str(found)},
            )
        return replace(entry, convert=Convert.PUT_BACK, put_back=kept[0].folder.name)

    def _nothing(self, version: str) -> Journal:
        """It is in force already."""
        now = self.way.tools.clock.now().isoformat(timespec="seconds")
        return Journal(
            id="", home=str(self.way.home), previous=version, version=version, began=now,
            step=Step.OVER, outcome=Outcome.DONE, ended=now,
        )  # fmt: skip
