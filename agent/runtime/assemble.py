"""Puts the parts of an agent together: the store, the plans with their numbers, the workers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from agent import durable
from agent.audit import Audit, Head
from agent.canon import Reasons
from agent.changes.guard import Guard
from agent.config import Config
from agent.crypto import EphemeralCipher
from agent.errors import Damaged
from agent.health import Conditions, Progress
from agent.model import Findings
from agent.ports import AlertChannel, Cipher, Clock, Pulse, Source, Target
from agent.queue.desk import Desk
from agent.queue.escalations import Escalations
from agent.queue.images import Bounds
from agent.queue.problems import Problems
from agent.queue.reads import Reads
from agent.queue.salvage import Home
from agent.queue.sending import Sending
from agent.queue.store import Store
from agent.runtime import recover
from agent.runtime.agent import Agent
from agent.runtime.alerting import Teller, tellers_of
from agent.runtime.audited import AuditDesk, acting
from agent.runtime.awaited import telling
from agent.runtime.bounds import closed_of, terms_of
from agent.runtime.capture import Capture
from agent.runtime.changes import Changes
from agent.runtime.controlled import control_of
from agent.runtime.deliver import Delivery, Told
from agent.runtime.desk import Content, ExceptionDesk, RowDesk, RuleDesk
from agent.runtime.desk.said import View
from agent.runtime.escalate import Escalator, rules_of
from agent.runtime.keeping import keeping
from agent.runtime.line_said import told
from agent.runtime.link import Linking
from agent.runtime.operate import Place
from agent.runtime.operate.made import operating
from agent.runtime.operate.reach import filled
from agent.runtime.plan import (
    FlowPlan,
    LaneHashes,
    StreamPlan,
    TargetPlan,
    ranked,
    shared_lanes,
)
from agent.runtime.quota import Disk, Quota, Reserve, Room, free_space
from agent.runtime.schedule import Schedule, schedule_of
from agent.runtime.service import Secrets, Service
from agent.runtime.setup import Tools, desk_of
from agent.runtime.source_worker import SourceState, SourceWorker
from agent.runtime.spool import sweep
from agent.runtime.status import Identity, StatusDesk
from agent.runtime.tables import Tables
from agent.runtime.target_worker import TargetWorker
from agent.runtime.updates import Updates
from agent.runtime.warned import counting
from agent.runtime.watch import PublishBook, Watch
from agent.runtime.workshop import MappingDesk, PublishDesk, Publisher, Workshop, register


@dataclass
class Parts:
    """What the composition root has made of a configuration."""

    home: Path
    config: Config
    clock: Clock
    cipher: Cipher
    installation: str
    audit: Audit
    secrets: Secrets
    sources: Mapping[str, Source]
    targets: Mapping[str, Target]
    flows: Mapping[str, FlowPlan]
    """Without numbers yet."""
    contents: Mapping[str, Content]
    """What may stand in the messages of each flow."""
    version: str
    api_version: int
    random: Random
    check: Callable[[str], Findings]
    stop: threading.Event
    workshop: Workshop
    open_table: Callable[[str], Source]
    """A new adapter of a source that holds a lookup table."""
    tools: Tools
    """What setting up needs."""
    serving: frozenset[str] = frozenset()
    """Sources that only others read: for lookups and groups."""
    channels: Mapping[str, AlertChannel | Pulse] = field(default_factory=dict)
    """Ways to tell people, by name."""
    updates: Updates | None = None
    """Whom to ask about newer versions."""
    tellers: list[Teller] = field(default_factory=list)
    """What uses them, once it is put together."""
    conditions: Conditions = field(init=False)

    def __post_init__(self) -> None:
        self.conditions = Conditions(self.clock)


def assemble(parts: Parts) -> Agent:
    """A whole agent, not yet started. Raises what keeps the store from opening."""
    config, clock = parts.config, parts.clock
    try:
        home = Home(parts.home, parts.cipher, clock, parts.installation)
        store = recover.opened(home, config, parts.audit)
        try:
            return _around(parts, store, config)
        except BaseException:
            store.close()
            raise
    except OSError as error:
        raise durable.trouble(error) from error


def _around(parts: Parts, store: Store, config: Config) -> Agent:
    clock = parts.clock
    sweep(store.ledger_folder)
    store.audit_head = lambda: _head(parts.audit.head)
    streams, destinations = _plans(parts, store)
    reads, sending, desk = Reads(store), Sending(store), Desk(store)
    limits = config.limits
    book = PublishBook.of(store, Bounds(limits.undo_records, limits.undo_bytes))
    flows = [flow for stream in streams for flow in stream.flows]
    progress = Progress(clock)
    room = Room(config.limits.queue_bytes, config.limits.reserve_bytes)
    quota = Quota(store, sending, flows, room, free_space(parts.home))
    sources: dict[str, SourceWorker] = {}
    targets: dict[str, list[TargetWorker]] = {}
    agent = Agent(
        store=store, sources=sources, targets=targets, streams=streams,
        destinations=destinations, control=None, progress=progress, clock=clock,
        stop=parts.stop,
        disk=Disk(Reserve(parts.home / "reserve", room.reserve_bytes), store.db.checkpoint),
        keep_house=lambda: _keep_house(parts, store, book),
    )  # fmt: skip
    act = acting(parts.audit, agent.disk)
    shared = frozenset(flow for target in destinations for flow in target.shared)
    sending.share(shared)
    for stream in streams:
        sources[stream.name] = _source_worker(parts, agent, stream, reads, quota, shared)
    schedule = schedule_of(config, clock, flows, sending.peek)
    linking = Linking(
        store, sending, desk, parts.conditions, clock, parts.stop, agent.fail,
        _told(parts), parts.contents, LaneHashes(parts.cipher), act,
    )  # fmt: skip
    publisher = Publisher(parts.workshop, parts.home, clock)
    publishes = PublishDesk(
        parts.workshop, parts.home, clock, book, flows, parts.targets, publisher, agent.poke
    )
    for target in destinations:
        watch = Watch(
            book, target.target, sending, clock, publishes.bring_back_again,
            telling(parts.conditions, book),
        )  # fmt: skip
        targets[target.name] = _target_workers(
            parts, agent, target, sending, (schedule, watch, linking)
        )
    agent.linkers = tuple(linking.workers.values())
    status = StatusDesk(
        Identity(
            parts.version, parts.api_version, config.agent.name, config.agent.environment,
            {name: source.kind for name, source in config.sources.items()},
            {name: target.kind for name, target in config.targets.items()},
        ),
        store, reads, desk, parts.conditions, progress, clock, flows,
        {flow.name: stream.name for stream in streams for flow in stream.flows},
        sources, targets, linking.waits,
    )  # fmt: skip
    setting_up = desk_of(parts.tools, parts.audit, act, status, linking.waits)
    status.setup = setting_up.steps.summary
    reasons = reasons_of(config)
    view = View(desk, sending, flows, _numbers(streams), parts.contents, reasons, store.now)
    escalator = Escalator(
        rules_of(config), desk, Escalations(store), view, flows, _numbers(streams), reasons,
        parts.conditions, act, store.now,
    )  # fmt: skip
    agent.watch = escalator.step
    parts.tellers += tellers_of(config, parts.channels, store, parts.cipher, status)
    agent.tellers = parts.tellers
    kept = keeping(parts.tools, parts.version, parts.audit, parts.conditions, agent)
    service = Service(
        status, store, reads, desk, flows, _numbers(streams),
        parts.secrets, parts.check, AuditDesk(parts.audit, store), parts.stop.set,
        agent.disk, MappingDesk(parts.workshop, publisher, publishes.answers()),
        ExceptionDesk(
            store, desk, sending, LaneHashes(parts.cipher), flows, parts.contents, view, escalator,
            RuleDesk(Problems(store), flows, parts.workshop, publisher),
            RowDesk(Problems(store), flows, parts.contents, _again(streams, sources)),
            act,
        ),
        linking.asked(flows, act),
        Changes(
            store, reads, desk.unreadable_count, lambda: parts.audit.head.seq, kept.seen,
            int(clock.now().timestamp() * 1000),
        ),
        operating(
            Place(parts.home, config.path, parts.version, lambda: filled(config)),
            parts.audit, agent, view, status, kept.methods(),
        ),
        setting_up,
    )  # fmt: skip
    service.stopping = parts.stop.is_set
    _tell_versions(parts, agent, service, status)
    agent.control = control_of(
        parts.home, config, service, parts.audit, agent.disk, clock=clock, version=parts.version
    )
    _tell_start(parts, store)
    return agent


def _tell_versions(parts: Parts, agent: Agent, service: Service, status: StatusDesk) -> None:
    service.held = lambda: agent.held
    if parts.updates is not None:
        service.newer, status.newer = parts.updates.answer, parts.updates.told


def _again(
    streams: Sequence[StreamPlan], sources: Mapping[str, SourceWorker]
) -> Callable[[int], None]:
    """Lets the source of a flow map what people edited."""
    names = {flow.id: stream.name for stream in streams for flow in stream.flows}
    return lambda flow: sources[names[flow]].again()


def _numbers(streams: Sequence[StreamPlan]) -> dict[str, int]:
    return {stream.name: stream.id for stream in streams}


def reasons_of(config: Config) -> Reasons:
    """The catalogue of reasons with what the configuration says over it."""
    said = {code: (one.severity or "", one.owner or "") for code, one in config.reasons.items()}
    return Reasons(said)


def _plans(parts: Parts, store: Store) -> tuple[list[StreamPlan], list[TargetPlan]]:
    """Give flows and streams the numbers under which the store knows them."""
    config = parts.config
    rows = register(store, parts.home, parts.clock, config, parts.flows)
    limits = config.limits
    guard = Guard(limits.max_delete_share, limits.max_delete_rows, limits.max_change_share)
    streams = []
    for name, source in parts.sources.items():
        mine = sorted(
            (flow for flow in parts.flows.values() if config.flows[flow.name].source == name),
            key=lambda flow: rows[flow.name].id,
        )
        if not mine and name in parts.serving:
            continue
        numbered = tuple(
            replace(
                flow, id=rows[flow.name].id, index=index, hears=counting(flow, parts.conditions)
            )
            for index, flow in enumerate(mine)
        )
        every = config.sources[name].every.total_seconds()
        streams.append(StreamPlan(name, store.stream_id(name), source, numbered, guard, every))
    destinations = []
    for name, target in parts.targets.items():
        fed = ranked([f for stream in streams for f in stream.flows if f.target == name])
        settings = config.targets[name]
        destinations.append(
            TargetPlan(
                name,
                target,
                fed,
                shared_lanes(fed),
                settings.patience.total_seconds(),
                terms_of(name, settings, store),
            )
        )
    return streams, destinations


def _source_worker(
    parts: Parts,
    agent: Agent,
    stream: StreamPlan,
    reads: Reads,
    quota: Quota,
    shared: frozenset[int],
) -> SourceWorker:
    store = agent.store
    unkeyed = [flow.index for flow in stream.flows if not flow.keyed]
    ledger = store.ledger(stream.id, [flow.id for flow in stream.flows], unkeyed)
    if ledger.missing_base:
        reads.unproven(stream.id)
    tables = Tables(
        {flow.id: flow.tables for flow in stream.flows if flow.tables},
        parts.open_table,
        {name: source.every.total_seconds() for name, source in parts.config.sources.items()},
        reads,
        parts.clock,
    )
    agent.closing.append(tables.close)
    capture = Capture(
        stream, reads, ledger, parts.cipher, (EphemeralCipher(), store.ledger_folder),
        quota.admit, shared=shared, look_up=tables.refresh,
    )  # fmt: skip
    return SourceWorker(
        plan=stream, capture=capture, reads=reads, conditions=parts.conditions,
        progress=agent.progress, clock=parts.clock, stop=agent.stop,
        paused=lambda: store.paused("source", stream.name), fatal=agent.fail,
        full=lambda: next((share for f in stream.flows if (share := quota.full(f))), ""),
        disk=agent.disk, problems=Problems(store), state=_last_known(reads, stream.id),
    )  # fmt: skip


def _last_known(reads: Reads, stream: int) -> SourceState:
    """What is known of a source from before the start."""
    try:
        past = next((read for read in reads.latest([stream], 1) if read.ended), None)
    except Damaged:
        past = None
    if past is None or past.ended is None:
        return SourceState()
    return SourceState(last_read=datetime.fromtimestamp(past.ended, UTC), last_name=past.name)


def _target_workers(
    parts: Parts,
    agent: Agent,
    target: TargetPlan,
    sending: Sending,
    when: tuple[Schedule, Watch, Linking],
) -> list[TargetWorker]:
    store, config = agent.store, parts.config
    schedule, watch, linking = when
    closed = closed_of(config, target.name, parts.clock)

    def runs(flow: FlowPlan) -> bool:
        places = ("target", target.name), ("flow", flow.name)
        paused = config.flows[flow.name].paused or any(store.paused(*place) for place in places)
        return not paused and closed() is None and linking.is_open(flow)

    def open_flow(flow: FlowPlan) -> bool:
        return runs(flow) and schedule.open(flow.id)

    delivery = Delivery(
        target, sending, LaneHashes(parts.cipher), parts.clock, parts.random,
        _told(parts), gate=linking.gate(target), watch=watch, runs=runs,
    )  # fmt: skip
    linking.worker(target, delivery.line, lambda: delivery.lock, closed)

    def oldest() -> timedelta | None:
        ids = [flow.id for flow in target.flows if linking.is_open(flow)]
        return _age(sending.oldest(ids), store.now()) if ids else None

    workers = [
        TargetWorker(
            name=target.name, delivery=delivery, conditions=parts.conditions,
            progress=agent.progress, stop=agent.stop, open_flow=open_flow,
            paused=lambda: store.paused("target", target.name),
            closed=closed, fatal=agent.fail, disk=agent.disk, oldest=oldest, number=number,
        )
        for number in range(target.terms.most + 1)
    ]  # fmt: skip
    store.tally.rings.append(workers[0].ring)
    return workers


def _told(parts: Parts) -> Told:
    return told(parts.conditions, parts.config.target_secrets)


def _age(since: float | None, now: float) -> timedelta | None:
    return None if since is None else timedelta(seconds=max(0.0, now - since))


def _head(head: Head) -> tuple[int, bytes]:
    return head.seq, bytes.fromhex(head.hash)


def _tell_start(parts: Parts, store: Store) -> None:
    parts.audit.append("waybill", "start", parts.config.agent.name, parts.version)
    parts.secrets.tell(parts.conditions, parts.clock.now())
    recover.tell(store, parts.conditions)


def _keep_house(parts: Parts, store: Store, book: PublishBook) -> None:
    store.keep_house()
    book.images.expire()
    parts.secrets.tell(parts.conditions, parts.clock.now())
    recover.tell(store, parts.conditions)
