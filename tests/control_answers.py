"""What a service answers, method by method: examples of every shape, for tests of faces."""

from __future__ import annotations

from tests.control_link_answers import LINK_ANSWERS

_NONE = ("waiting", "sending", "parked", "held", "set_aside", "unreadable", "behind")
COUNTS = dict.fromkeys(_NONE, 0) | {"delivered": 12, "superseded": 1, "captured": 13}
COUNTS["queue_bytes"] = 4096
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
ANSWERS = {
    **LINK_ANSWERS,
    "status": STATUS,
    "stop": {"stopping": True},
    "queue.list": {"items": [ENTRY], "next": None},
    "queue.show": {**ENTRY, "fields": {"name": "Ace"}, "parents": [], "reason": None},
    "exceptions.list": {"items": [EXCEPTION], "next": None},
    "exceptions.show": {
        **EXCEPTION,
        "fields": {"name": None},
        "history": [
            {
                "at": "2026-11-20T11:00:00Z",
                "what": "edited",
                "who": "anna",
                "fields": {"name": [None, "Ace"]},
            }
        ],
    },
    "exceptions.escalated": {
        "items": [
            {
                "ref": "E7",
                "rule": "money",
                "level": 1,
                "at": "2026-11-20T11:00:00Z",
                "since": "2026-11-20T10:00:00Z",
            }
        ]
    },
    "exceptions.events": {
        "items": [
            {
                "id": 1,
                "at": "2026-11-20T11:00:00Z",
                "what": "escalated",
                "rule": "money",
                "level": 1,
                "ref": "E7",
                "since": "2026-11-20T10:00:00Z",
                "code": "TOTAL_WRONG",
            }
        ],
        "next": 1,
    },
    "exceptions.groups": {"items": [GROUP], "total": 212, "groups": 1},
    "exceptions.preview": {
        "chosen": 3,
        "would_go": 1,
        "would_wait": 1,
        "would_stay": 1,
        "reasons": [{"why": "It waits for its account.", "count": 1, "example": "E7"}],
    },
    "exceptions.replay": {"replayed": 1, "refused": [], "refused_count": 0},
    "exceptions.set_aside": {"set_aside": 1, "refused": [], "refused_count": 0},
    "exceptions.take_back": {"taken_back": 1, "refused": [], "refused_count": 0},
    "exceptions.fix": {"ref": "e7", "new": "e9", "problems": []},
    "exceptions.rule_preview": RULE,
    "exceptions.rule": RULE | PUBLISHED,
    "exceptions.export": {
        "columns": ["name", "phone"],
        "items": [
            {
                "ref": "E7",
                "flow": "customers",
                "entity": "account",
                "external_id": "C100",
                "code": "REFUSED",
                "reason": "no",
                "cells": {"name": "=1+1", "phone": "+4989"},
            }
        ],
        "next": None,
    },
    "exceptions.import": {
        "changed": ["E7"],
        "fields": {"name": 1},
        "edited": 1,
        "problems": [],
        "skipped": [],
    },
    "holds.list": {"items": [HOLD]},
    "holds.show": {**HOLD, "rows": ["C1", "C2"], "next": None},
    "holds.approve": {"released": 900},
    "holds.reject": {"discarded": 900},
    "secrets.set": {"name": "crm-key", "set": True},
    "secrets.list": {"items": [{"name": "crm-key", "set": True}]},
    "pause": {"paused": ["customers"]},
    "resume": {"resumed": ["customers"]},
    "scan": {"sources": ["customers"]},
    "check": {"findings": []},
    "test": {"findings": []},
    "audit.list": {
        "items": [
            {
                "seq": 40,
                "at": "2026-11-20T10:00:00.000+00:00",
                "actor": "ann",
                "action": "mapping.publish",
                "object": "customers",
                "result": "ok",
                "details": {"was": "aa", "is": "bb"},
            }
        ],
        "next": 40,
    },
    "audit.verify": {"ok": True, "entries": 40, "problem": None},
    "reads.list": {"items": [READ]},
    "mapping.suggest": SUGGESTION,
    "mapping.preview": PREVIEW,
    "mapping.shadow": {"flow": "customers", "exports": [SHADOW]},
    "mapping.show": {"flow": "customers", "version": None, "text": "version = 1\n"},
    "mapping.versions": {
        "flow": "customers",
        "items": [
            {
                "number": 2,
                "at": "2026-11-20T10:00:00Z",
                "by": "ann",
                "comment": "phones",
                "digest": "aa",
                "in_force": True,
            }
        ],
    },
    "mapping.publish": PUBLISHED,
    "mapping.restore": PUBLISHED,
    "mapping.proposals": {
        "items": [
            {
                "flow": "customers",
                "by": "ann",
                "at": "2026-11-20T10:00:00Z",
                "comment": "limits",
                "fields": ["credit_limit"],
                "text": "version = 1\n",
            }
        ]
    },
    "mapping.accept": PUBLISHED,
    "mapping.withdraw": {"flow": "customers", "withdrawn": True},
    "mapping.publishes": {"items": [{**PUBLISH, "state": "done", "waiting": 0}]},
    "mapping.canary": {
        **PUBLISH,
        "items": [
            {
                "external_id": "K1",
                "op": "upsert",
                "created": False,
                "fields": [{"field": "phone", "before": "1", "after": None, "known": True}],
                "outcome": None,
                "edited": [],
            }
        ],
    },
    "mapping.approve": {"ref": "P3", "flow": "customers", "approved": True, "waiting": 480},
    "mapping.undo": {
        "ref": "P3",
        "flow": "customers",
        "version": 3,
        "records": 20,
        "not_kept": 0,
        "waiting": 480,
        "together": [],
    },
    "mapping.undo_preview": {
        **PUBLISH,
        "counts": {"would_restore": 19, "edited": 1},
        "fields": 19,
        "items": [{"external_id": "K1", "outcome": "edited", "restores": [], "edited": ["phone"]}],
    },
    "mapping.diff": {
        "flow": "customers",
        "changes": [{"place": "fields.name", "was": "NAME1", "becomes": "NAME2"}],
        "same_meaning": False,
        "reads_more": ["NAME2"],
        "needs": "Every row is mapped again.",
    },
}
