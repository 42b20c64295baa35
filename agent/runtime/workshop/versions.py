"""Every text that a mapping has had in force, and by whom it was published.

They stand in the home folder, one file per version and an index, because the configuration's folder
belongs to people. A text that somebody wrote into the mapping file by hand is kept as a version too,
when the next one is published over it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from urllib.parse import quote

from agent import durable
from agent.errors import WrongUse
from agent.ports import Clock

FOLDER = "mapping-versions"
KEPT = 100
"""Versions per flow; the oldest go first."""
BY_HAND = "somebody, in the file"
_KEEPING = Lock()
"""A desk and an agent that begins with a new text may both keep one, each with its own object."""


@dataclass(frozen=True, slots=True)
class Version:
    """One text that was in force."""

    number: int
    at: str
    """When it was first known to be in force, UTC."""
    by: str
    comment: str
    digest: str
    """Of the text, to find it again."""
    files: Mapping[str, str] = field(default_factory=dict)
    """The lookup files that it names, each with the digest of its content then."""

    @property
    def mark(self) -> str:
        """What tells it from every other one, see `mark_of`."""
        return _mark(self.digest, self.files)


class Versions:
    """The versions of one flow's mapping. Raises StoreError."""

    def __init__(self, home: Path, flow: str, clock: Clock) -> None:
        self._folder = home / FOLDER / quote(flow, safe="")
        self._clock = clock

    def listed(self) -> list[Version]:
        """Every version that is kept, the oldest first."""
        try:
            said = json.loads((self._folder / "index.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise durable.trouble(error) from error
        return [Version(**each) for each in said]

    def text(self, number: int) -> str:
        """The text of one version. Raises WrongUse."""
        try:
            return self._file(number).read_text(encoding="utf-8")
        except FileNotFoundError:
            raise WrongUse(f"There is no version {number} of this mapping.") from None
        except OSError as error:
            raise durable.trouble(error) from error

    def files(self, number: int) -> dict[str, bytes]:
        """The lookup files of one version, as they were then. Raises WrongUse."""
        found = next((each for each in self.listed() if each.number == number), None)
        try:
            return {
                name: (self._folder / digest).read_bytes()
                for name, digest in (found.files if found else {}).items()
            }
        except OSError as error:
            raise durable.trouble(error) from error

    def keep(
        self, text: str, by: str, comment: str, files: Mapping[str, bytes] = MappingProxyType({})
    ) -> Version:
        """Keep a text as the newest version; the same one if it is the newest already."""
        with _KEEPING:
            return self._keep(text, by, comment, files)

    def _keep(self, text: str, by: str, comment: str, files: Mapping[str, bytes]) -> Version:
        known = self.listed()
        digest = digest_of(text)
        digests = {name: digest_of(content) for name, content in files.items()}
        if known and (known[-1].digest, known[-1].files) == (digest, digests):
            return known[-1]
        number = known[-1].number + 1 if known else 1
        made = Version(number, self._now(), by, comment, digest, digests)
        kept = [*known, made][-KEPT:]
        try:
            durable.private_folder(self._folder)
            for content in files.values():
                if not (self._folder / digest_of(content)).exists():
                    durable.write(self._folder / digest_of(content), content)
            durable.write(self._file(number), text.encode())
            index = json.dumps([asdict(each) for each in kept], indent=1)
            durable.write(self._folder / "index.json", index.encode())
            for old in known[: len(known) + 1 - len(kept)]:
                self._file(old.number).unlink(missing_ok=True)
                for name in {*old.files.values()} - {d for v in kept for d in v.files.values()}:
                    (self._folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise durable.trouble(error) from error
        return made

    def _file(self, number: int) -> Path:
        return self._folder / f"{number:04}.toml"

    def _now(self) -> str:
        return self._clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")


def digest_of(text: str | bytes) -> str:
    """What tells two texts apart."""
    data = text.encode() if isinstance(text, str) else text
    return blake2b(data, digest_size=16).hexdigest()


def mark_of(text: str, files: Mapping[str, bytes]) -> str:
    """What tells two mappings apart: their texts, and the lookup files that they name."""
    return _mark(digest_of(text), {name: digest_of(content) for name, content in files.items()})


def _mark(digest: str, files: Mapping[str, str]) -> str:
    parts = [f"{name}:{files[name]}" for name in sorted(files)]
    return digest_of("\n".join([digest, *parts])) if parts else digest
