"""What every CRM of the sandbox stands on: one lock, time, chance, faults, write log, credentials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from threading import RLock

from adapters.sandbox.faults import Faults
from adapters.sandbox.options import Options
from adapters.sandbox.writelog import WriteLog
from agent.ports import Clock


@dataclass(slots=True)
class Traffic:
    """Requests as they arrive, whatever becomes of them; the admin's own are not counted."""

    arrived: int = 0
    refused: int = 0
    """Those that a fault of the menu met before anything was done."""
    at_once: int = 0
    """Under way now."""
    most_at_once: int = 0


@dataclass(slots=True)
class Core:
    """Handed to a dialect when it is made. Whoever reads or changes state holds `lock`."""

    clock: Clock
    random: Random
    options: Options
    credentials: Mapping[str, str]
    faults: Faults
    lock: RLock = field(default_factory=RLock)
    log: WriteLog = field(default_factory=WriteLog)
    traffic: Traffic = field(default_factory=Traffic)
    url: str = ""
    """Where clients find the sandbox; empty before the first start."""
    requests: int = 0
    """Requests so far, the admin's own not counted; the number of the one that is being served."""
