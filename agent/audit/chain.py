"""The chain itself: appending, reading, verifying."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC
from hmac import compare_digest
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent import durable
from agent.errors import StoreDamaged, StoreFull
from agent.ports import Clock

MAX_LINE = 8 * 1024
_MAX_TEXT = 256


class Head(NamedTuple):
    """The end of the chain: kept elsewhere, it shows that lines were cut off."""

    seq: int
    hash: str


START = Head(0, "")
"""The head of a chain without records."""


class AuditRecord(BaseModel):
    """One line of the chain."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    seq: int
    at: str
    actor: str
    action: str
    object: str
    result: str
    details: dict[str, str] = Field(default_factory=dict)
    """Digests by name: what was approved, the mapping's hash. Never a value."""
    hash: str


class Finding(NamedTuple):
    """Something wrong with the chain: at which line of the file, and what."""

    line: int
    text: str


class Audit:
    """The audit of one installation. Threads may share it; one process at a time.

    `mac` is a keyed hash that only this installation can compute:
    `cipher.keyed_hash("audit", 32)`.
    """

    def __init__(self, path: Path, mac: Callable[[bytes], bytes], clock: Clock) -> None:
        self._path = path
        self._mac = mac
        self._clock = clock
        self._lock = threading.Lock()
        self._cut_to: int | None = None
        """Where the file ended before a write that failed and could not be taken back."""
        try:
            cut = self._repair()
            self._head = self._last()
        except OSError as error:
            raise StoreDamaged(
                f"The audit {path.name} cannot be read: {error.strerror}. Nothing was changed.",
                hint="Look at the permissions of the home folder.",
            ) from error
        if cut:
            self.append("waybill", "audit.repair", path.name, "torn last line cut off",
                        {"bytes": str(cut)})  # fmt: skip

    @property
    def head(self) -> Head:
        """The last record's number and hash; the store keeps it in its high-water mark."""
        return self._head

    def append(
        self,
        actor: str,
        action: str,
        object: str,  # noqa: A002 - the record's own word
        result: str,
        details: Mapping[str, str] | None = None,
    ) -> Head:
        """Record something that was done; on the disk when this returns. Raises StoreFull.

        `details` are digests, counts and names. Business data and secrets never belong here.
        """
        with self._lock:
            record = {
                "seq": self._head.seq + 1,
                "at": self._clock.now().astimezone(UTC).isoformat(timespec="milliseconds"),
                "actor": _text(actor),
                "action": _text(action),
                "object": _text(object),
                "result": _text(result),
                "details": {name: _text(text) for name, text in (details or {}).items()},
            }
            digest = self._hash(self._head.hash, record)
            line = _line(record | {"hash": digest})
            if len(line) > MAX_LINE:
                raise ValueError("too many details for one audit record")
            self._write(line)
            self._head = Head(self._head.seq + 1, digest)
            return self._head

    def records(self) -> Iterator[AuditRecord]:
        """Every readable record, oldest first. Says nothing about whether they are true."""
        for _, line in self._lines():
            record = _parsed(line)
            if record:
                yield record

    def verify(self, known: Head = START) -> tuple[Finding, ...]:
        """Walk the whole chain. `known` is a head kept elsewhere, which it must contain."""
        findings: list[Finding] = []
        before, number, missing = START, 0, {known, self._head} - {START}
        for number, line in self._lines():
            record = _parsed(line)
            if record is None:
                findings.append(Finding(number, "This line is not an audit record."))
                continue
            findings += [Finding(number, text) for text in self._faults(before, record, line)]
            before = Head(record.seq, record.hash)
            missing.discard(before)
        for head in sorted(missing):
            text = f"Record {head.seq} was written as another one or is not here any more."
            findings.append(Finding(number + 1, f"{text} Records were cut off or replaced."))
        return tuple(findings)

    def _faults(self, before: Head, record: AuditRecord, line: bytes) -> Iterator[str]:
        if record.seq != before.seq + 1:
            yield (
                f"Record {record.seq} follows {before.seq}: records were removed, inserted "
                "or reordered."
            )
        content = record.model_dump(exclude={"hash"})
        true = compare_digest(self._hash(before.hash, content), record.hash)
        if not true or line != _line(record.model_dump()):
            yield f"Record {record.seq} was changed, or does not belong here."

    def _hash(self, before: str, content: Mapping[str, object]) -> str:
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return self._mac(f"{before}\n{canonical}".encode()).hex()

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        """The lines that are complete now: an append meanwhile is not read half."""
        with self._lock:
            if not self._path.exists():
                return
            left = self._path.stat().st_size if self._cut_to is None else self._cut_to
        with self._path.open("rb") as file:
            number = 0
            while left > 0 and (line := file.readline(min(left, MAX_LINE))):
                left -= len(line)
                number += 1
                yield number, line

    def _write(self, line: bytes) -> None:
        """All of the line, forced to the disk; or none of it."""
        new = not self._path.exists()
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        try:
            handle = os.open(self._path, flags, 0o600)
            try:
                self._write_whole(handle, line)
            finally:
                os.close(handle)
            if new:
                durable.sync_folder(self._path.parent)
        except OSError as error:
            raise StoreFull(
                f"The audit cannot be written: {error.strerror}. "
                "What was to be recorded is not done.",
                code="AUDIT_UNWRITABLE",
                hint="Look at the free space and the permissions of the home folder.",
            ) from error

    def _write_whole(self, handle: int, line: bytes) -> None:
        if self._cut_to is not None:
            os.ftruncate(handle, self._cut_to)
        self._cut_to = os.fstat(handle).st_size
        rest = memoryview(line)
        try:
            while rest:
                rest = rest[os.write(handle, rest) :]
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, self._cut_to)  # if this fails too, the next write begins with it
            self._cut_to = None
            raise
        self._cut_to = None

    def _repair(self) -> int:
        """Cut off a last line without its end, as a crash leaves it; returns the bytes cut."""
        if not self._path.exists():
            return 0
        with self._path.open("r+b") as file:
            size = whole = file.seek(0, os.SEEK_END)
            while whole:
                start = max(0, whole - MAX_LINE)
                file.seek(start)
                end = file.read(whole - start).rfind(b"\n") + 1
                whole = start + end
                if end:
                    break
            if whole < size:
                file.truncate(whole)
                file.flush()
                os.fsync(file.fileno())
            return size - whole

    def _last(self) -> Head:
        """The head by the file's last readable line; `verify` judges whether it is true."""
        if not self._path.exists():
            return START
        with self._path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 2 * MAX_LINE))
            lines = file.read().splitlines()
        records = (_parsed(line) for line in reversed(lines))
        last = next((record for record in records if record), None)
        return Head(last.seq, last.hash) if last else START


def _parsed(line: bytes) -> AuditRecord | None:
    try:
        return AuditRecord.model_validate_json(line)
    except ValidationError:
        return None


def _text(text: str) -> str:
    """Bounded, and without what JSON readers refuse (half of a surrogate pair)."""
    return text.encode("utf-8", "backslashreplace").decode()[:_MAX_TEXT]


def _line(record: Mapping[str, object]) -> bytes:
    return json.dumps(record, separators=(",", ":")).encode() + b"\n"
