"""Messages into Oracle's records and parts of a batch. Pure.

Values cross exactly: a decimal is written into the JSON digit by digit, never through a float.
Parents are Oracle's numbers, looked up before. An account's addresses are rows of a child resource:
part of a new record's body, and parts of their own where the record exists. What cannot be encoded
is refused alone, the rest is sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from adapters.targets.oracle.profile import EntityMap, FieldMap
from adapters.targets.oracle.query import ROW_KIND, ROWS
from agent.model import Deferred, Message, Parent, Receipt, Rejected, Scalar

SAME_RECORD = Deferred("SAME_RECORD_IN_BATCH", "Another change of this record goes first.")
AMBIGUOUS = Rejected(
    "EXTERNAL_ID_AMBIGUOUS", "Several records in Oracle hold this external id; none was changed."
)
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?", re.ASCII)
_CREATE_ONLY = (
    "Oracle sets this when the record is created and never changes it. "
    "Delete the record there; it is then created anew."
)


class Refused(Exception):
    """One message that cannot be sent, for the reason of its receipt."""

    def __init__(self, receipt: Receipt) -> None:
        self.receipt = receipt
        super().__init__(type(receipt).__name__)


@dataclass(frozen=True, slots=True)
class Held:
    """A record that Oracle holds: its number, its path below the version, child rows by purpose."""

    id: str
    path: str
    values: Mapping[str, object] = field(default_factory=dict)
    """Canonical fields that were asked for."""
    rows: Mapping[str, str] = field(default_factory=dict)
    """Purpose -> path of the row."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message as a record, before its parents and itself were looked up."""

    external_id: str
    values: dict[str, object]
    parents: list[Parent]
    rows: dict[str, dict[str, object]]
    owners: list[str]
    """External id of the record that it lives in, if it lives in one."""
    once: dict[str, Scalar]
    """Canonical fields that are taken at creation only."""

    @property
    def owner(self) -> str:
        """External id of the record that it lives in; empty: none."""
        return self.owners[0] if self.owners else ""


@dataclass(frozen=True, slots=True)
class Part:
    """One operation: alone a request of its own, with others a part of a batch."""

    id: str
    position: int
    """Whose message's it is."""
    operation: str
    path: str
    payload: orjson.Fragment | None


def draft(message: Message, entity: EntityMap) -> Draft:
    """A message as a record. Raises Refused."""
    values: dict[str, object] = {entity.key: message.external_id}
    if entity.system:
        values[entity.system] = entity.system_value
    made = Draft(message.external_id, values, [], {}, [], {})
    for name, value in message.fields.items():
        each = entity.fields.get(name)
        if each is None:
            reason = "The target profile has no place for it."
            raise Refused(Rejected("FIELD_NOT_IN_PROFILE", reason, name))
        if each.name or each.kind == "owner":  # else the installation says: it is not kept there
            _place(made, name, each, value)
    if entity.owner and not made.owner:
        reason = "Oracle keeps it inside another record, and the mapping does not say which."
        raise Refused(Rejected("PARENT_MISSING", reason, entity.owning_field))
    _dump({"values": made.values, "rows": made.rows})
    return made


def _place(made: Draft, name: str, each: FieldMap, value: Scalar) -> None:
    checked = _value(name, each, value)
    if each.once:
        made.once[name] = value
    if each.kind in {"owner", "ref"} and value:
        made.parents.append(Parent(name, each.parent, str(value)))
        if each.kind == "owner":
            made.owners.append(str(value))
    elif each.row:
        made.rows.setdefault(each.row, {})[each.name] = checked
    elif each.kind != "owner":
        made.values[each.name] = checked


def parts(
    position: int,
    given: Draft,
    entity: EntityMap,
    parents: Mapping[tuple[str, str], Held],
    held: Held | None,
    *,
    upsert: bool,
) -> list[Part]:
    """The operations of one message. Raises Refused: it would change what is taken only once."""
    values = dict(given.values)
    for parent in given.parents:
        each = entity.fields[parent.field]
        if each.kind == "ref":
            values[each.name] = orjson.Fragment(parents[parent.entity, parent.external_id].id)
    if held is None:
        return [_created(position, given, entity, parents, values, upsert=upsert)]
    _same_once(given, entity, parents, held)
    found_by = {entity.key, entity.system, *(entity.fields[name].name for name in given.once)}
    values = {name: value for name, value in values.items() if name not in found_by}
    made = [_part(position, "", "update", held.path, values)]
    for purpose, row in given.rows.items():
        suffix = f"-{purpose}"
        if purpose in held.rows:
            made.append(_part(position, suffix, "update", held.rows[purpose], row))
        elif any(value is not None for value in row.values()):
            body = {**row, ROW_KIND: purpose}
            made.append(_part(position, suffix, "create", f"{held.path}/child/{ROWS}", body))
    return made


def _same_once(
    given: Draft, entity: EntityMap, parents: Mapping[tuple[str, str], Held], held: Held
) -> None:
    """What is taken only once is as it was. Raises Refused."""
    if given.owner and not held.path.startswith(f"{parents[entity.owner, given.owner].path}/"):
        raise Refused(Rejected("CREATE_ONLY_CHANGED", _CREATE_ONLY, entity.owning_field))
    for name, value in given.once.items():
        each = entity.fields[name]
        is_ref = each.kind == "ref" and value is not None
        due = parents[each.parent, str(value)].id if is_ref else value
        if held.values.get(name) != due:
            raise Refused(Rejected("CREATE_ONLY_CHANGED", _CREATE_ONLY, name))


def _created(
    position: int,
    given: Draft,
    entity: EntityMap,
    parents: Mapping[tuple[str, str], Held],
    values: Mapping[str, object],
    *,
    upsert: bool,
) -> Part:
    path = entity.resource
    if given.owner:
        path = f"{parents[entity.owner, given.owner].path}/child/{entity.child}"
    rows = [
        {**row, ROW_KIND: purpose}
        for purpose, row in given.rows.items()
        if any(value is not None for value in row.values())
    ]
    body = {**entity.constants, **values, **({ROWS: rows} if rows else {})}
    return _part(position, "", "upsert" if upsert else "create", path, body)


def removal(position: int, held: Held) -> Part:
    """The operation that deletes a record."""
    return Part(f"m{position}", position, "delete", held.path, None)


def keyed(position: int, held: Held, entity: EntityMap, external_id: str) -> Part:
    """The operation that writes a record's external id, or takes it away, and nothing else."""
    values: dict[str, object] = {entity.key: external_id or None}
    if entity.system:
        values[entity.system] = entity.system_value if external_id else None
    return _part(position, "", "update", held.path, values)


def body(several: Sequence[Part]) -> bytes:
    """The body of a batch."""
    return orjson.dumps(
        {
            "parts": [
                {
                    "id": part.id,
                    "path": f"/{part.path}",
                    "operation": part.operation,
                    **({"payload": part.payload} if part.payload is not None else {}),
                }
                for part in several
            ]
        }
    )


def plain(part: Part) -> bytes:
    """The body of an operation that is a request of its own."""
    return orjson.dumps(part.payload)


def _part(
    position: int, suffix: str, operation: str, path: str, payload: Mapping[str, object]
) -> Part:
    dumped = orjson.Fragment(_dump(payload))
    return Part(f"m{position}{suffix}", position, operation, path, dumped)


def _value(name: str, each: FieldMap, value: Scalar) -> object:
    if value is None:
        return False if each.kind == "boolean" else None  # a checkbox holds no null
    if each.kind == "boolean":
        fits = isinstance(value, bool)
    elif isinstance(value, bool):
        fits = False
    elif each.kind in {"decimal", "integer"}:
        if fits := _NUMBER.fullmatch(str(value)) is not None:
            return orjson.Fragment(str(value))
    else:
        fits = isinstance(value, str)
    if not fits:
        raise Refused(Rejected("WRONG_TYPE", f"The target takes a {each.kind} here.", name))
    if each.kind == "moment":
        return f"{value}T00:00:00+00:00"
    return str(value).replace("Z", "+00:00") if each.kind == "instant" else value


def _dump(values: Mapping[str, object]) -> bytes:
    try:
        return orjson.dumps(values)
    except orjson.JSONEncodeError:
        reason = "A text of this record is not valid Unicode and cannot be sent."
        raise Refused(Rejected("TEXT_INVALID", reason)) from None
