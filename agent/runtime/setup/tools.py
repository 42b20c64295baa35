"""What the composition root provides for setting up: it alone knows the adapters."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from agent.config import Config, Kinds
from agent.crypto import KeyVault

_LONGEST: Final = 3.0
"""Seconds to wait for it: whoever asks next should be answered by the new configuration."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The configuration in force, and how another one is judged."""

    home: Path
    config: Config
    """The one in force."""
    kinds: Kinds
    judge: Callable[[str], Config]
    """A configuration with this text, its mappings and contracts included. Raises ConfigError."""
    vault: KeyVault
    news: threading.Event = field(default_factory=threading.Event)
    """Set when a new configuration was written: it is looked for at once."""
    stop: threading.Event = field(default_factory=threading.Event)
    """Set when the agent stops, also to begin again with it."""

    def take_over(self) -> None:
        """Let the agent take over what was written; from here on it answers nothing of before."""
        self.news.set()
        self.stop.wait(_LONGEST)
