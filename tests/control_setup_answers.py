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
}
SETUP_ANSWERS = {
    "config.kinds": {"kinds": [{"kind": "files", "title": "Files", "fields": [FIELD]}]},
    "config.list": {
        "sources": [{"name": "customers", "kind": "files", "settings": {"kind": "files"}}],
        "targets": [],
        "flows": [],
        "alerts": [],
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
    "setup.state": SETUP_STATE,
    "setup.mark": SETUP_STATE,
}
