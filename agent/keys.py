"""Keys and secrets of a home folder, also while no service runs.

Apart from the composition root, so that `waybill init` and `waybill secrets set` load nothing of
the agent but its keys.
"""

from __future__ import annotations

import os
from pathlib import Path

from agent.clock import SystemClock
from agent.crypto import KeyVault, default_wrapper, expiry, taken_over
from agent.errors import KeyUnavailable
from agent.ports import Clock

FOLDER = "keys"


def initialise(home: Path) -> str:
    """Make the keys of a new home folder. Returns the recovery key, shown once."""
    keys = home / FOLDER
    created = KeyVault.create(
        keys, default_wrapper(keys, os.environ), SystemClock(), exists=(home / "queue.db").exists()
    )
    return created.recovery_key


def set_secret(home: Path, name: str, value: str, expires: str = "") -> None:
    """Set a secret while no service runs. Raises KeyUnavailable, CryptoError, WrongUse."""
    open_vault(home, SystemClock()).secrets().set(name, value, expiry(expires))


def recover(home: Path, recovery_key: str) -> str:
    """Open the keys of a home by its recovery key, for this machine and account from now on.

    Returns the id of the installation. Raises KeyUnavailable, KeyMismatch.
    """
    keys = home / FOLDER
    wrapper = default_wrapper(keys, os.environ)
    return KeyVault.recover(keys, wrapper, SystemClock(), recovery_key).installation


def open_vault(home: Path, clock: Clock) -> KeyVault:
    """The keys of a home folder; a service keeps them to itself from now on. Raises KeyUnavailable."""
    keys = home / FOLDER
    if not KeyVault.is_in(keys):
        raise KeyUnavailable(
            f"There are no keys in {home}.",
            hint="Make a new home folder with `waybill init`, or restore its keys folder.",
        )
    vault = KeyVault.open(keys, default_wrapper(keys, os.environ), clock)
    if own := taken_over(keys):
        vault.rewrap(own)
    return vault
