"""Puts keys on records of the CRM, and takes them away again: one batch a step.

A batch is durably `stamping` (or `unstamping`) before it leaves and judged by its receipts after.
Whatever a crash cuts off is simply asked again: a stamp that is there is answered as done, and
nobody else's is ever overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from agent.model import Delivered, Receipt, Rejected, Stamp
from agent.ports import Target
from agent.queue.desk import Desk
from agent.queue.links import LinkItem, Links
from agent.runtime.link.gate import AMBIGUOUS, DUPLICATE, LEFT_OUT, PASSING
from agent.runtime.link.merge import Merger
from agent.runtime.plan import FlowPlan

CODES = (AMBIGUOUS, DUPLICATE)
_OUT = "left out"
HELD = ("stamping", "stamped", "unstamping")
"""States of items whose record may hold our key because of us."""
REFUSED = {
    "LINK_TAKEN": "The record got another key in the meantime.",
    "LINK_GONE": "The record is not in the CRM any more.",
}
"""What the refusal of a stamp is told as, by its code."""


@dataclass
class Stamper:
    """Works off the items of one target's flows."""

    target: Target
    links: Links
    desk: Desk
    merger: Merger
    poke: Callable[[], None]
    """Tells the delivery that something may go now."""

    def stamp(self, flow: FlowPlan, *, certain: bool) -> tuple[int, bool]:
        """The next batch. Returns how many items were settled, and whether any are left.

        `certain`: the approved ones; otherwise those that people have chosen. Raises
        TargetUnavailable, TargetAuthError; then the batch is asked again.
        """
        items = self._due(flow, certain=certain)
        if not items:
            return 0, False
        items = self.links.write([replace(item, state="stamping") for item in items])
        stamps = [Stamp(item.remote, item.key) for item in items]
        receipts = self.target.stamp(flow.entity, stamps)
        settled = [
            after
            for item, receipt in zip(items, receipts, strict=True)
            if (after := _stamped(item, receipt)) is not None
        ]
        self.links.write(settled)
        return len(settled), True

    def unstamp(self, flow: FlowPlan) -> tuple[int, bool]:
        """The next batch of an undo: likewise."""
        items = self.links.items(flow.id, states=HELD, limit=self.target.limits.records)
        if not items:
            return 0, False
        items = self.links.write([replace(item, state="unstamping") for item in items])
        stamps = [Stamp(item.remote, "", was=item.key) for item in items]
        receipts = self.target.stamp(flow.entity, stamps)
        settled = [
            after
            for item, receipt in zip(items, receipts, strict=True)
            if (after := _unstamped(item, receipt)) is not None
        ]
        self.links.write(settled)
        self.links.say_again(flow.id, [item.lane for item in settled])
        return len(settled), True

    def follow(self, flow: FlowPlan) -> int:
        """Do with what is parked what was decided since; repeatable. Returns how many records."""
        lanes = self.links.parked_lanes(CODES)
        verdicts = self.links.verdicts(flow.id, lanes)
        decided = [n for _, state, n in verdicts.values() if state in PASSING or state == _OUT]
        for number in decided:
            item = self.links.item(number)
            if item is None:
                continue
            who = str(item.about.get("decided_by") or "waybill")
            parked = self.links.parked(item.lane, CODES)
            if item.state == _OUT:
                self.desk.set_aside(parked, LEFT_OUT, who=who)
                continue
            self.merger.apply(flow, item, parked, who)
            still = self.links.parked(item.lane, CODES)  # what was edited goes by itself
            self.desk.replay(still, crm_changed=True, who=who)
        if decided:
            self.links.wake()
            self.poke()
        return len(decided)

    def release(self, lanes: Sequence[bytes]) -> None:
        """What waits for decisions about these records waits like everything else: it was undone."""
        if not lanes:
            return
        parked = [seq for lane in lanes for seq in self.links.parked(lane, CODES)]
        if parked:
            self.desk.replay(parked, crm_changed=True, who="waybill")
        self.links.wake()
        self.poke()

    def take_back(self, lanes: Sequence[bytes], who: str) -> None:
        """What was set aside of these records waits again."""
        seqs = [seq for lane in lanes for seq in self.links.aside(lane)]
        taken, _ = self.desk.take_back(seqs, who=who)
        self.desk.replay(taken, crm_changed=True, who=who)

    def _due(self, flow: FlowPlan, *, certain: bool) -> list[LinkItem]:
        """What people chose, and the certain ones; not what is left open."""
        most = self.target.limits.records
        found = self.links.items(flow.id, states=("chosen", "stamping"), limit=most)
        if certain:
            found += self.links.items(
                flow.id, states=("open",), kinds=("certain",), limit=most - len(found)
            )
        return found


def _stamped(item: LinkItem, receipt: Receipt) -> LinkItem | None:
    """What an item is after its stamp was tried; None: it is tried again."""
    if isinstance(receipt, Delivered):
        return replace(item, state="stamped")
    if not isinstance(receipt, Rejected):
        return None
    if receipt.code == "LINK_KEY_HELD":
        return replace(item, state="elsewhere")
    reason = REFUSED.get(receipt.code, receipt.reason)
    kind = "ambiguous" if item.kind == "certain" else item.kind
    about = {**item.about, "remote": "", "reason": f"{reason} [{receipt.code}]"}
    return replace(item, kind=kind, state="open", about=about)


def _unstamped(item: LinkItem, receipt: Receipt) -> LinkItem | None:
    if isinstance(receipt, Delivered):
        return replace(item, state="unstamped")
    if not isinstance(receipt, Rejected):
        return None
    reason = REFUSED.get(receipt.code, receipt.reason)
    about = {**item.about, "reason": f"{reason} [{receipt.code}]"}
    return replace(item, state="kept", about=about)
