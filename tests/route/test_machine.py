"""The promise: whatever happens on the way, the CRM ends up as the ERP, or the difference is named.

Everything that RULES name as a way to lose, double or reorder data happens here in any order:
edits on both sides, headers that change, duplicates, unreadable and cut-off exports, crashes around every
commit and every request, answers that get lost, effects that come late, batches that are refused
as a whole, families that go back together, a sign-in that is refused, deletes, circles, two flows
in one lane, merges, a restored disk, another mapping, rotated keys and those that are destroyed. tests/route/test_traces.py has the
same by hand, one promise each.
"""

import json
import os
import shutil

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from agent.queue.holds import TARGET_ONLY
from agent.queue.states import FOR_PARENTS, State
from tests.family_target import TAKES
from tests.route.engineer import Engineer
from tests.route.harness import FEEDS, Route, Snapshot
from tests.route.keeper import Keeper
from tests.route.people import People, remap

ACCOUNTS = ("A1", "A2", "A3")
CONTACTS = ("C1", "C2")
STREAMS = st.sampled_from(sorted(FEEDS))
VALUES = st.sampled_from(["1", "2", "v3", "OUT", "BAD", "ODD"])
MODES = st.sampled_from(["ok", "ok", "reject", "lost", "late", "defer", "job"])
LANES = st.sampled_from([*ACCOUNTS, *CONTACTS])
MEANINGS = st.sampled_from([b"plain", b"quoted", b"swapped"])


class Machine(RuleBasedStateMachine):
    """ERP, Waybill and CRM."""

    def __init__(self) -> None:
        super().__init__()
        self.route = Route()
        self.people = People(self.route)
        self.engineer = Engineer(self.route)
        self.keeper = Keeper(self.route)
        self.copy: Snapshot | None = None
        self.put_off: set[str] = set()
        """Contacts that the CRM did not take for long."""

    @initialize(
        finds=st.booleans(), remembers=st.booleans(), cascades=st.booleans(), whole=st.booleans(),
        families=st.booleans(), tables=st.booleans(),
    )  # fmt: skip
    def crm(
        self, *, finds: bool, remembers: bool, cascades: bool, whole: bool, families: bool,
        tables: bool,
    ) -> None:  # fmt: skip
        for source in self.route.sources.values():
            source.is_table = tables
        self.route.target.whole = whole
        self.route.target.families = TAKES if families else None
        self.route.target.finds = finds
        self.route.target.deduplicates = remembers
        self.route.target.cascades = cascades

    # --- the ERP ----------------------------------------------------------------------------------

    @rule(
        key=st.sampled_from(ACCOUNTS),
        value=VALUES,
        parent=st.sampled_from([None, None, "A1", "A2", "A3"]),
    )
    def edit_account(self, key: str, value: str, parent: str | None) -> None:
        self.route.erp["accounts"][key] = [value, parent]

    @rule(key=st.sampled_from(CONTACTS), value=VALUES, parent=st.sampled_from(ACCOUNTS))
    def edit_contact(self, key: str, value: str, parent: str) -> None:
        self.route.erp["contacts"][key] = [value, parent]

    @rule(key=st.sampled_from(ACCOUNTS), value=VALUES)
    def edit_credit(self, key: str, value: str) -> None:
        self.route.erp["credit"][key] = [value]

    @rule(stream=STREAMS, data=st.data())
    def remove(self, stream: str, data: st.DataObject) -> None:
        if keys := sorted(self.route.erp[stream]):
            del self.route.erp[stream][data.draw(st.sampled_from(keys))]

    @rule(stream=STREAMS, meaning=MEANINGS)
    def header(self, stream: str, meaning: bytes) -> None:
        self.route.meaning[stream] = meaning

    @rule(canary=st.integers(0, 2))
    def another_mapping(self, canary: int) -> None:
        self.engineer.publish(canary)

    @rule()
    def say_yes(self) -> None:
        self.engineer.say_yes()

    @rule(dies=st.booleans())
    def undo(self, *, dies: bool) -> None:
        if self.route.target.finds:
            self.engineer.undo(dies=dies)

    @rule(stream=STREAMS)
    def map_parked_rows_again(self, stream: str) -> None:
        remap(self.route, stream)

    # --- reading ----------------------------------------------------------------------------------

    @rule(stream=STREAMS, duplicates=st.booleans())
    def scan(self, stream: str, *, duplicates: bool) -> None:
        self.route.export(stream, duplicates=duplicates)
        self.route.capture(stream)

    @rule(stream=STREAMS, times=st.integers(1, 3))
    def look_again(self, stream: str, times: int) -> None:
        for _ in range(times):
            self.route.capture(stream)

    @rule(stream=STREAMS, left=st.integers(0, 2), complete=st.booleans())
    def scan_too_short(self, stream: str, left: int, *, complete: bool) -> None:
        self.route.export(stream, lines=self.route.lines(stream)[:left], complete=complete)
        self.route.capture(stream)

    @rule(stream=STREAMS, at=st.integers(0, 2), named=st.booleans(), twice=st.booleans())
    def scan_unreadable(self, stream: str, at: int, *, named: bool, twice: bool) -> None:
        lines = self.route.lines(stream)
        if at < len(lines):
            key = sorted(self.route.erp[stream])[at]
            bad = f"?{key}".encode() if named else b"?"
            lines[at : at + 1] = [lines[at], bad] if twice else [bad]
        self.route.export(stream, lines=lines)
        self.route.capture(stream)

    @rule(stream=STREAMS, pages=st.integers(0, 3), duplicates=st.booleans())
    def scan_and_die(self, stream: str, pages: int, *, duplicates: bool) -> None:
        self.route.export(stream, duplicates=duplicates)
        self.route.capture(stream, dies_after=pages)

    @rule(stream=STREAMS)
    def scan_without_room(self, stream: str) -> None:
        self.route.room = False
        self.route.scan(stream)
        self.route.room = True

    # --- people -----------------------------------------------------------------------------------

    @precondition(lambda self: self.route.reads.holds())
    @rule(yes=st.booleans())
    def decide_hold(self, *, yes: bool) -> None:
        hold = self.route.reads.holds()[0]
        if yes:
            self.route.approve()
        else:
            self.route.reads.end_hold(hold.id, "rejected")

    @rule()
    def replay(self) -> None:
        self.route.replay()

    @rule(value=st.sampled_from(["E1", "E2"]), data=st.data(), dies=st.booleans())
    def fix(self, value: str, data: st.DataObject, *, dies: bool) -> None:
        if items := self.people.parked():
            self.people.fix(data.draw(st.sampled_from(items)), value, dies=dies)

    @rule(value=st.sampled_from(["S1", "S2"]))
    def say_what_a_row_means(self, value: str) -> None:
        self.people.say(value)

    @rule(lane=LANES)
    def set_aside(self, lane: str) -> None:
        parked = self.route.desk.entries([State.PARKED], limit=1000)
        self.people.set_aside([item for item in parked if item.external_id == lane])

    @rule()
    def take_back(self) -> None:
        self.people.take_back()

    # --- delivery ---------------------------------------------------------------------------------

    @rule(mode=MODES, lane=LANES, steps=st.integers(1, 4))
    def deliver(self, mode: str, lane: str, steps: int) -> None:
        self.route.target.modes = {lane: mode}
        self.route.deliver(steps)
        self.route.target.modes = {}

    @rule()
    def drain(self) -> None:
        self.route.deliver(20)

    @rule(when=st.sampled_from(["before", "after"]))
    def deliver_and_die(self, when: str) -> None:
        self.route.deliver(2, dies=when)

    @rule()
    def away(self) -> None:
        self.route.target.down = True
        self.route.deliver(2)
        self.route.target.down = False

    @rule(steps=st.integers(1, 2), told=st.booleans())
    def sign_in_is_refused(self, steps: int, *, told: bool) -> None:
        self.route.target.signed_out = True
        self.route.deliver(steps)
        self.route.target.signed_out = False
        if told:
            self.route.delivery.poke()

    @precondition(lambda self: self.route.target.late)
    @rule()
    def late_effect(self) -> None:
        self.route.late()

    @rule(seconds=st.sampled_from([2.0, 31.0, 1000.0]))
    def time_passes(self, seconds: float) -> None:
        self.route.pass_time(seconds)

    @rule(contact=st.sampled_from(CONTACTS))
    def put_off_for_long(self, contact: str) -> None:
        """The CRM takes everything but one contact, until somebody is asked about that one."""
        self.route.target.puts_off = {contact}
        for _ in range(25):
            self.route.deliver(4)
            self.route.pass_time(601)
        self.route.target.puts_off = set()
        self.put_off.add(contact)

    # --- storage ----------------------------------------------------------------------------------

    @rule()
    def crash(self) -> None:
        self.route.crash()

    @rule(stream=STREAMS)
    def merge(self, stream: str) -> None:
        self.route.ledgers[stream].merge()

    @rule()
    def rotate_keys(self) -> None:
        self.keeper.rotate()

    @rule(steps=st.integers(1, 40))
    def seal_anew(self, steps: int) -> None:
        self.keeper.work(steps, destroys=self.copy is None)

    @precondition(lambda self: self.copy is None)
    @rule()
    def copy_disk(self) -> None:
        self.copy = self.route.snapshot()

    @precondition(lambda self: self.copy is not None)
    @rule()
    def restore_disk(self) -> None:
        assert self.copy is not None
        self.route.restore(self.copy)
        self.route.target.revisions.clear()  # what the copy still has waiting may be older

    # --- promises ---------------------------------------------------------------------------------

    @invariant()
    def the_store_agrees_with_itself(self) -> None:
        assert not list(self.route.disagreements())

    @invariant()
    def nothing_happened_twice_or_out_of_order(self) -> None:
        assert self.route.target.doubled == 0
        assert not self.route.target.order

    @invariant()
    def nobody_gives_up_for_somebody_else(self) -> None:
        parked = self.route.desk.entries([State.PARKED], limit=1000)
        assert {item.external_id for item in parked if item.code == "GAVE_UP"} <= self.put_off

    @invariant()
    def a_row_that_is_in_the_erp_is_never_deleted_in_the_crm(self) -> None:
        assert self.route.deleted_unsaid() == []

    def teardown(self) -> None:
        try:
            self.keeper.finish(destroys=self.copy is None)
            self._everything_comes_back()
            self.a_row_that_is_in_the_erp_is_never_deleted_in_the_crm()
            self.the_store_agrees_with_itself()
            self.nothing_happened_twice_or_out_of_order()
        finally:
            self.route.close()
            if self.copy is not None:
                shutil.rmtree(self.copy.folder, ignore_errors=True)

    def _everything_comes_back(self) -> None:
        self.people.take_back()
        self._rounds()
        self._equal_or_named()
        for _ in range(3):
            self.engineer.say_yes()
            self.route.approve()
            self.route.replay()
            self._rounds()
        self._equal_or_named(at_last=True)

    def _rounds(self) -> None:
        route = self.route
        for _ in range(4):
            for stream in FEEDS:
                route.scan(stream)
            route.pass_time(31)
            route.settle()

    def _held(self, *states: str) -> set[tuple[str, str]]:
        """(stream, external id) of everything that a hold names, rejected ones too."""
        route = self.route
        held: set[tuple[str, str]] = set()
        holds = [
            h for state in states or ("held", "rejected") for h in route.reads.holds(state=state)
        ]
        for hold in holds:
            if hold.kind == TARGET_ONLY:
                flows = {str(flow.id): flow.name for flow in route.flows}
                for flow, ids in json.loads(hold.rows).items():
                    held |= {(flows[flow], external_id) for external_id in ids}
                continue
            rows = {hold.rows[i : i + 16] for i in range(0, len(hold.rows), 16)}
            for name, ledger in route.ledgers.items():
                if route.store.stream_id(name) == hold.stream:
                    held |= {(name, ledger.text(m).key[0]) for m in ledger.each() if m.key in rows}
        return held

    def _equal_or_named(self, *, at_last: bool = False) -> None:
        """The CRM holds what the ERP holds, or an entry or a hold says why not."""
        route = self.route
        named = route.named()
        held, rejected = self._held(), self._held("rejected")
        for stream in FEEDS:
            erp, crm = route.in_erp(stream), route.held_by_crm(stream)
            for key in {*erp, *crm}:
                if crm.get(key) in self.people.may_be(stream, key, erp.get(key)):
                    continue
                if key not in erp and self.copy is not None and not route.target.finds:
                    continue  # a restored disk forgot it, and this CRM cannot be asked
                assert (stream, key) in named | held, (
                    f"{stream} {key}: ERP {erp.get(key)}, CRM {crm.get(key)}, and nobody says so"
                )
                if at_last and (stream, key) not in rejected:
                    self._has_a_reason(stream, key)

    def _has_a_reason(self, stream: str, key: str) -> None:
        """At last only what cannot be right stays different."""
        codes = {
            item.code
            for item in self.route.desk.entries([State.PARKED], limit=1000)
            if item.external_id == key
        }
        row = self.route.erp[stream].get(key)
        bad = row is not None and row[0] == "BAD" and self.route.meaning[stream] != b"swapped"
        bad = bad or (row is not None and row[0] == "ODD" and self.route.version == 1)
        orphan = codes & FOR_PARENTS or not self.route.target.finds
        assert (
            (bad and {"NOT_A_NUMBER", "CODE_UNKNOWN"} & codes) or orphan or "HAS_CHILDREN" in codes
        ), f"{stream} {key} is still different: {codes or 'not parked'}"


TestMachine = pytest.mark.timeout(0)(Machine.TestCase)
TestMachine.settings = settings(
    max_examples=int(
        os.environ.get(
            "WAYBILL_EXAMPLES", "4000" if os.environ.get("WAYBILL_LONG") == "1" else "150"
        )
    ),
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),  # a whole route is slow and large
)
