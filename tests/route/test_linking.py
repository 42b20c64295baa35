"""The promise of linking: whatever happens in whatever order, nothing is sent before a yes, nobody
else's record is touched, nothing is created twice unseen, and an undo takes away only what is ours.

People type records into the CRM, the ERP changes, proposals are made, approved, decided and undone,
the CRM goes away, the process dies: in any order.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from agent.errors import WrongUse
from agent.model import Json
from tests.linked_route import LinkedRoute
from tests.route.dying import Died

NAMES = ("Alpha Werk GmbH", "Beta Bau AG", "Gamma Holz KG")
KEYS = st.sampled_from(["A1", "A2", "A3", "A4"])
WHO = st.integers(0, len(NAMES) - 1)
OWN = ("r1", "r2", "r3", "r4")


def _phone(who: int) -> str:
    return f"+4989{500000 + 1111 * who}"


class Linking(RuleBasedStateMachine):
    """ERP, Waybill, and a CRM in which people work."""

    def __init__(self) -> None:
        super().__init__()
        self.route = LinkedRoute()
        self.by_hand: dict[str, str] = {}
        """The CRM's own id -> a key that a person put there."""
        self.said_new: set[str] = set()
        self.looked_at: set[tuple[str, str]] = set()
        """What was judged when it was created: what people type in later is their own business."""

    # --- the ERP ----------------------------------------------------------------------------------

    @rule(key=KEYS, who=WHO)
    def enter_account(self, key: str, who: int) -> None:
        self.route.erp["accounts"][key] = [f"{NAMES[who]}|{_phone(who)}", None]

    @rule(key=KEYS)
    def remove_account(self, key: str) -> None:
        self.route.erp["accounts"].pop(key, None)

    @rule(key=KEYS)
    def enter_contact(self, key: str) -> None:
        if key in self.route.erp["accounts"]:
            self.route.erp["contacts"][f"C{key}"] = ["Meier", key]

    @rule()
    def read(self) -> None:
        for stream in ("accounts", "contacts"):
            if self.route.erp[stream]:
                self.route.scan(stream)

    # --- the CRM ----------------------------------------------------------------------------------

    @rule(own=st.sampled_from(OWN), who=WHO, like=st.booleans())
    def type_in(self, own: str, who: int, *, like: bool) -> None:
        if own not in self.route.keys() | self.by_hand:
            name = NAMES[who] if like else NAMES[who].upper().rsplit(" ", 1)[0]
            self.route.typed_in(own, name, _phone(who))

    @rule(own=st.sampled_from(OWN))
    def take_by_hand(self, own: str) -> None:
        """A person puts a key of his own on a record that has none."""
        record = self.route.target.typed_in.pop(("account", own), None)
        if record is not None:
            key = f"by hand {own}"
            self.route.target.records["account", key] = record
            self.route.target.stamped["account", key] = own
            self.by_hand[own] = key

    @rule(down=st.booleans())
    def go_away(self, *, down: bool) -> None:
        self.route.target.down = down

    # --- people -----------------------------------------------------------------------------------

    def _ask(self, method: str, **params: Json) -> bool:
        try:
            self.route.ask(method, **params)
        except WrongUse:
            return False
        return True

    @rule(method=st.sampled_from(["link.propose", "link.approve", "link.approve", "link.undo"]))
    def ask(self, method: str) -> None:
        self._ask(method)

    @rule(data=st.data(), choice=st.sampled_from(["create", "leave_out", "crm_id"]))
    def decide(self, data: st.DataObject, choice: str) -> None:
        items = [i for i in self.route.links.items(None, limit=1000) if i.state == "open"]
        if not items:
            return
        item = data.draw(st.sampled_from(items))
        value: Json = data.draw(st.sampled_from(OWN)) if choice == "crm_id" else True
        if self._ask("link.decide", item=item.id, **{choice: value}) and choice == "create":
            self.said_new.add(item.key)

    # --- Waybill ----------------------------------------------------------------------------------

    @rule(steps=st.integers(1, 4))
    def work(self, steps: int) -> None:
        self.route.work(steps)

    @rule()
    def deliver(self) -> None:
        for _ in range(4):
            self.route.delivery.step()
        self.route.clock.pass_(10)

    @rule()
    def restart(self) -> None:
        self.route.crash()

    @rule(when=st.sampled_from(["before", "after"]))
    def die_stamping(self, when: str) -> None:
        """The process dies around the next effect on the CRM."""

        def die() -> None:
            raise Died

        setattr(self.route.target, when, die)
        try:
            self.route.worker.step()
        except Died:
            self.route.crash()
        self.route.target.before = self.route.target.after = lambda: None

    # --- always -----------------------------------------------------------------------------------

    @precondition(lambda self: self.route.state != "linked")
    @rule()
    def closed(self) -> None:
        """While a flow is closed nothing of it is sent."""
        before = list(self.route.target.attempted)
        for _ in range(4):
            self.route.delivery.step()
        linked = [key for entity, key in self.route.target.records if entity == "account"]
        assert linked or self.route.target.attempted == before, "a contact came before its account"

    @invariant()
    def nobody_elses_record_is_touched(self) -> None:
        held = self.route.keys()
        for own, key in self.by_hand.items():
            assert held.get(own) == key

    @invariant()
    def nothing_is_created_twice_unseen(self) -> None:
        """What we created is, by its own word, no record that somebody typed and nobody linked."""
        stamped = self.route.target.stamped
        typed = {str(r["phone"]) for r in self.route.target.typed_in.values()}
        for key, record in self.route.target.records.items():
            if key[0] == "account" and key not in stamped and key not in self.looked_at:
                self.looked_at.add(key)
                told = key[1] in self.said_new
                assert told or str(record["phone"]) not in typed, f"{key} was there already"

    def teardown(self) -> None:
        try:
            self._settle()
        finally:
            self.route.close()

    def _settle(self) -> None:
        """In the end everything is sent, parked with a reason, set aside, or waits for a yes."""
        self.route.target.down = False
        if self.route.erp["accounts"]:
            self.route.scan("accounts")
        self.route.send(3)
        if self.route.state != "linked":
            return
        named = {key for _, key in self.route.named()}
        aside = {i.key for i in self.route.links.items(None, limit=1000) if i.state == "left out"}
        for key in self.route.erp["accounts"]:
            there = ("account", key) in self.route.target.records
            assert there or key in named | aside, f"{key} is nowhere"


@pytest.fixture(autouse=True)
def _without_fsync(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _fd: None)


TestLinking = Linking.TestCase
TestLinking.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None,
    suppress_health_check=list(HealthCheck),  # a whole route is slow and large
)  # fmt: skip
TestLinking = pytest.mark.usefixtures("_without_fsync")(TestLinking)
