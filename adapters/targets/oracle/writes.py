"""One attempt of writing: look up what is there, then requests that each do all or nothing.

A look-up is asked together for several requests (`TOGETHER`), as it would else be every second one.
They go one after the other; where one finds the target away, the attempt ends there.
What exists is updated by its path; what does not is created, with `Upsert-Mode` where the resource
takes it, so that a record that came into being in between is updated too. Which records an upsert
matches is each resource's own rule, so it is trusted alone only where the configuration says so
(https://docs.oracle.com/en/cloud/saas/sales/faaps/op-accounts-post.html).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from adapters.http import Answer, AnswerLost
from adapters.lookups import LookUps
from adapters.targets.oracle import decode, encode, trouble
from adapters.targets.oracle.client import BATCH, ITEM, Client
from adapters.targets.oracle.config import OracleConfig
from adapters.targets.oracle.encode import Draft, Held, Part
from adapters.targets.oracle.profile import EntityMap, Profile
from adapters.targets.oracle.reads import Reads
from agent.errors import TargetAuthError, TargetUnavailable
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
"""Records that are looked up at once: below the 500 of a page, and with keys of ten characters in
one address."""
_METHODS = {"create": "POST", "upsert": "POST", "update": "PATCH", "delete": "DELETE"}
_MISSING_WAIT = timedelta(minutes=15)


class Writes:
    """Upserts and deletes, all of one entity."""

    def __init__(
        self,
        client: Client,
        profile: Profile,
        reads: Reads,
        config: OracleConfig,
        lookups: LookUps[Sequence[Held]],
    ) -> None:
        self._lookups = lookups
        self._client = client
        self._profile = profile
        self._reads = reads
        self._upsert_refused = frozenset(config.no_upsert)
        self._upsert_matches = frozenset(config.upsert_matches)
        self._most = config.batch

    def upsert(self, batch: Sequence[Message]) -> list[Receipt]:
        """One receipt each, in order."""
        entity = self._profile.entities[batch[0].entity]
        receipts: dict[int, Receipt] = {}
        drafts: dict[int, Draft] = {}
        seen: set[str] = set()
        for position, message in enumerate(batch):
            try:
                if message.external_id in seen:
                    raise encode.Refused(encode.SAME_RECORD)
                drafts[position] = encode.draft(message, entity)
            except encode.Refused as refused:
                receipts[position] = refused.receipt
            seen.add(message.external_id)
        try:
            parts, held = self._looked_up(batch[0].entity, drafts, receipts)
        except trouble.QueryRefused as error:
            later = Deferred(error.code, f"{error.title} {error.hint}", _MISSING_WAIT)
            return [receipts.get(position, later) for position in range(len(batch))]
        try:
            self._in_turn(parts, batch, entity, receipts)
        except (TargetUnavailable, TargetAuthError, Interrupted):
            unwritten = [batch[p.position].external_id for p in parts if p.position not in receipts]
            kept = {each: held[each] for each in unwritten if each in held}
            self._lookups.keep(batch[0].entity, self._asked(entity, drafts), kept)
            raise
        if len(receipts) < len(batch):
            raise Interrupted(receipts, None)
        return [receipts[position] for position in range(len(batch))]

    def delete(self, batch: Sequence[Message]) -> list[Receipt]:
        """Records are deleted by their path: look these up first."""
        entity = self._profile.entities[batch[0].entity]
        ids = [message.external_id for message in batch]
        self._lookups.forget(batch[0].entity, ids)
        held = self._reads.held(batch[0].entity, ids)
        receipts: dict[int, Receipt] = {}
        parts: list[Part] = []
        seen: set[str] = set()
        for position, message in enumerate(batch):
            known = held.get(message.external_id, ())
            if not known:
                receipts[position] = Delivered()
            elif message.external_id in seen:
                receipts[position] = encode.SAME_RECORD
            elif len(known) > 1:
                receipts[position] = encode.AMBIGUOUS
            else:
                parts.append(encode.removal(position, known[0]))
            seen.add(message.external_id)
        self._in_turn(parts, batch, entity, receipts)
        return [receipts[position] for position in range(len(batch))]

    def _in_turn(
        self,
        parts: Sequence[Part],
        batch: Sequence[Message],
        entity: EntityMap,
        receipts: dict[int, Receipt],
    ) -> None:
        """A request for every so many records. Raises Interrupted, TargetUnavailable, TargetAuthError."""
        portions = list(_portions(parts, self._most))
        for at, portion in enumerate(portions):
            try:
                answered = self.send(portion, batch, entity)
            except (TargetUnavailable, TargetAuthError) as error:
                if at:
                    raise Interrupted(receipts, error) from None
                raise
            receipts.update(answered)
            if at + 1 < len(portions) and _is_lost(answered):
                raise Interrupted(receipts, None)

    def send(
        self, parts: Sequence[Part], batch: Sequence[Message], entity: EntityMap
    ) -> dict[int, Receipt]:
        """ONE request for all parts; a receipt for each of their messages, by position."""
        if not parts:
            return {}
        positions = dict.fromkeys(part.position for part in parts)
        try:
            answer = self._single(parts[0], entity) if len(parts) == 1 else self._all(parts, entity)
        except AnswerLost as lost:
            return dict.fromkeys(positions, Ambiguous(lost.reason))
        if answer.status in {200, 201, 204}:
            return decode.written(answer, parts, entity)
        sent = {position: batch[position] for position in positions}
        return trouble.refused(answer, sent, entity, single=len(parts) == 1)

    def _single(self, part: Part, entity: EntityMap) -> Answer:
        headers = {"content-type": ITEM} if part.payload is not None else {}
        if part.operation in {"create", "upsert"}:
            headers["upsert-mode"] = str(part.operation == "upsert").lower()
        content = None if part.payload is None else encode.plain(part)
        path = self._client.path(entity, part.path)
        return self._client.call(_METHODS[part.operation], path, content, headers)

    def _all(self, parts: Sequence[Part], entity: EntityMap) -> Answer:
        path = self._client.path(entity, "")
        return self._client.call("POST", path, encode.body(parts), {"content-type": BATCH})

    # --- looking up -------------------------------------------------------------------------------

    def _looked_up(
        self, name: str, drafts: dict[int, Draft], receipts: dict[int, Receipt]
    ) -> tuple[list[Part], Mapping[str, Sequence[Held]]]:
        """The operations of every message that can be sent, and what is there of their records.

        Receipts of the others are added.
        """
        entity = self._profile.entities[name]
        parents = self._parents(drafts, receipts)
        ids = [draft.external_id for at, draft in drafts.items() if at not in receipts]
        held = self._held(name, ids, self._asked(entity, drafts))
        parts: list[Part] = []
        for position, draft in drafts.items():
            if position in receipts or draft.external_id not in held:
                continue
            known = held[draft.external_id]
            try:
                if len(known) > 1:
                    raise encode.Refused(encode.AMBIGUOUS)
                own = known[0] if known else None
                upsert = name not in self._upsert_refused
                parts += encode.parts(position, draft, entity, parents, own, upsert=upsert)
            except encode.Refused as refused:
                receipts[position] = refused.receipt
        return parts, held

    def _held(
        self, name: str, ids: Sequence[str], asked: Sequence[str]
    ) -> dict[str, Sequence[Held]]:
        """What is there under these keys, or some of them; an empty sequence: nothing is."""
        if name in self._upsert_matches:
            return dict.fromkeys(ids, ())
        held: dict[str, Sequence[Held]] = dict(self._lookups.take(name, asked, ids))
        unknown = [each for each in ids if each not in held]
        if len(held) >= self._most:  # enough for now; the others are asked for together, in turn
            return held
        if unknown:
            held.update(self._reads.held(name, unknown, asked))
        return {each: held.get(each, ()) for each in ids}

    def _asked(self, entity: EntityMap, drafts: Mapping[int, Draft]) -> list[str]:
        """The fields that a look-up needs: those taken only once, and rows that may exist."""
        once = [name for name, each in entity.fields.items() if each.once and each.name]
        purposes = {purpose for draft in drafts.values() for purpose in draft.rows}
        rows = [name for name, each in entity.fields.items() if each.row in purposes and each.row]
        return [*once, *rows]

    def _parents(
        self, drafts: Mapping[int, Draft], receipts: dict[int, Receipt]
    ) -> Mapping[tuple[str, str], Held]:
        """Every parent by entity and external id; messages whose parent is missing get receipts."""
        named = [parent for draft in drafts.values() for parent in draft.parents]
        found: dict[tuple[str, str], Sequence[Held]] = {}
        for entity in dict.fromkeys(parent.entity for parent in named):
            ids = dict.fromkeys(p.external_id for p in named if p.entity == entity)
            for external_id, known in self._reads.held(entity, list(ids)).items():
                found[entity, external_id] = known
        for position, draft in drafts.items():
            for parent in draft.parents:
                known = found.get((parent.entity, parent.external_id), ())
                if len(known) != 1:
                    receipts[position] = _parent_ambiguous(parent) if known else WaitingFor(parent)
        return {at: known[0] for at, known in found.items()}


def _portions(parts: Sequence[Part], most: int) -> Iterator[list[Part]]:
    """The parts of so many messages each, at the most."""
    by_message: dict[int, list[Part]] = {}
    for part in parts:
        by_message.setdefault(part.position, []).append(part)
    each = list(by_message.values())
    for at in range(0, len(each), most):
        yield [part for some in each[at : at + most] for part in some]


def _is_lost(receipts: Mapping[int, Receipt]) -> bool:
    return all(isinstance(receipt, Ambiguous) for receipt in receipts.values())


def _parent_ambiguous(parent: Parent) -> Rejected:
    reason = "Several records in Oracle hold the external id that it refers to."
    return Rejected("EXTERNAL_ID_AMBIGUOUS", reason, parent.field)
