"""A home made of answers, or put right again: what is there is never written over unasked.

    nothing there, or nothing configured yet    everything is made
    the same answers as before                  what is missing is put back; edits since are kept
    other answers                               refused, unless it is asked for; the old is kept

`answers.json` in the home remembers which answers it was made of: a digest, without secrets.
"""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from agent import durable
from agent import home as homes
from agent.answers.file import Answers
from agent.answers.recovery_file import is_free, write_key_file
from agent.errors import WrongUse

REMEMBERED: Final = "answers.json"
_CONFIGURED: Final = ("sources", "targets", "flows")


@dataclass(frozen=True, slots=True)
class Done:
    """What was done."""

    what: str
    """`made`, `unchanged`, `repaired` or `replaced`."""
    files: list[str] = field(default_factory=list)
    """Written, by path within the home."""
    secrets: list[str] = field(default_factory=list)
    """Set, by name."""
    recovery_key: bool = False
    """Whether a recovery key was written."""


@dataclass(frozen=True, slots=True)
class Place:
    """A home folder, and how its keys and secrets are reached."""

    home: Path
    initialise: Callable[[Path], str]
    """Makes the keys; returns the recovery key."""
    new_recovery_key: Callable[[], str]
    """Another recovery key, of keys that are there."""
    set_secret: Callable[[str, str, str], None]
    known_secrets: Callable[[], Collection[str]]
    now: Callable[[], datetime]

    def apply(self, answers: Answers, *, replace: bool = False) -> Done:
        """Make the home what the answers say. Raises WrongUse, WaybillError."""
        there = self.home / homes.CONFIG
        try:
            if not self._is_used():
                return self._make(answers)
            if self._remembered() == answers.digest:
                return self._repair(answers)
            if there.exists() and self._is_configured(there) and not replace:
                raise WrongUse(
                    f"{self.home} is configured already, and not as these answers say.",
                    code="HOME_CONFIGURED",
                    hint="Nothing was changed. To put the answers in its place, say --replace: "
                    "what stands there is kept beside it. Queue and keys stay as they are.",
                )
            return self._put_over(answers)
        except OSError as error:
            raise homes.cannot_make(self.home, error) from error

    # --- a new home -------------------------------------------------------------------------------

    def _make(self, answers: Answers) -> Done:
        was_there = self.home.exists()
        before = set(self.home.iterdir()) if was_there else set()
        where = answers.recovery_key_file
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            homes.shut(self.home)
            homes.put(self.home, answers.files)
            key = self.initialise(self.home)
            if where is not None:
                write_key_file(where, key, self.home, answers.recovery_key_for)
            self._set(answers, answers.secrets)
            self._configure(answers)
        except BaseException:
            for entry in set(self.home.iterdir()) - before if self.home.is_dir() else ():
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
            if not was_there:
                shutil.rmtree(self.home, ignore_errors=True)
            raise
        homes.give_to_owner(self.home)
        return Done("made", [homes.CONFIG, *answers.files], [*answers.secrets], where is not None)

    # --- a home that is there ---------------------------------------------------------------------

    def _repair(self, answers: Answers) -> Done:
        wanted = {**answers.files, homes.CONFIG: answers.configuration.encode()}
        missing = {name: text for name, text in wanted.items() if not (self.home / name).exists()}
        known = set(self.known_secrets())
        unset = [name for name in answers.secrets if name not in known]
        self._set(answers, unset)
        homes.put(self.home, missing)
        homes.give_to_owner(self.home)
        return Done("repaired" if missing or unset else "unchanged", [*missing], unset)

    def _put_over(self, answers: Answers) -> Done:
        """What stood there is kept beside it; the configuration comes last."""
        is_new = not (self.home / "keys").exists()
        key_file = answers.recovery_key_file
        if is_new:
            key = self.initialise(self.home)
        elif key_file is not None and not is_free(key_file) and not self._is_configured_home():
            key = self.new_recovery_key()
        else:
            key, key_file = "", None
        if key and key_file is not None:
            write_key_file(key_file, key, self.home, answers.recovery_key_for)
        self._set(answers, answers.secrets)
        changed = [name for name, content in answers.files.items() if self._differs(name, content)]
        for name in changed:
            self._keep(name)
        homes.put(self.home, {name: answers.files[name] for name in changed})
        text = answers.configuration.encode()
        if self._differs(homes.CONFIG, text):
            self._keep(homes.CONFIG)
            changed.append(homes.CONFIG)
        self._configure(answers)
        homes.give_to_owner(self.home)
        return Done("replaced", changed, [*answers.secrets], bool(key))

    def _differs(self, name: str, content: bytes) -> bool:
        path = self.home / name
        return not path.exists() or path.read_bytes() != content

    def _keep(self, name: str) -> None:
        path = self.home / name
        if path.exists():
            stamp = f"{self.now():%Y%m%dT%H%M%SZ}"
            durable.write(path.with_name(f"{path.name}.before-{stamp}"), path.read_bytes())

    # --- inside -----------------------------------------------------------------------------------

    def _is_used(self) -> bool:
        return self.home.exists() and not homes.is_empty(self.home)

    def _is_configured_home(self) -> bool:
        path = self.home / homes.CONFIG
        return path.exists() and self._is_configured(path)

    def _is_configured(self, path: Path) -> bool:
        """Whether anything stands there that a person would miss."""
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (ValueError, tomllib.TOMLDecodeError):
            return True
        return any(tables.get(section) for section in _CONFIGURED)

    def _set(self, answers: Answers, names: Collection[str]) -> None:
        for name in names:
            given = answers.secrets[name]
            self.set_secret(name, given.value, given.expires)

    def _configure(self, answers: Answers) -> None:
        remembered = {"digest": answers.digest, "at": self.now().isoformat()}
        homes.put(self.home, {homes.CONFIG: answers.configuration.encode()})
        homes.put(self.home, {REMEMBERED: json.dumps(remembered).encode()})

    def _remembered(self) -> str:
        with suppress(OSError, ValueError, KeyError, TypeError):
            found = json.loads((self.home / REMEMBERED).read_bytes())["digest"]
            return str(found)
        return ""
