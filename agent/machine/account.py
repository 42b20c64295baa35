r"""Under which account this process works, and what a server on the network sees of it.

A service's virtual account (`NT SERVICE\Waybill`), the system itself and the network service arrive
at a server as the computer's own account, `DOMAIN\COMPUTER$`; without a domain they arrive as
nobody (https://learn.microsoft.com/windows-server/identity/ad-ds/manage/
understand-service-accounts). A managed service account arrives under its own name.
"""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha1
from typing import Final

from agent.machine import windows

SYSTEM: Final = "S-1-5-18"
ADMINISTRATORS: Final = "S-1-5-32-544"
LOCAL_SERVICE: Final = "S-1-5-19"
NETWORK_SERVICE: Final = "S-1-5-20"
SERVICES: Final = "S-1-5-80-"
"""Virtual accounts of services; only the service manager makes such tokens."""
SERVICE_LOGON: Final = "S-1-5-6"
"""In the token of everything that the service manager started."""
_VIRTUAL: Final = "NT SERVICE\\"


@dataclass(frozen=True, slots=True)
class Account:
    """An account, here and seen from afar."""

    name: str
    r"""As this machine names it: `NT SERVICE\Waybill`, `ACME\svc-waybill`, `waybill`."""
    network: str
    """As a server of the domain names it; empty: it arrives there as nobody."""
    is_service: bool = False
    """The service manager started this process."""
    is_system: bool = False
    """`LocalSystem`, who may do everything."""

    @property
    def seen(self) -> str:
        """In a sentence: the name, and what others see where that differs."""
        if self.network == self.name:
            return self.name
        if not self.network:
            return f"{self.name} (to other computers: nobody)"
        return f"{self.name} (to other computers: {self.network})"


def on_network(sid: str, name: str, computer: str, domain: str) -> str:
    r"""What a server sees. `domain`: the computer's own (`ACME`), empty without one."""
    if sid == LOCAL_SERVICE:
        return ""
    if sid in (SYSTEM, NETWORK_SERVICE) or sid.startswith(SERVICES):
        return f"{domain}\\{computer}$" if domain and computer else ""
    return name


def service_sid(service: str) -> str:
    r"""The SID of `NT SERVICE\…`, which needs no such service yet.

    S-1-5-80 and the SHA-1 of the name in capitals, as UTF-16 (MS-DTYP 2.4.2.4, `sc showsid`).
    """
    digest = sha1(service.upper().encode("utf-16-le"), usedforsecurity=False).digest()
    parts = (str(int.from_bytes(digest[at : at + 4], "little")) for at in range(0, 20, 4))
    return SERVICES + "-".join(parts)


def sid_of(account: str) -> str:
    r"""The SID of an account's name, where it can be computed (`NT SERVICE\Waybill`); else ""."""
    known = {
        "localsystem": SYSTEM,
        "nt authority\\system": SYSTEM,
        "nt authority\\localservice": LOCAL_SERVICE,
        "nt authority\\networkservice": NETWORK_SERVICE,
    }
    if account.upper().startswith("S-1-"):
        return account.upper()
    if account.upper().startswith(_VIRTUAL):
        return service_sid(account[len(_VIRTUAL) :])
    return known.get(account.lower(), "")


@lru_cache(maxsize=1)
def here() -> Account:
    """The account of this process. Never raises."""
    if os.name == "nt":
        try:
            return _of_token(windows.token())
        except OSError:
            pass
    name = _plain_name()
    return Account(name, name)


def own_sids() -> tuple[str, ...]:
    """The account's SID on Windows, where being an administrator does not say enough already.

    Raises OSError.
    """
    mine = windows.token()
    return () if mine.sid == SYSTEM or ADMINISTRATORS in mine.groups else (mine.sid,)


def _of_token(mine: windows.Token) -> Account:
    is_service = mine.sid == SYSTEM or mine.sid.startswith(SERVICES) or SERVICE_LOGON in mine.groups
    afar = on_network(mine.sid, mine.name, mine.computer, mine.domain)
    return Account(mine.name, afar, is_service, mine.sid == SYSTEM)


def _plain_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # an account without a name
        return f"user id {os.getuid()}" if hasattr(os, "getuid") else "this service's account"
