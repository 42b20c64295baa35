"""What stands, as causes of messages: the service's reasons, and the exceptions by their cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QCoreApplication

from gui.session import Session
from gui.toasts import Cause

_OUR_FAULTS: Final = frozenset({"AGENT_BUG"})
"""Causes that nobody knows: they may be gone with the next try."""
_IN_A_ROW: Final = 3
"""So often without a success in between, they are told."""
_MOST_GROUPS: Final = 20


def causes_of(
    session: Session, status: Mapping[str, Any], groups: Sequence[Mapping[str, Any]] | None
) -> list[Cause]:
    """Everything that stands. `groups`: of `exceptions.groups`; None where the role sees none."""
    found = [_of_reason(session, reason) for reason in status.get("reasons", ())]
    if groups is None:
        parked = int(status.get("counts", {}).get("parked") or 0)
        if parked:
            text = QCoreApplication.translate("Toasts", "{count} records need attention.")
            told = text.format(count=session.number(parked))
            found.append(Cause("records", told, needs_person=True, page="exceptions"))
        return found
    return found + [_of_group(session, group) for group in groups[:_MOST_GROUPS]]


def _of_reason(session: Session, reason: Mapping[str, Any]) -> Cause:
    code, subject = str(reason.get("code")), str(reason.get("subject"))
    parts = (session.said(reason, part) for part in ("title", "meaning"))
    is_sure = int(reason.get("times") or 1) >= _IN_A_ROW
    return Cause(
        f"{code}\0{subject}",
        " ".join(part for part in parts if part),
        needs_person=reason.get("severity") == "error" and (code not in _OUR_FAULTS or is_sure),
        target={"code": code, "subject": subject},
    )


def _of_group(session: Session, group: Mapping[str, Any]) -> Cause:
    count = int(group.get("count") or 0)
    text = QCoreApplication.translate("Toasts", "{count} records, same cause: {cause} ({flow})")
    if count == 1:
        text = QCoreApplication.translate("Toasts", "1 record needs attention: {cause} ({flow})")
    flow, code = str(group.get("flow")), str(group.get("code"))
    return Cause(
        f"{flow}\0{code}\0{group.get('field')}",
        text.format(
            count=session.number(count),
            cause=session.said(group, "title"),
            flow=flow,
        ),
        needs_person=True,
        page="exceptions",
        target={"flow": flow, "code": code, "field": str(group.get("field") or "")},
    )
