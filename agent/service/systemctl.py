"""systemd as the service manager, through `systemctl`, as an administrator would use it.

What a package brought (`/usr/lib/systemd/system`) is never changed: what is wanted otherwise
stands in a drop-in. Without a package the unit that ships is written to /etc first.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from agent.errors import NotAllowed, ServiceRefused
from agent.ports import Clock
from agent.service import unit
from agent.service.spec import (
    START_WITHIN_SECONDS,
    STOP_WITHIN_SECONDS,
    ServiceSpec,
    State,
    Waiting,
    absent,
    exists,
    not_started,
    not_stopped,
)

_RESOURCE: Final = Path(__file__).resolve().parents[2] / "resources/service/waybill.service"
_OURS: Final = Path("/etc/systemd/system")
_PACKAGED: Final = (Path("/usr/lib/systemd/system"), Path("/lib/systemd/system"))
_SETTINGS: Final = "50-waybill.conf"
_PROGRAM: Final = "60-program.conf"
_COMMAND_SECONDS: Final = 60.0
IDENTIFIER: Final = "waybill"
"""Of its own lines in the journal: SyslogIdentifier= of the unit."""
_STATES: Final[dict[str, State]] = {
    "active": "running",
    "reloading": "running",
    "activating": "starting",
    "deactivating": "stopping",
}
_CLOSED: Final = ("access denied", "permission denied", "authentication required", "not permitted")


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of a command."""

    code: int
    out: str = ""
    said: str = ""


Runner = Callable[[Sequence[str]], Ran]


def run(words: Sequence[str]) -> Ran:
    """Run a command of the system. Never raises: a missing one is code 127."""
    try:
        done = subprocess.run(
            words,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_COMMAND_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "LC_ALL": "C", "SYSTEMD_PAGER": "cat"},
        )
    except subprocess.TimeoutExpired:
        return Ran(124, said=f"{words[0]} did not end within {_COMMAND_SECONDS:g} s")
    except OSError as error:
        return Ran(127, said=f"{words[0]}: {error.strerror}")
    return Ran(done.returncode, done.stdout, done.stderr)


class SystemdManager:
    """Satisfies `agent.service.spec.ServiceManager`. `ours`, `packaged`: where units stand."""

    def __init__(
        self,
        name: str,
        runner: Runner,
        clock: Clock,
        *,
        ours: Path = _OURS,
        packaged: Sequence[Path] = _PACKAGED,
    ) -> None:
        self._unit = f"{name.lower()}.service"
        self._run = runner
        self._waiting = Waiting(clock)
        self._ours = ours
        self._packaged = packaged

    def install(self, spec: ServiceSpec, *, again: bool = False) -> None:
        if self._property("UnitFileState") == "enabled" and not again:
            raise exists(self._unit)
        account = spec.account or unit.ACCOUNT
        self._make_account(account, spec)
        try:
            self._write(spec)
        except OSError as error:
            raise _not_allowed(f"{self._ours} cannot be written: {error.strerror}.") from error
        self._give(account, spec.home)
        self._do("systemctl", "daemon-reload")
        self._do("systemctl", "enable", self._unit)

    def remove(self) -> None:
        if self.state() == "absent":
            raise absent(self._unit)
        self.stop()
        self._do("systemctl", "disable", self._unit)
        try:
            shutil.rmtree(self._drop_ins, ignore_errors=True)
            (self._ours / self._unit).unlink(missing_ok=True)
        except OSError as error:
            raise _not_allowed(f"{self._ours} cannot be written: {error.strerror}.") from error
        self._do("systemctl", "daemon-reload")
        self._run(("systemctl", "reset-failed", self._unit))  # nothing to reset is no error to us

    def start(self, within: float = START_WITHIN_SECONDS) -> None:
        state = self.state()
        if state == "absent":
            raise absent(self._unit)
        if state == "running":
            return
        begun = self._waiting.clock.now()
        self._run(("systemctl", "reset-failed", self._unit))
        self._do("systemctl", "start", "--no-block", self._unit)
        self._waiting.until(self._is_started_or_failed, within)
        if self.state() != "running":
            raise not_started(self._unit, self._last_words(begun))

    def stop(self, within: float = STOP_WITHIN_SECONDS) -> None:
        state = self.state()
        if state == "absent":
            raise absent(self._unit)
        if state == "stopped":
            return
        self._do("systemctl", "stop", "--no-block", self._unit)
        if not self._waiting.until(lambda: self.state() == "stopped", within):
            raise not_stopped(self._unit, within)

    def state(self) -> State:
        found = self._properties("LoadState", "ActiveState")
        if found.get("LoadState", "not-found") == "not-found":
            return "absent"
        return _STATES.get(found.get("ActiveState", ""), "stopped")

    def set_program(self, program: Path) -> None:
        if self.state() == "absent":
            raise absent(self._unit)
        try:
            self._put(_PROGRAM, "" if program == unit.PROGRAM else unit.program(program))
        except OSError as error:
            raise _not_allowed(f"{self._ours} cannot be written: {error.strerror}.") from error
        self._do("systemctl", "daemon-reload")

    @property
    def _drop_ins(self) -> Path:
        return self._ours / f"{self._unit}.d"

    def _write(self, spec: ServiceSpec) -> None:
        if not any((place / self._unit).exists() for place in self._packaged):
            (self._ours / self._unit).write_bytes(_RESOURCE.read_bytes())
        self._put(_SETTINGS, unit.differences(spec))
        self._put(_PROGRAM, "")

    def _put(self, name: str, text: str) -> None:
        path = self._drop_ins / name
        if not text:
            path.unlink(missing_ok=True)
            return
        self._drop_ins.mkdir(exist_ok=True)
        path.write_text(f"# Written by `waybill service`.\n\n{text}\n", encoding="utf-8")

    def _make_account(self, account: str, spec: ServiceSpec) -> None:
        """The default account is made where it is missing; another one is a person's business."""
        try:
            pwd.getpwnam(account)
            return
        except KeyError:
            pass
        if account != unit.ACCOUNT:
            raise ServiceRefused(
                f"There is no account {account} on this machine.",
                code="ACCOUNT_UNKNOWN",
                hint=f"Make it, or leave --account out for the account {unit.ACCOUNT}.",
                params={"account": account},
            )
        words = ("--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin")
        self._do("useradd", *words, "--home-dir", str(spec.home), account)

    def _give(self, account: str, home: Path) -> None:
        """The home folder belongs to the account, also where root made it."""
        self._do("install", "-d", "-m", "0700", "-o", account, str(home))
        places = [home, Path("/etc/waybill")] if home == unit.HOME else [home]
        for place in places:
            if place.exists():
                self._do("chown", "-R", "--no-dereference", f"{account}:", str(place))

    def _is_started_or_failed(self) -> bool:
        found = self._properties("ActiveState", "SubState")
        return found.get("ActiveState") != "activating" or found.get("SubState") == "auto-restart"

    def _last_words(self, begun: datetime) -> str:
        """Why it ended, from the journal since then; empty where nothing is said.

        Its own word counts; what systemd says is taken where the program was not even begun.
        """
        said = self._journal(begun, f"--identifier={IDENTIFIER}")
        told = [line.partition(" ")[2] for line in said if line.startswith("event=")]
        if told or said:
            return (told or said)[-1]
        general = f"Failed to start {self._unit}"
        lines = self._journal(begun, "--priority=err")
        return next(
            (line.removeprefix(f"{self._unit}: ") for line in lines if general not in line), ""
        )

    def _journal(self, begun: datetime, wanted: str) -> list[str]:
        since = f"--since=@{begun.timestamp():.0f}"
        words = (f"--unit={self._unit}", "--quiet", "--no-pager", "--output=cat", since, wanted)
        lines = self._run(("journalctl", *words)).out.splitlines()
        return [line.strip() for line in lines if line.strip()]

    def _properties(self, *names: str) -> dict[str, str]:
        words = ("systemctl", "show", self._unit, f"--property={','.join(names)}")
        lines = self._do(*words).out.splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def _property(self, name: str) -> str:
        return self._properties(name).get(name, "")

    def _do(self, *words: str) -> Ran:
        """Raises ServiceRefused, NotAllowed."""
        done = self._run(words)
        if not done.code:
            return done
        said = " ".join(done.said.split()) or f"it ended with {done.code}"
        if any(word in said.lower() for word in _CLOSED):
            raise _not_allowed(f"{words[0]}: {said}")
        raise ServiceRefused(
            f"{' '.join(words[:2])} failed: {said}",
            hint="Nothing of the agent's data was touched.",
        )


def _not_allowed(what: str) -> NotAllowed:
    return NotAllowed(
        f"This account may not change services. {what}",
        code="NOT_ADMINISTRATOR",
        hint="Do it as root: sudo waybill service …",
    )
