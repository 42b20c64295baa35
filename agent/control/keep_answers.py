"""What the service answers about keys and backups: the shapes of `keys.*` and `backup.*`."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from agent.model import Json


class RecoveryState(TypedDict):
    """Whether somebody proved to have the recovery key in force."""

    confirmed: bool
    at: str | None


class Resealing(TypedDict):
    """How far everything is sealed anew after a rotation."""

    phase: str
    """sealing, resting (a day, for what was under way), checking or done."""
    percent: int
    sealed: int
    older_keys: int
    """Data keys that only open; they are destroyed when nothing needs them."""
    kept_for: list[str]
    """Databases set aside, which need them."""
    rows: NotRequired[int]
    """Gone through in this phase, of `total`; 0 of 0: it has not begun, or needs no counting."""
    total: NotRequired[int]
    rests_until: NotRequired[str | None]


class KeyState(TypedDict):
    """How the keys are."""

    ready: bool
    installation: str
    recovery: RecoveryState
    data_keys: int
    newest: str | None
    next_rotation: str | None
    resealing: NotRequired[Resealing]


class RecoveryKey(TypedDict):
    """A recovery key, shown once."""

    key: str


class RecoveryProof(TypedDict):
    """Whether what was typed is the recovery key in force."""

    ok: bool
    text: str
    hint: str
    opened: NotRequired[int]
    """Sealed items of this home that were opened with nothing but this key,"""
    failed: NotRequired[int]
    """and those that did not open."""


class LastBackup(TypedDict):
    """A backup that was made."""

    file: str
    bytes: int
    at: str
    id: str


class FailedBackup(TypedDict):
    """One that could not be made."""

    file: str
    code: str
    text: str
    hint: str
    at: str
    params: NotRequired[dict[str, Json]]


class BackupSchedule(TypedDict):
    """Backups that are made without being asked for."""

    every: int
    """Seconds."""
    keep: int


class BackupState(TypedDict):
    """What is being made, what was made last, what failed since, and when the next one is due."""

    running: str | None
    last: LastBackup | None
    failed: FailedBackup | None
    folder: str
    next: str | None
    """Null with a schedule: the first one is made at the next look, within minutes."""
    schedule: NotRequired[BackupSchedule | None]
