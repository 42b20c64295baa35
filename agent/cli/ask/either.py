"""Questions that can also be answered without a service: None means that none is running."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from agent.control.client import Client, ServiceUnreachable, WrongUse


def check(home: Path) -> dict[str, Any] | None:
    """What the running service finds in configuration and mappings."""
    return _ask(home, "check", {})


def set_secret(home: Path, name: str, value: str, expires: str) -> dict[str, Any] | None:
    """Set a secret in the running service."""
    until = {"expires": expires} if expires else {}
    return _ask(home, "secrets.set", {"name": name, "value": value, **until})


def confirm_recovery_key(home: Path, key: str) -> dict[str, Any] | None:
    """Whether this is the recovery key, by the running service; a proof is remembered there."""
    return _ask(home, "keys.recovery_confirm", {"key": key})


def begin_backup(home: Path, out: str) -> dict[str, Any] | None:
    """Let the running service begin a backup."""
    return _ask(home, "backup.create", {"out": out} if out else {})


def doctor(home: Path) -> dict[str, Any] | None:
    """What the running service finds around itself."""
    return _ask(home, "doctor", {}, silent=True)


def bundle(home: Path, method: str, params: dict[str, Any]) -> dict[str, Any] | None:
    """A diagnostics bundle by the running service: `bundle.preview` or `bundle.create`."""
    return _ask(home, method, params, silent=True)


def _ask(
    home: Path, method: str, params: dict[str, Any], *, silent: bool = False
) -> dict[str, Any] | None:
    """`silent`: one that is there and does not answer counts as none. For what only looks."""
    if not home.is_dir():
        raise WrongUse(
            f"There is no Waybill home folder at {home}.",
            hint="Name the right one with --home or WAYBILL_HOME, or make one: waybill init",
        )
    try:
        return Client(home, timeout=120).call(method, params)
    except ServiceUnreachable as error:
        # One that is there but silent or busy holds the home folder: nobody may step in for it.
        if error.code != ServiceUnreachable.code and not silent:
            raise
        return None
