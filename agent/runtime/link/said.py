"""Links and suggestions as people see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.model import Json
from agent.queue.links import LinkItem, Links
from agent.runtime.link.gate import PASSING
from agent.runtime.moments import instant
from agent.runtime.plan import FlowPlan

STATES: Mapping[str, str] = {
    "needed": "not compared yet",
    "proposing": "is being compared",
    "proposed": "waits for approval",
    "approved": "keys are being put on the CRM's records",
    "linked": "done",
    "undoing": "keys are being taken away",
    "undone": "was undone",
}
_KINDS = ("certain", "ambiguous", "only here", "duplicate")


def link_of(flow: FlowPlan, links: Links) -> dict[str, Json]:
    """How far the first link of a flow is, and how many records are what."""
    state = links.state(flow.id)
    link = links.link(flow.id)
    counts = links.counts(flow.id)
    about = link.about if link else {}
    compared = about.get("counts")
    kinds = {kind: sum(n for (k, _), n in counts.items() if k == kind) for kind in _KINDS}
    states: dict[str, int] = {}
    for (_, its), count in counts.items():
        states[its] = states.get(its, 0) + count
    return {
        "flow": flow.name,
        "entity": flow.entity,
        "target": flow.target,
        "state": state,
        "said": STATES[state],
        "since": instant(link.since) if link else None,
        "match": list(flow.link.fields) if flow.link else [],
        "proposal": about.get("proposal"),
        "certain": kinds["certain"],
        "ambiguous": kinds["ambiguous"],
        "only_here": kinds["only here"],
        "only_there": compared.get("only there", 0) if isinstance(compared, dict) else 0,
        "duplicates": kinds["duplicate"],
        "undecided": sum(
            n for (k, s), n in counts.items() if s == "open" and k in ("ambiguous", "duplicate")
        ),
        "states": dict[str, Json](sorted(states.items())),
    }


def item_of(item: LinkItem, flows: Sequence[FlowPlan]) -> dict[str, Json]:
    """One record of the ERP, what it is or may be, and why."""
    flow = next((each for each in flows if each.id == item.flow), None)
    about = item.about
    return {
        "item": item.id,
        "flow": flow.name if flow else "",
        "entity": flow.entity if flow else "",
        "kind": item.kind,
        "state": item.state,
        "since": instant(item.since),
        "external_id": item.key,
        "fields": about.get("fields", {}),
        "crm_id": item.remote or None,
        "before": item.key if item.state in ("unstamped", "kept") else "",
        "after": item.key if item.state in ("stamped", "elsewhere") else "",
        "candidates": about.get("candidates", []),
        "candidate_count": about.get("count", 0),
        "rivals": about.get("rivals", 0),
        "reason": about.get("reason") or reason_of(item),
    }


def reason_of(item: LinkItem) -> str:
    """Why a person is asked, in a sentence."""
    if item.state in PASSING or item.kind not in ("ambiguous", "duplicate"):
        return ""
    count, rivals = item.about.get("count"), item.about.get("rivals")
    if item.kind == "duplicate":
        return "A new record that is probably one that exists already."
    said = []
    if isinstance(count, int):
        one = "One record there is like it" if count == 1 else f"{count} records there are like it"
        said.append(one)
    if isinstance(rivals, int) and rivals:
        said.append(f"{rivals} more of the ERP may be the same")
    return "; ".join(said) + "." if said else ""
