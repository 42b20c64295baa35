"""Records that a tenant has already: listed for comparing, and put under our external ids.

SAP knows no unique extension field, so what each record holds, and who holds each key, is read right
before, and a record is only changed while it is as it was read (`If-Match`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.http import AnswerLost
from adapters.targets.sap import decode, encode, trouble
from adapters.targets.sap.client import Client
from adapters.targets.sap.profile import EntityMap, Profile
from adapters.targets.sap.reads import Known, Reads
from adapters.targets.sap.rows import Row, text_of
from agent.model import Ambiguous, Delivered, Listing, Message, Op, Receipt, Rejected, Stamp

_TAKEN = Rejected("LINK_TAKEN", "The record holds another external id already.")
_GONE = Rejected("LINK_GONE", "There is no such record in SAP any more.")
_KEY_HELD = Rejected("LINK_KEY_HELD", "Another record in SAP holds this external id.")


class Links:
    """Looks for records without our external id, and stamps it on them."""

    def __init__(self, client: Client, profile: Profile, reads: Reads) -> None:
        self._client = client
        self._profile = profile
        self._reads = reads

    def page(
        self, entity: str, fields: Sequence[str], after: str | None, *, linked: bool
    ) -> Listing:
        """One page, in the order of SAP's own ids."""
        where = self._profile.entities[entity]
        names = encode.selected(where, fields) if fields else []
        return self._reads.listed(where, names, after, linked=linked)

    def stamp(self, entity: str, stamps: Sequence[Stamp]) -> Sequence[Receipt]:
        """One receipt each, in order."""
        if not stamps:
            return []
        where = self._profile.entities[entity]
        columns = self._client.way.columns([where.id, where.key])
        held = self._reads.rows(where, where.id, [s.remote_id for s in stamps], columns)
        keys = self._reads.rows(where, where.key, [s.external_id for s in stamps], columns)
        receipts: dict[int, Receipt] = {}
        due: dict[int, Row] = {}
        for at, stamp in enumerate(stamps):
            row = next(iter(held.get(stamp.remote_id, [])), None)
            earlier = [stamps[other] for other in due]
            judged = _judged(stamp, row, where, keys, earlier)
            if judged is not None:
                receipts[at] = judged
            elif row is not None:
                due[at] = row
        self._write(where, stamps, due, receipts)
        return [receipts[at] for at in range(len(stamps))]

    def _write(
        self,
        where: EntityMap,
        stamps: Sequence[Stamp],
        due: Mapping[int, Row],
        receipts: dict[int, Receipt],
    ) -> None:
        if not due:
            return
        way = self._client.way
        wanted = [
            encode.stamped(where, row, stamps[at].external_id, way) for at, row in due.items()
        ]
        sent = [Message("", Op.UPSERT, "", "", stamps[at].external_id, 0, {}) for at in due]
        try:
            whole, answers = self._client.change(self._client.service(where), wanted)
        except AnswerLost as lost:
            receipts.update(dict.fromkeys(due, Ambiguous(lost.reason)))
            return
        if answers is None:
            receipts.update(zip(due, trouble.refused(whole, sent), strict=True))
            return
        for at, answer, message in zip(due, answers, sent, strict=True):
            gone = answer.status == 404
            known = stamps[at].remote_id
            receipts[at] = _GONE if gone else decode.written(answer, message, where, known)


def _judged(
    stamp: Stamp, row: Row | None, where: EntityMap, keys: Known, earlier: Sequence[Stamp]
) -> Receipt | None:
    """What can be said before anything is written; None: it is to be written."""
    if row is None:
        return _GONE
    now = text_of(row, where.key)
    if now == stamp.external_id:
        return Delivered(stamp.remote_id)
    if now != stamp.was:
        return _TAKEN
    if any(other.remote_id == stamp.remote_id for other in earlier):
        return encode.SAME_RECORD
    taken = stamp.external_id and (
        keys.get(stamp.external_id)
        or any(other.external_id == stamp.external_id for other in earlier)
    )
    return _KEY_HELD if taken else None
