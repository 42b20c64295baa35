"""One attempt of writing to an account: upserts with their links, and deletes; all of one entity.

Steps of an upsert, each of which may be repeated: resolve the parents, take the links of former
parents away, write the records, make the links. Where only the last step fails, the record is not
delivered yet: the message is sent again and ends alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from adapters.http import Answer, AnswerLost
from adapters.targets.hubspot import decode, encode, trouble
from adapters.targets.hubspot.associations import Associations, Link
from adapters.targets.hubspot.client import Client, Refused
from adapters.targets.hubspot.ids import Ids
from adapters.targets.hubspot.profile import FieldMap, Profile
from adapters.targets.hubspot.reads import Held, Reads
from agent.errors import TargetError, TargetUnavailable
from agent.model import Ambiguous, Deferred, Delivered, Message, Receipt

_PENDING = Deferred("LINK_PENDING", "The record is written; it is not linked with its parent yet.")
_IMPOSSIBLE = Deferred(
    "LINK_MISSING",
    "The record is written; its object cannot be linked with its parent's. Run `waybill test` and "
    "`waybill setup` for this target.",
    timedelta(minutes=15),
)


@dataclass(frozen=True, slots=True)
class _Linking:
    """A link to be made: whose message, which parent."""

    position: int
    field: FieldMap
    parent: str
    link: Link


class Writes:
    """Batches, whose answer is judged record by record."""

    def __init__(
        self, client: Client, profile: Profile, ids: Ids, reads: Reads, associations: Associations
    ) -> None:
        self._client = client
        self._profile = profile
        self._ids = ids
        self._reads = reads
        self._associations = associations

    def upsert(self, batch: Sequence[Message]) -> list[Receipt]:
        """One receipt each, in order."""
        try:
            parents = self._parents(batch)
            request = encode.upserts(batch, self._profile, parents)
            self._unlink([batch[position] for position in request.sent])
        except Refused as refused:
            if refused.everyone is None:
                raise
            return [refused.everyone] * len(batch)
        receipts: dict[int, Receipt] = dict(request.refused)
        if request.sent:
            sent = [batch[position] for position in request.sent]
            answered = self._write(sent, request.body)
            receipts.update(zip(request.sent, answered, strict=True))
        found = [receipts[position] for position in range(len(batch))]
        self._link(batch, found, parents)
        return found

    def delete(self, batch: Sequence[Message]) -> list[Receipt]:
        """HubSpot archives by its own ids only: look these up first."""
        entity = batch[0].entity
        try:
            held = self._reads.held(entity, [message.external_id for message in batch], ())
        except Refused as refused:
            if refused.everyone is None:
                raise
            return [refused.everyone] * len(batch)
        there = [at for at, message in enumerate(batch) if message.external_id in held]
        receipts: list[Receipt] = [Delivered() for _ in batch]
        if there:
            answered = self._archive([batch[at] for at in there], held)
            for at, receipt in zip(there, answered, strict=True):
                receipts[at] = receipt
        return receipts

    def _archive(self, batch: Sequence[Message], held: Mapping[str, Held]) -> Sequence[Receipt]:
        ids = [held[message.external_id][0] for message in batch]
        self._ids.forget(batch[0].entity, held)
        path = f"{self._client.objects}/{self._object(batch[0].entity)}/batch/archive"
        try:
            answer = self._client.call("POST", path, encode.archives(ids))
        except AnswerLost as lost:
            return [Ambiguous(lost.reason) for _ in batch]
        if answer.status == 204:
            return [Delivered(each) for each in ids]
        return trouble.refused(answer, batch, self._profile)

    # --- parents ----------------------------------------------------------------------------------

    def _parents(self, batch: Sequence[Message]) -> dict[tuple[str, str], str]:
        """HubSpot's ids of all parents that exist."""
        found: dict[tuple[str, str], str] = {}
        for entity, external_ids in encode.wanted(batch, self._profile).items():
            try:
                ids = self._reads.ids(entity, external_ids)
            except Refused as refused:
                if refused.everyone is None:
                    raise
                continue  # no such object: none of its records exists
            found |= {(entity, each): record_id for each, record_id in ids.items()}
        return found

    def _unlink(self, batch: Sequence[Message]) -> None:
        """Take away the links that these records have with parents that they leave."""
        if not batch:
            return
        entity = self._profile.entities[batch[0].entity]
        named = {name for message in batch for name in message.fields}
        refs = {name: field for name, field in entity.refs.items() if name in named}
        if not refs:
            return
        names = [field.name for field in refs.values()]
        held = self._reads.held(batch[0].entity, [message.external_id for message in batch], names)
        for name, field in refs.items():
            left = {}
            for message in batch:
                if name in message.fields and message.external_id in held:
                    record_id, properties = held[message.external_id]
                    former = properties.get(field.name)
                    if former and former != message.fields[name]:
                        left[record_id] = former
            ids = self._reads.ids(field.parent, list(dict.fromkeys(left.values())))
            links = [(child, ids[former]) for child, former in left.items() if former in ids]
            one, two = self._object(batch[0].entity), self._object(field.parent)
            self._associations.remove(one, two, links)

    def _link(
        self,
        batch: Sequence[Message],
        receipts: list[Receipt],
        parents: Mapping[tuple[str, str], str],
    ) -> None:
        """Make the links of what was written; what could not be linked is not delivered yet."""
        for name, field in self._profile.entities[batch[0].entity].refs.items():
            due = []
            for position, message in enumerate(batch):
                receipt, value = receipts[position], message.fields.get(name)
                if isinstance(receipt, Delivered) and isinstance(value, str):
                    link = (receipt.remote_id, parents[field.parent, value])
                    due.append(_Linking(position, field, value, link))
            if due:
                self._link_some(batch[0].entity, due, receipts)

    def _link_some(self, entity: str, due: Sequence[_Linking], receipts: list[Receipt]) -> None:
        field = due[0].field
        one, two = self._object(entity), self._object(field.parent)
        failed: Receipt = _PENDING
        try:
            made = self._associations.make(one, two, [item.link for item in due])
        except AnswerLost as lost:
            made, failed = set(), Ambiguous(lost.reason)
        except Refused as refused:
            made, failed = set(), refused.everyone or _IMPOSSIBLE
        except TargetError as error:
            # The records are written: this must not look as if nothing had happened.
            wait = error.retry_after if isinstance(error, TargetUnavailable) else None
            made, failed = set(), Deferred(error.code, error.title, wait)
        for item in due:
            if item.link not in made:
                receipts[item.position] = failed
                self._ids.forget(field.parent, [item.parent])  # it may be another one by now

    # --- calls ------------------------------------------------------------------------------------

    def _write(self, sent: Sequence[Message], body: bytes) -> list[Receipt]:
        entity = sent[0].entity
        path = f"{self._client.objects}/{self._object(entity)}/batch/upsert"
        try:
            answer: Answer = self._client.call("POST", path, body)
        except AnswerLost as lost:
            return [Ambiguous(lost.reason) for _ in sent]
        named = [encode.sent_as(message) for message in sent]
        receipts = decode.written(answer, named, sent, self._profile)
        ids = {
            message.external_id: receipt.remote_id
            for message, receipt in zip(sent, receipts, strict=True)
            if isinstance(receipt, Delivered)
        }
        self._ids.learn(entity, ids)
        return receipts

    def _object(self, entity: str) -> str:
        return quote(self._profile.entities[entity].object, safe="")
