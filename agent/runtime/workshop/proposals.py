"""Drafts that wait for a second person: what they change of money is not in force yet.

One for each flow: a newer one takes the place of the older. They stand beside the versions.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

from agent import durable
from agent.errors import WrongUse
from agent.runtime.workshop.versions import FOLDER

_FILE = "proposal.json"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A draft, who wrote it, and what it was written against."""

    text: str
    files: Mapping[str, str]
    """Lookup files that go with it, in base64."""
    by: str
    at: str
    comment: str
    fields: tuple[str, ...]
    """What of money it changes."""
    base: str
    """Digest of the text that was in force."""

    def contents(self) -> dict[str, bytes]:
        """The lookup files."""
        return {name: b64decode(content) for name, content in self.files.items()}


def encoded(files: Mapping[str, bytes]) -> dict[str, str]:
    """Lookup files as a proposal keeps them."""
    return {name: b64encode(content).decode() for name, content in files.items()}


class Proposals:
    """What waits for a second person. Raises StoreError."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def waiting(self, flow: str) -> Proposal | None:
        """The draft of this flow that waits, if one does."""
        try:
            said = json.loads(self._file(flow).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise durable.trouble(error) from error
        return Proposal(**said | {"fields": tuple(said["fields"])})

    def needed(self, flow: str) -> Proposal:
        """The same. Raises WrongUse where none waits."""
        found = self.waiting(flow)
        if found is None:
            raise WrongUse(f"No draft of the flow {flow} waits for a second person.")
        return found

    def keep(self, flow: str, proposal: Proposal) -> None:
        """It waits from now on."""
        path = self._file(flow)
        try:
            durable.private_folder(path.parent)
            durable.write(path, json.dumps(asdict(proposal), indent=1).encode())
        except OSError as error:
            raise durable.trouble(error) from error

    def drop(self, flow: str) -> None:
        """It is decided."""
        try:
            self._file(flow).unlink(missing_ok=True)
        except OSError as error:
            raise durable.trouble(error) from error

    def _file(self, flow: str) -> Path:
        return self._home / FOLDER / quote(flow, safe="") / _FILE
