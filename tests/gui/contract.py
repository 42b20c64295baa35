"""Methods of the control API that faces are built to: role, whether it writes, its parameters.

`agent.control.api` goes before: what stands there is checked by the service's own rules.
"""

from __future__ import annotations

ROLES = {"viewer": "Viewer", "operator": "Operator", "engineer": "Engineer", "auditor": "Auditor"}
_PART = "part name settings rename"


def _asks(role: str, names: str = "") -> tuple[str, bool, frozenset[str]]:
    return role, False, frozenset(names.split())


def _does(role: str, names: str = "") -> tuple[str, bool, frozenset[str]]:
    return role, True, frozenset(names.split())


TO_COME = {
    "me": _asks("viewer"),
    "subscribe": _asks("viewer"),
    "config.kinds": _asks("engineer", "part"),
    "config.list": _asks("engineer"),
    "config.check": _asks("engineer", _PART),
    "config.put": _does("engineer", _PART),
    "config.remove": _does("engineer", "part name"),
    "sources.list": _asks("operator"),
    "sources.look": _asks("engineer", "kind settings rows"),
    "sources.preview": _asks("operator", "source rows"),
    "sources.test": _asks("engineer", "kind settings"),
    "sources.drivers": _asks("engineer"),
    "sources.tables": _asks("engineer", "settings"),
    "sources.folders": _asks("engineer", "path"),
    "targets.list": _asks("operator"),
    "targets.test": _asks("engineer", "kind settings name"),
    "targets.setup": _asks("engineer", "target"),
    "sign_in.begin": _does("engineer", "target how"),
    "sign_in.finish": _does("engineer", "id query"),
    "sign_in.poll": _does("engineer", "id"),
    "keys.state": _asks("engineer"),
    "keys.recovery_new": _does("engineer"),
    "keys.recovery_confirm": _does("engineer", "key"),
    "keys.rotate": _does("engineer"),
    "backup.state": _asks("engineer"),
    "backup.create": _does("engineer", "out"),
    "setup.state": _asks("viewer"),
    "setup.flow": _does("engineer", "source target entity mapping when name paused first_link"),
    "packs.list": _asks("engineer"),
    "packs.fill": _asks("engineer", "pack settings"),
    "practice.state": _asks("engineer"),
    "practice.start": _does("engineer", "crm"),
    "practice.stop": _does("engineer"),
    "history": _asks("viewer", "flow hours"),
    "logs.tail": _asks("engineer", "after flow level text limit"),
    "logs.debug": _does("engineer", "minutes"),
    "logs.folder": _asks("engineer"),
    "queue.window": _asks("operator", "state flow code offset limit order"),
    "exceptions.window": _asks("operator", "flow code field offset limit aside"),
    "exceptions.causes": _asks("operator", "flow"),
    "reconcile.flows": _asks("viewer"),
    "bundle.preview": _asks("engineer", "hours strict"),
    "bundle.create": _does("engineer", "hours strict leave_out"),
    "doctor": _asks("operator"),
    "audit.export": _asks("operator", "after"),
    "settings.changes": _asks("operator"),
}
