"""One attempt of writing to a tenant: creates, changes and deletes, all of one entity.

SAP has no upsert. What exists under the ERP's key, and SAP's own ids of the parents, are looked up
first, together for several requests (`TOGETHER`), then every record is created or changed in a change
set of its own. The requests go one after the other; where one finds SAP away, the attempt ends there. A record is looked for
before every attempt, so that one whose answer was lost is found and not made twice. A create that is
refused as a duplicate has lost a race: it is looked for again, and changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from adapters.http import AnswerLost
from adapters.lookups import LookUps
from adapters.targets.sap import decode, encode, trouble
from adapters.targets.sap.client import Client
from adapters.targets.sap.encode import Draft
from adapters.targets.sap.multipart import Change
from adapters.targets.sap.profile import EntityMap, Profile
from adapters.targets.sap.reads import Known, Reads
from adapters.targets.sap.rows import Row, id_of, text_of
from adapters.targets.sap.values import read
from agent.errors import TargetAuthError, TargetError, TargetUnavailable
from agent.model import (
    Ambiguous,
    Deferred,
    Delivered,
    Message,
    Parent,
    Receipt,
    Rejected,
    WaitingFor,
)
from agent.ports import Interrupted

TOGETHER = 400
"""Records that are looked up at once; a page of a read holds 1,000."""
_SEVERAL = Rejected(
    "EXTERNAL_ID_AMBIGUOUS", "Several records in SAP hold this external id; none was changed."
)
_RACED = Deferred("CONFLICT", "Somebody else made the record at the same time.")
_SAME_LATER = Deferred("ANSWER_LOST", "A request before this one was lost.")
_LATER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class _Step:
    """One change that is about to be sent, and the id of the record where it exists."""

    change: Change
    known: str = ""


class Writes:
    """Finds, then writes; every answer is judged record by record."""

    def __init__(
        self,
        client: Client,
        profile: Profile,
        reads: Reads,
        most: int,
        lookups: LookUps[Sequence[Row]],
    ) -> None:
        self._most = most
        self._lookups = lookups
        self._client = client
        self._profile = profile
        self._reads = reads

    def upsert(self, batch: Sequence[Message]) -> list[Receipt]:
        """One receipt each, in order."""
        return _each_for_itself(self._upsert, batch)

    def delete(self, batch: Sequence[Message]) -> list[Receipt]:
        """Deletes, or takes out of use where SAP deletes none; what is not there is done."""
        return _each_for_itself(self._delete, batch)

    def _upsert(self, batch: Sequence[Message]) -> list[Receipt]:
        where = self._profile.entities[batch[0].entity]
        made = encode.drafts(batch, where)
        receipts: dict[int, Receipt] = dict(made.refused)
        linked = self._linked(made.ready, where, receipts)
        try:
            self._write(batch, where, linked, receipts)
        except Interrupted as broken:
            raced = {p: _RACED for p, each in broken.receipts.items() if _is_duplicate(each)}
            raise Interrupted({**broken.receipts, **raced}, broken.cause) from None
        self._lost_races(batch, where, linked, receipts)
        return [receipts[position] for position in range(len(batch))]

    def _delete(self, batch: Sequence[Message]) -> list[Receipt]:
        where = self._profile.entities[batch[0].entity]
        ids = [message.external_id for message in batch]
        self._lookups.forget(batch[0].entity, ids)
        columns = self._client.way.columns([where.id, where.key])
        held = self._reads.rows(where, where.key, ids, columns)
        receipts: dict[int, Receipt] = {}
        steps: dict[int, _Step] = {}
        for position, message in enumerate(batch):
            rows = held.get(message.external_id, [])
            if not rows:
                receipts[position] = Delivered()
            elif len(rows) > 1:
                receipts[position] = _SEVERAL
            elif message.external_id in ids[:position]:
                receipts[position] = encode.SAME_RECORD
            else:
                change = encode.removed(where, rows[0], self._client.way)
                steps[position] = _Step(change, id_of(rows[0], where))
        self._send(batch, where, steps, receipts)
        return [receipts[position] for position in range(len(batch))]

    # --- one upsert ---

    def _linked(
        self, ready: Mapping[int, Draft], where: EntityMap, receipts: dict[int, Receipt]
    ) -> dict[int, dict[str, object]]:
        """The properties of each draft with its parents' ids; who waits for one has a receipt."""
        held: dict[tuple[str, str], Known] = {}
        for name, place in where.fields.items():
            keys = [p.external_id for d in ready.values() for p in d.parents if p.field == name]
            if keys:
                parent = self._profile.entities[place.parent]
                columns = list(dict.fromkeys([parent.id, parent.key, place.through]))
                rows = self._reads.rows(parent, parent.key, keys, columns)
                held[name, place.parent] = rows
        linked: dict[int, dict[str, object]] = {}
        for position, draft in ready.items():
            properties: dict[str, object] = dict(draft.properties)
            for parent_of in draft.parents:
                known = held[parent_of.field, parent_of.entity].get(parent_of.external_id, [])
                value = self._own_id(parent_of, known, where)
                if isinstance(value, str):
                    properties[where.fields[parent_of.field].name] = value
                else:
                    receipts.setdefault(position, value)
            if position not in receipts:
                linked[position] = properties
        return linked

    def _own_id(self, parent: Parent, rows: Sequence[Row], where: EntityMap) -> str | Receipt:
        if not rows:
            return WaitingFor(parent)
        if len(rows) > 1:
            reason = "Several records in SAP hold the external id that this refers to."
            return Rejected("EXTERNAL_ID_AMBIGUOUS", reason, parent.field)
        through = where.fields[parent.field].through
        return text_of(rows[0], through) or WaitingFor(parent)

    def _write(
        self,
        batch: Sequence[Message],
        where: EntityMap,
        linked: Mapping[int, dict[str, object]],
        receipts: dict[int, Receipt],
    ) -> None:
        once = encode.once_fields(where)
        set_once = (place.name for place in once.values())
        columns = self._client.way.columns([where.id, where.key, *set_once])
        entity = batch[0].entity
        ids = {position: batch[position].external_id for position in linked}
        held = self._held(entity, where, columns, list(ids.values()))
        ids = {position: each for position, each in ids.items() if each in held}
        steps: dict[int, _Step] = {}
        for position, external_id in ids.items():
            properties, rows = linked[position], held[external_id]
            if not rows:
                steps[position] = _Step(encode.created(where, external_id, properties))
            elif len(rows) > 1:
                receipts[position] = _SEVERAL
            elif moved := _moved(properties, rows[0], where):
                receipts[position] = moved
            else:
                change = encode.changed(where, rows[0], properties, self._client.way)
                steps[position] = _Step(change, id_of(rows[0], where))
        try:
            self._send(batch, where, steps, receipts)
        except (TargetUnavailable, TargetAuthError, Interrupted):
            unwritten = [ids[position] for position in steps if position not in receipts]
            if columns:
                self._lookups.keep(entity, columns, {each: held[each] for each in unwritten})
            raise
        if len(ids) < len(linked):
            raise Interrupted(receipts, None)

    def _held(
        self, entity: str, where: EntityMap, columns: Sequence[str], ids: Sequence[str]
    ) -> dict[str, Sequence[Row]]:
        """What the tenant holds of these; of some of them only, where enough is known for now."""
        held: dict[str, Sequence[Row]] = {}
        if columns:  # a PUT writes back all that was read, so what it read must be of this moment
            held.update(self._lookups.take(entity, columns, ids))
        if len(held) < self._most:  # else the others are asked for together, in turn
            unknown = [each for each in ids if each not in held]
            found = self._reads.rows(where, where.key, unknown, columns)
            held.update({each: found.get(each, []) for each in unknown})
        return held

    def _lost_races(
        self,
        batch: Sequence[Message],
        where: EntityMap,
        linked: Mapping[int, dict[str, object]],
        receipts: dict[int, Receipt],
    ) -> None:
        """What was refused as a duplicate and stands there now under our key is changed instead."""
        lost = [p for p in linked if _is_duplicate(receipts[p])]
        if not lost:
            return
        first = {position: receipts[position] for position in lost}
        try:
            ids = [batch[position].external_id for position in lost]
            held = self._reads.rows(where, where.key, ids, [where.id, where.key])
            there = {p: linked[p] for p in lost if batch[p].external_id in held}
            if there:
                self._write(batch, where, there, receipts)
        except (TargetError, Interrupted) as error:
            # Others of this batch are delivered: this must not look as if nothing had happened.
            said = error.cause if isinstance(error, Interrupted) else error
            later = Deferred(said.code, said.title) if said else _SAME_LATER
            unsaid = [p for p, receipt in first.items() if receipts[p] is receipt]
            receipts.update(dict.fromkeys(unsaid, later))

    def _send(
        self,
        batch: Sequence[Message],
        where: EntityMap,
        steps: Mapping[int, _Step],
        receipts: dict[int, Receipt],
    ) -> None:
        """A request for every so many. Raises Interrupted, TargetUnavailable, TargetAuthError."""
        positions = list(steps)
        for at in range(0, len(positions), self._most):
            some = {position: steps[position] for position in positions[at : at + self._most]}
            try:
                self._request(batch, where, some, receipts)
            except (TargetUnavailable, TargetAuthError) as error:
                if at:
                    raise Interrupted(receipts, error) from None
                raise
            lost = all(isinstance(receipts[position], Ambiguous) for position in some)
            if lost and at + self._most < len(positions):
                raise Interrupted(receipts, None)

    def _request(
        self,
        batch: Sequence[Message],
        where: EntityMap,
        steps: Mapping[int, _Step],
        receipts: dict[int, Receipt],
    ) -> None:
        sent = [batch[position] for position in steps]
        try:
            whole, answers = self._client.change(
                self._client.service(where), [step.change for step in steps.values()]
            )
        except AnswerLost as lost:
            receipts.update(dict.fromkeys(steps, Ambiguous(lost.reason)))
            return
        if answers is None:
            receipts.update(zip(steps, trouble.refused(whole, sent), strict=True))
            return
        for (position, step), answer in zip(steps.items(), answers, strict=True):
            receipts[position] = decode.written(answer, batch[position], where, step.known)


def _each_for_itself(
    write: Callable[[Sequence[Message]], list[Receipt]], batch: Sequence[Message]
) -> list[Receipt]:
    """A collection that cannot be asked holds up its own records, not the whole target."""
    try:
        return write(batch)
    except TargetUnavailable as error:
        if error.code not in {"QUERY_REFUSED", "SERVICE_MISSING"}:
            raise
        return [Deferred(error.code, error.title, _LATER)] * len(batch)


def _is_duplicate(receipt: Receipt) -> bool:
    return isinstance(receipt, Rejected) and receipt.code == trouble.DUPLICATE


def _moved(properties: Mapping[str, object], row: Row, where: EntityMap) -> Rejected | None:
    for name, place in encode.once_fields(where).items():
        if place.name not in properties:
            continue
        if read(place, properties[place.name]) != read(place, row.get(place.name)):
            reason = (
                "SAP sets this when the record is created and never changes it. "
                "Delete the record there; it is then created anew."
            )
            return Rejected("CREATE_ONLY_CHANGED", reason, name)
    return None
