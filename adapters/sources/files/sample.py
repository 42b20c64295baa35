"""Which exports a preview may look at: what lies in the folder, then what was archived.

Nothing here touches a file: no name is taken, nothing waits for quiet, no place is remembered.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from fnmatch import translate
from pathlib import Path

from adapters.sources.files.scan import Rank, Stamp, scan
from agent.errors import SourceUnavailable

_MARK = re.compile(r"\.[0-9a-f]{16}(-\d+)?(?=\.[^.]*$|$)")
"""What settling puts into an archived name that was taken already."""


def newest_first(
    folder: Path,
    archive: Path | None,
    pattern: str,
    rank: Callable[[str, Stamp], Rank | None],
) -> list[Path]:
    """Files of the stream, the newest first. Raises SourceUnavailable for the folder itself."""
    found = [folder / entry.name for entry in reversed(scan(folder, pattern, rank).entries)]
    if archive is None or not archive.is_dir():
        return found
    wanted = re.compile(translate(pattern.casefold()))

    def archived(name: str, stamp: Stamp) -> Rank | None:
        fits = wanted.match(_MARK.sub("", name).casefold())
        return (stamp.mtime_ns, name) if fits else None

    with suppress(SourceUnavailable):  # an archive on a share that is away: the rest will do
        found += [archive / entry.name for entry in reversed(scan(archive, "*", archived).entries)]
    return found
