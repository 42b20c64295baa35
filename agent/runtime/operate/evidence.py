"""`audit.export` and `settings.changes`: the audit page by page, and what it says of settings."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import Final

from agent.audit import Audit
from agent.audit.chain import AuditRecord
from agent.errors import WrongUse
from agent.model import Json
from agent.runtime.operate.desk import Answer, Caller, Params, fitting, word

_PAGE: Final = 1000
_CHANGES: Final = 1000
_PARTS: Final = {
    "secrets": "secret",
    "sign_in": "target",
    "mapping": "mapping",
    "keys": "keys",
    "setup": "flow",
    "practice": "practice",
    "pause": "pause",
    "resume": "pause",
}
"""First word of an action: what it changed. Of `config.*` the record itself says it."""
_NO_CHANGE: Final = frozenset({"mapping.propose"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """Answers both methods."""

    audit: Audit

    def methods(self) -> dict[str, Answer]:
        """By name."""
        return {"audit.export": self._export, "settings.changes": self._changes}

    def _export(self, params: Params, _: Caller) -> Json:
        """Records as they stand in the chain, with their hashes, the oldest first."""
        text = word(params, "after") or "0"
        if not text.isdecimal() or len(text) > 18:
            raise WrongUse("This does not say where the audit goes on.")
        after, head = int(text), self.audit.head
        later = (record for record in self.audit.records() if record.seq > after)
        items = fitting([record.model_dump() for record in islice(later, _PAGE)])
        last = items[-1] if items else None
        reached = last["seq"] if isinstance(last, dict) else head.seq
        more = isinstance(reached, int) and reached < head.seq
        return {
            "items": items,
            "next": str(reached) if more else None,
            "head": {"seq": head.seq, "hash": head.hash},
        }

    def _changes(self, _: Params, __: Caller) -> Json:
        """Who changed which setting when, the latest first."""
        found: deque[dict[str, Json]] = deque(maxlen=_CHANGES)
        for record in self.audit.records():
            if record.result == "ok" and (part := _part(record)) is not None:
                found.append(
                    {
                        "part": part[0], "name": part[1], "what": record.action,
                        "at": record.at, "by": record.actor,
                    }
                )  # fmt: skip
        return {"items": fitting(list(reversed(found)))}


def _part(record: AuditRecord) -> tuple[str, str] | None:
    """Which setting a record is about."""
    first = record.action.partition(".")[0]
    if first == "config":
        part, _, name = record.object.partition(" ")
        return part, name
    if first not in _PARTS or record.action in _NO_CHANGE:
        return None
    name = record.object if first in ("pause", "resume") else record.object.partition(" ")[0]
    return _PARTS[first], name
