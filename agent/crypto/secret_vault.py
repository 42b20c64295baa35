"""Secrets (passwords, tokens, private keys): one sealed file, read by name, never listed by value.

The whole file is sealed as one, names included, under a key of its own: no rotation or destruction
of data keys reaches it. What the configuration writes as `secret:NAME` is `get(NAME)` here.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from agent import durable
from agent.crypto import primitives
from agent.errors import KeyUnavailable, SecretMissing, WrongUse
from agent.ports import Clock

SECRETS_FILE = "secrets.sealed"
MAX_CHARACTERS = 64 * 1024
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


class _Stored(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    value: str = Field(repr=False)
    set_at: datetime
    expires: datetime | None = None


_FILE = TypeAdapter(dict[str, _Stored])


@dataclass(frozen=True, slots=True)
class SecretInfo:
    """All that may be told about a secret."""

    name: str
    set_at: datetime
    expires: datetime | None


class SecretVault:
    """Satisfies `agent.ports.SecretStore`. Threads may share it."""

    def __init__(
        self,
        folder: Path,
        key: bytes,
        installation: str,
        clock: Clock,
        reveal: Callable[[str], None],
    ) -> None:
        self._path = folder / SECRETS_FILE
        self._key = key
        self._record = f"secrets\n{installation}".encode()
        self._clock = clock
        self._reveal = reveal
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return "SecretVault()"

    def get(self, name: str) -> str:
        """The secret called `name`. Raises SecretMissing."""
        with self._lock:
            stored = self._read().get(name)
        if stored is None:
            raise SecretMissing(
                f"The secret {_shown(name)} is not set.",
                hint=f"Set it: waybill secrets set {_shown(name)}",
            )
        self._reveal(stored.value)
        return stored.value

    def set(self, name: str, value: str, expires: datetime | None = None) -> None:
        """Set or replace a secret; durable when this returns. Raises WrongUse."""
        if not _NAME.fullmatch(name):
            raise WrongUse(
                "A secret's name is letters, digits, dots, dashes and underscores, at most 64.",
                code="SECRET_NAME",
            )
        if not 0 < len(value) <= MAX_CHARACTERS:
            raise WrongUse(
                f"The value for {name} is empty or longer than {MAX_CHARACTERS} characters.",
                code="SECRET_VALUE",
                params={"name": name, "most": str(MAX_CHARACTERS)},
            )
        if expires is not None and expires.tzinfo is None:
            raise WrongUse("An expiry needs a time zone.", code="SECRET_EXPIRY")
        self._reveal(value)
        with self._lock:
            stored = _Stored(value=value, set_at=self._clock.now(), expires=expires)
            self._write(self._read() | {name: stored})

    def delete(self, name: str) -> bool:
        """Remove a secret; durable when this returns. False: there was none of that name."""
        with self._lock:
            stored = self._read()
            if stored.pop(name, None) is None:
                return False
            self._write(stored)
            return True

    def list(self) -> tuple[SecretInfo, ...]:
        """Names with their dates, sorted; never values."""
        with self._lock:
            stored = self._read()
        return tuple(
            SecretInfo(name, item.set_at, item.expires) for name, item in sorted(stored.items())
        )

    def _read(self) -> dict[str, _Stored]:
        try:
            sealed = self._path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise KeyUnavailable(
                f"The secrets cannot be read: {error.strerror}. Nothing was changed.",
                hint="Look at the permissions of the keys folder.",
            ) from error
        plain = primitives.unwrap(self._key, sealed, self._record)
        if plain is None:
            raise KeyUnavailable(
                "The file of secrets does not open: it was damaged, or is another "
                "installation's. Nothing was changed.",
                hint=f"Restore {SECRETS_FILE} from a backup, or remove it and set the secrets "
                "again.",
            )
        return _FILE.validate_json(plain)

    def _write(self, stored: dict[str, _Stored]) -> None:
        sealed = primitives.wrap(self._key, _FILE.dump_json(stored), self._record)
        try:
            durable.write(self._path, sealed)
        except OSError as error:
            raise KeyUnavailable(
                f"The secrets cannot be written: {error.strerror}. They are as they were.",
                hint="Look at the free space and the permissions of the keys folder.",
            ) from error


def expiry(text: str) -> datetime | None:
    """The end of a day written as `YYYY-MM-DD`, UTC; None where nothing is. Raises WrongUse."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise WrongUse(
            "The day until which a secret is good is written as 2027-01-31.", code="SECRET_EXPIRY"
        ) from None
    return datetime.combine(day, time(23, 59, 59), UTC)


def _shown(name: str) -> str:
    """A name as it may stand in an error: a value pasted in its place does not."""
    return name if _NAME.fullmatch(name) else "(not a valid name)"
