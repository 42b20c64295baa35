"""Records that the org has already: listed for comparing, and put under our external ids.

Writing is sObject collections' update by Salesforce's own ids, at most 200 records a request
(https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_update.htm).
It knows no condition, so what each record holds is read right before, and the unique external id
field keeps one key from standing on two records.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from adapters.http import AnswerLost
from adapters.targets.salesforce import decode, encode, trouble
from adapters.targets.salesforce.client import Client
from adapters.targets.salesforce.profile import Profile
from agent.model import Ambiguous, Delivered, Listing, Message, Op, Receipt, Rejected, Stamp

_TAKEN = Rejected("LINK_TAKEN", "The record holds another external id already.")
_GONE = Rejected("LINK_GONE", "There is no such record in the org any more.")
_NO_ID = Rejected("LINK_ID_WRONG", "That is no id of the org: one has 15 or 18 letters and digits.")
_ID = re.compile(r"[A-Za-z0-9]{15}([A-Za-z0-9]{3})?")
_KEY_HELD = Rejected("LINK_KEY_HELD", "Another record in the org holds this external id.")
_OWN = {
    "DUPLICATE_VALUE": _KEY_HELD,
    "ENTITY_IS_DELETED": _GONE,
    "INVALID_CROSS_REFERENCE_KEY": _GONE,
    "MALFORMED_ID": _GONE,
    "NOT_FOUND": _GONE,
}


class Links:
    """Looks for records without our external id, and stamps it on them."""

    def __init__(self, client: Client, profile: Profile) -> None:
        self._client = client
        self._profile = profile

    def page(
        self, entity: str, fields: Sequence[str], after: str | None, *, linked: bool
    ) -> Listing:
        """One page, in the order of Salesforce's own ids."""
        where = self._profile.entities[entity]
        query = encode.candidates(where, self._profile, fields, after, linked=linked)
        page = self._client.query(query)
        names = encode.selected(where, fields) if fields else []
        items = [decode.candidate(each, where, self._profile, names) for each in page.records]
        more = bool(items) and (bool(page.following) or len(items) == encode.PAGE)
        return Listing(items, items[-1].remote_id if more else None)

    def stamp(self, entity: str, stamps: Sequence[Stamp]) -> Sequence[Receipt]:
        """One receipt each, in order."""
        if not stamps:
            return []
        # One text that is no id would have the whole query refused, and with it everybody's stamp.
        ids = [stamp.remote_id for stamp in stamps if _ID.fullmatch(stamp.remote_id)]
        held = self._held(entity, ids) if ids else {}
        receipts = [
            _judged(stamp, held.get(stamp.remote_id)) if _ID.fullmatch(stamp.remote_id) else _NO_ID
            for stamp in stamps
        ]
        due = [at for at, receipt in enumerate(receipts) if receipt is None]
        if due:
            written = self._write(entity, [stamps[at] for at in due])
            for at, receipt in zip(due, written, strict=True):
                receipts[at] = receipt
        return [receipt for receipt in receipts if receipt is not None]

    def _held(self, entity: str, ids: Sequence[str]) -> Mapping[str, str]:
        """The external id of each of these records that exists; empty where it has none."""
        where = self._profile.entities[entity]
        query = encode.holders(where, self._profile, list(dict.fromkeys(ids)))
        found = (
            decode.candidate(each, where, self._profile, ()) for each in self._client.records(query)
        )
        return {item.remote_id: item.external_id for item in found}

    def _write(self, entity: str, stamps: Sequence[Stamp]) -> list[Receipt]:
        body = encode.stamps(stamps, self._profile.entities[entity], self._profile)
        sent = [Message("", Op.UPSERT, entity, "", stamp.external_id, 0, {}) for stamp in stamps]
        try:
            answer = self._client.call("PATCH", f"{self._client.root}/composite/sobjects", body)
        except AnswerLost as lost:
            return [Ambiguous(lost.reason) for _ in stamps]
        if answer.status == 404 and not self._client.serves_version():
            raise trouble.retired()
        codes = decode.codes(answer, len(stamps))
        receipts = decode.written(answer, sent, self._profile)
        return [_OWN.get(code, receipt) for code, receipt in zip(codes, receipts, strict=True)]


def _judged(stamp: Stamp, held: str | None) -> Receipt | None:
    """What can be said before anything is written; None: it is to be written."""
    if held is None:
        return _GONE
    if held == stamp.external_id:
        return Delivered(stamp.remote_id)
    return None if held == stamp.was else _TAKEN
