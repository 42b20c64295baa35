"""Parked messages and unreadable records as people see them: by cause, in lists, one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.canon import Reason, reason
from agent.canon.reasons import CATALOGUE
from agent.errors import WrongUse
from agent.model import Json
from agent.queue.items import Act, Group, Item, Items
from agent.queue.states import State
from agent.runtime.moments import instant
from agent.runtime.plan import FlowPlan

MOST_GROUPS = 1000
_ROW = "No message could be made of it. Correct the row in the ERP or the mapping."


def grouped(desk: Items, flows: Sequence[FlowPlan], streams: Mapping[str, int]) -> Json:
    """Everything that waits for a person, by cause, the most frequent cause first."""
    by_id = {flow.id: flow for flow in flows}
    names = {number: name for name, number in streams.items()}
    found = [
        (group, _of_flow(by_id.get(group.of)), f"E{group.example}", reason(group.code))
        for group in desk.groups()
    ]
    found += [
        (group, (names.get(group.of, ""), ""), f"U{group.example}", _of_record(group.code))
        for group in desk.unreadable_groups()
    ]
    found.sort(key=lambda one: -one[0].count)
    items: list[Json] = [
        {
            "cause": _cause(group, known),
            "flow": flow,
            "entity": entity,
            "code": group.code,
            "field": group.field,
            "count": group.count,
            "since": instant(group.since),
            "newest": instant(group.newest),
            **_known(known),
            "example": example,
        }
        for group, (flow, entity), example, known in found[:MOST_GROUPS]
    ]
    total = sum(group.count for group, *_ in found)
    return {"items": items, "total": total, "groups": len(found)}


def _of_flow(flow: FlowPlan | None) -> tuple[str, str]:
    return (flow.name, flow.entity) if flow else ("", "")


def _of_record(code: str) -> Reason:
    return reason(code if code in CATALOGUE else "UNREADABLE")


def _cause(group: Group, known: Reason) -> str:
    """A sentence: `The country is not known (country): 212 records since 2026-11-21 08:10 UTC`."""
    own = "" if known.code in CATALOGUE and known.code == group.code else group.code
    about = ", ".join(part for part in (own, group.field) if part)
    what = known.title.removesuffix(".") + (f" ({about})" if about else "")
    many = f"{group.count:,} record{'s' * (group.count != 1)}"
    since = str(instant(group.since)).replace("T", " ")[:16]
    return f"{what}: {many} since {since} UTC."


def _known(known: Reason) -> dict[str, Json]:
    """What the catalogue says of a code."""
    return {
        "title": known.title,
        "severity": str(known.severity),
        "owner": str(known.owner),
        "meaning": known.meaning,
        "to_do": known.to_do,
    }


# --- one by one -----------------------------------------------------------------------------------


def listed(
    desk: Items,
    flows: Sequence[FlowPlan],
    streams: Mapping[str, int],
    *,
    flow: str,
    code: str,
    after: str,
    limit: int,
    aside: bool = False,
) -> Json:
    """A page of exceptions: entries first, then unreadable records. `aside`: what was set aside."""
    chosen = chosen_flows(flows, flow)
    items: list[Json] = []
    if not after.startswith("U"):
        entries = desk.entries(
            [State.SET_ASIDE if aside else State.PARKED], flows=chosen, code=code, limit=limit,
            after=int(after[1:]) if after[:1] == "E" and after[1:].isdecimal() else 0,
        )  # fmt: skip
        items += [_entry(item, flows) for item in entries]
        if len(entries) == limit:
            return {"items": items, "next": f"E{entries[-1].seq}"}
    start = int(after[1:]) if after[:1] == "U" and after[1:].isdecimal() else 0
    names = {number: name for name, number in streams.items()}
    if not flow and not aside:
        lost = desk.unreadable(after=start, limit=limit - len(items))
        items += [
            _unreadable(number, names.get(stream, ""), since, its_code, about)
            for number, stream, since, its_code, about in lost
            if code in ("", its_code)
        ]
        if lost and len(lost) == limit - (len(items) - len(lost)):
            return {"items": items, "next": f"U{lost[-1][0]}"}
    return {"items": items, "next": None}


def shown(
    desk: Items, flows: Sequence[FlowPlan], streams: Mapping[str, int], ref: str
) -> dict[str, Json]:
    """One exception with its values and its history."""
    number = number_of(ref)
    if ref.startswith("E"):
        item = desk.entry(number)
        if item is not None:
            return {
                **_entry(item, flows),
                "state": item.state.label,
                "id": f"msg_{item.id}",
                "field": item.field,
                "fields": item.fields,
                "parents": item.parents,
                "attempts": item.attempts,
                "created": instant(item.created),
                "history": [_act(act) for act in desk.history(number)],
            }
    names = {stream: name for name, stream in streams.items()}
    for found, stream, since, code, about in desk.unreadable(after=number - 1, limit=1):
        if found == number and ref.startswith("U"):
            return _unreadable(number, names.get(stream, ""), since, code, about)
    raise WrongUse(f"There is no exception {ref}.")


def _act(act: Act) -> Json:
    return {"at": instant(act.at), "what": act.what, "who": act.who, **act.about}


def _entry(item: Item, flows: Sequence[FlowPlan]) -> dict[str, Json]:
    flow = next((each for each in flows if each.id == item.flow), None)
    known = reason(item.code)
    place = item.place
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
        **_known(known),
    }


def _unreadable(
    number: int, source: str, since: float, code: str, about: Mapping[str, Json]
) -> dict[str, Json]:
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
        "hint": "Correct the record in the ERP and export it again: the next reading clears this.",
        "since": instant(since),
        "place": where,
        **_known(_of_record(code)),
    }


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
