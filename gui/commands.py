"""Commands in the service's texts, told as places of the window.

The service speaks to whoever asks, and most of its hints name the command that helps. In the
window that is the name of a page, in the person's language, and a button can lead there. What
the window has no place for stays the command: it is still the way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication


class Place(NamedTuple):
    """A page, by its key, and where on it."""

    page: str
    tab: str = ""


_PAGES: Final[dict[str, object]] = {
    "overview": QT_TRANSLATE_NOOP("Commands", "“Overview”"),
    "sources": QT_TRANSLATE_NOOP("Commands", "“Sources”"),
    "destinations": QT_TRANSLATE_NOOP("Commands", "“Destinations”"),
    "mappings": QT_TRANSLATE_NOOP("Commands", "“Mappings”"),
    "exceptions": QT_TRANSLATE_NOOP("Commands", "“Exceptions”"),
    "holds": QT_TRANSLATE_NOOP("Commands", "“Holds”"),
    "reconciliation": QT_TRANSLATE_NOOP("Commands", "“Reconciliation”"),
    "activity": QT_TRANSLATE_NOOP("Commands", "“Activity”"),
    "bundle": QT_TRANSLATE_NOOP("Commands", "“Diagnostics”"),
    "service": QT_TRANSLATE_NOOP("Commands", "“Settings, Service”"),
    "notifications": QT_TRANSLATE_NOOP("Commands", "“Settings, Notifications”"),
    "security": QT_TRANSLATE_NOOP("Commands", "“Settings, Security”"),
    "updates": QT_TRANSLATE_NOOP("Commands", "“Settings, Updates”"),
}
_SECRET: Final = QT_TRANSLATE_NOOP("Commands", "“Destinations”, secret {name}")
_SIGN_IN: Final = QT_TRANSLATE_NOOP("Commands", "“Sign in” of {name} in “Destinations”")
_TEST: Final = QT_TRANSLATE_NOOP("Commands", "“Test” of {name}")
_TEST_ANY: Final = QT_TRANSLATE_NOOP("Commands", "“Test”")
_RESUME: Final = QT_TRANSLATE_NOOP("Commands", "“Try again now” of {name}")
_SET_UP: Final = QT_TRANSLATE_NOOP("Commands", "“Files for the CRM's administrator”")
_RUN: Final = QT_TRANSLATE_NOOP("Commands", "the service “Waybill” of this computer")

_PLACES: Final[Mapping[str, Place]] = {
    "status": Place("overview"),
    "flows": Place("overview"),
    "sources": Place("sources"),
    "scan": Place("sources"),
    "targets": Place("destinations"),
    "sign-in": Place("destinations"),
    "secrets": Place("destinations"),
    "setup": Place("destinations"),
    "resume": Place("destinations"),
    "mapping": Place("mappings"),
    "exceptions": Place("exceptions"),
    "queue": Place("exceptions"),
    "holds": Place("holds"),
    "reads": Place("reconciliation"),
    "reconcile": Place("reconciliation"),
    "audit": Place("activity"),
    "bundle": Place("bundle"),
    "doctor": Place("settings", "service"),
    "check": Place("settings", "service"),
    "upgrade": Place("settings", "updates"),
}
_STOPS: Final = "or|and|then|says|describes|names|writes|makes|for|nennt|beschreibt|oder|und"
_WORD: Final = r"[\w.,/{}=-]*[\w}]"
_COMMAND: Final = re.compile(
    rf"`waybill ([a-z-]+)([^`]*)`|\bwaybill ([a-z]+(?:-[a-z]+)?)\b((?: (?!(?:{_STOPS})\b){_WORD})*)"
)


def windowed(text: str) -> str:
    """The text with every command that the window has a place for told as that place."""
    return _COMMAND.sub(_told, text) if "waybill " in text else text


def place_in(text: str) -> Place | None:
    """Where the first command leads that has a place."""
    for found in _COMMAND.finditer(text):
        place = _PLACES.get(found[1] or found[3])
        if place is not None:
            return place
    return None


def named(place: Place) -> str:
    """What a person calls it."""
    return _said(_PAGES[place.tab or place.page])


def _told(found: re.Match[str]) -> str:
    verb = found[1] or found[3]
    words = (found[2] or found[4] or "").split()
    if verb == "run":
        return _said(_RUN)
    if verb == "test":
        return _said(_TEST).format(name=words[0]) if words else _said(_TEST_ANY)
    if verb == "setup":
        return _said(_SET_UP)
    if verb == "sign-in" and words:
        return _said(_SIGN_IN).format(name=words[0])
    if verb == "secrets" and words[:1] == ["set"] and words[1:] and words[1] != "NAME":
        return _said(_SECRET).format(name=words[1])
    if verb == "resume" and words[:1] == ["target"] and words[1:]:
        return _said(_RESUME).format(name=words[1])
    place = _PLACES.get(verb)
    return found[0] if place is None else named(place)


def _said(text: object) -> str:
    return QCoreApplication.translate("Commands", str(text))
