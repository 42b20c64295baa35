"""Records that the environment has already: put under our external ids, or taken from under them.

Oracle's numbers name them. What each holds is read right before, and so is who holds the keys, so
that nothing of another one is overwritten.
"""

from __future__ import annotations

from collections.abc import Sequence

from adapters.targets.oracle import encode
from adapters.targets.oracle.encode import Held, Part
from adapters.targets.oracle.profile import Profile
from adapters.targets.oracle.reads import Reads
from adapters.targets.oracle.writes import Writes
from agent.errors import TargetError
from agent.model import (
    Deferred,
    Delivered,
    Message,
    Op,
    Receipt,
    Rejected,
    Stamp,
)

_TAKEN = Rejected("LINK_TAKEN", "The record holds another external id already.")
_GONE = Rejected("LINK_GONE", "There is no such record in Oracle any more.")
_KEY_HELD = Rejected("LINK_KEY_HELD", "Another record in Oracle holds this external id.")
_OWN = {"JBO-25013": _KEY_HELD, "ORA-00001": _KEY_HELD, "JBO-25020": _GONE}


class Links:
    """Stamps external ids on records."""

    def __init__(self, profile: Profile, reads: Reads, writes: Writes) -> None:
        self._profile = profile
        self._reads = reads
        self._writes = writes

    def stamp(self, entity: str, stamps: Sequence[Stamp]) -> Sequence[Receipt]:
        """One receipt each, in order."""
        if not stamps:
            return []
        where = self._profile.entities[entity]
        if where.child:
            reason = "Records of this kind live in others and cannot be linked."
            return [Rejected("LINK_UNSUPPORTED", reason)] * len(stamps)
        numbers = [each.remote_id for each in stamps if each.remote_id.isdecimal()]
        there = self._reads.numbered(entity, numbers)
        keys = [each.external_id for each in stamps if each.external_id]
        holders = self._reads.held(entity, keys) if keys else {}
        receipts: dict[int, Receipt] = {}
        parts: list[Part] = []
        given: set[str] = set()
        for position, each in enumerate(stamps):
            said = _judged(each, there.get(each.remote_id), holders.get(each.external_id, ()))
            if not isinstance(said, Held):
                receipts[position] = said
            elif each.external_id in given:
                receipts[position] = _KEY_HELD
            else:
                parts.append(encode.keyed(position, said, where, each.external_id))
            given.update([each.external_id] if each.external_id else [])
        receipts.update(self._one_by_one(parts, stamps, entity))
        return [receipts[position] for position in range(len(stamps))]

    def _one_by_one(
        self, parts: Sequence[Part], stamps: Sequence[Stamp], entity: str
    ) -> dict[int, Receipt]:
        """A request for each: in a batch, one that Oracle refuses would keep all others back."""
        where = self._profile.entities[entity]
        sent = [Message("", Op.UPSERT, entity, "", each.external_id, 0, {}) for each in stamps]
        receipts: dict[int, Receipt] = {}
        for done, part in enumerate(parts):
            try:
                receipts |= self._writes.send([part], sent, where)
            except TargetError as error:
                if not done:
                    raise
                # Others of these are written: this must not look as if nothing had happened.
                later = Deferred(error.code, error.title)
                return {each.position: later for each in parts} | receipts
        return {position: _told(receipt) for position, receipt in receipts.items()}


def _judged(
    stamp: Stamp, there: tuple[Held, str, bool] | None, holders: Sequence[Held]
) -> Receipt | Held:
    """What can be said before anything is written; or the record that is to be written."""
    if there is None:
        return _GONE
    held, key, taken = there
    if key == stamp.external_id and taken == bool(key):
        return Delivered(stamp.remote_id)
    if key != stamp.was or (taken and not key):
        return _TAKEN
    return _KEY_HELD if holders else held


def _told(receipt: Receipt) -> Receipt:
    if isinstance(receipt, Rejected | Deferred):
        return _OWN.get(receipt.code, receipt)
    return receipt
