"""Which proxy leads to a host: the one that is written down, the system's, a script's, or none.

    http://host:port   that one                     direct    none
    system             Windows: what the service's account or `netsh winhttp` has, script and
                       automatic detection included; elsewhere HTTPS_PROXY, HTTP_PROXY, NO_PROXY
    pac+https://…      a proxy script (PAC), evaluated by Windows

Nothing is read from the environment unless `system` asks for it. What a script or the system said is
kept for five minutes; of several proxies the next one is taken where one cannot be reached. Signing
in to a proxy is HTTP Basic (RFC 7617); NTLM, Negotiate and Kerberos are not spoken.
"""

from __future__ import annotations

import os
import threading
import urllib.request
from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from adapters.settings import DIRECT, PAC, SYSTEM, HttpSettings, is_host, is_loopback, secret
from agent.errors import TargetUnavailable
from agent.ports import AdapterContext

_KEPT: Final = 300.0
_ONLY_BASIC: Final = (
    "Waybill signs in to proxies by Basic (proxy_user, proxy_password). For a proxy that takes only "
    "NTLM or Kerberos, have its administrator let this host pass without a sign-in."
)
Find = Callable[[str, str], Sequence[str | None]]
"""What the system says for an address, by a script's address or by its own settings."""


class Proxies:
    """Of one target; safe to be asked by several threads."""

    def __init__(
        self, settings: HttpSettings, context: AdapterContext, find: Find | None = None
    ) -> None:
        own = settings.proxy is not None
        self._context = context
        self._said = settings.proxy if settings.proxy is not None else context.proxy or DIRECT
        self._user = settings.proxy_user if own else context.proxy_user
        self._password = settings.proxy_password if own else context.proxy_password
        self._find = find or _of_system()
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, list[str | None]]] = {}

    def to(self, url: str) -> str | None:
        """The proxy for an address (`http://host:port`); None: none. Raises TargetUnavailable."""
        parts = urlsplit(url)
        if self._said == DIRECT or is_loopback(parts.hostname or ""):
            return None
        if self._said != SYSTEM and not self._said.startswith(PAC):
            return self._said
        port = parts.port or (443 if parts.scheme == "https" else 80)
        place, now = f"{parts.scheme}://{parts.hostname}:{port}/", self._context.clock.monotonic()
        with self._lock:
            until, found = self._known.get(place, (0.0, []))
            if now >= until or not found:
                script = self._said.removeprefix(PAC) if self._said != SYSTEM else ""
                found = [*self._find(place, script)] or [None]
                self._known[place] = (now + _KEPT, found)
            return found[0]

    def failed(self, proxy: str | None) -> None:
        """It cannot be reached: where there are others the next one is tried first."""
        with self._lock:
            for _, found in self._known.values():
                if len(found) > 1 and found[0] == proxy:
                    found.append(found.pop(0))

    def login(self, proxy: str) -> tuple[str, str] | None:
        """User and password for it. Raises SecretMissing."""
        if self._user:
            reference = self._password
            return self._user, secret(self._context, reference) if reference else ""
        parts = urlsplit(proxy)  # only the environment's may carry them
        return (unquote(parts.username), unquote(parts.password or "")) if parts.username else None


def bare(proxy: str) -> str:
    """A proxy's address without what the environment may have written into it."""
    parts = urlsplit(proxy)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def refused(host: str, text: str, *, signed_in: bool) -> TargetUnavailable:
    """What a proxy's answer to CONNECT means."""
    if text.startswith("407"):
        said = "refuses this user name and password" if signed_in else "asks for a sign-in"
        return TargetUnavailable(
            f"The proxy {said}.", code="PROXY_AUTH_REQUIRED", hint=_ONLY_BASIC,
            params={"host": host},
        )  # fmt: skip
    return TargetUnavailable(
        f"The proxy refused to open a way to the target ({text[:60]}).",
        code="PROXY_FAILED",
        hint="Ask the proxy's administrator to allow this host.",
        params={"host": host},
    )


# --- the system's ---------------------------------------------------------------------------------


def _of_system() -> Find:
    if os.name == "nt":
        from adapters import winhttp

        return winhttp.found
    return _of_environment


def _of_environment(url: str, script: str) -> list[str | None]:
    if script:
        raise TargetUnavailable(
            "A proxy script (PAC) is evaluated by Windows; this machine has nothing that could.",
            code="PROXY_SCRIPT",
            hint='Write the proxy itself: proxy = "http://host:port".',
        )
    parts = urlsplit(url)
    host = parts.hostname or ""
    known = urllib.request.getproxies_environment()
    is_out: Callable[..., Any] = getattr(urllib.request, "proxy_bypass_environment")  # noqa: B009 - its stubs have none
    said = known.get(parts.scheme) or known.get("all")
    if not said or is_out(f"{host}:{parts.port}", known):
        return [None]
    said = said if "://" in said else f"http://{said}"
    if not _is_usable(said):
        raise TargetUnavailable(
            "The environment names a proxy that cannot be used.",
            code="PROXY_FAILED",
            hint='HTTPS_PROXY must be "http://host:port".',
        )
    return [said.rstrip("/")]


def _is_usable(proxy: str) -> bool:
    try:
        parts = urlsplit(proxy)
        return parts.scheme == "http" and is_host(parts.hostname or "") and bool(parts.port)
    except ValueError:
        return False
