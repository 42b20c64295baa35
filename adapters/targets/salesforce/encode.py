"""Messages into Salesforce requests. Pure.

Values cross exactly: a decimal is written into the JSON digit by digit, never through a float.
Parents are named by external id (a nested object under the relationship's name); no parent is an
explicit null on the id field. What cannot be encoded is refused alone, the rest is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import orjson

from adapters.targets.salesforce.profile import EntityMap, FieldMap, Profile
from agent.model import Deferred, Message, Receipt, Rejected, Scalar, Stamp

PAGE = 2000
SAME_RECORD = Deferred("SAME_RECORD_IN_BATCH", "Another change of this record goes first.")
_URL_ROOM = 12_000
"""Characters of one query in a URL; the servers take 16 KiB of address and headers."""

_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?", re.ASCII)
_ESCAPES = str.maketrans(
    {"\\": r"\\", "'": r"\'", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\b": r"\b", "\f": r"\f"}
)


@dataclass(frozen=True, slots=True)
class Upserts:
    """One collections request: its body, the positions sent in it, the receipts of the others."""

    body: bytes
    sent: Sequence[int]
    refused: Mapping[int, Receipt]


class Refused(Exception):
    """One message cannot be written down: its receipt."""

    def __init__(self, receipt: Receipt) -> None:
        self.receipt = receipt


def upserts(batch: Sequence[Message], profile: Profile) -> Upserts:
    """The body of one upsert request; all messages are of one entity."""
    sent: list[int] = []
    records: list[orjson.Fragment] = []
    refused: dict[int, Receipt] = {}
    seen: set[str] = set()
    for position, message in enumerate(batch):
        try:
            if message.external_id in seen:
                raise Refused(SAME_RECORD)
            records.append(orjson.Fragment(dump(record(message, profile))))
        except Refused as refusal:
            refused[position] = refusal.receipt
        else:
            sent.append(position)
            seen.add(message.external_id)
    return Upserts(orjson.dumps({"allOrNone": False, "records": records}), sent, refused)


def record(message: Message, profile: Profile) -> dict[str, object]:
    """One record of a collections request. Raises Refused."""
    entity = profile.entities[message.entity]
    key = profile.external_id_field
    made: dict[str, object] = {"attributes": {"type": entity.sobject}, key: message.external_id}
    made.update(entity.constants)
    for name, value in message.fields.items():
        field = entity.fields.get(name)
        if field is None:
            raise no_place(name)
        if not field.name:
            continue  # the installation's own profile says that the org does not keep it
        checked = checked_value(name, field, value)
        if field.kind == "ref" and checked is not None:
            made[field.relationship] = {key: checked}
        else:
            made[field.name] = checked
    return made


def checked_value(name: str, field: FieldMap, value: Scalar) -> object:
    """A value as JSON takes it. Raises Refused."""
    if value is None:
        return False if field.kind == "boolean" else None  # a checkbox holds no null
    if field.kind == "boolean":
        fits = isinstance(value, bool)
    elif isinstance(value, bool):
        fits = False
    elif field.kind in {"decimal", "integer"}:
        if fits := _NUMBER.fullmatch(str(value)) is not None:
            return orjson.Fragment(str(value))
    else:
        fits = isinstance(value, str)
        if field.words and isinstance(value, str):
            value = field.words.get(value, value)
    if not fits:
        raise Refused(Rejected("WRONG_TYPE", f"The target takes a {field.kind} here.", name))
    return value


def text_invalid() -> Refused:
    """The refusal of a text that cannot be sent."""
    reason = "A text of this record is not valid Unicode and cannot be sent."
    return Refused(Rejected("TEXT_INVALID", reason))


def no_place(name: str) -> Refused:
    """The refusal of a field that the profile does not know."""
    return Refused(
        Rejected("FIELD_NOT_IN_PROFILE", "The target profile has no place for it.", name)
    )


def dump(written: Mapping[str, object]) -> bytes:
    """A record as JSON. Raises Refused."""
    try:
        return orjson.dumps(written)
    except orjson.JSONEncodeError:
        raise text_invalid() from None


# --- queries --------------------------------------------------------------------------------------


def literal(text: str) -> str:
    """A SOQL string literal."""
    return f"'{text.translate(_ESCAPES)}'"


def selected(entity: EntityMap, fields: Sequence[str]) -> list[str]:
    """The canonical fields to read: those asked for that the profile keeps, or all of them."""
    return [f for f in fields or entity.fields if f in entity.fields and entity.fields[f].name]


def finds(
    entity: EntityMap, profile: Profile, external_ids: Sequence[str], fields: Sequence[str]
) -> Iterator[str]:
    """Queries (URL-encoded) for these external ids, each short enough for a URL."""
    key = profile.external_id_field
    columns = _columns(entity, profile, fields)
    # Names come from the profile, whose form is checked; values are literals, escaped.
    start = quote(f"SELECT {columns} FROM {entity.sobject} WHERE {key} IN (", safe="")  # noqa: S608 - as just said
    end = quote(")", safe="")
    chunk: list[str] = []
    length = 0
    for external_id in dict.fromkeys(external_ids):
        item = quote(literal(external_id), safe="")
        if chunk and (length + len(item) + 3 > _URL_ROOM - len(start) or len(chunk) == PAGE):
            yield f"{start}{'%2C'.join(chunk)}{end}"
            chunk, length = [], 0
        chunk.append(item)
        length += len(item) + 3
    if chunk:
        yield f"{start}{'%2C'.join(chunk)}{end}"


def listing(entity: EntityMap, profile: Profile, after: str | None) -> str:
    """The query (URL-encoded) for the next page of everything under our external ids."""
    key = profile.external_id_field
    beyond = "" if after is None else f" AND {key} > {literal(after)}"
    columns = _columns(entity, profile, selected(entity, ()))
    return quote(
        f"SELECT {columns} FROM {entity.sobject} WHERE {key} != null{beyond} "  # noqa: S608 - as in `finds`
        f"ORDER BY {key} LIMIT {PAGE}",
        safe="",
    )


def candidates(
    entity: EntityMap, profile: Profile, fields: Sequence[str], after: str | None, *, linked: bool
) -> str:
    """The query (URL-encoded) for the next page of what has no external id of ours, or has one."""
    key = profile.external_id_field
    beyond = "" if after is None else f" AND Id > {literal(after)}"
    columns = _columns(entity, profile, selected(entity, fields) if fields else ())
    return quote(
        f"SELECT {columns} FROM {entity.sobject} "  # noqa: S608 - as in `finds`
        f"WHERE {key} {'!=' if linked else '='} null{beyond} ORDER BY Id LIMIT {PAGE}",
        safe="",
    )


def holders(entity: EntityMap, profile: Profile, ids: Sequence[str]) -> str:
    """The query (URL-encoded) for the external ids that these records hold; at most 200 of them."""
    some = ", ".join(literal(each) for each in ids)
    columns = _columns(entity, profile, ())
    return quote(
        f"SELECT {columns} FROM {entity.sobject} WHERE Id IN ({some})",  # noqa: S608 - as in `finds`
        safe="",
    )


def stamps(given: Sequence[Stamp], entity: EntityMap, profile: Profile) -> bytes:
    """The body of one collections update that writes external ids and nothing else."""
    records = [
        {
            "attributes": {"type": entity.sobject},
            "id": stamp.remote_id,
            profile.external_id_field: stamp.external_id or None,
        }
        for stamp in given
    ]
    return orjson.dumps({"allOrNone": False, "records": records})


def _columns(entity: EntityMap, profile: Profile, fields: Sequence[str]) -> str:
    key = profile.external_id_field
    maps = [entity.fields[name] for name in fields]
    names = [f"{m.relationship}.{key}" if m.kind == "ref" else m.name for m in maps]
    return ", ".join(dict.fromkeys(["Id", key, *names]))
