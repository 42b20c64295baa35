"""The real rooms put together around fakes, as one object that a test drives step by step."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import mkdtemp

from agent.crypto import EphemeralCipher
from agent.model import Content, Op, Scalar
from agent.queue.desk import Desk
from agent.queue.holds import TARGET_ONLY
from agent.queue.ledger import Ledger
from agent.queue.publishes import Publish, Terms
from agent.queue.sending import Sending
from agent.queue.states import State
from agent.queue.store import Store
from agent.runtime.capture import Capture
from agent.runtime.captured import Captured
from agent.runtime.deliver import Delivery
from agent.runtime.plan import (
    FlowPlan,
    LaneHashes,
    Mapper,
    StreamPlan,
    TargetPlan,
    ranked,
    shared_lanes,
)
from agent.runtime.watch import PublishBook, Watch
from tests.fakes import FakeClock, FakeRead, FakeSource, NeverStop, fake_mapper
from tests.family_target import FamilyTarget
from tests.route.contradictions import contradictions
from tests.route.dying import Died, DyingReads
from tests.route.exported import Exported
from tests.route.feeds import FEEDS, Feed

MOVING = (State.WAITING, State.LATER, State.BEHIND, State.PARENT, State.SENDING)


@dataclass
class Snapshot:
    """A copy of the home folder, made while Waybill was stopped."""

    folder: Path
    keep: list[str] = field(default_factory=lambda: ["mark", "lock"])


class Route:
    """An ERP with accounts, contacts and credit limits, one CRM, and Waybill between them."""

    def __init__(
        self,
        *,
        pure: bool = True,
        page_entries: int = 2,
        indexed: int = 6,
        feeds: Mapping[str, Feed] = FEEDS,
    ) -> None:
        self.home = Path(mkdtemp(prefix="route-"))
        self.copies: list[Path] = []
        self.feeds = dict(feeds)
        self.cipher = EphemeralCipher()
        self.clock = FakeClock()
        self.target = FamilyTarget()
        self.sources = {name: FakeSource() for name in self.feeds}
        self.erp: dict[str, dict[str, list[str | None]]] = {name: {} for name in self.feeds}
        known: set[str] = set()
        self.exported = {name: Exported(known) for name in self.feeds}
        self.meaning = dict.fromkeys(self.feeds, b"plain")
        self.version = 1
        """Of the mapping as its file has it; in force from the next start on."""
        self.canary = 0
        self.room = True
        self._late_since: dict[int, float] = {}
        self._options = {"pure": pure, "indexed": indexed}
        self._page_entries = page_entries
        self.open()

    # --- life -------------------------------------------------------------------------------------

    def open(self) -> None:
        """Start Waybill on its home folder."""
        self.store = Store(self.home, self.cipher, self.clock, "test", **self._options)
        self.running = self.version
        self.book = PublishBook.of(self.store)
        with self.store.db.transaction():
            before = self.book.publishes.before()
            rows = self.store.register(
                list(self.feeds), {name: (name, "crm", self.version) for name in self.feeds}
            )
            for name in self.feeds:
                self.book.publishes.notice(
                    rows[name].id, before.get(name), (self.version, f"v{self.version}"),
                    Terms(self.canary, first_too=False, keep=86400.0), {},
                )  # fmt: skip
        self.reads = DyingReads(self.store)
        self.sending, self.desk = Sending(self.store), Desk(self.store)
        plans = {name: self._plan(name, rows[name].id) for name in self.feeds}
        self.flows = ranked(list(plans.values()))
        shared = shared_lanes(self.flows)
        self.sending.share(shared)
        self.ledgers = {name: self._ledger(name, plan) for name, plan in plans.items()}
        self.captures = {
            name: Capture(
                StreamPlan(
                    name,
                    self.store.stream_id(name),
                    self.feeds[name].wrapped(self.sources[name]),
                    (plan,),
                ),
                self.reads,
                self.ledgers[name],
                self.cipher,
                (self.cipher, self.home),
                self.admit,
                shared=shared,
                page_entries=self._page_entries,
            )
            for name, plan in plans.items()
        }
        self.delivery = Delivery(
            TargetPlan("crm", self.target, self.flows, shared),
            self.sending, LaneHashes(self.cipher), self.clock, Random(1),
            watch=Watch(self.book, self.target, self.sending, self.clock, self._bring_back),
        )  # fmt: skip
        self.target.before = self.target.after = self.target.poisoned = lambda: None

    def admit(self, _flow: FlowPlan, _memory: object, _lane: bytes) -> bool:
        """Whether there is room in the queue."""
        return self.room

    def _bring_back(self, _flow: FlowPlan, publish: Publish) -> None:
        self.version = int(publish.former[1:])

    def _plan(self, name: str, flow: int) -> FlowPlan:
        feed = self.feeds[name]
        suffix = "" if self.version == 1 else f"~{self.version}"

        def bind(columns: Sequence[str]) -> Mapper:
            if feed.mapper is not None:
                return feed.mapper(columns)
            return fake_mapper(columns, feed.parent, feed.field, suffix)

        def instead(said: Mapping[str, Scalar]) -> Callable[[Sequence[str]], Mapper]:
            """The value of every row is what a person says."""
            return lambda columns: lambda row: bind(columns)([row[0], said[feed.field], *row[2:]])

        return FlowPlan(
            name, flow, 0, feed.entity, f"{feed.entity}/1", feed.entity.title(), "crm",
            self.version, bind, feed.leaving, instead,
            {feed.parent: feed.parent.title()} if feed.parent else {},
            keyed=feed.mapper is None, seeds=feed.seeds, steps=feed.steps,
            refs={"parent": feed.parent} if feed.parent else {},
        )  # fmt: skip

    def _ledger(self, name: str, plan: FlowPlan) -> Ledger:
        stream = self.store.stream_id(name)
        ledger = self.store.ledger(stream, [plan.id], () if plan.keyed else (0,))
        if ledger.missing_base:
            self.reads.unproven(stream)
        return ledger

    def crash(self) -> None:
        """Die and start again."""
        for ledger in self.ledgers.values():
            ledger.close()
        self.store.close()
        self.open()

    def close(self) -> None:
        """The end."""
        self.store.close()
        for folder in (self.home, *self.copies):
            shutil.rmtree(folder, ignore_errors=True)

    def snapshot(self) -> Snapshot:
        """Copy the home folder of a Waybill that is stopped for it."""
        self.store.close()
        folder = Path(mkdtemp(prefix="route-copy-"))
        self.copies.append(folder)
        shutil.copytree(self.home, folder, dirs_exist_ok=True)
        self.open()
        return Snapshot(folder)

    def restore(self, snapshot: Snapshot) -> None:
        """Put the copy back, as after a restored disk; the mark outside of it stays."""
        self.store.close()
        for path in self.home.iterdir():
            if path.name in snapshot.keep:
                continue
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        for path in snapshot.folder.iterdir():
            if path.name in snapshot.keep:
                continue
            copy = shutil.copytree if path.is_dir() else shutil.copy2
            copy(path, self.home / path.name)
        self.open()

    # --- the ERP ----------------------------------------------------------------------------------

    def lines(self, stream: str = "accounts", *, duplicates: bool = False) -> list[bytes]:
        """What an export of the ERP holds now."""
        lines: list[bytes] = []
        for key, row in sorted(self.erp[stream].items()):
            if duplicates:
                lines.append(json.dumps([key, "older"]).encode())
            lines.append(json.dumps([key, *row]).encode())
        return lines

    def export(
        self,
        stream: str = "accounts",
        *,
        meaning: bytes | None = None,
        lines: Sequence[bytes] | None = None,
        complete: bool = True,
        duplicates: bool = False,
        content: Content = Content.FULL,
    ) -> FakeRead:
        """Write an export of what the ERP holds now (or of these lines)."""
        body = list(self.lines(stream, duplicates=duplicates) if lines is None else lines)
        meaning = self.meaning[stream] if meaning is None else meaning
        ident: dict[str, object] = {
            "lines": [line.decode() for line in body],
            "meaning": meaning.decode(),
            "complete": complete,
        }
        if self.sources[stream].is_table:
            ident = {"table": stream}
        read = FakeRead(f"{stream}.csv", body, meaning, ident, complete, content)
        self.sources[stream].reads = [read]
        self.exported[stream].add(read)
        return read

    def capture(
        self, stream: str = "accounts", *, dies_after: int | None = None
    ) -> Captured | None:
        """Read what is due; with `dies_after`, die after so many pages (and start again)."""
        self.reads.dies_after = dies_after
        try:
            return self.captures[stream].next(NeverStop())
        except Died:
            self.crash()
            return None
        finally:
            self.reads.dies_after = None

    def read(self, *streams: str) -> None:
        """Export and read these streams (all of them), then let everything be delivered."""
        for stream in streams or self.feeds:
            self.scan(stream)
        self.settle()

    def approve(self) -> None:
        """A person allows everything that is held."""
        names = {self.store.stream_id(name): name for name in self.feeds}
        for hold in self.reads.holds():
            if hold.kind == "deletes":
                self.captures[names[hold.stream]].approve(hold.rows, hold.id)
            elif hold.kind == TARGET_ONLY:
                self.captures[names[hold.stream]].approve_strays(hold.rows, hold.id)
            self.reads.end_hold(hold.id, "approved")

    def replay(self) -> list[tuple[int, str]]:
        """A person sends everything again that is parked. Returns what was refused, and why."""
        parked = self.desk.entries([State.PARKED], limit=1000)
        return self.desk.replay([item.seq for item in parked], crm_changed=True)[1]

    def scan(self, stream: str = "accounts") -> Captured | None:
        """Export what the ERP holds, and read it."""
        self.export(stream)
        return self.capture(stream)

    # --- the CRM ----------------------------------------------------------------------------------

    def deliver(self, steps: int = 1, *, dies: str = "") -> None:
        """So many steps of the target's line; it can die `before` or `after` the effect."""

        died = False

        def die() -> None:
            nonlocal died
            died = True
            self.store.close()
            raise Died

        if dies:
            setattr(self.target, dies, die)
        try:
            for _ in range(steps):
                self.delivery.step()
        except BaseException:
            if not died:
                raise
            self.open()  # what the dying process still tried to write found no database
        self.target.before = self.target.after = self.target.poisoned = lambda: None

    def pass_time(self, seconds: float) -> None:
        """Time goes on; what was lost on its way arrives within the time the target declares."""
        limit = self.target.settles_within.total_seconds()
        for message in list(self.target.late):
            since = self._late_since.setdefault(id(message), self.clock.seconds)
            if self.clock.seconds + seconds - since >= limit:
                self.late(message)
        self.clock.pass_(seconds)

    def late(self, message: object = None) -> None:
        """A lost attempt takes effect."""
        found = self.target.late[0] if message is None else message
        self.target.late = [m for m in self.target.late if m is not found]
        self._late_since.pop(id(found), None)
        self.target.apply(found)

    def settle(self, limit: int = 400) -> None:
        """Let time pass until nothing moves any more."""
        for _ in range(limit):
            if self.version != self.running:
                self.crash()
            wait = self.delivery.step()
            if wait:
                if self.store.tally.total(*MOVING) == self.book.publishes.standing():
                    return
                if self.store.recovering:
                    return
                self.pass_time(max(wait, 5.0))
        raise AssertionError(f"it never settles: {self.states()}")

    # --- what is where ----------------------------------------------------------------------------

    def held_by_crm(self, stream: str = "accounts") -> dict[str, str]:
        """External id -> value in the CRM."""
        feed = self.feeds[stream]
        return {
            id_: str(record[feed.field])
            for (entity, id_), record in self.target.records.items()
            if entity == feed.entity and record.get(feed.field) is not None
        }

    def in_erp(self, stream: str = "accounts") -> dict[str, str]:
        """Key -> value in the ERP, as the mapping has it."""
        swapped = self.meaning[stream] == b"swapped"
        found = {}
        for key, row in self.erp[stream].items():
            text = f"<{row[0]}>" if swapped else str(row[0])
            if text == "ODD" and self.version > 1:
                text = "odd"
            if text != "OUT":
                new = self.version > 1 and text.startswith("v")
                found[key] = f"{text}~{self.version}" if new else text
        return found

    def states(self) -> dict[str, int]:
        """Entries by state."""
        return {state.name: n for state in State if (n := self.store.tally.total(state))}

    def named(self, *states: State) -> set[tuple[str, str]]:
        """(stream, external id) of every open entry."""
        names = {flow.id: flow.name for flow in self.flows}
        found = self.desk.entries(states or (*MOVING, State.PARKED), limit=10_000)
        return {(names[item.flow], item.external_id) for item in found}

    def codes(self) -> dict[str, int]:
        """Parked entries by code."""
        found: dict[str, int] = {}
        for item in self.desk.entries([State.PARKED], limit=10_000):
            found[item.code] = found.get(item.code, 0) + 1
        return found

    def deleted_unsaid(self) -> list[tuple[str, str]]:
        """(entity, external id) of what was deleted although no export said that it is gone."""
        streams = {
            feed.entity: name
            for name, feed in self.feeds.items()
            if feed.leaving is not None and feed.leaving[0] is Op.DELETE
        }
        found = [
            (entity, key)
            for entity, key in self.target.deleted
            if not self.exported[streams[entity]].says_gone(key)
        ]
        self.target.deleted.clear()
        if not (self.target.late or self.named() or self.reads.holds()):
            for exported in self.exported.values():
                exported.rest()
        return found

    def disagreements(self) -> Iterator[str]:
        """What in the store contradicts itself: nothing, ever."""
        yield from contradictions(self.store, self.ledgers)
