"""One step of one target: what is in doubt, who waits for whom, then the next batch.

A step makes one attempt at the most. Before it, the batch is durably `sending` and vouched for;
after it, every receipt is written in one transaction. Nothing here sleeps or loops.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from threading import Lock, Semaphore

from agent.decisions import CutLinks, Decision, Done, Doubt, Park, Retry, WaitForParents
from agent.delivery.doubt import Next, Terms, after_look, matches, when_to_look
from agent.delivery.pace import Pace
from agent.delivery.policy import decide
from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import BatchRefused, Message, Op, Receipt, WaitingFor
from agent.ports import Clock, Target
from agent.queue.claims import Claim
from agent.queue.sending import Sending
from agent.queue.states import State
from agent.runtime.batch import fitting
from agent.runtime.link.gate import OPEN, Gate
from agent.runtime.lookup import stored
from agent.runtime.orphans import park_orphans
from agent.runtime.plan import FlowPlan, LaneHashes, TargetPlan
from agent.runtime.seeds import Seeds
from agent.runtime.strays import hold_strays
from agent.runtime.watch import Watch

AUTH_PAUSE = 900.0
"""Seconds between two tries to sign in that nobody asked for."""
PARENTS_EVERY = 30.0
IDLE = 1.0
CRASHES = 3
"""Such attempts after which, once it is known not to have arrived, a person is asked."""

Told = Callable[[str, TargetUnavailable | TargetAuthError | None], None]
"""Hears that a target is away (or, with None, that it answered)."""


class Delivery:
    """The line to one target. `step` may be called by several threads."""

    def __init__(
        self,
        plan: TargetPlan,
        sending: Sending,
        lanes: LaneHashes,
        clock: Clock,
        random: Random,
        told: Told = lambda _name, _error: None,
        *,
        gate: Gate = OPEN,
        watch: Watch | None = None,
    ) -> None:
        self._plan = plan
        self._watch = watch
        self._target: Target = plan.target
        self._sending = sending
        self._seeds = Seeds(plan.target, sending)
        self._lanes = lanes
        self._clock = clock
        self._random = random
        self._told = told
        self._gate = gate
        self._flows = {flow.id: flow for flow in plan.flows}
        self._pace = Pace()
        self._busy: set[bytes] = set()
        self._flying: set[int] = set()
        self._looking: set[int] = set()
        """Entries in doubt that one thread looks up: what they are is decided once."""
        self.lock = Lock()
        """Held while a batch is claimed: who has it knows that what leaves is written down."""
        self._line = Semaphore(plan.concurrency)
        """So many requests at once; one thread more makes the next batch ready meanwhile."""
        self._parents_at = 0.0
        self.delivered_at: float | None = None
        # What was lost before a rollback may still take effect, and nobody remembers sending it.
        self._settled_at = clock.monotonic() + plan.target.settles_within.total_seconds()
        self._recovered = False

    @property
    def pace(self) -> Pace:
        """How the target is approached now."""
        return self._pace

    def poke(self) -> None:
        """Somebody changed something (resumed, set a secret): try at once."""
        self._pace = replace(self._pace, not_before=0.0)

    def step(self, open_flows: Callable[[FlowPlan], bool] = lambda _flow: True) -> float:
        """Do the next thing. Returns seconds after which another step makes sense (0: now)."""
        self._sending.mind_clock()
        now = self._clock.monotonic()
        if not self._pace.due(now):
            return self._pace.not_before - now
        try:
            if not self._has_recovered(now):
                return IDLE
            busy = self._look_up()
            if not busy and now >= self._parents_at:
                self._parents_at = now + PARENTS_EVERY
                self._find_parents()
            with self.lock:
                patient = self._gate.patient(self._plan.flows)
                park_orphans(self._plan, self._sending, self._lane, patient)
                wake = self._sending.wake()
            if self._send(open_flows):
                return 0.0
        except TargetUnavailable as error:
            asked = error.retry_after.total_seconds() if error.retry_after else None
            self._pace = self._pace.unavailable(now, self._random.random(), asked)
            self._told(self._plan.name, error)
            return self._pace.not_before - now
        except TargetAuthError as error:
            self._pace = self._pace.unavailable(now, self._random.random(), AUTH_PAUSE)
            self._told(self._plan.name, error)
            return self._pace.not_before - now
        return min(IDLE, wake) if wake is not None else IDLE

    def _has_recovered(self, now: float) -> bool:
        """RULES 25: after a rollback nothing leaves before the sources were read again."""
        with self.lock:
            if not self._recovered:
                name, sending = self._plan.name, self._sending
                if not sending.recovered(name):
                    if sending.recovering() or now < self._settled_at:
                        return False
                    hold_strays(self._plan, sending, self._lanes)
                    sending.begin_again(name)
                self._recovered = True
        return True

    # --- the next batch ---------------------------------------------------------------------------

    def _send(self, open_flows: Callable[[FlowPlan], bool]) -> bool:
        for place, flow in enumerate(self._plan.flows):
            if not open_flows(flow):
                continue
            if self._watch is not None:
                with self.lock:
                    if self._watch.mind(flow):
                        return True
            if not self._sending.peek(flow.id):
                continue
            with self.lock:
                moved, claims = self._claim(flow, self._plan.flows[place + 1 :])
            if claims:
                self._attempt(flow, claims)
            if moved or claims:
                return True
        return False

    def _claim(self, flow: FlowPlan, deeper: Sequence[FlowPlan]) -> tuple[bool, list[Claim]]:
        """Claim a batch. Also True when nothing is to be sent but entries have moved."""
        limit = self._pace.limit(self._target.limits.records)
        children_first = self._sending.deletes_open([other.id for other in deeper])
        opened = self._sending.claim(
            flow.id, limit, self._busy,
            shared=flow.id in self._plan.shared, upserts_only=children_first,
        )  # fmt: skip
        if opened.damaged:
            self._sending.damaged(opened.damaged)
        may_go, judged = self._gate.sort(flow, opened.claims)
        owned, nothing_left = self._seeds.left_out(flow, may_go)
        claims, decided = self._with_parents(owned)
        claims, known = self._already_there(flow, claims)
        decided += judged + known + [(claim, Done()) for claim in nothing_left]
        watch = self._watch
        claims, chosen, waits = watch.chosen(flow, claims) if watch else (claims, [], False)
        decided += chosen
        self._sending.apply(decided, State.WAITING)
        claims = fitting(claims, self._target.limits.bytes)
        if claims:
            keep = watch.pictures(flow, claims) if watch else None
            claims = self._sending.start(claims, keep)
            self._busy.update(claim.lane for claim in claims)
            self._flying.update(claim.seq for claim in claims)
        return bool(decided or opened.damaged or waits), claims

    def _attempt(self, flow: FlowPlan, claims: Sequence[Claim]) -> None:
        batch = [self._message(flow, claim) for claim in claims]
        # Whatever goes wrong in a way that nobody foresaw, the outcome is unknown.
        decided: list[tuple[Claim, Decision]] = [
            (c, Doubt("The attempt broke off.")) for c in claims
        ]
        try:
            with self._line:
                if self._pace.due(self._clock.monotonic()):
                    receipts = self._target.deliver(batch)
                    decided = self._decide(claims, receipts)
                else:  # it went away while this batch waited for the line
                    decided = [(claim, Retry()) for claim in claims]
                    return
            self._told(self._plan.name, None)
        except (TargetUnavailable, TargetAuthError):
            decided = [(claim, Retry()) for claim in claims]
            raise
        finally:
            try:
                self._sending.apply(decided)
            finally:  # what could not be written stays `sending` and is looked up
                with self.lock:
                    self._busy.difference_update(claim.lane for claim in claims)
                    self._flying.difference_update(claim.seq for claim in claims)
        if any(isinstance(decision, Done) for _, decision in decided):
            self.delivered_at = self._clock.now().timestamp()

    def _decide(
        self, claims: Sequence[Claim], receipts: Sequence[Receipt]
    ) -> list[tuple[Claim, Decision]]:
        if len(receipts) != len(claims):
            raise AssertionError("a target answers every message, in order")
        refused = any(isinstance(receipt, BatchRefused) for receipt in receipts)
        self._pace = self._pace.refused(len(claims)) if refused else self._pace.answered()
        decided: list[tuple[Claim, Decision]] = []
        for claim, receipt in zip(claims, receipts, strict=True):
            if isinstance(receipt, WaitingFor):
                parent = receipt.parent
                lane = self._lane(parent.entity, parent.external_id)
                decided.append((claim, WaitForParents(((parent.field, lane),))))
                continue
            jitter = self._random.random()
            decision = decide(receipt, claim.attempts + 1, jitter, alone=len(claims) == 1)
            decided.append((claim, decision))
        return decided

    def _message(self, flow: FlowPlan, claim: Claim) -> Message:
        """The message of a claim; in the first step of a circle, without the links (RULES 21)."""
        id_, fields, parents = f"msg_{claim.id.hex()}", claim.fields, claim.parents
        if claim.step == 1:
            here = self._sending.present({self._lane(p.entity, p.external_id) for p in parents})
            cut = {p.field for p in parents if self._lane(p.entity, p.external_id) not in here}
            fields = {name: value for name, value in fields.items() if name not in cut}
            parents = tuple(parent for parent in parents if parent.field not in cut)
            id_ += ".record"
        elif claim.step:
            id_ += ".links"
        op = Op.DELETE if claim.op else Op.UPSERT
        return Message(
            id_, op, flow.entity, flow.contract, claim.external_id, claim.seq, fields, parents
        )

    # --- parents ----------------------------------------------------------------------------------

    def _with_parents(
        self, claims: Sequence[Claim]
    ) -> tuple[list[Claim], list[tuple[Claim, Decision]]]:
        """Claims whose parents exist, and decisions about the others."""
        wanted = {
            self._lane(parent.entity, parent.external_id)
            for claim in claims
            for parent in claim.parents
            if not claim.op and self._minds(parent.entity)
        }
        here = self._sending.present(wanted) if wanted else set()
        missing = wanted - here
        if not missing:
            return list(claims), []
        ready: list[Claim] = []
        decided: list[tuple[Claim, Decision]] = []
        beside: dict[bytes, list[bytes]] = {}
        for claim in claims:
            lanes = tuple(
                (parent.field, lane)
                for parent in claim.parents
                if (lane := self._lane(parent.entity, parent.external_id)) in missing
            )
            if not lanes or claim.op or claim.step == 1:
                ready.append(claim)
            elif any(self._leads_to(lane, claim.lane, beside) for _, lane in lanes):
                decided.append((claim, CutLinks(lanes)))
            else:
                beside[claim.lane] = [lane for _, lane in lanes]
                decided.append((claim, WaitForParents(lanes)))
                self._parents_at = min(self._parents_at, self._clock.monotonic() + IDLE)
        return ready, decided

    def _minds(self, entity: str) -> bool:
        """Whether a parent of this kind can ever be known to exist in the target."""
        return self._target.finds or any(f.entity == entity for f in self._plan.flows)

    def _leads_to(self, start: bytes, lane: bytes, beside: Mapping[bytes, list[bytes]]) -> bool:
        """Whether the record of `start` waits, directly or not, for the record of `lane`.

        `beside`: what entries of the same batch are about to wait for.
        """
        seen, todo = {start}, [start]
        while todo:
            at = todo.pop()
            if at == lane:
                return True
            above = [*self._sending.waits_for(at), *beside.get(at, ())]
            new = [parent for parent in above if parent not in seen]
            seen.update(new)
            todo += new
        return False

    def _find_parents(self) -> None:
        """Parents that nobody here is about to send may exist in the target all the same."""
        if not self._target.finds:
            return
        sought = {
            (seq, name): lane
            for seq, lane, name in self._sending.sought(list(self._flows))
            if not self._sending.on_its_way(lane)
        }
        if not sought:
            return
        opened = self._sending.opened(sorted({seq for seq, _ in sought}))
        by_entity: dict[str, dict[str, bytes]] = {}
        for claim in opened.claims:
            for parent in claim.parents:
                lane = sought.get((claim.seq, parent.field))
                if lane is not None:
                    by_entity.setdefault(parent.entity, {})[parent.external_id] = lane
        for entity, lanes in by_entity.items():
            found = self._target.find(entity, list(lanes))
            self._sending.exists(0, [lanes[external_id] for external_id in found])

    # --- doubts -----------------------------------------------------------------------------------

    def _terms(self) -> Terms:
        target = self._target
        return Terms(
            target.settles_within.total_seconds(), target.lag.total_seconds(),
            target.finds, target.repeatable,
        )  # fmt: skip

    def _look_up(self) -> bool:
        """Look up entries in doubt whose time has come. True if there are any left."""
        with self.lock:
            opened = self._sending.in_doubt(self._flows, self._flying | self._looking)
            if opened.damaged:
                self._sending.damaged(opened.damaged)
            mine = {claim.seq for claim in opened.claims}
            self._looking |= mine
        try:
            return self._judge(opened.claims)
        finally:
            with self.lock:
                self._looking -= mine

    def _judge(self, claims: Sequence[Claim]) -> bool:
        """Decide about entries in doubt. True if some are too young for that."""
        if not claims:
            return False
        terms, now = self._terms(), self._clock.now().timestamp()
        due = [c for c in claims if now - c.since >= when_to_look(terms)]
        due = self._seeds.owned(self._flows, due)
        found = stored(self._target, self._flows, due)
        same = self._sending.confirmed(due)
        decided: list[tuple[Claim, Decision]] = []
        for claim in due:
            held = found.get((claim.flow, claim.external_id))
            said = self._message(self._flows[claim.flow], claim)
            step = after_look(
                terms,
                now - claim.since,
                matches=terms.finds and matches(claim.op, said.fields, held),
                same_as_before=same[claim.seq],
                verify=False,
            )
            if step is Next.CONFIRMED:
                decided.append((claim, Done(held.remote_id if held else "")))
            elif step is Next.AGAIN and claim.crashes >= CRASHES:
                decided.append((claim, Park("CRASH_LOOP", "Each attempt ended with the process.")))
            elif step is Next.AGAIN:
                decided.append((claim, Retry()))
            elif step is Next.PERSON:
                decided.append((claim, Park("IN_DOUBT", "Nobody can tell whether it arrived.")))
        self._sending.apply(decided)
        return len(decided) < len(claims)

    def _already_there(
        self, flow: FlowPlan, claims: list[Claim]
    ) -> tuple[list[Claim], list[tuple[Claim, Decision]]]:
        """After a rollback or a salvage: what the target holds already is not sent (RULES 5)."""
        doubtful = [claim for claim in claims if claim.verify]
        if not doubtful or not self._target.finds:
            return claims, []
        found = stored(self._target, self._flows, doubtful)
        there = {
            claim.seq
            for claim in doubtful
            if matches(claim.op, claim.fields, found.get((flow.id, claim.external_id)))
        }
        rest = [claim for claim in claims if claim.seq not in there]
        return rest, [(claim, Done()) for claim in claims if claim.seq in there]

    def _lane(self, entity: str, external_id: str) -> bytes:
        return self._lanes(self._plan.name, self._target.resource(entity), external_id)
