"""What only the target holds after a rollback: listed by name, never deleted unseen (RULES 25).

When every source was read again, each of its rows made an entry of the new epoch. A record that
the target holds under our external ids and that no such entry speaks of is a stray: perhaps it was
sent after the copy of the disk was made, for a row that is gone since. A person decides.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from agent.changes.fingerprint import Fingerprints
from agent.changes.judge import FlowView
from agent.delivery.doubt import matches
from agent.memory import RowChange
from agent.model import Op
from agent.queue.ledger import Ledger
from agent.queue.sending import Sending
from agent.runtime.emit import stray
from agent.runtime.plan import LaneHashes, StreamPlan, TargetPlan

REASON = "The target holds {count:,} records that no source has any more since the disk went back."


def hold_strays(plan: TargetPlan, sending: Sending, lanes: LaneHashes) -> None:
    """List the target against the new epoch's entries. Raises TargetUnavailable."""
    if not plan.target.finds:
        return
    known = sending.lanes_of_epoch()
    found: dict[int, list[str]] = {}
    total = 0
    for flow in plan.flows:
        if flow.leaving is None or sending.in_order(flow.id):
            continue  # nothing to be done, or its rows are not read again: nothing can be said
        op, left = flow.leaving
        after: str | None = None
        while True:
            page = plan.target.list(flow.entity, after)
            total += len(page.items)
            for item in page.items:
                lane = lanes(plan.name, flow.resource, item.external_id)
                if (flow.id, lane) not in known and not matches(int(op is Op.DELETE), left, item):
                    found.setdefault(flow.id, []).append(item.external_id)
            after = page.after
            if after is None:
                break
    sending.hold_strays(found, REASON, total)


def removals(
    plan: StreamPlan,
    views: Sequence[FlowView],
    ledger: Ledger,
    prints: Fingerprints,
    by_flow: bytes,
) -> list[RowChange]:
    """What removes the strays of a hold that a person approved, but nothing that a row feeds."""
    wanted: dict[str, list[str]] = orjson.loads(by_flow)
    fed = {(at, memory.lane) for row in ledger.each() for at, memory in enumerate(row.flows)}
    changes: list[RowChange] = []
    for flow, view in zip(plan.flows, views, strict=True):
        for external_id in wanted.get(str(flow.id), ()):
            if (flow.index, view.lanes.lane(external_id)) not in fed:
                key = ("target only", flow.name, external_id)
                changes.append(stray(views, view, prints.key(key), key, external_id))
    return changes
