"""A source at a glance: what is read, from where, how it goes, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gui.kit import label, muted, tell
from gui.places.card import PlaceCard
from gui.places.preview import Preview
from gui.session import Session


class SourceCard(PlaceCard):
    """Says what `sources.list` says of one source."""

    def __init__(self, session: Session, name: str) -> None:
        super().__init__(session, name)
        self.place, self.watched, self.last = label(), muted(), muted()
        self.readable, self.flows = label(), muted()
        for each in (
            self.place, self.watched, self.last, self.readable, self.reason, self.flows,
        ):  # fmt: skip
            self.add(each)
        self.preview = Preview(session)
        self.add(self.findings)
        self.add(self.preview)
        self.add_actions(
            ("scan", self.tr("Scan now"), "operator"),
            ("preview", self.tr("Preview 20 rows"), "operator"),
            ("test", self.tr("Test as service"), "operator"),
            ("edit", self.tr("Edit…"), "engineer"),
            ("remove", self.tr("Remove…"), "engineer"),
        )

    def show_item(self, item: Mapping[str, Any]) -> None:
        super().show_item(item)
        session = self.session
        kinds = {
            "files": self.tr("Files"), "odbc": self.tr("Database"), "group": self.tr("Group"),
        }  # fmt: skip
        kind = str(item.get("kind"))
        self.place.setText(f"{kinds.get(kind, kind)}: {item.get('place')}")
        self.watched.setText(self._watched(kind, item))
        if item.get("last_read"):
            told = self.tr("Last read {when}: {file}").format(
                when=session.when(item["last_read"]), file=item.get("last_file") or "–"
            )
            if item.get("rows") is not None:
                rows = session.number(int(item["rows"]))
                count = self.tr("{count} rows").format(count=rows)
                told = f"{told} · {count}"
        else:
            told = self.tr("Nothing was read yet.")
        self.last.setText(told)
        is_readable = item.get("readable")
        if is_readable is None:
            told = self.tr("Whether the service can read it is not known yet.")
        elif is_readable:
            told = self.tr("The service can read it.")
        else:
            told = self.tr("The service cannot read it.")
        self.readable.setText(told)
        tell(self.readable, "error" if is_readable is False else "muted")
        flows = ", ".join(item.get("flows") or ())
        told = self.tr("Flows: {names}").format(names=flows) if flows else ""
        self.flows.setText(told or self.tr("No flow reads it yet."))

    def _watched(self, kind: str, item: Mapping[str, Any]) -> str:
        every = item.get("every")
        if kind == "group":
            return self.tr("Read when the source that it groups is read.")
        if every is None:
            return str(item.get("watched") or "")
        told = self.tr("Looked at every {time}.")
        if kind == "files":
            told = self.tr(
                "Changes of the folder are noticed at once, and it is looked at every {time}."
            )
        return told.format(time=self._time(float(every)))

    def _time(self, seconds: float) -> str:
        units = (
            (3600, self.tr("{count} h")),
            (60, self.tr("{count} min")),
            (1, self.tr("{count} s")),
        )
        length, unit = next(
            (each for each in units if seconds >= each[0] and seconds % each[0] == 0), units[-1]
        )
        number = seconds / length
        return unit.format(
            count=self.session.number(int(number) if number == int(number) else number)
        )
