"""A company's records, as a service tells of them: what waits, what is parked, held, done, said.

It behaves: what is fixed, replayed, approved or published is so afterwards, and the status says so.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.gui.world_desk import ExceptionsWorld
from tests.gui.world_setup import SETUP

NOW = datetime(2026, 11, 21, 10, 44, tzinfo=UTC)
FLOWS = (
    ("accounts", "customers", "account"),
    ("contacts", "contacts", "contact"),
    ("invoices", "invoices", "invoice"),
    ("products", "products", "product"),
)
WAITING = 200_000
TOPICS = ("exceptions", "holds", "config", "mappings", "secrets", "audit", "keeping")


def at(minutes: float = 0.0) -> str:
    """So many minutes ago."""
    return (NOW - timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


class World:
    """Everything that the fake service tells."""

    def __init__(self, waiting: int = 61) -> None:
        self.waiting = waiting
        self.desk = ExceptionsWorld(at)
        self.holds = [_HOLD | {"since": at(95)}]
        self.changes = dict.fromkeys(TOPICS, 1)
        self.lines = [_line(number) for number in range(1, 41)]
        self.audit = [_audited(number) for number in range(1, 121)]
        self.status: dict[str, Any] = _status()

    # --- the status -------------------------------------------------------------------------------

    def grow(self, topic: str) -> None:
        self.changes[topic] = self.changes.get(topic, 0) + 1

    def counters(self) -> tuple[object, ...]:
        return (*self.changes.values(), self.waiting, self.desk.count())

    def whole_status(self) -> dict[str, Any]:
        status = copy.deepcopy(self.status)
        parked = self.desk.count()
        held = sum(hold["count"] for hold in self.holds if hold["state"] == "held")
        status["counts"] |= {"waiting": self.waiting, "parked": parked, "held": held}
        status["changes"] = dict(self.changes)
        if (parked or held) and status["health"] == "ok":
            status["health"] = "warning"
        return status

    # --- answers ----------------------------------------------------------------------------------

    def answer(self, method: str, params: Mapping[str, Any], who: str) -> Mapping[str, Any]:
        """Raises KeyError for what nobody answers."""
        if method.startswith("exceptions."):
            found, wrote = self.desk.answer(method.removeprefix("exceptions."), params, who)
            if wrote:
                self.grow("exceptions")
                self._audit(who, method, str(params.get("ref") or params.get("code") or ""))
            return found
        own = getattr(self, "_" + method.replace(".", "_"), None)
        if own is not None:
            answer: Mapping[str, Any] = own(params, who)
            return answer
        return copy.deepcopy(SETUP[method])

    def _status(self, _: Mapping[str, Any], __: str) -> Mapping[str, Any]:
        return self.whole_status()

    def _queue_window(self, params: Mapping[str, Any], _: str) -> Mapping[str, Any]:
        if params.get("state") in ("parked", "delivered"):
            return {"total": 0, "offset": 0, "items": []}
        flow = params.get("flow")
        total = self.waiting if not flow else self.waiting // len(FLOWS)
        start, limit = int(params.get("offset") or 0), int(params.get("limit") or 100)
        rows = range(start, min(total, start + limit))
        items = [_entry(number, str(flow or "")) for number in rows]
        return {"total": total, "offset": start, "items": items}

    def _queue_show(self, params: Mapping[str, Any], _: str) -> Mapping[str, Any]:
        entry = _entry(int(params["seq"]) - 1)
        return entry | {
            "fields": {"name": "Alpen Handel AG", "phone": "+41 44 123456", "active": True},
            "parents": [], "reason": None,
        }  # fmt: skip

    def _holds_list(self, params: Mapping[str, Any], _: str) -> Mapping[str, Any]:
        state = params.get("state") or "held"
        return {"items": [dict(hold) for hold in self.holds if hold["state"] == state]}

    def _holds_show(self, params: Mapping[str, Any], _: str) -> Mapping[str, Any]:
        hold = next(hold for hold in self.holds if hold["id"] == params["id"])
        start = int(params.get("after") or 0)
        end = min(int(hold["count"]), start + int(params.get("limit") or 100))
        rows = [f"K{100_001 + number}" for number in range(start, end)]
        return hold | {"rows": rows, "next": str(end) if end < int(hold["count"]) else None}

    def _holds_approve(self, params: Mapping[str, Any], who: str) -> Mapping[str, Any]:
        self._decided(params, "approving", who)
        return {"id": params["id"], "approved": True}

    def _holds_reject(self, params: Mapping[str, Any], who: str) -> Mapping[str, Any]:
        self._decided(params, "rejected", who)
        return {"id": params["id"], "rejected": True}

    def _decided(self, params: Mapping[str, Any], state: str, who: str) -> None:
        for hold in self.holds:
            if hold["id"] == params["id"]:
                hold["state"] = state
        self.grow("holds")
        verb = "approve" if state == "approving" else "reject"
        self._audit(who, f"holds.{verb}", str(params["id"]))

    def _audit_list(self, params: Mapping[str, Any], _: str) -> Mapping[str, Any]:
        before, limit = params.get("before") or 10**9, int(params.get("limit") or 100)
        actor, action = str(params.get("actor") or ""), str(params.get("action") or "")
        found = [
            item for item in reversed(self.audit)
            if item["seq"] < before
            and actor in ("", item["actor"])
            and (not action or item["action"] == action or item["action"].startswith(action + "."))
        ]  # fmt: skip
        page = found[:limit]
        return {"items": page, "next": page[-1]["seq"] if len(found) > limit else None}

    def _audit_export(self, params: Mapping[str, Any], _: str) -> Mapping[str, Any]:
        after = int(params.get("after") or 0)
        items = [item for item in self.audit if item["seq"] > after][:50]
        more = bool(items) and items[-1]["seq"] < self.audit[-1]["seq"]
        return {"items": items, "next": str(items[-1]["seq"]) if more else None}

    def _audit_verify(self, _: Mapping[str, Any], __: str) -> Mapping[str, Any]:
        return {"ok": True, "entries": self.audit[-1]["seq"], "problem": None}

    def _audit(self, who: str, action: str, about: str) -> None:
        self.audit.append(
            {
                "seq": self.audit[-1]["seq"] + 1, "at": at(), "actor": who, "action": action,
                "object": about, "result": "ok", "details": {},
            }
        )  # fmt: skip
        self.grow("audit")

    def _logs_tail(self, params: Mapping[str, Any], _: str) -> Mapping[str, Any]:
        after, limit = int(params.get("after") or 0), int(params.get("limit") or 500)
        levels = ("debug", "info", "warning", "error")
        least = levels.index(str(params.get("level") or "debug"))
        text, flow = str(params.get("text") or "").casefold(), str(params.get("flow") or "")
        found = [
            line for line in self.lines
            if line["seq"] > after and levels.index(line["level"]) >= least
            and text in line["text"].casefold() and flow in ("", line["flow"])
        ]  # fmt: skip
        last = self.lines[-1]["seq"] if self.lines else after
        return {"lines": found[-limit:], "next": str(last)}

    def _logs_debug(self, params: Mapping[str, Any], _: str) -> Mapping[str, Any]:
        return {"minutes": params["minutes"], "until": at(-float(params["minutes"]))}

    def _reconcile_flows(self, _: Mapping[str, Any], __: str) -> Mapping[str, Any]:
        return {"items": copy.deepcopy(RECONCILED), "offered": [_OFFERED]}

    def _pause(self, params: Mapping[str, Any], _: str) -> Mapping[str, Any]:
        self.status["activity"] = "paused"
        return {"kind": params["kind"], "name": params.get("name", ""), "paused": True}

    def _resume(self, params: Mapping[str, Any], _: str) -> Mapping[str, Any]:
        self.status["activity"] = "working"
        return {"kind": params["kind"], "name": params.get("name", ""), "paused": False}

    def _history(self, params: Mapping[str, Any], _: str) -> Mapping[str, Any]:
        hours = [
            {
                "at": at(60 * (23 - hour)), "delivered": (hour * 37) % 90 + 4 * (6 < hour < 19),
                "parked": 3 if hour == 20 else 0, "waiting": 61 if hour > 21 else hour % 3,
            }
            for hour in range(24)
        ]  # fmt: skip
        return {"hours": hours, "flows": {name: hours for name, *_ in FLOWS}}


_OFFERED = "rows of the last complete read and where each ended"
_COUNTS = {
    "waiting": 61, "sending": 4, "parked": 226, "held": 900, "delivered": 12_804,
    "superseded": 31, "set_aside": 2, "captured": 13_128, "unreadable": 1, "behind": 0,
    "queue_bytes": 8_388_608,
}  # fmt: skip


def _status() -> dict[str, Any]:
    return {
        "version": "1.2.0", "api_version": 1, "agent": "ERP-SRV01", "environment": "production",
        "epoch": 1, "installation": "6f1c", "sqlite_version": "3.45.0", "health": "ok",
        "activity": "working", "idle": False, "at": at(), "ages": {}, "reasons": [],
        "counts": dict(_COUNTS), "setup": {"needed": False, "steps_left": 0},
        "sources": [
            {
                "name": source, "kind": "files", "state": "watching", "last_read": at(3),
                "last_file": f"{source.upper()}.CSV", "reason": None,
            }
            for _, source, _ in FLOWS
        ],
        "targets": [
            {
                "name": "crm", "kind": "salesforce", "state": "delivering", "waiting": 61,
                "last_delivery": at(0.2), "reason": None,
            }
        ],
        "flows": [
            {
                "name": name, "source": source, "target": "crm", "entity": entity,
                "paused": False,
                "counts": {"delivered": 3201, "waiting": 15, "parked": 0, "held": 0},
            }
            for name, source, entity in FLOWS
        ],
    }  # fmt: skip


_HOLD: dict[str, Any] = {
    "id": "4", "source": "customers", "flow": "accounts", "kind": "deletes", "count": 900,
    "total": 1000, "read": "17", "state": "held",
    "reason": "900 of 1,000 rows are missing from KUNDEN.CSV: more than 5 % would be deleted.",
}  # fmt: skip


def _entry(number: int, flow: str = "") -> dict[str, Any]:
    name, _, entity = next((f for f in FLOWS if f[0] == flow), FLOWS[number % len(FLOWS)])
    tried = number % 7 == 0
    return {
        "seq": number + 1, "id": f"msg_{number:08x}", "flow": name, "entity": entity,
        "op": "delete" if number % 23 == 22 else "upsert", "state": "waiting",
        "external_id": f"{entity[:1].upper()}{100_001 + number}",
        "created": at(180 - min(179, number * 0.5)), "attempts": int(tried),
        "due": at(-6) if tried else None, "code": "TARGET_BUSY" if tried else None,
        "waits_for": "account K100007 since 09:58" if number % 11 == 3 else None,
    }  # fmt: skip


def _line(number: int) -> dict[str, Any]:
    said = (
        ("info", "capture.page", "accounts", "A page of KUNDEN.CSV was compared: 500 rows, 3 new."),
        ("info", "deliver.batch", "accounts", "25 records were sent to crm."),
        ("debug", "deliver.receipt", "contacts", "crm answered 200 after 84 ms."),
        ("warning", "deliver.deferred", "invoices", "crm asked to slow down until 10:51."),
        ("info", "capture.read", "contacts", "CONTACTS.TAB was read to its end."),
        ("error", "deliver.parked", "contacts", "A record was parked: INVALID_EMAIL_ADDRESS."),
    )
    level, event, flow, text = said[number % len(said)]
    return {
        "seq": number, "at": at((60 - number) * 0.4), "level": level, "event": event,
        "flow": flow, "text": text, "fields": {"took_ms": 20 + number},
    }  # fmt: skip


def _audited(number: int) -> dict[str, Any]:
    acts = (
        ("anna", "exceptions.replay", "E12, E13", "ok"),
        ("m.weber", "mapping.publish", "accounts", "ok"),
        ("anna", "exceptions.set_aside", "E44", "ok"),
        ("SYSTEM", "service.start", "", "ok"),
        ("anna", "holds.approve", "3", "ok"),
        ("viewer7", "exceptions.replay", "E12", "NOT_ALLOWED"),
    )
    actor, action, about, result = acts[number % len(acts)]
    details = {"entries": "2", "digest": "9f2c11"} if action.startswith("exceptions") else {}
    return {
        "seq": number, "at": at((121 - number) * 17), "actor": actor, "action": action,
        "object": about, "result": result, "details": details,
    }  # fmt: skip


def _counted(flow: str, in_source: int, **other: Any) -> dict[str, Any]:
    names = "delivered unchanged waiting exceptions held set_aside left_out other unexplained"
    counts = dict.fromkeys(names.split(), 0) | other
    counts["unchanged"] = in_source - sum(
        value for name, value in counts.items() if name != "unchanged"
    )
    read = {"flow": flow, "at": at(44), "read": f"{flow.upper()}.CSV", "complete": True}
    return read | {"in_source": in_source} | counts


RECONCILED = [
    _counted(
        "accounts", 3000, delivered=412, waiting=41, exceptions=212, held=900, left_out=60,
        set_aside=2,
    ),
    _counted("contacts", 3600, delivered=96, waiting=20, exceptions=9),
    _counted("invoices", 1200, delivered=88, exceptions=4, unexplained=3) | {"complete": False},
    _counted("products", 200, other=2),
]  # fmt: skip
