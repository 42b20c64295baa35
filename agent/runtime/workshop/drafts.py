"""Drafts that a person keeps to go on with later: one for each flow, never in force."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

from agent import durable
from agent.model import Json
from agent.ports import Clock
from agent.runtime.workshop.versions import FOLDER

_FILE = "draft.json"


class Drafts:
    """The drafts of a home folder. Raises StoreError."""

    def __init__(self, home: Path, clock: Clock) -> None:
        self._home = home
        self._clock = clock

    def kept(self, flow: str) -> dict[str, Json]:
        """`draft`, `by` and `at`; the draft is empty where none is kept."""
        try:
            said = json.loads(self._path(flow).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {"draft": "", "by": None, "at": None}
        except OSError as error:
            raise durable.trouble(error) from error
        return {"draft": said["draft"], "by": said["by"], "at": said["at"]}

    def keep(self, flow: str, draft: str, who: str) -> dict[str, Json]:
        """Keep it from now on; an empty draft drops the one that is kept."""
        path = self._path(flow)
        kept: dict[str, Json] = {"draft": draft, "by": who, "at": self._clock.now().isoformat()}
        try:
            if draft:
                durable.private_folder(path.parent)
                durable.write(path, json.dumps(kept, indent=1).encode())
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise durable.trouble(error) from error
        return kept if draft else self.kept(flow)

    def _path(self, flow: str) -> Path:
        return self._home / FOLDER / quote(flow, safe="") / _FILE
