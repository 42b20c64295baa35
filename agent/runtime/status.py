"""The one status: computed here, rendered alike by every face (DESIGN, guarantee 10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agent.health import Conditions, Progress, Status, assess
from agent.model import Json
from agent.ports import Clock
from agent.queue.desk import Desk
from agent.queue.publishes import Publishes
from agent.queue.reads import Reads
from agent.queue.states import State
from agent.queue.store import Store
from agent.runtime.moments import instant
from agent.runtime.plan import FlowPlan
from agent.runtime.source_worker import SourceWorker
from agent.runtime.target_worker import TargetWorker

MOVING = (State.WAITING, State.LATER, State.BEHIND, State.SENDING)


@dataclass(frozen=True, slots=True)
class Identity:
    """What does not change while the agent runs."""

    version: str
    api_version: int
    agent: str
    environment: str
    source_kinds: Mapping[str, str]
    target_kinds: Mapping[str, str]


@dataclass
class StatusDesk:
    """Computes the status."""

    identity: Identity
    store: Store
    reads: Reads
    desk: Desk
    conditions: Conditions
    progress: Progress
    clock: Clock
    flows: Sequence[FlowPlan]
    stream_of: Mapping[str, str]
    sources: Mapping[str, SourceWorker]
    targets: Mapping[str, Sequence[TargetWorker]]
    waits: Callable[[FlowPlan], bool] = lambda _flow: False
    """Whether a flow waits for a person, so that nothing of it can move."""
    setup: Callable[[], dict[str, Json]] = lambda: {"needed": False, "steps_left": 0}
    """Whether it is set up yet, and how many steps are left."""
    newer: Callable[[], dict[str, Json] | None] = lambda: None
    """A newer version of Waybill that was heard of."""

    def status(self) -> Status:
        """The status now."""
        counts = self.counts()
        still = [flow.id for flow in self.flows if self.waits(flow)]
        moving = counts["waiting"] + counts["sending"] - Publishes(self.store).standing(still)
        moving -= sum(self.store.tally.entries(id_, *MOVING, State.PARENT) for id_ in still)
        everything = self.store.paused("all", "")
        return assess(
            self.conditions,
            self.progress,
            self.clock,
            started=bool(self.flows),
            paused=everything,
            working=bool(moving) or not self._sources_idle(),
            counts=counts,
            details=self._details(moving),
        )

    def counts(self) -> dict[str, int]:
        """Entries by the states that people know."""
        tally = self.store.tally
        held = sum(
            entries for _, state, entries, _ in self.reads.standing_holds() if state == "held"
        )
        behind = self.store.db.one("select count(*) from flow where behind = 1")
        return {
            "waiting": tally.total(State.WAITING, State.LATER, State.BEHIND, State.PARENT),
            "sending": tally.total(State.SENDING),
            "parked": tally.total(State.PARKED),
            "held": held,
            "delivered": tally.total(State.DELIVERED),
            "superseded": tally.total(State.SUPERSEDED),
            "set_aside": tally.total(State.SET_ASIDE),
            "captured": tally.total(*State),
            "unreadable": self.desk.unreadable_count(),
            "behind": int(behind[0]) if behind else 0,
            "queue_bytes": tally.size(None, *MOVING, State.PARENT, State.PARKED),
        }

    # --- inside -----------------------------------------------------------------------------------

    def _sources_idle(self) -> bool:
        return all(worker.state.idle for worker in self.sources.values())

    def _details(self, moving: int) -> dict[str, Json]:
        identity, store = self.identity, self.store
        return {
            "version": identity.version,
            "api_version": identity.api_version,
            "agent": identity.agent,
            "environment": identity.environment,
            "epoch": store.epoch,
            "installation": store.installation.decode(),
            "sqlite_version": store.db.sqlite_version,
            "paused_until": self._paused_until(),
            "idle": not moving and self._sources_idle(),
            "setup": self.setup(),
            "newer": self.newer(),
            "sources": [self._source(name, worker) for name, worker in self.sources.items()],
            "targets": [self._target(name) for name in self.targets],
            "flows": [self._flow(flow) for flow in self.flows],
        }

    def _paused_until(self) -> Json:
        is_paused = self.store.paused("all", "")
        return instant(self.store.paused_until()) if is_paused else None

    def _source(self, name: str, worker: SourceWorker) -> Json:
        state = worker.state
        read = state.last_read
        return {
            "name": name,
            "kind": self.identity.source_kinds[name],
            "state": state.state,
            "last_read": None if read is None else instant(read.timestamp()),
            "last_file": state.last_name or None,
            "reason": state.reason or None,
        }

    def _target(self, name: str) -> Json:
        workers = self.targets[name]
        ids = [flow.id for flow in self.flows if flow.target == name]
        waiting = sum(self.store.tally.entries(id_, *MOVING, State.PARENT) for id_ in ids)
        reason = next((c for c in self.conditions.list() if c.subject == name), None)
        state = "unavailable" if reason is not None else "ok"
        if any(worker.delivery.line.signed_out for worker in workers):
            state = "signed out"
        until = workers[0].closed() if workers else None
        if until is not None:
            state = "closed"
        if self.store.paused("target", name):
            state = "paused"
        last = [at for w in workers if (at := w.delivery.delivered_at) is not None]
        return {
            "name": name,
            "kind": self.identity.target_kinds[name],
            "state": state,
            "waiting": waiting,
            "last_delivery": instant(max(last, default=None)),
            "reason": None if reason is None else reason.title,
            "closed_until": None if until is None else instant(until.timestamp()),
        }

    def _flow(self, flow: FlowPlan) -> Json:
        counts: dict[str, Json] = {}
        for state, entries in self.store.tally.of_flow(flow.id).items():
            label = state.label
            before = counts.get(label, 0)
            counts[label] = entries + (before if isinstance(before, int) else 0)
        return {
            "name": flow.name,
            "source": self.stream_of[flow.name],
            "target": flow.target,
            "entity": flow.entity,
            "paused": self.store.paused("flow", flow.name),
            "counts": counts,
        }
