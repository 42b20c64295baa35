"""Puts the room together, and ties it to the running agent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from agent.audit import Audit
from agent.crypto import KeyVault
from agent.model import Json
from agent.queue import sample
from agent.queue.reseal import Reseal
from agent.runtime.agent import Agent
from agent.runtime.keeping.key_desk import KeyDesk
from agent.runtime.keeping.resealer import Resealer
from agent.runtime.operate.desk import Answer, word
from agent.runtime.workers import SourceWorker


@dataclass(frozen=True, slots=True)
class Keeping:
    """What the room does in a running agent."""

    resealer: Resealer
    keys: KeyDesk

    def methods(self) -> Mapping[str, Answer]:
        """What it answers, by the name of the method."""
        keys = self.keys
        return {
            "keys.state": lambda _, __: keys.state(),
            "keys.recovery_new": lambda _, __: keys.recovery_new(),
            "keys.recovery_confirm": lambda p, _: keys.recovery_confirm(word(p, "key")),
            "keys.rotate": lambda _, __: keys.rotate(),
        }


def keeping(home: Path, vault: KeyVault, audit: Audit, agent: Agent) -> Keeping:
    """The room of a running agent, whose threads run from its start to its stop."""
    store, clock = agent.store, agent.clock

    def workers() -> Mapping[int, SourceWorker]:
        return {stream.id: agent.sources[stream.name] for stream in agent.streams}

    resealer = Resealer(
        home, store, Reseal(store, vault.ring), vault, workers, audit, clock, agent.stop, agent.fail
    )

    def try_out(key: str) -> tuple[int, int]:
        alone = KeyVault.tried(home / "keys", clock, key)
        return sample.tried(store.db.rows, alone.installation, alone.ring)

    def state() -> dict[str, Json]:
        return resealer.state()

    agent.helpers["reseal"] = resealer.run
    return Keeping(resealer, KeyDesk(vault, state, try_out))
