"""One attempt of writing to an org: upserts and deletes, all of one entity, or families."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from adapters.http import AnswerLost
from adapters.targets.salesforce import decode, encode, graph, trouble
from adapters.targets.salesforce.client import Client
from adapters.targets.salesforce.profile import Profile
from adapters.targets.salesforce.reads import Reads
from agent.errors import TargetError
from agent.model import Ambiguous, Deferred, Delivered, Message, Receipt, Rejected, Stored


class Writes:
    """Collections calls, whose answer is judged record by record."""

    def __init__(self, client: Client, profile: Profile) -> None:
        self._client = client
        self._profile = profile
        self._reads = Reads(client, profile)

    def upsert(self, batch: Sequence[Message]) -> list[Receipt]:
        """One receipt each, in order."""
        receipts = self._upsert_once(batch)
        entity = self._profile.entities[batch[0].entity]
        once = {name for name, field in entity.fields.items() if field.once and field.name}
        stuck = [
            position
            for position, receipt in enumerate(receipts)
            if isinstance(receipt, Rejected)
            and receipt.code == "INVALID_FIELD_FOR_INSERT_UPDATE"
            and receipt.field in once
        ]
        if stuck:
            again = self._update_existing([batch[position] for position in stuck], once)
            for position, receipt in zip(stuck, again, strict=True):
                receipts[position] = receipt or receipts[position]
        return receipts

    def _upsert_once(self, batch: Sequence[Message]) -> list[Receipt]:
        request = encode.upserts(batch, self._profile)
        receipts: dict[int, Receipt] = dict(request.refused)
        if request.sent:
            sent = [batch[position] for position in request.sent]
            sobject = self._profile.entities[batch[0].entity].sobject
            key = self._profile.external_id_field
            path = f"{self._client.root}/composite/sobjects/{sobject}/{key}"
            answered = self._write("PATCH", path, request.body, sent)
            receipts.update(zip(request.sent, answered, strict=True))
        return [receipts[position] for position in range(len(batch))]

    def _update_existing(
        self, batch: Sequence[Message], once: set[str]
    ) -> Sequence[Receipt | None]:
        """Records that exist refuse fields that are set at creation: send them without.

        Only if those fields agree; otherwise a person hears that the change cannot be made.
        None: the first refusal stands.
        """
        ids = [message.external_id for message in batch]
        receipts: list[Receipt | None] = [None] * len(batch)
        try:
            held = self._reads.find(batch[0].entity, ids, sorted(once))
            rest: list[int] = []
            for position, message in enumerate(batch):
                stored = held.get(message.external_id)
                if stored is not None:
                    receipts[position] = _moved(message, stored, once)
                    if receipts[position] is None:
                        rest.append(position)
            lighter = [_without(batch[position], once) for position in rest]
            if lighter:
                answered = self._upsert_once(lighter)
                for position, receipt in zip(rest, answered, strict=True):
                    receipts[position] = receipt
        except TargetError as error:
            # Others of this batch are delivered: this must not look as if nothing had happened.
            later = Deferred(error.code, error.title)
            return [receipt or later for receipt in receipts]
        return receipts

    def families(self, families: Sequence[graph.Family]) -> list[Receipt]:
        """One receipt each, in order: each family as one graph, all of them in one request."""
        asked = graph.request(families, self._profile, self._client.root)
        receipts: dict[int, Sequence[Receipt]] = dict(asked.refused)
        if asked.sent:
            sent = {position: families[position] for position in asked.sent}
            try:
                answer = self._client.call(
                    "POST", f"{self._client.root}/composite/graph", asked.body
                )
            except AnswerLost as lost:
                unknown = Ambiguous(lost.reason)
                receipts |= {at: [unknown] * len(family) for at, family in sent.items()}
            else:
                if answer.status == 404 and not self._client.serves_version():
                    raise trouble.retired()
                receipts |= graph.written(answer, sent, self._profile)
        return [receipt for at in range(len(families)) for receipt in receipts[at]]

    def delete(self, batch: Sequence[Message]) -> list[Receipt]:
        """Salesforce deletes many records by their own ids only: look these up first."""
        ids = self._reads.ids(batch[0].entity, [message.external_id for message in batch])
        receipts: dict[int, Receipt] = {}
        sent: dict[int, str] = {}
        for position, message in enumerate(batch):
            known = ids.get(message.external_id, [])
            if not known:
                receipts[position] = Delivered()
            elif known[0] in sent.values():
                receipts[position] = encode.SAME_RECORD
            elif len(known) > 1:
                reason = "Several records in the org hold this external id; none was deleted."
                receipts[position] = Rejected("EXTERNAL_ID_AMBIGUOUS", reason)
            else:
                sent[position] = known[0]
        if sent:
            joined = ",".join(sent.values())
            path = f"{self._client.root}/composite/sobjects?ids={joined}&allOrNone=false"
            answered = self._write("DELETE", path, None, [batch[position] for position in sent])
            receipts.update(zip(sent, answered, strict=True))
        return [receipts[position] for position in range(len(batch))]

    def _write(
        self, method: str, path: str, body: bytes | None, sent: Sequence[Message]
    ) -> list[Receipt]:
        try:
            answer = self._client.call(method, path, body)
        except AnswerLost as lost:
            return [Ambiguous(lost.reason) for _ in sent]
        if answer.status == 404 and not self._client.serves_version():
            raise trouble.retired()
        return decode.written(answer, sent, self._profile)


def _without(message: Message, names: set[str]) -> Message:
    fields = {name: value for name, value in message.fields.items() if name not in names}
    return replace(message, fields=fields)


def _moved(message: Message, stored: Stored, once: set[str]) -> Rejected | None:
    for name in sorted(once):
        if name in message.fields and message.fields[name] != stored.fields.get(name):
            reason = (
                "Salesforce sets this when the record is created and never changes it. "
                "Delete the record there; it is then created anew."
            )
            return Rejected("CREATE_ONLY_CHANGED", reason, name)
    return None
