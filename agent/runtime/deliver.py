"""One step of one target: what is in doubt, who waits for whom, then the next batch.

A step makes one attempt at the most. Before it, the batch is durably `sending` and vouched for;
after it, every receipt is written in one transaction. Nothing here sleeps or loops.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import compress
from random import Random
from threading import Lock

from agent.decisions import Decision, Done, Doubt, Retry, WaitForParents
from agent.delivery.doubt import matches
from agent.delivery.policy import decide
from agent.delivery.suspects import Suspects
from agent.delivery.turns import Waiting, in_turn
from agent.errors import SecretMissing, TargetAuthError, TargetError, TargetUnavailable
from agent.model import Accepted, BatchRefused, Message, Receipt, WaitingFor
from agent.ports import Clock, Interrupted, Target
from agent.queue.claims import Claim
from agent.queue.sending import Sending
from agent.queue.states import State
from agent.queue.together import Family
from agent.runtime import kin
from agent.runtime.batch import portion
from agent.runtime.doubts import Doubts
from agent.runtime.families import Families
from agent.runtime.followed import Followed, as_job
from agent.runtime.line import Line, answers_lost, refused
from agent.runtime.link.gate import OPEN, Gate
from agent.runtime.lookup import stored
from agent.runtime.orphans import park_orphans
from agent.runtime.parents import Parents
from agent.runtime.plan import FlowPlan, LaneHashes, TargetPlan
from agent.runtime.seeds import Seeds
from agent.runtime.seeking import Seeking
from agent.runtime.strays import hold_strays
from agent.runtime.watch import Watch

PARENTS_EVERY = 30.0
AHEAD = 4
"""So many batches are looked through for one whose parents nobody else is busy with."""
ORPHANS_EVERY = 5.0
"""Seconds between two looks at who waits for too long: it takes a look at all that wait."""
IDLE, MINDS, REST = 1.0, 5.0, 15.0
"""Seconds to the next step: something waits; a publish is under way; nothing, and what comes rings."""

IsOpen = Callable[[FlowPlan], bool]
Decided = list[tuple[Claim, Decision]]
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
        runs: IsOpen = lambda _flow: True,
    ) -> None:
        """`runs`: whether nobody has paused a flow; asked once more just before an attempt."""
        self._plan = plan
        self._watch, self._runs = watch, runs
        self._target: Target = plan.target
        self._sending = sending
        self._seeds = Seeds(plan.target, sending)
        self._seeking = Seeking(plan, sending)
        self._lanes = lanes
        self._clock = clock
        self._random = random
        self._told = told
        self._gate = gate
        self.flows, self._flows = plan.flows, {flow.id: flow for flow in plan.flows}
        self.line = Line(plan.target, clock, random, plan.terms)
        """How the target is approached: who may go now, and how many."""
        self._suspects = Suspects()
        self._since = dict.fromkeys(self._flows, clock.monotonic())
        """Flow -> when it last had a turn or nothing to send."""
        self._barren: dict[int, float] = {}
        """Flow -> when a turn of it found nothing but missing parents."""
        self._busy: set[bytes] = set()
        self._parents_busy: Counter[bytes] = Counter()
        """Parents of what is on its way, where attempts get in each other's way over them."""
        self._flying: set[int] = set()
        self._parents = Parents(plan, sending, self._lane)
        checks = (self._parents, self._seeds, gate, watch)
        self._families = Families(plan, sending, checks, self._lane, clock)
        self._followed = Followed()
        self._doubts = Doubts(plan.target, sending, self._seeds, self._flows, clock, self._message)
        self.lock = Lock()
        """Held while a batch is claimed: who has it knows that what leaves is written down."""
        self._parents_at = self._orphans_at = 0.0
        self.delivered_at: float | None = None
        # What was lost before a rollback may still take effect, and nobody remembers sending it.
        self._settled_at = clock.monotonic() + plan.target.settles_within.total_seconds()
        self._recovered = False

    def poke(self) -> None:
        """Somebody changed something (resumed, set a secret): try at once."""
        self.line.poke()

    def step(self, open_flows: IsOpen = lambda _flow: True) -> float:
        """Do the next thing. Returns seconds after which another step makes sense (0: now)."""
        self._sending.mind_clock()
        with self.line.turn() as wait:
            return wait or self._step(open_flows)

    def _step(self, open_flows: IsOpen) -> float:
        now = self._clock.monotonic()
        try:
            if not self._has_recovered(now):
                return IDLE
            self._follow()
            busy = self._doubts.look_up(self.lock, self._flying)
            if not busy and now >= self._parents_at:
                self._parents_at = now + PARENTS_EVERY
                self._seeking.step()
            with self.lock:
                if now >= self._orphans_at:
                    patient = self._gate.patient(self._plan.flows)
                    more = park_orphans(self._plan, self._sending, self._lane, patient)
                    self._orphans_at = now if more else now + ORPHANS_EVERY
                wake = self._sending.wake()
            if self._send(open_flows):
                return 0.0
        except SecretMissing as error:
            return self._failed(TargetAuthError(error.title, code=error.code, hint=error.hint))
        except (TargetUnavailable, TargetAuthError) as error:
            return self._failed(error)
        with self.lock:
            minds = self._watch is not None and self._watch.to_mind()
        longest = (MINDS if minds else REST) if self._sending.rests(self._flows) else IDLE
        return min(longest, longest if wake is None else wake, self.line.wait() or longest)

    def _failed(self, error: TargetUnavailable | TargetAuthError) -> float:
        wait = self.line.failed(error)
        self._told(self._plan.name, error)
        return wait

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

    def _send(self, open_flows: IsOpen) -> bool:
        now, flows = self._clock.monotonic(), self._plan.flows
        with self.lock:
            minded = self._watch.to_mind() if self._watch is not None else ()
        for place in in_turn(self._waiting(minded, now, open_flows), now):
            flow = flows[place]
            if open_flows(flow):
                if self._watch is not None and flow.id in minded:
                    with self.lock:
                        if self._watch.mind(flow):
                            return True
                if self._sending.peek(flow.id):
                    if self._takes_turn(flow, flows[place + 1 :], open_flows):
                        return True
                    continue
            self._since[flow.id] = now
        return False

    def _waiting(self, minded: Collection[int], now: float, open_flows: IsOpen) -> list[Waiting]:
        """The flows that are to be asked: most have nothing, which costs no question."""
        waiting, some = [], self._sending.with_some()
        for place, flow in enumerate(self._plan.flows):
            if flow.id in minded or flow.id in some:
                barren = self._barren.get(flow.id, -math.inf)
                waiting.append(Waiting(place, flow.urgency, self._since[flow.id], barren))
            else:
                if not flow.realtime:
                    open_flows(flow)  # one with times of its own closes when it has nothing left
                self._since[flow.id] = now
        return waiting

    def _takes_turn(self, flow: FlowPlan, deeper: Sequence[FlowPlan], open_flows: IsOpen) -> bool:
        """Send a batch of a flow, if there is leave; whether anything moved."""
        if not self.line.spares(realtime=flow.realtime):
            return False
        with self.line.reserved() as goes:
            if not goes:
                return False
            self._since[flow.id] = self._clock.monotonic()
            with self.lock:
                if not open_flows(flow):  # paused since: whoever paused waits for this lock
                    return False
                moved, claims, families = self._claim(flow, deeper, open_flows)
            if claims:
                self._attempt(claims, families)
            return bool(moved or claims)

    def _claim(
        self, flow: FlowPlan, deeper: Sequence[FlowPlan], open_flows: IsOpen
    ) -> tuple[bool, list[Claim], list[Family]]:
        """Claim a batch, which may be one of families. True also where entries have only moved."""
        limits = self._target.limits
        limit = self.line.pace.limit(limits.records)
        job = as_job(self._sending, flow.id, limits.bulk, self.line.pace)
        ahead = limit * (AHEAD if self._parents_busy else 1)
        children_first = self._sending.deletes_open([other.id for other in deeper])
        opened = self._sending.claim(
            flow.id, job.records if job else ahead, self._busy,
            shared=flow.id in self._plan.shared, upserts_only=children_first,
        )  # fmt: skip
        if opened.damaged:
            self._sending.damaged(opened.damaged)
        may_go, judged = self._gate.sort(flow, opened.claims)
        owned, nothing_left = self._seeds.left_out(flow, may_go)
        claims, decided = self._parents.sort(owned)
        if any(isinstance(decision, WaitForParents) for _, decision in decided):
            self._parents_at = min(self._parents_at, self._clock.monotonic() + IDLE)
        if decided and not claims:
            self._barren[flow.id] = self._clock.monotonic()
        claims, known = self._already_there(flow, claims)
        decided += judged + known + [(claim, Done()) for claim in nothing_left]
        watch = self._watch
        claims, chosen, waits = watch.chosen(flow, claims) if watch else (claims, [], False)
        decided += chosen
        self._sending.apply(decided, State.WAITING)
        claims, families = self._may_share(claims), list[Family]()
        if job is None and not self._suspects.holds([claim.seq for claim in claims]):
            claims, families = self._with_families(flow, claims, open_flows)
        if families:
            families = self._sending.together.start(families)
            claims = [claim for family in families for claim in family]
        elif claims := portion(claims, limits, limit, job):
            keep = watch.pictures(flow, claims) if watch else None
            claims = self._sending.start(claims, keep)
        self._busy.update(claim.lane for claim in claims)
        self._flying.update(claim.seq for claim in claims)
        self._parents_busy.update(self._above(claims))
        return bool(decided or opened.damaged or waits), claims, families

    def _with_families(
        self, flow: FlowPlan, claims: list[Claim], open_flows: IsOpen
    ) -> tuple[list[Claim], list[Family]]:
        """The oldest of these decides: a batch of families, or one of records without."""
        busy = (self._busy, self._parents_busy)
        found, waits = self._families.of(flow, claims, busy, open_flows)
        claims = [claim for claim in claims if claim.seq not in waits]
        if not claims or claims[0].seq not in found:
            return [claim for claim in claims if claim.seq not in found], []
        limits = (self.line.pace.batch, self._target.limits.bytes)
        return claims, self._families.chosen(claims, found, *limits)

    def _may_share(self, claims: list[Claim]) -> list[Claim]:
        """Those that may go in one batch now, as far as others than they themselves decide."""
        claims = kin.apart(claims, self._lane, self._parents_busy)
        together = self._suspects.together([claim.seq for claim in claims])
        return [claim for claim in claims if claim.seq in together]

    def _above(self, claims: Sequence[Claim]) -> dict[bytes, int]:
        if not self._target.limits.locks_parents:
            return {}
        return Counter(lane for claim in claims for lane in kin.above(claim, self._lane))

    def _attempt(self, claims: Sequence[Claim], families: Sequence[Family]) -> None:
        decided: Decided = [(claim, Retry()) for claim in claims]
        try:
            flows = {claim.flow for claim in claims}
            with self.line.attempt(lambda: all(self._runs(self._flows[f]) for f in flows)) as goes:
                if not goes:  # away, or paused, while this batch waited for its place
                    return
                # Whatever goes wrong in a way that nobody foresaw, the outcome is unknown.
                decided = [(claim, Doubt("The attempt broke off.")) for claim in claims]
                decided, answered, broken_by = self._tried(claims, families)
            if broken_by is not None:
                raise broken_by
            if answered:
                self._told(self._plan.name, None)
            elif self.line.pace.failures > 1:
                self._told(self._plan.name, answers_lost(self._plan.name))
        finally:
            self._settle(claims, decided)

    def _tried(
        self, claims: Sequence[Claim], families: Sequence[Family]
    ) -> tuple[Decided, bool, TargetError | SecretMissing | None]:
        """What becomes of each, whether the target said anything, and why it broke off, if it did."""
        receipts: Mapping[int, Receipt] = {}
        broken_by: TargetError | SecretMissing | None = None
        try:
            answers = (
                self._families.deliver(families, self._message, self.lock)
                if families
                else self._target.deliver([self._message(claim) for claim in claims])
            )
            receipts = dict(enumerate(answers))
            if len(receipts) != len(claims):
                raise AssertionError("a target answers every message, in order")
        except (TargetUnavailable, TargetAuthError, SecretMissing) as error:
            broken_by = error
        except Interrupted as broken:
            receipts, broken_by = broken.receipts, broken.cause
        tried = [claim for at, claim in enumerate(claims) if at in receipts]
        rest = [(claim, Retry()) for at, claim in enumerate(claims) if at not in receipts]
        if not tried:
            return [*rest], False, broken_by
        decided, answered = self._decide(tried, [receipts[at] for at in sorted(receipts)])
        return [*decided, *rest], answered, broken_by

    def _follow(self) -> None:
        """Ask after what the target accepted. Raises TargetUnavailable, TargetAuthError."""
        told = self._followed.ask(self._target, self.lock, self._clock.monotonic())
        if told is None:
            return
        decided: Decided = [(c, Doubt("Nobody told.")) for c in told.claims]
        try:
            decided = self._decide(told.claims, told.receipts)[0]
        finally:
            self._settle(told.claims, decided)

    def _settle(self, claims: Sequence[Claim], decided: Sequence[tuple[Claim, Decision]]) -> None:
        """Write down what became of them; those that are followed stay on their way."""
        try:
            self._sending.apply(decided)
        finally:  # what could not be written stays `sending` and is looked up
            with self.lock:
                landed = [claim for claim in claims if claim.seq not in self._followed]
                self._busy.difference_update(claim.lane for claim in landed)
                self._flying.difference_update(claim.seq for claim in landed)
                self._parents_busy.subtract(self._above(landed))
                self._parents_busy = +self._parents_busy
        if any(isinstance(decision, Done) for _, decision in decided):
            self.delivered_at = self._clock.now().timestamp()

    def _decide(self, claims: Sequence[Claim], receipts: Sequence[Receipt]) -> tuple[Decided, bool]:
        """What becomes of each, and whether the target said anything at all."""
        if len(receipts) != len(claims):
            raise AssertionError("a target answers every message, in order")
        seqs = [claim.seq for claim in claims]
        with self.lock:
            before = self._suspects
            self._suspects = before.cleared(seqs)
            if refused(receipts):  # of several requests, those of the refused ones
                whole = [isinstance(receipt, BatchRefused) for receipt in receipts]
                self._suspects = self._suspects.refused(list(compress(seqs, whole)))
        answered = self.line.heard(receipts, fresh=not before.holds(seqs))
        decided: Decided = []
        for claim, receipt in zip(claims, receipts, strict=True):
            if isinstance(receipt, Accepted):
                with self.lock:
                    self._followed.add(claim, receipt, self._clock.monotonic())
                continue
            if isinstance(receipt, WaitingFor):
                parent = receipt.parent
                lane = self._lane(parent.entity, parent.external_id)
                decided.append((claim, WaitForParents(((parent.field, lane),))))
                continue
            jitter = self._random.random()
            decision = decide(receipt, claim.attempts + 1, jitter, alone=len(claims) == 1)
            decided.append((claim, decision))
        return decided, answered

    def _message(self, claim: Claim) -> Message:
        flow = self._flows[claim.flow]
        return kin.message(flow, claim, self._sending.present, self._lane)

    # --- what is known already ---------------------------------------------------------------------

    def _already_there(self, flow: FlowPlan, claims: list[Claim]) -> tuple[list[Claim], Decided]:
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
