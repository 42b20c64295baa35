"""`doctor` and `bundle.*`: what helps when something does not work, with or without a service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from agent.model import Json
from agent.ports import Clock
from agent.queue.peek import summary, summary_of
from agent.queue.store import Store
from agent.runtime.operate.bundle import Ask, Bundle, number_of, told
from agent.runtime.operate.desk import Answer, Caller, Params, fitting, number
from agent.runtime.operate.doctor import Doctor
from agent.runtime.operate.history import History
from agent.runtime.status import StatusDesk

_DAY = 24


@dataclass(frozen=True, slots=True)
class Place:
    """An installation on this machine."""

    home: Path
    configuration: Path
    version: str
    filled: Callable[[], Mapping[str, Any]] = dict
    """The configuration with its defaults, for the doctor."""


@dataclass(frozen=True)
class Support:
    """Answers the methods."""

    doctor: Doctor
    bundle: Bundle

    def methods(self) -> dict[str, Answer]:
        """By name."""
        return {
            "doctor": self._doctor,
            "bundle.preview": self._preview,
            "bundle.create": self._create,
        }

    def _doctor(self, _: Params, __: Caller) -> Json:
        return {"findings": findings(self.doctor)}

    def _preview(self, params: Params, _: Caller) -> Json:
        pieces = self.bundle.preview(_hours(params), strict=_strict(params))
        return {
            "id": number_of(pieces),
            "files": fitting([dict(one) for one in told(pieces) if isinstance(one, dict)]),
        }

    def _create(self, params: Params, _: Caller) -> Json:
        names = params.get("leave_out")
        left = [str(name) for name in names] if isinstance(names, list) else []
        made = self.bundle.create(_hours(params), strict=_strict(params), leave_out=left)
        return {
            "id": made.id,
            "path": str(made.path),
            "names": None if made.names is None else str(made.names),
        }


def findings(doctor: Doctor) -> list[Json]:
    """What a doctor found, for a face."""
    return [look.as_json() for look in doctor.looks()]


def beside_agent(
    place: Place,
    clock: Clock,
    store: Store,
    status: StatusDesk,
    history: History,
    skews: Callable[[], Mapping[str, timedelta]],
) -> Support:
    """Inside a running agent."""
    doctor = Doctor(place.home, place.configuration, place.version, _open, skews, place.filled)
    asks: dict[str, tuple[str, Ask]] = {
        "status.json": ("How the agent is", lambda: status.status().as_json()),
        "doctor.json": ("What around the agent could keep it from working",
                        lambda: findings(doctor)),
        "queue.json": ("How much is in the queue, and why it waits",
                       lambda: summary(store.db.rows)),
        "history.json": ("What each hour brought", lambda: history.told(_DAY)),
    }  # fmt: skip
    return Support(doctor, Bundle(place.home, place.configuration, place.version, clock, asks))


def without_agent(place: Place, clock: Clock, keys: Callable[[], None]) -> Support:
    """Where no service answers: from what lies in the home folder."""
    doctor = Doctor(place.home, place.configuration, place.version, keys, filled=place.filled)
    asks: dict[str, tuple[str, Ask]] = {
        "status.json": ("How the agent is", lambda: {"problem": "No service answered."}),
        "doctor.json": ("What around the agent could keep it from working",
                        lambda: findings(doctor)),
        "queue.json": ("How much is in the queue, and why it waits",
                       lambda: summary_of(place.home / "queue.db")),
    }  # fmt: skip
    return Support(doctor, Bundle(place.home, place.configuration, place.version, clock, asks))


def _open() -> None:
    """A running agent has opened its keys."""


def _hours(params: Params) -> int:
    return number(params, "hours", _DAY, 1 << 30)


def _strict(params: Params) -> bool:
    return params.get("strict") is not False
