"""Version folders: launchers of this agent that say they are another version."""

from __future__ import annotations

import sys
from pathlib import Path

from agent.upgrade.layout import CONSOLE, SERVICE, Root

REPOSITORY = Path(__file__).resolve().parents[3]
OLD, NEW, ONE_WAY, BROKEN, MUTE = "1.0.0", "2.0.0", "2.0.0-oneway", "2.0.0-broken", "2.0.0-mute"
TABLE = "create table of_the_next_version (id integer primary key, told text)"
_LAUNCHER = """#!{python}
import sys
sys.path.insert(0, {repository!r})
from tests.integration.upgrades.versions import be
be({version!r}, {name!r})
from agent.{module} import main
sys.exit(main())
"""
_MODULES = {CONSOLE: "cli.main", SERVICE: "service.main"}


def lay_down(root: Root, *versions: str) -> None:
    """Unpack versions, as an installer does."""
    for version in versions:
        for name, module in _MODULES.items():
            path = root.program(version, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                _LAUNCHER.format(
                    python=sys.executable,
                    repository=str(REPOSITORY),
                    version=version,
                    name=name,
                    module=module,
                )
            )
            path.chmod(0o755)


def be(version: str, name: str) -> None:
    """In a launcher: from now on this process is that version."""
    import agent
    from agent.queue import schema

    agent.__version__ = version
    if version == OLD:
        return
    former = schema.VERSION
    schema.VERSION = former + 1
    schema.MIGRATIONS = (*schema.MIGRATIONS, TABLE)
    if version != ONE_WAY:
        schema.WAYS_BACK = {**schema.WAYS_BACK, former + 1: "drop table of_the_next_version"}
    if version == BROKEN and name == SERVICE:
        sys.exit("this version is broken")
    if version == MUTE and name == SERVICE:
        from agent.runtime.trial import canary

        canary.move = lambda *_: "it was told not to"
