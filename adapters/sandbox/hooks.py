"""A receiver of signed webhooks, after Standard Webhooks 1.0, at `POST /hook/{name}`.

It keeps each message once, by its id, and what each record holds after them, in order of revision.
A body is one message or `{"messages": [...]}`.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import Any

from adapters.sandbox.faults import Faults, Worded
from adapters.sandbox.wire import ApiError, Request, Response, answer, dumps
from agent.ports import Clock

TOLERANCE = 300
"""Seconds by which a request's timestamp may be off."""
_NEEDED = ("id", "op", "entity", "external_id", "revision")


@dataclass(slots=True)
class Held:
    """What a receiver holds of one record."""

    revision: int
    deleted: bool
    fields: dict[str, Any]
    writes: int = 0
    """Messages that changed something."""


@dataclass(slots=True)
class Receiver:
    """What arrived at one name."""

    requests: int = 0
    repeats: int = 0
    """Messages that had arrived before: sent again, without effect."""
    stale: int = 0
    """Messages that were older than what was there: kept, without effect."""
    messages: dict[str, Any] = field(default_factory=dict)
    records: dict[str, dict[str, Held]] = field(default_factory=dict)


class Hooks:
    """All receivers, under one secret. Safe to use from any thread."""

    def __init__(self, secret: str, clock: Clock, faults: Faults) -> None:
        self._key = base64.b64decode(secret.removeprefix("whsec_"))
        self._clock = clock
        self._faults = faults
        self._lock = Lock()
        self._receivers: dict[str, Receiver] = {}

    def receive(self, name: str, request: Request) -> Response:
        """Answer one request. Raises ApiError."""
        self._verify(request)
        body = request.json()
        messages = body.get("messages", [body]) if isinstance(body, dict) else None
        if not isinstance(messages, list) or not all(_is_whole(item) for item in messages):
            raise ApiError(400, "MALFORMED", "This is not a message, nor a list of them.")
        refused = [item["id"] for item in messages if self._refuses(name, item)]
        if refused:
            return Response(422, dumps({"error": "REFUSED", "ids": refused}))
        with self._lock:
            receiver = self._receivers.setdefault(name, Receiver())
            receiver.requests += 1
            repeats = sum(not _take(receiver, item) for item in messages)
        return answer({"accepted": len(messages) - repeats, "repeated": repeats})

    def receiver(self, name: str) -> Receiver:
        """What arrived at `name` so far."""
        with self._lock:
            return self._receivers.setdefault(name, Receiver())

    def names(self) -> list[str]:
        """The names at which something arrived."""
        with self._lock:
            return list(self._receivers)

    def worded(self, error: ApiError) -> Response:
        """A refusal, plainly."""
        return error.answer()

    def fault(self, kind: Worded) -> Response:
        """The answer to a request that met a fault."""
        match kind:
            case "html":
                return Response(200, b"<html></html>", content_type="text/html; charset=UTF-8")
            case "malformed":
                return answer({"unexpected": True})
            case "unauthorized" | "sign_in":
                return ApiError(401, "UNAUTHORIZED", "The signature is not accepted.").answer()
            case "limit" | "rate_limit":
                headers = {"Retry-After": "1"}
                return ApiError(429, "TOO_MANY_REQUESTS", "Slow down.", headers).answer()
            case "error":
                return ApiError(500, "ERROR", "Something failed inside.").answer()
            case "busy" | "unavailable":
                return ApiError(503, "UNAVAILABLE", "Temporarily unavailable.").answer()

    def _refuses(self, name: str, message: Mapping[str, Any]) -> bool:
        fields = message.get("fields") or {}
        return self._faults.partial(name, fields) is not None

    def _verify(self, request: Request) -> None:
        headers = request.headers
        message_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if not message_id or not stamp.isdecimal():
            raise ApiError(401, "UNSIGNED", "The webhook headers are missing.")
        if abs(self._clock.now().timestamp() - int(stamp)) > TOLERANCE:
            raise ApiError(401, "OUT_OF_TIME", "The timestamp is too far off.")
        signature = sign(self._key, message_id, stamp, request.body)
        given = headers.get("webhook-signature", "").split()
        if not any(hmac.compare_digest(item.encode(), signature.encode()) for item in given):
            raise ApiError(401, "BAD_SIGNATURE", "No signature is good.")


def sign(key: bytes, message_id: str, stamp: str, body: bytes) -> str:
    """The `v1` signature of a request."""
    signed = f"{message_id}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, sha256)).decode()


def _is_whole(message: object) -> bool:
    return (
        isinstance(message, dict)
        and all(message.get(name) for name in _NEEDED)
        and message["op"] in ("upsert", "delete")
        and isinstance(message["revision"], int)
        and isinstance(message.get("fields") or {}, dict)
    )


def _take(receiver: Receiver, message: dict[str, Any]) -> bool:
    if message["id"] in receiver.messages:
        receiver.repeats += 1
        return False
    receiver.messages[message["id"]] = message
    records = receiver.records.setdefault(message["entity"], {})
    held = records.setdefault(message["external_id"], Held(0, deleted=True, fields={}))
    if message["revision"] <= held.revision:
        receiver.stale += 1
        return True
    is_delete = message["op"] == "delete"
    fields = {} if is_delete else {**held.fields, **(message.get("fields") or {})}
    held.writes += (is_delete, fields) != (held.deleted, held.fields)
    held.revision, held.deleted, held.fields = message["revision"], is_delete, fields
    return True
