"""Backups of the running agent: asked for, or by schedule; one at a time, in a thread of their own.

The copy of the database is made by its own connection in short steps between which delivery goes on.
"""

from __future__ import annotations

import stat
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import orjson

from agent import backup
from agent.audit import Audit
from agent.backup import Copied, Facts, Subject, new_file
from agent.backup.container import BackupError
from agent.backup.making import LAST, SUFFIX, not_written
from agent.backup.read import told
from agent.config import Config
from agent.crypto import KeyVault
from agent.errors import StoreDamaged, WaybillError, WrongUse
from agent.health import Conditions, Severity
from agent.log import get_logger
from agent.model import Json
from agent.ports import Clock, Stop
from agent.queue.store import Store
from agent.runtime.moments import instant
from agent.runtime.wish import BackupWish
from agent.wake import Wake

_logger = get_logger(__name__)

FAILED: Final = "BACKUP_FAILED"
_LOOK_EVERY: Final = 60.0
_FIRST: Final = 5.0
_PAUSE: Final = 0.004
"""Seconds between two steps of the copy."""
_AGAIN: Final = timedelta(hours=1)


class _Stops(Exception):
    """The agent stops: the backup is not finished. One that was asked for begins again with it."""


@dataclass
class Backups:
    """Makes them, and says how the last ones went."""

    home: Path
    config: Config
    vault: KeyVault
    store: Store
    audit: Audit
    version: str
    conditions: Conditions
    clock: Clock
    stop: Stop
    fatal: Callable[[WaybillError], None]
    wish: BackupWish = field(default_factory=BackupWish)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _running: Path | None = None
    _failed: dict[str, Json] | None = None
    _next: float = 0.0
    _wake: Wake = field(init=False)
    turns: int = 0
    """Grows whenever `state` says something else."""

    def __post_init__(self) -> None:
        self._wake = Wake(self.stop)

    # --- asking -----------------------------------------------------------------------------------

    def create(self, out: str, who: str) -> dict[str, Json]:
        """Begin one: into this new file, this folder, or where they are kept.

        Raises WrongUse, BackupError.
        """
        path = self._place(out) if out else self._new_file(self._folder())
        with self._lock:
            if self.wish.path or self._running:
                raise WrongUse(
                    "A backup is being made already.",
                    code="BACKUP_UNDER_WAY",
                    hint="Wait until it is done.",
                )
            self.wish.who, self.wish.path, self._failed = who, path, None
            self.turns += 1
        self._wake.ring()
        return self.state()

    def state(self) -> dict[str, Json]:
        """What is being made, what was made last, and what failed since."""
        with self._lock:
            now = self.wish.path or self._running
            failed = self._failed
        last = self._last()
        plan = self.config.agent.backup
        due = self._due(last) if plan else None
        return {
            "running": str(now) if now else None,
            "last": last,
            "failed": failed,
            "folder": str(self._folder()),
            "next": instant(due.timestamp()) if due else None,
            "schedule": (
                {"every": int(plan.every.total_seconds()), "keep": plan.keep} if plan else None
            ),
        }

    # --- making -----------------------------------------------------------------------------------

    def run(self) -> None:
        """The loop of its thread."""
        self._wake.wait(0.0 if self.wish.path else _FIRST)
        while not self.stop.is_set():
            try:
                self.step()
            except StoreDamaged as error:
                self.fatal(error)
            except WaybillError as error:  # it is made, and the disk has no room to say so
                _logger.warning("a backup was not noted", code=error.code, reason=error.title)
            self._wake.wait(_LOOK_EVERY)

    def step(self) -> Copied | None:
        """Make what was asked for, or what is due."""
        planned = self._planned()
        with self._lock:
            asked, self.wish.path = self.wish.path, None
            path, who = (asked, self.wish.who) if asked else (planned, "waybill")
            self._running = path
            self.turns += path is not None
        if path is None:
            return None
        try:
            made = self._make(path)
        except _Stops:
            self.wish.path = asked
            return None
        except WaybillError as error:
            if isinstance(error, StoreDamaged):
                raise
            self._tell(path, error)
            return None
        else:
            self._note(made, who)
            return made
        finally:
            with self._lock:
                self._running = None
                self.turns += 1

    def _make(self, path: Path) -> Copied:
        agent = self.config.agent
        self.store.db.keeps_files = True
        try:
            return backup.make(
                Subject(
                    self.home, self.config.path, elsewhere(self.config), self.vault,
                    Facts(agent.name, agent.environment, self.version),
                ),
                path, self.clock, lambda to: self.store.db.copy_to(to, self._pause), self._between,
            )  # fmt: skip
        finally:
            self.store.db.keeps_files = False

    def _pause(self) -> None:
        if self.stop.wait(_PAUSE):
            raise _Stops

    def _between(self) -> None:
        if self.stop.is_set():
            raise _Stops

    def _note(self, made: Copied, who: str) -> None:
        self.store.db.set_meta(LAST, made.said())
        self.audit.append(who, "backup.create", made.file.name, "ok",
                          {"id": made.id, "bytes": str(made.bytes)})  # fmt: skip
        self.conditions.clear(FAILED, "")
        _logger.info("backup made", file=made.file.name, bytes=made.bytes)
        self._expire(made.file)

    def _tell(self, path: Path, error: WaybillError) -> None:
        self._next = self.clock.monotonic() + _AGAIN.total_seconds()
        with self._lock:
            self._failed = {
                "file": str(path), "code": error.code, "text": error.title, "hint": error.hint,
                "at": instant(self.clock.now().timestamp()), "params": dict(error.params),
            }  # fmt: skip
        _logger.warning("no backup was made", code=error.code, reason=error.title)
        self.conditions.raise_(
            FAILED, "", f"No backup was made: {error.title}", error.hint, Severity.WARNING,
            "Reading and delivery go on. It is tried again within the hour.",
            params={"reason": error.title},
        )  # fmt: skip

    # --- the schedule -----------------------------------------------------------------------------

    def _planned(self) -> Path | None:
        """The file of the backup that is due; None: none is, or its folder cannot be looked into."""
        if not self._is_due():
            return None
        try:
            return self._new_file(self._folder())
        except BackupError as error:
            self._tell(self._folder(), error)
            return None

    def _is_due(self) -> bool:
        if self.config.agent.backup is None or self.clock.monotonic() < self._next:
            return False
        due = self._due(self._last())
        return due is None or due <= self.clock.now()

    def _due(self, last: dict[str, Any] | None) -> datetime | None:
        plan = self.config.agent.backup
        if plan is None or last is None:
            return None
        return datetime.fromisoformat(last["at"]) + plan.every

    def _expire(self, newest: Path) -> None:
        """Of those in the planned folder that are this agent's, so many are kept."""
        plan = self.config.agent.backup
        if plan is None or newest.parent != self._folder():
            return
        mine = []
        for path in newest.parent.glob(f"*{SUFFIX}"):
            try:
                header = told(path)
            except BackupError:
                continue
            if header.get("installation") == self.vault.installation:
                mine.append((str(header.get("at")), path))
        for _, path in sorted(mine, reverse=True)[plan.keep :]:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:  # somebody reads it: the next backup tries again
                _logger.warning("an old backup stays", file=path.name, reason=error.strerror)
            else:
                _logger.info("an old backup was removed", file=path.name)

    def _folder(self) -> Path:
        plan = self.config.agent.backup
        return self.config.folder / plan.folder if plan else self.home / "backups"

    def _place(self, out: str) -> Path:
        """What a person named: a new file, or a folder for one."""
        path = Path(out)
        if not path.is_absolute() or "\0" in out:
            raise WrongUse("The file or folder of a backup is named with its whole path.")
        try:
            if stat.S_ISDIR(path.stat().st_mode):
                return self._new_file(path)
        except (FileNotFoundError, NotADirectoryError):
            return path  # the one may be made; the other is told when it cannot be written
        except OSError as error:
            raise not_written(error) from error
        raise WrongUse(
            f"{path} is there already.",
            code="BACKUP_EXISTS",
            hint="Name another.",
            params={"file": str(path)},
        )

    def _new_file(self, folder: Path) -> Path:
        return new_file(folder, self.config.agent.name, self.vault.installation, self.clock.now())

    def _last(self) -> dict[str, Any] | None:
        text = self.store.db.meta(LAST)
        return orjson.loads(text) if isinstance(text, str) else None


def elsewhere(config: Config) -> Collection[Path]:
    """Folders of the configuration in which others' data lie: exports, archives."""
    settings = [source.settings for source in config.sources.values()]
    settings += [target.settings for target in config.targets.values()]
    found = {
        (config.folder / folder).resolve()
        for each in settings
        for folder in _folders(each.model_dump(mode="python"))
    }
    return frozenset(found - {config.folder.resolve()})


def _folders(node: Any) -> Collection[str]:
    if not isinstance(node, dict):
        return ()
    mine = [
        str(node[key]) for key in ("folder", "archive") if isinstance(node.get(key), str | Path)
    ]
    return [*mine, *(folder for inner in node.values() for folder in _folders(inner))]
