"""What a service answers to those who operate it, for tests of faces."""

from __future__ import annotations

from tests.control_items import ENTRY, EXCEPTION

STAKE = {
    "impact": "account C100",
    "customer": "C100",
    "document": "",
    "amount": None,
    "currency": "",
}
HOUR = {
    "at": "2026-11-20T10:00:00Z",
    "delivered": 812,
    "parked": 3,
    "waiting": 61,
    "known": True,
}
OPERATE_ANSWERS = {
    "queue.window": {"total": 200_000, "offset": 0, "items": [{**ENTRY, **STAKE, "title": None}]},
    "exceptions.window": {"total": 212, "offset": 0, "items": [EXCEPTION]},
    "history": {"hours": [HOUR] * 24, "flows": {"customers": [HOUR] * 24}},
}
