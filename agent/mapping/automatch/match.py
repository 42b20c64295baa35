"""Weighs what names and values say, and gives each field the column that suits it best."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from agent.canon import Contract, Field, Kind
from agent.mapping.automatch.names import Said, Synonyms
from agent.mapping.automatch.shapes import Fit, Rule, fit, key_text_of, looks
from agent.model import Json, Value

EXTERNAL_ID = "external_id"
SAMPLES = 200
"""Different values of a column that are tried; more tell little more."""

_NAME, _VALUES = 0.65, 0.35  # how much each says
_LEAST = 0.45  # below this, nothing is suggested
_FEW_WORDS = 40  # more different words than this are no codes
_MISFIT = 0.5  # a column of which less than this fits is none for the field


@dataclass(frozen=True, slots=True)
class Match:
    """One suggestion: this column, with this rule, for this field."""

    field: str
    column: str
    confidence: float
    """0 to 1: a share of what could be said for it, not a probability."""
    evidence: tuple[str, ...]
    rule: Mapping[str, Json]
    """What the mapping file would say behind the column, without the column."""
    doubts: tuple[str, ...] = ()

    def as_written(self) -> Json:
        """The right side of `FIELD =` in a mapping file."""
        return {"column": self.column, **self.rule} if self.rule else self.column


@dataclass(frozen=True, slots=True)
class Matches:
    """What can be suggested for one contract and one source."""

    external_id: Match | None
    fields: tuple[Match, ...]
    """In the order of the contract."""
    missing: tuple[str, ...]
    """Required fields for which nothing was found."""
    unused: tuple[str, ...]
    """Columns that no field was found for."""

    def document(self, entity: str) -> dict[str, Json]:
        """A draft of a mapping; it leaves alone what leaves the source until a person decides."""
        head: dict[str, Json] = {"version": 1, "entity": entity, "on_leave": "leave"}
        if self.external_id:
            head["external_id"] = self.external_id.column
        return {**head, "fields": {match.field: match.as_written() for match in self.fields}}


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    values: tuple[Value, ...]
    """Different ones, not blank."""
    filled: int
    distinct: bool
    """Whether no two records share a value, and none is blank."""


def automatch(
    contract: Contract,
    headings: Sequence[str],
    records: Iterable[Sequence[Value]],
    synonyms: Synonyms,
    *,
    key: Sequence[str] = (),
) -> Matches:
    """Suggest a mapping of these columns. `key` is what the source states as its key."""
    columns = _columns(headings, records)
    found: list[tuple[float, int, Match]] = []
    for place, field in enumerate(contract.fields.values()):
        for column in columns:
            match = _weigh(contract.name, field, column, synonyms)
            if match and match.confidence >= _LEAST:
                found.append((-match.confidence, place, match))
    fields: dict[str, Match] = {}
    used: dict[str, str] = {}
    for _, _, match in sorted(found, key=lambda each: each[:2]):
        if match.field not in fields and match.column not in used:
            fields[match.field] = match
            used[match.column] = match.field
    external_id = _external_id(contract, columns, synonyms, key)
    taken = {*used, *([external_id.column] if external_id else [])}
    return Matches(
        external_id,
        tuple(fields[name] for name in contract.fields if name in fields),
        tuple(name for name in contract.required if name not in fields),
        tuple(column.name for column in columns if column.name not in taken),
    )


def _columns(headings: Sequence[str], records: Iterable[Sequence[Value]]) -> list[_Column]:
    rows = list(islice(records, 10_000))
    columns = []
    for place, name in enumerate(headings):
        values = [row[place] for row in rows]
        filled = [value for value in values if key_text_of(value)]
        different = {key_text_of(value): value for value in filled}
        columns.append(
            _Column(
                name,
                tuple(islice(different.values(), SAMPLES)),
                len(filled),
                distinct=bool(rows) and len(different) == len(rows),
            )
        )
    return columns


def _weigh(entity: str, field: Field, column: _Column, synonyms: Synonyms) -> Match | None:
    said = synonyms.says(column.name, entity, field.name)
    looked = looks(field.name, column.values, named=said.score > 0) if column.values else None
    if not said.score and not (looked and looked[0] > _NAME):
        return None
    fits = fit(field, column.values)
    if fits is None or fits.share < _MISFIT:
        return _unknown_words(field, column, said, fits)
    values, why = fits.share, fits.why
    if looked:
        values, why = min(values, looked[0]), looked[1]
    confidence = _NAME * (said.score or _MISFIT) + _VALUES * values
    doubts = [fits.doubt] if fits.doubt else []
    if fits.share < 1 and fits.tried:
        doubts.append(f"{1 - fits.share:.0%} of the samples do not fit; the preview names them")
        confidence *= fits.share
    if fits.doubt:
        confidence *= 1 - _VALUES
    evidence = tuple(text for text in (said.why, why) if text)
    return Match(
        field.name,
        column.name,
        round(confidence, 2),
        evidence,
        _rule(field, fits.rule),
        tuple(doubts),
    )


def _unknown_words(field: Field, column: _Column, said: Said, fits: Fit | None) -> Match | None:
    """The right column by its name, whose words only a person can translate."""
    if said.score < 1 or field.kind not in (Kind.CODE, Kind.BOOLEAN):
        return None
    if len(column.values) > _FEW_WORDS:
        return None
    known = round(fits.share * len(column.values)) if fits else 0
    doubt = (
        f"{known or 'none'} of its {len(column.values)} words {'are' if known > 1 else 'is'} known:"
        f" say what each{' other' * bool(known)} means"
    )
    rule = _rule(field, fits.rule) if fits else {}
    return Match(field.name, column.name, _LEAST, (said.why,), rule, (doubt,))


def _rule(field: Field, rule: Rule) -> Rule:
    """The rule with its converter named, as the shipped mappings write it."""
    if not rule or "convert" in rule or field.kind in (Kind.TEXT, Kind.REF):
        return rule
    return {"convert": str(field.kind), **rule}


def _external_id(
    contract: Contract, columns: Sequence[_Column], synonyms: Synonyms, key: Sequence[str]
) -> Match | None:
    """The column that tells records apart, and says so by its name or as the source's key."""
    best: Match | None = None
    for column in columns:
        if not column.distinct:
            continue
        said = synonyms.says(column.name, contract.name, EXTERNAL_ID)
        stated = list(key) == [column.name]
        score = max(said.score, float(stated))
        evidence = ["no two samples are the same"]
        if stated:
            evidence.insert(0, "it is the key of the source")
        if said.why:
            evidence.insert(0, said.why)
        confidence = round(_NAME * score + _VALUES, 2)
        if score and (best is None or confidence > best.confidence):
            best = Match(EXTERNAL_ID, column.name, confidence, tuple(evidence), {})
    return best
