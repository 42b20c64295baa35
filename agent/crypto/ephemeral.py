"""A cipher whose keys never leave memory: for spooled data that nobody needs after a restart."""

from __future__ import annotations

import os

from agent.crypto.primitives import KEY_BYTES
from agent.crypto.ring import MAX_MESSAGES, Allowance, KeyRing


class EphemeralCipher(KeyRing):
    """Seals under keys that die with the process (satisfies `agent.ports.Cipher`)."""

    def __init__(self) -> None:
        self._supply_of_keys = _MemoryKeys()
        super().__init__(os.urandom(16).hex(), os.urandom(KEY_BYTES), self._supply_of_keys)

    def rotate(self) -> int:
        """Seal under a new key from now on; returns its number. What was sealed still opens."""
        key_id = self._supply_of_keys.rotate()
        self.renew()
        return key_id

    def forget(self) -> None:
        """Destroy every key but the current one."""
        self._supply_of_keys.forget()
        self.renew()


class _MemoryKeys:
    """Keys in memory, each for one allowance."""

    def __init__(self) -> None:
        self._keys: list[bytes] = []
        self._given = 0
        """The number of the last key that was given out: each has one allowance."""

    def rotate(self) -> int:
        self._keys.append(os.urandom(KEY_BYTES))
        return len(self._keys)

    def allow(self) -> Allowance:
        if self._given == len(self._keys):
            self.rotate()
        self._given = len(self._keys)
        return Allowance(self._given, self._keys[-1], MAX_MESSAGES)

    def current(self) -> int:
        return len(self._keys) or self.rotate()

    def key(self, key_id: int) -> bytes | None:
        return (self._keys[key_id - 1] or None) if 0 < key_id <= len(self._keys) else None

    def forget(self) -> None:
        self._keys[:-1] = [b""] * len(self._keys[:-1])
