"""The fault menu: what goes wrong on purpose, for which requests, how often.

    down              nobody listens; connections are cut (refused until `seconds` have passed)
    slow              the answer takes `seconds`
    unauthorized      401, as if the session had run out
    limit             the limit of the day is used up
    rate_limit        too many requests for now
    busy              the CRM takes nothing at the moment
    error             it fails inside, and nothing was done
    unavailable       503
    sign_in           the token endpoint refuses: the grant is revoked or has run out
    html              200 with a login page instead of JSON
    malformed         200 with JSON that is not what was promised
    refuse            a refusal with `status`, `code` and `message`, for those without a name here
    truncated         the answer is broken off in the middle of its JSON
    drop_before       the connection is cut, nothing was done
    commit_then_drop  the write is done, then the connection is cut
    late_commit       the connection is cut, the write is done `seconds` later
    partial           records whose `field` contains `contains` are refused with `code`
    lock_row          records are refused because somebody else holds them

A fault passes over the first `after` that it would meet, then applies `times` times (for ever when
left out), each time with `probability`, only to
`object` (a webhook's name there), `method` and `path` where they are said. `lock_row` counts records.
How an answer is worded, and with which status, is the CRM's own; the kinds of `Worded` are asked of
its dialect.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from threading import Lock
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Worded = Literal[
    "unauthorized",
    "limit",
    "rate_limit",
    "busy",
    "error",
    "unavailable",
    "sign_in",
    "html",
    "malformed",
]
Kind = (
    Worded
    | Literal[
        "down",
        "slow",
        "refuse",
        "truncated",
        "drop_before",
        "commit_then_drop",
        "late_commit",
        "partial",
        "lock_row",
    ]
)


class Fault(BaseModel):
    """One entry of the menu, ordered."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    object: str = ""
    method: str = ""
    path: str = ""
    """A part of the path; only requests with it."""
    after: int = Field(default=0, ge=0)
    times: int | None = Field(default=None, ge=1)
    probability: float = Field(default=1.0, gt=0, le=1)
    seconds: float = Field(default=0, ge=0)
    field: str = ""
    contains: str = ""
    status: int = Field(default=400, ge=400, le=599)
    code: str = ""
    """Left out: what the CRM says most often."""
    message: str = "The sandbox was told to refuse this record."

    @model_validator(mode="after")
    def _rule_is_whole(self) -> Fault:
        if self.kind == "partial" and not (self.field and self.contains):
            raise ValueError("partial needs `field` and `contains`")
        if self.kind == "refuse" and not self.code:
            raise ValueError("refuse needs `code`")
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

    def take(self, kind: Kind, name: str = "", method: str = "", path: str = "") -> Fault | None:
        """The first fault of this kind that applies now; its count goes down."""
        if not self._active:  # as nearly always: a request asks for each kind
            return None
        with self._lock:
            for number, (fault, _) in self._active.items():
                if fault.kind == kind and self._applies(fault, name, method, path):
                    return fault if self._spend(number) else None
        return None

    def partial(self, name: str, fields: Mapping[str, Any]) -> Fault | None:
        """The `partial` fault that a record of an object, or a webhook message, meets."""
        if not self._active:
            return None
        with self._lock:
            for number, (fault, _) in self._active.items():
                if fault.kind == "partial" and self._hits(fault, name, fields):
                    return fault if self._spend(number) else None
        return None

    def _hits(self, fault: Fault, name: str, fields: Mapping[str, Any]) -> bool:
        value = fields.get(fault.field)
        return isinstance(value, str) and fault.contains in value and self._applies(fault, name)

    def _applies(self, fault: Fault, name: str, method: str = "", path: str = "") -> bool:
        if fault.object and fault.object.lower() != name.lower():
            return False
        if fault.method and method and fault.method.upper() != method:
            return False
        if fault.path not in path:
            return False
        return fault.probability >= 1 or self._random.random() < fault.probability

    def _spend(self, number: int) -> bool:
        """Count what a fault meets; False: it passes over this one."""
        fault, left = self._active[number]
        if fault.after:
            self._active[number] = (fault.model_copy(update={"after": fault.after - 1}), left)
            return False
        if left is not None and left > 1:
            self._active[number] = (fault, left - 1)
        elif left is not None:
            del self._active[number]
        return True
