"""The key vault: the folder `keys/` of an installation.

    keys.json        all keys, wrapped            wrapping.key    what wraps them (FileWrapper)
    secrets.sealed   passwords and tokens         entropy.bin     Windows: second half of a wrap

A vault is made once, at the first start, and never over data that exists: keys that come too late
open nothing. One process at a time (the home's lock sees to that); threads may share a vault.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from agent import durable
from agent.crypto import primitives, recovery
from agent.crypto.keyfile import KeyFile, State, StoredKey
from agent.crypto.ring import MAX_MESSAGES, Allowance, KeyRing
from agent.crypto.secret_vault import SecretVault
from agent.crypto.wrapping import KEYS_FILE, Wrapper
from agent.errors import KeyMismatch, KeyUnavailable
from agent.ports import Clock

PERIOD = timedelta(days=90)
"""A data key seals no longer than this; then `needs_rotation` says so."""

PROVEN_FILE = "recovery.proven"
"""In the folder of keys: when somebody last typed the recovery key in force."""

_BLOCK = 2**16  # seals reserved at a time: one durable write for each
_RECOVER = "Run `waybill keys recover` with the recovery key that was shown when it was set up."


class Created(NamedTuple):
    """A new vault, and its recovery key: shown once, stored nowhere."""

    vault: KeyVault
    recovery_key: str


@dataclass(frozen=True, slots=True)
class DataKey:
    """What may be told about a data key."""

    id: int
    created: datetime
    state: State
    reserved: int


class KeyVault:
    """The keys of one installation. Made by `create`, `open` or `recover`."""

    def __init__(self, folder: Path, clock: Clock, file: KeyFile, master: bytes) -> None:
        self._folder = folder
        self._clock = clock
        self._file = file
        self._master = master
        self._wrapping = primitives.derive(master, "data/v1")
        self._lock = threading.RLock()
        self.ring = KeyRing(file.installation, self._index_key(), self)
        """The cipher of this installation: seals under the current data key."""

    def __repr__(self) -> str:
        return f"KeyVault({self._folder})"

    # --- coming into being ---

    @staticmethod
    def is_in(folder: Path) -> bool:
        """Whether a vault was made in this folder."""
        return (folder / KEYS_FILE).exists()

    @staticmethod
    def create(folder: Path, wrapper: Wrapper, clock: Clock, *, exists: bool) -> Created:
        """Make new keys. `exists`: the home already has a database, which they could not open."""
        if exists or KeyVault.is_in(folder):
            raise KeyUnavailable(
                "This home already has data or keys; new keys would not open them. "
                "Nothing was changed.",
                hint="Restore the keys folder from a backup, or choose an empty home folder.",
            )
        durable.private_folder(folder)
        installation, created = os.urandom(16).hex(), clock.now().isoformat()
        master, index = os.urandom(primitives.KEY_BYTES), os.urandom(primitives.KEY_BYTES)
        recovery_key = os.urandom(primitives.KEY_BYTES)
        file = KeyFile(
            installation=installation,
            created=created,
            check=_check_value(master, installation),
            wraps={wrapper.name: wrapper.wrap(master)},
            recovery=_recovery_wrap(recovery_key, master, installation),
            index=primitives.wrap(
                primitives.derive(master, "index/v1"), index, _index_record(installation)
            ),
            data=[],
        )
        vault = KeyVault(folder, clock, file, master)
        vault._add_key()  # also writes the file
        return Created(vault, recovery.to_text(recovery_key))

    @staticmethod
    def open(
        folder: Path, wrapper: Wrapper, clock: Clock, *, installation: str | None = None
    ) -> KeyVault:
        """Open the vault as the service does. `installation` is the one the database names."""
        file = KeyFile.read(folder)
        _same_installation(file, installation)
        if wrapper.name not in file.wraps:
            raise KeyUnavailable(
                f"The master key was wrapped by {' and '.join(file.wraps) or 'nothing'}, "
                f"which this machine or account does not offer ({wrapper.name}).",
                hint=_RECOVER,
            )
        return KeyVault._opened(folder, clock, file, wrapper.unwrap(file.wraps[wrapper.name]))

    @staticmethod
    def recover(
        folder: Path,
        wrapper: Wrapper,
        clock: Clock,
        recovery_key: str,
        *,
        installation: str | None = None,
    ) -> KeyVault:
        """Open the vault by its recovery key, and wrap it anew for this machine and account."""
        file = KeyFile.read(folder)
        _same_installation(file, installation)
        vault = KeyVault._opened(folder, clock, file, _by_recovery_key(file, recovery_key))
        vault.rewrap(wrapper)
        return vault

    @staticmethod
    def tried(folder: Path, clock: Clock, recovery_key: str) -> KeyVault:
        """The vault opened by its recovery key alone, to look: nothing is wrapped or written."""
        file = KeyFile.read(folder)
        return KeyVault._opened(folder, clock, file, _by_recovery_key(file, recovery_key))

    @staticmethod
    def _opened(folder: Path, clock: Clock, file: KeyFile, master: bytes) -> KeyVault:
        if not compare_digest(file.check, _check_value(master, file.installation)):
            raise KeyMismatch(
                "The master key belongs to another installation than the key file. "
                "Nothing was changed.",
                hint="Restore the whole keys folder from one backup; do not mix its files.",
            )
        return KeyVault(folder, clock, file, master)

    # --- what it holds ---

    @property
    def installation(self) -> str:
        """The installation's id: stored in the database too, and bound into every seal."""
        return self._file.installation

    def secrets(self, reveal: Callable[[str], None] = lambda _: None) -> SecretVault:
        """The vault's secrets. `reveal` hears each value before it is used (to redact logs)."""
        key = primitives.derive(self._master, "secrets/v1")
        return SecretVault(self._folder, key, self.installation, self._clock, reveal)

    def data_keys(self) -> tuple[DataKey, ...]:
        """The data keys, oldest first."""
        return tuple(
            DataKey(key.id, datetime.fromisoformat(key.created), key.state, key.reserved)
            for key in self._file.data
        )

    # --- rotation ---

    def needs_rotation(self) -> bool:
        """Whether the current data key has served its time. At its message cap it goes alone."""
        current = self._current()
        age = self._clock.now() - datetime.fromisoformat(current.created) if current else PERIOD
        return age >= PERIOD

    def rotate(self) -> int:
        """Seal under a new data key from now on; returns its number. Older ones still open."""
        with self._lock:
            key_id = self._add_key()
        self.ring.renew()  # outside the lock: the ring asks `allow` under a lock of its own
        return key_id

    def destroy(self, key_id: int) -> None:
        """Forget a data key, and with it all that it sealed. The caller knows nothing needs it."""
        with self._lock:
            keep = [item for item in self._file.data if item.id != key_id]
            current = self._current()
            if len(keep) == len(self._file.data) or (current and current.id == key_id):
                raise KeyUnavailable(
                    f"Data key {key_id} is in use or does not exist; nothing was destroyed.",
                    hint="Rotate first: only keys that no longer seal can be destroyed.",
                )
            self._change(data=keep)
        self.ring.renew()

    def rewrap(self, wrapper: Wrapper) -> None:
        """Let another wrapper open this vault, instead of those that did so far."""
        with self._lock:
            durable.private_folder(self._folder)
            self._change(wraps={wrapper.name: wrapper.wrap(self._master)})

    def new_recovery_key(self) -> str:
        """Replace the recovery key; returns the new one, shown once. The old one opens no more."""
        key = os.urandom(primitives.KEY_BYTES)
        with self._lock:
            self._change(recovery=_recovery_wrap(key, self._master, self.installation))
        return recovery.to_text(key)

    def proves_recovery_key(self, recovery_key: str) -> bool:
        """Whether this recovery key would open the vault: for the drill. Raises on a slip."""
        key = recovery.from_text(recovery_key)
        return _recovered(self._file, key) == self._master

    def confirm_recovery_key(self, recovery_key: str) -> bool:
        """As `proves_recovery_key`; a proof is remembered until the key is replaced."""
        if not self.proves_recovery_key(recovery_key):
            return False
        proof = {"at": self._clock.now().isoformat(), "of": self._recovery_mark()}
        try:
            durable.write(self._folder / PROVEN_FILE, json.dumps(proof).encode())
        except OSError as error:
            raise KeyUnavailable(
                f"That the recovery key is right cannot be written down: {error.strerror}.",
                hint="Look at the free space and the permissions of the keys folder.",
            ) from error
        return True

    def recovery_confirmed(self) -> datetime | None:
        """When the recovery key in force was last proven; None: never."""
        try:
            proof = json.loads((self._folder / PROVEN_FILE).read_text(encoding="utf-8"))
            at = datetime.fromisoformat(proof["at"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return at if proof.get("of") == self._recovery_mark() else None

    # --- backups ---

    def carried(self) -> str:
        """The keys as a backup carries them: only the recovery key opens them. JSON."""
        with self._lock:
            return self._file.model_copy(update={"wraps": {}}).model_dump_json()

    def backup_key(self, number: str) -> bytes:
        """The key of the backup with this number, and of no other."""
        return primitives.derive(self._master, f"backup/v1/{number}")

    # --- what the ring asks (KeySupply) ---

    def allow(self) -> Allowance:
        """Leave for the next block of seals, counted on disk before it is given."""
        with self._lock:
            current = self._current()
            if current is None or current.reserved + _BLOCK > MAX_MESSAGES:
                self._add_key()
                current = self._file.data[-1]
            key = self.key(current.id)
            if key is None:
                raise KeyUnavailable(
                    "The current data key does not open: the key file was altered.",
                    hint="Restore the keys folder from a backup.",
                )
            counted = current.model_copy(update={"reserved": current.reserved + _BLOCK})
            self._change(data=[*self._file.data[:-1], counted])
            return Allowance(current.id, key, _BLOCK)

    def current(self) -> int:
        """The number of the key that seals; one is made where there is none."""
        with self._lock:
            current = self._current()
            return current.id if current else self._add_key()

    def key(self, key_id: int) -> bytes | None:
        """A data key to open with, if it is there and whole."""
        with self._lock:
            stored = next((item for item in self._file.data if item.id == key_id), None)
        if stored is None:
            return None
        record = stored.record(self.installation)
        return primitives.unwrap(self._wrapping, stored.wrapped, record)

    # --- inside ---

    def _recovery_mark(self) -> str:
        """Tells one recovery key from the next, and nothing about either."""
        return primitives.fingerprint(self._wrapping, self._file.recovery).hex()

    def _current(self) -> StoredKey | None:
        newest = self._file.data[-1] if self._file.data else None
        return newest if newest and newest.state is State.CURRENT else None

    def _add_key(self) -> int:
        """A new current data key, at the end of the list, on disk before it is used."""
        key_id, created = self._file.next_id, self._clock.now().isoformat()
        stored = StoredKey(id=key_id, created=created, state=State.CURRENT, wrapped=b"")
        key = os.urandom(primitives.KEY_BYTES)
        stored.wrapped = primitives.wrap(self._wrapping, key, stored.record(self.installation))
        older = [item.model_copy(update={"state": State.OPENS_ONLY}) for item in self._file.data]
        self._change(data=[*older, stored], next_id=key_id + 1)
        return key_id

    def _change(self, **changes: object) -> None:
        """Alter the key file: on disk first, then in memory."""
        changed = self._file.model_copy(update=changes)
        changed.write(self._folder)
        self._file = changed

    def _index_key(self) -> bytes:
        wrapping = primitives.derive(self._master, "index/v1")
        key = primitives.unwrap(wrapping, self._file.index, _index_record(self.installation))
        if key is None:
            raise KeyUnavailable(
                "The index key does not open: the key file was altered. Nothing was changed.",
                hint="Restore the keys folder from a backup.",
            )
        return key


def backup_key(carried: str, recovery_key: str, number: str) -> bytes:
    """The key of a backup by what it carries. Raises KeyMismatch, KeyUnavailable."""
    try:
        file = KeyFile.model_validate_json(carried)
    except ValidationError as error:
        raise KeyUnavailable("The keys that the backup carries are damaged.") from error
    return primitives.derive(_by_recovery_key(file, recovery_key), f"backup/v1/{number}")


def _same_installation(file: KeyFile, installation: str | None) -> None:
    if installation is not None and installation != file.installation:
        raise KeyMismatch(
            "The keys folder belongs to another installation than the database. "
            "Nothing was changed.",
            hint="Bring database and keys folder of one home together again.",
        )


def _check_value(master: bytes, installation: str) -> bytes:
    return primitives.fingerprint(primitives.derive(master, "check/v1"), installation.encode())


def _index_record(installation: str) -> bytes:
    return f"index\n{installation}".encode()


def _recovery_wrap(key: bytes, master: bytes, installation: str) -> bytes:
    record = f"recovery\n{installation}".encode()
    return primitives.wrap(primitives.derive(key, "recovery/v1"), master, record)


def _recovered(file: KeyFile, key: bytes) -> bytes | None:
    record = f"recovery\n{file.installation}".encode()
    return primitives.unwrap(primitives.derive(key, "recovery/v1"), file.recovery, record)


def _by_recovery_key(file: KeyFile, text: str) -> bytes:
    master = _recovered(file, recovery.from_text(text))
    if master is None:
        raise KeyMismatch(
            "This recovery key belongs to another installation, or was replaced since. "
            "Nothing was changed.",
            hint="Look for the recovery key with the installation id "
            f"{file.installation[:8]} on it.",
        )
    return master
