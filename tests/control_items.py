"""Examples of what a service answers with: a status, an exception, a hold and the like."""

from __future__ import annotations

COUNTS = {
    "waiting": 0,
    "sending": 0,
    "parked": 0,
    "held": 0,
    "delivered": 12,
    "superseded": 1,
    "set_aside": 0,
    "captured": 13,
    "unreadable": 0,
    "behind": 0,
    "queue_bytes": 4096,
}
STATUS = {
    "version": "0.1.0",
    "api_version": 1,
    "agent": "ERP-SRV01",
    "environment": "test",
    "epoch": 1,
    "installation": "6f1c",
    "sqlite_version": "3.45.0",
    "health": "ok",
    "activity": "idle",
    "idle": True,
    "at": "2026-11-20T10:00:10Z",
    "ages": {},
    "reasons": [],
    "counts": COUNTS,
    "sources": [
        {
            "name": "customers",
            "kind": "files",
            "state": "reading",
            "last_read": "2026-11-20T10:00:00Z",
            "last_file": "CUST.CSV",
            "reason": None,
        }
    ],
    "targets": [
        {
            "name": "crm",
            "kind": "salesforce",
            "state": "delivering",
            "waiting": 0,
            "last_delivery": "2026-11-20T10:00:05Z",
            "reason": None,
        }
    ],
    "flows": [
        {
            "name": "customers",
            "source": "customers",
            "target": "crm",
            "entity": "account",
            "paused": False,
            "counts": {"delivered": 12},
        }
    ],
}
CHANGES = {
    "exceptions": 1,
    "holds": 1,
    "config": 1,
    "mappings": 1,
    "secrets": 1,
    "audit": 1,
}
REASON = {
    "code": "TARGET_AUTH",
    "subject": "target crm",
    "title": "Sign-in to crm failed.",
    "meaning": "12 records wait safely.",
    "hint": "Set a new secret.",
    "severity": "error",
    "since": "2026-11-20T10:00:00Z",
}
ENTRY = {
    "seq": 7,
    "id": "ab12",
    "flow": "customers",
    "entity": "account",
    "op": "upsert",
    "state": "waiting",
    "external_id": "C100",
    "created": "2026-11-20T10:00:00Z",
    "attempts": 2,
    "due": None,
    "code": None,
    "waits_for": None,
}
EXCEPTION = {
    "ref": "e7",
    "flow": "customers",
    "entity": "account",
    "external_id": "C100",
    "code": "REQUIRED_MISSING",
    "reason": "name is empty",
    "hint": "Fill it in the ERP.",
    "since": "2026-11-20T10:00:00Z",
    "place": "CUST.CSV line 12",
    "title": "A required field is blank.",
    "severity": "error",
    "owner": "erp_data",
    "meaning": "The record is parked; other records go on.",
    "to_do": "Correct it in the ERP.",
}
GROUP = {
    "cause": "The country is not known (country): 212 records since 2026-11-20 08:10 UTC.",
    "flow": "customers",
    "entity": "account",
    "code": "COUNTRY_UNKNOWN",
    "field": "country",
    "count": 212,
    "since": "2026-11-20T08:10:00Z",
    "newest": "2026-11-20T10:00:00Z",
    "title": "The country is not known.",
    "severity": "error",
    "owner": "mapping",
    "meaning": "The record is parked; other records go on.",
    "to_do": "Map it to an ISO 3166 code such as DE.",
    "example": "E7",
    "words": [{"word": "D", "count": 200}, {"word": "Narnia", "count": 11}],
}
HOLD = {
    "id": "h1",
    "source": "customers",
    "flow": "customers",
    "kind": "delete",
    "count": 900,
    "total": 1000,
    "since": "2026-11-20T10:00:00Z",
    "reason": "More than 5 % would be deleted.",
    "state": "held",
    "read": "CUST.CSV",
}
READ = {
    "read": "r1",
    "source": "customers",
    "name": "CUST.CSV",
    "ended": "2026-11-20T10:00:00Z",
    "complete": True,
    "counts": {"unchanged": 990, "delivered": 10},
}
MATCH = {
    "field": "name",
    "column": "NAME1",
    "confidence": 0.9,
    "evidence": ["'NAME1' is an ERP's own 'NAME1'"],
    "doubts": [],
    "rule": {},
}
SHEET = {
    "flow": "customers",
    "source": "customers",
    "entity": "account",
    "contract": "account/1.0",
    "read": "KUNDEN.CSV",
    "columns": [{"name": "KDNR", "samples": ["1001", "1002"], "type": "number"}],
    "external_id": "KDNR",
    "on_leave": "leave",
    "lookups": [],
    "fields": [
        {
            "field": "name", "kind": "text", "required": True, "max_length": 255, "places": None,
            "codes": [], "refers_to": None, "rule": "NAME1", "way": "column",
        },
    ],
    "problems": [],
    "draft": "version = 1\n",
}  # fmt: skip
SUGGESTION = {
    "source": "customers",
    "entity": "account",
    "read": "KUNDEN.CSV",
    "records": 12,
    "external_id": {**MATCH, "field": "external_id", "column": "KDNR"},
    "fields": [{**MATCH, "doubts": ["look at it"]}],
    "missing": ["currency"],
    "unused": ["FAX"],
    "document": "version = 1\n",
}
PREVIEW = {
    "flow": "customers",
    "read": "KUNDEN.CSV",
    "draft": True,
    "records": 12,
    "would_send": 11,
    "deletes": 0,
    "left_out": {"own branches": 1},
    "same_external_id": 1,
    "refused": 1,
    "problems": [],
    "warnings": [{"code": "TOTAL_WRONG", "field": "total", "count": 1, "places": ["line 3"]}],
    "fields": [{"field": "name", "filled": 11, "blank": 0, "problems": 0, "required": True}],
    "changed": [{"code": "TRUNCATED", "field": "name", "count": 1}],
    "items": [{"place": "KUNDEN.CSV, line 2", "row": {"NAME1": "A"}, "fields": {"name": "A"}}],
    "differs": {"records": 2, "fields": {"name": 2}},
}
PUBLISH = {
    "ref": "P3",
    "flow": "customers",
    "at": "2026-11-20T10:00:00Z",
    "state": "watch",
    "by": "ann",
    "comment": "phones",
    "version": 2,
    "former_version": 1,
    "changes": ["phone"],
    "undoes": None,
    "sent": 20,
    "places": 20,
    "waiting": 480,
    "not_kept": 0,
    "kept_until": "2026-12-20T10:00:00Z",
    "outcomes": {"open": 20},
}
PUBLISHED = {
    "flow": "customers",
    "version": 3,
    "same_meaning": False,
    "needs": "Every row is mapped again.",
}
SHADOW = {
    "read": "KUNDEN.CSV",
    "records": 12,
    "differ": 2,
    "problems_now": 0,
    "problems_then": 1,
    "fields": {"name": 2},
}
RULE = {
    "flow": "customers",
    "place": "fields.billing_country.codes",
    "file": "",
    "code": "COUNTRY_UNKNOWN",
    "field": "billing_country",
    "changes": [{"place": "fields.billing_country.codes.D", "was": None, "becomes": "DE"}],
    "second_person": [],
    "group": 212,
    "would_pass": 209,
    "would_be_left_out": 0,
    "would_stay": 3,
    "not_kept": 0,
    "reasons": [{"why": "It is blank.", "count": 3, "example": "E9"}],
}
