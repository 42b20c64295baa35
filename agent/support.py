"""`doctor` and `bundle` where no service answers: composed of what lies in the home folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agent import keys
from agent.app import VERSION, config_path, configured, updates
from agent.clock import SystemClock
from agent.errors import WrongUse
from agent.runtime.operate import Place, without_agent
from agent.runtime.operate.bundle import number_of, told
from agent.runtime.operate.reach import filled
from agent.runtime.operate.support import Support, findings


def doctor(home: Path) -> dict[str, Any]:
    """What is found around an agent that does not run."""
    return {"findings": findings(_support(home).doctor)}


def preview(home: Path, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What a bundle would hold. Raises WrongUse."""
    pieces = _support(home).bundle.preview(asked["hours"], strict=asked["strict"])
    return {"id": number_of(pieces), "files": told(pieces)}


def create(home: Path, asked: Mapping[str, Any], out: Path | None) -> dict[str, Any]:
    """Write a bundle. Raises WrongUse, StoreFull, StoreError."""
    if out is not None and not out.parent.is_dir():
        raise WrongUse(f"There is no folder {out.parent}.")
    made = _support(home).bundle.create(
        asked["hours"], strict=asked["strict"], leave_out=asked.get("leave_out", ()), to=out
    )
    names = None if made.names is None else str(made.names)
    return {"id": made.id, "path": str(made.path), "names": names}


def ask_publisher(home: Path, where: str, key: str) -> dict[str, Any]:
    """What the publisher's signed manifest says; told, and nothing else. Raises WaybillError."""
    config = configured(home, config_path(home))[0]
    return updates(home, config, _Later(home), SystemClock()).check(where, key).as_json()


class _Later:
    """The secrets of a home, opened when one is asked for: a proxy's password, if any."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def get(self, name: str) -> str:
        """Raises SecretMissing, KeyUnavailable."""
        return keys.open_vault(self._home, SystemClock()).secrets().get(name)

    def set(self, name: str, value: str) -> None:
        """Raises KeyUnavailable."""
        keys.open_vault(self._home, SystemClock()).secrets().set(name, value)


def _support(home: Path) -> Support:
    clock = SystemClock()

    def open_keys() -> None:
        keys.open_vault(home, clock)

    def settings() -> dict[str, Any]:
        return filled(configured(home, config_path(home))[0])

    return without_agent(Place(home, config_path(home), VERSION, settings), clock, open_keys)
