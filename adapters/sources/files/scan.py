"""What lies in the folder: safe names, their stamps, and the order in which they count.

Never followed: links and junctions, names with control characters, device names, anything that
is not a plain file. They are named in findings instead (`PATH_UNSAFE`).
"""

from __future__ import annotations

import fnmatch
import os
import re
import stat
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from adapters.sources.files.config import Numbered
from adapters.sources.files.trouble import unavailable
from agent.machine.paths import FORBIDDEN, misleading
from agent.model import Finding, Findings, Level

PRIVATE = ".waybill-"
"""Prefix of the names that settling uses; never part of a stream."""

_SURROGATE = 0x20000000
"""In the tag of a reparse point that stands for something else. Others (a volume that stores equal
blocks once, files of the cloud) are plain files to whoever reads them."""

Rank = tuple[int, str]
"""A file's place in its stream's order."""


class Stamp(NamedTuple):
    """What tells two states of a file apart without reading it."""

    size: int
    mtime_ns: int
    ctime_ns: int
    """On Windows the time of creation, which does no harm here."""
    file_id: str

    def text(self) -> str:
        """What stays when rights or links of a file change; for a checkpoint."""
        return f"{self.size}:{self.mtime_ns}"


class Entry(NamedTuple):
    """A file of the stream as the last scan saw it."""

    rank: Rank
    name: str
    stamp: Stamp


class Scan(NamedTuple):
    """The folder at one moment: files in order, and what was left aside."""

    entries: tuple[Entry, ...]
    findings: Findings


def stamp_of(info: os.stat_result) -> Stamp:
    """The stamp in a stat result."""
    return Stamp(
        info.st_size, info.st_mtime_ns, info.st_ctime_ns, f"{info.st_dev:x}-{info.st_ino:x}"
    )


def unsafe_name(name: str) -> str:
    """Why this name is not touched, or nothing."""
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
        return "its name holds control characters or bytes that are no text"
    reason = misleading(name)
    return "" if reason == FORBIDDEN and os.name != "nt" else reason


def ranker(order: Literal["name", "modified"] | Numbered) -> Callable[[str, Stamp], Rank | None]:
    """How files are put in order; None for a name without its number."""
    if order == "name":
        return lambda name, _: (0, name)
    if order == "modified":
        return lambda name, stamp: (stamp.mtime_ns, name)
    number = re.compile(order.number)

    def by_number(name: str, _: Stamp) -> Rank | None:
        found = number.search(name)
        text = (found[1] or "") if found else ""
        return (int(text), name) if text.isascii() and text.isdigit() else None

    return by_number


def scan(folder: Path, pattern: str, rank: Callable[[str, Stamp], Rank | None]) -> Scan:
    """List the stream's files in order. Raises SourceUnavailable."""
    wanted = _wanted(pattern.casefold())
    entries, findings = [], []
    try:
        with os.scandir(folder) as listing:
            for item in listing:
                if item.name.startswith(PRIVATE) or not wanted.match(item.name.casefold()):
                    continue
                reason, stamp = _look(item)
                place = rank(item.name, stamp) if stamp else None
                if stamp and place:
                    entries.append(Entry(place, item.name, stamp))
                elif stamp:
                    findings.append(_unnumbered(item.name))
                elif reason:
                    findings.append(_unsafe(item.name, reason))
    except OSError as error:
        raise unavailable(error, folder, folder=True) from error
    return Scan(tuple(sorted(entries)), tuple(findings))


@lru_cache(maxsize=256)
def _wanted(pattern: str) -> re.Pattern[str]:
    return re.compile(fnmatch.translate(pattern))


def _look(item: os.DirEntry[str]) -> tuple[str, Stamp | None]:
    if reason := unsafe_name(item.name):
        return reason, None
    try:
        info = item.stat(follow_symlinks=False)
        if os.name == "nt":  # a listing there knows no file id
            info = Path(item.path).lstat()
    except FileNotFoundError:  # gone since the listing began
        return "", None
    if stat.S_ISLNK(info.st_mode) or getattr(info, "st_reparse_tag", 0) & _SURROGATE:
        return "it is a link", None
    if stat.S_ISDIR(info.st_mode):
        return "", None
    if not stat.S_ISREG(info.st_mode):
        return "it is not a plain file", None
    return "", stamp_of(info)


def shown(name: str) -> str:
    """A name for a sentence, whatever it is made of."""
    return ascii(name) if unsafe_name(name) else name


def _unsafe(name: str, reason: str) -> Finding:
    return Finding(
        Level.WARNING,
        "PATH_UNSAFE",
        f"{shown(name)} is not read: {reason}.",
        "Have the ERP write a plain file with a plain name into this folder.",
        params={"file": shown(name)},
    )


def _unnumbered(name: str) -> Finding:
    return Finding(
        Level.WARNING,
        "FILE_WITHOUT_NUMBER",
        f"{name} fits the pattern and has no number in its name: it is not read.",
        "Make the pattern narrower, or correct order.number.",
        params={"file": name},
    )
