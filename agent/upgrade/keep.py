"""What is kept before a version may open a home: copies to return to.

    HOME/upgrade/<id>/queue.db    a consistent copy, sealed as the queue is
                      ledger/     the memory of rows: names of the same files, which never change
                      config/     waybill.toml, mappings, lookups, contracts, templates
                      kept.json   written last: the copies are whole

Keys are not copied: a copy would outlive a key that somebody destroys, and while the copies are here
no key that they need is destroyed (`agent.runtime.keeping`). The
high-water mark stays where it is; `kept.json` remembers it, and so tells later whether anything
left since. Everything is closed to all but the service's account.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from agent import durable
from agent.errors import StoreFull
from agent.queue import copies
from agent.queue.copies import like
from agent.upgrade.layout import remove_tree
from agent.upgrade.notes import FOLDER, folder_of

KEPT_FOR: Final = timedelta(days=30)
_SPARE: Final = 64 * 1024 * 1024
_CONFIG: Final = "waybill.toml"
_WITH_IT: Final = ("mappings", "lookups", "contracts", "templates")
_DONE: Final = "kept.json"
_QUEUE: Final = "queue.db"


@dataclass(frozen=True, slots=True)
class Kept:
    """Copies that are whole."""

    folder: Path
    schema: int | None
    vouched: tuple[int, int]
    at: str

    @property
    def queue(self) -> Path:
        """The copy of the queue."""
        return self.folder / _QUEUE


def keep(home: Path, config: Path, id_: str, at: datetime) -> Kept:
    """Make the copies, in the place of unfinished ones. The home is held by the caller.

    Raises StoreFull before anything is written, StoreDamaged, OSError.
    """
    folder = folder_of(home) / id_
    _need_room(home)
    remove_tree(folder)
    durable.private_folder(folder)
    queue = home / _QUEUE
    schema = copies.schema_of(queue)
    if schema is not None:
        copies.copy(queue, folder / _QUEUE)
    _link(home / "ledger", folder / "ledger")
    _copy_config(config, folder / "config")
    kept = Kept(folder, schema, copies.vouched(home), at.isoformat(timespec="seconds"))
    told = asdict(kept) | {"folder": None}
    _own(home, folder)
    durable.write(folder / _DONE, json.dumps(told).encode())
    like(home, folder / _DONE)
    return kept


def found(home: Path, id_: str) -> Kept | None:
    """The copies of an upgrade, if they are whole."""
    folder = home / FOLDER / id_
    try:
        told: dict[str, Any] = json.loads((folder / _DONE).read_bytes())
        epoch, tick = told["vouched"]
        return Kept(folder, told["schema"], (int(epoch), int(tick)), str(told["at"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def every(home: Path) -> list[Kept]:
    """All whole copies, the newest first."""
    folder = home / FOLDER
    inside = folder.iterdir() if folder.is_dir() else ()
    names = [each.name for each in inside if each.is_dir()]
    kept = [one for name in names if (one := found(home, name)) is not None]
    return sorted(kept, key=lambda one: (one.at, one.folder.name), reverse=True)


def put_back(home: Path, kept: Kept) -> None:
    """The queue as it was; the mark stays. Repeatable at each step. Raises OSError.

    Configuration and mappings are not touched: an older version's files are brought up to date in
    memory until the newer one has passed.
    """
    queue = home / _QUEUE
    if kept.schema is None:  # there was none: what was made since has sent nothing
        for path in home.glob(f"{_QUEUE}*"):
            path.replace(kept.folder / f"made-since.{path.name}")
        return
    ledger = kept.folder / "ledger"
    for copy in sorted(ledger.iterdir()) if ledger.is_dir() else ():
        if not (home / "ledger" / copy.name).exists():
            _link_one(copy, home / "ledger" / copy.name)
    copies.put_back(kept.queue, queue)


def forget_old(home: Path, now: datetime) -> None:
    """Copies that nobody returns to any more, and those that were never finished."""
    folder = home / FOLDER
    for each in folder.iterdir() if folder.is_dir() else ():
        if not each.is_dir():
            continue
        kept = found(home, each.name)
        written = datetime.fromtimestamp(each.stat().st_mtime, now.tzinfo)
        if (datetime.fromisoformat(kept.at) if kept else written) < now - KEPT_FOR:
            remove_tree(each)
    for each in home.glob(f"{_QUEUE}.schema-*"):
        if datetime.fromtimestamp(each.stat().st_mtime, now.tzinfo) < now - KEPT_FOR:
            each.unlink(missing_ok=True)


def _need_room(home: Path) -> None:
    """For the copy here, and for the one that a migration makes beside the queue."""
    files = (home / _QUEUE, home / f"{_QUEUE}-wal")
    wanted = 2 * sum(path.stat().st_size for path in files if path.is_file()) + _SPARE
    free = shutil.disk_usage(home).free
    if free < wanted:
        raise StoreFull(
            f"An upgrade needs {wanted // 1_000_000:,} MB free for copies of the queue; the disk of"
            f" {home} has {free // 1_000_000:,} MB.",
            code="UPGRADE_NO_ROOM",
            hint="Free some space, or let the queue drain first. Nothing was changed.",
        )


def _link(folder: Path, to: Path) -> None:
    if not folder.is_dir():
        return
    durable.private_folder(to)
    for path in sorted(folder.iterdir()):
        if path.is_file() and not path.name.startswith("spool-"):
            _link_one(path, to / path.name)
    durable.sync_folder(to)


def _link_one(path: Path, to: Path) -> None:
    try:
        to.hardlink_to(path)
    except OSError:  # a file system without links
        aside = to.with_name(f"{to.name}.making")
        shutil.copyfile(path, aside)
        like(path, aside)
        aside.replace(to)


def _copy_config(config: Path, to: Path) -> None:
    durable.private_folder(to)
    if config.is_file():
        shutil.copyfile(config, to / _CONFIG)
    for name in _WITH_IT:
        if (config.parent / name).is_dir():
            shutil.copytree(config.parent / name, to / name, copy_function=shutil.copyfile)
    for path in to.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)


def _own(home: Path, folder: Path) -> None:
    """Everything but the linked files, which are the service's already."""
    if sys.platform != "win32" and os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            like(home, path)
