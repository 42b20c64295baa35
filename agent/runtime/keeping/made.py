"""Puts the room together, and ties it to the running agent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agent.audit import Audit
from agent.crypto import KeyVault
from agent.health import Conditions
from agent.queue import sample
from agent.queue.reseal import Reseal
from agent.runtime.agent import Agent
from agent.runtime.keeping.backups import Backups
from agent.runtime.keeping.key_desk import KeyDesk
from agent.runtime.keeping.resealer import Resealer
from agent.runtime.operate.desk import Answer, word
from agent.runtime.setup import Tools
from agent.runtime.source_worker import SourceWorker


@dataclass(frozen=True, slots=True)
class Keeping:
    """What the room does in a running agent."""

    resealer: Resealer
    keys: KeyDesk
    backups: Backups

    def methods(self) -> Mapping[str, Answer]:
        """What it answers, by the name of the method."""
        keys, backups = self.keys, self.backups
        return {
            "keys.state": lambda _, __: keys.state(),
            "keys.recovery_new": lambda _, __: keys.recovery_new(),
            "keys.recovery_confirm": lambda p, _: keys.recovery_confirm(word(p, "key")),
            "keys.rotate": lambda _, __: keys.rotate(),
            "backup.state": lambda _, __: backups.state(),
            "backup.create": lambda p, caller: backups.create(word(p, "out"), caller.name),
        }

    def seen(self) -> object:
        """Another one whenever there is news for who shows keys and backups."""
        return self.resealer.seen(), self.backups.turns


def keeping(
    tools: Tools, version: str, audit: Audit, conditions: Conditions, agent: Agent
) -> Keeping:
    """The room of a running agent, whose threads run from its start to its stop."""
    home, vault = tools.home, tools.vault
    store, clock = agent.store, agent.clock

    def workers() -> Mapping[int, SourceWorker]:
        return {stream.id: agent.sources[stream.name] for stream in agent.streams}

    resealer = Resealer(
        home, store, Reseal(store, vault.ring), vault, workers, audit, clock, agent.stop, agent.fail
    )

    def try_out(key: str) -> tuple[int, int]:
        alone = KeyVault.tried(home / "keys", clock, key)
        return sample.tried(store.db.rows, store.ledger_folder, alone.installation, alone.ring)

    backups = Backups(
        home, tools.config, vault, store, audit, version, conditions, clock, agent.stop, agent.fail,
        tools.standing.backup,
    )  # fmt: skip
    agent.helpers |= {"reseal": resealer.run, "backups": backups.run}
    return Keeping(resealer, KeyDesk(vault, resealer.state, resealer.wake, try_out), backups)
