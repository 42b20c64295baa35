"""Entries of one target whose outcome is unknown: looked up when their time has come (RULES 19)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from threading import Lock

from agent.decisions import Decision, Done, Park, Retry
from agent.delivery.doubt import Next, Terms, after_look, matches, when_to_look
from agent.model import Message
from agent.ports import Clock, Target
from agent.queue.claims import Claim
from agent.queue.sending import Sending
from agent.runtime.lookup import stored
from agent.runtime.plan import FlowPlan
from agent.runtime.seeds import Seeds

CRASHES = 3
"""Such attempts after which, once it is known not to have arrived, a person is asked."""

MessageOf = Callable[[Claim], Message]
"""What was sent of a claim."""


class Doubts:
    """Looks up and decides. Several threads may ask; each entry is looked up by one of them."""

    def __init__(
        self,
        target: Target,
        sending: Sending,
        seeds: Seeds,
        flows: Mapping[int, FlowPlan],
        clock: Clock,
        message: MessageOf,
    ) -> None:
        self._target = target
        self._sending = sending
        self._seeds = seeds
        self._flows = flows
        self._clock = clock
        self._message = message
        self._looking: set[int] = set()

    def look_up(self, lock: Lock, flying: Collection[int]) -> bool:
        """Look up entries in doubt whose time has come. True if there are any left.

        `lock` is the line's own, `flying` are the entries that are on their way right now. Raises
        TargetUnavailable, TargetAuthError.
        """
        with lock:
            opened = self._sending.in_doubt(self._flows, {*flying, *self._looking})
            if opened.damaged:
                self._sending.damaged(opened.damaged)
            mine = {claim.seq for claim in opened.claims}
            self._looking |= mine
        try:
            return self._judge(opened.claims)
        finally:
            with lock:
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
            said = self._message(claim)
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

    def _terms(self) -> Terms:
        target = self._target
        return Terms(
            target.settles_within.total_seconds(), target.lag.total_seconds(),
            target.finds, target.repeatable,
        )  # fmt: skip
