"""Messages into requests, and their signature. Pure."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import quote

import orjson

from adapters.targets.rest import template
from adapters.targets.rest.config import Call, Find, Signature
from adapters.targets.rest.template import Missing, NotANumber, Values
from agent.model import Message, Receipt, Rejected

_JSON = {"accept": "application/json", "content-type": "application/json"}


@dataclass(frozen=True, slots=True)
class Request:
    """One request, the positions sent in it, the receipts of the others."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    sent: Sequence[int]
    refused: Mapping[int, Receipt]


class _Refused(Exception):
    def __init__(self, receipt: Rejected) -> None:
        self.receipt = receipt


def request(call: Call, batch: Sequence[Message], *, single: bool) -> Request:
    """The request for a batch of one entity; what cannot be written down is refused alone."""
    records: list[object] = []
    sent: list[int] = []
    refused: dict[int, Receipt] = {}
    for position, message in enumerate(batch):
        try:
            values = template.of_message(message)
            records.append(_built(call.body if single else call.record, values))
            if single:
                _headers(call, values)
        except _Refused as refusal:
            refused[position] = refusal.receipt
        else:
            sent.append(position)
    if not sent:
        return Request(call.method, "", {}, b"", sent, refused)
    if single:
        values, body = template.of_message(batch[0]), records[0]
    else:
        values = _of_batch([batch[position] for position in sent], records)
        body = template.tree(call.body, values)
    content = b"" if body is None else orjson.dumps(body)
    return Request(call.method, _path(call.path, values), _headers(call, values), content, sent,
                   refused)  # fmt: skip


def looked_up(find: Find, entity: str, external_id: str) -> str:
    """The path of a GET."""
    return _path(find.path, Values({"entity": entity, "external_id": external_id}, {}))


def _of_batch(batch: Sequence[Message], records: Sequence[object]) -> Values:
    joined = "\n".join(sorted(message.id for message in batch)).encode()
    id_ = f"batch_{blake2b(joined, digest_size=16).hexdigest()}"
    return Values({"id": id_, "entity": batch[0].entity, "records": list(records)}, {})


def _built(given: object, values: Values) -> object:
    try:
        built = template.tree(given, values)  # type: ignore[arg-type]  # a JsonValue, as configured
        return None if built is None else orjson.Fragment(orjson.dumps(built))
    except Missing:
        return None
    except NotANumber as error:
        raise _Refused(
            Rejected("WRONG_TYPE", "The target takes a number here.", error.name)
        ) from None
    except orjson.JSONEncodeError:
        reason = "A text of this record is not valid Unicode and cannot be sent."
        raise _Refused(Rejected("TEXT_INVALID", reason)) from None


def _path(given: str, values: Values) -> str:
    return template.text(given, values, lambda value: quote(value, safe=""))


def _headers(call: Call, values: Values) -> dict[str, str]:
    headers = dict(_JSON)
    for name, given in call.headers.items():
        value = template.text(given, values)
        if not value.isascii() or not value.isprintable():
            reason = f"A value does not fit into the header {name}: it holds plain ASCII text."
            raise _Refused(Rejected("HEADER_VALUE", reason))
        headers[name.lower()] = value
    return headers


def signed(signature: Signature, key: bytes, request: Request, timestamp: int) -> dict[str, str]:
    """The headers that sign a request."""
    named = {
        "timestamp": str(timestamp),
        "method": request.method,
        "path": request.path,
        "body": "\0",
    }
    before, _, after = template.text(signature.content, Values(named, {})).partition("\0")
    content = before.encode() + (request.body if "{body}" in signature.content else b"")
    digest = hmac.digest(key, content + after.encode(), signature.algorithm)
    shown = digest.hex() if signature.encoding == "hex" else base64.b64encode(digest).decode()
    headers = {signature.header.lower(): f"{signature.prefix}{shown}"}
    if signature.timestamp_header:
        headers[signature.timestamp_header.lower()] = str(timestamp)
    return headers
