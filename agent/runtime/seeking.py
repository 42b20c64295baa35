"""Looking in the target for parents that nobody here is about to send (RULES 21).

Somebody may have entered them there. Some are looked for each time, in turn, so that however many
there are that never come, they do not hide the others.
"""

from __future__ import annotations

from agent.queue.sending import Sending
from agent.queue.states import State
from agent.runtime.plan import TargetPlan


class Seeking:
    """Looks for the parents that entries of one target wait for."""

    def __init__(self, plan: TargetPlan, sending: Sending) -> None:
        self._target = plan.target
        self._sending = sending
        self._flows = [flow.id for flow in plan.flows]
        self._after = {State.PARENT: b"", State.PARKED: b""}
        """The lane that was looked for last: for those who wait, and for those who were parked."""

    def step(self) -> None:
        """Look for the next ones; who waits for what is found may go. Raises TargetUnavailable."""
        if not self._target.finds:
            return
        sought = {
            (seq, name): lane
            for state in self._after
            for seq, lane, name in self._next(state)
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

    def _next(self, state: State) -> list[tuple[int, bytes, str]]:
        after = self._after[state]
        found = self._sending.sought(self._flows, state, after)
        if not found and after:
            found = self._sending.sought(self._flows, state)
        self._after[state] = found[-1][1] if found else b""
        return found
