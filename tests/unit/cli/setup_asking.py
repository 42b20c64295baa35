"""Commands that set up, and what each asks."""

from pathlib import Path

DRAFT = str(Path(__file__).parents[3] / "resources/sample-erp/mappings/contacts.toml")
DRAFT_TEXT = Path(DRAFT).read_text(encoding="utf-8")
SETUP_ASKING = [
    (["config", "list"], "config.list", {}),
    (["config", "kinds", "source"], "config.kinds", {"part": "source"}),
    (
        ["config", "remove", "source", "customers"],
        "config.remove",
        {"part": "source", "name": "customers"},
    ),
    (["sources", "list"], "sources.list", {}),
    (
        ["sources", "look", "files", "--set", "folder=x"],
        "sources.look",
        {"kind": "files", "settings": '{"folder": "x"}', "rows": 20},
    ),
    (
        ["sources", "preview", "customers", "--rows", "5"],
        "sources.preview",
        {"source": "customers", "rows": 5},
    ),
    (
        ["sources", "test", "files", "--set", "folder=x"],
        "sources.test",
        {"kind": "files", "settings": '{"folder": "x"}'},
    ),
    (["sources", "drivers"], "sources.drivers", {}),
    (["sources", "tables", "--set", "dsn=ERP"], "sources.tables", {"settings": '{"dsn": "ERP"}'}),
    (["sources", "folders", "/export"], "sources.folders", {"path": "/export"}),
    (["targets", "list"], "targets.list", {}),
    (
        ["targets", "test", "webhook", "--set", "batch=5", "--name", "crm"],
        "targets.test",
        {"kind": "webhook", "settings": '{"batch": 5}', "name": "crm"},
    ),
    (["targets", "needs", "crm"], "targets.setup", {"target": "crm"}),
    (
        [
            "config",
            "flow",
            "f",
            DRAFT,
            "--source",
            "s",
            "--target",
            "t",
            "--entity",
            "account",
            "--paused",
            "--link",
            "name,phone",
        ],
        "setup.flow",
        {
            "name": "f",
            "source": "s",
            "target": "t",
            "entity": "account",
            "mapping": DRAFT_TEXT,
            "paused": True,
            "first_link": '{"match": ["name", "phone"]}',
        },
    ),
    (["practice", "state"], "practice.state", {}),
    (["practice", "start", "--crm", "sap"], "practice.start", {"crm": "sap"}),
    (["practice", "stop"], "practice.stop", {}),
    (["keys", "state"], "keys.state", {}),
    (["keys", "rotate"], "keys.rotate", {}),
    (["backup", "state"], "backup.state", {}),
    (["keys", "new", "--yes"], "keys.recovery_new", {}),
    (["steps"], "setup.state", {}),
    (["steps", "--done", "dry_run"], "setup.mark", {"step": "dry_run"}),
]
