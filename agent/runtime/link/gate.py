"""Keeps the delivery from creating what may exist: asked before each batch is claimed.

Flows that feed the same records as a linked one (a second source of the same accounts) wait with
it: what holds for a record holds for whoever writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from agent.decisions import Decision, Later, Park, SetAside
from agent.queue.claims import Claim
from agent.queue.links import CHECK, Links
from agent.queue.sending import Sending
from agent.runtime.plan import FlowPlan

AMBIGUOUS, DUPLICATE = "LINK_AMBIGUOUS", "DUPLICATE_SUSPECTED"
PASSING = frozenset({"stamped", "create", "elsewhere"})
LEFT_OUT = "A person decided that this record is not brought over."
_FOR_A_PERSON = frozenset({"needed", "proposed", "undone"})
_OUT = "left out"
_AGAIN = 60.0
"""Seconds after which a record is looked at again although nobody decided; usually one is woken."""
_WORDS = {
    AMBIGUOUS: "The CRM has records that this one may be. Which one it is, or that it is new,"
    " is decided with: waybill link decide {flow} {number}",
    DUPLICATE: "The CRM has a record that this one is probably about. Whether it is the same is"
    " decided with: waybill duplicates decide {number}",
}


Verdict = tuple[str, str, int]
"""Kind, state and number of an item."""
Sorted = tuple[list[Claim], list[tuple[Claim, Decision]]]


class Gate(Protocol):
    """Has a word before anything leaves."""

    def patient(self, flows: Sequence[FlowPlan]) -> list[int]:
        """Of these flows, those whose records wait for parents that nobody holds back."""
        ...

    def sort(self, flow: FlowPlan, claims: list[Claim]) -> Sorted:
        """Claims that may go, and decisions about the others."""
        ...


class _Open:
    """Lets everything go."""

    def patient(self, flows: Sequence[FlowPlan]) -> list[int]:
        """All of them."""
        return [flow.id for flow in flows]

    def sort(self, flow: FlowPlan, claims: list[Claim]) -> Sorted:  # noqa: ARG002 - the protocol's
        """All of them."""
        return claims, []


OPEN = _Open()


class LinkGate:
    """What may leave of the flows of one target."""

    def __init__(
        self, flows: Sequence[FlowPlan], links: Links, sending: Sending, wake: Callable[[], None]
    ) -> None:
        self._links = links
        self._sending = sending
        self._wake = wake
        linked = {flow.resource: flow for flow in flows if flow.link is not None}
        self._by = {
            flow.id: flow if flow.link is not None else linked[flow.resource]
            for flow in flows
            if flow.resource in linked
        }

    def is_open(self, flow: FlowPlan) -> bool:
        """Whether anything of a flow may be sent at all."""
        by = self._by.get(flow.id)
        return by is None or self._links.is_open(by.id)

    def waits(self, flow: FlowPlan) -> bool:
        """Whether a flow waits for a person."""
        by = self._by.get(flow.id)
        return by is not None and self._links.state(by.id) in _FOR_A_PERSON

    def patient(self, flows: Sequence[FlowPlan]) -> list[int]:
        """Who waits for a parent that is not linked yet waits for a person: no exception."""
        closed = {flow.entity for flow in flows if not self.is_open(flow)}
        found: list[int] = []
        for flow in flows:  # parents' kinds come before their children's
            if closed.isdisjoint(flow.parents):
                found.append(flow.id)
            else:
                closed.add(flow.entity)
        return found

    def sort(self, flow: FlowPlan, claims: list[Claim]) -> Sorted:
        """Claims that may go, and decisions about the others."""
        by = self._by.get(flow.id)
        if by is None:
            return claims, []
        if not self._links.is_open(by.id):
            return [], []
        lanes = {claim.lane for claim in claims if not claim.op}
        verdicts = self._links.verdicts(by.id, lanes)
        here = self._here(lanes)
        going: list[Claim] = []
        decided: list[tuple[Claim, Decision]] = []
        for claim in claims:
            verdict = verdicts.get(claim.lane)
            decision = None if claim.op else self._judged(flow, by, claim, verdict, here)
            if decision is None:
                going.append(claim)
            else:
                decided.append((claim, decision))
        if any(isinstance(decision, Later) for _, decision in decided):
            self._wake()
        return going, decided

    def _judged(
        self,
        flow: FlowPlan,
        by: FlowPlan,
        claim: Claim,
        verdict: Verdict | None,
        here: Collection[bytes],
    ) -> Decision | None:
        """What keeps a message back, None if nothing does."""
        if claim.lane in here and (verdict is None or verdict[1] != _OUT):
            return None  # what the target holds under our key is ours, whatever was asked before
        if verdict is not None:
            return _decided(by, *verdict)
        if self._asks(flow, by, claim):
            return Later(_AGAIN, CHECK, "Whether the CRM has it already is looked up.")
        return None

    def _here(self, lanes: Collection[bytes]) -> set[bytes]:
        return self._sending.present(lanes) if lanes else set()

    def _asks(self, flow: FlowPlan, by: FlowPlan, claim: Claim) -> bool:
        """Whether a new record is looked up first; another flow waits for who says what it is."""
        return flow.id == by.id or self._links.is_queued(by.id, claim.lane)


def _decided(flow: FlowPlan, kind: str, state: str, number: int) -> Decision | None:
    if state in PASSING:
        return None
    if state == _OUT:
        return SetAside(LEFT_OUT)
    if state == "open":
        code = DUPLICATE if kind == "duplicate" else AMBIGUOUS
        return Park(code, _WORDS[code].format(flow=flow.name, number=number))
    return Later(_AGAIN, CHECK, "Its key is being put on a record of the CRM.")
