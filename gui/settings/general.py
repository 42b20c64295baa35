"""What a person chose for himself: language, colours, the icon beside the clock. Works at once."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QTime, QTimer
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QTimeEdit, QVBoxLayout, QWidget

from gui import translations
from gui.kit import Card, label, muted
from gui.session import Session
from gui.theme import Space


class GeneralView(QWidget):
    """Each choice with what it means; kept for this person, not for the service."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, Space.M, 0, 0)
        layout.setSpacing(Space.M)
        layout.addWidget(muted(self.tr("These are your own choices. They hold at once.")))
        as_system = self.tr("As the system")
        card = Card()
        self.language = self._choice(
            card, self.tr("Language"), "language", session.language, translations.LANGUAGES
        )
        self.theme = self._choice(
            card, self.tr("Colours"), "theme", session.theme,
            {
                "auto": as_system, "light": self.tr("Light"), "dark": self.tr("Dark"),
                "contrast": self.tr("High contrast"),
            },
            self.tr("Default: as the system."),
        )  # fmt: skip
        self.icon = self._choice(
            card, self.tr("Icon beside the clock"), "tray_icon",
            session.choice("tray_icon", "auto"),
            {
                "auto": as_system, "dark": self.tr("For a dark task bar"),
                "light": self.tr("For a light task bar"),
            },
            self.tr("Default: as the system. Its shape tells the state in any of them."),
        )  # fmt: skip
        self.toasts = QCheckBox(self.tr("Show messages beside the clock"))
        self.toasts.setChecked(session.choice("toasts", "on") != "off")
        self.toasts.toggled.connect(lambda on: session.choose("toasts", "on" if on else "off"))
        card.add(self.toasts)
        card.add(
            muted(self.tr("Default: on. Only what needs a person is told, four an hour at most."))
        )
        card.add(self._quiet_hours())
        layout.addWidget(card)
        layout.addStretch(1)

    def _quiet_hours(self) -> QWidget:
        """From when until when no message pops up; the same time twice: there are none."""
        self.quiet = QCheckBox(self.tr("Quiet hours: no messages"))
        self.since, self.until = QTimeEdit(), QTimeEdit()
        since, until = (self._session.choice(f"quiet_{end}", "") for end in ("from", "to"))
        self.quiet.setChecked(bool(since and until))
        for edit, said, kept, usual in (
            (self.since, self.tr("Quiet from"), since, "18:00"),
            (self.until, self.tr("Quiet until"), until, "07:00"),
        ):
            edit.setDisplayFormat("HH:mm")
            edit.setButtonSymbols(QTimeEdit.ButtonSymbols.NoButtons)
            edit.setAccessibleName(said)
            edit.setTime(QTime.fromString(kept or usual, "HH:mm"))
            edit.timeChanged.connect(lambda _time: self._keep_quiet())
        self.quiet.toggled.connect(lambda _on: self._keep_quiet())
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self.quiet)
        row.addWidget(self.since)
        row.addWidget(label("–", wrap=False))
        row.addWidget(self.until)
        row.addStretch(1)
        self._follow_quiet()
        return whole

    def _keep_quiet(self) -> None:
        on = self.quiet.isChecked()
        for name, edit in (("quiet_from", self.since), ("quiet_to", self.until)):
            self._session.choose(name, edit.time().toString("HH:mm") if on else "")
        self._follow_quiet()

    def _follow_quiet(self) -> None:
        for edit in (self.since, self.until):
            edit.setEnabled(self.quiet.isChecked())

    def _choice(
        self,
        card: Card,
        title: str,
        name: str,
        now: str,
        choices: Mapping[str, str],
        help_: str = "",
    ) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(title)
        for value, said in choices.items():
            made.addItem(said, value)
        made.setCurrentIndex(max(0, made.findData(now)))
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        made.setMaximumWidth(320)

        def chosen() -> None:
            value = str(made.currentData())  # later: the whole page is made again then
            QTimer.singleShot(0, self._session, lambda: self._session.choose(name, value))

        made.activated.connect(lambda _index: chosen())
        caption = label(title)
        caption.setBuddy(made)
        card.add(caption)
        card.add(made)
        if help_:
            card.add(muted(help_))
        return made
