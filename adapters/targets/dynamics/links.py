"""Records that the environment has already: listed for comparing, put under our external ids.

A key is written by Dataverse's own id under the condition that the record is still what was read
(`If-Match` with its ETag), so that nobody else's is ever overwritten; the alternate key itself keeps
one key from standing on two records
(https://learn.microsoft.com/power-apps/developer/data-platform/webapi/perform-conditional-operations-using-web-api).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from adapters.http import Answer, AnswerLost
from adapters.targets.dynamics import codes, encode, keys, trouble
from adapters.targets.dynamics.client import Client
from adapters.targets.dynamics.multipart import Part
from adapters.targets.dynamics.profile import Profile
from agent.model import (
    Ambiguous,
    BatchRefused,
    Deferred,
    Delivered,
    Message,
    Op,
    Receipt,
    Rejected,
    Stamp,
)

_TAKEN = Rejected("LINK_TAKEN", "The record holds another external id already.")
_GONE = Rejected("LINK_GONE", "There is no such record in the environment any more.")
_KEY_HELD = Rejected("LINK_KEY_HELD", "Another record in the environment holds this external id.")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DUPLICATE = frozenset({"0x80060892", "0x80040237"})


class _Held(NamedTuple):
    key: str
    etag: str


class Links:
    """Stamps our external ids on records that have none."""

    def __init__(self, client: Client, profile: Profile) -> None:
        self._client = client
        self._profile = profile

    def stamp(self, entity: str, stamps: Sequence[Stamp]) -> Sequence[Receipt]:
        """One receipt each, in order."""
        if not stamps:
            return []
        held = self._held(entity, [stamp.remote_id for stamp in stamps])
        receipts: list[Receipt | None] = []
        due: dict[int, Part] = {}
        for position, stamp in enumerate(stamps):
            receipt, part = self._judged(entity, stamp, held.get(stamp.remote_id.lower()))
            receipts.append(receipt)
            if part is not None:
                due[position] = part
        if due:
            some = [stamps[position] for position in due]
            written = self._write(entity, some, list(due.values()))
            for position, answered in zip(due, written, strict=True):
                receipts[position] = answered
        return [receipt for receipt in receipts if receipt is not None]

    def _held(self, entity: str, ids: Sequence[str]) -> Mapping[str, _Held]:
        """The key and the version of each of these records that exists."""
        where = self._profile.entities[entity]
        wanted = [each for each in dict.fromkeys(ids) if _GUID.fullmatch(each)]
        found: dict[str, _Held] = {}
        for query in encode.by_ids(where, self._profile, wanted):
            for row in self._client.records(query, encode.PAGE):
                found[_text(row, where.id).lower()] = _Held(
                    str(row.get(self._profile.key) or ""), _text(row, "@odata.etag")
                )
        return found

    def _judged(
        self, entity: str, stamp: Stamp, held: _Held | None
    ) -> tuple[Receipt | None, Part | None]:
        """What can be said before anything is written, or what is to be written."""
        if held is None:
            return _GONE, None
        try:
            wanted = keys.encode(stamp.external_id) if stamp.external_id else ""
            was = keys.encode(stamp.was) if stamp.was else ""
        except keys.KeyUnusable as error:
            return Rejected(error.code, error.reason), None
        if held.key == wanted:
            return Delivered(stamp.remote_id), None
        if held.key != was:
            return _TAKEN, None
        where = self._profile.entities[entity]
        body = orjson.dumps({self._profile.key: wanted or None})
        path = f"{where.set}({stamp.remote_id})"
        return None, Part("PATCH", path, body, {"If-Match": held.etag})

    def _write(self, entity: str, stamps: Sequence[Stamp], parts: Sequence[Part]) -> list[Receipt]:
        messages = [Message("", Op.UPSERT, entity, "", s.external_id, 0, {}) for s in stamps]
        try:
            answer, answers = self._client.batch(parts)
        except AnswerLost as lost:
            return [Ambiguous(lost.reason) for _ in stamps]
        if answers is None:
            refused = trouble.refused(answer, messages, self._profile, self._client.now())
            return [_alone(receipt) for receipt in refused]
        return [
            self._receipt(each, stamp, message)
            for each, stamp, message in zip(answers, stamps, messages, strict=True)
        ]

    def _receipt(self, answer: Answer, stamp: Stamp, message: Message) -> Receipt:
        if answer.status == 204:
            return Delivered(stamp.remote_id)
        code = trouble.fault(answer).code
        if code in _DUPLICATE:
            return _KEY_HELD
        if answer.status == 404 or code == codes.GONE:
            return _GONE
        if answer.status == 412:
            return Deferred("CHANGED_MEANWHILE", "The record changed while it was looked at.")
        return trouble.receipt(answer, message, self._profile, self._client.now())


def _alone(receipt: Receipt) -> Receipt:
    """Nobody halves stamps: the refusal of them all is put off."""
    if isinstance(receipt, BatchRefused):
        return Deferred(receipt.code, receipt.reason)
    return receipt


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise trouble.bad_answer()
    return value
