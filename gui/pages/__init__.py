"""The pages of the window, in the order of its navigation. A page is imported when it is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from gui.bridge import Bridge
from gui.pages.base import Page
from gui.session import Session

Status = Mapping[str, Any]


def _always(_status: Status | None) -> bool:
    return True


def _to_do(status: Status) -> int:
    return int(status.get("counts", {}).get("parked") or 0)


def _held(status: Status) -> int:
    return int(status.get("counts", {}).get("held") or 0)


def _needs_setup(status: Status | None) -> bool:
    setup = (status or {}).get("setup")
    return bool(isinstance(setup, dict) and setup.get("needed"))


@dataclass(frozen=True)
class Entry:
    """A page in the navigation."""

    key: str
    name: str
    """As the navigation calls it, in English; context `Pages` of the translations."""
    module: str
    kind: str
    """Its class."""
    role: str = "viewer"
    """Who may see it."""
    whole: bool = False
    """Only for a role that is for all kinds of records: it cannot be told kind by kind."""
    count: Callable[[Status], int] | None = None
    """A number beside the name, if not 0."""
    stands: Callable[[Status | None], bool] = _always
    """Whether the navigation shows it now; it can be opened from elsewhere all the same."""

    def may_be_seen(self, session: Session) -> bool:
        """Whether this person may see it."""
        return session.sees(self.role) and not (self.whole and session.is_limited)

    def title(self) -> str:
        """The name in the person's language."""
        return QCoreApplication.translate("Pages", self.name)

    def make(self, bridge: Bridge, session: Session) -> Page:
        """Import and build it."""
        made = getattr(import_module(self.module), self.kind)(bridge, session)
        if not isinstance(made, Page):
            raise TypeError(self.kind)
        return made


def _entry(key: str, name: object, kind: str, role: str = "viewer", **more: Any) -> Entry:
    return Entry(key, str(name), f"gui.pages.{key}", kind, role, **more)


PAGES: Final = (
    _entry(
        "setup", QT_TRANSLATE_NOOP("Pages", "Set up"), "SetupPage", "engineer", stands=_needs_setup
    ),
    _entry("overview", QT_TRANSLATE_NOOP("Pages", "Overview"), "OverviewPage"),
    _entry("sources", QT_TRANSLATE_NOOP("Pages", "Sources"), "SourcesPage", "operator"),
    _entry("mappings", QT_TRANSLATE_NOOP("Pages", "Mappings"), "MappingsPage", "operator"),
    _entry(
        "destinations", QT_TRANSLATE_NOOP("Pages", "Destinations"), "DestinationsPage", "operator"
    ),
    _entry(
        "exceptions",
        QT_TRANSLATE_NOOP("Pages", "Exceptions"),
        "ExceptionsPage",
        "operator",
        count=_to_do,
    ),
    _entry("holds", QT_TRANSLATE_NOOP("Pages", "Holds"), "HoldsPage", count=_held),
    _entry("reconciliation", QT_TRANSLATE_NOOP("Pages", "Reconciliation"), "ReconciliationPage"),
    _entry(
        "activity", QT_TRANSLATE_NOOP("Pages", "Activity"), "ActivityPage", "operator", whole=True
    ),
    _entry("logs", QT_TRANSLATE_NOOP("Pages", "Logs"), "LogsPage", "engineer", whole=True),
    _entry("settings", QT_TRANSLATE_NOOP("Pages", "Settings"), "SettingsPage"),
    _entry(
        "bundle", QT_TRANSLATE_NOOP("Pages", "Diagnostics"), "BundlePage", "engineer", whole=True
    ),
    _entry("about", QT_TRANSLATE_NOOP("Pages", "About"), "AboutPage"),
)


def entry_of(key: str) -> Entry | None:
    """The page of this key."""
    return next((entry for entry in PAGES if entry.key == key), None)
