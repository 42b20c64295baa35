"""The secrets as people use them: set, and listed without values."""

from __future__ import annotations

from agent.config import Config
from agent.crypto import SecretVault
from agent.model import Json


class SecretDesk:
    """The secrets as people use them: set, and listed without values."""

    def __init__(self, vault: SecretVault, config: Config) -> None:
        self._vault = vault
        self._named = config.secrets

    def set(self, name: str, value: str) -> None:
        """Set a secret."""
        self._vault.set(name, value)

    def names(self) -> list[dict[str, Json]]:
        """Which are set, which the configuration names."""
        set_ = {info.name: info for info in self._vault.list()}
        return [
            {
                "name": name,
                "set": name in set_,
                "set_at": set_[name].set_at.isoformat() if name in set_ else None,
                "expires": (
                    expires.isoformat()
                    if name in set_ and (expires := set_[name].expires) is not None
                    else None
                ),
                "used": name in self._named,
            }
            for name in sorted({*set_, *self._named})
        ]
