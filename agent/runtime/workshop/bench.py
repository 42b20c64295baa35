"""The bench itself: a mapping is suggested, tried on real records, and compared."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import tomlkit

from agent.canon import Carry, Contracts, Ownership, Side
from agent.config import Config
from agent.errors import SourceChanged, WaybillError, WrongUse
from agent.mapping import Mapper, Plan
from agent.mapping.automatch import Match, Matches, Synonyms, automatch
from agent.model import Json, Op, Record, Unreadable
from agent.ports import Read, Source
from agent.runtime.kinds import LOOKUPS
from agent.runtime.tables import fill
from agent.runtime.workshop.money import named_files
from agent.runtime.workshop.samples import nothing_there, records, sample
from agent.runtime.workshop.tally import Tally, differences

_NO_FILES: Mapping[str, bytes] = MappingProxyType({})
SUGGEST_RECORDS = 1000
MOST_RECORDS = 100_000
MOST_EXPORTS = 50


@dataclass(frozen=True, slots=True)
class Workshop:
    """What the composition root provides."""

    config: Config
    contracts: Contracts
    synonyms: Callable[[], str]
    """What columns are called, as the text of a TOML document."""
    open_source: Callable[[str], Source]
    """A new adapter that reads every column. Whoever asks closes it."""
    parse_with: Callable[[str, str, Mapping[str, bytes]], Plan]
    """(flow, TOML text, lookup files by name) -> a plan; other files are those that lie there.

    Raises ConfigError with every problem.
    """
    owners: Mapping[str, Ownership]
    """By kind of record."""

    def parse(self, flow: str, text: str, files: Mapping[str, bytes] = _NO_FILES) -> Plan:
        """A mapping of a text. Raises ConfigError with every problem."""
        return self.parse_with(flow, text, files)

    def published(self, flow: str) -> str:
        """The text of a flow's mapping as it is in force."""
        return (self.config.folder / self.config.flows[flow].mapping).read_text(encoding="utf-8")

    @property
    def lookups(self) -> Path:
        """Where lookup files lie."""
        return self.config.folder / LOOKUPS

    def files(self, text: str) -> dict[str, bytes]:
        """The lookup files that a mapping names, as they lie there; those that lie there."""
        found = {}
        for name in sorted(named_files(tomllib.loads(text))):
            with suppress(OSError):
                found[name] = (self.lookups / name).read_bytes()
        return found

    def look_up(self, *plans: Plan | None) -> None:
        """Fill the tables of these mappings with what their sources hold now."""
        for plan in plans:
            for table in plan.tables.values() if plan else ():
                with self.sampled(table.source, 0) as read:
                    if read is None:
                        raise nothing_there(table.source)
                    fill(read, [table], table.source)

    def readable(self, flow: str, draft: str) -> str:
        """The draft. Raises WrongUse where it reads what the newest export does not have."""
        if flow not in self.config.flows:
            return draft
        plan, source = self.parse(flow, draft), self.config.flows[flow].source
        try:
            with self.sampled(source, 0) as read:
                columns = read.columns if read else None
        except WaybillError:  # it cannot be looked at now: when it is read, that is told
            return draft
        try:
            if columns is not None:
                plan.positions(columns)
        except SourceChanged as error:
            raise WrongUse(
                f"Nothing of {source} could be read any more. {error.title}",
                code=error.code,
                hint="Correct the draft, or have the ERP export these columns first.",
            ) from error
        return draft

    @contextmanager
    def sampled(self, name: str, back: int) -> Iterator[Read | None]:
        """An export of a source to look at, None where there is none."""
        source = self.open_source(name)
        try:
            with sample(source, back) as read:
                yield read
        finally:
            source.close()


class Workbench:
    """Answers `mapping.*` of the control API."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop

    def suggest(self, source: str, entity: str) -> dict[str, Json]:
        """A draft for this source and kind, with evidence. Raises WrongUse, SourceError."""
        contract = self._shop.contracts.get(entity)
        if contract is None:
            known = ", ".join(sorted(self._shop.contracts))
            raise WrongUse(f"There is no kind {entity!r}.", hint=f"There are: {known}.")
        if source not in self._shop.config.sources:
            raise WrongUse(f"There is no source called {source!r}.")
        with self._shop.sampled(source, 0) as read:
            if read is None:
                raise nothing_there(source)
            rows = [found.values for found in records(read, SUGGEST_RECORDS)
                    if isinstance(found, Record)]  # fmt: skip
            settings: Any = self._shop.config.sources[source].settings
            synonyms = Synonyms(tomllib.loads(self._shop.synonyms()))
            found = automatch(contract, read.columns, rows, synonyms, key=settings.key)
            found = _carried(found, self._shop.owners.get(entity))
            name = read.name
        return {
            "source": source,
            "entity": entity,
            "read": name,
            "records": len(rows),
            "external_id": _match(found.external_id) if found.external_id else None,
            "fields": [_match(match) for match in found.fields],
            "missing": list[Json](found.missing),
            "unused": list[Json](found.unused),
            "document": _written(found.document(entity)),
        }

    def preview(
        self, flow: str, draft: str, *, limit: int, show: int, back: int
    ) -> dict[str, Json]:
        """What a mapping makes of real records; the published one where `draft` is empty."""
        source = self._source(flow)
        plan = self._shop.parse(flow, draft or self._shop.published(flow))
        published = self._shop.parse(flow, self._shop.published(flow)) if draft else None
        with self._shop.sampled(source, back) as read:
            if read is None:
                raise nothing_there(source)
            used = frozenset(name.strip().casefold() for name in plan.columns_used)
            tally = Tally(plan.contract, read.columns, used, show)
            changed: Counter[str] = Counter()
            differing = 0
            self._shop.look_up(plan, published)
            mapper = plan.bind(read.columns)
            before = _bound(published, read)
            for found in records(read, min(limit, MOST_RECORDS)):
                if isinstance(found, Unreadable):
                    tally.unreadable(found)
                    continue
                made = mapper(found.values)
                old = before(found.values) if before else None
                tally.record(found, made, old)
                names = differences(old, made) if old is not None else []
                changed.update(names)
                differing += bool(names)
            answer = tally.as_json()
            answer |= {"flow": flow, "read": read.name, "draft": bool(draft)}
        if published is not None:
            answer["differs"] = {"records": differing, "fields": dict(changed)}
        return answer

    def shadow(self, flow: str, draft: str, *, exports: int) -> dict[str, Json]:
        """A draft beside the published mapping on the last exports, whole and in their order."""
        source = self._source(flow)
        plan = self._shop.parse(flow, draft)
        published = self._shop.parse(flow, self._shop.published(flow))
        self._shop.look_up(plan, published)
        runs: list[Json] = []
        for back in reversed(range(min(exports, MOST_EXPORTS))):
            with self._shop.sampled(source, back) as read:
                if read is not None:
                    runs.append(_shadowed(read, published, plan))
        if not runs:
            raise nothing_there(source)
        return {"flow": flow, "exports": runs}

    def diff(self, flow: str, draft: str) -> dict[str, Json]:
        """What a draft says otherwise than the published mapping."""
        self._source(flow)
        text = self._shop.published(flow)
        old, new = self._shop.parse(flow, text), self._shop.parse(flow, draft)
        means = old.version_digest != new.version_digest
        return {
            "flow": flow,
            "changes": list[Json](differing_lines(text, draft)),
            "same_meaning": not means,
            "reads_more": list[Json](sorted(set(new.columns_used) - set(old.columns_used))),
            "needs": (
                "Every row is mapped again when its source is next read; only rows whose message"
                " differs are sent."
                if means
                else "Nothing: the two mean the same."
            ),
        }

    def _source(self, flow: str) -> str:
        """The source of a flow. Raises WrongUse."""
        if flow not in self._shop.config.flows:
            raise WrongUse(f"There is no flow called {flow!r}.")
        return self._shop.config.flows[flow].source


def _carried(found: Matches, owner: Ownership | None) -> Matches:
    """What the ERP may say: a field of the CRM's only while a record is created, or not at all."""
    fields = []
    for match in found.fields:
        carry = Carry.YES if owner is None else owner.may_carry(Side.ERP, match.field)
        if carry is Carry.SEED:
            fields.append(replace(match, rule={**match.rule, "seed": True}))
        elif carry is Carry.YES:
            fields.append(match)
    return replace(found, fields=tuple(fields))


def _bound(plan: Plan | None, read: Read) -> Mapper | None:
    return plan.bind(read.columns) if plan else None


def _shadowed(read: Read, published: Plan, draft: Plan) -> dict[str, Json]:
    old, new = published.bind(read.columns), draft.bind(read.columns)
    counts: Counter[str] = Counter()
    fields: Counter[str] = Counter()
    for found in records(read, MOST_RECORDS):
        counts["records"] += 1
        if isinstance(found, Unreadable) or found.op is Op.DELETE:
            continue
        was, would = old(found.values), new(found.values)
        names = differences(was, would)
        fields.update(name or "record" for name in names)
        counts["differ"] += bool(names)
        counts["problems_now"] += hasattr(was, "code")
        counts["problems_then"] += hasattr(would, "code")
    keys = ("records", "differ", "problems_now", "problems_then")
    return {"read": read.name, **{key: counts[key] for key in keys}, "fields": dict(fields)}


def _match(match: Match) -> dict[str, Json]:
    return {
        "field": match.field,
        "column": match.column,
        "confidence": match.confidence,
        "evidence": list[Json](match.evidence),
        "doubts": list[Json](match.doubts),
        "rule": dict(match.rule),
    }


def _written(document: Mapping[str, Json]) -> str:
    """A draft as TOML, one field a line as the shipped mappings write it."""
    made = tomlkit.document()
    for name, value in document.items():
        if name != "fields":
            made[name] = value
    fields = tomlkit.table()
    for name, rule in _table(document.get("fields")).items():
        fields[name] = inline(rule)
    made["fields"] = fields
    return tomlkit.dumps(made)


def inline(value: Json) -> object:
    """A value of a mapping as TOML writes it in one line."""
    if not isinstance(value, dict):
        return value
    table = tomlkit.inline_table()
    for name, inner in value.items():
        table[name] = inline(inner)
    return table


def _table(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def differing_lines(old: str, new: str) -> list[dict[str, Json]]:
    """What two texts of a mapping say otherwise, place by place."""
    was, would = _leaves(tomllib.loads(old)), _leaves(tomllib.loads(new))
    return [
        {"place": place, "was": was.get(place), "becomes": would.get(place)}
        for place in sorted({*was, *would})
        if was.get(place) != would.get(place)
    ]


def _leaves(document: Mapping[str, Json], place: str = "") -> dict[str, Json]:
    """Every value of a document under its place: `fields.name.column`."""
    found: dict[str, Json] = {}
    for name, value in document.items():
        here = f"{place}.{name}".strip(".")
        found |= _leaves(value, here) if isinstance(value, dict) else {here: value}
    return found
