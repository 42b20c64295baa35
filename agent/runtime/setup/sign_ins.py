"""The methods `sign_in.*`: a person signs in to a CRM; the token never leaves the service.

A face opens the page and, for a browser, listens on the loopback port; what the browser brings back
goes to `sign_in.finish`. What comes of it is kept as a secret here and named, never shown.
"""

from __future__ import annotations

import secrets
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from agent.config import Config
from agent.crypto import KeyVault
from agent.errors import WaybillError, WrongUse
from agent.log import protect
from agent.model import Json
from agent.ports import (
    AdapterContext,
    Clock,
    PendingCode,
    PendingSignIn,
    SignsInByBrowser,
    SignsInByCode,
)
from agent.runtime.status import StatusDesk

_LIVES: Final = 600.0
"""Seconds that a person has in a browser; codes of sign-in pages live no longer."""
_MOST: Final = 8
"""Sign-ins under way at once."""


@dataclass(slots=True)
class Begun:
    """One sign-in under way."""

    target: str
    pending: PendingSignIn | PendingCode
    until: float
    """On the monotonic clock."""
    next_poll: float = 0.0

    def close(self) -> None:
        """Release what it holds."""
        close = getattr(self.pending, "close", None)
        if close is not None:
            with suppress(WaybillError, OSError):
                close()


@dataclass
class SignIns:
    """Sign-ins under way: they outlive a configuration that is taken over. Threads may share it."""

    clock: Clock
    _begun: dict[str, Begun] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, begun: Begun) -> str:
        """Remember one; its id. The oldest gives way."""
        number = secrets.token_urlsafe(16)
        with self._lock:
            self._forget_late()
            if len(self._begun) >= _MOST:
                self._begun.pop(next(iter(self._begun))).close()
            self._begun[number] = begun
        return number

    def get(self, number: str) -> Begun:
        """The one of this id. Raises WrongUse."""
        with self._lock:
            self._forget_late()
            found = self._begun.get(number)
        if found is None:
            raise WrongUse(
                "This sign-in is not under way any more.",
                code="SIGN_IN_LATE",
                hint="Begin again: each page or code is good for some minutes only.",
            )
        return found

    def end(self, number: str) -> None:
        """It is over."""
        with self._lock:
            found = self._begun.pop(number, None)
        if found is not None:
            found.close()

    def _forget_late(self) -> None:
        now = self.clock.monotonic()
        for number in [key for key, each in self._begun.items() if each.until < now]:
            self._begun.pop(number).close()


@dataclass(frozen=True, slots=True)
class SignInDesk:
    """Answers `sign_in.*`."""

    config: Config
    vault: KeyVault
    status: StatusDesk
    under_way: SignIns
    clock: Clock

    def begin(self, target: str, how: str) -> dict[str, Json]:
        """Where the person signs in. Raises WrongUse, TargetAuthError, TargetUnavailable."""
        if target not in self.config.targets:
            raise WrongUse(f"There is no target called {target!r}.")
        if how not in ("", "browser", "code"):
            raise WrongUse(f"There is no way {how[:40]!r} to sign in: use browser or code.")
        settings = self.config.targets[target].settings
        agent = self.config.agent
        context = AdapterContext(
            target, self.clock, self.vault.secrets(protect), self.config.folder,
            proxy=agent.proxy, proxy_user=agent.proxy_user,
            proxy_password=agent.proxy_password or "",
        )  # fmt: skip
        now = self.clock.monotonic()
        if how != "code" and isinstance(settings, SignsInByBrowser):
            pending = settings.begin_sign_in(context)
            if pending is not None:
                number = self.under_way.add(Begun(target, pending, now + _LIVES))
                return {"id": number, "url": pending.url, "code": None, "port": pending.port,
                        "interval": None, "lives": int(_LIVES)}  # fmt: skip
        if how != "browser" and isinstance(settings, SignsInByCode):
            code = settings.begin_code(context)
            if code is not None:
                begun = Begun(target, code, now + code.lives, now + code.interval)
                number = self.under_way.add(begun)
                return {"id": number, "url": code.url, "code": code.code, "port": None,
                        "interval": int(code.interval), "lives": int(code.lives)}  # fmt: skip
        raise WrongUse(
            f"The target {target} does not sign in {f'by {how}' if how else 'with a person'}.",
            code="SIGN_IN_OTHERWISE",
            params={"target": target},
            hint="Its sign_in settings name secrets, or another way.",
        )

    def finish(self, number: str, query: str) -> dict[str, Json]:
        """Keep what the browser brought back. Raises WrongUse, TargetAuthError, TargetUnavailable."""
        begun = self.under_way.get(number)
        finish = getattr(begun.pending, "finish", None)
        if finish is None:
            raise WrongUse("This sign-in is confirmed with a code, not in this browser.")
        value: str = finish(query)
        return self._kept(number, begun, value)

    def poll(self, number: str) -> dict[str, Json]:
        """Whether the person has confirmed. Raises WrongUse, TargetAuthError, TargetUnavailable."""
        begun = self.under_way.get(number)
        poll = getattr(begun.pending, "poll", None)
        if poll is None:
            raise WrongUse("This sign-in ends in a browser: give sign_in.finish what it brought.")
        now = self.clock.monotonic()
        if now < begun.next_poll:  # who asks too often is made to wait longer by the other side
            return {"signed_in": False}
        value: str | None = poll()
        begun.next_poll = now + float(getattr(begun.pending, "interval", 5.0))
        return {"signed_in": False} if value is None else self._kept(number, begun, value)

    def _kept(self, number: str, begun: Begun, value: str) -> dict[str, Json]:
        name = begun.pending.secret
        self.vault.secrets(protect).set(name, value)
        self.under_way.end(number)
        for worker in self.status.targets.get(begun.target, ()):
            if worker.delivery.line.signed_out:
                worker.delivery.poke()
        return {"signed_in": True, "secret": name}
