"""A new order and its lines as one composite graph, all or none; many graphs a request. Pure.

A head is addressed by its external id; its members name it by what its node answers
(`@{node.id}`), other parents by external id. A node of a graph that was refused tells either its own
error or PROCESSING_HALTED. Sources: REST API Developer Guide, "Using Composite Graphs", "Composite
Graph Limits" (75 graphs and 500 nodes in a payload, 15 different nodes; after more than 14 failed
graphs the others are halted), since API v50
(https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_graph.htm).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson

from adapters.http import Answer
from adapters.targets.salesforce import encode, trouble
from adapters.targets.salesforce.profile import Profile
from agent.model import Ambiguous, BatchRefused, Deferred, Delivered, Message, Receipt, Rejected

SINCE = 50
GRAPHS, NODES = 75, 500
KINDS: Mapping[str, frozenset[str]] = {
    "quote": frozenset({"quote_line"}),
    "order": frozenset({"order_line"}),
    "invoice": frozenset({"invoice_line"}),
    "shipment": frozenset({"shipment_line"}),
}
"""Heads, and what belongs to them."""

_WENT_BACK = "WENT_BACK"
_ALONE = Deferred(
    _WENT_BACK, "It cannot go in one piece with what belongs to it; each of them goes for itself."
)
_HALTED = "PROCESSING_HALTED"
_OTHERWISE_ALONE = frozenset(
    {
        *("DUPLICATES_DETECTED", "INVALID_FIELD_FOR_INSERT_UPDATE", "INVALID_INPUT"),
        *("JSON_PARSER_ERROR", "METHOD_NOT_ALLOWED", "NOT_FOUND"),
    }
)
"""Codes that may be about the graph: alone a record is addressed, or saved, in another way."""

Family = Sequence[Message]


@dataclass(frozen=True, slots=True)
class Graphs:
    """One request: its body, the positions of the families in it, the receipts of the others."""

    body: bytes
    sent: Sequence[int]
    refused: Mapping[int, Sequence[Receipt]]


def request(families: Sequence[Family], profile: Profile, root: str) -> Graphs:
    """The body of one request for these families; one that cannot be written down is not sent."""
    graphs: list[object] = []
    sent: list[int] = []
    refused: dict[int, Sequence[Receipt]] = {}
    for at, family in enumerate(families):
        nodes: list[orjson.Fragment] = []
        told: dict[int, Receipt] = {}
        for number in range(len(family)):
            try:
                nodes.append(_node(at, number, family, profile, root))
            except encode.Refused as refusal:
                told[number] = refusal.receipt
        if told:
            refused[at] = _came_back(family, told)
        else:
            sent.append(at)
            graphs.append({"graphId": f"g{at}", "compositeRequest": nodes})
    return Graphs(orjson.dumps({"graphs": graphs}), sent, refused)


def _node(at: int, number: int, family: Family, profile: Profile, root: str) -> orjson.Fragment:
    head, message = family[0], family[number]
    entity, key = profile.entities[message.entity], profile.external_id_field
    record = encode.record(message, profile)
    for name in ("attributes", key):
        del record[name]
    above = [
        field.name
        for name, field in entity.fields.items()
        if number
        and field.kind == "ref"
        and field.parent == head.entity
        and message.fields.get(name) == head.external_id
        and record.pop(field.relationship, None) is not None
    ]
    if b"@{" in encode.dump(record):
        raise encode.Refused(_ALONE)  # a text that would be taken for a reference
    for field_name in above:
        record[field_name] = f"@{{{_name(at, 0)}.id}}"
    where = quote(message.external_id, safe="")
    return orjson.Fragment(
        orjson.dumps(
            {
                "referenceId": _name(at, number),
                "method": "PATCH",
                "url": f"{root}/sobjects/{entity.sobject}/{key}/{where}",
                "body": record,
            }
        )
    )


def _name(at: int, number: int) -> str:
    return f"g{at}n{number}"


# --- answers --------------------------------------------------------------------------------------


def written(
    answer: Answer, families: Mapping[int, Family], profile: Profile
) -> dict[int, Sequence[Receipt]]:
    """The receipts of the families that were sent, each under its position in the request."""
    graphs = _graphs(answer)
    if graphs is None:
        return {at: _not_taken(answer, family, profile) for at, family in families.items()}
    return {
        at: _family(graphs.get(f"g{at}"), at, family, profile) for at, family in families.items()
    }


def _graphs(answer: Answer) -> Mapping[str, Mapping[str, Any]] | None:
    """What an answer says of each graph; None if it says nothing of graphs."""
    try:
        said: Any = orjson.loads(answer.body) if answer.is_json and answer.status == 200 else None
        return {graph["graphId"]: graph for graph in said["graphs"]}
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None


def _not_taken(answer: Answer, family: Family, profile: Profile) -> Sequence[Receipt]:
    """The request as a whole was answered with something else: in doubt, or each goes for itself."""
    if answer.status == 404:
        return [_ALONE] * len(family)
    told = trouble.refused(answer, family, profile)
    return [
        Deferred(_WENT_BACK, f"{receipt.reason} ({receipt.code}); each record goes for itself.")
        if isinstance(receipt, BatchRefused)
        else receipt
        for receipt in told
    ]


def _family(
    graph: Mapping[str, Any] | None, at: int, family: Family, profile: Profile
) -> Sequence[Receipt]:
    unclear = Ambiguous("BAD_RESPONSE: Salesforce does not say what became of the graph.")
    try:
        nodes = graph["graphResponse"]["compositeResponse"] if graph else ()
        told = {node["referenceId"]: node for node in nodes}
        own = [told[_name(at, number)] for number in range(len(family))]
        is_done = graph["isSuccessful"] if graph else None
        pairs = [(int(node["httpStatusCode"]), node["body"]) for node in own]
    except (KeyError, TypeError, ValueError):
        return [unclear] * len(family)
    if is_done is True and all(_is_good(*pair) for pair in pairs):
        return [Delivered(body["id"] if isinstance(body, dict) else "") for _, body in pairs]
    if is_done is not False:
        return [unclear] * len(family)
    found = [_judged(*pair, each, profile) for pair, each in zip(pairs, family, strict=True)]
    if doubt := next((each for each in found if isinstance(each, Ambiguous)), None):
        return [doubt] * len(family)
    return _came_back(family, {at: each for at, each in enumerate(found) if each is not None})


def _is_good(status: int, body: Any) -> bool:
    if status == 204:
        return body is None
    return status in {200, 201} and isinstance(body, dict) and isinstance(body.get("id"), str)


def _judged(status: int, body: Any, message: Message, profile: Profile) -> Receipt | None:
    """What a node of a refused graph was refused with; None: it went back with the others."""
    if status == 300:
        reason = trouble.REJECTED["DUPLICATE_EXTERNAL_ID"]
        return Rejected("EXTERNAL_ID_AMBIGUOUS", reason)
    if status < 300:
        return None
    errors = [each for each in body if isinstance(each, dict)] if isinstance(body, list) else []
    errors = [each for each in errors if each.get("errorCode") != _HALTED]
    if not errors:
        return None
    receipt = trouble.failed(errors, message, profile)
    return _ALONE if any(each.get("errorCode") in _OTHERWISE_ALONE for each in errors) else receipt


def _came_back(family: Family, told: Mapping[int, Receipt]) -> list[Receipt]:
    """The receipts of a family that was refused: `told` are those of who is to blame."""
    if not told:
        return [Deferred(_HALTED, "Too many others of the request were refused.")] * len(family)
    entity = family[min(told)].entity.replace("_", " ")
    other = Deferred(
        _WENT_BACK, f"It went back because its {entity} was refused; it goes for itself now."
    )
    return [told.get(at, other) for at in range(len(family))]
