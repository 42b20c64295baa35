"""One thing that a doctor looked at, as it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from agent.model import Json, Level


@dataclass(frozen=True, slots=True)
class Look:
    """One thing that was looked at."""

    level: Level
    code: str
    text: str
    hint: str = ""
    subject: str = ""
    params: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Json]:
        """For the face."""
        return asdict(self)


def fine(code: str, text: str, subject: str = "", **params: str) -> Look:
    """It is as it should be."""
    return Look(Level.OK, code, text, "", subject, params)


def warn(code: str, text: str, hint: str, subject: str = "", **params: str) -> Look:
    """It works, and somebody should know."""
    return Look(Level.WARNING, code, text, hint, subject, params)


def wrong(code: str, text: str, hint: str, subject: str = "", **params: str) -> Look:
    """It keeps the agent from working."""
    return Look(Level.ERROR, code, text, hint, subject, params)
