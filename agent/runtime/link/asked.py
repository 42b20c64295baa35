"""The methods `link.*` and `duplicates.*` of the control API: one each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agent.errors import WrongUse
from agent.model import Json
from agent.queue.links import LinkItem, Links
from agent.runtime.link import said
from agent.runtime.link.decide import Decider, Params
from agent.runtime.plan import FlowPlan

OnAct = Callable[[str, str, str, Mapping[str, str]], None]
"""Told of every act for the audit: who, what, on what, and counts or digests; never a value."""


@dataclass
class LinkDesk:
    """Answers what people ask about who is who."""

    links: Links
    flows: Sequence[FlowPlan]
    decider: Decider
    wake: Callable[[str], None]
    """Tells the worker of a target that there is something to do."""
    on_act: OnAct
    crm_id: Callable[[FlowPlan, str], str]
    """The CRM's id of the record with this external id, empty where it is not known."""

    def answers(self, method: str) -> bool:
        """Whether a method is one of these."""
        return method.partition(".")[0] in ("link", "duplicates")

    def answer(self, method: str, params: Params, who: str) -> Json:
        """The result of one method. Raises WaybillError for what the caller should read."""
        call: Callable[[Params, str], Json] = getattr(self, "_" + method.replace(".", "_"))
        return call(params, who)

    # --- looking ----------------------------------------------------------------------------------

    def _link_list(self, _: Params, __: str) -> Json:
        return {"items": [said.link_of(flow, self.links) for flow in self._linked()]}

    def _link_show(self, params: Params, _: str) -> Json:
        flow = self._flow(params)
        kind = str(params.get("kind") or "").replace("-", " ").replace("_", " ")
        items, after = self._page(flow.id, params, kinds=(kind,) if kind else ())
        return {**said.link_of(flow, self.links), "items": items, "next": after}

    def _duplicates_list(self, params: Params, _: str) -> Json:
        flow = self._flow(params).id if params.get("flow") else None
        states = () if params.get("all") else ("open",)
        items, after = self._page(flow, params, kinds=("duplicate",), states=states)
        return {"items": items, "next": after}

    def _duplicates_show(self, params: Params, _: str) -> Json:
        return said.item_of(self._item(params), self.flows)

    def _page(
        self,
        flow: int | None,
        params: Params,
        *,
        kinds: Sequence[str],
        states: Sequence[str] = (),
    ) -> tuple[list[Json], int | None]:
        limit, after = params.get("limit"), params.get("after")
        most = max(1, min(500, limit)) if isinstance(limit, int) else 50
        found = self.links.items(
            flow, kinds=kinds, states=states, limit=most,
            after=after if isinstance(after, int) else 0,
        )  # fmt: skip
        more = found[-1].id if len(found) == most else None
        return [said.item_of(item, self.flows) for item in found], more

    def _link_key(self, params: Params, _: str) -> Json:
        """Of any flow: the key cross-reference is kept of all that is delivered."""
        name, key = str(params.get("flow") or ""), str(params.get("key") or "")
        flow = next((each for each in self.flows if each.name == name), None)
        if flow is None:
            raise WrongUse(f"There is no flow called {name!r}.")
        return {"flow": name, "external_id": key, "crm_id": self.crm_id(flow, key) or None}

    # --- the first link ---------------------------------------------------------------------------

    def _link_propose(self, params: Params, who: str) -> Json:
        flow = self._flow(params)
        if not params.get("partial") and not self.links.was_read(flow.id):
            raise WrongUse(
                f"The source of {flow.name} has not been read to its end yet.",
                code="LINK_TOO_EARLY",
                params={"flow": flow.name},
                hint="Wait for the first complete reading (waybill reads list), or say --partial:"
                " what is read later is then looked at record by record before it is created.",
            )
        was = ("needed", "proposing", "proposed", "undone")
        if not self.links.turn(flow.id, "proposing", {"who": who}, was=was):
            raise self._not_now(flow)
        self._wake(flow)
        return {"flow": flow.name, "state": "proposing"}

    def _link_approve(self, params: Params, who: str) -> Json:
        flow = self._flow(params)
        link = self.links.link(flow.id)
        if link is None or link.state != "proposed":
            raise self._not_now(flow)
        named = params.get("proposal")
        if named and named != link.about.get("proposal"):
            raise WrongUse(
                f"The proposal of {flow.name} is another one than {named} by now.",
                code="LINK_CHANGED",
                params={"flow": flow.name},
                hint=f"Look at it again: waybill link show {flow.name}",
            )
        about = {**link.about, "approved_by": who}
        if not self.links.turn(flow.id, "approved", about, was=("proposed",)):
            raise self._not_now(flow)
        shown = said.link_of(flow, self.links)
        details = {name: str(shown[name]) for name in ("certain", "ambiguous", "only_here")}
        self.on_act(who, "link.approve", flow.name, {"proposal": str(shown["proposal"]), **details})
        self._wake(flow)
        return shown

    def _link_undo(self, params: Params, who: str) -> Json:
        flow = self._flow(params)
        link = self.links.link(flow.id)
        about = link.about if link else {}
        if not self.links.turn(
            flow.id, "undoing", {**about, "undone_by": who}, was=("approved", "linked")
        ):
            raise self._not_now(flow)
        self.on_act(who, "link.undo", flow.name, {"proposal": str(about.get("proposal"))})
        self._wake(flow)
        return said.link_of(flow, self.links)

    # --- single records ---------------------------------------------------------------------------

    def _link_decide(self, params: Params, who: str) -> Json:
        item = self._item(params)
        if item.flow != self._flow(params).id:
            raise WrongUse(f"Item {item.id} belongs to another flow.")
        return self.decider.decide(item, params, who)

    def _duplicates_decide(self, params: Params, who: str) -> Json:
        item = self._item(params)
        if item.kind != "duplicate":
            raise WrongUse(f"Item {item.id} is no suggestion of a duplicate.")
        return self.decider.decide(item, params, who)

    # --- what is named ----------------------------------------------------------------------------

    def _linked(self) -> list[FlowPlan]:
        return [flow for flow in self.flows if flow.link is not None]

    def _flow(self, params: Params) -> FlowPlan:
        name = str(params.get("flow") or "")
        flow = next((each for each in self.flows if each.name == name), None)
        if flow is None:
            raise WrongUse(f"There is no flow called {name!r}.")
        if flow.link is None:
            raise WrongUse(
                f"The flow {name} has no first link.",
                hint='Write first_link = { match = ["name", "phone"] } for it in waybill.toml.',
            )
        return flow

    def _item(self, params: Params) -> LinkItem:
        number = params.get("item")
        item = self.links.item(number) if isinstance(number, int) else None
        if item is None:
            raise WrongUse(f"There is no item {number}.")
        return item

    def _not_now(self, flow: FlowPlan) -> WrongUse:
        state = self.links.state(flow.id)
        return WrongUse(
            f"Not now: the link of {flow.name} {said.STATES[state]}.",
            code="LINK_STATE",
            params={"flow": flow.name},
        )

    def _wake(self, flow: FlowPlan) -> None:
        self.wake(flow.target)
