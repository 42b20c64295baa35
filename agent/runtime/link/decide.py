"""What a person says of one record: it is one of the CRM's, it is new, or it is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from agent.errors import WrongUse
from agent.model import Json
from agent.queue.links import LinkItem, Links
from agent.runtime.link import said
from agent.runtime.link.merge import Merger, shown
from agent.runtime.link.stamps import Stamper
from agent.runtime.plan import FlowPlan

Params = Mapping[str, Json]
_DECIDABLE = ("open", "left out")
_WHILE = ("proposed", "approved", "linked")
_CHOICES = ("crm_id", "create", "leave_out")


@dataclass
class Decider:
    """Takes decisions down; the worker of the target does what follows from them."""

    links: Links
    flows: Sequence[FlowPlan]
    stampers: Mapping[str, Stamper]
    """By target."""
    merger: Merger
    wake: Callable[[str], None]
    on_act: Callable[[str, str, str, Mapping[str, str]], None]

    def decide(self, item: LinkItem, params: Params, who: str) -> Json:
        """The item as it was decided, or as it would be. Raises WrongUse."""
        flow = next(each for each in self.flows if each.id == item.flow)
        self._check(item)
        chosen = self._chosen(item, flow, params)
        result = chosen.about.get("result", [])
        if params.get("preview"):
            return {**said.item_of(item, self.flows), "result": result}
        if item.state == "left out":
            self.stampers[flow.target].take_back([item.lane], who)
        about = {**chosen.about, "decided_by": who}
        if not self.links.write([replace(chosen, about=about)]):
            raise WrongUse(f"Item {item.id} has just changed: look at it again.")
        self.on_act(who, "link.decide", f"{flow.name} {item.id}", {"decision": chosen.state})
        self.wake(flow.target)
        return {**said.item_of(chosen, self.flows), "result": result}

    def _check(self, item: LinkItem) -> None:
        state = self.links.state(item.flow)
        if state not in _WHILE:
            raise WrongUse(f"Nothing can be decided now: the link {said.STATES[state]}.")
        if item.state not in _DECIDABLE:
            raise WrongUse(f"Item {item.id} is decided already: it is {item.state}.")
        if item.kind == "certain" and state != "proposed":
            raise WrongUse(f"Item {item.id} was approved: it is certain.")

    def _chosen(self, item: LinkItem, flow: FlowPlan, params: Params) -> LinkItem:
        given = [name for name in _CHOICES if params.get(name)]
        if len(given) != 1:
            raise WrongUse("Say one: the CRM's id, that it is new, or that it is left out.")
        if given == ["crm_id"]:
            return self._linked(item, flow, str(params["crm_id"]), params.get("keep"))
        if params.get("keep"):
            raise WrongUse("What is kept is asked only where it is a record of the CRM.")
        state = "create" if given == ["create"] else "left out"
        about = {**item.about, "remote": "", "kept": {}, "result": []}
        return replace(item, state=state, about=about)

    def _linked(self, item: LinkItem, flow: FlowPlan, crm_id: str, keep: Json) -> LinkItem:
        """The item as that record. One that is another row's is not taken from it."""
        held = next((each for each in _candidates(item) if each.get("id") == crm_id), None)
        if held is not None and held.get("key"):
            raise WrongUse(
                f"That record has the key of another record of the ERP, {held['key']}.",
                code="LINK_TAKEN",
                hint="If both are the same, leave this one out and put the ERP right.",
            )
        self._check_free(item, crm_id)
        rules = [str(each) for each in keep] if isinstance(keep, list) else []
        if held is None and rules:
            raise WrongUse("What is kept is asked only of a record that was compared.")
        ours, theirs = (item.about.get("fields"), held.get("fields")) if held else ({}, {})
        result = self.merger.result(flow, ours, theirs, rules)
        about: dict[str, Json] = {
            **item.about,
            "remote": crm_id,
            "reason": "",
            "result": shown(result),
            "kept": {each.field: each.result for each in result if each.side == "crm"},
        }
        return replace(item, state="chosen", about=about)

    def _check_free(self, item: LinkItem, crm_id: str) -> None:
        """Raises WrongUse where another row is that record already."""
        after = 0
        while page := self.links.items(item.flow, after=after, limit=500):
            after = page[-1].id
            for other in page:
                is_live = other.state in ("chosen", "stamping", "stamped") or (
                    other.kind == "certain" and other.state == "open"
                )
                if other.id != item.id and is_live and other.remote == crm_id:
                    raise WrongUse(
                        f"That record is linked already, by item {other.id}.", code="LINK_TAKEN"
                    )


def _candidates(item: LinkItem) -> list[Mapping[str, Json]]:
    found = item.about.get("candidates")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
