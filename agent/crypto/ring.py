"""The cipher that the store works with: many seals under few keys, as fast as Python lets it.

    blob = "WB" | version 1 | algorithm 1 | key number 4 | nonce 12 | ciphertext | tag 16
    authenticated beside it: length | first 8 bytes of the blob, length | installation, context

The context is the caller's: what the blob is and where it belongs. It ends the authenticated data,
so that its end needs no mark. A blob names its key; no other key is ever tried.
"""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from agent.crypto.primitives import NONCE_BYTES, derive
from agent.errors import Damaged

MAX_MESSAGES = 2**28
"""Seals under one data key; random nonces would allow 2**32 (NIST SP 800-38D)."""

_MAGIC = b"WB\x01\x01"  # version 1, algorithm 1: AES-256-GCM
_HEAD = 8
_BODY = _HEAD + NONCE_BYTES
_TAG = 16
_HASHERS = 10_000
"""Prepared hashes that are kept: deriving the key of one costs more than most that is hashed."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """The leave to seal `messages` times under a key, already counted against it."""

    key_id: int
    key: bytes
    messages: int


class KeySupply(Protocol):
    """Where a ring gets its keys: the vault, or memory."""

    def allow(self) -> Allowance:
        """Leave to seal under the current key; durable before it is given. KeyUnavailable."""
        ...

    def current(self) -> int:
        """The number of the key that seals."""
        ...

    def key(self, key_id: int) -> bytes | None:
        """A key to open with; None if there is none of that number (destroyed, or foreign)."""
        ...


class _Grant:
    """An allowance with all that `seal` needs, prepared."""

    __slots__ = ("bound", "encrypt", "head", "limit", "used")

    def __init__(self, allowance: Allowance, installation: bytes) -> None:
        self.head = _MAGIC + allowance.key_id.to_bytes(4, "big")
        self.bound = _bound(self.head, installation)
        self.encrypt = AESGCM(allowance.key).encrypt
        self.limit = allowance.messages
        self.used = itertools.count()


class KeyRing:
    """Seals and opens under the keys of one installation (satisfies `agent.ports.Cipher`).

    Threads may share it.
    """

    def __init__(self, installation: str, index_key: bytes, supply: KeySupply) -> None:
        self._installation = installation.encode()
        self._index_key = index_key
        self._supply = supply
        self._lock = threading.Lock()
        self._grant: _Grant | None = None
        self._hashers: dict[tuple[str, int], Callable[[], blake2b]] = {}
        self._openers: dict[bytes, tuple[Callable[[bytes, bytes, bytes], bytes], bytes]] = {}

    def __repr__(self) -> str:
        return "KeyRing()"

    def seal(self, context: bytes, plain: bytes) -> bytes:
        """Encrypt and authenticate, bound to `context`. Raises KeyUnavailable."""
        grant = self._grant
        if grant is None or next(grant.used) >= grant.limit:
            grant = self._next_grant()
        nonce = os.urandom(NONCE_BYTES)
        return grant.head + nonce + grant.encrypt(nonce, plain, grant.bound + context)

    def open(self, context: bytes, sealed: bytes) -> bytes:
        """Reverse `seal`. Raises Damaged when bytes, context or key do not belong together."""
        opener = self._openers.get(sealed[:_HEAD]) or self._opener(sealed)
        decrypt, bound = opener
        try:
            return decrypt(sealed[_HEAD:_BODY], sealed[_BODY:], bound + context)
        except (InvalidTag, ValueError) as error:
            raise _damaged() from error

    def keyed_hash(self, purpose: str, size: int = 16) -> Callable[[bytes], bytes]:
        """A keyed hash for one purpose under the index key: stable for the installation's life."""
        copy = self._hasher(purpose, size)

        def hashed(data: bytes) -> bytes:
            state = copy()
            state.update(data)
            return state.digest()

        return hashed

    def keyed_hashes(self, purpose: str) -> Callable[[Iterable[bytes]], bytes]:
        """The 16-byte `keyed_hash` of many values at once, joined: a load hashes every record."""
        copy = self._hasher(purpose, 16)

        def hashed(many: Iterable[bytes]) -> bytes:
            found = []
            for data in many:
                state = copy()
                state.update(data)
                found.append(state.digest())
            return b"".join(found)

        return hashed

    def _hasher(self, purpose: str, size: int) -> Callable[[], blake2b]:
        """Makes hashes that have taken in nothing yet but the key."""
        made = self._hashers.get((purpose, size))
        if made is None:
            made = blake2b(key=derive(self._index_key, "index/" + purpose), digest_size=size).copy
            if len(self._hashers) >= _HASHERS:  # purposes hold names of columns: some may be many
                self._hashers.clear()
            self._hashers[purpose, size] = made
        return made

    def head(self) -> bytes:
        """How everything begins that is sealed under the current key (`agent.ports`)."""
        return _MAGIC + self._supply.current().to_bytes(4, "big")

    def renew(self) -> None:
        """Take the next seal's key from the supply: keys were rotated or destroyed."""
        with self._lock:
            self._grant = None
            self._openers = {}

    def _next_grant(self) -> _Grant:
        with self._lock:
            grant = self._grant
            while grant is None or next(grant.used) >= grant.limit:
                grant = self._grant = _Grant(self._supply.allow(), self._installation)
            return grant

    def _opener(self, sealed: bytes) -> tuple[Callable[[bytes, bytes, bytes], bytes], bytes]:
        head = sealed[:_HEAD]
        if len(sealed) < _BODY + _TAG or not head.startswith(_MAGIC):
            raise _damaged()
        key = self._supply.key(int.from_bytes(head[len(_MAGIC) :], "big"))
        if key is None:
            raise Damaged(
                "A sealed entry names a key that this installation does not have.",
                code="KEY_UNKNOWN",
                hint="The key was destroyed, or the key folder is older than the data. Restore "
                "the newest copy of the keys folder.",
            )
        opener = self._openers[head] = AESGCM(key).decrypt, _bound(head, self._installation)
        return opener


def _bound(head: bytes, installation: bytes) -> bytes:
    parts = (head, installation)
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _damaged() -> Damaged:
    return Damaged(hint="Its row is read again from the source; run `waybill doctor` if it recurs.")
