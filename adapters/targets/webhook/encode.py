"""Messages into signed webhook requests, exactly as Standard Webhooks 1.0 says. Pure.

`webhook-id` is the message's own id, the same on every attempt. A request of several carries an id
made of all of theirs, so that the same set is the same request.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from agent.model import Message, Op, Receipt, Rejected, Scalar


@dataclass(frozen=True, slots=True)
class Posting:
    """One request: its id and body, the positions sent in it, the receipts of the others."""

    id: str
    body: bytes
    sent: Sequence[int]
    refused: Mapping[int, Receipt]


def posting(batch: Sequence[Message], *, single: bool) -> Posting:
    """The request for a batch. What is not valid text is refused alone."""
    bodies = [_body(message) for message in batch]
    try:
        return _posting(batch, bodies, range(len(batch)), {}, single=single)
    except orjson.JSONEncodeError:
        refused = {i: _NOT_TEXT for i, body in enumerate(bodies) if not _encodes(body)}
        sent = [i for i in range(len(batch)) if i not in refused]
        return _posting(batch, bodies, sent, refused, single=single)


_NOT_TEXT = Rejected(
    "TEXT_INVALID", "A text of this record is not valid Unicode and cannot be sent."
)


def _posting(
    batch: Sequence[Message],
    bodies: Sequence[dict[str, object]],
    sent: Sequence[int],
    refused: Mapping[int, Receipt],
    *,
    single: bool,
) -> Posting:
    if single:
        body = orjson.dumps(bodies[sent[0]]) if sent else b""
        return Posting(batch[0].id, body, sent, refused)
    body = orjson.dumps({"messages": [bodies[i] for i in sent]})
    return Posting(batch_id([batch[i].id for i in sent]), body, sent, refused)


def _body(message: Message) -> dict[str, object]:
    fields: Mapping[str, Scalar] = {} if message.op is Op.DELETE else message.fields
    return {
        "id": message.id,
        "op": message.op.value,
        "entity": message.entity,
        "contract": message.contract,
        "external_id": message.external_id,
        "revision": message.revision,
        "fields": fields if type(fields) is dict else dict(fields),
    }


def _encodes(body: dict[str, object]) -> bool:
    try:
        orjson.dumps(body)
    except orjson.JSONEncodeError:
        return False
    return True


def batch_id(ids: Sequence[str]) -> str:
    """The id of a request of several messages: the same set gives the same id."""
    joined = "\n".join(sorted(ids)).encode()
    return f"batch_{hashlib.blake2b(joined, digest_size=16).hexdigest()}"


def signing_key(secret: str) -> bytes:
    """The key behind `whsec_...`. Raises ValueError."""
    text = secret.strip()
    try:
        key = base64.b64decode(text.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
    if not text.startswith("whsec_") or not 24 <= len(key) <= 64:
        raise ValueError("not whsec_ and 24 to 64 bytes")
    return key


def signed(webhook_id: str, body: bytes, keys: Sequence[bytes], now: datetime) -> dict[str, str]:
    """The three headers; one signature for each key."""
    timestamp = int(now.timestamp())
    content = f"{webhook_id}.{timestamp}.".encode() + body
    signatures = [
        f"v1,{base64.b64encode(hmac.digest(key, content, 'sha256')).decode()}" for key in keys
    ]
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
