"""Bulk API 2.0: jobs that take a CSV file of records and work on it later.

Nothing is worked on before the client says that everything is uploaded. Results come in an order of
their own. `bulk_seconds` is how long a job takes, `bulk_fails_after` lets it fail in the middle.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from adapters.sandbox.core import Core
from adapters.sandbox.salesforce.ids import make
from adapters.sandbox.salesforce.options import SalesforceOptions
from adapters.sandbox.salesforce.records import Records, SeveralFound
from adapters.sandbox.salesforce.schema import NUMBER_TYPES, Field, Schema, SObject
from adapters.sandbox.salesforce.values import Refusal
from adapters.sandbox.wire import ApiError

CLEARED = "#N/A"
_FINAL = frozenset({"JobComplete", "Failed", "Aborted"})

Line = dict[str, str]


@dataclass
class Job:
    """One ingest job."""

    id: str
    sobject: SObject
    key: Field
    state: str = "Open"
    lines: list[Line] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    uploaded: bool = False
    closed_at: float = 0.0
    error: str = ""
    done: list[Line] = field(default_factory=list)
    failed: list[Line] = field(default_factory=list)
    left: list[Line] = field(default_factory=list)


class Bulk:
    """The jobs of an org. The caller holds the core's lock."""

    def __init__(
        self, core: Core, schema: Schema, records: Records, options: SalesforceOptions
    ) -> None:
        self._core = core
        self._schema = schema
        self._records = records
        self._options = options
        self._jobs: dict[str, Job] = {}

    def create(self, body: Any) -> Job:
        """A job for what a client asks for. Raises ApiError."""
        asked: Mapping[str, Any] = body if isinstance(body, dict) else {}
        sobject = self._schema.find(str(asked.get("object") or ""))
        if sobject is None:
            raise ApiError(400, "INVALIDENTITY", "Unable to find object")
        if asked.get("operation") != "upsert":
            raise ApiError(400, "FEATURENOTENABLED", "The sandbox's jobs only upsert")
        key = sobject.external_id(str(asked.get("externalIdFieldName") or ""))
        if key is None:
            raise ApiError(400, "INVALIDJOB", "InvalidJob : Field name not found")
        if asked.get("contentType", "CSV") != "CSV":
            raise ApiError(400, "INVALIDJOB", "InvalidJob : contentType must be CSV")
        job = Job(make("750", len(self._jobs) + 1), sobject, key)
        self._jobs[job.id] = job
        return job

    def job(self, job_id: str) -> Job:
        """The job with this id. Raises ApiError."""
        found = self._jobs.get(job_id)
        if found is None:
            raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
        return found

    def upload(self, job: Job, body: bytes) -> None:
        """Take the only upload of a job. Raises ApiError."""
        if job.state != "Open" or job.uploaded:
            raise ApiError(400, "INVALIDJOBSTATE", f"Data was uploaded or the job is {job.state}")
        text = io.StringIO(body.decode("utf-8", "replace"), newline="")
        reader = csv.DictReader(text, strict=True)
        job.columns = list(reader.fieldnames or ())
        job.lines = [{name: value or "" for name, value in line.items()} for line in reader]
        job.uploaded = True

    def move(self, job: Job, state: object) -> None:
        """Close a job or give it up, as a client asks. Raises ApiError."""
        if state == "UploadComplete" and job.state == "Open":
            job.state, job.closed_at = "UploadComplete", self._core.clock.monotonic()
        elif state == "Aborted" and job.state not in _FINAL:
            job.left += job.lines
            job.state, job.lines = "Aborted", []
        elif state != job.state:
            raise ApiError(400, "INVALIDJOBSTATE", f"The job is {job.state}")

    def remove(self, job: Job) -> None:
        """Forget a job that is over. Raises ApiError."""
        if job.state not in {*_FINAL, "UploadComplete"}:
            raise ApiError(400, "INVALIDJOBSTATE", f"The job is {job.state}")
        del self._jobs[job.id]

    def work(self) -> None:
        """Do what is due, whether or not anybody asks."""
        now = self._core.clock.monotonic()
        for job in list(self._jobs.values()):
            if job.state == "UploadComplete" and now >= job.closed_at + self._options.bulk_seconds:
                self._work_on(job)

    def _work_on(self, job: Job) -> None:
        most = self._options.bulk_fails_after
        unknown = [name for name in job.columns if self._place(job, name) is None]
        if unknown:
            job.state, job.left = "Failed", job.lines
            job.error = f"InvalidBatch : Field name not found : {unknown[0]}"
            return
        seen: set[str] = set()
        for number, line in enumerate(job.lines):
            if most is not None and number >= most:
                job.state, job.error = "Failed", "InternalServerError : the batch was not processed"
                job.left = job.lines[number:]
                break
            self._write(job, line, seen)
        else:
            job.state = "JobComplete"
        job.lines = []
        for results in (job.done, job.failed):
            self._core.random.shuffle(results)

    def _write(self, job: Job, line: Line, seen: set[str]) -> None:
        try:
            values = dict(self._values(job, line))
            key = values.pop(job.key.name, None)
            if not isinstance(key, str) or not key:
                raise Refusal("MISSING_ARGUMENT", f"{job.key.name} not specified", job.key.name)
            if key in seen:
                message = f"Duplicate external id specified: {key}"
                raise Refusal("DUPLICATE_VALUE", message, job.key.name)
            seen.add(key)
            saved = self._records.upsert(job.sobject, job.key, key, values)
        except SeveralFound:
            refused = Refusal("DUPLICATE_EXTERNAL_ID", "more than one record found", job.key.name)
            job.failed.append({"sf__Id": "", "sf__Error": _error(refused), **line})
        except Refusal as refusal:
            job.failed.append({"sf__Id": "", "sf__Error": _error(refusal), **line})
        else:
            created = "true" if saved.created else "false"
            job.done.append({"sf__Id": saved.row.id, "sf__Created": created, **line})

    def _values(self, job: Job, line: Line) -> Iterator[tuple[str, Any]]:
        for name, text in line.items():
            if text == "":
                continue  # an empty cell leaves its field alone
            relation, _, key = name.partition(".")
            place = self._place(job, name)
            if key:
                yield relation, {key: text}
            elif place is not None:
                yield place.name, None if text == CLEARED else _typed(place, text)

    def _place(self, job: Job, column: str) -> Field | None:
        """The field of the object that a column fills, a relationship's included."""
        relation, _, key = column.partition(".")
        return job.sobject.relationship(relation) if key else job.sobject.field(column)


def shown(job: Job, version: str) -> dict[str, Any]:
    """A job as its own resource tells it."""
    return {
        "id": job.id,
        "operation": "upsert",
        "object": job.sobject.name,
        "externalIdFieldName": job.key.name,
        "state": job.state,
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": float(version),
        "jobType": "V2Ingest",
        "lineEnding": "LF",
        "columnDelimiter": "COMMA",
        "contentUrl": f"services/data/v{version}/jobs/ingest/{job.id}/batches",
        "numberRecordsProcessed": len(job.done) + len(job.failed),
        "numberRecordsFailed": len(job.failed),
        **({"errorMessage": job.error} if job.error else {}),
    }


def results(job: Job, which: str) -> bytes:
    """One of a job's three result files."""
    extra = {
        "successfulResults": ["sf__Id", "sf__Created"],
        "failedResults": ["sf__Id", "sf__Error"],
    }
    lines: Sequence[Line] = {
        "successfulResults": job.done,
        "failedResults": job.failed,
    }.get(which, job.left)
    text = io.StringIO(newline="")
    columns = [*extra.get(which, []), *job.columns]
    writer = csv.DictWriter(text, columns, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue().encode()


def _typed(place: Field, text: str) -> Any:
    if place.type == "boolean":
        return text.lower() in {"true", "1"}
    if place.type in NUMBER_TYPES:
        try:
            return Decimal(text)
        except InvalidOperation:
            return text
    return text


def _error(refusal: Refusal) -> str:
    return f"{refusal.code}:{refusal.message}:{','.join(refusal.fields)} --"
