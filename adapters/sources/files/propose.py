"""What a source of files could be, from a folder and what lies in it. Reads the newest file's head."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from adapters.sources.files.sample import newest_first
from adapters.sources.files.scan import ranker
from adapters.sources.files.sniff import sniff
from adapters.sources.files.trouble import unavailable
from agent.errors import SourceUnavailable
from agent.ports import AdapterContext

_HEAD: Final = 256 * 1024


def propose(given: Mapping[str, Any], context: AdapterContext) -> dict[str, Any]:
    """Settings beside those that are given: format, key, content; `unsure` of the key. Raises SourceUnavailable."""
    folder = context.folder / str(given.get("folder") or ".")
    pattern = str(given.get("pattern") or "*")
    found = newest_first(folder, None, pattern, ranker("modified"))
    if not found:
        raise SourceUnavailable(
            f"No file in {folder} fits {pattern}.",
            code="NO_FILES",
            params={"folder": str(folder), "pattern": pattern},
            hint="Check the pattern, or have the ERP write one export first.",
        )
    head, whole = _head(found[0])
    looked = sniff(head, whole=whole)
    key = looked.key
    return {
        "format": looked.format,
        "key": list(key or looked.columns[:1]),
        "content": "full",
        "unsure": not key,
    }


def _head(path: Path) -> tuple[bytes, bool]:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD), not file.read(1)
    except OSError as error:
        raise unavailable(error, path) from error
