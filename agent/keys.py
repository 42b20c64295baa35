"""Keys and secrets of a home folder, also while no service runs.

Apart from the composition root, so that `waybill init` and `waybill secrets set` load nothing of
the agent but its keys.
"""

from __future__ import annotations

import os
from pathlib import Path

from agent.clock import SystemClock
from agent.crypto import KeyVault, Wrapper, default_wrapper, expiry, taken_over
from agent.errors import KeyMismatch, KeyUnavailable
from agent.model import Json
from agent.ports import Clock
from agent.queue import sample

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


def wrapper(folder: Path) -> Wrapper:
    """How this machine wraps the master key of a folder of keys."""
    return default_wrapper(folder, os.environ)


def verify(home: Path, recovery_key: str) -> dict[str, Json]:
    """Whether a recovery key opens this home: tried on what is sealed there, nothing is changed.

    For an agent that is not running. A slip of the pen is told as one. Raises KeyUnavailable.
    """
    folder = home / FOLDER
    try:
        alone = KeyVault.tried(folder, SystemClock(), recovery_key)
    except KeyMismatch as error:
        return {"ok": False, "text": error.title, "hint": error.hint}
    except KeyUnavailable as error:
        if error.code != "RECOVERY_KEY_MISTYPED":
            raise
        return {"ok": False, "text": error.title, "hint": error.hint}
    opened, failed = sample.tried_in(home / "queue.db", alone.installation, alone.ring)
    secrets = len(alone.secrets().list())
    return {
        "ok": not failed,
        "text": "This is the recovery key of this home. With nothing else,"
        f" {opened} of {opened + failed} sealed items and {secrets} secrets were opened.",
        "hint": "What does not open was damaged, or its data key is gone." if failed else "",
        "opened": opened,
        "failed": failed,
    }


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
