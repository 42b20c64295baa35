"""How far the set-up of a home is: eight steps, each done or not, and whether anything is needed.

What can be seen is seen (a source is there, a flow runs); what cannot, a face notes when the person
has done it (`setup.mark`). The notes lie in the home folder.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from agent import durable
from agent.config import Config
from agent.errors import WrongUse
from agent.model import Json

STEPS: Final = ("service", "key", "source", "destination", "mapping", "dry_run", "link", "live")
NOTED: Final = ("key", "dry_run", "link")
"""Steps that a person may say to have done, or to leave out."""
NOTES: Final = "setup.json"
BEGUN: Final = "begun"
"""Noted of a home that the agent made by itself."""
_FINISHED: Final = "finished"


def notes_of(home: Path) -> dict[str, bool]:
    """What was noted; nothing where nothing can be read."""
    with suppress(OSError, ValueError):
        found = json.loads((home / NOTES).read_text(encoding="utf-8"))
        if isinstance(found, dict):
            return {str(key): bool(value) for key, value in found.items()}
    return {}


def note(home: Path, *words: str) -> None:
    """Note that these are done. Raises StoreError."""
    noted = notes_of(home) | dict.fromkeys(words, True)
    try:
        durable.write(home / NOTES, json.dumps(noted, sort_keys=True).encode())
    except OSError as error:
        raise durable.trouble(error) from error


@dataclass
class Steps:
    """Says how far it is; cheap enough to be part of every status."""

    home: Path
    config: Config
    key: Callable[[], bool]
    """Whether the recovery key was proven by a person."""
    linked: Callable[[], bool]
    """Whether nothing waits for a first link."""
    paused: Callable[[str], bool]
    """Whether a flow is paused, by its name."""
    used: Callable[[], bool]
    """Whether anything was ever read."""
    _notes: dict[str, bool] = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._notes = notes_of(self.home)

    def state(self) -> dict[str, Json]:
        """Every step, and whether somebody should go through them."""
        done = self._done()
        live = done["live"]
        if live and self._notes.get(BEGUN) and not self._notes.get(_FINISHED):
            self._note(_FINISHED)
        return {
            "needed": self._needed(live=live),
            "steps": [{"id": step, "done": done[step]} for step in STEPS],
        }

    def summary(self) -> dict[str, Json]:
        """What the status tells."""
        done = self._done()
        left = sum(not each for each in done.values())
        return {"needed": self._needed(live=done["live"]), "steps_left": left}

    def mark(self, step: str) -> dict[str, Json]:
        """A person says that a step is done. Raises WrongUse, StoreError."""
        if step not in NOTED:
            known = ", ".join(NOTED)
            raise WrongUse(f"The step {step[:40]!r} cannot be marked; these can: {known}.")
        self._note(step)
        return self.state()

    def _needed(self, *, live: bool) -> bool:
        if live or self._notes.get(_FINISHED):
            return False
        return not self.config.flows or bool(self._notes.get(BEGUN))

    def _done(self) -> Mapping[str, bool]:
        config, noted = self.config, self._notes
        flows = list(config.flows.values())
        running = [f for f in flows if not f.paused and not self.paused(f.name)]
        live = bool(running) or (bool(flows) and self.used())
        linking = any(flow.first_link is not None for flow in flows)
        return {
            "service": True,
            "key": self.key() or bool(noted.get("key")),
            "source": bool(config.sources),
            "destination": bool(config.targets),
            "mapping": bool(flows),
            "dry_run": bool(flows) and (bool(noted.get("dry_run")) or live),
            "link": bool(flows) and (not linking or self.linked() or bool(noted.get("link"))),
            "live": bool(running),
        }

    def _note(self, word: str) -> None:
        with self._lock:
            note(self.home, word)
            self._notes[word] = True
