"""What a mapping made of records, added up for a person: per field, per problem, some examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agent.canon import Contract
from agent.mapping.values import Refused, text_of
from agent.model import Draft, Json, LeftOut, Op, Place, Problem, Record, Unreadable, Value

_EXAMPLES = 3  # places that a problem names
_LONGEST = 200  # characters of a value that are shown

Made = Draft | LeftOut | Problem


@dataclass
class _Trouble:
    """One kind of problem: how often, and where first."""

    reason: str
    count: int = 0
    places: list[str] = field(default_factory=list)


@dataclass
class Tally:
    """Counts what became of the records of a preview."""

    contract: Contract
    columns: Sequence[str]
    used: frozenset[str]
    """Columns that the mapping looks at, in lower case; the others are not shown."""
    show: int
    records: int = 0
    drafts: int = 0
    deletes: int = 0
    refused: int = 0
    """Records with problems, however many each of them has."""
    items: list[Json] = field(default_factory=list)
    _left_out: Counter[str] = field(default_factory=Counter)
    _filled: Counter[str] = field(default_factory=Counter)
    _troubles: dict[tuple[str, str], _Trouble] = field(default_factory=dict)
    _warnings: dict[tuple[str, str], _Trouble] = field(default_factory=dict)
    _notes: Counter[tuple[str, str]] = field(default_factory=Counter)
    _ids: dict[str, Place] = field(default_factory=dict)
    _doubles: int = 0

    def unreadable(self, found: Unreadable) -> None:
        """A record that could not be read."""
        self.records += 1
        self.refused += 1
        self._trouble(found.code, "", found.reason, found.place)

    def record(self, record: Record, made: Made, before: Made | None = None) -> None:
        """What one record became, and what the published mapping makes of it."""
        self.records += 1
        match made:
            case Draft(external_id, fields):
                self._draft(record, external_id)
                self._notes.update((note.code, note.field) for note in made.notes)
                for warning in made.warnings:
                    self._count(self._warnings, warning.code, warning.field, warning.reason,
                                record.place)  # fmt: skip
                self._filled.update(name for name, value in fields.items() if value is not None)
            case LeftOut(rule):
                self._left_out[rule] += 1
            case Problem():
                self.refused += 1
                for one in made.every or (made,):
                    self._trouble(one.code, one.field, one.reason, record.place)
        if len(self.items) < self.show:
            self.items.append(self._item(record, made, before))

    def as_json(self) -> dict[str, Json]:
        """The whole of it."""
        return {
            "records": self.records,
            "would_send": self.drafts + self.deletes,
            "deletes": self.deletes,
            "left_out": dict(self._left_out),
            "same_external_id": self._doubles,
            "refused": self.refused,
            "problems": _told(self._troubles),
            "warnings": _told(self._warnings),
            "changed": [
                {"code": code, "field": name, "count": count}
                for (code, name), count in self._notes.most_common()
            ],
            "fields": [
                {
                    "field": name,
                    "filled": self._filled[name],
                    "blank": self.drafts - self._filled[name],
                    "problems": sum(
                        trouble.count for (_, of), trouble in self._troubles.items() if of == name
                    ),
                    "required": one.required,
                }
                for name, one in self.contract.fields.items()
                if self._filled[name] or any(of == name for _, of in self._troubles)
            ],
            "items": self.items,
        }

    def _draft(self, record: Record, external_id: str) -> None:
        if record.op is Op.DELETE:
            self.deletes += 1
            return
        self.drafts += 1
        first = self._ids.setdefault(external_id, record.place)
        if first is not record.place:
            self._doubles += 1

    def _trouble(self, code: str, name: str, reason: str, place: Place) -> None:
        self._count(self._troubles, code, name, reason, place)

    @staticmethod
    def _count(
        troubles: dict[tuple[str, str], _Trouble], code: str, name: str, reason: str, place: Place
    ) -> None:
        found = troubles.setdefault((code, name), _Trouble(reason))
        found.count += 1
        if len(found.places) < _EXAMPLES:
            found.places.append(where(place))

    def _item(self, record: Record, made: Made, before: Made | None) -> dict[str, Json]:
        item: dict[str, Json] = {
            "place": where(record.place),
            "row": {
                column: shown(value)
                for column, value in zip(self.columns, record.values, strict=True)
                if column.strip().casefold() in self.used
            },
            **told(made),
        }
        if before is not None:
            item["published"] = told(before)
        return item


def _told(troubles: Mapping[tuple[str, str], _Trouble]) -> list[Json]:
    """Kinds of problems, the most frequent first."""
    return [
        {
            "code": code,
            "field": name,
            "reason": trouble.reason,
            "count": trouble.count,
            "places": list[Json](trouble.places),
        }
        for (code, name), trouble in sorted(troubles.items(), key=lambda pair: -pair[1].count)
    ]


def told(made: Made) -> dict[str, Json]:
    """What a record became, in the words of the answer."""
    match made:
        case Draft(external_id, fields):
            return {"external_id": external_id, "fields": dict(fields)}
        case LeftOut(rule):
            return {"left_out": rule}
        case Problem(code, reason, name):
            return {"code": code, "reason": reason, "field": name}


def where(place: Place) -> str:
    """Where a record stands."""
    line = f", line {place.line}" if place.line else f", row {place.number}"
    return place.name + line


def shown(value: Value) -> Json:
    """A value of a source for a person: exact text, cut with a mark where it is long."""
    try:
        text = text_of(value, from_float=True)
    except Refused:
        return "?"
    if text is None or len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}… ({len(text):,} characters)"


def differences(old: Made, new: Made) -> list[str]:
    """The fields in which two outcomes of one record differ; "" for a difference as a whole."""
    if not (isinstance(old, Draft) and isinstance(new, Draft)):
        return [] if old == new else [""]
    names: Mapping[str, object] = {**old.fields, **new.fields}
    found = [name for name in names if old.fields.get(name) != new.fields.get(name)]
    return [*found, *([""] if old.external_id != new.external_id else [])]
