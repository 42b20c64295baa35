"""Records that the account has already: put under our external ids.

Writing is a batch update by HubSpot's own ids. It knows no condition, so what each record holds is
read right before, and the unique property keeps one key from standing on two records.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from adapters.http import AnswerLost
from adapters.targets.hubspot import decode, encode
from adapters.targets.hubspot.client import Client
from adapters.targets.hubspot.ids import Ids
from adapters.targets.hubspot.profile import Profile
from adapters.targets.hubspot.reads import Reads
from agent.model import Ambiguous, Delivered, Message, Op, Receipt, Rejected, Stamp

_TAKEN = Rejected("LINK_TAKEN", "The record holds another external id already.")
_GONE = Rejected("LINK_GONE", "There is no such record in the account any more.")
_KEY_HELD = Rejected("LINK_KEY_HELD", "Another record in the account holds this external id.")
_OWN = {
    "CONFLICT": _KEY_HELD,
    "UNIQUE_VALUE_CONFLICT": _KEY_HELD,
    "OBJECT_NOT_FOUND": _GONE,
}


class Links:
    """Stamps external ids on records that have none."""

    def __init__(self, client: Client, profile: Profile, ids: Ids, reads: Reads) -> None:
        self._client = client
        self._profile = profile
        self._ids = ids
        self._reads = reads

    def stamp(self, entity: str, stamps: Sequence[Stamp]) -> Sequence[Receipt]:
        """One receipt each, in order."""
        if not stamps:
            return []
        held = self._held(entity, [stamp.remote_id for stamp in stamps])
        seen: set[str] = set()
        receipts: dict[int, Receipt] = {}
        due: list[int] = []
        for at, stamp in enumerate(stamps):
            judged = _judged(stamp, held.get(stamp.remote_id))
            if judged is None and stamp.remote_id in seen:
                judged = encode.SAME_RECORD
            if judged is not None:
                receipts[at] = judged
            else:
                due.append(at)
                seen.add(stamp.remote_id)
        if due:
            written = self._write(entity, [stamps[at] for at in due])
            receipts.update(zip(due, written, strict=True))
        return [receipts[at] for at in range(len(stamps))]

    def _held(self, entity: str, ids: Sequence[str]) -> Mapping[str, str]:
        """The external id of each of these records that exists; empty where it has none."""
        key = self._profile.key
        numbers = [each for each in ids if each.isascii() and each.isdecimal()]
        found = self._reads.by_id(entity, numbers, [key]) if numbers else {}
        return {each: str(properties.get(key) or "") for each, properties in found.values()}

    def _write(self, entity: str, stamps: Sequence[Stamp]) -> list[Receipt]:
        where = quote(self._profile.entities[entity].object, safe="")
        batch = [Message("", Op.UPSERT, entity, "", stamp.external_id, 0, {}) for stamp in stamps]
        self._ids.forget(
            entity, [key for stamp in stamps for key in (stamp.external_id, stamp.was)]
        )
        path = f"{self._client.objects}/{where}/batch/update"
        try:
            answer = self._client.call("POST", path, encode.stamps(stamps, self._profile))
        except AnswerLost as lost:
            return [Ambiguous(lost.reason) for _ in stamps]
        sent = [decode.Sent(encode.trace(stamp), stamp.remote_id) for stamp in stamps]
        receipts = decode.written(answer, sent, batch, self._profile)
        return [_own(receipt) for receipt in receipts]


def _own(receipt: Receipt) -> Receipt:
    return _OWN.get(receipt.code, receipt) if isinstance(receipt, Rejected) else receipt


def _judged(stamp: Stamp, held: str | None) -> Receipt | None:
    """What can be said before anything is written; None: it is to be written."""
    if held is None:
        return _GONE
    if held == stamp.external_id:
        return Delivered(stamp.remote_id)
    return None if held == stamp.was else _TAKEN
