"""What the composition root provides for setting up: it alone knows the adapters."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from pydantic import BaseModel

from agent.config import Config, Kinds
from agent.crypto import KeyVault
from agent.model import Finding, Findings, Json
from agent.ports import Source, Target
from agent.runtime.setup.sign_ins import SignIns
from agent.runtime.wish import BackupWish
from agent.wake import Signal

_LONGEST: Final = 3.0
"""Seconds to wait for it: whoever asks next should be answered by the new configuration."""


@dataclass(frozen=True, slots=True)
class Makers:
    """Adapters of settings that are not configured (yet), and what adapters know of this machine."""

    kinds: Kinds
    source: Callable[[str, BaseModel, str], Source]
    """(kind, settings, name). Whoever asks closes it."""
    target: Callable[[str, BaseModel, str], tuple[Target, Callable[[], Findings]]]
    """Likewise, with a look at the way to it."""
    propose: Callable[[str, Mapping[str, Any]], Mapping[str, Any]]
    """(kind, settings) -> settings beside them. Raises SourceError, ValidationError."""
    installed: Callable[[], Mapping[str, list[dict[str, Any]]]]
    """ODBC drivers and data sources. Raises SourceUnavailable."""
    tables: Callable[[Mapping[str, Any]], Sequence[Mapping[str, str]]]
    """Tables behind the settings of a connection. Raises SourceError, ValidationError."""


class PracticeRoom(Protocol):
    """A practice CRM and a practice agent beside this one."""

    def state(self) -> dict[str, Json]:
        """Whether it runs, and where."""
        ...

    def start(self, crm: str) -> dict[str, Json]:
        """Start it. Raises WaybillError."""
        ...

    def stop(self) -> dict[str, Json]:
        """End it."""
        ...

    def close(self) -> None:
        """End it with the service."""
        ...


@dataclass(frozen=True, slots=True)
class Standing:
    """What outlives a configuration that is taken over."""

    practice: PracticeRoom
    sign_ins: SignIns
    backup: BackupWish = field(default_factory=BackupWish)


@dataclass(frozen=True, slots=True)
class Tools:
    """The configuration in force, and how another one is judged."""

    home: Path
    config: Config
    """The one in force."""
    makers: Makers
    judge: Callable[[str], Config]
    """A configuration with this text, its mappings and contracts included. Raises ConfigError."""
    vault: KeyVault
    open_source: Callable[[str], Source]
    """A new adapter of a configured source. Whoever asks closes it."""
    standing: Standing
    news: threading.Event = field(default_factory=Signal)
    """Set when a new configuration was written: it is looked for at once."""
    stop: threading.Event = field(default_factory=threading.Event)
    """Set when the agent stops, also to begin again with it."""

    def take_over(self) -> None:
        """Let the agent take over what was written; from here on it answers nothing of before."""
        self.news.set()
        self.stop.wait(_LONGEST)


def as_findings(found: Iterable[Finding]) -> list[Json]:
    """Findings as faces get them."""
    return [
        {**asdict(each), "took_ms": None if each.seconds is None else round(each.seconds * 1000)}
        for each in found
    ]
