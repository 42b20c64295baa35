"""Messages into OData requests. Pure.

What cannot be encoded is refused alone, the rest is sent. References stay external ids here: SAP
links by its own ids only, which `writes` looks up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote

import orjson

from adapters.targets.sap.multipart import Change
from adapters.targets.sap.profile import EntityMap, FieldMap, Retire
from adapters.targets.sap.rows import Row, etag_of, id_of
from adapters.targets.sap.values import WrongType, literal, sent
from agent.model import Deferred, Message, Parent, Receipt, Rejected

_OR = "%20or%20"
_BLANK = Rejected(
    "EXTERNAL_ID_INVALID",
    "The ERP's key ends with a blank, which SAP drops: the record would not be found again and be "
    "made once more each time.",
)
SAME_RECORD = Deferred("SAME_RECORD_IN_BATCH", "Another change of this record goes first.")
_URL_ROOM = 6_000
"""Characters of one `$filter` in an address; servers and proxies take 8 KiB of it."""


@dataclass(frozen=True, slots=True)
class Way:
    """How the service wants a record changed."""

    method: str
    conditional: bool = False
    """Whether a change names the version that it was made for."""

    def columns(self, names: Sequence[str]) -> Sequence[str]:
        """What to read before a change: a PUT needs all there is, since it replaces all."""
        return () if self.method == "PUT" else list(dict.fromkeys(names))

    def change(self, path: str, body: Mapping[str, object], row: Row) -> Change:
        """The change of the record that `row` shows."""
        kept = {
            name: value
            for name, value in row.items()
            if self.method == "PUT" and name != "__metadata" and not isinstance(value, dict)
        }
        return Change(self.method, path, orjson.dumps({**kept, **body}), self.headers(row))

    def headers(self, row: Row) -> Mapping[str, str] | None:
        """What ties a change to the version that was read, where the service wants that."""
        etag = etag_of(row) if self.conditional else ""
        return {"if-match": etag} if etag else None


@dataclass(frozen=True, slots=True)
class Draft:
    """One message, but for the ids of its parents."""

    properties: Mapping[str, str | bool | None]
    parents: Sequence[Parent]


@dataclass(slots=True)
class Drafts:
    """What of a batch can be sent, by position, and the receipts of the rest."""

    ready: dict[int, Draft] = field(default_factory=dict)
    refused: dict[int, Receipt] = field(default_factory=dict)


class _Refused(Exception):
    def __init__(self, receipt: Receipt) -> None:
        self.receipt = receipt


def drafts(batch: Sequence[Message], entity: EntityMap) -> Drafts:
    """The messages of one entity, each for itself."""
    made = Drafts()
    seen: set[str] = set()
    for position, message in enumerate(batch):
        if message.external_id in seen:
            made.refused[position] = SAME_RECORD
            continue
        try:
            made.ready[position] = _draft(message, entity)
        except _Refused as refusal:
            made.refused[position] = refusal.receipt
        else:
            seen.add(message.external_id)
    return made


def _draft(message: Message, entity: EntityMap) -> Draft:
    properties: dict[str, str | bool | None] = {}
    parents: list[Parent] = []
    _sendable(message.external_id)
    if message.external_id != message.external_id.rstrip():
        raise _Refused(_BLANK)
    for name, value in message.fields.items():
        place = entity.fields.get(name)
        if place is None:
            reason = "The target profile has no place for it."
            raise _Refused(Rejected("FIELD_NOT_IN_PROFILE", reason, name))
        if not place.name:
            continue  # the installation's own profile says that the tenant does not keep it
        if place.kind == "ref" and isinstance(value, str) and value:
            _sendable(value)
            parents.append(Parent(name, place.parent, value))
            continue
        try:
            properties[place.name] = sent(place, value)
        except WrongType:
            reason = f"The target takes a {_KINDS.get(place.kind, place.kind)} here."
            raise _Refused(Rejected("WRONG_TYPE", reason, name)) from None
        _sendable(value)
    return Draft(properties, parents)


_KINDS = {"day": "date", "daytext": "date", "ref": "reference"}


def _sendable(value: object) -> None:
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            reason = "A text of this record is not valid Unicode and cannot be sent."
            raise _Refused(Rejected("TEXT_INVALID", reason)) from None


def created(entity: EntityMap, external_id: str, properties: Mapping[str, object]) -> Change:
    """The change that makes a new record."""
    body = {**entity.constants, **properties, entity.key: external_id}
    return Change("POST", entity.collection, orjson.dumps(body))


def changed(entity: EntityMap, row: Row, properties: Mapping[str, object], way: Way) -> Change:
    """The change of a record that exists. What is set at creation only is left out."""
    once = {each.name for each in entity.fields.values() if each.once}
    body = {name: value for name, value in properties.items() if name not in once}
    return way.change(address(entity, id_of(row, entity)), body, row)


def removed(entity: EntityMap, row: Row, way: Way) -> Change:
    """The change that deletes a record, or takes it out of use and our key from it."""
    path = address(entity, id_of(row, entity))
    if entity.retire is None:
        return Change("DELETE", path, headers=way.headers(row))
    return way.change(path, {entity.retire.field: entity.retire.value, entity.key: ""}, row)


def stamped(entity: EntityMap, row: Row, external_id: str, way: Way) -> Change:
    """The change that writes our key and nothing else, if the record is still as it was read."""
    path = address(entity, id_of(row, entity))
    return replace(way, conditional=True).change(path, {entity.key: external_id}, row)


def address(entity: EntityMap, object_id: str) -> str:
    """The path of one record, relative to the service."""
    key = quote(literal(object_id, guid=entity.guid), safe="'")
    return f"{entity.collection}({key})"


# --- queries --------------------------------------------------------------------------------------


def selected(entity: EntityMap, fields: Sequence[str]) -> list[str]:
    """The canonical fields to read: those asked for that the profile keeps, or all of them."""
    return [f for f in fields or entity.fields if f in entity.fields and entity.fields[f].name]


def columns(entity: EntityMap, fields: Sequence[str]) -> list[str]:
    """The properties to read for these canonical fields."""
    names = [entity.fields[name].name for name in fields]
    return list(dict.fromkeys([entity.id, entity.key, *names]))


def lookups(
    entity: EntityMap, by: str, values: Sequence[str], names: Sequence[str]
) -> Iterator[str]:
    """Queries for the records that hold one of these values in property `by`."""
    terms: list[str] = []
    length = 0
    for value in dict.fromkeys(values):
        shown = literal(value, guid=entity.guid and by == entity.id)
        term = quote(f"{by} eq {shown}", safe="'")
        if terms and length + len(term) > _URL_ROOM:
            yield _query(entity, names, _OR.join(terms))
            terms, length = [], 0
        terms.append(term)
        length += len(term) + len(_OR)
    if terms:
        yield _query(entity, names, _OR.join(terms))


def page(
    entity: EntityMap, names: Sequence[str], after: str | None, size: int, *, linked: bool
) -> str:
    """The query for one page in the order of SAP's own ids; `after` itself comes again.

    SAP's guide names `eq`, `ge` and `le`, and no other comparison.
    """
    key = f"{entity.key} ge ' '" if linked else f"{entity.key} eq ''"
    last = "" if after is None else literal(after, guid=entity.guid)
    beyond = f" and {entity.id} ge {last}" if last else ""
    condition = quote(key + beyond, safe="'")
    return f"{_query(entity, names, condition)}&$orderby={entity.id}&$top={size}"


def also_retired(retire: Retire | None) -> Sequence[str]:
    """The property that tells whether a record is out of use, where there is one."""
    return [retire.field] if retire else []


def _query(entity: EntityMap, names: Sequence[str], condition: str) -> str:
    """`condition` is URL-encoded already."""
    select = f"&$select={','.join(names)}" if names else ""
    return f"{entity.collection}?$format=json{select}&$filter={condition}"


def once_fields(entity: EntityMap) -> dict[str, FieldMap]:
    """The canonical fields that are set when a record is created and never again."""
    return {name: each for name, each in entity.fields.items() if each.once and each.name}
