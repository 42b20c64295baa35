"""The service manager of this machine: Windows' service control manager, or systemd.

manager = for_this_machine()
manager.install(ServiceSpec(program=..., home=...))
manager.start()
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from agent.clock import SystemClock
from agent.errors import ServiceRefused
from agent.service.spec import NAME, ServiceManager, ServiceSpec, State

__all__ = ["NAME", "ServiceManager", "ServiceSpec", "State", "for_this_machine", "this_program"]

_SYSTEMD: Final = Path("/run/systemd/system")
"""There when systemd runs the machine (sd_booted(3))."""
_CURRENT: Final = Path("/opt/waybill/current")


def for_this_machine(name: str = NAME) -> ServiceManager:
    """What manages services here. Raises ServiceRefused where nothing does (a container)."""
    if sys.platform == "win32":
        from agent.service.scm import WindowsManager
        from agent.service.scm_calls import Calls

        return WindowsManager(name, Calls(), SystemClock())
    from agent.service.systemctl import SystemdManager, run

    if not _SYSTEMD.is_dir():
        raise ServiceRefused(
            "No service manager runs here: this machine was not started by systemd.",
            code="NO_SERVICE_MANAGER",
            hint="In a container the agent itself is what runs: waybill run --home DIR",
        )
    return SystemdManager(name, run, SystemClock())


def this_program() -> tuple[Path, tuple[str, ...]]:
    """The `waybill-service` of this installation, and the arguments that make it one.

    On Linux by the pointer to the current version, so that an upgrade has nothing to change.
    """
    here = Path(sys.executable)
    beside = here.with_name("waybill-service.exe" if sys.platform == "win32" else "waybill-service")
    if not beside.exists():
        return here, ("-m", "agent.service.main")
    pointed = _CURRENT / beside.name
    if sys.platform != "win32" and pointed.exists() and pointed.resolve() == beside.resolve():
        return pointed, ()
    return beside, ()
