"""`waybill init --from ANSWERS`: a complete agent set up by a file, without a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from agent.answers import Place, read
from agent.answers.values import environment
from agent.cli.ask import either
from agent.clock import SystemClock
from agent.control.client import Client
from agent.errors import ServiceUnreachable

_SAID: Final = {
    "checked": "No problem was found; nothing was changed.",
    "made": "The agent is set up.",
    "unchanged": "This agent was set up by these answers already; nothing was changed.",
    "repaired": "What was missing was put back; the rest stays as it is.",
    "replaced": "The answers are in force; what stood there before is kept beside it.",
}


def prepare(
    home: Path, path: Path, key_file: Path | None, *, check: bool, replace: bool
) -> dict[str, Any]:
    """Check the answers and set up a home by them. Raises ConfigError with every problem."""
    from agent.app import judged

    answers = read(path, environment(), judged, key_file)
    if check:
        return {"ok": True, "home": str(home), "done": "checked", "said": _SAID["checked"]}
    clock = SystemClock()
    done = _place(home, clock).apply(answers, replace=replace)
    return {
        "ok": True,
        "home": str(home),
        "done": done.what,
        "said": _SAID[done.what],
        "files": done.files,
        "secrets": done.secrets,
        "recovery_key_file": str(answers.recovery_key_file) if done.recovery_key else None,
    }


def _place(home: Path, clock: SystemClock) -> Place:
    from agent import keys

    def new_recovery_key() -> str:
        try:
            return str(Client(home).call("keys.recovery_new")["key"])
        except ServiceUnreachable:
            return keys.open_vault(home, clock).new_recovery_key()

    def set_secret(name: str, value: str, expires: str) -> None:
        if either.set_secret(home, name, value, expires) is None:
            keys.set_secret(home, name, value, expires)

    def known() -> list[str]:
        return [item.name for item in keys.open_vault(home, clock).secrets().list()]

    return Place(home, keys.initialise, new_recovery_key, set_secret, known, clock.now)
