"""What changed between two objects, as a JSON merge patch (RFC 7396), and how to apply one.

A patch names the members that differ: a new value, or null for one that is gone. Objects are
compared member by member, lists are replaced whole. A member that is null itself cannot be told
from one that is gone: whoever reads an object by these patches reads both alike.
"""

from __future__ import annotations

from collections.abc import Mapping

from agent.model import Json


def difference(before: Mapping[str, Json], after: Mapping[str, Json]) -> dict[str, Json]:
    """The patch that makes `after` of `before`; empty where they say the same."""
    patch: dict[str, Json] = {
        name: None for name in before if before[name] is not None and after.get(name) is None
    }
    for name, value in after.items():
        old = before.get(name)
        if value is None or (value == old and type(value) is type(old)):
            continue
        if isinstance(value, dict):
            # An empty patch of what was no object makes it one.
            inner = difference(old if isinstance(old, dict) else {}, value)
            if inner or not isinstance(old, dict):
                patch[name] = inner
        else:
            patch[name] = value
    return patch


def patched(before: Mapping[str, Json], patch: Mapping[str, Json]) -> dict[str, Json]:
    """The object after a patch; `before` stays as it is."""
    after = dict(before)
    for name, value in patch.items():
        if value is None:
            after.pop(name, None)
        elif isinstance(value, dict):
            old = after.get(name)
            after[name] = patched(old if isinstance(old, dict) else {}, value)
        else:
            after[name] = value
    return after
