"""The methods `exceptions.*` of the control API: one each."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import orjson

from agent.errors import WrongUse
from agent.model import Json, Problem
from agent.queue.desk import Desk, Edit
from agent.queue.problems import row_of
from agent.queue.sending import Sending
from agent.queue.states import State
from agent.queue.store import Store
from agent.runtime.desk import said, sheet
from agent.runtime.desk.contents import Content
from agent.runtime.desk.edits import edited, not_editable
from agent.runtime.desk.half import Halves
from agent.runtime.desk.preview import Previewer, batches
from agent.runtime.desk.row_edits import RowDesk
from agent.runtime.desk.rules import RuleDesk
from agent.runtime.desk.words import Words
from agent.runtime.plan import FlowPlan, LaneHashes

Params = Mapping[str, Json]
OnAct = Callable[[str, str, str, Mapping[str, str]], None]
"""Told of every act for the audit: who, what, on what, and digests or counts; never a value."""

GONE = "NOT_PARKED"


class Raised(Protocol):
    """What waited too long (`agent.runtime.escalate`)."""

    def standing(self) -> Json:
        """What was raised and still waits."""
        ...

    def of(self, ref: str) -> list[Json]:
        """The steps that one exception has reached."""
        ...

    def events(self, after: int, limit: int) -> Json:
        """What was raised and resolved, after one event."""
        ...


@dataclass
class ExceptionDesk:
    """Answers what people ask of parked messages."""

    store: Store
    desk: Desk
    sending: Sending
    lanes: LaneHashes
    flows: Sequence[FlowPlan]
    contents: Mapping[str, Content]
    view: said.View
    raised: Raised
    rules: RuleDesk
    rows: RowDesk
    on_act: OnAct

    def answer(self, method: str, params: Params, who: str) -> Json:
        """The result of one method. Raises WaybillError for what the caller should read."""
        call: Callable[[Params, str], Json] = getattr(
            self, "_" + method.removeprefix("exceptions.")
        )
        return call(params, who)

    # --- looking ----------------------------------------------------------------------------------

    def _groups(self, params: Params, _: str) -> Json:
        words = Words(self.rules.problems, self.flows)
        return self.view.grouped(_choice(params), words.of)

    def _list(self, params: Params, _: str) -> Json:
        limit = params.get("limit")
        return self.view.listed(
            _choice(params),
            after=_word(params, "after"),
            limit=max(1, min(1000, limit)) if isinstance(limit, int) else 100,
            aside=bool(params.get("aside")),
        )

    def _show(self, params: Params, _: str) -> Json:
        shown = self.view.shown(_word(params, "ref"))
        if steps := self.raised.of(str(shown["ref"])):
            shown["escalated"] = steps
        opened = self.sending.opened([said.number_of(str(shown["ref"]))])
        if str(shown["ref"]).startswith("E") and opened.claims:
            shown["waits_for"] = self._waits_for(opened.claims[0].flow, shown["parents"])
            if str(shown["state"]) == State.PARKED.label and (
                half := self._halves.of(opened.claims[0])
            ):
                shown["half_done"] = half.as_json()
            kept = row_of(self.store, opened.claims[0].seq)
            if kept:
                shown["row"] = said.row(kept)
        return shown

    def _escalated(self, _: Params, __: str) -> Json:
        return self.raised.standing()

    def _events(self, params: Params, _: str) -> Json:
        after, limit = params.get("after"), params.get("limit")
        return self.raised.events(
            after if isinstance(after, int) else 0,
            max(1, min(1000, limit)) if isinstance(limit, int) else 100,
        )

    @property
    def _halves(self) -> Halves:
        return Halves(
            self.desk, self.sending, self.view, self.flows, self.contents, self._previewer().lane
        )

    def _waits_for(self, flow: int, parents: Json) -> list[Json]:
        """The parents of an item that are not known to exist in the target."""
        previewer = self._previewer()
        named = [p for p in parents if isinstance(p, list)] if isinstance(parents, list) else []
        lanes = [previewer.lane(flow, str(p[1]), str(p[2])) for p in named]
        here = self.sending.present(set(lanes)) if lanes else set()
        return [
            f"{parent[1]} {parent[2]}"
            for parent, lane in zip(named, lanes, strict=True)
            if lane not in here
        ]

    def _preview(self, params: Params, _: str) -> Json:
        seqs, refused = self._chosen(params)
        made = self._previewer().look(seqs, crm_changed=bool(params.get("crm_changed")))
        for item in refused:
            made.stay += 1
            made.note(str(item["ref"]), str(item["why"]))
        return made.as_json()

    def _previewer(self) -> Previewer:
        by_id = {flow.id: flow for flow in self.flows}
        return Previewer(self.desk, self.sending, self.lanes, by_id, self.contents)

    # --- deciding ---------------------------------------------------------------------------------

    def _replay(self, params: Params, who: str) -> Json:
        crm_changed = bool(params.get("crm_changed"))
        done, refused = self._all(
            params, lambda seqs: self.desk.replay(seqs, crm_changed=crm_changed, who=who)
        )
        self._tell(who, "replayed", done, {"crm_changed": str(crm_changed).lower()})
        return {"replayed": len(done), **refused}

    def _set_aside(self, params: Params, who: str) -> Json:
        reason = _word(params, "reason").strip()
        if not reason:
            raise WrongUse("Say why: a reason is needed.")
        done, refused = self._all(
            params, lambda seqs: self.desk.set_aside(seqs, reason[:2000], who=who)
        )
        self._tell(who, "set aside", done, {"reason": self._digest(reason)})
        return {"set_aside": len(done), **refused}

    def _take_back(self, params: Params, who: str) -> Json:
        if not params.get("refs"):
            raise WrongUse("Say what to take back: references.")
        done, refused = self._all(params, lambda seqs: self.desk.take_back(seqs, who=who))
        self._tell(who, "taken back", done, {})
        return {"taken_back": len(done), **refused}

    def _fix(self, params: Params, who: str) -> Json:
        pairs = params.get("set")
        changes: dict[str, str] = {}
        for pair in pairs if isinstance(pairs, list) else ():
            name, equals, text = str(pair).partition("=")
            if not equals or not name.strip():
                raise WrongUse("Write what to set as field=value; field= makes it blank.")
            changes[name.strip()] = text
        if not changes:
            raise WrongUse("Say what to set: field=value.")
        ref = _word(params, "ref")
        if ref.startswith("E") and self.rows.is_row(said.number_of(ref)):
            answer, changed = self.rows.answer(ref, changes, who)
            if changed:
                self._tell_edit(who, ref, changed)
            return answer
        row = sheet.Row(0, ref, changes)
        edits, problems = self._edits([row])
        if not edits and not problems:
            raise WrongUse("Nothing of it would change: these values stand there already.")
        made = {} if problems else self._apply(edits, problems, who)
        return {
            "ref": ref,
            "new": f"E{made[edits[0][1].seq]}" if made else None,
            "mapped_again": False,
            "problems": sheet.without_lines(problems),
        }

    # --- rules ---------------------------------------------------------------------------------

    def _rule_preview(self, params: Params, _: str) -> Json:
        return self.rules.preview(params)

    def _rule(self, params: Params, who: str) -> Json:
        done = self.rules.publish(params, who)
        what = "mapping.propose" if done["proposed"] else "mapping.publish"
        about = {"version": str(done["version"]), "place": str(done["place"])}
        self.on_act(who, what, str(done["flow"]), about)
        return done

    # --- sheets -----------------------------------------------------------------------------------

    def _export(self, params: Params, who: str) -> Json:
        chosen = said.chosen_flows(self.flows, _word(params, "flow"))
        code, after = _word(params, "code"), _word(params, "after")
        start = said.number_of(after) if after else 0
        items = self.desk.entries([State.PARKED], flows=chosen, code=code, after=start, limit=200)
        rows, last = sheet.rows_of(items, {flow.id: flow for flow in self.flows})
        if not after:
            self.on_act(who, "exceptions.export", "", {"code": code, "flow": _word(params, "flow")})
        return {
            "columns": list[Json](self._columns(chosen, code)),
            "items": rows,
            "next": f"E{last}" if len(rows) < len(items) or len(items) == 200 else None,
        }

    def _columns(self, flows: Sequence[int] | None, code: str) -> list[str]:
        """Every field that a parked message carries, in the order of the contracts."""
        left = self.desk.shapes(flows, code)
        ordered = [
            name for content in self.contents.values() for name in content.contract.fields
            if name in left
        ]  # fmt: skip
        return list(dict.fromkeys([*ordered, *sorted(left)]))

    def _import(self, params: Params, who: str) -> Json:
        given = params.get("rows")
        rows = sheet.parsed(given if isinstance(given, list) else [])
        edits, found = self._edits(rows)
        # What left the desk since the export has nothing to be compared with: it is passed over.
        skipped = [each for each in found if each["code"] == GONE]
        problems = [each for each in found if each["code"] != GONE]
        made: dict[int, int] = {}
        if params.get("check") or problems:
            refused = self.desk.edit([edit for _, edit in edits], check=True)[1]
            problems += sheet.by_line(edits, refused)
        else:
            made = self._apply(edits, problems, who)
        return {
            "changed": [f"E{edit.seq}" for _, edit in edits],
            "fields": sheet.counted([edit for _, edit in edits]),
            "edited": len(made),
            "problems": sheet.in_order(problems),
            "skipped": sheet.in_order(skipped),
        }

    # --- edits ------------------------------------------------------------------------------------

    def _edits(
        self, rows: Sequence[sheet.Row]
    ) -> tuple[list[tuple[sheet.Row, Edit]], list[dict[str, Json]]]:
        """The edits that rows mean, and what speaks against any of them."""
        edits: list[tuple[sheet.Row, Edit]] = []
        problems: list[dict[str, Json]] = []
        seen: set[str] = set()
        flows = {flow.id: flow for flow in self.flows}
        for row in rows:
            if row.ref in seen:
                problems.append(sheet.problem_of(row, Problem("TWICE", "It stands there twice.")))
                continue
            seen.add(row.ref)
            edit, found = self._edit(row, flows)
            problems += [sheet.problem_of(row, each) for each in found]
            if edit is not None:
                edits.append((row, edit))
        return edits, problems

    def _edit(
        self, row: sheet.Row, flows: Mapping[int, FlowPlan]
    ) -> tuple[Edit | None, list[Problem]]:
        try:
            number = said.number_of(row.ref)
        except WrongUse as error:
            if not row.line:
                raise
            return None, [Problem("NO_SUCH", error.title)]
        item = self.desk.entry(number) if row.ref.startswith("E") else None
        if item is not None and item.state is not State.PARKED:
            return None, [Problem(GONE, f"It is not parked but {item.state.label}.")]
        if why := not_editable(row.ref, item):
            # A row of a sheet that holds no values asks for nothing.
            untouched = row.line and not any(row.cells.values())
            return None, [] if untouched else [Problem("NOT_EDITABLE", why)]
        opened = self.sending.opened([number])
        flow = flows.get(opened.claims[0].flow) if opened.claims else None
        content = self.contents.get(flow.name) if flow is not None else None
        if flow is None or content is None:
            return None, [Problem("NOT_EDITABLE", "Its flow is not configured any more.")]
        claim = opened.claims[0]
        cells = {n: t for n, t in row.cells.items() if t or not row.line or n in claim.fields}
        return edited(flow, content, claim, cells)

    def _apply(
        self,
        edits: Sequence[tuple[sheet.Row, Edit]],
        problems: list[dict[str, Json]],
        who: str,
    ) -> dict[int, int]:
        """Make the edits, all or none; what speaks against it is added to the problems."""
        made, refused = self.desk.edit([edit for _, edit in edits], who=who)
        problems += sheet.by_line(edits, refused)
        for _, edit in edits if made else ():
            changed = edit.about["fields"]
            named = changed if isinstance(changed, dict) else {}
            self._tell_edit(who, f"E{edit.seq} becomes E{made[edit.seq]}", named)
        return made

    def _tell_edit(self, who: str, what: str, changed: Mapping[str, Json]) -> None:
        about = {
            "fields": ", ".join(changed),
            "before": self._digest([pair[0] for pair in _pairs(changed)]),
            "after": self._digest([pair[1] for pair in _pairs(changed)]),
        }
        self.on_act(who, "exceptions.edit", what, about)

    # --- what is chosen ---------------------------------------------------------------------------

    def _all(
        self,
        params: Params,
        act: Callable[[Sequence[int]], tuple[list[int], list[tuple[int, str]]]],
    ) -> tuple[list[int], dict[str, Json]]:
        """Do something with everything chosen, in short transactions."""
        seqs, named = self._chosen(params)
        done: list[int] = []
        count = len(named)
        refused: list[Json] = [*named[: sheet.MOST_NAMED]]
        for some in batches(seqs):
            went, not_ = act(some)
            done += went
            count += len(not_)
            room = sheet.MOST_NAMED - len(refused)
            refused += [{"ref": f"E{seq}", "why": why} for seq, why in not_[:room]]
        return done, {"refused": refused, "refused_count": count}

    def _chosen(self, params: Params) -> tuple[Iterator[int], list[dict[str, Json]]]:
        """Numbers of entries, and references that are none. Raises WrongUse."""
        refs = params.get("refs")
        flow, code, field = (_word(params, name) for name in ("flow", "code", "field"))
        if isinstance(refs, list) and refs:
            numbers = {str(ref): said.number_of(str(ref)) for ref in refs}
            why = "It could not be read: correct it in the ERP."
            lost: list[dict[str, Json]] = [
                {"ref": ref, "why": why} for ref in numbers if ref.startswith("U")
            ]
            return (n for ref, n in numbers.items() if ref.startswith("E")), lost
        if not (flow or code or field or params.get("all")):
            raise WrongUse("Say which: references, a code, a flow, or all.")
        return self._numbers(said.chosen_flows(self.flows, flow), code, field), []

    def _numbers(self, flows: Sequence[int] | None, code: str, field: str) -> Iterator[int]:
        after = 0
        while page := self.desk.numbers(flows=flows, code=code, field=field, after=after):
            yield from page
            after = page[-1]

    # --- the audit --------------------------------------------------------------------------------

    def _tell(self, who: str, what: str, done: Sequence[int], details: Mapping[str, str]) -> None:
        if not done:
            return
        some = ", ".join(f"E{seq}" for seq in done[:20])
        digest = hashlib.sha256(b",".join(b"%d" % seq for seq in done)).hexdigest()
        about = {"entries": str(len(done)), "digest": digest, **details}
        self.on_act(who, f"exceptions.{what.replace(' ', '_')}", some, about)

    def _digest(self, value: Json) -> str:
        """Proves later what a value was to who knows it and the key; nobody reads it back."""
        return self.store.cipher.keyed_hash("audit-value", 16)(orjson.dumps(value)).hex()


def _pairs(named: Mapping[str, Json]) -> list[list[Json]]:
    return [pair for pair in named.values() if isinstance(pair, list)]


def _choice(params: Params) -> said.Choice:
    older = params.get("older_than")
    return said.Choice(
        _word(params, "flow"), _word(params, "code"), _word(params, "owner"),
        _word(params, "severity"), float(older) if isinstance(older, int) else 0.0,
    )  # fmt: skip


def _word(params: Params, name: str) -> str:
    return str(params.get(name) or "")
