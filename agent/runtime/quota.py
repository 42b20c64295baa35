"""How much the queue may hold, and who gets which share of it (RULES 24).

Shares: parked entries, entries that wait for parents, and each target's own. A full share stops
only what would add to it, so contacts that wait for accounts never stop the accounts. What
supersedes an open entry, or is waited for, always enters, from a reserve.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from agent.errors import StoreFull
from agent.memory import NOTHING, FlowMemory
from agent.queue.sending import Sending
from agent.queue.states import State
from agent.queue.store import Store
from agent.runtime.plan import FlowPlan

Answer = TypeVar("Answer")

PARKED_SHARE = 0.20
PARENTS_SHARE = 0.20
TARGETS_SHARE = 0.55
"""The rest is the reserve."""

LOOK_EVERY = 200
"""Entries between two looks at the shares: a look costs more than an entry."""

_ON_ITS_WAY = (State.WAITING, State.LATER, State.BEHIND, State.SENDING)


@dataclass(frozen=True, slots=True)
class Room:
    """What a quota is measured in."""

    queue_bytes: int
    reserve_bytes: int


class Quota:
    """Admits entries to the queue."""

    def __init__(
        self,
        store: Store,
        sending: Sending,
        flows: Sequence[FlowPlan],
        room: Room,
        free: Callable[[], int],
    ) -> None:
        self._store = store
        self._sending = sending
        self._room = room
        self._free = free
        self._by_target: dict[str, list[int]] = {}
        for flow in flows:
            self._by_target.setdefault(flow.target, []).append(flow.id)
        self._credit: dict[int, int] = {}
        """Entries per flow that may still enter before the shares are looked at again."""

    def admit(self, flow: FlowPlan, memory: FlowMemory, lane: bytes) -> bool:
        """Whether an entry of this flow may enter the queue now."""
        if self._credit.get(flow.id, 0) > 0:
            self._credit[flow.id] -= 1
            return True
        if not self.full(flow):
            self._credit[flow.id] = LOOK_EVERY
            return True
        if memory.seq and self._sending.is_open(memory.seq):
            return True  # it takes the place of one that is here
        return lane != NOTHING and bool(
            self._store.db.one("select 1 from wait where lane = ? limit 1", (lane,))
        )

    def full(self, flow: FlowPlan) -> str:
        """Which share of this flow is full; empty if none is."""
        tally, total = self._store.tally, self._room.queue_bytes
        mine = self._by_target.get(flow.target, [flow.id])
        waiting = sum(tally.size(id_, *_ON_ITS_WAY) for id_ in mine)
        if waiting >= total * TARGETS_SHARE / max(1, len(self._by_target)):
            return f"target {flow.target}"
        parked = tally.size(None, State.PARKED)
        if parked >= total * PARKED_SHARE and tally.entries(flow.id, State.PARKED):
            return "parked"
        parents = tally.size(None, State.PARENT)
        if parents >= total * PARENTS_SHARE and tally.entries(flow.id, State.PARENT):
            return "waiting for parents"
        if self._free() < self._room.reserve_bytes:
            return "disk"
        return ""


def free_space(folder: Path) -> Callable[[], int]:
    """A function that tells the free bytes of the disk under `folder`."""
    return lambda: shutil.disk_usage(folder).free


class Reserve:
    """A file that holds room free, so that a full disk can still be worked down (RULES 24)."""

    def __init__(self, path: Path, size: int) -> None:
        self._path = path
        self._size = size

    @property
    def held(self) -> bool:
        """Whether the room is held now."""
        return self._path.exists()

    def hold(self) -> bool:
        """Take the room if there is plenty; False if there is not."""
        if self._size == 0 or self.held:
            return True
        if shutil.disk_usage(self._path.parent).free < 4 * self._size:
            return False
        temporary = self._path.with_name(self._path.name + ".tmp")
        try:
            with temporary.open("wb") as file:
                block = bytes(1 << 20)
                for _ in range(max(1, self._size >> 20)):
                    file.write(block)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(0o600)
            temporary.replace(self._path)
        except OSError:
            temporary.unlink(missing_ok=True)
            return False
        return True

    def free(self) -> bool:
        """Give the room to whoever needs it to deliver; False if it was given already."""
        try:
            self._path.unlink()
        except OSError:  # it is not there, or the disk refuses even this
            return False
        return True


@dataclass
class Disk:
    """Whether the disk under the home folder is full, and the room kept for working it down."""

    reserve: Reserve
    shrink: Callable[[], None]
    """Takes from the queue's files what they only keep for later. Raises StoreFull."""
    full: bool = False

    def give_back(self) -> None:
        """Let nothing of ours take room that a full disk needs."""
        with suppress(StoreFull):
            self.shrink()

    def fills(self) -> bool:
        """It is full: give up the reserve. True if that made room."""
        self.full = True
        return self.reserve.free()

    def with_room(self, work: Callable[[], Answer]) -> Answer:
        """Do something small; on a full disk once more, in the room of the reserve."""
        try:
            return work()
        except StoreFull:
            if not self.fills():
                raise
            return work()

    def is_full(self) -> bool:
        """Whether it still is: reading stays paused until the reserve is held again."""
        if self.full:
            self.give_back()
            self.full = not self.reserve.hold()
        return self.full
