"""The diagnostics bundle: what somebody needs who helps from afar, and nothing about anybody.

Its files are texts that a person can read before they leave the house. Payloads are in none of them
in any case; strictly, names, paths and hosts are pseudonyms too (`pseudonyms`). What stands for what
is written beside the bundle, for those at home.
"""

from __future__ import annotations

import hashlib
import json
import platform
import tomllib
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from agent import durable
from agent.errors import WaybillError, WrongUse
from agent.model import Json
from agent.ports import Clock
from agent.queue.peek import SQLITE
from agent.recent_log import tail
from agent.runtime.moments import instant
from agent.runtime.operate import records, words
from agent.runtime.operate.pseudonyms import Pseudonyms

FOLDER: Final = "bundles"
MOST_HOURS: Final = 31 * 24
SHOWN: Final = 20_000
"""Characters of each file in a preview."""
_LOG_BYTES: Final = 8 * 1024 * 1024
_AUDIT_BYTES: Final = 1024 * 1024

Ask = Callable[[], Json]


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of a bundle."""

    name: str
    what: str
    text: str


@dataclass(frozen=True, slots=True)
class Made:
    """A bundle on the disk."""

    id: str
    path: Path
    names: Path | None
    """What its pseudonyms stand for; None: it has none."""


@dataclass(frozen=True)
class Bundle:
    """Makes the bundles of one installation, with or without a running agent."""

    home: Path
    configuration: Path
    version: str
    clock: Clock
    asks: Mapping[str, tuple[str, Ask]]
    """What is asked of the agent, or of its files: name of a file -> what it is, and how."""

    def preview(self, hours: int, *, strict: bool) -> list[Piece]:
        """The files as they would leave the house. Raises WrongUse."""
        return self._pieces(hours, strict=strict)[0]

    def create(
        self, hours: int, *, strict: bool, leave_out: Collection[str] = (), to: Path | None = None
    ) -> Made:
        """Write the bundle, into the home folder where no other file is named.

        Raises WrongUse, StoreFull, StoreError.
        """
        pieces, names = self._pieces(hours, strict=strict)
        known = {piece.name for piece in pieces}
        if unknown := sorted(set(leave_out) - known):
            raise WrongUse(f"The bundle has no file {unknown[0][:60]!r}.")
        kept = [piece for piece in pieces if piece.name not in leave_out]
        number = number_of(kept)
        content = BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
            for piece in kept:
                packed.writestr(piece.name, piece.text)
        path = to if to is not None else self.home / FOLDER / f"{number}.zip"
        beside = path.with_name(f"{path.stem}-names.json")
        try:
            if to is None:
                durable.private_folder(path.parent)
            durable.write(path, content.getvalue())
            if strict:
                stands_for = json.dumps(names.names, indent=1, ensure_ascii=False)
                durable.write(beside, stands_for.encode())
        except OSError as error:
            raise durable.trouble(error) from error
        return Made(number, path, beside if strict else None)

    # --- inside -----------------------------------------------------------------------------------

    def _pieces(self, hours: int, *, strict: bool) -> tuple[list[Piece], Pseudonyms]:
        if not 1 <= hours <= MOST_HOURS:
            raise WrongUse(f"Say how many hours: 1 to {MOST_HOURS}.")
        names = Pseudonyms(words.known() if strict else (), strict=strict)
        document, problem = self._document()
        audit = list(records.of(tail(self.home / "audit.log", _AUDIT_BYTES)))
        words.learn(names, document, (self.home, self.configuration))
        for record in audit:
            words.learn_actor(names, str(record.get("actor", "")))
        since = instant((self.clock.now() - timedelta(hours=hours)).timestamp()) or ""
        found = [
            self._about(hours, strict=strict),
            *(self._asked(name, what, ask, names) for name, (what, ask) in self.asks.items()),
            _piece("configuration.json", "What is configured", names.json(document or problem)),
            Piece("log.txt", "What its log said", self._log(names, since)),
            Piece("audit.txt", "Who did what", _lines(records.told(audit, since, names))),
        ]
        return found, names

    def _about(self, hours: int, *, strict: bool) -> Piece:
        redaction = (
            "strict: no payloads, no secrets; names, paths and hosts are pseudonyms"
            if strict
            else "names are shown; no payloads, no secrets"
        )
        about: dict[str, Json] = {
            "made": instant(self.clock.now().timestamp()),
            "hours": hours,
            "redaction": redaction,
            "waybill": self.version,
            "python": platform.python_version(),
            "sqlite": SQLITE,
            "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        }
        return _piece("about.json", "What this is, and the versions of everything", about)

    @staticmethod
    def _asked(name: str, what: str, ask: Ask, names: Pseudonyms) -> Piece:
        """One thing more, or why it could not be had: a bundle is made in any case."""
        try:
            found = ask()
        except WaybillError as error:
            found = {"problem": error.title, "code": error.code}
        except Exception as error:  # noqa: BLE001 - what is broken is what the bundle is for
            found = {"problem": type(error).__name__}
        return _piece(name, what, names.json(found, ours=True))

    def _document(self) -> tuple[dict[str, Any], Json]:
        try:
            text = self.configuration.read_text(encoding="utf-8")
            return records.plain(tomllib.loads(text)), None
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            return {}, {"problem": f"The configuration cannot be read ({type(error).__name__})."}

    def _log(self, names: Pseudonyms, since: str) -> str:
        folder = self.home / "logs"
        texts: list[str] = []
        for path in (folder / "waybill.log.1", folder / "waybill.log"):
            texts += tail(path, _LOG_BYTES)
        return _lines(records.logged(texts, since, names))


def number_of(pieces: Sequence[Piece]) -> str:
    """A short name to quote on the telephone: it stands for what the files say."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(f"{piece.name}\0{piece.text}\0".encode("utf-8", "replace"))
    return f"WB-{digest.hexdigest()[:8].upper()}"


def told(pieces: Sequence[Piece]) -> list[Json]:
    """The files of a preview for a face."""
    return [
        {
            "name": piece.name,
            "bytes": len(piece.text.encode("utf-8", "replace")),
            "what": piece.what,
            "text": piece.text[:SHOWN],
        }
        for piece in pieces
    ]


def _piece(name: str, what: str, content: Json) -> Piece:
    return Piece(name, what, json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def _lines(found: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in found)
