"""`doctor`: what around the agent can keep it from working, looked at by the account it runs as.

Account, home folder, exchange folders, clock, disk, keys, proxy, versions; what the firewall must
let pass and what a virus scanner should leave alone. Everything is looked at, whatever was found
before; nothing is changed. It works beside a running service and without one.
"""

from __future__ import annotations

import os
import platform
import shutil
import stat
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from agent.errors import WaybillError
from agent.machine import access, account, grants, paths
from agent.model import Level
from agent.queue.peek import SQLITE
from agent.runtime.operate import reach
from agent.runtime.operate.look import Look, fine, warn, wrong
from agent.runtime.operate.rights import rights
from agent.runtime.updates import newer

_GIB: Final = 1024**3
_LEAST_FREE: Final = _GIB
_SKEW: Final = timedelta(minutes=2)
_REMOTE: Final = frozenset({"SMB", "nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p"})
_PROXIES: Final = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")


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
    filled: Callable[[], Mapping[str, Any]] = dict
    """The configuration with its defaults (`reach.filled`); empty where it has problems."""

    def looks(self) -> list[Look]:
        """Everything, in the order in which a person would ask."""
        document, broken = self._document()
        return [
            *self._account(),
            *self._home(),
            *rights(self.home),
            *broken,
            *self._keys(),
            *_folders(document, self.configuration.parent),
            *self._disk(),
            *self._clock(),
            *_ways(document),
            *self._firewall(document),
            *_scanners(self.home),
            *self._versions(),
        ]

    def _document(self) -> tuple[Mapping[str, Any], list[Look]]:
        try:
            return tomllib.loads(self.configuration.read_text(encoding="utf-8")), []
        except FileNotFoundError:
            return {}, [warn("NO_CONFIGURATION", "Nothing is configured yet.", "Set it up.")]
        except OSError as error:
            said = f"The configuration cannot be read: {error.strerror}."
            return {}, [wrong("CONFIG_UNREADABLE", said, "Let the service's account read it.",
                                  reason=str(error.strerror))]  # fmt: skip
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            said = f"The configuration is no TOML: {error}."
            return {}, [wrong("CONFIG_BROKEN", said, "`waybill check` names every problem.",
                                  reason=str(error))]  # fmt: skip

    def _account(self) -> Iterator[Look]:
        mine = account.here()
        if sys.platform != "win32" and os.geteuid() == 0:
            yield warn(
                "ACCOUNT_ROOT", "The agent runs as root.",
                "Give it an account of its own that may read the ERP's exports.",
                "account",
            )  # fmt: skip
        elif mine.is_system:
            yield warn(
                "ACCOUNT_SYSTEM", f"The agent runs as {mine.name}, who may do everything here.",
                "Install the service with its own account (NT SERVICE\\Waybill).",
                "account", account=mine.name,
            )  # fmt: skip
        else:
            yield fine("ACCOUNT", f"The account is {mine.name}.", "account", account=mine.name)
        if not mine.network:
            yield warn(
                "ACCOUNT_NOBODY", "To other computers the account is nobody: shares and databases"
                " there refuse it.", grants.NOBODY, "account", account=mine.name,
            )  # fmt: skip
        elif mine.network != mine.name:
            yield fine(
                "ACCOUNT_AFAR", f"Shares and databases on other computers see it as {mine.network}.",
                "account", account=mine.network,
            )  # fmt: skip

    def _home(self) -> Iterator[Look]:
        home = self.home
        if not home.is_dir():
            yield wrong(
                "HOME_MISSING", f"There is no home folder {home}.", "`waybill init`", "home",
                home=str(home),
            )  # fmt: skip
            return
        if not os.access(home, os.W_OK | os.X_OK):
            yield wrong(
                "HOME_READ_ONLY", f"The home folder {home} cannot be written.",
                "Give it to the service's account.", "home", home=str(home),
            )  # fmt: skip
        if sys.platform != "win32" and stat.S_IMODE(home.stat().st_mode) & 0o007:
            yield warn(
                "HOME_OPEN", f"Other accounts can look into the home folder {home}.",
                "chmod o-rwx: keys and queue lie in it.", "home", home=str(home),
            )  # fmt: skip
        kind = _file_system(home)
        if kind in _REMOTE:
            yield wrong(
                "HOME_REMOTE", f"The home folder is on a network share ({kind}).",
                "Put it on a local disk: the queue needs locks and writes that can be relied upon.",
                "home", kind=kind,
            )  # fmt: skip
        yield fine("HOME", f"The home folder is {home}.", "home", home=str(home))

    def _keys(self) -> Iterator[Look]:
        try:
            self.keys()
        except WaybillError as error:
            yield Look(Level.ERROR, error.code, error.title, error.hint, "keys")
        else:
            yield fine("KEYS", "The keys open.", "keys")

    def _disk(self) -> Iterator[Look]:
        try:
            free = shutil.disk_usage(self.home).free
        except OSError:
            return
        shown = f"{free / _GIB:,.1f} GB"
        if free < _LEAST_FREE:
            yield warn(
                "DISK_LOW", f"Only {shown} are free on the disk of the home folder.",
                "Free some space: reading stops when it is full; nothing already read is lost.",
                "disk", free=shown,
            )  # fmt: skip
        else:
            yield fine("DISK", f"{shown} are free.", "disk", free=shown)

    def _clock(self) -> Iterator[Look]:
        skews = self.skews()
        for name, skew in skews.items():
            seconds = int(abs(skew.total_seconds()))
            if abs(skew) > _SKEW:
                yield warn(
                    "CLOCK_OFF", f"The clock of this computer and that of {name} are {seconds:,} s"
                    " apart.",
                    "Let the system set its clock by the network: signatures and sign-ins depend on"
                    " it.",
                    "clock", target=name, seconds=str(seconds),
                )  # fmt: skip
            else:
                yield fine("CLOCK", f"The clock agrees with that of {name}.", "clock", target=name)
        if not skews:
            yield fine("CLOCK_UNPROVEN", "No target has answered yet to compare clocks.", "clock")

    def _firewall(self, document: Mapping[str, Any]) -> Iterator[Look]:
        try:
            whole = self.filled() or document
        except WaybillError:
            whole = document
        for need in reach.needs(whole):
            if not need.port:
                yield fine(
                    "NEEDS_ELSEWHERE", f"Where {need.host} leads is in its own settings: the firewall"
                    " must let that pass.", need.subject, host=need.host,
                )  # fmt: skip
            elif need.proxy:
                yield fine(
                    "NEEDS_BY_PROXY", f"The proxy ({need.proxy}) must let pass: {need.host} port"
                    f" {need.port}.", need.subject, host=need.host, port=str(need.port),
                    proxy=need.proxy,
                )  # fmt: skip
            else:
                yield fine(
                    "NEEDS_HOST", f"The firewall must let pass, outwards: {need.host} port"
                    f" {need.port} (TCP).", need.subject, host=need.host, port=str(need.port),
                )  # fmt: skip

    def _versions(self) -> Iterator[Look]:
        system = f"{platform.system()} {platform.release()}"
        yield fine(
            "VERSIONS",
            f"Waybill {self.version}, Python {platform.python_version()}, SQLite"
            f" {SQLITE}, {system}.",
            "versions", waybill=self.version, python=platform.python_version(), sqlite=SQLITE,
            system=system,
        )  # fmt: skip
        if (there := newer(self.home, self.version)) is not None:
            yield fine(
                "NEWER_VERSION", f"Version {there['version']} is there: {there['notes']}",
                "versions", version=str(there["version"]), notes=str(there["notes"]),
            )  # fmt: skip
        yield warn(
            "NO_ANCHOR",
            "No copy of the high-water mark is kept off this disk: an image of the whole machine that"
            " is put back cannot be told from the original.",
            "After restoring such an image, restore the home folder from a later backup or begin a"
            " new one.",
            "versions",
        )


def _folders(document: Mapping[str, Any], beside: Path) -> Iterator[Look]:
    """The folders through which files come and go, each once with those that use it."""
    users: dict[str, list[str]] = {}
    for section in ("sources", "targets"):
        for name, settings in _tables(document, section):
            folder = settings.get("folder")
            if isinstance(folder, str) and folder:
                users.setdefault(folder, []).append(f"{section}.{name}")
    for folder, names in users.items():
        yield _folder(folder, paths.reachable(beside / folder), ", ".join(names))


def _folder(folder: str, path: Path, subject: str) -> Look:
    mine = account.here()
    is_share = os.name == "nt" and paths.kind(folder) is paths.Kind.SHARE
    said = {"folder": folder, "account": (mine.network if is_share else "") or mine.name}
    advice = paths.advice(folder)
    if not path.is_dir():
        return wrong(
            "FOLDER_MISSING", f"The agent finds no folder {folder}.",
            advice or "Make it, or mount it.", subject, **said,
        )  # fmt: skip
    if not access.may_list(path):
        grant = grants.folder(mine, folder)
        return wrong(
            "FOLDER_UNREADABLE", f"The account {said['account']} may not read {folder}.",
            f"Your own right does not count. Let who owns the folder run: {grant}",
            subject, **said, grant=grant,
        )  # fmt: skip
    if not access.may_change(path):
        grant = grants.folder(mine, folder, change=True)
        return warn(
            "FOLDER_READ_ONLY", f"The account {said['account']} may not write into {folder}.",
            f"Files there cannot be archived or written. If they should be: {grant}",
            subject, **said, grant=grant,
        )  # fmt: skip
    if advice:
        return warn(
            "FOLDER_BY_LETTER", f"{folder} is named by a drive's letter.", advice, subject, **said,
            advice=advice,
        )  # fmt: skip
    return fine("FOLDER", f"{folder} can be read and written.", subject, **said)


def _scanners(home: Path) -> Iterator[Look]:
    """What a virus scanner should not look into at each access: it holds files that change."""
    program = Path(sys.executable).parent
    places = [home, *([program] if getattr(sys, "frozen", False) else [])]
    for place in places:
        yield fine(
            "SCANNER", f"Leave out of the virus scanner's look at each access: {place}.",
            "scanner", folder=str(place),
        )  # fmt: skip


def _ways(document: Mapping[str, Any]) -> Iterator[Look]:
    """Proxies that are used, and those that only look as if they were."""
    agent = document.get("agent")
    common = agent.get("proxy") if isinstance(agent, Mapping) else None
    proxies: dict[str, str] = {"agent": common} if isinstance(common, str) else {}
    for name, settings in _tables(document, "targets"):
        if isinstance(settings.get("proxy"), str):
            proxies[f"targets.{name}"] = settings["proxy"]
    for subject, proxy in proxies.items():
        name = subject.rpartition(".")[2]
        host = urlsplit(proxy.removeprefix("pac+")).hostname or proxy
        if proxy == "direct":
            continue
        yield fine("PROXY", f"{name} uses the proxy {host}.", subject, target=name, host=host)
    known = next((each for each in _PROXIES if os.environ.get(each)), "")
    if known and not proxies:
        yield warn(
            "PROXY_NOT_USED", f"The environment names a proxy ({known}), and no target uses one.",
            'Where it is needed, write proxy = "http://host:port" (or "system") at the target or in'
            " [agent]: the environment alone does not count.", "proxy", variable=known,
        )  # fmt: skip


def _tables(document: Mapping[str, Any], section: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    tables = document.get(section)
    for name, settings in tables.items() if isinstance(tables, dict) else ():
        if isinstance(settings, dict):
            yield str(name), settings


def _file_system(path: Path) -> str:
    """What kind of file system a folder lies on, where the system says so."""
    if os.name == "nt":
        return "SMB" if paths.is_remote(str(path)) else ""
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
