"""A backlog as jobs of the Bulk API 2.0: created, uploaded, closed, and followed to their end.

Until a job is closed nothing is worked on, so that whatever is lost before then had no effect. Its
end is told by three files, joined with what was sent by the external id; a record that none of them
names is in doubt. Limits: at most 150,000,000 characters a job and 15,000 jobs a day, kept for 7 days
(https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_limits.htm).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import orjson

from adapters.http import Answer, AnswerLost
from adapters.targets.salesforce import trouble
from adapters.targets.salesforce.client import Client
from adapters.targets.salesforce.decode import bad_answer
from adapters.targets.salesforce.profile import Profile
from adapters.targets.salesforce.table import error_of, lines, table
from adapters.targets.salesforce.writes import Writes
from agent.errors import TargetError, TargetUnavailable
from agent.model import (
    Accepted,
    Ambiguous,
    BatchRefused,
    Deferred,
    Delivered,
    Message,
    Receipt,
    Rejected,
)

_CSV = "text/csv"
_STUCK = "INVALID_FIELD_FOR_INSERT_UPDATE"
_COLLECTION = 200


@dataclass
class _Job:
    """What was sent in a job, and what became of it as far as that is known."""

    messages: list[Message]
    receipts: dict[int, Receipt] = field(default_factory=dict)
    asked: set[int] = field(default_factory=set)


class Jobs:
    """The jobs that this process has under way; safe to share between senders."""

    def __init__(self, client: Client, profile: Profile, writes: Writes, poll: timedelta) -> None:
        self._client = client
        self._profile = profile
        self._writes = writes
        self._poll = poll
        self._root = f"{client.root}/jobs/ingest"
        self._jobs: dict[str, _Job] = {}
        self._lock = threading.Lock()

    def start(self, batch: Sequence[Message]) -> list[Receipt]:
        """One job for upserts of one entity; each is `Accepted`, but for what is refused."""
        made = table(batch, self._profile)
        receipts: dict[int, Receipt] = dict(made.refused)
        if made.sent:
            sent = [batch[position] for position in made.sent]
            receipts.update(zip(made.sent, self._started(sent, made.body), strict=True))
        if made.odd:
            few = made.odd[:_COLLECTION]
            receipts |= dict.fromkeys(made.odd, Deferred("BULK_LATER", "It goes by itself."))
            written = self._one_by_one([batch[position] for position in few])
            receipts.update(zip(few, written, strict=True))
        return [receipts[position] for position in range(len(batch))]

    def follow(self, handles: Sequence[str]) -> list[Receipt]:
        """One receipt each. Raises TargetUnavailable, TargetAuthError."""
        known: dict[str, _Job | None] = {}
        for handle in handles:
            job_id = handle.partition(":")[0]
            if job_id not in known:
                known[job_id] = self._looked_at(job_id)
        return [self._receipt(handle, known[handle.partition(":")[0]]) for handle in handles]

    def _receipt(self, handle: str, job: _Job | None) -> Receipt:
        job_id, _, position = handle.partition(":")
        if job is None or not position.isdigit():
            return Ambiguous("Nobody follows this job any more.")
        found = job.receipts.get(int(position))
        if found is None:
            return Accepted(handle, self._poll)
        with self._lock:
            job.asked.add(int(position))
            if len(job.asked) == len(job.messages):
                self._jobs.pop(job_id, None)
        return found

    # --- beginning --------------------------------------------------------------------------------

    def _started(self, sent: list[Message], body: bytes) -> list[Receipt]:
        entity = self._profile.entities[sent[0].entity]
        asked = {
            "object": entity.sobject,
            "operation": "upsert",
            "externalIdFieldName": self._profile.external_id_field,
            "contentType": "CSV",
            "lineEnding": "LF",
        }
        created = self._certain("POST", self._root, orjson.dumps(asked))
        job_id = _said(created).get("id")
        if created.status != 200 or not isinstance(job_id, str) or not job_id.isalnum():
            return [_refused(created)] * len(sent)
        where = f"{self._root}/{job_id}"
        uploaded = self._certain("PUT", f"{where}/batches", body, _CSV)
        if uploaded.status not in {200, 201}:
            self._give_up(where)
            return [_refused(uploaded)] * len(sent)
        try:
            closed = self._client.call("PATCH", where, _state("UploadComplete"))
        except AnswerLost:
            pass  # it may be closed: following it tells
        else:
            if closed.status != 200:
                self._give_up(where)
                return [_refused(closed)] * len(sent)
        with self._lock:
            self._jobs[job_id] = _Job(sent)
        return [Accepted(f"{job_id}:{position}", self._poll) for position in range(len(sent))]

    def _certain(self, method: str, path: str, body: bytes, media: str = "") -> Answer:
        """A call of a job that is not closed: whatever is lost, nothing happened to any record."""
        try:
            if media:
                return self._client.call(method, path, body, media)
            return self._client.call(method, path, body)
        except AnswerLost as lost:
            raise TargetUnavailable(
                f"A bulk job could not be begun. {lost.reason}", code="ANSWER_LOST"
            ) from None

    def _give_up(self, where: str) -> None:
        with suppress(TargetError, AnswerLost):  # it is never worked on, and goes after 7 days
            self._client.call("PATCH", where, _state("Aborted"))

    # --- the end ----------------------------------------------------------------------------------

    def _looked_at(self, job_id: str) -> _Job | None:
        with self._lock:
            job = self._jobs.get(job_id)
        if job is None or job.receipts:
            return job
        answer = self._client.read(f"{self._root}/{job_id}")
        said = _said(answer)
        if answer.status == 404:
            job.receipts = _all(job, Ambiguous("The org does not know the job any more."))
            return job
        match said.get("state"):
            case "UploadComplete" | "InProgress":
                pass
            case "Open":  # its closing was lost: given up, it certainly has no effect
                self._abandoned(job, f"{self._root}/{job_id}")
            case "JobComplete" | "Failed" | "Aborted":
                job.receipts = self._ended(job, job_id, str(said.get("errorMessage") or ""))
            case _:
                raise bad_answer()
        return job

    def _abandoned(self, job: _Job, where: str) -> None:
        try:
            answer = self._client.call("PATCH", where, _state("Aborted"))
        except AnswerLost:
            return  # the next look tells
        if answer.status == 200:
            reason = "The job was not begun; nothing of it happened."
            job.receipts = _all(job, Deferred("BULK_NOT_BEGUN", reason))

    def _ended(self, job: _Job, job_id: str, error: str) -> dict[int, Receipt]:
        good = self._file(job_id, "successfulResults")
        bad = self._file(job_id, "failedResults")
        left = self._file(job_id, "unprocessedrecords")
        receipts: dict[int, Receipt] = {}
        for position, message in enumerate(job.messages):
            key = message.external_id
            if key in good:
                receipts[position] = Delivered(good[key].get("sf__Id", ""))
            elif key in bad:
                told = error_of(bad[key].get("sf__Error", ""))
                receipts[position] = trouble.failed([told], message, self._profile)
            elif key in left:
                receipts[position] = _unprocessed(error)
            else:
                receipts[position] = Ambiguous("BAD_RESPONSE: the job's results do not name it.")
        return receipts | self._without_fixed_fields(job, receipts)

    def _without_fixed_fields(
        self, job: _Job, receipts: Mapping[int, Receipt]
    ) -> dict[int, Receipt]:
        """Records that exist refuse fields that are set at creation: these go one by one."""
        entity = self._profile.entities[job.messages[0].entity]
        once = {name for name, mapped in entity.fields.items() if mapped.once}
        stuck = [
            position
            for position, receipt in receipts.items()
            if isinstance(receipt, Rejected) and receipt.code == _STUCK and receipt.field in once
        ]
        done: dict[int, Receipt] = {}
        for start in range(0, len(stuck), _COLLECTION):
            some = stuck[start : start + _COLLECTION]
            written = self._one_by_one([job.messages[position] for position in some])
            done.update(zip(some, written, strict=True))
        return done

    def _one_by_one(self, messages: Sequence[Message]) -> Sequence[Receipt]:
        """A collections call beside a job, whose failure must not undo what the job did."""
        try:
            return self._writes.upsert(messages)
        except TargetError as error:
            return [Deferred(error.code, error.title)] * len(messages)

    def _file(self, job_id: str, name: str) -> dict[str, Mapping[str, str]]:
        answer = self._client.read(f"{self._root}/{job_id}/{name}", _CSV)
        if answer.status != 200 or answer.media != _CSV:
            raise bad_answer()
        key = self._profile.external_id_field
        try:
            return {line[key]: line for line in lines(answer.body)}
        except (ValueError, KeyError):
            raise bad_answer() from None


def _unprocessed(error: str) -> Receipt:
    if error.startswith("InvalidBatch"):  # every line would fail again: fewer are told each by each
        return BatchRefused("BULK_REFUSED", "Salesforce could not read the job (InvalidBatch).")
    return Deferred("BULK_UNPROCESSED", "Salesforce ended the job before it came to this record.")


def _all(job: _Job, receipt: Receipt) -> dict[int, Receipt]:
    return dict.fromkeys(range(len(job.messages)), receipt)


def _refused(answer: Answer) -> Receipt:
    errors = trouble.errors_of(answer)
    code = str(errors[0]["errorCode"]) if errors else f"HTTP_{answer.status}"
    return BatchRefused(code, f"Salesforce refused the bulk job ({answer.status} {code}).")


def _state(state: str) -> bytes:
    return orjson.dumps({"state": state})


def _said(answer: Answer) -> Mapping[str, Any]:
    try:
        said = orjson.loads(answer.body) if answer.is_json else None
    except orjson.JSONDecodeError:
        said = None
    return said if isinstance(said, dict) else {}
