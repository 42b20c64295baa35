"""The methods `keys.*`: the state of the keys, a new recovery key and its proof, rotation.

A recovery key comes out once, in the answer that makes it, and is kept nowhere. That a person has
it is proven by typing it back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from agent.crypto import KeyVault
from agent.crypto.vault import PERIOD
from agent.errors import KeyUnavailable
from agent.log import protect
from agent.model import Json
from agent.runtime.moments import instant

DAMAGED = "What does not open was damaged, or its data key is gone: run `waybill doctor`."


@dataclass(frozen=True, slots=True)
class KeyDesk:
    """Answers `keys.*`."""

    vault: KeyVault
    resealing: Callable[[], dict[str, Json]]
    """How far the re-sealing under the newest key is."""
    rotated: Callable[[], None]
    """Told of a rotation."""
    try_out: Callable[[str], tuple[int, int]]
    """Opens a sample of what is sealed by nothing but this recovery key: (opened, not opened)."""

    def state(self) -> dict[str, Json]:
        """How many keys there are, how old, and whether the recovery key was proven."""
        keys = self.vault.data_keys()
        newest = keys[-1] if keys else None
        proven = self.vault.recovery_confirmed()
        return {
            "ready": newest is not None,
            "installation": self.vault.installation,
            "recovery": {
                "confirmed": proven is not None,
                "at": None if proven is None else instant(proven.timestamp()),
            },
            "data_keys": len(keys),
            "newest": instant(newest.created.timestamp()) if newest else None,
            "next_rotation": instant((newest.created + PERIOD).timestamp()) if newest else None,
            "resealing": self.resealing(),
        }

    def recovery_new(self) -> dict[str, Json]:
        """Another recovery key instead of the former one. Raises KeyUnavailable."""
        key = self.vault.new_recovery_key()
        protect(key)
        return {"key": key}

    def recovery_confirm(self, key: str) -> dict[str, Json]:
        """Whether it opens the vault; that is remembered. A slip of the pen is told as one."""
        try:
            proven = self.vault.confirm_recovery_key(key)
        except KeyUnavailable as error:
            if error.code != "RECOVERY_KEY_MISTYPED":
                raise
            return {"ok": False, "text": error.title, "hint": error.hint}
        if proven:
            opened, failed = self.try_out(key)
            return {
                "ok": not failed,
                "text": "This is the recovery key of this agent."
                f" With nothing else, {opened} of {opened + failed} sealed items were opened.",
                "hint": DAMAGED if failed else "",
                "opened": opened,
                "failed": failed,
            }
        return {
            "ok": False,
            "text": "This is a recovery key, but not the one of this agent.",
            "hint": "Each new recovery key replaces the former one; look for the newest.",
        }

    def rotate(self) -> dict[str, Json]:
        """Seal under a new data key from now on, and the rest in the background. KeyUnavailable."""
        self.vault.rotate()
        self.rotated()
        return self.state()
