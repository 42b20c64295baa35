"""What a service is to whoever installs it: where it runs, as whom, and how it is just now."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, Protocol

from agent.errors import ServiceRefused
from agent.ports import Clock, Stop

NAME: Final = "Waybill"
"""Of the service on Windows; elsewhere the same in small letters."""
DISPLAY: Final = "Waybill agent"
DESCRIPTION: Final = (
    "Carries records from the ERP to the CRM. Stopping it loses nothing: it goes on."
)

State = Literal["absent", "stopped", "starting", "running", "stopping"]

START_WITHIN_SECONDS: Final = 75.0
"""Longer than the 60 s after which a start that goes on counts as running."""
STOP_WITHIN_SECONDS: Final = 30.0
"""Longer than the 20 s in which the service itself sees to its end."""
_LOOK_SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True)
class ServiceSpec:
    r"""A service to be installed.

    account: None for the default, on Windows the virtual account `NT SERVICE\NAME`, on Linux the
    user `waybill`. `DOMAIN\name$` is a group managed service account and has no password.
    """

    program: Path
    """`waybill-service`, or an interpreter with `arguments` that make it one."""
    home: Path
    name: str = NAME
    account: str | None = None
    password: str = field(default="", repr=False)
    """Of an ordinary Windows account; goes to the service manager and nowhere else."""
    arguments: tuple[str, ...] = ()
    """Of the program, before those that name service and home."""
    depends_on: tuple[str, ...] = ()
    """Services that must run first: `MSSQLSERVER`, `postgresql.service`."""
    is_delayed: bool = True
    """Windows: start some minutes after the machine, when the network is there."""
    writes: tuple[Path, ...] = ()
    """Linux: folders outside the home that it may write to: archives, import files."""


class ServiceManager(Protocol):
    """What starts programs when nobody is logged on. Every call may raise ServiceRefused.

    Whoever may not do something gets NotAllowed. Nothing here touches a home folder's content.
    """

    def install(self, spec: ServiceSpec, *, again: bool = False) -> None:
        """Make the service known; not started. `again`: set anew what is there already."""
        ...

    def remove(self) -> None:
        """Stop it and forget it. The home folder stays."""
        ...

    def start(self, within: float = START_WITHIN_SECONDS) -> None:
        """Start it; returns when it runs. Started already: nothing to do."""
        ...

    def stop(self, within: float = STOP_WITHIN_SECONDS) -> None:
        """Stop it; returns when it is stopped. Stopped already: nothing to do."""
        ...

    def state(self) -> State:
        """How it is. Needs no rights."""
        ...

    def set_program(self, program: Path) -> None:
        """From the next start on it is this program; all else stays."""
        ...


@dataclass(frozen=True, slots=True)
class Waiting:
    """How a manager waits for a state. `stop.wait` is the only sleep."""

    clock: Clock
    stop: Stop = field(default_factory=threading.Event)

    def until(self, is_so: Callable[[], bool], within: float) -> bool:
        """Whether it came to be so in time; looked at several times a second."""
        last = self.clock.monotonic() + within
        while not is_so():
            if self.clock.monotonic() >= last:
                return False
            self.stop.wait(_LOOK_SECONDS)
        return True


def absent(name: str) -> ServiceRefused:
    """There is no such service here."""
    return ServiceRefused(
        f"The service {name} is not installed on this machine.",
        code="SERVICE_ABSENT",
        hint="Install it: waybill service install",
        params={"service": name},
    )


def exists(name: str) -> ServiceRefused:
    """There is one already."""
    return ServiceRefused(
        f"The service {name} is installed already; it was left as it is.",
        code="SERVICE_EXISTS",
        hint="To set it up anew without losing anything: waybill service install --again",
        params={"service": name},
    )


def not_started(name: str, why: str) -> ServiceRefused:
    """It was told to start and does not run. `why` is a sentence, or empty."""
    return ServiceRefused(
        f"The service {name} did not start" + (f": {why}" if why else "."),
        code="SERVICE_NOT_STARTED",
        hint="What is wrong around it: waybill doctor. Nothing that was queued is lost.",
        params={"service": name, "why": why},
    )


def not_stopped(name: str, within: float) -> ServiceRefused:
    """It was told to stop and still runs."""
    return ServiceRefused(
        f"The service {name} has not stopped within {within:g} s.",
        code="SERVICE_NOT_STOPPED",
        hint="Ask again in a moment: waybill service status. It may also be ended by force; "
        "nothing that was queued is lost by that.",
        params={"service": name, "seconds": f"{within:g}"},
    )
