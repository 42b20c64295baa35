"""The state and the sentence of a status in the person's language, alike in tray and window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from agent.control.answers import Status
from agent.control.api import State, sentence_of, state_of
from gui.kit.basics import Tone
from gui.session import Session

TONES: Final[dict[State, Tone]] = {
    State.UNREACHABLE: "quiet",
    State.ACTION: "error",
    State.RECORDS: "warning",
    State.DELAYED: "warning",
    State.PAUSED: "quiet",
    State.SETUP: "accent",
    State.FINE: "ok",
}

_WAITING: Final = " {waiting} waiting."
_SENTENCES: Final = (
    QT_TRANSLATE_NOOP("Status", "1 record needs attention."),
    QT_TRANSLATE_NOOP("Status", "{records} records need attention."),
    QT_TRANSLATE_NOOP("Status", "Finish setup: {steps} steps left."),
    QT_TRANSLATE_NOOP("Status", "Finish setup."),
    QT_TRANSLATE_NOOP("Status", "Starting."),
    QT_TRANSLATE_NOOP("Status", "Paused."),
    QT_TRANSLATE_NOOP("Status", "Paused until {until}."),
    QT_TRANSLATE_NOOP("Status", "Up to date."),
    QT_TRANSLATE_NOOP("Status", "Working."),
    QT_TRANSLATE_NOOP("Status", "{title}"),
    QT_TRANSLATE_NOOP("Status", "{title} (and {more} more)"),
    QT_TRANSLATE_NOOP("Status", " {waiting} waiting."),
)
"""Every sentence that the service's rule (`sentence_of`) makes, for the translators."""


def state(status: Mapping[str, Any] | None) -> State:
    """Which of the seven it is."""
    return state_of(cast("Status | None", status))


def sentence(session: Session, status: Mapping[str, Any] | None) -> str:
    """The status in one sentence; without one, that nobody answers."""
    if status is None:
        return QCoreApplication.translate("Status", "Status unknown: the service does not answer.")
    text, words = sentence_of(cast("Status", status))
    first, waits, _ = text.partition(_WAITING)
    told: dict[str, str] = {
        name: session.number(word) if isinstance(word, int) else word
        for name, word in words.items()
    }
    if "until" in told:
        told["until"] = session.when(told["until"])
    if "title" in told:
        told["title"] = session.said(status["reasons"][0])
    said = QCoreApplication.translate("Status", first).format_map(told)
    if waits:
        said += QCoreApplication.translate("Status", _WAITING).format_map(told)
    return said
