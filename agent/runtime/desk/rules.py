"""Fixing everything like one exception for good: one more word in the mapping, tried before it is.

The draft is tried on every kept row of the group, so that the person sees how many would pass, and
how many would stay and why. Publishing it is publishing like any other: a version, undone with
`mapping restore`, and the rows are mapped again as soon as it is in force.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from agent.changes import rows
from agent.errors import WrongUse
from agent.mapping.values import key_text
from agent.model import Draft, Json, LeftOut
from agent.queue.problems import KeptRow, Problems
from agent.runtime.desk import said
from agent.runtime.plan import FlowPlan
from agent.runtime.remap import Remapper
from agent.runtime.workshop.bench import Workshop, differing_lines
from agent.runtime.workshop.entries import (
    WORDS,
    Drafted,
    Spot,
    column_of,
    spot_of_field,
    spot_of_table,
    with_entry,
)
from agent.runtime.workshop.publish import Change, Publisher

Params = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which word is to mean what, in which flow, and for which rows."""

    flow: FlowPlan
    spot: Spot
    key: str
    value: str
    code: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class RuleDesk:
    """Drafts, tries and publishes entries of mappings."""

    problems: Problems
    flows: Sequence[FlowPlan]
    shop: Workshop
    publisher: Publisher

    def preview(self, params: Params) -> dict[str, Json]:
        """What an entry would change, and what would become of the rows that wait."""
        asked = self._asked(params)
        drafted = self._drafted(asked)
        change = self.publisher.change(asked.flow.name, drafted.text, drafted.files)
        return self._told(asked, drafted, change) | {"draft": drafted.text}

    def publish(self, params: Params, who: str) -> dict[str, Json]:
        """Bring it into force, or before a second person where money is concerned."""
        asked = self._asked(params)
        drafted = self._drafted(asked)
        change = self.publisher.change(asked.flow.name, drafted.text, drafted.files)
        told = self._told(asked, drafted, change)
        comment = _word(params, "comment").strip() or f"one more word at {asked.spot.place}"
        done = self.publisher.publish(
            asked.flow.name, drafted.text, comment, who, dict(drafted.files)
        )
        return told | done

    # --- inside -----------------------------------------------------------------------------------

    def _asked(self, params: Params) -> _Asked:
        value = _word(params, "value")
        if ref := _word(params, "ref"):
            return self._like(ref, value)
        flow, table, key = (_word(params, name) for name in ("flow", "table", "key"))
        if not (flow and table and key):
            raise WrongUse("Say which: a reference, or a flow, its table and the word.")
        found = said.chosen_flows(self.flows, flow)
        plan = next(each for each in self.flows if found and each.id == found[0])
        document = tomllib.loads(self.shop.published(flow))
        return _Asked(plan, spot_of_table(document, table), key, value)

    def _like(self, ref: str, value: str) -> _Asked:
        kept = next(iter(self.problems.opened([said.number_of(ref)])), None)
        if kept is None or not ref.startswith("E"):
            raise WrongUse(
                f"{ref} is no row that its mapping could make nothing of.",
                hint="A rule is made for these; waybill exceptions fix edits a refused message.",
            )
        flow = next((each for each in self.flows if each.id == kept.flow), None)
        if flow is None:
            raise WrongUse("Its flow is not configured any more.")
        if kept.code not in WORDS:
            raise WrongUse(
                f"No entry of a table puts right what is wrong here [{kept.code}].",
                hint="See waybill exceptions show for what to do.",
            )
        document = tomllib.loads(self.shop.published(flow.name))
        column = column_of(document, kept.field)
        if column not in kept.values:
            raise WrongUse(
                f"What the ERP says in {column} was not kept with this row.",
                hint="Read its source again: waybill scan.",
            )
        word = key_text(rows.read_back({column: kept.values[column]})[column]) or ""
        spot = spot_of_field(document, kept.field)
        return _Asked(flow, spot, word, value, kept.code, kept.field)

    def _drafted(self, asked: _Asked) -> Drafted:
        text = self.shop.published(asked.flow.name)
        return with_entry(text, self.shop.files(text), asked.spot, asked.key, asked.value)

    def _told(self, asked: _Asked, drafted: Drafted, change: Change) -> dict[str, Json]:
        lines = differing_lines(change.old, change.new)
        if asked.spot.csv:
            becomes: Json = f"{asked.key} = {asked.value}"
            lines = [{"place": f"lookups/{asked.spot.csv}", "was": None, "becomes": becomes}]
        return {
            "flow": asked.flow.name,
            "place": drafted.spot.place,
            "file": drafted.spot.csv,
            "code": asked.code,
            "field": asked.field,
            "changes": list[Json](lines),
            "second_person": list[Json](self.publisher.money(change)),
            **self._tried(asked, change),
        }

    def _tried(self, asked: _Asked, change: Change) -> dict[str, Json]:
        """The draft on every kept row that is like this one; on all of the flow without one."""
        self.shop.look_up(change.plan)
        remapper = Remapper([replace(asked.flow, bind=change.plan.bind)])
        seqs = [seq for seq, _, _ in self.problems.of([asked.flow.id])]
        group = passing = out = unknown = 0
        stays: dict[str, list[Json]] = {}
        for kept in self.problems.opened(seqs):
            if asked.code and (kept.code, kept.field) != (asked.code, asked.field):
                continue
            group += 1
            made = remapper.made(kept)
            if isinstance(made, Draft):
                passing += 1
            elif isinstance(made, LeftOut):
                out += 1
            elif made is None:
                unknown += 1
            else:
                _note(stays, f"{made.reason} [{made.code}]", kept)
        return {
            "group": group,
            "would_pass": passing,
            "would_be_left_out": out,
            "would_stay": group - passing - out - unknown,
            "not_kept": unknown,
            "reasons": [
                {"why": why, "count": count, "example": example}
                for why, (count, example) in sorted(
                    stays.items(), key=lambda one: -int(str(one[1][0]))
                )[:100]
            ],
        }


def _note(stays: dict[str, list[Json]], why: str, kept: KeptRow) -> None:
    found = stays.setdefault(why, [0, f"E{kept.seq}"])
    found[0] = int(str(found[0])) + 1


def _word(params: Params, name: str) -> str:
    return str(params.get(name) or "")
