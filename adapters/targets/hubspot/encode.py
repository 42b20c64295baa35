"""Messages into HubSpot requests. Pure.

Property values are texts, whatever their type; empty text clears one. A decimal stays the text that
it is, digit by digit. What cannot be encoded is refused alone, the rest is sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from adapters.targets.hubspot.decode import Sent
from adapters.targets.hubspot.profile import EntityMap, FieldMap, Profile
from agent.model import (
    Deferred,
    Message,
    Parent,
    Receipt,
    Rejected,
    Scalar,
    Stamp,
    WaitingFor,
)

SAME_RECORD = Deferred("SAME_RECORD_IN_BATCH", "Another change of this record goes first.")
_INVALID = Rejected(
    "TEXT_INVALID", "A text of this record is not valid Unicode and cannot be sent."
)

_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?", re.ASCII)

Parents = Mapping[tuple[str, str], str]
"""(Entity, external id) -> HubSpot's id of the record."""


@dataclass(frozen=True, slots=True)
class Upserts:
    """One batch: its body, the positions sent in it, the receipts of the others."""

    body: bytes
    sent: Sequence[int]
    refused: Mapping[int, Receipt]


class _Refused(Exception):
    def __init__(self, receipt: Receipt) -> None:
        self.receipt = receipt


def wanted(batch: Sequence[Message], profile: Profile) -> dict[str, list[str]]:
    """The external ids of all parents that the messages name, by entity."""
    named: dict[str, dict[str, None]] = {}
    for message in batch:
        for name, field in profile.entities[message.entity].refs.items():
            value = message.fields.get(name)
            if isinstance(value, str) and sendable(value):
                named.setdefault(field.parent, {})[value] = None
    return {entity: list(ids) for entity, ids in named.items()}


def upserts(batch: Sequence[Message], profile: Profile, parents: Parents) -> Upserts:
    """The body of one upsert; all messages are of one entity."""
    sent: list[int] = []
    inputs: list[dict[str, object]] = []
    refused: dict[int, Receipt] = {}
    seen: set[str] = set()
    for position, message in enumerate(batch):
        try:
            if message.external_id.casefold() in seen:
                raise _Refused(SAME_RECORD)
            inputs.append(_input(message, profile, parents))
        except _Refused as refusal:
            refused[position] = refusal.receipt
        else:
            sent.append(position)
            seen.add(message.external_id.casefold())
    return Upserts(orjson.dumps({"inputs": inputs}), sent, refused)


def sent_as(message: Message) -> Sent:
    """By what a message is found in the answer."""
    return Sent(message.id, message.external_id)


def _input(message: Message, profile: Profile, parents: Parents) -> dict[str, object]:
    entity = profile.entities[message.entity]
    if not sendable(message.external_id):
        raise _Refused(_INVALID)
    properties: dict[str, str] = {profile.key: message.external_id}
    for name, value in message.fields.items():
        field = entity.fields.get(name)
        if field is None:
            raise _Refused(
                Rejected("FIELD_NOT_IN_PROFILE", "The target profile has no place for it.", name)
            )
        if not field.name:
            continue  # the installation's own profile says that the account does not keep it
        properties[field.name] = _text(name, field, value)
        if field.kind == "ref":
            parent_id = _parent(name, field, value, parents)
            if field.id_name:
                properties[field.id_name] = parent_id
    return {
        "idProperty": profile.key,
        "id": message.external_id,
        "objectWriteTraceId": message.id,
        "properties": properties,
    }


def _parent(name: str, field: FieldMap, value: Scalar, parents: Parents) -> str:
    if value is None:
        return ""
    parent_id = parents.get((field.parent, str(value)))
    if parent_id is None:
        raise _Refused(WaitingFor(Parent(name, field.parent, str(value))))
    return parent_id


def _text(name: str, field: FieldMap, value: Scalar) -> str:
    if value is None:
        return ""
    if field.kind == "boolean":
        if isinstance(value, bool):
            return "true" if value else "false"
    elif field.kind in {"decimal", "integer"}:
        if not isinstance(value, bool) and _NUMBER.fullmatch(str(value)):
            return str(value)
    elif isinstance(value, str):
        if not sendable(value):
            raise _Refused(_INVALID)
        return value
    raise _Refused(Rejected("WRONG_TYPE", f"The target takes a {field.kind} here.", name))


def sendable(text: str) -> bool:
    """Whether a text is valid Unicode: JSON knows no half of a pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


# --- other batches --------------------------------------------------------------------------------


def kept(entity: EntityMap, fields: Sequence[str]) -> list[str]:
    """The canonical fields to read: those asked for that the profile keeps, or all of them."""
    return [f for f in fields or entity.fields if f in entity.fields and entity.fields[f].name]


def properties(entity: EntityMap, profile: Profile, fields: Sequence[str]) -> list[str]:
    """The properties behind these fields, the unique one among them."""
    return list(dict.fromkeys([profile.key, *(entity.fields[name].name for name in fields)]))


def by_key(ids: Sequence[str], profile: Profile, names: Sequence[str]) -> dict[str, object]:
    """The body of a read by the unique property."""
    body = by_id(ids, names)
    return {**body, "idProperty": profile.key}


def by_id(ids: Sequence[str], names: Sequence[str]) -> dict[str, object]:
    """The body of a read by HubSpot's own ids."""
    return {"inputs": [{"id": each} for each in ids], "properties": list(names)}


def archives(ids: Sequence[str]) -> bytes:
    """The body of an archiving."""
    return orjson.dumps({"inputs": [{"id": each} for each in ids]})


def stamps(given: Sequence[Stamp], profile: Profile) -> bytes:
    """The body of an update that writes external ids and nothing else."""
    inputs = [
        {
            "id": stamp.remote_id,
            "objectWriteTraceId": trace(stamp),
            "properties": {profile.key: stamp.external_id},
        }
        for stamp in given
    ]
    return orjson.dumps({"inputs": inputs})


def trace(stamp: Stamp) -> str:
    """By what a stamp is found in the answer."""
    return f"stamp-{stamp.remote_id}"


def pairs(links: Sequence[tuple[str, str]]) -> bytes:
    """The body of linking: from, to."""
    return orjson.dumps({"inputs": [{"from": {"id": a}, "to": {"id": b}} for a, b in links]})
