"""What the service says of the settings of alerts, roles, the agent and its limits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.gui.world_setup import SETUP


def field(name: str, title: str, kind: str, **more: Any) -> dict[str, Any]:
    """One field of a form."""
    plain = {
        "help": "", "required": False, "default": None, "choices": [], "advanced": False,
        "when": None,
    }  # fmt: skip
    return {"name": name, "title": title, "type": kind, **plain, **more}


SEVERITY = field(
    "severity", "Severity", "choice", default="warning", choices=["warning", "error"],
    help="From which severity on something is told.",
)  # fmt: skip
KINDS = {
    "alert": [
        {
            "kind": "smtp", "title": "Mail",
            "fields": [
                field("host", "Host", "text", required=True),
                field("password", "Password", "secret"),
                field("ca_file", "CA file", "file"),
                SEVERITY,
            ],
        },
        {"kind": "system", "title": "Log of the operating system", "fields": [SEVERITY]},
    ],
    "role": [
        {
            "kind": "role", "title": "Role",
            "fields": [
                field(
                    "role", "Role", "choice", required=True,
                    choices=["viewer", "auditor", "operator", "engineer"],
                ),
                field("kinds", "Kinds", "texts", advanced=True),
            ],
        }
    ],
    "agent": [
        {
            "kind": "agent", "title": "This agent",
            "fields": [
                field("name", "Name", "text", default="waybill", help="What it is called."),
                field("environment", "Environment", "text", default="production"),
                field("proxy", "Proxy", "text", default="direct"),
                field("proxy_password", "Proxy password", "secret"),
            ],
        }
    ],
    "limits": [
        {
            "kind": "limits", "title": "Limits",
            "fields": [
                field(
                    "queue_bytes", "Queue bytes", "size", default="4GiB", advanced=True,
                    help="The most the queue may take on disk; then sources pause.",
                ),
                field("max_delete_rows", "Max delete rows", "integer", default=20, advanced=True),
            ],
        }
    ],
}  # fmt: skip
KINDS["target"] = [
    {
        "kind": "salesforce", "title": "Salesforce",
        "fields": [
            field("url", "URL", "text"), field("proxy", "Proxy", "text", advanced=True),
            field("proxy_password", "Proxy password", "secret", advanced=True),
            field("ca_file", "CA file", "file", advanced=True),
            field("closed", "Closed", "texts", default=[], advanced=True),
        ],
    }
]  # fmt: skip
LISTED = {
    **SETUP["config.list"],
    "alerts": [
        {
            "name": "office", "kind": "smtp",
            "settings": {"kind": "smtp", "host": "mail.example", "severity": "error"},
        }
    ],
    "roles": [{"name": "group:erp-operators", "kind": "", "settings": {"role": "operator"}}],
    "limits": {"max_delete_rows": 50},
}  # fmt: skip
CHANGES = {
    "items": [
        {"at": "2026-11-03T09:12:00Z", "by": "m.weber", "part": "alert", "name": "office"},
        {"at": "2026-11-02T09:12:00Z", "by": "anna", "part": "limits", "name": ""},
        {"at": "2026-11-01T09:12:00Z", "by": "m.weber", "part": "target", "name": "crm"},
    ]
}


def kinds(params: Mapping[str, Any]) -> dict[str, Any]:
    """As `config.kinds` answers."""
    return {"kinds": KINDS[params["part"]]}


ANSWERS = {"config.kinds": kinds, "config.list": LISTED, "settings.changes": CHANGES}


def shown(qtbot, service, window):
    """The page of settings, with all of this on it."""
    service.answers.update(ANSWERS)
    window.open("settings")
    qtbot.waitUntil(lambda: window.page.bridge.is_quiet)
    qtbot.waitUntil(lambda: window.page.alerts.rows.rowCount() == 1)
    return window.page


def put(service):
    """What was saved."""
    return [
        {**params, "settings": json.loads(params["settings"])}
        for params in service.calls("config.put")
    ]
