"""The route with a CRM that people have filled: accounts are linked before they are delivered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random

from agent import resources
from agent.health import Conditions
from agent.matching import rules_of
from agent.model import Draft, Json, Op, Parent, Scalar, Value
from agent.queue.links import LinkItem, Links
from agent.queue.states import State
from agent.runtime.deliver import Delivery
from agent.runtime.desk.contents import Content
from agent.runtime.link import Linking
from agent.runtime.link.worker import NEEDED
from agent.runtime.plan import LaneHashes, LinkPlan, TargetPlan, shared_lanes
from tests.fakes import NeverStop
from tests.route.dying import Died
from tests.route.harness import Feed, Route

MATCH = ("name", "phone")


def _accounts(_: Sequence[str]) -> Callable[[Sequence[Value]], Draft]:
    """(key, "name|phone") as an account."""

    def mapped(values: Sequence[Value]) -> Draft:
        name, _, phone = str(values[1]).partition("|")
        return Draft(str(values[0]), {"name": name, "phone": phone or None})

    return mapped


def _contacts(_: Sequence[str]) -> Callable[[Sequence[Value]], Draft]:
    def mapped(values: Sequence[Value]) -> Draft:
        account = str(values[2])
        fields: dict[str, Scalar] = {"last_name": str(values[1]), "account": account}
        return Draft(str(values[0]), fields, (Parent("account", "account", account),))

    return mapped


FEEDS = {
    "accounts": Feed("account", mapper=_accounts),
    "contacts": Feed("contact", "account", leaving=(Op.DELETE, {}), mapper=_contacts),
}


class LinkedRoute(Route):
    """ERP, Waybill and CRM; `work` is what the worker's thread does."""

    def __init__(self) -> None:
        self.acts: list[tuple[str, str, str, Mapping[str, str]]] = []
        super().__init__(feeds=FEEDS)

    def open(self) -> None:
        super().open()
        plan = LinkPlan(rules_of(MATCH), "DE")
        self.flows = tuple(
            replace(flow, link=plan) if flow.name == "accounts" else flow for flow in self.flows
        )
        target = TargetPlan("crm", self.target, self.flows, shared_lanes(self.flows))
        contracts = resources.contracts()
        contents = {
            flow.name: Content(contracts[flow.entity], contracts[flow.entity].ownership)
            for flow in self.flows
        }
        self.conditions = Conditions(self.clock)
        self.lanes = LaneHashes(self.cipher)
        self.linking = Linking(
            self.store, self.sending, self.desk, self.conditions, self.clock, NeverStop(),
            lambda _error: None, lambda _name, _error: None, contents, self.lanes,
            lambda *act: self.acts.append(act),
        )  # fmt: skip
        self.delivery = Delivery(
            target, self.sending, self.lanes, self.clock, Random(1),
            gate=self.linking.gate(target),
        )  # fmt: skip
        self.linking.worker(target, self.delivery.line, lambda: self.delivery.lock)
        self.worker = self.linking.workers["crm"]
        self.links: Links = self.linking.links
        self.people = self.linking.asked(self.flows, lambda *act: self.acts.append(act))

    # --- people -----------------------------------------------------------------------------------

    def ask(self, method: str, **params: Json) -> dict[str, Json]:
        """A method of the control API."""
        found = self.people.answer(method, {"flow": "accounts", **params}, "ann")
        assert isinstance(found, dict)
        return found

    def typed_in(self, own: str, name: str, phone: str | None = None) -> None:
        """A record that a person entered in the CRM."""
        self.target.typed_in["account", own] = {"name": name, "phone": phone}

    def item(self, key: str) -> LinkItem:
        """The item of an ERP record."""
        (found,) = [i for i in self.links.items(None, limit=1000) if i.key == key]
        return found

    @property
    def state(self) -> str:
        return self.links.state(self.flow("accounts"))

    def flow(self, name: str) -> int:
        return next(flow.id for flow in self.flows if flow.name == name)

    @property
    def needed(self) -> bool:
        """Whether people are told that something of the link is to be done."""
        return NEEDED in [condition.code for condition in self.conditions.list()]

    # --- work -------------------------------------------------------------------------------------

    def work(self, steps: int = 12) -> None:
        """So many steps of the worker, with time passing between them."""
        for _ in range(steps):
            self.worker.step()
            self.clock.pass_(20)

    def linked(self) -> None:
        """Read, compare, approve, stamp."""
        self.scan("accounts")
        self.ask("link.propose")
        self.work(2)
        assert self.state == "proposed"
        self.ask("link.approve")
        self.work()
        assert self.state == "linked"

    def send(self, rounds: int = 4) -> None:
        """Deliver, check, deliver."""
        for _ in range(rounds):
            for _ in range(6):
                self.delivery.step()
            self.work(2)

    def codes(self) -> dict[str, str]:
        """External id -> code of what is parked."""
        return {item.external_id: item.code for item in self.desk.entries([State.PARKED])}

    def keys(self) -> dict[str, str]:
        """External id by the CRM's own id; empty where it has none."""
        found = {own: "" for (_, own) in self.target.typed_in}
        return found | {own: key for (_, key), own in self.target.stamped.items()}

    def dying(self, act: Callable[[], None]) -> bool:
        """Do something during which the process may die; then it is started again. True: it did."""
        try:
            act()
        except Died:
            self.crash()
            return True
        return False
