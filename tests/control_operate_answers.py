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
LINE = {
    "seq": 7,
    "at": "2026-11-20T10:00:00.123456Z",
    "level": "info",
    "event": "A read ended.",
    "logger": "agent.runtime.source_worker",
    "flow": "customers",
    "text": "A read ended. flow=customers",
    "fields": {"flow": "customers"},
}
RECONCILED = {
    "flow": "customers",
    "entity": "account",
    "target": "crm",
    "at": "2026-11-20T10:00:00Z",
    "read": "CUST.CSV",
    "complete": True,
    "in_source": 3000,
    "delivered": 400,
    "unchanged": 2500,
    "waiting": 60,
    "exceptions": 30,
    "held": 0,
    "set_aside": 2,
    "left_out": 8,
    "other": 0,
    "unexplained": 0,
    "waiting_now": 61,
    "exceptions_now": 33,
}
RECORD = {
    "seq": 40,
    "at": "2026-11-20T10:00:00.000+00:00",
    "actor": "ann",
    "action": "mapping.publish",
    "object": "customers",
    "result": "ok",
    "details": {},
    "hash": "9f",
}
OPERATE_ANSWERS = {
    "queue.window": {"total": 200_000, "offset": 0, "items": [{**ENTRY, **STAKE, "title": None}]},
    "exceptions.window": {"total": 212, "offset": 0, "items": [EXCEPTION]},
    "logs.tail": {"lines": [LINE], "next": "17:7", "debug_left": 0},
    "logs.debug": {"minutes": 30, "until": "2026-11-20T10:30:00Z"},
    "logs.folder": {
        "folder": "/h/logs",
        "files": [{"name": "waybill.log", "size": 900, "at": "2026-11-20T10:00:00Z"}],
    },
    "reconcile.flows": {"items": [RECONCILED], "offered": ["rows of the last complete read"]},
    "audit.export": {"items": [RECORD], "next": None, "head": {"seq": 40, "hash": "9f"}},
    "settings.changes": {
        "items": [
            {
                "part": "mapping",
                "name": "customers",
                "what": "mapping.publish",
                "at": "2026-11-20T10:00:00.000+00:00",
                "by": "ann",
            }
        ]
    },
    "doctor": {
        "findings": [
            {
                "level": "ok",
                "code": "DISK",
                "text": "480 GB are free.",
                "hint": "",
                "subject": "disk",
            }
        ]
    },
    "bundle.preview": {
        "id": "WB-1A2B3C4D",
        "files": [
            {"name": "log.txt", "bytes": 9, "what": "What its log said", "text": "one\ntwo\n"}
        ],
    },
    "bundle.create": {"id": "WB-1A2B3C4D", "path": "/h/bundles/WB-1A2B3C4D.zip", "names": None},
    "history": {"hours": [HOUR] * 24, "flows": {"customers": [HOUR] * 24}},
}
