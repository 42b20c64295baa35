r"""Windows' service control manager, judged apart from the calls into it.

What the service gets (https://learn.microsoft.com/windows/win32/services): its virtual account
`NT SERVICE\NAME`, which has no password and exists only here; a start some minutes after the
machine's, so that network and databases are there; a restart by itself after a fault, after 5 s,
1 minute and then every 5 minutes; time to end before the machine shuts down.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from agent.errors import NotAllowed, ServiceRefused, WaybillError
from agent.ports import Clock
from agent.service.spec import (
    DESCRIPTION,
    DISPLAY,
    NAME,
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

RESTARTS: Final = (5, 60, 300)
"""Seconds until the next start, after the first, the second and every later fault of a day."""
FORGET_FAULTS_SECONDS: Final = 86_400
PRE_SHUTDOWN_SECONDS: Final = 30
_FORGOTTEN_WITHIN_SECONDS: Final = 15.0

ACCESS_DENIED: Final = 5
BAD_ACCOUNT: Final = 1057
ABSENT: Final = 1060
NOT_ACTIVE: Final = 1062
RUNS_ALREADY: Final = 1056
MARKED_FOR_DELETE: Final = 1072
EXISTS: Final = 1073
_WORDS: Final = {
    2: ("its program is not there", "Repair the installation."),
    3: ("its program is not there", "Repair the installation."),
    1053: ("it did not answer in time", "Start it again; the log of the home folder says more."),
    1058: ("it is disabled", "Set its start to automatic: sc config {name} start= delayed-auto"),
    1068: ("a service that it depends on did not start", "Start that one first."),
    1069: (
        "Windows could not log its account on",
        "Set its password and rights anew: waybill service install --again --account NAME",
    ),
    1075: ("a service that it depends on does not exist", "Set up anew without it."),
}
_STATES: Final[dict[int, State]] = {
    1: "stopped",
    2: "starting",
    3: "stopping",
    4: "running",
    5: "running",  # continues, pauses, paused: nothing that ours ever says
    6: "running",
    7: "running",
}


class ScmFault(Exception):  # it never leaves this module's caller
    """What Windows answered to one call: its number, and its own words."""

    def __init__(self, number: int, said: str) -> None:
        super().__init__(said)
        self.number = number
        self.said = said


@dataclass(frozen=True, slots=True)
class Entry:
    """What the service control manager is told of a service. None leaves what is there."""

    command: str
    account: str | None = None
    password: str | None = field(default=None, repr=False)
    depends_on: tuple[str, ...] | None = None
    display: str = DISPLAY


@dataclass(frozen=True, slots=True)
class Manners:
    """How Windows is to treat it."""

    description: str = DESCRIPTION
    is_delayed: bool = True
    restarts: tuple[int, ...] = RESTARTS
    forget: int = FORGET_FAULTS_SECONDS
    pre_shutdown: int = PRE_SHUTDOWN_SECONDS


class Scm(Protocol):
    """The calls into Windows. Each raises ScmFault."""

    def create(self, name: str, entry: Entry) -> None: ...

    def change(self, name: str, entry: Entry) -> None: ...

    def behave(self, name: str, manners: Manners) -> list[str]:
        """Set each; names of those that this Windows does not know."""
        ...

    def delete(self, name: str) -> None: ...

    def start(self, name: str) -> None: ...

    def stop(self, name: str) -> None: ...

    def state(self, name: str) -> int: ...

    def command(self, name: str) -> str: ...

    def let_log_on(self, account: str) -> None:
        """Give an account the right to log on as a service."""
        ...

    def let_in(self, name: str, home: Path) -> None:
        """Open a home folder that is there to the service, whatever account it has."""
        ...

    def register_events(self, program: Path) -> None:
        """Make the source of our entries in the event log known."""
        ...

    def forget_events(self) -> None: ...

    def last_error(self, since: datetime) -> str:
        """What our latest error in the event log since then says; empty if there is none."""
        ...


class WindowsManager:
    """Satisfies `agent.service.spec.ServiceManager`."""

    def __init__(self, name: str, scm: Scm, clock: Clock) -> None:
        self._name = name
        self._scm = scm
        self._waiting = Waiting(clock)

    def install(self, spec: ServiceSpec, *, again: bool = False) -> None:
        is_there = self.state() != "absent"
        if is_there and not again:
            raise exists(self._name)
        account = account_of(spec)
        entry = Entry(
            command_line(spec), account, spec.password or None, spec.depends_on, _display(spec.name)
        )
        self._call("install", lambda: self._enter(entry, is_there=is_there))
        if needs_right(account):
            self._call("let it log on", lambda: self._scm.let_log_on(account))
        manners = Manners(is_delayed=spec.is_delayed)
        self._call("set up", lambda: self._scm.behave(self._name, manners))
        self._call("open the home folder to", lambda: self._scm.let_in(self._name, spec.home))
        self._call("register the event log of", lambda: self._scm.register_events(spec.program))

    def remove(self) -> None:
        self.stop()
        self._call("remove", lambda: self._scm.delete(self._name))
        # Whoever still looks at it, as the list of services does, keeps its name taken meanwhile.
        self._waiting.until(lambda: self.state() == "absent", _FORGOTTEN_WITHIN_SECONDS)
        if self._name == NAME:
            self._call("tidy up after", self._scm.forget_events)

    def start(self, within: float = START_WITHIN_SECONDS) -> None:
        self._wait_while("stopping", within)
        begun = self._waiting.clock.now()
        if self._known() == "stopped":
            try:
                self._scm.start(self._name)
            except ScmFault as fault:
                if fault.number != RUNS_ALREADY:
                    raise self._said("start", fault) from fault
        self._wait_while("starting", within)
        if self.state() != "running":
            raise not_started(self._name, self._why(begun))

    def stop(self, within: float = STOP_WITHIN_SECONDS) -> None:
        self._wait_while("starting", START_WITHIN_SECONDS)  # nothing is passed on before it runs
        if self._known() == "stopped":
            return
        try:
            self._scm.stop(self._name)
        except ScmFault as fault:
            if fault.number != NOT_ACTIVE:
                raise self._said("stop", fault) from fault
        if not self._waiting.until(lambda: self.state() == "stopped", within):
            raise not_stopped(self._name, within)

    def state(self) -> State:
        try:
            return _STATES[self._scm.state(self._name)]
        except ScmFault as fault:
            if fault.number in {ABSENT, MARKED_FOR_DELETE}:
                return "absent"
            raise self._said("ask about", fault) from fault

    def set_program(self, program: Path) -> None:
        def change() -> None:
            command = with_program(self._scm.command(self._name), program)
            self._scm.change(self._name, Entry(command))
            self._scm.register_events(program)

        self._known()
        self._call("change", change)

    def _enter(self, entry: Entry, *, is_there: bool) -> None:
        if is_there:
            self._scm.change(self._name, entry)
        else:
            self._scm.create(self._name, entry)

    def _known(self) -> State:
        """Its state; raises where there is no such service."""
        if (state := self.state()) == "absent":
            raise absent(self._name)
        return state

    def _wait_while(self, state: State, within: float) -> None:
        self._waiting.until(lambda: self.state() != state, within)

    def _why(self, begun: datetime) -> str:
        try:
            return self._scm.last_error(begun)
        except ScmFault:  # a log that cannot be read explains nothing, and is no second error
            return ""

    def _call(self, verb: str, call: Callable[[], object]) -> None:
        try:
            call()
        except ScmFault as fault:
            raise self._said(verb, fault) from fault

    def _said(self, verb: str, fault: ScmFault) -> WaybillError:
        """What a person is told."""
        if fault.number == ACCESS_DENIED:
            return NotAllowed(
                f"This account may not {verb} the service {self._name}.",
                code="NOT_ADMINISTRATOR",
                hint="Open the command prompt with `Run as administrator`.",
            )
        if fault.number == ABSENT:
            return absent(self._name)
        if fault.number == EXISTS:
            return exists(self._name)
        if fault.number == BAD_ACCOUNT:
            return ServiceRefused(
                "Windows does not know this account, or its password is wrong.",
                code="ACCOUNT_UNKNOWN",
                hint=r"Name it as DOMAIN\name; a managed service account ends in $ and has no "
                "password. Left out, the service gets an account of its own.",
            )
        if fault.number == MARKED_FOR_DELETE:
            return ServiceRefused(
                f"The service {self._name} is being removed: a program still holds it open.",
                code="SERVICE_GOING",
                hint="Close the list of services and Task Manager, then try again.",
            )
        if fault.number in _WORDS:
            what, hint = _WORDS[fault.number]
            return ServiceRefused(
                f"The service {self._name} did not {verb}: {what}.",
                code="SERVICE_NOT_STARTED" if verb == "start" else "SERVICE_MANAGER",
                hint=hint.format(name=self._name),
                params={"service": self._name, "why": what},
            )
        return ServiceRefused(
            f"Windows would not {verb} the service {self._name}: {fault.said} ({fault.number}).",
            hint="Nothing of the agent's data was touched.",
        )


def account_of(spec: ServiceSpec) -> str:
    r"""As Windows wants it; by default the service's own, `NT SERVICE\NAME`."""
    return named(spec.account or f"NT SERVICE\\{spec.name}")


def named(account: str) -> str:
    r"""An account as Windows wants it: `.\name` is one of this machine."""
    if account.lower() in {"localsystem", "system", "nt authority\\system"}:
        return "LocalSystem"
    return account if "\\" in account or "@" in account else f".\\{account}"


def needs_right(account: str) -> bool:
    """Whether it must be let log on as a service; Windows' own accounts may."""
    own = ("NT SERVICE\\", "NT AUTHORITY\\", "LOCALSYSTEM")
    return not account.upper().startswith(own)


def is_managed(account: str) -> bool:
    r"""A (group) managed service account, `DOMAIN\name$`: Windows keeps its password."""
    return account.endswith("$") and "\\" in account


def wants_password(account: str) -> bool:
    """Whether Windows must be told the password of an account, as a person named it."""
    full = named(account)
    return needs_right(full) and not is_managed(full)


def command_line(spec: ServiceSpec) -> str:
    """What Windows starts; every word quoted where it needs it (no unquoted path, CWE-428)."""
    ours = ("--service", spec.name, "--home", str(spec.home))
    return joined([str(spec.program), *spec.arguments, *ours])


def joined(words: Sequence[str]) -> str:
    """A command line of which the program is always quoted."""
    return f'"{words[0]}" {subprocess.list2cmdline(words[1:])}'.rstrip()


def with_program(command: str, program: Path) -> str:
    """The command line with another program; its arguments stay as they are."""
    mark = '"' if command.startswith('"') else " "
    rest = command.removeprefix('"').partition(mark)[2]
    return f'"{program}" {rest.lstrip()}'.rstrip()


def _display(name: str) -> str:
    return DISPLAY if name == NAME else f"{DISPLAY} ({name})"
