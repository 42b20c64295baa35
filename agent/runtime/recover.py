"""Opening the store of a home folder, whatever state it is in, and telling people about it.

A database that was rolled back or had to be salvaged is used at once: the sources are read again
and compared with the targets, and the conditions stand until that is done.
"""

from __future__ import annotations

import orjson

from agent.audit import Audit
from agent.config import Config
from agent.health import Conditions, Severity
from agent.queue.salvage import Home, Names, open_store
from agent.queue.store import Store

ROLLED_BACK = "QUEUE_ROLLBACK_DETECTED"
SALVAGED = "QUEUE_SALVAGED"
_WORDS = {
    "entry": "waiting and parked entries",
    "stream": "streams",
    "flow": "flows",
    "delta": "pages of the ledger",
    "reading": "past reads",
    "unreadable": "unreadable records",
    "hold": "holds (void now)",
    "paused": "pauses",
    "publish": "published mappings",
    "image": "notes of what was there before them",
}


def opened(home: Home, config: Config, audit: Audit) -> Store:
    """The store, salvaged if need be. Raises what a salvage cannot help."""
    flows = {name: (flow.source, flow.target) for name, flow in config.flows.items()}
    store, fresh = open_store(home, Names(list(config.sources), flows))
    if fresh:
        said = _report(store)
        audit.append(
            "waybill", "salvage", str(said.get("file", "")), "rebuilt",
            {"epoch": str(store.epoch), "saved": _listed(said, "kept"),
             "unreadable": _listed(said, "unreadable")},
        )  # fmt: skip
    if store.rolled_back:
        audit.append("waybill", "rollback", "", "detected", {"epoch": str(store.epoch)})
    return store


def tell(store: Store, conditions: Conditions) -> None:
    """Say what happened, as long as the sources are still being read again because of it."""
    said = _report(store)
    if not said:
        conditions.clear(SALVAGED, "")
    if said or not store.recovering:
        conditions.clear(ROLLED_BACK, "")
    if said:
        saved = _listed(said, "kept") or "nothing"
        conditions.raise_(
            SALVAGED, "",
            f"The queue database was damaged and rebuilt. Saved: {saved}.",
            f"The damaged file is kept as {said.get('file', '')}. Look at the disk; nothing else"
            " to do: every source is read again and compared with the targets first.",
            Severity.WARNING, "Nothing is sent until that is done; nothing is lost.",
            params={"saved": saved, "file": str(said.get("file", ""))},
        )  # fmt: skip
    elif store.recovering:
        conditions.raise_(
            ROLLED_BACK, "",
            "The queue is older than what was already sent: it was restored or lost its end.",
            "Nothing to do: every source is read again and compared with the targets first.",
            Severity.WARNING, "Nothing is sent until that is done; nothing is lost.",
        )  # fmt: skip


def _report(store: Store) -> dict[str, object]:
    found = store.db.meta("salvaged")
    report: dict[str, object] = orjson.loads(found) if isinstance(found, str) else {}
    return report


def _listed(said: dict[str, object], part: str) -> str:
    found = said.get(part)
    counts = found if isinstance(found, dict) else {}
    return ", ".join(f"{n} {_WORDS.get(name, name)}" for name, n in sorted(counts.items()) if n)
