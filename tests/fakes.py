"""Doubles of the ports, checked by the type checker like the real ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import (
    Ambiguous,
    BatchLimits,
    BatchRefused,
    Checkpoint,
    Content,
    Deferred,
    Delivered,
    Draft,
    End,
    Findings,
    LeftOut,
    Listing,
    Message,
    Op,
    Page,
    Parent,
    Place,
    Problem,
    Raw,
    Receipt,
    Record,
    Rejected,
    Scalar,
    Stamp,
    Stored,
    Unreadable,
    Value,
    WaitingFor,
)
from agent.ports import Stop


class FakeClock:
    """Time that moves when it is told to."""

    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)

    def monotonic(self) -> float:
        return self.seconds

    def pass_(self, seconds: float) -> None:
        self.seconds += seconds


class NeverStop:
    """Nobody wants to stop."""

    def is_set(self) -> bool:
        return False

    def wait(self, timeout: float | None = None) -> bool:
        del timeout
        return False


@dataclass
class FakeRead:
    """One pass over lines of JSON: `[key, value, ...]`.

    `?` cannot be parsed, `?KEY` neither, but its key can be told. Meaning `swapped` makes the same
    bytes mean other values, any other meaning is only another way of writing.
    """

    name: str
    lines: list[bytes]
    meaning: bytes
    checkpoint: dict[str, object]
    complete: bool = True
    content: Content = Content.FULL
    columns: Sequence[str] = ("key", "value", "parent")
    page_size: int = 3

    def pages(self) -> Iterator[Page]:
        for at in range(0, len(self.lines), self.page_size):
            some = self.lines[at : at + self.page_size]
            yield Page(some, Place(self.name, at + 1, at + 1, at), self.meaning)

    def end(self) -> End:
        return End(self.checkpoint, self.complete, "" if self.complete else "cut off")  # type: ignore[arg-type]  # no checkpoint when cut off

    def parse(self, raws: Sequence[Raw]) -> Sequence[Record | Unreadable]:
        return [self._one(raw) for raw in raws]

    def _one(self, raw: Raw) -> Record | Unreadable:
        if raw.data.startswith(b"?"):
            key = (raw.data[1:].decode(),) if raw.data[1:] else None
            return Unreadable(raw.place, "RAGGED_ROW", "one column too few", key)
        values = json.loads(raw.data)
        op = Op.UPSERT
        if values and values[-1] == "DELETE":
            op = Op.DELETE
        if self.meaning == b"swapped":  # the same bytes under another header mean other values
            values = [values[0], f"<{values[1]}>", *values[2:]]
        wide = (*values, None, None)[:3]
        return Record((values[0],), wide, op, raw.place)

    def close(self) -> None:
        return


@dataclass
class FakeSource:
    """A source whose next read is what the test put there."""

    reads: list[FakeRead] = field(default_factory=list)
    settled: list[tuple[Checkpoint, bool]] = field(default_factory=list)
    conditions: Findings = ()
    is_table: bool = False  # it can always be read once more, whether there is news or not

    def check(self) -> Findings:
        return ()

    def wait(self, stop: Stop, timeout: float) -> bool:
        del stop, timeout
        return bool(self.reads)

    def read(self, since: Checkpoint | None, *, again: bool = False) -> FakeRead | None:
        read = self.reads[-1] if self.reads else None
        known = read is not None and since is not None and dict(since) == read.checkpoint
        return None if known and not (again or self.is_table) else read

    def sample(self, back: int = 0) -> FakeRead | None:
        return self.reads[-1 - back] if back < len(self.reads) else None

    def settle(self, checkpoint: Checkpoint, *, clean: bool) -> bool:
        self.settled.append((checkpoint, clean))
        return clean

    def close(self) -> None:
        return


@dataclass
class FakeTarget:
    """A CRM in memory that keeps records by entity and external id."""

    records: dict[tuple[str, str], dict[str, Scalar]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    effects: list[tuple[str, str, str]] = field(default_factory=list)
    """Every change of state: (entity, external id, message id)."""
    deleted: list[tuple[str, str]] = field(default_factory=list)
    """(entity, external id) of what a message deleted; what went along with it is not here."""
    doubled: int = 0
    late: list[Message] = field(default_factory=list)
    mode: str = "ok"
    modes: Mapping[str, str] = field(default_factory=dict)
    """External id -> mode for it alone."""
    limits: BatchLimits = field(default_factory=lambda: BatchLimits(records=4))
    settles_within: timedelta = timedelta(seconds=30)
    lag: timedelta = timedelta(0)
    finds: bool = True
    links: bool = True
    typed_in: dict[tuple[str, str], dict[str, Scalar]] = field(default_factory=dict)
    """What people have entered there, without our external id: by (entity, its own id)."""
    stamped: dict[tuple[str, str], str] = field(default_factory=dict)
    """(entity, external id) -> its own id, for what was entered there and is ours now."""
    repeatable: bool = True
    profile_version: str = "1"
    down: bool = False
    signed_out: bool = False
    """Whether it refuses the sign-in."""
    whole: bool = False
    """Whether it takes a batch as a whole or refuses it, and does not say for which record."""
    need_parents: bool = True
    deduplicates: bool = False
    """Whether an id that was seen has no effect a second time, as a webhook's receiver does it."""
    cascades: bool = True
    """Whether deleting a record takes its children along; otherwise it is refused."""
    order: list[str] = field(default_factory=list)
    """Messages of one flow and lane that took effect after a newer one did."""
    revisions: dict[tuple[str, str, bool], int] = field(default_factory=dict)
    attempted: list[str] = field(default_factory=list)
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None
    poisoned: Callable[[], None] = lambda: None
    poison: str = ""
    """An external id whose attempts call `poisoned`."""
    """Called around each attempt: here a process can die."""

    def resource(self, entity: str) -> str:
        return entity.title()

    def check(self) -> Findings:
        return ()

    def deliver(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        self._let_in()
        lanes = [(message.entity, message.external_id) for message in batch]
        assert len(set(lanes)) == len(lanes), "two messages of one lane in flight"
        self.before()
        if self.poison in [message.external_id for message in batch]:
            self.poisoned()
        self.attempted += [message.id for message in batch]
        if self.whole and any(self._refuses(message) for message in batch):
            self.after()
            return [BatchRefused("VALIDATION", "The CRM does not like one of them.")] * len(batch)
        receipts = [self._one(message) for message in batch]
        self.after()
        return receipts

    def _let_in(self) -> None:
        if self.down:
            raise TargetUnavailable("The CRM is away.")
        if self.signed_out:
            raise TargetAuthError("Signed out.", code="AUTH_REVOKED", hint="Ask for it.")

    def _refuses(self, message: Message) -> bool:
        return self.modes.get(message.external_id, self.mode) == "reject"

    def _one(self, message: Message) -> Receipt:
        mode = self.modes.get(message.external_id, self.mode)
        if mode == "reject":
            return Rejected("VALIDATION", "The CRM does not like it.")
        if mode == "defer":
            return Deferred("LIMIT", "Too many requests.", timedelta(seconds=5))
        missing = self._missing(message)
        if missing is not None:
            return WaitingFor(missing)
        if (
            message.op is Op.DELETE
            and not self.cascades
            and self._children((message.entity, message.external_id))
        ):
            return Rejected("HAS_CHILDREN", "Other records refer to it.")
        if mode == "late":
            self.late.append(message)
            return Ambiguous("no answer")
        self.apply(message)
        return Ambiguous("no answer") if mode == "lost" else Delivered(f"id-{message.external_id}")

    def _missing(self, message: Message) -> Parent | None:
        if not self.need_parents or message.op is Op.DELETE:
            return None
        for parent in message.parents:
            if (parent.entity, parent.external_id) not in self.records:
                return parent
        return None

    def _children(self, key: tuple[str, str]) -> list[tuple[str, str]]:
        return [
            its
            for its, record in self.records.items()
            if its != key and key[0] == "account" and record.get("parent") == key[1]
        ]

    def _delete(self, key: tuple[str, str]) -> bool:
        if self.records.pop(key, None) is None:
            return False
        for child in self._children(key):
            self._delete(child)
        return True

    def apply(self, message: Message) -> None:
        """The effect itself, now or late."""
        if message.id in self.seen and self.deduplicates:
            return
        key = (message.entity, message.external_id)
        kind = (*key, "credit" in message.fields)
        if self.revisions.get(kind, 0) > message.revision:
            self.order.append(message.id)
        self.revisions[kind] = message.revision
        if message.op is Op.DELETE:
            changed = self._delete(key)
            self.deleted += [key] if changed else []
        else:
            record = self.records.setdefault(key, {})
            changed = any(record.get(n, "-") != value for n, value in message.fields.items())
            record.update(message.fields)
        if changed:
            self.effects.append((*key, message.id))
            self.doubled += message.id in self.seen
        self.seen.add(message.id)

    def follow(self, handles: Sequence[str]) -> Sequence[Receipt]:
        return [Delivered() for _ in handles]

    def find(
        self, entity: str, external_ids: Sequence[str], fields: Sequence[str] = ()
    ) -> Mapping[str, Stored]:
        self._let_in()
        del fields
        assert self.finds, "this CRM cannot be asked"
        return {
            id_: Stored(id_, f"id-{id_}", dict(self.records[entity, id_]))
            for id_ in external_ids
            if (entity, id_) in self.records
        }

    def list(self, entity: str, after: str | None) -> Listing:
        del after
        items = [
            Stored(id_, f"id-{id_}", dict(record))
            for (its, id_), record in sorted(self.records.items())
            if its == entity
        ]
        return Listing(items, None)

    def match(
        self, entity: str, fields: Sequence[str], after: str | None, *, linked: bool = False
    ) -> Listing:
        self._let_in()
        del after
        if linked:
            found = [
                Stored(id_, self.stamped.get((entity, id_), f"id-{id_}"), dict(record))
                for (its, id_), record in sorted(self.records.items())
                if its == entity
            ]
        else:
            found = [
                Stored("", id_, dict(record))
                for (its, id_), record in sorted(self.typed_in.items())
                if its == entity
            ]
        return Listing([_with_fields(item, fields) for item in found], None)

    def stamp(self, entity: str, stamps: Sequence[Stamp]) -> Sequence[Receipt]:
        self._let_in()
        self.before()
        receipts = [self._stamp(entity, stamp) for stamp in stamps]
        self.after()
        return receipts

    def _stamp(self, entity: str, stamp: Stamp) -> Receipt:
        theirs = {own: key for (its, key), own in self.stamped.items() if its == entity}
        held = theirs.get(stamp.remote_id, "")
        if not held and (entity, stamp.remote_id) not in self.typed_in:
            return Rejected("LINK_GONE", "It is gone.")
        if held == stamp.external_id:
            return Delivered(stamp.remote_id)
        if held != stamp.was:
            return Rejected("LINK_TAKEN", "It holds another one.")
        if (entity, stamp.external_id) in self.records:
            return Rejected("LINK_KEY_HELD", "Another one holds it.")
        if held:
            record = self.records.pop((entity, held))
            del self.stamped[entity, held]
        else:
            record = self.typed_in.pop((entity, stamp.remote_id))
        if stamp.external_id:
            self.records[entity, stamp.external_id] = record
            self.stamped[entity, stamp.external_id] = stamp.remote_id
        else:
            self.typed_in[entity, stamp.remote_id] = record
        return Delivered(stamp.remote_id)

    def close(self) -> None:
        return


def _with_fields(item: Stored, names: Sequence[str]) -> Stored:
    return replace(item, fields={name: v for name, v in item.fields.items() if name in names})


def fake_mapper(
    columns: Sequence[str], parent_entity: str = "", name: str = "value", suffix: str = ""
) -> Callable[[Sequence[Value]], Draft | LeftOut | Problem]:
    """Maps (key, value, parent) to a message with the external id `key`.

    `suffix` is what another version of the mapping makes of values that begin with `v`; only such
    a version knows the value ODD.
    """

    def mapped(values: Sequence[Value]) -> Draft | LeftOut | Problem:
        key, value = str(values[0]), values[1]
        if value == "OUT":
            return LeftOut("value is OUT")
        row = dict(zip(columns, values, strict=False))
        if value == "BAD":
            return Problem("NOT_A_NUMBER", "It is no number.", name, key, row)
        if value == "ODD" and not suffix:
            return Problem("CODE_UNKNOWN", "It is not in the list.", name, key, row)
        text = "odd" if value == "ODD" else str(value)
        fields: dict[str, Scalar] = {name: text + suffix if text.startswith("v") else text}
        parents: tuple[Parent, ...] = ()
        if parent_entity:
            parent = values[2] if len(values) > 2 and values[2] else None
            fields["parent"] = str(parent) if parent else None
            if parent:
                parents = (Parent("parent", parent_entity, str(parent)),)
        return Draft(key, fields, parents)

    return mapped
