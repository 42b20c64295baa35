"""Backups: when the last one was made and where it lies, whether more come, and one on demand.

A backup opens with the recovery key alone: whether somebody has that key is told here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QLocale, QTimer, Signal

from gui.kit import Card, Flow, busy, button, idle, label, muted, tell
from gui.places.folders import FolderBrowser
from gui.places.work import work
from gui.settings.host import Host
from gui.theme import Space

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR


class BackupsView(Card):
    """For engineers; an auditor sees how backups are."""

    wanted = Signal()
    """Ask how they are now."""

    def __init__(self, page: Host) -> None:
        super().__init__()
        self.title.setText(self.tr("Backups"))
        self.title.show()
        self._page = page
        self._folder = ""
        about = self.tr(
            "Queue, memory, configuration, secrets and keys in one sealed file. Only the recovery"
            " key that is in force when it is made opens it. Another disk or a share is best."
        )
        self.last = label()
        self.recovery, self.failed, self.running = label(), label(), label()
        self.schedule = muted()
        self.make = button(
            self.tr("Back up now…"), self._choose, why_not=page.session.why_not("engineer")
        )
        self.browser = FolderBrowser(page)
        self.browser.chosen.connect(self._begin)
        for told, kind in (
            (self.recovery, "warning"), (self.failed, "error"), (self.running, "info"),
        ):  # fmt: skip
            told.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
            tell(told, kind)
            told.hide()
        row = Flow()
        row.addWidget(self.make)
        texts = (muted(about), self.last, self.recovery, self.failed, self.running, self.schedule)
        for each in texts:
            self.add(each)
        self.add(row)
        self.add(self.browser)

    # --- what is shown ----------------------------------------------------------------------------

    def show_keys(self, found: Mapping[str, Any]) -> None:
        """As `keys.state` answers: whether anybody could open a backup."""
        is_proven = bool((found.get("recovery") or {}).get("confirmed"))
        self.recovery.setText(
            self.tr(
                "Nobody has proven yet that the recovery key is kept: without it no backup can be"
                " opened. Type it above, or make a new one there, keep it, and back up after that."
            )
        )
        self.recovery.setVisible(not is_proven)

    def show_state(self, found: Mapping[str, Any]) -> None:
        """As `backup.state` answers."""
        self._folder = str(found.get("folder") or "")
        self._show_last(found.get("last"))
        self._show_failed(found.get("failed"))
        self._show_schedule(found)
        running = str(found.get("running") or "")
        told = self.tr("A backup is being made: {file}. Work goes on meanwhile.")
        self.running.setText(told.format(file=running))
        self.running.setVisible(bool(running))
        if not self._page.session.may("engineer"):
            return
        if running:
            busy(self.make, self.tr("Backing up…"))
        else:
            idle(self.make)

    def _show_last(self, last: Mapping[str, Any] | None) -> None:
        session = self._page.session
        if not last:
            self.last.setText(
                self.tr(
                    "This agent knows of no backup yet. If this computer were lost, so would be"
                    " what waits here, the configuration, the secrets and the memory of what was"
                    " sent."
                )
            )
            return
        told = self.tr("The last backup was made on {when}: {file} ({size}).")
        self.last.setText(
            told.format(
                when=session.when(last.get("at"), short=False),
                file=last.get("file"),
                size=session.locale.formattedDataSize(
                    int(last.get("bytes") or 0),
                    1,
                    QLocale.DataSizeFormat.DataSizeTraditionalFormat,  # MB, as file managers say
                ),
            )
        )

    def _show_failed(self, failed: Mapping[str, Any] | None) -> None:
        session = self._page.session
        if failed:
            item = {**failed, "title": failed.get("text")}
            told = self.tr("No backup was made on {when}.").format(
                when=session.when(failed.get("at"), short=False)
            )
            why = (session.said(item, "title"), session.said(item, "hint"))
            self.failed.setText(" ".join(filter(None, (told, *why))))
        self.failed.setVisible(bool(failed))

    def _show_schedule(self, found: Mapping[str, Any]) -> None:
        session, plan = self._page.session, found.get("schedule")
        if not plan:
            self.schedule.setText(
                self.tr("None is made by schedule. Set one up under “Limits”, “This agent”.")
            )
            return
        told = self.tr("By schedule one is made {every} in {folder}; the latest {keep} are kept.")
        when = self.tr("The next one is made on {when}.").format(
            when=session.when(found.get("next"), short=False)
        )
        soon = self.tr("The first one is made within the next minutes.")
        said = told.format(
            every=self._every(int(plan["every"])), folder=self._folder,
            keep=session.number(int(plan["keep"])),
        )  # fmt: skip
        self.schedule.setText(f"{said} {when if found.get('next') else soon}")

    def _every(self, seconds: int) -> str:
        """How often: in the largest unit that goes into it."""
        if seconds == _DAY:
            return self.tr("every day")
        for unit, text in (
            (_DAY, self.tr("every {count} days")),
            (_HOUR, self.tr("every {count} h")),
            (_MINUTE, self.tr("every {count} min")),
        ):
            if seconds % unit == 0:
                return text.format(count=seconds // unit)
        return self.tr("every {count} s").format(count=seconds)

    # --- what a person does -----------------------------------------------------------------------

    def _choose(self) -> None:
        self.browser.browse(self._folder)
        self.browser.path.setFocus()
        QTimer.singleShot(0, self, lambda: self._page.area.ensureWidgetVisible(self.browser.use))

    def _begin(self, folder: str) -> None:
        work(
            self._page, self.make, self.tr("Backing up…"), "backup.create", {"out": folder},
            lambda _answer: self.wanted.emit(),
        )  # fmt: skip
