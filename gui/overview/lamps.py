"""How the two sides of a flow are: the source, read by the service, and the cloud."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from gui.kit.basics import Tone
from gui.session import Session

Status = Mapping[str, Any]

_WORDS: Final[dict[str, tuple[object, Tone]]] = {
    "starting": (QT_TRANSLATE_NOOP("Lamps", "Starting"), "quiet"),
    "reading": (QT_TRANSLATE_NOOP("Lamps", "Reading"), "accent"),
    "paused": (QT_TRANSLATE_NOOP("Lamps", "Paused"), "quiet"),
    "error": (QT_TRANSLATE_NOOP("Lamps", "Cannot be read"), "error"),
    "unavailable": (QT_TRANSLATE_NOOP("Lamps", "Does not answer"), "warning"),
    "signed out": (QT_TRANSLATE_NOOP("Lamps", "Signed out"), "error"),
    "closed": (QT_TRANSLATE_NOOP("Lamps", "Closed for now"), "quiet"),
}
_FINE: Final = QT_TRANSLATE_NOOP("Lamps", "Fine")


class Side(NamedTuple):
    """One lamp: a word, its tone, and the sentence behind it."""

    word: str
    tone: Tone
    why: str


def side_of(session: Session, items: object, name: str) -> Side:
    """The state of a source or target of this name."""
    listed = items if isinstance(items, list) else []
    found = next((one for one in listed if one["name"] == name), None)
    if found is None:
        return Side(_said(QT_TRANSLATE_NOOP("Lamps", "Unknown")), "quiet", "")
    word, tone = _WORDS.get(str(found.get("state")), (_FINE, "ok"))
    reason = session.reason(found)
    if reason and tone == "ok":
        word, tone = QT_TRANSLATE_NOOP("Lamps", "Needs a look"), "warning"
    return Side(_said(word), tone, reason)


def sides(session: Session, status: Status, flow: Mapping[str, Any]) -> tuple[Side, Side]:
    """Source side and cloud side of a flow."""
    source = side_of(session, status.get("sources"), str(flow["source"]))
    return source, side_of(session, status.get("targets"), str(flow["target"]))


def last_delivery(status: Status, flow: Mapping[str, Any]) -> str | None:
    """When its target last took something."""
    targets = status.get("targets") or ()
    return next((t.get("last_delivery") for t in targets if t["name"] == flow["target"]), None)


def count_of(flow: Mapping[str, Any], *names: str) -> int:
    """Entries of a flow in these states."""
    counts = flow.get("counts") or {}
    return sum(int(counts.get(name) or 0) for name in names)


def _said(text: object) -> str:
    return QCoreApplication.translate("Lamps", str(text))
