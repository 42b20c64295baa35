"""About: versions of window and service, where it works, licences."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QPlainTextEdit, QVBoxLayout

from agent import __version__
from gui.bridge import Bridge
from gui.kit import Card, Column, RowsModel, Table, copy_text, label, muted
from gui.kit.basics import Mark
from gui.pages.base import Page
from gui.session import Session
from gui.theme import Space

_ROOT: Final = Path(__file__).resolve().parents[2]
_DASH: Final = "–"


class AboutPage(Page):
    """What is installed, for people and for whoever they call."""

    key = "about"

    def title(self) -> str:
        return self.tr("About Waybill")

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__(bridge, session)
        self.add_action(self.tr("Copy versions"), self._copy, icon="copy")
        self._facts: dict[str, str] = {}
        card = Card()
        top = QHBoxLayout()
        top.setSpacing(Space.M)
        top.addWidget(Mark(40))
        words = QVBoxLayout()
        words.setSpacing(Space.XS)
        words.addWidget(label("Waybill", font="headline"))
        words.addWidget(
            muted(
                self.tr("Carries records from a legacy ERP to a cloud CRM: sealed, nothing lost.")
            )
        )
        top.addLayout(words, 1)
        card.add(top)
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(Space.XL)
        self._form.setVerticalSpacing(Space.S)
        card.add(self._form)
        self.body.addWidget(card)
        self.body.addWidget(self._licences(), 1)

    def status_changed(self, status: Mapping[str, Any]) -> None:
        facts = {
            self.tr("Window"): __version__,
            self.tr("Service"): str(status.get("version") or _DASH),
            self.tr("Machine"): str(status.get("agent") or _DASH),
            self.tr("Environment"): str(status.get("environment") or _DASH),
            self.tr("Home folder"): str(self.bridge.home),
            self.tr("Installation"): str(status.get("installation") or _DASH),
            "SQLite": str(status.get("sqlite_version") or _DASH),
            "Python": sys.version.split()[0],
            "Qt": qVersion(),
        }
        if facts == self._facts:
            return
        self._facts = facts
        while self._form.rowCount():
            self._form.removeRow(0)
        for name, value in facts.items():
            self._form.addRow(muted(name, wrap=False), label(value))

    def refresh(self) -> None:
        self.status_changed(self.bridge.status or {})

    def _licences(self) -> Card:
        card = Card(self.tr("Licences"))
        card.add(
            muted(
                self.tr(
                    "Waybill is under the Apache License 2.0. It works with the programs below,"
                    " each under its own licence; Qt for Python is used under the LGPL 3."
                )
            )
        )
        columns = (
            Column(self.tr("Program"), "name", width=220),
            Column(self.tr("Version"), "version", width=120),
            Column(self.tr("Licence"), "licence", width=260),
        )
        table = Table(RowsModel(columns, licences()), self.tr("Programs and their licences"))
        table.setMinimumHeight(180)
        card.add(table)
        text = QPlainTextEdit(_licence_text())
        text.setReadOnly(True)
        text.setTabChangesFocus(True)
        text.setAccessibleName(self.tr("The licence of Waybill"))
        text.setMinimumHeight(140)
        card.add(text)
        return card

    def _copy(self) -> None:
        copy_text("\n".join(f"{name}: {value}" for name, value in self._facts.items()))


def licences() -> list[dict[str, str]]:
    """The installed programs with version and licence, as they state them."""
    found: dict[str, dict[str, str]] = {}
    for distribution in distributions():
        about = distribution.metadata
        name = about["Name"]
        if name and name.lower() != "waybill":
            found[name.lower()] = {
                "name": name,
                "version": distribution.version,
                "licence": _licence(
                    about.get_all("License-Expression"),
                    about.get_all("Classifier"),
                    about.get_all("License"),
                ),
            }
    return [found[name] for name in sorted(found)]


def _licence(
    expression: list[str] | None, classifiers: list[str] | None, text: list[str] | None
) -> str:
    """The shortest thing that a distribution says about its licence."""
    if expression:
        return expression[0]
    named = [
        line.rpartition("::")[2].strip() for line in classifiers or () if line.startswith("License")
    ]
    if named:
        return ", ".join(named)
    first = (text or [""])[0].strip().splitlines()
    return first[0][:60] if first else _DASH


def _licence_text() -> str:
    path = _ROOT / "LICENSE"
    return path.read_text(encoding="utf-8") if path.is_file() else ""
