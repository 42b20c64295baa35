"""What upgrader and service tell each other, as files in the home folder.

`trial.json` is the upgrader's: this version is on trial. `verdict.json` is the service's: whether it
has passed. `outcome.json` is the upgrader's: how the last upgrade ended, shown as long as it matters.
The program root is closed to the service, and the service may be gone: so files, not calls.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from agent import durable
from agent.queue.copies import like

FOLDER: Final = "upgrade"
_TRIAL, _VERDICT, _OUTCOME = "trial.json", "verdict.json", "outcome.json"
_NEWS: Final = "news.json"


@dataclass(frozen=True, slots=True)
class Trial:
    """A version is on trial."""

    id: str
    version: str
    until: str
    """UTC, ISO 8601: then a person should look."""
    known: tuple[str, ...] = ()
    judged: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a version on trial says of itself."""

    id: str
    passed: bool
    said: tuple[str, ...] = ()
    """What speaks against it still."""


def folder_of(home: Path) -> Path:
    """The folder of upgrades in a home, made if need be, the service's own."""
    folder = home / FOLDER
    if not folder.is_dir():
        durable.private_folder(folder)
        like(home, folder)
    return folder


def on_trial(home: Path, version: str) -> Trial | None:
    """The trial that this version still has to pass, if any."""
    found = _read(home, _TRIAL)
    if found is None or found.get("version") != version:
        return None
    trial = Trial(
        str(found.get("id", "")), version, str(found.get("until", "")),
        tuple(map(str, found.get("known", ()))), found.get("judged") is not False,
    )  # fmt: skip
    said = verdict(home, trial.id)
    return None if said is not None and said.passed else trial


def put_on_trial(home: Path, trial: Trial) -> None:
    """The next start of this version is on trial; a former verdict counts no more."""
    (folder_of(home) / _VERDICT).unlink(missing_ok=True)
    _write(home, _TRIAL, asdict(trial))


def end_trial(home: Path) -> None:
    """Nobody is on trial."""
    with suppress(FileNotFoundError):
        (home / FOLDER / _TRIAL).unlink()
        durable.sync_folder(home / FOLDER)


def verdict(home: Path, trial: str) -> Verdict | None:
    """What the service has said of this trial."""
    found = _read(home, _VERDICT)
    if found is None or found.get("id") != trial:
        return None
    return Verdict(trial, found.get("passed") is True, tuple(map(str, found.get("said", ()))))


def say(home: Path, verdict: Verdict) -> None:
    """Durable when this returns: only then may anything leave."""
    _write(home, _VERDICT, asdict(verdict))


def outcome(home: Path) -> dict[str, Any]:
    """How the last upgrade ended; empty: there was none, or it is of no concern any more."""
    return _read(home, _OUTCOME) or {}


def tell_outcome(home: Path, told: dict[str, Any]) -> None:
    """For the service, which tells people."""
    _write(home, _OUTCOME, told)


def news(home: Path) -> dict[str, Any]:
    """What was last heard of newer versions; empty: nothing."""
    return _read(home, _NEWS) or {}


def remember_news(home: Path, told: dict[str, Any]) -> None:
    """Keep what a signed manifest says."""
    _write(home, _NEWS, told)


def _read(home: Path, name: str) -> dict[str, Any] | None:
    """Raises OSError for a note that is there and closed: nobody may take that for none."""
    try:
        found = json.loads((home / FOLDER / name).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _write(home: Path, name: str, content: dict[str, Any]) -> None:
    path = folder_of(home) / name
    durable.write(path, json.dumps(content, indent=1).encode())
    like(home, path)
