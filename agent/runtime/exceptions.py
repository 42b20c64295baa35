"""The exception desk: parked messages and unreadable records as people see them.

A reference names one of them for good: `E17` is an entry, `U3` an unreadable record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.canon import reason
from agent.errors import WrongUse
from agent.model import Json
from agent.queue.desk import Desk, Group, Item
from agent.queue.states import State
from agent.runtime.plan import FlowPlan
from agent.runtime.status import instant


def listed(
    desk: Desk,
    flows: Sequence[FlowPlan],
    streams: Mapping[str, int],
    *,
    flow: str,
    code: str,
    after: str,
    limit: int,
) -> Json:
    """A page of exceptions: entries first, then unreadable records."""
    chosen = _chosen(flows, flow)
    items: list[Json] = []
    if not after.startswith("U"):
        entries = desk.entries(
            [State.PARKED], flows=chosen, code=code, limit=limit,
            after=int(after[1:]) if after.startswith("E") else 0,
        )  # fmt: skip
        items += [_entry(item, flows) for item in entries]
        if len(entries) == limit:
            return {"items": items, "next": f"E{entries[-1].seq}"}
    start = int(after[1:]) if after.startswith("U") else 0
    names = {number: name for name, number in streams.items()}
    if not flow:
        lost = desk.unreadable(after=start, limit=limit - len(items))
        items += [
            _unreadable(number, names.get(stream, ""), since, its_code, about)
            for number, stream, since, its_code, about in lost
            if code in ("", its_code)
        ]
        if lost and len(lost) == limit - (len(items) - len(lost)):
            return {"items": items, "next": f"U{lost[-1][0]}"}
    return {"items": items, "next": None}


def shown(desk: Desk, flows: Sequence[FlowPlan], streams: Mapping[str, int], ref: str) -> Json:
    """One exception with its values."""
    number = _number(ref)
    if ref.startswith("E"):
        item = desk.entry(number)
        if item is not None:
            return {
                **_entry(item, flows),
                "field": item.field,
                "fields": item.fields,
                "parents": item.parents,
                "attempts": item.attempts,
            }
    names = {stream: name for name, stream in streams.items()}
    for found, stream, since, code, about in desk.unreadable(after=number - 1, limit=1):
        if found == number and ref.startswith("U"):
            return _unreadable(number, names.get(stream, ""), since, code, about)
    raise WrongUse(f"There is no exception {ref}.")


def grouped(desk: Desk, flows: Sequence[FlowPlan], streams: Mapping[str, int], flow: str) -> Json:
    """What waits for a person, by its cause, the largest group first."""
    names = {each.id: each for each in flows}
    items: list[dict[str, Json]] = []
    for group in desk.groups(_chosen(flows, flow)):
        known = names.get(group.flow)
        about = (known.name, known.entity) if known else ("", "")
        items.append(_group(about, group, f"E{group.example}"))
    sources = {number: name for name, number in streams.items()}
    for stream, lost in () if flow else desk.unreadable_groups():
        items.append(_group((sources.get(stream, ""), ""), lost, f"U{lost.example}"))
    items.sort(key=lambda item: -int(str(item["count"])))
    return {"items": list[Json](items), "total": sum(int(str(item["count"])) for item in items)}


def _group(about: tuple[str, str], group: Group, ref: str) -> dict[str, Json]:
    return {
        "code": group.code,
        "flow": about[0],
        "entity": about[1],
        "field": group.field,
        "count": group.entries,
        "since": instant(group.since),
        "newest": instant(group.newest),
        "example": ref,
        **_said(group.code),
    }


def set_aside(
    desk: Desk, flows: Sequence[FlowPlan], refs: Sequence[str], *, flow: str, code: str, why: str
) -> Json:
    """Decide that parked entries are not sent: the named ones, or all of a code or a flow."""
    refused: list[Json] = []
    done = 0
    for ref in refs or [f"E{seq}" for seq in _parked(desk, flows, flow, code)]:
        if not ref.startswith("E"):
            _number(ref)
            refused.append({"ref": ref, "why": "It could not be read: correct it in the ERP."})
        elif desk.set_aside(_number(ref), why):
            done += 1
        else:
            refused.append({"ref": ref, "why": "It is not parked."})
    return {"set_aside": done, "refused": refused}


def _parked(desk: Desk, flows: Sequence[FlowPlan], flow: str, code: str) -> list[int]:
    """Every parked entry of a flow or code."""
    seqs: list[int] = []
    after, chosen = 0, _chosen(flows, flow)
    while page := desk.entries([State.PARKED], flows=chosen, code=code, after=after, limit=500):
        seqs += [item.seq for item in page]
        after = page[-1].seq
    return seqs


def replayed(
    desk: Desk, flows: Sequence[FlowPlan], refs: Sequence[str], *, flow: str, code: str
) -> Json:
    """Send parked entries again: the named ones, or all of a code or a flow."""
    refused: list[Json] = []
    seqs: list[int] = []
    for ref in refs:
        if ref.startswith("E"):
            seqs.append(_number(ref))
        else:
            refused.append({"ref": ref, "why": "It could not be read: correct it in the ERP."})
    if not refs:
        seqs = _parked(desk, flows, flow, code)
    done, not_done = desk.replay(seqs)
    refused += [{"ref": f"E{seq}", "why": why} for seq, why in not_done]
    return {"replayed": len(done), "refused": refused}


def _entry(item: Item, flows: Sequence[FlowPlan]) -> dict[str, Json]:
    flow = next((each for each in flows if each.id == item.flow), None)
    place = item.place
    where = f"{place[0]}, record {place[1]}" if place else ""
    return {
        "ref": f"E{item.seq}",
        "flow": flow.name if flow else "",
        "entity": flow.entity if flow else "",
        "external_id": item.external_id,
        "code": item.code,
        "reason": item.reason,
        "since": instant(item.since),
        "place": where,
        **_said(item.code),
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
        "since": instant(since),
        "place": where,
        **_said(code),
    }


def _said(code: str) -> dict[str, Json]:
    """What a code means for people, and who can put it right."""
    known = reason(code)
    return {
        "title": known.title,
        "meaning": known.meaning,
        "hint": known.to_do,
        "severity": str(known.severity),
        "owner": str(known.owner),
    }


def _chosen(flows: Sequence[FlowPlan], name: str) -> list[int] | None:
    if not name:
        return None
    found = [flow.id for flow in flows if flow.name == name]
    if not found:
        raise WrongUse(f"There is no flow called {name!r}.")
    return found


def _number(ref: str) -> int:
    if not ref[1:].isdecimal() or ref[:1] not in ("E", "U"):
        raise WrongUse(f"{ref!r} is no reference: they look like E17 or U3.")
    return int(ref[1:])
