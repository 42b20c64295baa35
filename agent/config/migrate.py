"""Bringing configurations and mappings of an older form up to date, and back.

A file says its form with `version`. An older one is brought up to date in memory whenever it is
read, so that a version that is still on trial changes no file; what has passed rewrites it, keeps
its comments, and leaves a copy with form and date beside it (`waybill.toml.v1.2026-11-21`), which
is what an older version gets back.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError

from agent import durable

Migration = Callable[[TOMLDocument], None]
"""Changes a document of one form into the next; `version` is set for it."""

MIGRATIONS: Final[Sequence[Migration]] = ()
"""Of `waybill.toml`, from form 1 to 2, from 2 to 3, and so on: there is one form only so far."""
MAPPINGS: Final[Sequence[Migration]] = ()
"""Of mapping files, likewise."""


def form_of(text: str) -> int | None:
    """The form that a text says it has; None: it says none that makes sense."""
    try:
        found = tomllib.loads(text).get("version")
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def brought(text: str, migrations: Sequence[Migration] = MIGRATIONS) -> str:
    """The text in the newest form; one that is newest already, or newer, or none, as it is."""
    if not migrations:
        return text
    form, goal = form_of(text), len(migrations) + 1
    if form is None or not 1 <= form < goal:
        return text
    try:
        document = tomlkit.parse(text)
    except TOMLKitError:  # whoever reads it next says what is wrong with it
        return text
    for number in range(form, goal):
        migrations[number - 1](document)
        document["version"] = number + 1
    return tomlkit.dumps(document)


def rewrite(path: Path, at: datetime, migrations: Sequence[Migration] = MIGRATIONS) -> Path | None:
    """Bring a file up to date, its former text beside it; the copy, or None: nothing to do.

    Raises OSError where it may not be written: it is then brought up to date in memory.
    """
    text = path.read_text(encoding="utf-8-sig")
    newer = brought(text, migrations)
    if newer == text:
        return None
    mode = path.stat().st_mode & 0o777
    copy = _beside(path, form_of(text) or 0, at)
    durable.write(copy, path.read_bytes(), mode)
    durable.write(path, newer.encode(), mode)
    return copy


def rewrite_all(
    config: Path,
    at: datetime,
    migrations: Sequence[Migration] = MIGRATIONS,
    mappings: Sequence[Migration] = MAPPINGS,
) -> list[Path]:
    """The same of a configuration and the mappings beside it; the copies. Raises OSError."""
    made = [rewrite(config, at, migrations) if migrations else None]
    if mappings:
        made += [rewrite(path, at, mappings) for path in mapping_files(config)]
    return [copy for copy in made if copy is not None]


def mapping_files(config: Path) -> list[Path]:
    """The mapping files beside a configuration."""
    return sorted((config.parent / "mappings").glob("*.toml"))


def put_back(path: Path, goal: int, at: datetime) -> Path | None:
    """Give an older version its file back, the present one beside it; the one that was put back.

    None: the file is of that form, or there is no such copy.
    """
    form = form_of(path.read_text(encoding="utf-8-sig"))
    if form is None or form <= goal:
        return None
    copies = sorted(path.parent.glob(f"{path.name}.v*.*"))
    fitting = [copy for copy in copies if _form_in(copy, path) in range(1, goal + 1)]
    if not fitting:
        return None
    newest = max(fitting, key=lambda copy: (copy.stat().st_mtime, copy.name))
    mode = path.stat().st_mode & 0o777
    durable.write(_beside(path, form, at), path.read_bytes(), mode)
    durable.write(path, newest.read_bytes(), mode)
    return newest


def _beside(path: Path, form: int, at: datetime) -> Path:
    """A name that is free: one for each day, and then numbered."""
    usual = path.with_name(f"{path.name}.v{form}.{at:%Y-%m-%d}")
    names = [usual, *(usual.with_name(f"{usual.name}-{number}") for number in range(2, 1000))]
    return next(name for name in names if not name.exists())


def _form_in(copy: Path, path: Path) -> int:
    number = copy.name.removeprefix(f"{path.name}.v").split(".")[0]
    return int(number) if number.isascii() and number.isdecimal() else 0
