"""Who sits here: role and kinds as the service grants them, language and look as they chose.

The choices are kept per person, not in the service's home. The service alone decides what may be
done; a face hides what is useless and says why something cannot be pressed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QDateTime, QLocale, QObject, QSettings, QTimeZone, Signal

from gui import commands, packs_words, phrases, settings_words, translations, words
from gui.bridge import Bridge, Fault

_RANKS: Final = {"viewer": 1, "operator": 2, "engineer": 3}
_AUDITOR: Final = "auditor"


class Session(QObject):
    """One person at one service."""

    role_changed = Signal()
    look_changed = Signal()
    """Language or theme: whatever is shown must be made again."""

    def __init__(self, bridge: Bridge, settings: Path | None = None) -> None:
        """`settings`: a file instead of the person's own, for tests and pictures."""
        super().__init__(bridge)
        self._bridge = bridge
        form = QSettings.Format.IniFormat
        self._settings = (
            QSettings(str(settings), form)
            if settings is not None
            else QSettings(form, QSettings.Scope.UserScope, "Waybill", "waybill-tray")
        )
        bridge.me_changed.connect(lambda _me: self.role_changed.emit())

    # --- what the service grants ------------------------------------------------------------------

    @property
    def role(self) -> str:
        """`viewer`, `operator`, `engineer` or `auditor`."""
        return str(self._bridge.me.get("role") or "viewer")

    @property
    def name(self) -> str:
        """The account, as the service knows it."""
        return str(self._bridge.me.get("name") or "")

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of records that this person's role is for; empty: it is for all."""
        return tuple(map(str, self._bridge.me.get("kinds") or ()))

    @property
    def is_limited(self) -> bool:
        """Whether the role is for some kinds of records only."""
        return self._bridge.me.get("kinds") is not None

    def sees(self, role: str) -> bool:
        """Whether what this role reads may be read: an auditor reads everything."""
        return self.role == _AUDITOR or self._rank() >= _RANKS[role]

    def may(self, role: str) -> bool:
        """Whether what this role does may be done: an auditor changes nothing."""
        return self._rank() >= _RANKS[role]

    def role_name(self, role: str | None = None) -> str:
        """A role as people call it; without one, our own."""
        names = {
            "viewer": self.tr("Viewer"),
            "operator": self.tr("Operator"),
            "engineer": self.tr("Engineer"),
            "auditor": self.tr("Auditor"),
        }
        return names.get(role or self.role, role or self.role)

    def why_not(self, role: str) -> str:
        """What a button says that this person may not press; empty when he may."""
        if self.may(role):
            return ""
        return self.tr("This needs the role {role}.").format(role=self.role_name(role))

    def why_not_all(self, role: str) -> str:
        """As `why_not`, of what concerns every kind of records at once."""
        if self.may(role) and self.is_limited:
            kinds = ", ".join(self.kinds)
            return self.tr("Your role is for these kinds of records only: {kinds}.").format(
                kinds=kinds
            )
        return self.why_not(role)

    # --- what the person chose --------------------------------------------------------------------

    @property
    def language(self) -> str:
        """`en` or `de`."""
        chosen = self.choice("language", "")
        return chosen if chosen in translations.LANGUAGES else translations.of_system()

    @property
    def theme(self) -> str:
        """`auto`, `light`, `dark` or `contrast`."""
        return self.choice("theme", "auto")

    def choice(self, name: str, otherwise: str) -> str:
        """A text that this person chose some time."""
        return str(self._settings.value(name, otherwise))

    def choose(self, name: str, value: str) -> None:
        """Remember it."""
        if self.choice(name, "") != value:
            self._settings.setValue(name, value)
            if name in {"language", "theme"}:
                self.look_changed.emit()

    # --- how things are told ----------------------------------------------------------------------

    @property
    def locale(self) -> QLocale:
        """For numbers and dates."""
        return QLocale(self.language)

    def number(self, value: float) -> str:
        """`12,300` or `12.300`."""
        return (
            self.locale.toString(value)
            if isinstance(value, int)
            else self.locale.toString(value, "f", 1)
        )

    def when(self, instant: str | None, *, short: bool = True) -> str:
        """An ISO 8601 time of the service in local time; a dash for none."""
        moment = moment_of(instant)
        if moment is None:
            return "–"
        today = QDateTime.currentDateTime().date()
        form = QLocale.FormatType.ShortFormat
        clock = self.locale.toString(moment.time(), form)
        if short and moment.date() == today:
            return clock
        day = self.locale.toString(moment.date(), form)
        zone = "" if short else f" {moment.timeZoneAbbreviation()}"
        return f"{day} {clock}{zone}"

    def said(self, item: Mapping[str, Any], part: str = "title") -> str:
        """A part of what carries a code (reason, finding, exception), in this language."""
        told = words.said(self.language, item, part)
        if told == item.get(part):
            told = self.phrase(told)
        return commands.windowed(told)

    def kinds_told(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """What `config.kinds` answers, in this language."""
        return settings_words.told(self.language, answer)

    def packs_told(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """What `packs.list` answers, in this language."""
        return packs_words.told(self.language, answer)

    def phrase(self, sentence: object) -> str:
        """A sentence of the service that has no code, in this language."""
        return phrases.told(self.language, str(sentence or ""))

    def why(self, item: Mapping[str, Any]) -> str:
        """What is wrong with a record, in this language as far as the words are the service's."""
        ours, says, theirs = str(item.get("reason") or "").partition(" says: ")
        told = self.phrase(ours)
        if says:  # what a CRM says itself stays as it is
            lead, _, who = ours.rpartition(" ")
            title = words.said(self.language, {**item, "title": self.phrase(lead)}, "title")
            told = f"{title} {self.phrase(f'{who}{says}{theirs}')}".strip()
        return commands.windowed(told)

    def place(self, item: Mapping[str, Any]) -> str:
        """Where a record was read: `kunden.csv, record 18`, in this language."""
        return phrases.told(self.language, str(item.get("place") or ""), "places")

    def reason(self, item: Mapping[str, Any]) -> str:
        """Why a source or a target is as it is, in this language where the status has its code."""
        english = str(item.get("reason") or "")
        standing = (self._bridge.status or {}).get("reasons") or ()
        found = (
            one
            for one in standing
            if one.get("subject") == item.get("name") and one.get("title") == english
        )  # fmt: skip
        condition = next(found, None)
        return english if condition is None else self.said(condition)

    def fault(self, fault: Fault) -> dict[str, str]:
        """A fault's `code`, `title` and `hint` in this language."""
        item = {
            "code": fault.code,
            "title": fault.title,
            "hint": fault.hint,
            "params": fault.params,
        }
        return {
            "code": fault.code,
            "title": self.said(item, "title"),
            "hint": self.said(item, "hint"),
        }

    def _rank(self) -> int:
        return _RANKS.get(self.role, 1)


def moment_of(instant: str | None) -> QDateTime | None:
    """A time of the service as local time; None for none or an unreadable one."""
    if not instant:
        return None
    try:
        parsed = datetime.fromisoformat(instant)
    except ValueError:
        return None
    aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    seconds = QDateTime.fromMSecsSinceEpoch(int(aware.timestamp() * 1000), QTimeZone.utc())
    return seconds.toLocalTime()
