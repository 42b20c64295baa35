"""What a confirmed delete makes unproven: everything that lived in or under the record (RULES 21).

A CRM may take children along with their parent, or empty the fields that other flows had filled.
Nobody is told, so the rows concerned are sent again when their stream is next read.
"""

from __future__ import annotations

from collections.abc import Mapping

from agent.memory import NOTHING, RowMemory, RowText
from agent.queue.ledger import Ledger
from agent.queue.reads import Reads
from agent.queue.streams import Vanished
from agent.runtime.emit import forgotten
from agent.runtime.plan import FlowPlan, LaneHashes, StreamPlan

DEEPEST = 4
"""How far down from a deleted record others are doubted; also what ends a circle."""


def reconsider(plan: StreamPlan, reads: Reads, ledger: Ledger, lanes: LaneHashes) -> None:
    """Doubt the rows of this stream that lived in or under what was deleted since."""
    heard = reads.vanished(plan.id)
    if not heard:
        return
    changes, went_along = [], []
    for memory in ledger.each():
        above = {
            flow.index: found
            for flow in plan.flows
            if memory.flows[flow.index].message != NOTHING
            and (found := _above(flow, memory, ledger, heard, lanes)) is not None
        }
        if not above:
            continue
        changes.append(forgotten(memory, above))
        went_along += [
            (flow.id, memory.flows[flow.index].lane, above[flow.index].depth + 1)
            for flow in plan.flows
            if flow.index in above and above[flow.index].depth < DEEPEST
        ]
    reads.look_again(plan.id, ledger, changes, heard, went_along)


def _above(
    flow: FlowPlan,
    memory: RowMemory,
    ledger: Ledger,
    heard: Mapping[bytes, Vanished],
    lanes: LaneHashes,
) -> Vanished | None:
    """The deleted record that this row lived in or under, None if there is none."""
    mine = memory.flows[flow.index]
    same = heard.get(mine.lane)
    if same is not None and not (same.flow == flow.id and mine.seq > same.seq):
        return same
    if not flow.parents:
        return None
    text: RowText = ledger.text(memory)
    for parent in text.parents[flow.index]:
        resource = flow.parents.get(parent.entity)
        if resource is not None:
            found = heard.get(lanes(flow.target, resource, parent.external_id))
            if found is not None:
                return found
    return None
