"""What the service says of sources, targets, configuration and keys: answers that stay as they are."""

from __future__ import annotations

from typing import Any

from tests.control_answers import ANSWERS

_FIELD = {
    "help": "",
    "required": False,
    "default": None,
    "choices": [],
    "advanced": False,
    "when": None,
}

BACKUP: dict[str, Any] = {
    "running": None, "failed": None, "folder": "D:\\Backup", "next": "2026-11-22T22:00:00Z",
    "last": {
        "file": "D:\\Backup\\ERP-SRV01-0123abcd-20261121T220000Z.waybill-backup",
        "bytes": 48_300_000, "at": "2026-11-21T22:00:00Z", "id": "00ff",
    },
    "schedule": {"every": 86_400, "keep": 7},
}  # fmt: skip


def _fields(*named: tuple[str, str, str]) -> list[dict[str, Any]]:
    return [{**_FIELD, "name": name, "title": title, "type": kind} for name, title, kind in named]


_FILES = _fields(
    ("folder", "Folder", "folder"), ("pattern", "File names", "text"),
    ("key", "Key columns", "texts"), ("ready.quiet", "Quiet for", "duration"),
)  # fmt: skip
_SALESFORCE = _fields(
    ("url", "Address", "text"), ("sign_in.client_id", "Client ID", "text"),
    ("sign_in.client_secret", "Client secret", "secret"),
)  # fmt: skip
_OK = {"level": "info", "code": "OK", "hint": ""}
SETUP: dict[str, Any] = {
    **ANSWERS,
    "config.kinds": {
        "kinds": [
            {"kind": "files", "title": "Files in a folder", "fields": _FILES},
            {"kind": "salesforce", "title": "Salesforce", "fields": _SALESFORCE},
        ]
    },
    "config.list": {
        "sources": [
            {
                "name": "customers", "kind": "files",
                "settings": {"folder": "D:\\ERP\\export", "pattern": "KUNDEN.CSV", "key": ["KDNR"]},
            }
        ],
        "targets": [
            {
                "name": "crm", "kind": "salesforce",
                "settings": {"url": "https://example.my.salesforce.com"},
            }
        ],
        "flows": [
            {
                "name": "accounts", "source": "customers", "target": "crm", "entity": "account",
                "settings": {"mapping": "mappings/accounts.toml", "when": "realtime"},
            }
        ],
        "alerts": [], "agent": {"name": "ERP-SRV01", "environment": "production"}, "limits": {},
        "path": "/etc/waybill/waybill.toml",
        "changed": [
            {"part": "target", "name": "crm", "at": "2026-11-03T09:12:00Z", "by": "m.weber"}
        ],
    },
    "config.check": {"problems": []},
    "config.put": {"problems": []},
    "config.remove": {"problems": []},
    "sources.list": {
        "items": [
            {
                "name": "customers", "kind": "files", "place": "D:\\ERP\\export\\KUNDEN.CSV",
                "watched": "Events, and a scan every 5 minutes",
                "every": 300.0, "last_read": "2026-11-21T10:41:00Z",
                "last_file": "KUNDEN.CSV", "rows": 3000, "state": "watching", "reason": None,
                "flows": ["accounts"], "readable": True,
            }
        ]
    },
    "sources.look": {
        "columns": [{"name": "KDNR", "samples": ["K1", "K2", "K3"], "type": "text"}],
        "rows": [["K1"], ["K2"], ["K3"]], "findings": [],
        "proposals": {"format": {"kind": "delimited"}, "key": ["KDNR"], "content": "full"},
    },
    "sources.preview": {
        "columns": [{"name": "KDNR", "samples": ["K1", "K2", "K3"], "type": "text"}],
        "rows": [["K1"], ["K2"], ["K3"]], "proposals": {}, "findings": [],
    },
    "sources.test": {"findings": [{**_OK, "text": "The folder can be read."}]},
    "sources.drivers": {
        "drivers": [{"name": "SQLite3", "bits": 64}],
        "dsns": [{"name": "SAGE", "driver": "Pervasive", "bits": 32, "system": True}],
    },
    "sources.tables": {"tables": [{"schema": "dbo", "name": "INVHDR", "kind": "table"}]},
    "sources.folders": {
        "path": "D:\\ERP", "parent": "D:\\", "folders": ["export"], "warnings": [],
        "files": [{"name": "KUNDEN.CSV", "size": 88_120, "at": "2026-11-21T10:40:00Z"}],
    },
    "targets.list": {
        "items": [
            {
                "name": "crm", "kind": "salesforce", "title": "Salesforce",
                "account": "Kessler Handel (00D…)", "environment": "production",
                "sign_in": {"state": "ok", "expires": "2027-02-01T00:00:00Z", "way": "secrets"},
                "limits": {"used": 2104, "allowed": 15_000, "resets": "2026-11-22T00:00:00Z"},
                "state": "delivering", "waiting": 61, "last_delivery": "2026-11-21T10:43:50Z",
                "secrets": [
                    {
                        "name": "crm", "set": True, "set_at": "2026-11-03T09:12:00Z",
                        "by": "m.weber", "expires": None,
                    }
                ],
            }
        ]
    },
    "targets.test": {
        "findings": [
            {**_OK, "text": text, "step": step, "took_ms": took}
            for step, text, took in (
                ("name", "The address resolves.", 4),
                ("tls", "The certificate was issued by DigiCert.", 61),
                ("sign_in", "Signed in.", 210),
                ("permission", "Accounts may be written.", 95),
                ("write", "A trial write was accepted, nothing was kept.", 130),
            )
        ]
    },
    "targets.setup": {"files": [{"name": "fields.txt", "text": "ERP_Id__c\n"}]},
    "sign_in.begin": {
        "id": "s1", "url": "https://login.example/authorize", "code": None, "port": 8914,
        "interval": 5, "lives": 600,
    },
    "sign_in.finish": {"signed_in": True, "secret": "crm"},
    "sign_in.poll": {"signed_in": True},
    "keys.state": {
        "ready": True, "recovery": {"confirmed": True, "at": "2026-11-03T09:00:00Z"},
        "data_keys": 2, "newest": "2026-11-01T00:00:00Z", "next_rotation": "2026-12-01T00:00:00Z",
        "resealing": {
            "phase": "sealing", "percent": 34, "sealed": 3000, "older_keys": 1, "kept_for": [],
            "rows": 3412, "total": 10000, "rests_until": None,
        },
    },
    "backup.state": BACKUP,
    "backup.create": {**BACKUP, "running": "D:\\Backup\\new.waybill-backup"},
    "keys.recovery_new": {"key": "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG-HHHH"},
    "keys.recovery_confirm": {"ok": True},
    "keys.rotate": {"data_keys": 3},
    "setup.state": {
        "needed": False,
        "steps": [
            {"id": name, "done": True}
            for name in ["service", "key", "source", "destination", "mapping", "dry_run", "link", "live"]
        ],
    },
    "setup.flow": {"problems": []},
    "packs.list": {"items": [{"name": "sage-100", "title": "Sage 100"}]},
    "packs.fill": {"text": ""},
    "practice.state": {"running": False, "home": None, "url": None, "admin_url": None},
    "practice.start": {
        "running": True, "home": "practice", "url": "https://127.0.0.1:1", "admin_url": None,
    },
    "practice.stop": {"running": False, "home": None, "url": None, "admin_url": None},
    "logs.folder": {"folder": "D:\\Waybill\\logs"},
    "bundle.preview": {
        "id": "B-7F2C",
        "files": [
            {"name": "status.json", "bytes": 4100, "what": "How the agent is", "text": "{}"},
            {"name": "log.txt", "bytes": 90_112, "what": "Its log", "text": "10:44 info …"},
        ],
    },
    "bundle.create": {"id": "B-7F2C", "path": "D:\\Waybill\\bundles\\B-7F2C.zip"},
    "doctor": {
        "findings": [
            {**_OK, "text": "The clock is right.", "subject": "clock"},
            {**_OK, "text": "480 GB are free.", "subject": "disk"},
        ]
    },
    "settings.changes": {
        "items": [
            {"at": "2026-11-03T09:12:00Z", "by": "m.weber", "part": "target", "name": "crm"}
        ]
    },
}  # fmt: skip
