"""Winners of a survey, parsed, mapped and judged, as changes ready to be committed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from agent.changes.fingerprint import Fingerprints, Hasher, Lanes
from agent.changes.judge import Fate, FlowView, Verdict, gone, judge, remembered
from agent.memory import DELETED, NOTHING, FlowMemory, NewEntry, RowChange, RowMemory, RowText
from agent.model import Draft, LeftOut, Op, Parent, Place, Problem, Record, Scalar
from agent.queue.ledger import Ledger
from agent.runtime.plan import FlowPlan, Mapper

SHARED = "EXTERNAL_ID_SHARED"
NAMED = 20
"""Records of a warning that a read remembers by name; the rest are counted."""
States = tuple[Scalar, ...]
Admit = Callable[[FlowPlan, FlowMemory, bytes], bool]
"""Whether an entry may enter the queue now: (flow, what it remembers, lane)."""


@dataclass
class Emitter:
    """Judges the records of one read."""

    flows: Sequence[FlowPlan]
    views: Sequence[FlowView]
    ledger: Ledger
    prints: Fingerprints
    admit: Admit
    behind: frozenset[int] = frozenset()
    """Ids of flows that must look at every row, whatever its values."""
    mappers: list[Mapper] = field(default_factory=list)
    fates: list[Counter[str]] = field(default_factory=list)
    notes: dict[str, Counter[str]] = field(default_factory=dict)
    """Per flow: what rules of its mapping changed in values on purpose, by code and field."""
    warned: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    """Per flow: the first records of each warning, by code and field."""
    passed_over: set[int] = field(default_factory=set)
    """Ids of flows that had no room for a row: they are behind now."""
    _claimed: dict[tuple[int, bytes], bytes] = field(default_factory=dict)

    def bind(self, columns: Sequence[str]) -> None:
        """The columns of the records to come. Raises SourceChanged."""
        self.mappers = [flow.bind(columns) for flow in self.flows]
        self.prints.columns(columns)
        self.fates = [Counter() for _ in self.flows]
        self.notes, self.warned = {}, {}
        for flow in self.flows:
            if flow.hears is not None:
                flow.hears.begin()

    def record(self, record: Record, raw: bytes, key: bytes, row: int) -> RowChange | None:
        """What one winning record changes; None if nothing at all."""
        memory = self.ledger.memory(row) if row >= 0 else None
        if record.op is Op.DELETE:
            return self._explicit_delete(record, key, memory)
        values = self.prints.values(record.values)
        same = memory is not None and memory.values == values and not memory.flags & DELETED
        verdicts: list[Verdict | None] = []
        states: list[States | None] = []
        shared = False
        for flow, view, mapper, fates in zip(
            self.flows, self.views, self.mappers, self.fates, strict=True
        ):
            mine = remembered(memory, flow.index)
            states.append(None)
            if (
                same
                and mine.version == flow.version
                and view.trusted
                and flow.id not in self.behind
            ):
                fates[Fate.UNCHANGED] += 1
                verdicts.append(None)
                continue
            made = mapper(record.values)
            if not flow.keyed and isinstance(made, Draft):
                made = self._unshared(flow, view, key, mine, made)
                shared = shared or isinstance(made, Problem)
            before = self._states(memory, flow)
            made, after = _stepped(flow, made, before if view.trusted else ())
            verdict = judge(view, mine, _about(self.ledger, memory, flow.index), made, record.place)
            for entry in verdict.entries:
                entry.remapped = same
            lane = verdict.memory.lane
            if verdict.entries and not self.admit(flow, mine, lane):
                self.passed_over.add(flow.id)
                fates[Fate.BEHIND] += 1
                verdicts.append(None)
                continue
            fates[verdict.fate] += 1
            verdicts.append(verdict)
            states[-1] = after
            self._count(flow, made)
        if same and memory is not None and memory.raw == raw and not any(verdicts):
            return None
        # Whether another row feeds its record does not show in the row: it is judged every time.
        about = (NOTHING, key, NOTHING) if shared else (raw, key, values)
        return self._change(record.key, about, memory, verdicts, states)

    def again(
        self, row: int, made: Mapping[int, tuple[Draft | LeftOut | Problem, Place]]
    ) -> RowChange | None:
        """What flows (by index) make now of a row that is remembered as it was read.

        None if nothing changes, or if there is no room for it now.
        """
        memory = self.ledger.memory(row)
        verdicts: list[Verdict | None] = []
        states: list[States | None] = []
        for flow, view in zip(self.flows, self.views, strict=True):
            mine, found = memory.flows[flow.index], made.get(flow.index)
            states.append(None)
            if found is None:
                verdicts.append(None)
                continue
            what, place = found
            if not flow.keyed and isinstance(what, Draft):
                what = self._unshared(flow, view, memory.key, mine, what)
            what, after = _stepped(flow, what, self._states(memory, flow))
            verdict = judge(view, mine, _about(self.ledger, memory, flow.index), what, place)
            has_room = not verdict.entries or self.admit(flow, mine, verdict.memory.lane)
            verdicts.append(verdict if has_room else None)
            states[-1] = after if has_room else None
        if not any(verdicts):
            return None
        about = (memory.raw, memory.key, memory.values)
        return self._change(self.ledger.text(memory).key, about, memory, verdicts, states)

    def removal(self, row: int) -> RowChange:
        """What it means that this row is gone."""
        memory = self.ledger.memory(row)
        return gone(self.views, memory, self.ledger.text(memory))

    def unproven(self, row: int, *, lanes_too: bool) -> RowChange | None:
        """What is remembered of this row's content is not believed: it is judged anew when read.

        `lanes_too`: what the target holds of it is not believed either, so it is sent again.
        None if nothing of it is believed as it is.
        """
        memory = self.ledger.memory(row)
        change = forgotten(memory, range(len(memory.flows)) if lanes_too else ())
        known = (memory.raw, memory.values, *memory.flows)
        return None if (change.raw, change.values, *change.flows) == known else change

    # --- inside -----------------------------------------------------------------------------------

    def _change(
        self,
        name: tuple[str, ...],
        about: tuple[bytes, bytes, bytes],
        memory: RowMemory | None,
        verdicts: Sequence[Verdict | None],
        states: Sequence[States | None],
    ) -> RowChange:
        """What to remember. `name`: the row's key in words; `about`: its raw, key, values hashes."""
        flows: list[FlowMemory] = []
        entries: list[NewEntry] = []
        clears: list[int] = []
        ids: list[str] = []
        parents: list[tuple[Parent, ...]] = []
        moved = memory is None or bool(memory.flags & DELETED)
        old: RowText | None = None
        for flow, verdict in zip(self.flows, verdicts, strict=True):
            mine = remembered(memory, flow.index)
            if verdict is None:
                flows.append(mine)
                if not moved and memory is not None:
                    old = old or self.ledger.text(memory)
                    ids.append(old.external_ids[flow.index])
                    parents.append(old.parents[flow.index])
                else:
                    ids.append("")
                    parents.append(())
                continue
            flows.append(verdict.memory)
            entries += verdict.entries
            if verdict.clears:
                clears.append(verdict.clears)
            ids.append(verdict.external_id)
            parents.append(verdict.parents)
        kept = (memory.block, memory.slot) if memory is not None else (0, 0)
        keep = not moved and not any(verdicts)
        text = None
        if not keep:
            said = tuple(
                self._states(memory, flow) if found is None else found
                for flow, found in zip(self.flows, states, strict=True)
            )
            text = RowText(name, tuple(ids), tuple(parents), said if any(said) else ())
        raw, key, values = about
        return RowChange(key, raw, values, 0, text, kept, flows, entries, clears)

    def _states(self, memory: RowMemory | None, flow: FlowPlan) -> States:
        """The states that the flow's last message of a row said; opened only where it has some."""
        if flow.steps is None or memory is None or memory.flags & DELETED:
            return ()
        return self.ledger.text(memory).states_of(flow.index)

    def _count(self, flow: FlowPlan, made: Draft | LeftOut | Problem) -> None:
        if not isinstance(made, Draft):
            return
        if made.notes:
            counts = self.notes.setdefault(flow.name, Counter())
            counts.update(f"{note.code} {note.field}" for note in made.notes)
        for warning in made.warnings:
            causes = self.warned.setdefault(flow.name, {})
            names = causes.setdefault(f"{warning.code} {warning.field}", [])
            if len(names) < NAMED:
                names.append(made.external_id)
        if made.warnings and flow.hears is not None:
            flow.hears.warned(made.warnings)

    def _unshared(
        self, flow: FlowPlan, view: FlowView, key: bytes, mine: FlowMemory, made: Draft
    ) -> Draft | Problem:
        """RULES 6: a second row that claims a lane is parked, naming both."""
        lane = view.lanes.lane(made.external_id)
        claimed = self._claimed.setdefault((flow.index, lane), key)
        owner_text = ""
        if claimed == key and lane != mine.lane:
            owner = self.ledger.lane_owner(flow.index, lane)
            if owner is not None and owner.key != key:
                claimed = owner.key
                owner_text = " and ".join(self.ledger.text(owner).key)
        if claimed == key:
            return made
        other = f" ({owner_text})" if owner_text else ""
        return Problem(
            SHARED,
            f"Another row{other} already feeds the record with this external id.",
            external_id=made.external_id,
            fields=made.fields,
        )

    def _explicit_delete(
        self, record: Record, key: bytes, memory: RowMemory | None
    ) -> RowChange | None:
        """A delete in a change file is always sent, also for a row never seen (RULES 21)."""
        if memory is not None and not memory.flags & DELETED:
            for fates in self.fates:
                fates[Fate.QUEUED] += 1
            return gone(self.views, memory, self.ledger.text(memory))
        flows, ids = [], []
        for flow, view, mapper in zip(self.flows, self.views, self.mappers, strict=True):
            made = mapper(record.values)
            external_id = made.external_id if isinstance(made, Draft | Problem) else ""
            lane = view.lanes.lane(external_id) if external_id else NOTHING
            flows.append(
                FlowMemory(NOTHING, lane, flow.version, remembered(memory, flow.index).seq)
            )
            ids.append(external_id)
            self.fates[flow.index][Fate.QUEUED if external_id else Fate.LEFT_OUT] += 1
        row = RowMemory(key, NOTHING, NOTHING, 0, 0, 0, tuple(flows))
        return gone(self.views, row, RowText(record.key, tuple(ids), ((),) * len(flows)))


def _stepped(
    flow: FlowPlan, made: Draft | LeftOut | Problem, before: States
) -> tuple[Draft | LeftOut | Problem, States]:
    """What was made, judged by the state before, and the states that are known afterwards."""
    if flow.steps is None or isinstance(made, LeftOut):
        return made, ()
    if isinstance(made, Problem):
        return made, before
    judged = flow.steps.judged(made, before)
    return judged, before if isinstance(judged, Problem) else flow.steps.states(made)


def _about(
    ledger: Ledger, memory: RowMemory | None, flow: int
) -> Callable[[], tuple[str, tuple[Parent, ...]]]:
    def opened() -> tuple[str, tuple[Parent, ...]]:
        if memory is None or memory.flags & DELETED:
            return "", ()
        text = ledger.text(memory)
        return text.external_ids[flow], text.parents[flow]

    return opened


def forgotten(memory: RowMemory, flows: Collection[int]) -> RowChange:
    """The row's memory without its values, and without the messages of these flows."""
    memories = [
        flow._replace(message=NOTHING) if at in flows else flow
        for at, flow in enumerate(memory.flows)
    ]
    kept = (memory.block, memory.slot)
    return RowChange(memory.key, NOTHING, NOTHING, memory.flags, None, kept, memories, [], [])


def stray(
    views: Sequence[FlowView], of: FlowView, key: bytes, name: tuple[str, ...], external_id: str
) -> RowChange:
    """What deletes a record of the target that no row feeds."""
    lanes = [of.lanes.lane(external_id) if view is of else NOTHING for view in views]
    flows = tuple(FlowMemory(NOTHING, lane, of.version, 0) for lane in lanes)
    ids = tuple(external_id if view is of else "" for view in views)
    row = RowMemory(key, NOTHING, NOTHING, 0, 0, 0, flows)
    return gone(views, row, RowText(name, ids, ((),) * len(views)))


def view_of(flow: FlowPlan, hasher: Hasher, *, trusted: bool) -> FlowView:
    """The judge's view of a flow."""
    return FlowView(
        flow.index,
        Lanes(hasher, flow.target, flow.resource, flow.name),
        flow.version,
        flow.leaving,
        trusted,
    )
