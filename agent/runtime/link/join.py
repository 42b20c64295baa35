"""Puts the parts of linking together for the flows of each target that have a first link."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from agent.errors import TargetAuthError, TargetUnavailable, WaybillError
from agent.health import Conditions
from agent.ports import Clock, Stop
from agent.queue.desk import Desk
from agent.queue.links import Links
from agent.queue.sending import Sending
from agent.queue.store import Store
from agent.runtime.desk.contents import Content
from agent.runtime.line import Line
from agent.runtime.link.asked import LinkDesk, OnAct
from agent.runtime.link.compare import Comparer
from agent.runtime.link.decide import Decider
from agent.runtime.link.gate import OPEN, Gate, LinkGate
from agent.runtime.link.merge import Merger
from agent.runtime.link.stamps import Stamper
from agent.runtime.link.worker import LinkWorker, Told
from agent.runtime.plan import FlowPlan, LaneHashes, TargetPlan


@dataclass
class Linking:
    """Everything about links of one agent."""

    store: Store
    sending: Sending
    desk: Desk
    conditions: Conditions
    clock: Clock
    stop: Stop
    fatal: Callable[[WaybillError], None]
    told: Told
    contents: Mapping[str, Content]
    lanes: LaneHashes
    on_act: OnAct
    links: Links = field(init=False)
    merger: Merger = field(init=False)
    workers: dict[str, LinkWorker] = field(default_factory=dict)
    gates: dict[str, LinkGate] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.links = Links(self.store)
        self.merger = Merger(self.contents, self.sending, self.desk)

    def gate(self, plan: TargetPlan) -> Gate:
        """What the delivery to a target asks before anything leaves."""
        if all(flow.link is None for flow in plan.flows):
            return OPEN
        gate = LinkGate(plan.flows, self.links, self.sending, lambda: self.wake(plan.name))
        self.gates[plan.name] = gate
        return gate

    def is_open(self, flow: FlowPlan) -> bool:
        """Whether anything of a flow may be sent at all."""
        gate = self.gates.get(flow.target)
        return gate is None or gate.is_open(flow)

    def waits(self, flow: FlowPlan) -> bool:
        """Whether a flow waits for a person, so that nothing of it can move."""
        gate = self.gates.get(flow.target)
        return gate is not None and gate.waits(flow)

    def worker(
        self,
        plan: TargetPlan,
        line: Line,
        still: Callable[[], AbstractContextManager[object]],
        closed: Callable[[], object] = lambda: None,
    ) -> None:
        """The worker of a target, if any of its flows is linked. `closed`: None if it is open.

        It stands back while the line of the target waits, and tells it of what it meets itself.
        """
        flows = [flow for flow in plan.flows if flow.link is not None]
        if not flows:
            return
        store, name = self.store, plan.name

        def rests() -> bool:
            paused = store.paused("target", name) or closed() is not None
            return paused or line.away()

        def failed(target: str, error: TargetUnavailable | TargetAuthError | None) -> None:
            self.told(target, error)
            if error is not None:
                line.failed(error)

        self.workers[name] = LinkWorker(
            name=name,
            flows=flows,
            siblings={
                flow.id: [other.id for other in plan.flows if other.resource == flow.resource]
                for flow in flows
            },
            links=self.links,
            comparer=Comparer(
                plan.target, self.links, self.sending, store.cipher.keyed_hash("proposal", 6)
            ),
            stamper=Stamper(plan.target, self.links, self.desk, self.merger, line.poke),
            conditions=self.conditions,
            clock=self.clock,
            stop=self.stop,
            paused=rests,
            fatal=self.fatal,
            told=failed,
            still=still,
            on_act=self.on_act,
        )

    def wake(self, target: str) -> None:
        """Tell the worker of a target that there is something to do."""
        self.workers[target].wake()

    def asked(self, flows: Sequence[FlowPlan], on_act: OnAct) -> LinkDesk:
        """What answers people."""
        stampers: Mapping[str, Stamper] = {n: w.stamper for n, w in self.workers.items()}
        decider = Decider(self.links, flows, stampers, self.merger, self.wake, on_act)
        return LinkDesk(self.links, flows, decider, self.wake, on_act, self._crm_id)

    def _crm_id(self, flow: FlowPlan, key: str) -> str:
        """As the last receipt told it, or the last stamp."""
        lane = self.lanes(flow.target, flow.resource, key)
        found = self.sending.remote_id(lane)
        if found:
            return found
        verdict = self.links.verdicts(flow.id, [lane]).get(lane)
        item = self.links.item(verdict[2]) if verdict and verdict[1] == "stamped" else None
        return item.remote if item else ""
