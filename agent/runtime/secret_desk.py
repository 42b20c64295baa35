"""The secrets as people use them: set, listed without values, and told of before they expire."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from agent.config import Config
from agent.crypto import SecretVault
from agent.health import Conditions, Severity
from agent.model import Json

EXPIRES = "SECRET_EXPIRES"
_TELL = timedelta(days=30)
_SOON = timedelta(days=1)


class SecretDesk:
    """Who gets a secret asks the vault itself; here none is ever read."""

    def __init__(self, vault: SecretVault, config: Config) -> None:
        self._vault = vault
        self._named = config.secrets

    def set(self, name: str, value: str, expires: datetime | None = None) -> None:
        """Set a secret, with the time until which it is good. Raises WrongUse."""
        self._vault.set(name, value, expires)

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

    def tell(self, conditions: Conditions, now: datetime) -> None:
        """One condition for each secret in use that expires within 30 days, worse on the last."""
        due = dict(self._expiring(now))
        for condition in conditions.list():
            if condition.code == EXPIRES and condition.subject not in due:
                conditions.clear(EXPIRES, condition.subject)
        for subject, (name, expires) in due.items():
            days = (expires - now) // timedelta(days=1)
            when = f"expires on {expires.astimezone(UTC):%Y-%m-%d}"
            left = f"in {days} days" if days > 1 else "within two days" if days else "within a day"
            conditions.raise_(
                EXPIRES, subject,
                f"The secret {name} {when}, {left}." if now < expires else
                f"The secret {name} has expired.",
                f"Get a new one, then: waybill secrets set {name} --expires DATE",
                Severity.ERROR if expires - now < _SOON else Severity.WARNING,
                "Nothing is lost. Once it is not accepted any more, what signs in with it pauses "
                "and everything for it waits.",
                params={
                    "secret": name, "date": f"{expires.astimezone(UTC):%Y-%m-%d}",
                    "days": str(max(0, days)),
                },
            )  # fmt: skip

    def _expiring(self, now: datetime) -> Iterator[tuple[str, tuple[str, datetime]]]:
        for info in self._vault.list():
            near = info.expires is not None and info.expires - now < _TELL
            if near and info.expires is not None and info.name in self._named:
                yield f"secret {info.name}", (info.name, info.expires)
