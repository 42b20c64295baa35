"""The editor of a source: looks at rows before it is saved, knows databases of this machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

from gui.kit import Card, Column, Flow, RowsModel, Table, button, muted
from gui.places.editor import PlaceEditor
from gui.places.preview import Preview
from gui.places.work import Host, under, work

_ROWS = 20


class SourceEditor(PlaceEditor):
    """Beside the form: the first rows, proposals, and what there is over ODBC."""

    def __init__(self, page: Host) -> None:
        super().__init__(page, "source")
        self._proposed: dict[str, Any] = {}
        self.databases = Databases(page, self)
        self.proposals = muted()
        self.take = button(self.tr("Take these settings over"), self._take)
        self.preview = Preview(page.session)
        before = self.content.count() - 1
        for place, each in enumerate((self.databases, self.preview, self.proposals)):
            self.content.insertWidget(before + place, each)
        self.look = button(self.tr("Look at 20 rows"), self._look)
        self.buttons.removeWidget(self.save)  # the last stays the last
        for press in (self.take, self.look, self.save):
            self.buttons.addWidget(press)
        for each in (self.proposals, self.take):
            each.hide()

    def kind_chosen(self, kind: str) -> None:
        self.databases.setVisible(kind == "odbc")
        self.databases.clear()
        self.preview.clear()
        self.proposals.hide()
        self.take.hide()

    def _look(self) -> None:
        settings = self.settings()
        if settings is None:
            return
        asked = {
            "kind": self.kind.currentData(), "settings": json.dumps(settings), "rows": _ROWS
        }  # fmt: skip
        work(self.page, self.look, self.tr("Looking…"), "sources.look", asked, self._looked)

    def _looked(self, answer: Mapping[str, Any]) -> None:
        self.preview.show_answer(answer)
        self._proposed = dict(answer.get("proposals") or {})
        lines = [f"{name}: {_words(value)}" for name, value in self._proposed.items()]
        self.proposals.setText("\n".join([self.tr("Proposed by what was read:"), *lines]))
        self.proposals.setVisible(bool(lines))
        self.take.setVisible(bool(lines))

    def _take(self) -> None:
        settings = self.settings()
        if settings is not None:
            self.form.set_values(under(settings, self._proposed))
            self.take.hide()


class Fields(Protocol):
    """A form that a data source or table is filled in to."""

    def settings(self) -> dict[str, Any] | None:
        """What was entered; None: a field has no valid value."""

    def set_field(self, name: str, value: object) -> None:
        """Fill in a field, if the form has it."""


class Databases(Card):
    """Data sources, drivers and tables, as the service sees them."""

    def __init__(self, page: Host, editor: Fields) -> None:
        super().__init__(self.tr("Databases that the service knows"), kind="info")
        self._page, self._editor = page, editor
        self.list = button(self.tr("Show data sources"), self._ask)
        self.tables = button(self.tr("Show tables"), self._ask_tables)
        self.drivers = muted()
        self.warning = muted(
            self.tr("A 32-bit data source cannot be used by a 64-bit service: make a 64-bit one.")
        )
        self.known = RowsModel((
            Column(self.tr("Data source"), "name", width=160),
            Column(self.tr("Driver"), "driver", width=180),
            Column(self.tr("Bits"), "bits", right=True, width=70),
            Column(self.tr("For"), self._for_whom, width=220),
        ))  # fmt: skip
        self.sources = Table(self.known, self.tr("Data sources"))
        self.sources.opened.connect(self._use)
        self.found = RowsModel((
            Column(self.tr("Schema"), "schema"), Column(self.tr("Table"), "name", width=220),
            Column(self.tr("Kind"), "kind"),
        ))  # fmt: skip
        self.names = Table(self.found, self.tr("Tables"))
        self.names.opened.connect(self._use_table)
        row = Flow()
        row.addWidget(self.list)
        row.addWidget(self.tables)
        self.add(row)
        self.hint = muted(self.tr("A double click, or Enter, takes a line over."))
        for each in (self.drivers, self.warning, self.sources, self.names, self.hint):
            self.add(each)
            each.hide()
        for table in (self.sources, self.names):
            table.setFixedHeight(6 * table.verticalHeader().defaultSectionSize())
        self.hide()

    def clear(self) -> None:
        """Nothing is listed."""
        for each in (self.drivers, self.warning, self.sources, self.names, self.hint):
            each.hide()

    def _for_whom(self, row: Mapping[str, Any]) -> str:
        if not row["name"]:
            return self.tr("a driver, without a data source")
        return self.tr("everybody") if row.get("system") else self.tr("one account")

    def _ask(self) -> None:
        def done(answer: Mapping[str, Any]) -> None:
            drivers, dsns = answer.get("drivers") or [], answer.get("dsns") or []
            named = ", ".join(f"{each['name']} ({each['bits']} bit)" for each in drivers)
            self.drivers.setText(self.tr("Drivers: {names}").format(names=named or "–"))
            bare = [{"name": "", "driver": each["name"], "bits": each["bits"]} for each in drivers]
            self.known.set_rows([*dsns, *bare])
            self.drivers.show()
            self.sources.setVisible(bool(dsns or bare))
            self.hint.setVisible(bool(dsns or bare))
            self.warning.setVisible(any(each.get("bits") == 32 for each in [*drivers, *dsns]))

        work(self._page, self.list, self.tr("Looking…"), "sources.drivers", {}, done)

    def _use(self, number: int) -> None:
        row = self.known.row(number)
        if row is None:
            return
        if row["name"]:
            self._editor.set_field("dsn", row["name"])
            self._editor.set_field("connection", None)
        else:
            self._editor.set_field("dsn", None)
            self._editor.set_field("connection", {"driver": row["driver"]})

    def _ask_tables(self) -> None:
        settings = self._editor.settings()
        if settings is None:
            return

        def done(answer: Mapping[str, Any]) -> None:
            self.found.set_rows(answer.get("tables") or [])
            self.names.show()
            self.hint.show()

        asked = {"settings": json.dumps(settings)}
        work(self._page, self.tables, self.tr("Looking…"), "sources.tables", asked, done)

    def _use_table(self, number: int) -> None:
        row = self.found.row(number)
        if row is not None:
            parts = (row.get("schema"), row["name"])
            self._editor.set_field("table", ".".join(str(part) for part in parts if part))


def _words(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {_words(each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(map(_words, value))
    return str(value)
