"""What a service answers, method by method, for tests of faces."""

from __future__ import annotations

from tests.control_items import (
    CHANGES,
    ENTRY,
    EXCEPTION,
    GROUP,
    HOLD,
    PREVIEW,
    PUBLISH,
    PUBLISHED,
    READ,
    RULE,
    SHADOW,
    SHEET,
    STATUS,
    SUGGESTION,
)
from tests.control_link_answers import LINK_ANSWERS
from tests.control_operate_answers import OPERATE_ANSWERS
from tests.control_setup_answers import SETUP_ANSWERS

ANSWERS = {
    **LINK_ANSWERS,
    **OPERATE_ANSWERS,
    **SETUP_ANSWERS,
    "status": STATUS,
    "me": {"name": "root", "role": "engineer", "kinds": None},
    "subscribe": {**STATUS, "changes": CHANGES},
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
    "secrets.list": {"items": [{"name": "crm-key", "set": True, "expires": None}]},
    "pause": {"paused": ["customers"]},
    "resume": {"resumed": ["customers"]},
    "scan": {"sources": ["customers"]},
    "check": {"findings": []},
    "upgrade.check": {
        "version": "0.1.0",
        "newest": "0.2.0",
        "text": "Version 0.2.0 is there.",
        "hint": "",
        "notes": "https://example.org/notes",
    },
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
    "mapping.sheet": SHEET,
    "mapping.edit": {"draft": "version = 1\n"},
    "mapping.functions": {
        "functions": [{"name": "TRIM", "example": None}],
        "examples": [{"formula": "UPPER(A)", "given": "A: x", "gives": "X"}],
    },
    "mapping.draft": {"flow": "customers", "draft": "", "by": None, "at": None},
    "mapping.draft_save": {
        "flow": "customers",
        "draft": "version = 1\n",
        "by": "anna",
        "at": "2026-03-01T12:00:00+00:00",
    },
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
