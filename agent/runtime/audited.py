"""The audit as people ask for it, and how what they do gets into it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from agent.audit.chain import Audit, AuditRecord, Head
from agent.model import Json
from agent.queue.store import Store
from agent.runtime.quota import Disk


@dataclass(frozen=True, slots=True)
class AuditDesk:
    """Reads the audit; never writes it."""

    audit: Audit
    store: Store

    def latest(self, limit: int, *, before: int = 0, actor: str = "", action: str = "") -> Json:
        """The latest records that match, newest first, older than number `before` if that is set.

        `action` is a whole one (`mapping.publish`) or the beginning of several (`mapping`).
        """
        found: deque[AuditRecord] = deque(maxlen=limit + 1)
        for record in self.audit.records():
            if before and record.seq >= before:
                break
            if actor in {"", record.actor} and _is_of(record.action, action):
                found.append(record)
        items = [record.model_dump(exclude={"hash"}) for record in reversed(found)]
        return {
            "items": list[Json](items[:limit]),
            "next": items[limit - 1]["seq"] if len(items) > limit else None,
        }

    def verdict(self) -> Json:
        """Whether the chain is whole, and as long as the high-water mark remembers it."""
        high = self.store.mark.high
        known = Head(high.audit_seq, high.audit_head.hex()) if high and high.audit_seq else None
        found = self.audit.verify(known) if known is not None else self.audit.verify()
        problem = "; ".join(f"line {finding.line}: {finding.text}" for finding in found) or None
        return {"ok": not found, "entries": self.audit.head.seq, "problem": problem}


def acting(audit: Audit, disk: Disk) -> Callable[[str, str, str, Mapping[str, str]], None]:
    """Records what was done: who, what, on what, with counts or digests."""

    def act(who: str, what: str, on: str, details: Mapping[str, str]) -> None:
        disk.with_room(lambda: audit.append(who, what, on, "ok", details))

    return act


def _is_of(action: str, wanted: str) -> bool:
    return not wanted or action == wanted or action.startswith(f"{wanted}.")
