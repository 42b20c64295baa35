"""Who changed a setting last, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication

from gui.session import Session

Changes = Sequence[Mapping[str, Any]]


def last_change(session: Session, changes: Changes, part: str, name: str = "") -> str:
    """`Changed by anna on 3.11.26 09:12`, of the changes with the latest first; or that nobody did."""
    for change in changes:
        if change.get("part") == part and (not name or change.get("name") == name):
            told = QCoreApplication.translate("Changed", "Changed by {who} on {when}.")
            when = session.when(str(change["at"]), short=False)
            return told.format(who=change["by"], when=when)
    return QCoreApplication.translate("Changed", "Not changed so far.")
