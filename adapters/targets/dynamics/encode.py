"""Messages into Web API requests. Pure.

Values cross exactly: a decimal is written into the JSON digit by digit, never through a float.
Records and their parents are addressed by alternate key; the key column itself is never in a body,
where a creation would refuse it. What cannot be encoded is refused alone, the rest is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

import orjson

from adapters.targets.dynamics import keys
from adapters.targets.dynamics.profile import EntityMap, FieldMap, Profile
from agent.model import Deferred, Message, Receipt, Rejected, Scalar

PAGE = 1000
"""Records of one page of a listing; the Web API gives 5,000 at the most."""
SAME_RECORD = Deferred("SAME_RECORD_IN_BATCH", "Another change of this record goes first.")
_URL_ROOM = 12_000
"""Characters of one query in a URL; the Web API takes 32 KiB."""
_NAME = 100
"""Characters of the name of a record of ours."""
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class References:
    """Ids of the organisation that records need: currencies by ISO code, unit and unit group."""

    currencies: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    unit_group: str = ""


@dataclass(frozen=True, slots=True)
class Records:
    """What of a batch can be sent: positions, addresses, bodies; and the others' receipts."""

    sent: Sequence[int]
    paths: Sequence[str]
    """`accounts(erp_id='C-1')`."""
    bodies: Sequence[bytes]
    """JSON objects, without key and type."""
    refused: Mapping[int, Receipt]


class _Refused(Exception):
    def __init__(self, receipt: Receipt) -> None:
        self.receipt = receipt


def address(entity: EntityMap, profile: Profile, external_id: str) -> str:
    """A record's place by alternate key. Raises KeyUnusable. No character of it needs quoting."""
    return f"{entity.set}({profile.key}='{keys.encode(external_id)}')"


def records(
    batch: Sequence[Message], profile: Profile, references: References, *, bare: bool = False
) -> Records:
    """The requests of a batch of one entity; `bare`: addresses only, for deletes."""
    sent: list[int] = []
    paths: list[str] = []
    bodies: list[bytes] = []
    refused: dict[int, Receipt] = {}
    seen: set[str] = set()
    for position, message in enumerate(batch):
        try:
            path = _address(message.entity, profile, message.external_id)
            if path in seen:
                raise _Refused(SAME_RECORD)
            body = b"" if bare else _dump(_record(message, profile, references))
        except _Refused as refusal:
            refused[position] = refusal.receipt
        else:
            seen.add(path)
            sent.append(position)
            paths.append(path)
            bodies.append(body)
    return Records(sent, paths, bodies, refused)


def wants_references(batch: Sequence[Message], profile: Profile) -> frozenset[str]:
    """The currencies that a batch names, and `unit` if its records want one."""
    entity = profile.entities[batch[0].entity]
    names = [name for name, item in entity.fields.items() if item.kind == "currency" and item.name]
    wanted = {str(m.fields[name]) for m in batch for name in names if m.fields.get(name)}
    return frozenset(wanted | ({"unit"} if entity.traits else set()))


def multiple(found: Records, entity: EntityMap) -> bytes:
    """The body of one UpsertMultiple: each record with its type and address before its columns."""
    kind = f"Microsoft.Dynamics.CRM.{entity.table}"
    targets = []
    for path, body in zip(found.paths, found.bodies, strict=True):
        head = orjson.dumps({"@odata.type": kind, "@odata.id": path})
        targets.append(head if body == b"{}" else head[:-1] + b"," + body[1:])
    return b'{"Targets":[' + b",".join(targets) + b"]}"


def _address(entity: str, profile: Profile, external_id: str) -> str:
    try:
        return address(profile.entities[entity], profile, external_id)
    except keys.KeyUnusable as error:
        raise _Refused(Rejected(error.code, error.reason)) from None


def _record(message: Message, profile: Profile, references: References) -> dict[str, object]:
    entity = profile.entities[message.entity]
    record: dict[str, object] = dict(entity.constants)
    for name, value in message.fields.items():
        item = entity.fields.get(name)
        if item is None:
            raise _Refused(
                Rejected("FIELD_NOT_IN_PROFILE", "The target profile has no place for it.", name)
            )
        if not item.name:
            continue  # the installation's own profile says that the organisation does not keep it
        if item.is_link:
            record.update(_link(name, item, value, profile, references))
        else:
            record[item.name] = _value(name, item, value)
    _complete(record, message, entity)
    _with_unit(record, entity, references)
    if "+line" in entity.traits:
        _line(record, message)
    return record


def _complete(record: dict[str, object], message: Message, entity: EntityMap) -> None:
    """What a value says a second time, and where the external id stands in for one."""
    for name, item in entity.fields.items():
        value = message.fields.get(name)
        if item.also and item.name and value is not None:
            record.setdefault(item.also, str(value)[:_NAME])
        if item.fill and record.get(item.name) is None:
            record[item.name] = message.external_id[: item.length or _NAME]


def _with_unit(record: dict[str, object], entity: EntityMap, references: References) -> None:
    if not references.unit:
        return
    unit = f"/uoms({references.unit})"
    if "+units" in entity.traits:
        record["defaultuomid@odata.bind"] = unit
        record["defaultuomscheduleid@odata.bind"] = f"/uomschedules({references.unit_group})"
    elif entity.traits and record.get("productid@odata.bind"):
        record["uomid@odata.bind"] = unit


def _line(record: dict[str, object], message: Message) -> None:
    """A line has a product at the ERP's price, or is written in: never both (0x80043afb)."""
    if record.get("productid@odata.bind"):
        record["isproductoverridden"] = False
        record["ispriceoverridden"] = True
        record["productdescription"] = None
    elif "product" in message.fields:
        record["isproductoverridden"] = True
        said = message.fields.get("description") or message.external_id
        record["productdescription"] = str(said)[:500]


def _link(
    name: str, item: FieldMap, value: Scalar, profile: Profile, references: References
) -> dict[str, object]:
    bind = f"{item.name}@odata.bind"
    if value is None:
        # A record always has a currency, its organisation's if nobody names one.
        return {} if item.kind == "currency" else {bind: None}
    if not isinstance(value, str):
        raise _Refused(Rejected("WRONG_TYPE", f"The target takes a {item.kind} here.", name))
    if item.kind == "currency":
        known = references.currencies.get(value)
        if known is None:
            reason = "The organisation does not have this currency; add it there."
            raise _Refused(Rejected("CURRENCY_MISSING", reason, name))
        return {bind: f"/transactioncurrencies({known})"}
    return {bind: "/" + _address(item.parent, profile, value)}


def _value(name: str, item: FieldMap, value: Scalar) -> object:
    if value is None:
        return None
    if item.kind == "boolean":
        fits = isinstance(value, bool)
    elif isinstance(value, bool):
        fits = False
    elif item.kind in {"decimal", "money", "integer"}:
        if fits := _NUMBER.fullmatch(str(value)) is not None:
            return orjson.Fragment(str(value))
    else:
        fits = isinstance(value, str)
    if not fits:
        raise _Refused(Rejected("WRONG_TYPE", f"The target takes a {item.kind} here.", name))
    return value


def _dump(record: Mapping[str, object]) -> bytes:
    try:
        return orjson.dumps(record)
    except orjson.JSONEncodeError:
        reason = "A text of this record is not valid Unicode and cannot be sent."
        raise _Refused(Rejected("TEXT_INVALID", reason)) from None


# --- queries --------------------------------------------------------------------------------------


def selected(entity: EntityMap, fields: Sequence[str]) -> list[str]:
    """The canonical fields to read: those asked for that the profile keeps, or all of them."""
    return [f for f in fields or entity.fields if f in entity.fields and entity.fields[f].name]


def finds(
    entity: EntityMap, profile: Profile, external_ids: Sequence[str], fields: Sequence[str]
) -> Iterator[str]:
    """Queries for these external ids, each short enough for a URL. What is no key is left out."""
    columns = _columns(entity, profile, fields)
    chunk: list[str] = []
    length = 0
    for external_id in dict.fromkeys(external_ids):
        try:
            item = quote(f'"{keys.encode(external_id)}"', safe="")
        except keys.KeyUnusable:
            continue  # it was never delivered either
        if chunk and length + len(item) + 3 > _URL_ROOM:
            yield _in(entity, profile.key, chunk, columns)
            chunk, length = [], 0
        chunk.append(item)
        length += len(item) + 3
    if chunk:
        yield _in(entity, profile.key, chunk, columns)


def by_ids(entity: EntityMap, profile: Profile, ids: Sequence[str]) -> Iterator[str]:
    """Queries for records by Dataverse's own ids."""
    columns = _columns(entity, profile, ())
    for start in range(0, len(ids), 200):
        some = [f"%22{each}%22" for each in ids[start : start + 200]]
        yield _in(entity, entity.id, some, columns)


def listing(entity: EntityMap, profile: Profile, fields: Sequence[str], *, linked: bool) -> str:
    """The query for everything that has an external id of ours, or (not `linked`) has none."""
    columns = _columns(entity, profile, fields)
    compared = "ne" if linked else "eq"
    return f"{entity.set}?{columns}&$filter={profile.key}%20{compared}%20null"


def _in(entity: EntityMap, column: str, values: Sequence[str], columns: str) -> str:
    joined = "%2C".join(values)
    test = f"Microsoft.Dynamics.CRM.In(PropertyName='{column}',PropertyValues=%5B{joined}%5D)"
    return f"{entity.set}?{columns}&$filter={test}"


def _columns(entity: EntityMap, profile: Profile, fields: Sequence[str]) -> str:
    maps = [entity.fields[name] for name in fields]
    plain = [entity.id, profile.key, *(item.name for item in maps if not item.is_link)]
    said = "$select=" + ",".join(dict.fromkeys(plain))
    links = []
    for item in maps:
        if item.is_link:
            column = profile.key if item.kind == "ref" else "isocurrencycode"
            links.append(f"{item.name}($select={column})")
    return f"{said}&$expand={','.join(dict.fromkeys(links))}" if links else said
