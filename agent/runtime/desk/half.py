"""Exceptions of which a part is in the target already: what is there, what is not, what one can do.

No target is left half done by one message: a record is written whole or refused whole. Two things
take several messages, and can be left in between:

- records that refer to each other in a circle go first without the links that close it, then with
  them (RULES 21): the links may be refused when the record is there;
- a document and what belongs to it (an order and its lines) are records of their own: a line may be
  refused when the order is there.

Waybill finishes both. It takes neither back by itself: whether a record was in the target before it
cannot be told afterwards, so deleting it might delete what somebody else made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from agent.canon import Contract, Kind
from agent.model import Json, Parent
from agent.queue.claims import Claim
from agent.queue.items import Items
from agent.queue.sending import Sending
from agent.runtime.desk.contents import Content
from agent.runtime.desk.said import MOST_SUMMED, View
from agent.runtime.plan import FlowPlan

FINISH = "waybill exceptions fix or replay; or correct it in the ERP."
LEAVE = (
    "Take what is there out of the CRM by hand if it must not stay, then waybill exceptions"
    " set-aside with the reason."
)


@dataclass(frozen=True, slots=True)
class Half:
    """What is done of an exception, and what is not."""

    done: str
    missing: str

    def as_json(self) -> dict[str, Json]:
        """For the face."""
        return {"done": self.done, "missing": self.missing, "finish": FINISH, "leave": LEAVE}


def half_done(
    contract: Contract,
    claim: Claim,
    *,
    is_there: Callable[[Parent], bool],
    siblings: Callable[[str], int],
) -> Half | None:
    """What of a parked message is in the target already; None if nothing of it is.

    `siblings`: how many exceptions of its kind belong to the document of this external id.
    """
    if claim.op:
        return None
    kind = contract.name.replace("_", " ")
    if claim.step > 1:
        links = ", ".join(parent.field for parent in claim.parents)
        return Half(
            f"The {kind} {claim.external_id} is in the target.",
            f"Its links are not: {links}.",
        )
    for parent in _documents(contract, claim):
        if is_there(parent):
            many = siblings(parent.external_id)
            more = f" {many:,} of its kind wait here for that document." if many > 1 else ""
            return Half(
                f"The {parent.entity.replace('_', ' ')} {parent.external_id} is in the target.",
                f"This {kind} of it is not, or not as the ERP says it.{more}",
            )
    return None


@dataclass(frozen=True)
class Halves:
    """Knows what is in the targets already."""

    desk: Items
    sending: Sending
    view: View
    flows: Sequence[FlowPlan]
    contents: Mapping[str, Content]
    lane: Callable[[int, str, str], bytes]
    """Of a parent: flow, entity, external id."""

    def of(self, claim: Claim) -> Half | None:
        """What of a parked message is in its target already."""
        flow = next((each for each in self.flows if each.id == claim.flow), None)
        content = self.contents.get(flow.name) if flow is not None else None
        if content is None:
            return None
        return half_done(
            content.contract,
            claim,
            is_there=lambda p: bool(
                self.sending.present({self.lane(claim.flow, p.entity, p.external_id)})
            ),
            siblings=lambda document: self._siblings(claim.flow, document),
        )

    def _siblings(self, flow: int, document: str) -> int:
        seqs = [each.seq for each in self.desk.standing() if each.flow == flow]
        found = self.view.impacts(seqs[:MOST_SUMMED])
        return sum(impact.document == document for _, impact in found)


def _documents(contract: Contract, claim: Claim) -> Iterator[Parent]:
    """The record that this one is a part of."""
    name = contract.impact.document
    field = contract.fields.get(name)
    if field is not None and field.kind is Kind.REF and field.required:
        yield from (parent for parent in claim.parents if parent.field == name)
