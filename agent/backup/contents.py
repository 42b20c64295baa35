"""What of a home goes into a backup.

Everything, but what belongs to this machine and run (lock, socket, log, reserve, wrapping keys) and
what is copied in its own way (queue, ledger, keys). A configuration that stands elsewhere goes in as
if it stood in the home.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CONFIG: Final = "waybill.toml"
MANIFEST: Final = "manifest.json"
DATABASE: Final = "queue.db"
AUDIT: Final = "audit.log"
LEDGER: Final = "ledger"
KEYS: Final = "keys"
KEY_FILE: Final = f"{KEYS}/keys.json"
_KEPT_KEYS: Final = frozenset({"secrets.sealed", "recovery.proven"})
_OWN_WAY: Final = frozenset({LEDGER, KEYS, "logs", "practice", "restoring", "backups", "upgrade"})
_LEFT: Final = frozenset({"lock", "mark", "reserve", "control.sock", "control.pause", AUDIT})
_BESIDE: Final = frozenset(
    {"mappings", "contracts", "lookups", "templates", "certificates", CONFIG}
)
"""Of a configuration outside the home."""
_MOST_BYTES: Final = 256 * 1024 * 1024
"""A larger file in a home is nothing of ours: an export, a dump."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a backup tells about where it comes from."""

    name: str
    """Of the agent."""
    environment: str
    version: str
    """Of the program."""


def files(home: Path, config: Path, elsewhere: Collection[Path]) -> Iterator[tuple[str, Path]]:
    """(name within a home, where it is) of every file that is copied as it stands.

    `elsewhere`: folders that may lie in the home and hold data of others: exports, archives.
    """
    yield from _keys(home)
    if config.parent.resolve() != home.resolve():
        for name in sorted(_BESIDE):
            for path in _below(config.parent / name, elsewhere):
                yield path.relative_to(config.parent).as_posix(), path
    for entry in sorted(home.iterdir()):
        if entry.name in _OWN_WAY | _LEFT or entry.name.startswith((DATABASE, ".")):
            continue
        for path in _below(entry, elsewhere):
            yield path.relative_to(home).as_posix(), path


def _keys(home: Path) -> Iterator[tuple[str, Path]]:
    for name in sorted(_KEPT_KEYS):
        if (home / KEYS / name).exists():
            yield f"{KEYS}/{name}", home / KEYS / name


def _below(path: Path, elsewhere: Collection[Path]) -> Iterator[Path]:
    if path.resolve() in elsewhere or (path.is_symlink() and path.is_dir()):
        return
    if path.is_dir():
        for inner in sorted(path.iterdir()):
            yield from _below(inner, elsewhere)
    elif path.is_file() and path.suffix != ".tmp" and path.stat().st_size <= _MOST_BYTES:
        yield path
