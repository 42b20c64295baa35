"""`doctor`: what around the agent can keep it from working, looked at by the account it runs as.

Account, home folder, exchange folders, clock, disk, keys, proxy, versions. Everything is looked at,
whatever was found before; nothing is changed. It works beside a running service and without one.
"""

from __future__ import annotations

import getpass
import os
import platform
import shutil
import stat
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from agent.errors import WaybillError
from agent.model import Json, Level
from agent.queue.peek import SQLITE

_GIB: Final = 1024**3
_LEAST_FREE: Final = _GIB
_SKEW: Final = timedelta(minutes=2)
_REMOTE: Final = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p"})
_PROXIES: Final = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")


@dataclass(frozen=True, slots=True)
class Look:
    """One thing that was looked at."""

    level: Level
    code: str
    text: str
    hint: str = ""
    subject: str = ""
    params: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Json]:
        """For the face."""
        return asdict(self)


@dataclass(frozen=True)
class Doctor:
    """Looks at one installation."""

    home: Path
    configuration: Path
    version: str
    keys: Callable[[], None]
    """Opens the keys. Raises WaybillError."""
    skews: Callable[[], Mapping[str, timedelta]] = dict
    """How far the clocks of targets that answered are ahead of ours."""

    def looks(self) -> list[Look]:
        """Everything, in the order in which a person would ask."""
        document, broken = self._document()
        return [
            *self._account(),
            *self._home(),
            *broken,
            *self._keys(),
            *_folders(document, self.configuration.parent),
            *self._disk(),
            *self._clock(),
            *_ways(document),
            *self._versions(),
        ]

    def _document(self) -> tuple[Mapping[str, Any], list[Look]]:
        try:
            return tomllib.loads(self.configuration.read_text(encoding="utf-8")), []
        except FileNotFoundError:
            return {}, [_warn("NO_CONFIGURATION", "Nothing is configured yet.", "Set it up.")]
        except OSError as error:
            said = f"The configuration cannot be read: {error.strerror}."
            return {}, [_wrong("CONFIG_UNREADABLE", said, "Let the service's account read it.",
                                  reason=str(error.strerror))]  # fmt: skip
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            said = f"The configuration is no TOML: {error}."
            return {}, [_wrong("CONFIG_BROKEN", said, "`waybill check` names every problem.",
                                  reason=str(error))]  # fmt: skip

    def _account(self) -> Iterator[Look]:
        name = _account()
        if sys.platform != "win32" and os.geteuid() == 0:
            yield _warn(
                "ACCOUNT_ROOT", "The agent runs as root.",
                "Give it an account of its own that may read the ERP's exports.",
                "account",
            )  # fmt: skip
        else:
            yield _fine("ACCOUNT", f"The account is {name}.", "account", account=name)

    def _home(self) -> Iterator[Look]:
        home = self.home
        if not home.is_dir():
            yield _wrong(
                "HOME_MISSING", f"There is no home folder {home}.", "`waybill init`", "home",
                home=str(home),
            )  # fmt: skip
            return
        if not os.access(home, os.W_OK | os.X_OK):
            yield _wrong(
                "HOME_READ_ONLY", f"The home folder {home} cannot be written.",
                "Give it to the service's account.", "home", home=str(home),
            )  # fmt: skip
        if sys.platform != "win32" and stat.S_IMODE(home.stat().st_mode) & 0o007:
            yield _warn(
                "HOME_OPEN", f"Other accounts can look into the home folder {home}.",
                "chmod o-rwx: keys and queue lie in it.", "home", home=str(home),
            )  # fmt: skip
        kind = _file_system(home)
        if kind in _REMOTE:
            yield _wrong(
                "HOME_REMOTE", f"The home folder is on a network share ({kind}).",
                "Put it on a local disk: the queue needs locks and writes that can be relied upon.",
                "home", kind=kind,
            )  # fmt: skip
        yield _fine("HOME", f"The home folder is {home}.", "home", home=str(home))

    def _keys(self) -> Iterator[Look]:
        try:
            self.keys()
        except WaybillError as error:
            yield Look(Level.ERROR, error.code, error.title, error.hint, "keys")
        else:
            yield _fine("KEYS", "The keys open.", "keys")

    def _disk(self) -> Iterator[Look]:
        try:
            free = shutil.disk_usage(self.home).free
        except OSError:
            return
        shown = f"{free / _GIB:,.1f} GB"
        if free < _LEAST_FREE:
            yield _warn(
                "DISK_LOW", f"Only {shown} are free on the disk of the home folder.",
                "Free some space: reading stops when it is full; nothing already read is lost.",
                "disk", free=shown,
            )  # fmt: skip
        else:
            yield _fine("DISK", f"{shown} are free.", "disk", free=shown)

    def _clock(self) -> Iterator[Look]:
        skews = self.skews()
        for name, skew in skews.items():
            seconds = int(abs(skew.total_seconds()))
            if abs(skew) > _SKEW:
                yield _warn(
                    "CLOCK_OFF", f"The clock of this computer and that of {name} are {seconds:,} s"
                    " apart.",
                    "Let the system set its clock by the network: signatures and sign-ins depend on"
                    " it.",
                    "clock", target=name, seconds=str(seconds),
                )  # fmt: skip
            else:
                yield _fine("CLOCK", f"The clock agrees with that of {name}.", "clock", target=name)
        if not skews:
            yield _fine("CLOCK_UNPROVEN", "No target has answered yet to compare clocks.", "clock")

    def _versions(self) -> Iterator[Look]:
        system = f"{platform.system()} {platform.release()}"
        yield _fine(
            "VERSIONS",
            f"Waybill {self.version}, Python {platform.python_version()}, SQLite"
            f" {SQLITE}, {system}.",
            "versions", waybill=self.version, python=platform.python_version(), sqlite=SQLITE,
            system=system,
        )  # fmt: skip
        yield _warn(
            "NO_ANCHOR",
            "No copy of the high-water mark is kept off this disk: an image of the whole machine that"
            " is put back cannot be told from the original.",
            "After restoring such an image, restore the home folder from a later backup or begin a"
            " new one.",
            "versions",
        )


def _folders(document: Mapping[str, Any], beside: Path) -> Iterator[Look]:
    """The folders through which files come and go."""
    for section in ("sources", "targets"):
        for name, settings in _tables(document, section):
            folder = settings.get("folder")
            if not isinstance(folder, str) or not folder:
                continue
            path, subject = beside / folder, f"{section}.{name}"
            said = {"folder": folder, "account": _account()}
            if not path.is_dir():
                yield _wrong(
                    "FOLDER_MISSING",
                    f"The agent finds no folder {folder}.",
                    "Mapped drives belong to one person's session: name a share as \\\\server\\share."
                    if sys.platform == "win32"
                    else "Make it, or mount it.",
                    subject, **said,
                )  # fmt: skip
            elif not os.access(path, os.R_OK | os.X_OK):
                yield _wrong(
                    "FOLDER_UNREADABLE",
                    f"The account {said['account']} may not read {folder}.",
                    "Give this account the right to read it; your own right does not count.",
                    subject, **said,
                )  # fmt: skip
            elif not os.access(path, os.W_OK):
                yield _warn(
                    "FOLDER_READ_ONLY",
                    f"The account {said['account']} may not write into {folder}.",
                    "Files there cannot be archived or written.", subject, **said,
                )  # fmt: skip
            else:
                yield _fine("FOLDER", f"{folder} can be read and written.", subject, **said)


def _ways(document: Mapping[str, Any]) -> Iterator[Look]:
    """Proxies that are used, and those that only look as if they were."""
    proxies = {
        name: settings["proxy"]
        for name, settings in _tables(document, "targets")
        if isinstance(settings.get("proxy"), str)
    }
    for name, proxy in proxies.items():
        host = urlsplit(proxy).hostname or ""
        yield _fine(
            "PROXY",
            f"{name} is reached through the proxy {host}.",
            f"targets.{name}",
            target=name,
            host=host,
        )
    known = next((each for each in _PROXIES if os.environ.get(each)), "")
    if known and not proxies:
        yield _warn(
            "PROXY_NOT_USED", f"The environment names a proxy ({known}), and no target uses one.",
            'Where it is needed, write proxy = "http://host:port" at the target: the environment does'
            " not count.", "proxy", variable=known,
        )  # fmt: skip


def _tables(document: Mapping[str, Any], section: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    tables = document.get(section)
    for name, settings in tables.items() if isinstance(tables, dict) else ():
        if isinstance(settings, dict):
            yield str(name), settings


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # an account without a name
        return str(os.getuid()) if sys.platform != "win32" else "unknown"


def _file_system(path: Path) -> str:
    """What kind of file system a folder lies on, where the system says so."""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    best, kind = "", ""
    whole = str(path.resolve())
    for line in mounts:
        _, where, found, *_ = line.split(" ")
        where = where.replace("\\040", " ")
        if len(where) >= len(best) and (whole + "/").startswith(where.rstrip("/") + "/"):
            best, kind = where, found
    return kind


def _fine(code: str, text: str, subject: str = "", **params: str) -> Look:
    return Look(Level.OK, code, text, "", subject, params)


def _warn(code: str, text: str, hint: str, subject: str = "", **params: str) -> Look:
    return Look(Level.WARNING, code, text, hint, subject, params)


def _wrong(code: str, text: str, hint: str, subject: str = "", **params: str) -> Look:
    return Look(Level.ERROR, code, text, hint, subject, params)
