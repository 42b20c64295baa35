"""SAP's answers into receipts and canonical values. Pure and strict.

A list of answers that is not exactly as long as the request, or of another shape, proves nothing:
every record of it is in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from adapters.http import Answer
from adapters.targets.sap import trouble
from adapters.targets.sap.profile import EntityMap
from adapters.targets.sap.rows import Row, id_of, text_of
from adapters.targets.sap.values import read
from agent.model import Ambiguous, Delivered, Message, Op, Receipt, Scalar, Stored

_LOCATION = re.compile(r"\((?:guid)?'([^']+)'\)/?$")


def written(answer: Answer, message: Message, entity: EntityMap, known: str = "") -> Receipt:
    """The receipt of one change set; `known`: SAP's own id of a record that existed."""
    if answer.status in {200, 201, 204}:
        object_id = known or _new_id(answer, entity)
        if object_id:
            return Delivered(object_id)
        return Ambiguous("BAD_RESPONSE: SAP reports success without a record id.")
    if answer.status == 404 and message.op is Op.DELETE:
        return Delivered(known)
    return trouble.failed(answer, message, entity)


def _new_id(answer: Answer, entity: EntityMap) -> str:
    if found := _LOCATION.search(answer.headers.get("location", "")):
        return found[1]
    try:
        said = orjson.loads(answer.body)["d"]
        said = said.get("results", said)
        object_id = said[entity.id]
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return ""
    return object_id if isinstance(object_id, str) else ""


# --- records --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a query: its rows, and the address of the next page, if there is one."""

    rows: Sequence[Row]
    following: str


def found(answer: Answer) -> Found:
    """A page of query results. Raises TargetUnavailable for anything else."""
    try:
        said = orjson.loads(answer.body)["d"] if answer.is_json else None
        rows = said["results"] if isinstance(said, dict) else said
        following = said.get("__next", "") if isinstance(said, dict) else ""
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise trouble.bad_answer() from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise trouble.bad_answer()
    if not isinstance(following, str):
        raise trouble.bad_answer()
    return Found(rows, following)


def stored(
    row: Row,
    entity: EntityMap,
    fields: Sequence[str],
    parents: Mapping[tuple[str, str], Mapping[str, str]],
) -> Stored:
    """One row in canonical fields and wire values; its external id may be empty.

    `parents`: for (entity, property) the external id of each value of that property.
    """
    values: dict[str, Scalar] = {}
    for name in fields:
        place = entity.fields[name]
        if place.kind == "ref":
            known = parents.get((place.parent, place.through), {})
            values[name] = known.get(text_of(row, place.name))
        else:
            values[name] = read(place, row.get(place.name))
    return Stored(text_of(row, entity.key), id_of(row, entity), values)
