"""What the core asks of the world: sources, targets, ciphers, time. Pure protocols, kept narrow.

Adapters never retry, sleep or decide. They do one attempt of what they are asked, translate every
foreign failure into `agent.errors` once, and answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Protocol, runtime_checkable

from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import (
    Alert,
    BatchLimits,
    Checkpoint,
    Content,
    End,
    Findings,
    Listing,
    Message,
    Meter,
    Page,
    Raw,
    Receipt,
    Record,
    Stamp,
    Stored,
    Unreadable,
)


class Interrupted(Exception):
    """A target broke off in the middle of an attempt that takes several requests.

    `receipts`: of what was tried, by place in the batch; to the others nothing happened. `cause`:
    what the whole target said; None: a request before them was lost, and its receipts say so.
    """

    def __init__(
        self, receipts: Mapping[int, Receipt], cause: TargetUnavailable | TargetAuthError | None
    ) -> None:
        self.cause = cause
        self.receipts = dict(receipts)
        super().__init__("an answer was lost" if cause is None else type(cause).__name__)


class Clock(Protocol):
    """Time as a value, so that no test sleeps and no order comes from the wall clock."""

    def now(self) -> datetime:
        """The wall clock, UTC, aware."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        ...


class Stop(Protocol):
    """The wish to shut down. `threading.Event` is one."""

    def is_set(self) -> bool:
        """Whether to stop now."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to `timeout` seconds; True as soon as it is time to stop."""


@runtime_checkable
class Bell(Stop, Protocol):
    """A `Stop` whose `wait` also ends, and says True, when somebody rings it."""

    def ring(self) -> None: ...


class Cipher(Protocol):
    """Seals bytes at rest. The context is bound into the seal and must be given to open it."""

    def seal(self, context: bytes, plain: bytes) -> bytes:
        """Encrypt and authenticate. Raises KeyUnavailable."""
        ...

    def open(self, context: bytes, sealed: bytes) -> bytes:
        """Reverse `seal`. Raises Damaged when bytes, context or key do not belong together."""
        ...

    def keyed_hash(self, purpose: str, size: int = 16) -> Callable[[bytes], bytes]:
        """A keyed hash for one purpose, under the index key, which never rotates (RULES 8)."""
        ...

    def keyed_hashes(self, purpose: str) -> Callable[[Iterable[bytes]], bytes]:
        """The 16-byte `keyed_hash` of many values at once, joined."""
        ...


class RotatingCipher(Cipher, Protocol):
    """A cipher whose keys are followed by newer ones."""

    def head(self) -> bytes:
        """How everything begins that is sealed under the current key: 8 bytes."""
        ...


class Read(Protocol):
    """One pass over one export or one query result.

    Iterate `pages()` once, to its end; then `end()` tells how it ended. `parse` may be called for
    any raw record of this read, at any time while the source lives.
    """

    name: str
    """What a person would call it: file name or table."""
    content: Content
    columns: Sequence[str]
    """Column names, in the order of `Record.values`."""

    def pages(self) -> Iterator[Page]:
        """Bounded pages of raw records, in order. Raises SourceUnavailable, SourceChanged."""
        ...

    def end(self) -> End:
        """How it ended. Only after `pages()` is exhausted."""
        ...

    def parse(self, raws: Sequence[Raw]) -> Sequence[Record | Unreadable]:
        """Parse raw records, one answer each, in order. Never raises for bad data."""
        ...

    def close(self) -> None:
        """Release file or cursor; safe at any time, also twice."""
        ...


class Source(Protocol):
    """One configured stream; one worker calls it."""

    conditions: Findings
    """What the last `read` came across that people should know: files left aside, locked."""

    def check(self) -> Findings:
        """Test as the service: reachable, permitted, sane. Never raises for a finding."""
        ...

    def wait(self, stop: Stop, timeout: float) -> bool:
        """Wait for news up to `timeout` seconds. A True is a hint; a scan is the truth."""
        ...

    def read(self, since: Checkpoint | None, *, again: bool = False) -> Read | None:
        """The next read that is due after `since`, in the stream's order, or None: no news.

        `again`: a full export that has not changed since is read once more all the same (a crash
        interrupted it, or a mapping changed); an older one than `since` is still no news.

        Raises SourceUnavailable (a condition; tried again later) or SourceChanged (a person must
        look: columns changed, a file is missing in the order).
        """
        ...

    def sample(self, back: int = 0) -> Read | None:
        """What a preview looks at: the newest export, or the one `back` before it; None: no more.

        Archived exports count. It changes nothing: neither the source's files nor what `read`
        does next. Whoever has seen enough closes it. Raises SourceUnavailable, SourceChanged.
        """
        ...

    def settle(self, checkpoint: Checkpoint, *, clean: bool) -> bool:
        """Every flow is done with the read that ended at `checkpoint` (RULES 16).

        `clean` is False while something of it is parked: archive is allowed then, delete is not.
        True: nothing is left to do for this read, never ask again. Repeatable after a crash.
        """
        ...

    def close(self) -> None:
        """Release everything."""
        ...


class Target(Protocol):
    """One configured destination."""

    limits: BatchLimits
    settles_within: timedelta
    """Latest late effect of an attempt whose answer was lost (RULES 19)."""
    lag: timedelta
    """How stale `find` may be."""
    finds: bool
    """Whether `find` and `list` can see what the target holds."""
    links: bool
    """Whether `match` and `stamp` can bring under our external ids what the target has already."""
    repeatable: bool
    """Whether sending the same message again has one effect (upsert or idempotency key)."""
    profile_version: str
    """Version of the target profile; counts as part of the mapping version."""

    def resource(self, entity: str) -> str:
        """The target's own name for a canonical entity: `account` -> `Account`."""
        ...

    def check(self) -> Findings:
        """Test as the service: reachable, signed in, permitted, profile present."""
        ...

    def deliver(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        """ONE attempt. One receipt each, in order. Idempotent per message id.

        Raises TargetUnavailable (nothing happened, whole target), TargetAuthError; Interrupted
        where something had happened before either. An answer that was lost or makes no sense is
        `Ambiguous` for each message, never an exception.
        """
        ...

    def follow(self, handles: Sequence[str]) -> Sequence[Receipt]:
        """Ask after work that was `Accepted`. One receipt per handle."""
        ...

    def find(
        self, entity: str, external_ids: Sequence[str], fields: Sequence[str] = ()
    ) -> Mapping[str, Stored]:
        """What the target holds under these external ids, with these canonical fields."""
        ...

    def list(self, entity: str, after: str | None) -> Listing:
        """Page through everything that the target holds under our external ids."""
        ...

    def match(
        self, entity: str, fields: Sequence[str], after: str | None, *, linked: bool = False
    ) -> Listing:
        """Page through the records that have no external id of ours (`linked`: that have one).

        With these canonical fields and no others; the external id of an unlinked one is empty.
        """
        ...

    def stamp(self, entity: str, stamps: Sequence[Stamp]) -> Sequence[Receipt]:
        """ONE attempt to put external ids on records, or to take them away, up to `limits.records`.

        One receipt each, in order. `Delivered`: the record holds now what was asked, also where it
        did before. Nothing of another one is overwritten: `Rejected` with LINK_TAKEN (the record
        holds another external id), LINK_GONE (there is no such record), LINK_ID_WRONG (it is
        no id of the target at all), LINK_KEY_HELD (another record holds this external id).
        """
        ...

    def close(self) -> None:
        """Release connections."""
        ...


class PendingSignIn(Protocol):
    """A sign-in that waits for a person in a browser on this machine."""

    port: int
    """The browser comes back to this port of the loopback."""
    secret: str
    """The name under which `finish` is to be kept."""

    @property
    def url(self) -> str:
        """Where the person signs in."""
        ...

    def finish(self, query: str) -> str:
        """The value to keep, for the query that the browser brought back.

        Raises TargetAuthError, TargetUnavailable.
        """
        ...


@runtime_checkable
class SignsInByBrowser(Protocol):
    """A kind of target where a person may sign in once in a browser."""

    def begin_sign_in(self, context: AdapterContext) -> PendingSignIn | None:
        """A new sign-in; None: it is configured to sign in without a person."""
        ...


class PendingCode(Protocol):
    """A sign-in that waits for a person to type a code into a page, on any machine."""

    secret: str
    """The name under which what `poll` gives is to be kept."""
    code: str
    url: str
    """Where the code is typed in."""
    interval: float
    """Seconds between two polls; it may grow."""
    lives: float
    """Seconds for which the code is good."""

    def poll(self) -> str | None:
        """The value to keep, once the person has confirmed; None: not yet.

        Raises TargetAuthError, TargetUnavailable.
        """
        ...

    def close(self) -> None:
        """Release connections."""
        ...


@runtime_checkable
class SignsInByCode(Protocol):
    """A kind of target where a person may sign in once with a code."""

    def begin_code(self, context: AdapterContext) -> PendingCode | None:
        """A new code; None: it is configured to sign in without a person.

        Raises TargetAuthError, TargetUnavailable.
        """
        ...


@runtime_checkable
class HasSetup(Protocol):
    """Settings of a target that needs fields, objects or flags made before it can be written to."""

    def setup(self) -> Mapping[str, bytes]:
        """What an administrator applies and how: file name (with `/` for folders) -> content.

        Made of the settings alone: no secret is read, nothing is contacted.
        """
        ...


@runtime_checkable
class Metered(Protocol):
    """What a target may offer beside `Target`: it counts its requests and passes limits on."""

    def meter(self) -> Meter:
        """As of the last answer; contacts nobody."""
        ...


class AlertChannel(Protocol):
    """One way to tell people; one thread calls it."""

    def send(self, alert: Alert) -> None:
        """ONE attempt. Raises AlertFailed; whether it was told is then not known."""
        ...

    def close(self) -> None:
        """Release connections."""
        ...


@runtime_checkable
class Pulse(Protocol):
    """A dead-man signal instead: who waits for it raises the alarm when it stays away."""

    every: timedelta

    def beat(self) -> None:
        """ONE attempt. Raises AlertFailed."""
        ...

    def close(self) -> None:
        """Release connections."""
        ...


class SecretStore(Protocol):
    """Secrets for adapters. Values never appear in logs, errors or reprs."""

    def get(self, name: str) -> str:
        """The secret called `name`. Raises SecretMissing."""
        ...

    def set(self, name: str, value: str) -> None:
        """Keep what the other side has renewed; durable when this returns. Raises KeyUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class AdapterContext:
    """What an adapter is given beside its own settings."""

    name: str
    """The adapter's name in the configuration: `customers`, `crm`."""
    clock: Clock
    secrets: SecretStore
    folder: Path
    """Relative paths of the configuration are relative to this folder."""
    timezone: tzinfo = UTC
    """In which cron texts of the configuration are meant."""
    proxy: str = ""
    """How what says nothing itself reaches the network: as `proxy` of a target."""
    proxy_user: str = ""
    proxy_password: str = ""
    """A reference: `secret:NAME`."""
