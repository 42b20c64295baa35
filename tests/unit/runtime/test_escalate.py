"""What waits too long is raised once, whatever happens to the process in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from agent import resources
from agent.canon import Reasons
from agent.decisions import Done, Park
from agent.escalation import Rule
from agent.health import Conditions
from agent.model import Json, Place, Unreadable
from agent.queue.escalations import Escalations
from agent.runtime.desk.contents import Content
from agent.runtime.desk.said import Choice, View
from agent.runtime.desk.words import Cause
from agent.runtime.escalate import Escalator
from agent.runtime.plan import FlowPlan
from tests.unit.queue.pages import Queue

HOUR = timedelta(hours=1)
RULE = Rule("old", (HOUR, 4 * HOUR))
INVOICE = {"account": "C1", "number": "R1", "currency": "EUR", "total": "120.50"}


class Desk:
    """A queue of invoices, and somebody who watches it."""

    def __init__(self, folder: Path, *rules: Rule) -> None:
        self.queue = Queue(folder)
        self.rules = rules
        self.told: list[tuple[str, str]] = []
        self.dies = False
        contract = resources.contracts()["invoice"]
        flow = FlowPlan(
            "s",
            self.queue.flow["s"],
            0,
            "invoice",
            "invoice/1",
            "I",
            "crm",
            1,
            None,
            None,
        )
        self.flows = [flow]
        self.contents = {"s": Content(contract, contract.ownership)}
        self.reasons = Reasons({"REFUSED": ("critical", "finance")})
        self.start()

    def start(self) -> None:
        """As after a restart: nothing is remembered but what the store holds."""
        queue = self.queue
        self.conditions = Conditions(queue.clock)
        self.view = View(
            queue.desk, queue.sending, self.flows, queue.stream, self.contents, self.reasons,
            queue.store.now,
        )  # fmt: skip
        self.watch = Escalator(
            self.rules, queue.desk, Escalations(queue.store), self.view, self.flows, queue.stream,
            self.reasons, self.conditions, self._tell, queue.store.now,
        )  # fmt: skip

    def _tell(self, who: str, what: str, on: str, details: Mapping[str, str]) -> None:
        if self.dies:
            raise ConnectionError
        assert who == "waybill"
        assert "120.50" not in str(details)
        self.told.append((f"{what.removeprefix('exceptions.')} {details['level']}", on))

    def park(self, external_id: str, fields: Mapping[str, str] = INVOICE, **more: object) -> int:
        seq = self.queue.put(external_id, fields, **more)
        self.queue.decide(seq, Park("REFUSED", "why"))
        return seq

    def after(self, hours: float) -> list[tuple[str, str]]:
        """What is told when so many hours have passed."""
        self.queue.clock.pass_(hours * 3600)
        self.told.clear()
        self.watch.step()
        return list(self.told)


@pytest.fixture
def desk(tmp_path: Path):
    made = Desk(tmp_path, RULE)
    yield made
    made.queue.close()


def test_each_step_is_told_once_also_after_a_restart(desk: Desk) -> None:
    ref = f"E{desk.park('X1')}"
    assert desk.after(0.9) == []
    assert desk.after(0.1) == [("escalated 1", ref)]
    desk.start()
    assert desk.after(2) == []
    assert [c.code for c in desk.conditions.list()] == ["ESCALATED"]
    assert desk.after(1) == [("escalated 2", ref)]
    assert [one["level"] for one in desk.watch.standing()["items"]] == [1, 2]
    assert [one["rule"] for one in desk.watch.of(ref)] == ["old", "old"]


def test_what_was_committed_and_not_told_is_told_after_the_restart_under_its_number(
    desk: Desk,
) -> None:
    ref = f"E{desk.park('X1')}"
    desk.dies = True
    with pytest.raises(ConnectionError):
        desk.after(1)
    desk.dies = False
    desk.start()
    assert desk.after(0) == [("escalated 1", ref)]
    assert desk.after(0) == []
    assert [one["id"] for one in desk.watch.events(0, 10)["items"]] == [1]


def test_it_is_resolved_when_it_leaves_and_its_condition_goes(desk: Desk) -> None:
    seq = desk.park("X1")
    desk.after(5)
    desk.queue.desk.replay([seq], crm_changed=True)
    desk.queue.decide(seq, Done())
    assert desk.after(0) == [("resolved 2", f"E{seq}")]
    assert desk.conditions.list() == ()
    assert desk.after(9) == []
    events = desk.watch.events(0, 10)
    assert [one["what"] for one in events["items"]] == ["escalated", "escalated", "resolved"]
    assert desk.watch.events(events["next"], 10)["items"] == []


def test_what_comes_back_begins_anew(desk: Desk) -> None:
    seq = desk.park("X1")
    desk.after(1)
    desk.queue.desk.set_aside([seq], "why")
    desk.queue.clock.pass_(60)
    desk.queue.desk.take_back([seq])
    assert desk.after(0.5) == [("resolved 1", f"E{seq}")]
    assert desk.after(0.5) == [("escalated 1", f"E{seq}")]


def test_a_row_that_changed_and_is_still_wrong_is_the_same_trouble(desk: Desk) -> None:
    first = desk.queue.put("X1", problem=True)
    desk.after(1)
    second = desk.queue.put("X1", problem=True, after=first)
    assert desk.after(0) == []
    assert [one["ref"] for one in desk.watch.standing()["items"]] == [f"E{second}"]
    assert desk.after(3) == [("escalated 2", f"E{second}")]


def test_records_that_cannot_be_read_are_as_old_as_their_trouble(desk: Desk) -> None:
    bad = [Unreadable(Place("f", 1, 1, 0), "RAGGED_ROW", "why")]
    desk.queue.ended(bad=bad)
    assert desk.after(0.5) == []
    desk.queue.ended(bad=bad)
    assert desk.after(0.5) == [("escalated 1", "U2")]
    desk.queue.ended(bad=bad)
    assert desk.after(0) == []
    desk.queue.ended()
    assert desk.after(0) == [("resolved 1", "U3")]


def test_an_amount_is_opened_only_for_a_rule_that_asks_and_only_once(tmp_path: Path) -> None:
    rule = Rule("money", (HOUR,), owners=frozenset({"finance"}), least={"EUR": Decimal(100)})
    desk = Desk(tmp_path, rule)
    dear = desk.park("X1")
    desk.park("X2", INVOICE | {"number": "R2", "total": "99.99"})
    opened = desk.queue.sending.opened
    asked: list[int] = []

    def counting(seqs):
        asked.extend(seqs)
        return opened(seqs)

    desk.queue.sending.opened = counting
    assert desk.after(0.5) == []
    assert asked == []
    assert desk.after(0.5) == [("escalated 1", f"E{dear}")]
    desk.after(1)
    assert len(asked) == 2
    desk.queue.close()


def no_words(_: Sequence[Cause]) -> dict[Cause, list[Json]]:
    return {}


# --- how it is shown ------------------------------------------------------------------------------


def test_groups_say_what_is_at_stake_whose_it_is_and_how_old_the_worst_first(desk: Desk) -> None:
    for number, (currency, total) in enumerate(
        [("EUR", "1.50"), ("EUR", "-0.25"), ("USD", "7.00")]
    ):
        desk.park(f"X{number}", INVOICE | {"currency": currency, "total": total})
    desk.queue.clock.pass_(60)
    desk.queue.put("Y", problem=True)
    desk.queue.clock.pass_(7200)
    found = desk.view.grouped(Choice(), no_words)
    assert [(g["code"], g["severity"], g["owner"], g["count"]) for g in found["items"]] == [
        ("REFUSED", "critical", "finance", 3), ("BAD", "error", "crm_admin", 1),
    ]  # fmt: skip
    assert found["items"][0]["amounts"] == {"EUR": "1.25", "USD": "7.00"}
    assert found["items"][0]["age"] == 7260
    mine = desk.view.grouped(Choice(owner="finance"), no_words)["items"]
    assert [g["code"] for g in mine] == ["REFUSED"]
    assert desk.view.grouped(Choice(severity="warning"), no_words)["items"] == []
    old = desk.view.grouped(Choice(older_than=7210), no_words)["items"]
    assert [g["code"] for g in old] == ["REFUSED"]


def test_a_list_goes_from_the_worst_and_oldest_on_page_by_page(desk: Desk) -> None:
    problems = [desk.queue.put(f"P{n}", problem=True) for n in range(2)]
    desk.queue.ended(bad=[Unreadable(Place("f", 1, 1, 0), "RAGGED_ROW", "why")])
    critical = []
    for number in range(3):
        desk.queue.clock.pass_(10)
        critical.append(desk.park(f"X{number}"))
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = desk.view.listed(Choice(), after=after, limit=2)
        seen += [item["ref"] for item in page["items"]]
        after = page["next"]
    assert seen == [f"E{n}" for n in [*critical, *problems]] + ["U1"]
    some = desk.view.listed(Choice(), after=seen[1], limit=1)
    assert [item["ref"] for item in some["items"]] == [seen[2]]
    only = desk.view.listed(Choice(owner="finance", older_than=15), after="", limit=9)
    assert [item["ref"] for item in only["items"]] == [f"E{critical[0]}"]


def test_an_exception_says_which_document_of_which_customer_and_how_much(desk: Desk) -> None:
    shown = desk.view.shown(f"E{desk.park('X1')}")
    assert shown["impact"] == "invoice R1 of C1, 120.50 EUR"
    assert (shown["customer"], shown["document"]) == ("C1", "R1")
    assert (shown["amount"], shown["currency"]) == ("120.50", "EUR")
    bare = desk.view.shown(f"E{desk.park('X2', {'number': 'R2', 'total': '1.00'})}")
    assert bare["impact"] == "invoice R2", "an amount without a currency says nothing"
