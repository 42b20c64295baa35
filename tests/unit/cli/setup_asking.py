"""Commands that set up, and what each asks."""

SETUP_ASKING = [
    (["config", "list"], "config.list", {}),
    (["config", "kinds", "source"], "config.kinds", {"part": "source"}),
    (
        ["config", "remove", "source", "customers"],
        "config.remove",
        {"part": "source", "name": "customers"},
    ),
    (["keys", "state"], "keys.state", {}),
    (["keys", "rotate"], "keys.rotate", {}),
    (["keys", "new", "--yes"], "keys.recovery_new", {}),
    (["steps"], "setup.state", {}),
    (["steps", "--done", "dry_run"], "setup.mark", {"step": "dry_run"}),
]
