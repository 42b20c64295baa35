"""One attempt of writing to an environment: upserts and deletes, all of one entity.

Many records go in one UpsertMultiple, which is done as a whole or not at all and says nothing of
single records. If it is refused, nothing happened. Then the same records are judged one by one in a
`$batch`, as Microsoft advises; of more than `apart` of them the answer is `BatchRefused`, so that
delivery halves them first and only the part with the bad record is slow.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

from adapters.http import Answer, AnswerLost
from adapters.targets.dynamics import encode, trouble
from adapters.targets.dynamics.client import Client
from adapters.targets.dynamics.config import DynamicsConfig
from adapters.targets.dynamics.encode import Records
from adapters.targets.dynamics.multipart import Part
from adapters.targets.dynamics.profile import Profile
from adapters.targets.dynamics.references import Lookups
from agent.model import Ambiguous, Deferred, Delivered, Message, Op, Receipt


class Writes:
    """Batches, whose answers are judged record by record."""

    def __init__(
        self, client: Client, config: DynamicsConfig, profile: Profile, lookups: Lookups
    ) -> None:
        self._client = client
        self._config = config
        self._profile = profile
        self._lookups = lookups
        self._lock = threading.Lock()
        self._one_by_one: set[str] = set()
        """Tables that turned out not to take UpsertMultiple."""

    def upsert(self, batch: Sequence[Message]) -> list[Receipt]:
        """One receipt each, in order."""
        wanted = encode.wants_references(batch, self._profile)
        references = self._lookups.wanted(wanted)
        return self._write(batch, encode.records(batch, self._profile, references))

    def delete(self, batch: Sequence[Message]) -> list[Receipt]:
        """One receipt each, in order."""
        found = encode.records(batch, self._profile, encode.References(), bare=True)
        return self._write(batch, found)

    def _write(self, batch: Sequence[Message], found: encode.Records) -> list[Receipt]:
        receipts: dict[int, Receipt] = dict(found.refused)
        if found.sent:
            sent = [batch[position] for position in found.sent]
            receipts.update(zip(found.sent, self._sent(sent, found), strict=True))
        self._mind(receipts.values())
        return [receipts[position] for position in range(len(batch))]

    def _sent(self, sent: Sequence[Message], found: Records) -> list[Receipt]:
        try:
            if sent[0].op is Op.DELETE or len(sent) == 1 or not self._takes_many(sent[0].entity):
                return self._apart(sent, found)
            return self._together(sent, found)
        except AnswerLost as lost:
            return [Ambiguous(lost.reason) for _ in sent]

    def _takes_many(self, entity: str) -> bool:
        with self._lock:
            table = self._profile.entities[entity].table
            return self._config.upsert_multiple and table not in self._one_by_one

    def _together(self, sent: Sequence[Message], found: Records) -> list[Receipt]:
        """All or none. Raises AnswerLost."""
        entity = self._profile.entities[sent[0].entity]
        path = f"{entity.set}/Microsoft.Dynamics.CRM.UpsertMultiple"
        answer = self._client.call("POST", path, encode.multiple(found, entity))
        if answer.status == 204:
            return [Delivered() for _ in sent]
        if (later := trouble.of_table(answer)) is not None:
            return [later for _ in sent]
        if trouble.unsupported(answer):
            with self._lock:
                self._one_by_one.add(entity.table)
            return self._apart(sent, found)
        if _definite(answer) and len(sent) <= self._config.apart:  # so far nothing has happened
            return self._apart(sent, found)
        return trouble.refused(answer, sent, self._profile, self._client.now())

    def _apart(self, sent: Sequence[Message], found: Records) -> list[Receipt]:
        """Each record for itself. Raises AnswerLost, TargetUnavailable, TargetAuthError."""
        parts = [
            Part("DELETE", path) if message.op is Op.DELETE else Part("PATCH", path, body)
            for message, path, body in zip(sent, found.paths, found.bodies, strict=True)
        ]
        now = self._client.now()
        if len(parts) == 1:
            (part,) = parts
            answer = self._client.call(part.method, part.path, part.body or None)
            if answer.status == 204:
                return [Delivered()]
            return trouble.refused(answer, sent, self._profile, now)
        answer, answers = self._client.batch(parts)
        if answers is None:
            return trouble.refused(answer, sent, self._profile, now)
        return [
            trouble.receipt(each, message, self._profile, now)
            for each, message in zip(answers, sent, strict=True)
        ]

    def _mind(self, receipts: Iterable[Receipt]) -> None:
        """An id of the organisation that is gone must not be sent again."""
        if any(isinstance(item, Deferred) and item.code == "REFERENCE_GONE" for item in receipts):
            self._lookups.forget()


def _definite(answer: Answer) -> bool:
    """Whether the request was refused because of what it held: everything was rolled back."""
    return 400 <= answer.status < 500 and answer.status not in {408, 413}
