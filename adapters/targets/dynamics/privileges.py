"""What the application user may do with each table: its own privileges beside those a table names.

`RetrieveUserPrivileges` of the user that `WhoAmI` names lists what its roles and teams give it; a table's
metadata names the privilege for each kind of access
(https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/retrieveuserprivileges,
https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/securityprivilegemetadata).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from adapters.targets.dynamics.client import Client
from adapters.targets.dynamics.trouble import answered
from agent.model import Finding, Level

_USER = re.compile(r"[0-9A-Fa-f-]{36}")
_NEEDED = ("Create", "Read", "Write", "Append", "AppendTo")
"""Append and AppendTo: a record with a lookup is attached to another, and others to it."""
Held = frozenset[str] | None
"""Ids of the privileges that the user has; None: nobody would say."""


def held(client: Client, who: Mapping[str, Any]) -> Held:
    """The privileges of the user that `WhoAmI` names."""
    user = str(who.get("UserId") or "")
    if not _USER.fullmatch(user):
        return None
    path = f"systemusers({user})/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()"
    answer = client.read(path)
    if answer.status != 200:
        return None
    told = answered(answer).get("RolePrivileges")
    if not isinstance(told, list):
        return None
    return frozenset(str(each.get("PrivilegeId")).lower() for each in told if _is_object(each))


def unknown() -> Finding:
    """Nobody would say what the user may do."""
    return Finding(
        Level.WARNING,
        "PRIVILEGES_UNKNOWN",
        "Dataverse does not say what the application user may do with the tables.",
        "Let its security role read users and privileges, or look at the role yourself.",
    )


def missing(table: str, entity: str, named: object, user: Held) -> Iterator[Finding]:
    """What the user lacks on a table whose metadata names these privileges."""
    if user is None or not isinstance(named, list):
        return
    lacking = {
        str(each.get("PrivilegeType")): str(each.get("Name"))
        for each in named
        if _is_object(each) and str(each.get("PrivilegeId")).lower() not in user
    }
    if needed := [lacking[kind] for kind in _NEEDED if kind in lacking]:
        text = f"The application user lacks {', '.join(needed)} on {table} (for {entity})."
        hint = f"Give its security role {_kinds(lacking)} on this table, for the organisation."
        yield Finding(Level.ERROR, "PERMISSION_DENIED", text, hint, params={"name": table})
    if "Delete" in lacking:
        text = f"The application user lacks {lacking['Delete']} on {table} (for {entity})."
        hint = "Give it, or let the flow say deactivate or leave for rows that left, not delete."
        yield Finding(Level.WARNING, "DELETE_FORBIDDEN", text, hint, params={"name": table})


def _kinds(lacking: Mapping[str, str]) -> str:
    return ", ".join(kind for kind in _NEEDED if kind in lacking)


def _is_object(each: object) -> bool:
    return isinstance(each, dict)
