"""What a person asked of an agent and is not done yet: it outlives a configuration taken over."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(slots=True)
class BackupWish:
    """A backup that was asked for."""

    path: Path | None = None
    """None: there is none."""
    who: str = ""
