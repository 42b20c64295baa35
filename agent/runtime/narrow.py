"""What somebody may ask whose role is for some kinds of records only.

Everything that he names (a flow, an exception, an entry, a hold) must belong to flows of his kinds,
and lists are shortened to those. What names nothing and is no such list is refused: a method that
nobody thought of here is closed to him, not open.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from agent.errors import NotAllowed
from agent.model import Json
from agent.runtime.plan import FlowPlan

Params = Mapping[str, Json]
Ask = Callable[[str, Params], Json]
"""Asks the service as if nothing were kept from the caller."""

_STATUS: Final = frozenset({"status", "subscribe"})
_OPEN: Final = frozenset({"setup.state"})
"""They say nothing of any record."""
_THEMSELVES: Final = frozenset({"queue.window", "exceptions.window", "history", "reconcile.flows"})
"""They count only what the caller may see: a part of a list has its place by rank."""
_LISTS: Final = frozenset({
    "queue.list", "exceptions.list", "exceptions.groups", "holds.list", "link.list",
    "duplicates.list", "mapping.publishes", "mapping.proposals",
})  # fmt: skip
"""Every item of them names its flow."""
_COUNTED: Final = ("waiting", "sending", "parked", "delivered", "superseded", "set_aside")


@dataclass(frozen=True, slots=True)
class Narrow:
    """Keeps what belongs to other kinds from a caller."""

    flows: Sequence[FlowPlan]
    stream_of: Mapping[str, str]
    """The source of each flow."""

    def answer(self, method: str, params: Params, kinds: Collection[str], ask: Ask) -> Json:
        """What this caller may know of the answer. Raises NotAllowed, and what `ask` raises."""
        mine = {flow.name for flow in self.flows if flow.entity in kinds}
        if method in _STATUS:
            return self._status(ask(method, params), mine)
        if method in _OPEN:
            return ask(method, params)
        named = [*self._named(method, params, ask), *self._steered(method, params, mine)]
        for flow in named:
            if flow not in mine:
                raise _not_his(kinds)
        if named or method in _THEMSELVES:
            return ask(method, params)
        shorten = _shortened if method in _LISTS else self._shortens.get(method)
        if shorten is None:
            raise _not_his(kinds)
        return shorten(ask(method, params), mine)

    @property
    def _shortens(self) -> Mapping[str, Callable[[Json, Collection[str]], Json]]:
        """Lists whose items name no flow."""
        places = {"sources.list": self._places, "targets.list": self._places}
        return {"reads.list": self._reads, **places}

    def _named(self, method: str, params: Params, ask: Ask) -> Iterator[str]:
        """The flows of everything that is named; an unknown one stands for itself."""
        if flow := params.get("flow"):
            yield str(flow)
        refs = params.get("refs")
        for ref in (*(refs if isinstance(refs, list) else ()), params.get("ref")):
            if ref:
                yield _flow_in(ask("exceptions.show", {"ref": ref}))
        if params.get("seq") is not None:
            yield _flow_in(ask("queue.show", {"seq": params["seq"]}))
        if method.startswith("duplicates.") and params.get("item") is not None:
            yield _flow_in(ask("duplicates.show", {"item": params["item"]}))
        if method.startswith("holds.") and params.get("id"):
            yield from _flow_in(ask("holds.show", {"id": params["id"], "limit": 1})).split(", ")

    def _steered(self, method: str, params: Params, mine: Collection[str]) -> list[str]:
        if method in {"pause", "resume"}:  # a destination serves others as well
            return [str(params.get("name") or "") if params.get("kind") == "flow" else ""]
        if method == "scan":
            return self._of_source(params.get("source")) or [""]
        if method == "sources.preview":
            return self._of_source(params.get("source")) or [""]
        if method == "test":
            return self._tested(str(params.get("name")), mine)
        return []

    def _of_source(self, source: Json) -> list[str]:
        return [flow for flow, of in self.stream_of.items() if of == source]

    def _tested(self, name: str, mine: Collection[str]) -> list[str]:
        """A test shows no record: one flow of his that uses it is enough."""
        at = {flow.name for flow in self.flows if flow.target == name}
        return sorted(at & set(mine)) or self._of_source(name) or [""]

    def _status(self, status: Json, mine: Collection[str]) -> Json:
        if not isinstance(status, dict):
            return status
        flows = [one for one in _items(status, "flows") if one.get("name") in mine]
        counts = dict(_table(status, "counts"))
        for state in _COUNTED:
            label = state.replace("_", " ")
            counts[state] = sum(_number(_table(flow, "counts").get(label)) for flow in flows)
        counts["captured"] = sum(
            _number(number) for flow in flows for number in _table(flow, "counts").values()
        )
        counts["unreadable"] = counts["held"] = 0  # of which flow they would be nobody knows yet
        parts = {
            kind: {str(flow[kind]) for flow in flows} for kind in ("source", "target")
        }  # fmt: skip
        every = {
            str(one.get("name")) for key in ("flows", "sources", "targets")
            for one in _items(status, key)
        }  # fmt: skip
        foreign = every - parts["source"] - parts["target"] - set(mine)
        return {
            **status,
            "flows": list[Json](flows),
            "counts": counts,
            "sources": [s for s in _items(status, "sources") if s.get("name") in parts["source"]],
            "targets": [t for t in _items(status, "targets") if t.get("name") in parts["target"]],
            "reasons": [
                reason for reason in _items(status, "reasons")
                if str(reason.get("subject")).rpartition(" ")[2] not in foreign
            ],
        }  # fmt: skip

    def _places(self, answer: Json, mine: Collection[str]) -> Json:
        """Sources of which he may see all, destinations that a flow of his feeds."""
        if not isinstance(answer, dict):
            return answer
        others = {of for flow, of in self.stream_of.items() if flow not in mine}
        seen = {self.stream_of[flow] for flow in mine} - others
        seen |= {flow.target for flow in self.flows if flow.name in mine}
        kept = [one for one in _items(answer, "items") if one.get("name") in seen]
        return {**answer, "items": list[Json](kept)}

    def _reads(self, answer: Json, mine: Collection[str]) -> Json:
        sources = {self.stream_of[flow] for flow in mine}
        others = {of for flow, of in self.stream_of.items() if flow not in mine}
        if not isinstance(answer, dict):
            return answer
        items = [
            one for one in _items(answer, "items") if one.get("source") in sources - others
        ]  # fmt: skip
        return {**answer, "items": list[Json](items)}


def _not_his(kinds: Collection[str]) -> NotAllowed:
    only = ", ".join(sorted(kinds))
    return NotAllowed(
        f"Your role is for these kinds of records only: {only}.",
        hint="Name a flow of these kinds; for others ask who has the role for them.",
        params={"kinds": only},
    )


def _shortened(answer: Json, mine: Collection[str]) -> Json:
    """The items of flows of his; of what several flows share, he must have all."""
    if not isinstance(answer, dict):
        return answer
    kept = [one for one in _items(answer, "items") if set(_flow_in(one).split(", ")) <= set(mine)]
    short: dict[str, Json] = {**answer, "items": list[Json](kept)}
    if "total" in answer:
        short["total"] = sum(_number(one.get("count")) for one in kept)
    if "groups" in answer:
        short["groups"] = len(kept)
    return short


def _flow_in(item: Json) -> str:
    return str(item.get("flow") or "") if isinstance(item, dict) else ""


def _items(answer: Mapping[str, Json], name: str) -> list[dict[str, Json]]:
    found = answer.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _table(answer: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    found = answer.get(name)
    return found if isinstance(found, dict) else {}


def _number(value: Json) -> int:
    return value if isinstance(value, int) else 0
