"""What the service of `control_fakes` answers about setting up."""

from __future__ import annotations

FIELD = {
    "name": "folder",
    "title": "Folder",
    "help": "Where the files arrive.",
    "type": "folder",
    "required": True,
    "default": None,
    "choices": [],
    "advanced": False,
    "when": None,
}
SETUP_STATE = {
    "needed": False,
    "steps": [{"id": "service", "done": True}, {"id": "live", "done": True}],
}
KEYS = {
    "ready": True,
    "installation": "0123456789abcdef",
    "recovery": {"confirmed": True, "at": "2026-11-20T10:00:00Z"},
    "data_keys": 1,
    "newest": "2026-11-20T10:00:00Z",
    "next_rotation": "2027-02-18T10:00:00Z",
    "resealing": {
        "phase": "sealing", "percent": 40, "sealed": 7, "older_keys": 1, "kept_for": [],
    },
}  # fmt: skip
BACKUP = {
    "running": None,
    "last": {"file": "/kept/one.waybill-backup", "bytes": 7, "at": "2026-11-20T10:00:00Z",
             "id": "00ff"},
    "failed": None,
    "folder": "/kept",
    "next": None,
}  # fmt: skip
TABLE = {
    "columns": [{"name": "CUSTNO", "samples": ["1", "2"], "type": "integer"}],
    "rows": [["1"], ["2"]],
    "name": "CUST.CSV",
    "proposals": {"key": ["CUSTNO"]},
    "findings": [],
}
PRACTICE = {
    "running": True,
    "home": "/home/practice/agent",
    "url": "https://127.0.0.1:1",
    "admin_url": "https://127.0.0.1:1/sandbox/",
    "crm": "salesforce",
    "exports": "/home/practice/exports",
    "target": {"kind": "salesforce"},
}
SETUP_ANSWERS = {
    "sources.list": {
        "items": [
            {
                "name": "customers",
                "kind": "files",
                "place": "/export/CUST*.CSV",
                "watched": "Changes of the folder, and a look every 30 seconds.",
                "every": 30.0,
                "last_read": None,
                "last_file": None,
                "rows": None,
                "state": "starting",
                "reason": None,
                "flows": [],
                "readable": None,
            }
        ]
    },
    "sources.look": TABLE,
    "sources.preview": TABLE,
    "sources.test": {"findings": []},
    "sources.drivers": {
        "drivers": [{"name": "SQLite3", "bits": 64}],
        "dsns": [{"name": "ERP", "driver": "SQLite3", "bits": 64, "system": True}],
    },
    "sources.tables": {"tables": [{"schema": "dbo", "name": "INVHDR", "kind": "table"}]},
    "sources.folders": {
        "path": "/export",
        "parent": "/",
        "folders": ["old"],
        "files": [{"name": "CUST.CSV", "size": 9, "at": "2026-11-20T10:00:00Z"}],
        "warnings": ["S: may belong to your session only."],
    },
    "targets.list": {
        "items": [
            {
                "name": "crm",
                "kind": "salesforce",
                "title": "Salesforce",
                "account": "example.my.salesforce.com",
                "environment": "production",
                "sign_in": {"state": "ok", "expires": None, "way": "secrets"},
                "limits": None,
                "state": "ok",
                "reason": None,
                "waiting": 0,
                "last_delivery": None,
                "secrets": [],
            }
        ]
    },
    "targets.test": {"findings": []},
    "targets.setup": {"files": [{"name": "README.txt", "text": "Make a field."}]},
    "setup.flow": {"problems": []},
    "sign_in.begin": {
        "id": "s1",
        "url": "https://login.example/authorize",
        "code": None,
        "port": 1717,
        "interval": None,
        "lives": 600,
    },
    "sign_in.finish": {"signed_in": True, "secret": "crm"},
    "sign_in.poll": {"signed_in": True, "secret": "crm"},
    "packs.list": {"items": []},
    "packs.fill": {
        "text": "",
        "sources": [],
        "flows": [],
        "ownership": [],
        "mappings": {},
        "templates": {},
    },
    "practice.state": PRACTICE,
    "practice.start": PRACTICE,
    "practice.stop": PRACTICE | {"running": False},
    "config.kinds": {"kinds": [{"kind": "files", "title": "Files", "fields": [FIELD]}]},
    "config.list": {
        "sources": [{"name": "customers", "kind": "files", "settings": {"kind": "files"}}],
        "targets": [],
        "flows": [],
        "alerts": [],
        "ownership": [],
        "roles": [],
        "agent": {"name": "erp"},
        "limits": {},
        "path": "waybill.toml",
        "changed": [
            {"part": "source", "name": "customers", "at": "2026-11-20T10:00:00Z", "by": "ann"}
        ],
    },
    "config.check": {"problems": []},
    "config.put": {"problems": []},
    "config.remove": {"problems": []},
    "keys.state": KEYS,
    "keys.recovery_new": {"key": "K7QD-0M3X"},
    "keys.recovery_confirm": {"ok": True, "text": "This is it.", "hint": ""},
    "keys.rotate": KEYS,
    "backup.state": BACKUP,
    "backup.create": BACKUP,
    "setup.state": SETUP_STATE,
    "setup.mark": SETUP_STATE,
}
