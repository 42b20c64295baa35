"""Parked messages and unreadable records as people see them: by cause, in lists, one by one.

The worst comes first, and of what is equally bad the oldest. What is listed is chosen unopened; only
what is shown is opened, and amounts are summed over what was opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from agent.canon import SEVERITIES, Reason, Reasons
from agent.canon.reasons import CATALOGUE
from agent.changes import rows
from agent.errors import WrongUse
from agent.model import Json
from agent.queue.items import Act, Group, Item, Items
from agent.queue.sending import Sending
from agent.queue.states import State
from agent.runtime.desk.contents import Content
from agent.runtime.desk.fixable import fixable
from agent.runtime.desk.impact import Impact, impact_of
from agent.runtime.desk.words import Cause
from agent.runtime.moments import instant
from agent.runtime.plan import FlowPlan
from agent.runtime.workshop.tally import shown as shown_value

MOST_GROUPS = 1000
MOST_SUMMED = 20_000
"""Messages opened for the amounts of one answer."""
_AT_ONCE = 500
_ROW = (
    "No message could be made of it. Correct the row in the ERP or the mapping, or say its values."
)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which exceptions somebody wants to see; empty: all of them."""

    flow: str = ""
    code: str = ""
    owner: str = ""
    severity: str = ""
    older_than: float = 0.0
    """Seconds."""

    def __post_init__(self) -> None:
        if self.severity and self.severity not in SEVERITIES:
            raise WrongUse(
                f"There is no severity {self.severity[:20]!r}: use {', '.join(SEVERITIES)}."
            )

    def takes(self, known: Reason, code: str, since: float, now: float) -> bool:
        """Whether it is one of these; flows are chosen before."""
        return (
            self.code in ("", code)
            and self.owner in ("", known.owner)
            and self.severity in ("", known.severity)
            and now - since >= self.older_than
        )


@dataclass(frozen=True, slots=True)
class _Line:
    """One exception of a list, unopened."""

    rank: int
    since: float
    number: int
    kind: str
    """`E` or `U`."""

    @property
    def ref(self) -> str:
        return f"{self.kind}{self.number}"

    @property
    def place(self) -> tuple[int, float, str, int]:
        return self.rank, self.since, self.kind, self.number

    @property
    def cursor(self) -> str:
        return f"{self.rank}:{self.since!r}:{self.ref}"


@dataclass(frozen=True)
class View:
    """Shows what waits for a person."""

    desk: Items
    sending: Sending
    flows: Sequence[FlowPlan]
    streams: Mapping[str, int]
    contents: Mapping[str, Content]
    reasons: Reasons
    now: Callable[[], float]

    # --- by cause ---------------------------------------------------------------------------------

    def grouped(
        self, choice: Choice, words: Callable[[Sequence[Cause]], Mapping[Cause, list[Json]]]
    ) -> Json:
        """Everything that waits for a person, by cause. `words`: what the ERP says in its rows."""
        found = [each for each in self._causes(choice.flow) if self._is_taken(each, choice)]
        found.sort(key=lambda one: (SEVERITIES.index(one[3].severity), one[0].since))
        sums, left_out = self._sums({(g.of, g.code, g.field) for g, *_ in found})
        now = self.now()
        said = words([(of[0], group.code, group.field) for group, of, *_ in found[:MOST_GROUPS]])
        items: list[Json] = [
            {
                "cause": cause(group, known),
                "flow": flow,
                "entity": entity,
                "code": group.code,
                "field": group.field,
                "count": group.count,
                "since": instant(group.since),
                "newest": instant(group.newest),
                "age": max(0, int(now - group.since)),
                "amounts": {
                    currency: f"{total:f}"
                    for currency, total in sorted(
                        sums.get((group.of, group.code, group.field), {}).items()
                    )
                    if example.startswith("E")
                },
                **told_of(known),
                "hint": known.to_do,
                "target": self._target(flow),
                "fixable": fixable(group.code, known, lost=example.startswith("U")),
                "params": {"field": group.field} if group.field else {},
                "example": example,
                **(
                    {"words": there} if (there := said.get((flow, group.code, group.field))) else {}
                ),
            }
            for group, (flow, entity), example, known in found[:MOST_GROUPS]
        ]
        total = sum(group.count for group, *_ in found)
        return {"items": items, "total": total, "groups": len(found), "not_summed": left_out}

    def _target(self, flow: str) -> str:
        return next((each.target for each in self.flows if each.name == flow), "")

    def _causes(self, flow: str) -> Iterator[tuple[Group, tuple[str, str], str, Reason]]:
        chosen = chosen_flows(self.flows, flow)
        by_id = {each.id: each for each in self.flows}
        names = {number: name for name, number in self.streams.items()}
        for group in self.desk.groups():
            if chosen is None or group.of in chosen:
                of = by_id.get(group.of)
                about = (of.name, of.entity) if of else ("", "")
                yield group, about, f"E{group.example}", self.reasons(group.code)
        for group in self.desk.unreadable_groups() if chosen is None else ():
            known = self.reasons.of_record(group.code)
            yield group, (names.get(group.of, ""), ""), f"U{group.example}", known

    def _is_taken(self, found: tuple[Group, tuple[str, str], str, Reason], choice: Choice) -> bool:
        group, _, _, known = found
        return choice.takes(known, group.code, group.since, self.now())

    def _sums(
        self, wanted: set[tuple[int, str, str]]
    ) -> tuple[dict[tuple[int, str, str], dict[str, Decimal]], int]:
        """The amounts of these causes by currency, and how many messages were too many for it."""
        money = {
            each.id for each in self.flows
            if (content := self.contents.get(each.name)) and content.contract.impact.currency
        }  # fmt: skip
        standing = [
            each
            for each in self.desk.standing()
            if each.flow in money and (each.flow, each.code, each.field) in wanted
        ]
        sums: dict[tuple[int, str, str], dict[str, Decimal]] = {}
        causes = {each.seq: (each.flow, each.code, each.field) for each in standing[:MOST_SUMMED]}
        for seq, impact in self.impacts(list(causes)):
            if impact.amount is not None and impact.currency:
                total = sums.setdefault(causes[seq], {})
                total[impact.currency] = total.get(impact.currency, Decimal()) + impact.amount
        return sums, max(0, len(standing) - MOST_SUMMED)

    def impacts(self, seqs: Sequence[int]) -> Iterator[tuple[int, Impact]]:
        """What these entries are about; of those that open."""
        by_id = {each.id: each for each in self.flows}
        for at in range(0, len(seqs), _AT_ONCE):
            for claim in self.sending.opened(seqs[at : at + _AT_ONCE]).claims:
                flow = by_id.get(claim.flow)
                content = self.contents.get(flow.name) if flow else None
                if content is not None:
                    yield claim.seq, impact_of(content.contract, claim.fields, claim.external_id)

    # --- one by one -------------------------------------------------------------------------------

    def listed(self, choice: Choice, *, after: str, limit: int, aside: bool = False) -> Json:
        """A page of exceptions, the worst and then the oldest first."""
        lines = sorted(self._lines(choice, aside=aside), key=lambda line: line.place)
        start = _after(lines, after)
        page = lines[start : start + limit]
        items: list[Json] = []
        for line in page:
            shown = self._entry_of(line.number) if line.kind == "E" else self.lost(line.number)
            if shown is not None:
                items.append(shown)
        more = page[-1].cursor if start + limit < len(lines) else None
        return {"items": items, "next": more}

    def _lines(self, choice: Choice, *, aside: bool) -> Iterator[_Line]:
        chosen, now = chosen_flows(self.flows, choice.flow), self.now()
        known: dict[str, Reason] = {}
        for each in self.desk.standing(State.SET_ASIDE if aside else State.PARKED):
            about = known.get(each.code) or known.setdefault(each.code, self.reasons(each.code))
            if (chosen is None or each.flow in chosen) and choice.takes(
                about, each.code, each.since, now
            ):
                yield _Line(SEVERITIES.index(about.severity), each.since, each.seq, "E")
        if chosen is None and not aside:
            for number, _, since, code in self.desk.lost():
                about = self.reasons.of_record(code)
                if choice.takes(about, code, since, now):
                    yield _Line(SEVERITIES.index(about.severity), since, number, "U")

    def shown(self, ref: str) -> dict[str, Json]:
        """One exception with its values and its history."""
        number = number_of(ref)
        item = self.desk.entry(number) if ref.startswith("E") else None
        if item is not None:
            return {
                **self.entry(item),
                "state": item.state.label,
                "id": f"msg_{item.id}",
                "field": item.field,
                "fields": item.fields,
                "parents": item.parents,
                "attempts": item.attempts,
                "created": instant(item.created),
                "history": [_act(act) for act in self.desk.history(number)],
            }
        lost = self.lost(number) if ref.startswith("U") else None
        if lost is None:
            raise WrongUse(f"There is no exception {ref}.")
        return lost

    def _entry_of(self, number: int) -> dict[str, Json] | None:
        item = self.desk.entry(number)
        return self.entry(item) if item is not None else None

    def impact(self, item: Item) -> Impact:
        """What is at stake with an entry."""
        flow = next((each for each in self.flows if each.id == item.flow), None)
        content = self.contents.get(flow.name) if flow else None
        if content is None:
            return Impact()
        scalars = {
            name: value
            for name, value in item.fields.items()
            if value is None or isinstance(value, str | int | bool)
        }
        return impact_of(content.contract, scalars, item.external_id)

    def entry(self, item: Item) -> dict[str, Json]:
        """A parked entry of a list."""
        flow = next((each for each in self.flows if each.id == item.flow), None)
        known, place = self.reasons(item.code), item.place
        return {
            "ref": f"E{item.seq}",
            "flow": flow.name if flow else "",
            "entity": flow.entity if flow else "",
            "external_id": item.external_id,
            "code": item.code,
            "reason": item.reason,
            "hint": f"{_ROW} {known.to_do}" if item.problem else known.to_do,
            "since": instant(item.since),
            "place": f"{place[0]}, record {place[1]}" if place else "",
            "params": {
                "flow": flow.name if flow else "",
                "target": flow.target if flow else "",
                "field": item.field,
            },
            **self.impact(item).as_json(),
            **told_of(known),
        }

    def lost(self, number: int) -> dict[str, Json] | None:
        """A record that could not be read."""
        found = self.desk.lost_one(number)
        if found is None:
            return None
        _, stream, since, code, about = found
        source = next((name for name, each in self.streams.items() if each == stream), "")
        place = about.get("place")
        where = ""
        if isinstance(place, list):
            where = f"{place[0]}, record {place[1]}"
            if place[2]:
                where += f", line {place[2]}, byte {place[3]}"
        return {
            "ref": f"U{number}",
            "flow": source,
            "entity": "",
            "external_id": "",
            "code": code,
            "reason": str(about.get("reason", "")),
            "hint": "Correct the record in the ERP and export it again: the next reading clears"
            " this.",
            "since": instant(since),
            "place": where,
            "params": {"source": source, "place": where},
            **Impact().as_json(),
            **told_of(self.reasons.of_record(code)),
        }


def cause(group: Group, known: Reason) -> str:
    """A sentence: `The country is not known (country): 212 records since 2026-11-21 08:10 UTC`."""
    own = "" if known.code in CATALOGUE and known.code == group.code else group.code
    about = ", ".join(part for part in (own, group.field) if part)
    what = known.title.removesuffix(".") + (f" ({about})" if about else "")
    many = f"{group.count:,} record{'s' * (group.count != 1)}"
    since = str(instant(group.since)).replace("T", " ")[:16]
    return f"{what}: {many} since {since} UTC."


def told_of(known: Reason) -> dict[str, Json]:
    """What the catalogue says of a code."""
    return {
        "title": known.title,
        "severity": str(known.severity),
        "owner": str(known.owner),
        "meaning": known.meaning,
        "to_do": known.to_do,
    }


def row(kept: Mapping[str, Json]) -> dict[str, Json]:
    """What the ERP said in the mapped columns, for a person."""
    try:
        return {name: shown_value(value) for name, value in rows.read_back(kept).items()}
    except (ValueError, KeyError):
        return {}


def _act(act: Act) -> Json:
    return {"at": instant(act.at), "what": act.what, "who": act.who, **act.about}


def _after(lines: Sequence[_Line], after: str) -> int:
    """Where a page starts. Raises WrongUse."""
    if not after:
        return 0
    if ":" not in after:  # a reference that stands in the list
        number_of(after)
        found = next((at for at, line in enumerate(lines) if line.ref == after), None)
        if found is None:
            raise WrongUse(f"{after} is not in this list any more: begin it again.")
        return found + 1
    rank, _, rest = after.partition(":")
    since, _, ref = rest.partition(":")
    try:
        place = int(rank), float(since), ref[:1], number_of(ref)
    except ValueError:
        raise WrongUse("This does not say where a list goes on.") from None
    return sum(line.place <= place for line in lines)


# --- names ----------------------------------------------------------------------------------------


def chosen_flows(flows: Sequence[FlowPlan], name: str) -> list[int] | None:
    """The flow of this name, None (all of them) without one. Raises WrongUse."""
    if not name:
        return None
    found = [flow.id for flow in flows if flow.name == name]
    if not found:
        raise WrongUse(f"There is no flow called {name!r}.")
    return found


def number_of(ref: str) -> int:
    """The number behind a reference. Raises WrongUse."""
    # No number of the store is longer; a longer one would not even reach it.
    if not ref[1:].isascii() or not ref[1:].isdecimal() or ref[:1] not in ("E", "U"):
        raise WrongUse(f"{ref!r} is no reference: they look like E17 or U3.")
    if len(ref) > 19:
        raise WrongUse(f"There is no exception {ref[:19]}…")
    return int(ref[1:])
