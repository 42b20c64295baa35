"""What a new version must show before it is let go. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

ON_TRIAL: Final = "UPGRADE_ON_TRIAL"
"""The condition that stands while a version is on trial: it is not held against it."""
_OURS: Final = frozenset({ON_TRIAL, "UPGRADE_RETURNED"})


def named(reasons: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """What is wrong, as one remembers it: errors by code and subject."""
    found = {
        f"{reason['code']} {reason.get('subject', '')}".strip()
        for reason in reasons
        if "error" in (reason.get("severity"), reason.get("level"))
    }
    return tuple(sorted(found))


def objections(
    reasons: Sequence[Mapping[str, Any]],
    findings: Sequence[Mapping[str, Any]],
    known: Collection[str],
    *,
    judged: bool,
    moved: str,
) -> list[str]:
    """What speaks against a version; nothing: it passed.

    `reasons`: of its status; `findings`: of its check of configuration, sources and targets. Both
    are only held against it where the version before was asked too (`judged`): of a service that
    was stopped nobody knows how it was. `moved`: why the canary did not move, empty if it did.
    """
    found = [f"The canary did not move: {moved}"] if moved else []
    told = [*reasons, *findings] if judged else []
    return found + [
        f"{one.get('title') or one.get('text')} [{name}]"
        for one in told
        for name in named([one])
        if name not in known and one["code"] not in _OURS
    ]
