"""The fault menu: what goes wrong on purpose, for which requests, how often.

    down              nobody listens; connections are cut (refused until `seconds` have passed)
    slow              the answer takes `seconds`
    unauthorized      401, as if the session had run out
    limit             403 REQUEST_LIMIT_EXCEEDED (webhook: 429)
    unavailable       503
    html              200 with a login page instead of JSON
    truncated         the answer is broken off in the middle of its JSON
    drop_before       the connection is cut, nothing was done
    commit_then_drop  the write is done, then the connection is cut
    late_commit       the connection is cut, the write is done `seconds` later
    partial           records whose `field` contains `contains` are refused with `code`
    lock_row          records are refused with UNABLE_TO_LOCK_ROW

A fault applies `times` times (for ever when left out), each time with `probability`, only to
`object` (a webhook's name there) and `method` where they are said. `lock_row` counts records.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from threading import Lock
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from adapters.sandbox.schema import SObject
from adapters.sandbox.store import Row
from adapters.sandbox.values import Refusal

Kind = Literal[
    "down",
    "slow",
    "unauthorized",
    "limit",
    "unavailable",
    "html",
    "truncated",
    "drop_before",
    "commit_then_drop",
    "late_commit",
    "partial",
    "lock_row",
]


class Fault(BaseModel):
    """One entry of the menu, ordered."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    object: str = ""
    method: str = ""
    times: int | None = Field(default=None, ge=1)
    probability: float = Field(default=1.0, gt=0, le=1)
    seconds: float = Field(default=0, ge=0)
    field: str = ""
    contains: str = ""
    code: str = "FIELD_CUSTOM_VALIDATION_EXCEPTION"
    message: str = "The sandbox was told to refuse this record."

    @model_validator(mode="after")
    def _rule_is_whole(self) -> Fault:
        if self.kind == "partial" and not (self.field and self.contains):
            raise ValueError("partial needs `field` and `contains`")
        return self


class Faults:
    """The faults in force. Safe to use from any thread."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._lock = Lock()
        self._active: dict[int, tuple[Fault, int | None]] = {}
        self._last = 0

    def add(self, fault: Fault) -> int:
        """Order a fault; its number lifts it again."""
        with self._lock:
            self._last += 1
            self._active[self._last] = (fault, fault.times)
            return self._last

    def clear(self, number: int | None = None) -> None:
        """Lift one fault, or all."""
        with self._lock:
            if number is None:
                self._active.clear()
            else:
                self._active.pop(number, None)

    def has(self, kind: Kind) -> bool:
        """Whether a fault of this kind is in force."""
        with self._lock:
            return any(fault.kind == kind for fault, _ in self._active.values())

    def forget(self, kind: Kind) -> None:
        """Lift all faults of one kind."""
        with self._lock:
            kept = {n: item for n, item in self._active.items() if item[0].kind != kind}
            self._active = kept

    def active(self) -> list[dict[str, Any]]:
        """What is in force, as JSON values."""
        with self._lock:
            return [
                {"id": number, **fault.model_dump(exclude_defaults=True), "left": left}
                for number, (fault, left) in self._active.items()
            ]

    def take(self, kind: Kind, name: str = "", method: str = "") -> Fault | None:
        """The first fault of this kind that applies now; its count goes down."""
        with self._lock:
            for number, (fault, _) in self._active.items():
                if fault.kind == kind and self._applies(fault, name, method):
                    self._spend(number)
                    return fault
        return None

    def check_record(self, sobject: SObject, body: Mapping[str, Any], row: Row | None) -> None:
        """Refuse a record where a fault says so (a `records.Guard`). Raises Refusal."""
        if not self._active:
            return
        with self._lock:
            for number, (fault, _) in self._active.items():
                if fault.kind == "partial" and self._hits(fault, sobject.name, body):
                    self._spend(number)
                    raise Refusal(fault.code, fault.message, fault.field)
        if self.take("lock_row", sobject.name) is not None:
            shown = row.id if row is not None else ""
            raise Refusal(
                "UNABLE_TO_LOCK_ROW",
                f"unable to obtain exclusive access to this record or 1 records: {shown}",
            )

    def refused_fields(self, name: str, fields: Mapping[str, Any]) -> Fault | None:
        """The `partial` fault that a webhook message meets."""
        with self._lock:
            for number, (fault, _) in self._active.items():
                if fault.kind == "partial" and self._hits(fault, name, fields):
                    self._spend(number)
                    return fault
        return None

    def _hits(self, fault: Fault, name: str, fields: Mapping[str, Any]) -> bool:
        value = fields.get(fault.field)
        return isinstance(value, str) and fault.contains in value and self._applies(fault, name, "")

    def _applies(self, fault: Fault, name: str, method: str) -> bool:
        if fault.object and fault.object.lower() != name.lower():
            return False
        if fault.method and method and fault.method.upper() != method:
            return False
        return fault.probability >= 1 or self._random.random() < fault.probability

    def _spend(self, number: int) -> None:
        fault, left = self._active[number]
        if left is None:
            return
        if left > 1:
            self._active[number] = (fault, left - 1)
        else:
            del self._active[number]
