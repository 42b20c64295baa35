"""The thread that seals everything anew after a rotation, while delivery goes on.

It works for at most a tenth of the time, and stands back while records move. What was under way at
the rotation (a page that was sealed and not committed) has a day to arrive, or a restart, before
everything is checked once more; then an older key is destroyed, if nothing needs it (RULES 8).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Final, Protocol

from agent.audit import Audit
from agent.crypto import DataKey
from agent.errors import StoreDamaged, WaybillError
from agent.log import get_logger
from agent.model import Json
from agent.ports import Clock, Stop
from agent.queue.reseal import Progress, Reseal
from agent.queue.store import Store
from agent.runtime.moments import instant
from agent.wake import Wake

_logger = get_logger(__name__)

REST: Final = timedelta(days=1)
FIRST: Final = 3.0
IDLE: Final = 60.0
STANDS_BACK: Final = 2.0
"""Seconds between two steps while records move."""
_DUTY: Final = 9.0
"""Times as long as a step took it rests after it."""
_BASES: Final = 5.0
_AFTER_TROUBLE: Final = 60.0
_LIVE: Final = frozenset(
    {"queue.db", "queue.db-wal", "queue.db-shm", "queue.db.suspect", "queue.db.salvaging"}
)


class Vault(Protocol):
    """The keys, as far as they are followed and destroyed."""

    def data_keys(self) -> tuple[DataKey, ...]:
        """Oldest first; the last one seals."""
        ...

    def needs_rotation(self) -> bool:
        """Whether the one that seals has served its time."""
        ...

    def rotate(self) -> int:
        """Seal under a new one from now on."""
        ...

    def destroy(self, key_id: int) -> None:
        """Forget one, and what it sealed."""
        ...


class Renewable(Protocol):
    """Whoever has the ledger of a stream open: its source's worker."""

    def renew(self, work: Callable[[int], bool]) -> None:
        """Let the ledger's base be written anew before the next read."""
        ...


@dataclass
class Resealer:
    """Goes on with the re-sealing, step by step."""

    home: Path
    store: Store
    reseal: Reseal
    vault: Vault
    workers: Callable[[], Mapping[int, Renewable]]
    """By stream, those that are configured."""
    audit: Audit
    clock: Clock
    stop: Stop
    fatal: Callable[[WaybillError], None]
    _rest_until: float = field(init=False)
    _tick: int = field(init=False)
    _wake: Wake = field(init=False)

    def __post_init__(self) -> None:
        self._rest_until = self.clock.monotonic()  # nothing is under way when the agent starts
        self._tick = self.store.tick
        self._wake = Wake(self.stop)

    def run(self) -> None:
        """The loop of its thread."""
        wait = FIRST
        while True:
            self._wake.wait(wait)
            if self.stop.is_set():
                return
            try:
                wait = self.step()
            except StoreDamaged as error:
                self.fatal(error)
                wait = _AFTER_TROUBLE
            except (WaybillError, OSError) as error:
                code = error.code if isinstance(error, WaybillError) else "RESEAL_IO"
                _logger.warning("re-sealing waits", code=code, reason=str(error))
                wait = _AFTER_TROUBLE

    def wake(self) -> None:
        """There is something to do."""
        self._wake.ring()

    def step(self) -> float:
        """Do a little. Returns seconds after which to go on."""
        if self.vault.needs_rotation():
            number = self.vault.rotate()
            self.audit.append("waybill", "keys.rotate", str(number), "ok", {"why": "its time"})
        if len(self.vault.data_keys()) < 2:
            return IDLE  # there is no other key that anything could be sealed under
        begun = self.clock.monotonic()
        if self.reseal.columns_done():
            return self._bases()
        now = self.reseal.step()
        if now.phase == "resting":
            if begun < self._rest_until:
                return IDLE
            self.reseal.check()
            return 0.0
        if now.phase == "done":
            self._destroy()
            return IDLE
        busy, self._tick = self.store.tick != self._tick, self.store.tick
        took = self.clock.monotonic() - begun
        return STANDS_BACK if busy else max(0.02, took * _DUTY)

    def state(self) -> dict[str, Json]:
        """How far it is, for people."""
        now = self._standing()
        older = len(self.vault.data_keys()) - 1
        return {
            "phase": now.phase,
            "percent": int(now.share * 100),
            "sealed": now.sealed,
            "older_keys": older,
            "kept_for": list[Json](self._copies()) if older > 0 else [],
            "rows": min(now.rows, now.total),
            "total": now.total,
            "rests_until": self._rests_until() if now.phase == "resting" else None,
        }

    def seen(self) -> object:
        """Another one whenever `state` is worth being asked again."""
        now = self._standing()
        return now.phase, int(now.share * 100), len(self.vault.data_keys())

    # --- inside -----------------------------------------------------------------------------------

    def _standing(self) -> Progress:
        """Where it stands; done, as long as there is no other key."""
        now = self.reseal.standing()
        return now if len(self.vault.data_keys()) > 1 else replace(now, phase="done")

    def _rests_until(self) -> str | None:
        left = max(0.0, self._rest_until - self.clock.monotonic())
        return instant(self.clock.now().timestamp() + left)

    def _bases(self) -> float:
        old = self.reseal.old_bases()
        workers = self.workers()
        for stream in old:
            if stream in workers:
                workers[stream].renew(self.reseal.base)
            else:
                self.reseal.base(stream)
        if old:
            return _BASES
        before = self.reseal.progress.phase
        now = self.reseal.next_phase()
        if before == "sealing":
            self._rest_until = self.clock.monotonic() + REST.total_seconds()
            _logger.info("sealed anew", entries=now.sealed)
        return 0.0

    def _destroy(self) -> None:
        """Keys that nothing needs: everything was gone through twice and none of it is theirs."""
        older = self.vault.data_keys()[:-1]
        if not older or self._copies():
            return
        self.store.db.checkpoint()  # what was sealed anew is in the database itself, not in its log
        for key in older:
            self.vault.destroy(key.id)
            self.audit.append("waybill", "keys.destroy", str(key.id), "ok", {"needed_by": "0"})
            _logger.info("a data key was destroyed", reason=f"nothing needs number {key.id}")

    def _copies(self) -> list[str]:
        """Databases that were set aside, or are kept for a way back: they need their keys."""
        found = [path.name for path in self.home.glob("queue.db*") if path.name not in _LIVE]
        beside = sorted(name for name in found if not name.endswith((".new", "-wal", "-shm")))
        kept = self.home.glob("upgrade/*/queue.db")
        return [*beside, *sorted(path.relative_to(self.home).as_posix() for path in kept)]
