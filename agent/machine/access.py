"""Who may do what with a folder or a pipe of Windows: descriptors as text (SDDL), built and judged.

The forms are those of "Security Descriptor String Format" and "ACE Strings" (learn.microsoft.com,
Win32). Only what this project needs is understood: an allowing entry for a SID and its rights;
entries that deny are read and taken from nobody, so a judgement errs towards telling.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agent.machine import windows
from agent.machine.account import ADMINISTRATORS, SYSTEM, own_sids, service_sid

SERVICE: Final = "Waybill"
"""The name of the Windows service, whose account is `NT SERVICE\\Waybill`."""
_CREATOR: Final = "S-1-3-0"
_TRUSTED_INSTALLER: Final = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"

_SIDS: Final = {
    "SY": SYSTEM, "BA": ADMINISTRATORS, "BU": "S-1-5-32-545", "BG": "S-1-5-32-546",
    "WD": "S-1-1-0", "AU": "S-1-5-11", "IU": "S-1-5-4", "NU": "S-1-5-2", "AN": "S-1-5-7",
    "SU": "S-1-5-6", "LS": "S-1-5-19", "NS": "S-1-5-20", "CO": _CREATOR, "CG": "S-1-3-1",
    "OW": "S-1-3-4", "PU": "S-1-5-32-547", "RD": "S-1-5-32-555", "AC": "S-1-15-2-1",
}  # fmt: skip
_NAMES: Final = {
    "S-1-1-0": "Everyone", "S-1-5-11": "Authenticated Users", "S-1-5-32-545": "Users",
    "S-1-5-4": "INTERACTIVE", "S-1-5-2": "NETWORK", "S-1-5-7": "ANONYMOUS LOGON",
    "S-1-5-32-546": "Guests", "S-1-5-32-547": "Power Users", "S-1-5-6": "SERVICE",
    "S-1-5-19": "LOCAL SERVICE", "S-1-5-20": "NETWORK SERVICE", SYSTEM: "SYSTEM",
    ADMINISTRATORS: "Administrators",
}  # fmt: skip
_EVERYBODY: Final = frozenset({"S-1-1-0", "S-1-5-11", "S-1-5-4", "S-1-5-32-545"})
_RIGHTS: Final = {
    "GA": 0x10000000, "GX": 0x20000000, "GW": 0x40000000, "GR": 0x80000000,
    "RC": 0x20000, "SD": 0x10000, "WD": 0x40000, "WO": 0x80000,
    "CC": 0x1, "DC": 0x2, "LC": 0x4, "SW": 0x8, "RP": 0x10, "WP": 0x20, "DT": 0x40, "LO": 0x80,
    "CR": 0x100, "FA": 0x1F01FF, "FR": 0x120089, "FW": 0x120116, "FX": 0x1200A0,
}  # fmt: skip
READ: Final = 0x1 | _RIGHTS["GR"] | _RIGHTS["GA"]
"""Any of these: what is in it can be read, or listed."""
CHANGE: Final = (
    0x2 | 0x4 | 0x40 | _RIGHTS["SD"] | _RIGHTS["WD"] | _RIGHTS["WO"] | _RIGHTS["GW"] | _RIGHTS["GA"]
)
"""Any of these: it, what is in it, or its rights can be changed."""

PIPE_CLIENT: Final = 0x12019B
"""Read and write a pipe. Without FILE_CREATE_PIPE_INSTANCE (0x4), which `GW` holds: whoever has it
could answer other clients in the service's place."""

_ACE: Final = re.compile(r"\(([^;()]*);([^;()]*);([^;()]*);[^;()]*;[^;()]*;([^;()]*)[^()]*\)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One allowing entry."""

    sid: str
    rights: int
    inherit_only: bool = False


def allowed(sddl: str) -> Iterator[Entry]:
    """The allowing entries of a descriptor."""
    body = sddl.partition("D:")[2]
    for kind, flags, rights, sid in _ACE.findall(body.partition("S:")[0]):
        if kind == "A":
            yield Entry(_SIDS.get(sid, sid), _mask(rights), "IO" in _pairs(flags))


def others(sddl: str, rights: int, known: Iterable[str]) -> list[str]:
    """SIDs beside `known`, the system and administrators that have any of these rights."""
    fine = {SYSTEM, ADMINISTRATORS, _TRUSTED_INSTALLER, *known}
    if "D:" not in sddl or "NO_ACCESS_CONTROL" in sddl:
        return ["S-1-1-0"]  # no list at all means everybody
    found = [
        entry.sid for entry in allowed(sddl)
        if entry.rights & rights and entry.sid not in fine
        and not (entry.inherit_only and entry.sid == _CREATOR)
    ]  # fmt: skip
    return sorted(set(found))


def owner(sddl: str) -> str:
    """The owner's SID; nothing where the descriptor does not say."""
    found = re.match(r"O:(S-[0-9-]+|[A-Z]{2})", sddl)
    return _SIDS.get(found[1], found[1]) if found else ""


def named(sid: str) -> str:
    """A well-known SID's usual name; others as they are."""
    return _NAMES.get(sid, sid)


def home(sids: Sequence[str]) -> str:
    """A folder for the system, administrators and these alone, with all that is in it."""
    entries = "".join(
        f"(A;OICI;FA;;;{sid})" for sid in dict.fromkeys((SYSTEM, ADMINISTRATORS, *sids))
    )
    return f"D:PAI{entries}"


def pipe(me: str, admits: Sequence[str]) -> str:
    """A pipe for the system, administrators, this account and those with a role; not from afar."""
    clients = "".join(
        f"(A;;{PIPE_CLIENT:#x};;;{sid})" for sid in dict.fromkeys((ADMINISTRATORS, *admits))
        if sid != me
    )  # fmt: skip
    return f"O:{me}D:P(D;;GA;;;NU)(D;;GA;;;AN)(A;;GA;;;SY)(A;;GA;;;{me}){clients}"


def repair(folder: str, accounts: Sequence[str]) -> str:
    """The command that sets the rights of a home folder right."""
    grants = " ".join(f'"{name}:(OI)(CI)F"' for name in accounts)
    return (
        f'icacls "{folder}" /inheritance:r /grant:r "*{SYSTEM}:(OI)(CI)F"'
        f' "*{ADMINISTRATORS}:(OI)(CI)F"{" " + grants if grants else ""}'
    )


# --- on this machine ------------------------------------------------------------------------------


def close(folder: Path, *accounts: str) -> None:
    """Close a folder to everybody but the system, administrators, the service and this account.

    `accounts`: further SIDs. Only Windows needs it: elsewhere the mode of the folder says the same.
    Raises OSError.
    """
    if os.name != "nt":
        return
    windows.protect(str(folder), home((service_sid(SERVICE), *own_sids(), *accounts)))


def close_file(file: Path) -> None:
    """Close a file to everybody but the system, administrators and this account.

    Not even the service reads it. Only Windows needs it. Raises OSError.
    """
    if os.name == "nt":
        windows.protect(str(file), home(own_sids()).replace("OICI", ""))


def open_to_all(path: Path) -> bool:
    """Whether every account of this machine may read a file. Raises OSError."""
    if os.name != "nt":
        return bool(path.stat().st_mode & stat.S_IRWXO)
    return not _EVERYBODY.isdisjoint(others(seen(path), READ, ()))


def seen(path: Path) -> str:
    """The descriptor of a file or folder as text; empty elsewhere than on Windows. Raises OSError."""
    if os.name != "nt":
        return ""
    return windows.descriptor(str(path))


def may_list(folder: Path) -> bool:
    """Whether this account may list a folder and read what is in it."""
    if os.name != "nt":
        return os.access(folder, os.R_OK | os.X_OK)
    return windows.may(str(folder), 0x1)


def may_change(folder: Path) -> bool:
    """Whether this account may make and remove files in a folder. Nothing is written."""
    if os.name != "nt":
        return os.access(folder, os.W_OK | os.X_OK)
    return windows.may(str(folder), 0x1 | 0x2 | 0x40)


def _mask(text: str) -> int:
    if text.lower().startswith("0x"):
        return int(text, 16)
    if text.isdigit():
        return int(text)
    mask = 0
    for word in _pairs(text):
        mask |= _RIGHTS.get(word, 0)
    return mask


def _pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(0, len(text), 2)]
