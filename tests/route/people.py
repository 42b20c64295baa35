"""What people do at the exception desk, on a route."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson
import pytest

from agent.changes import rows
from agent.model import Parent, Scalar
from agent.queue.desk import Desk, Edit
from agent.queue.items import Item
from agent.queue.problems import Problems
from agent.queue.states import State
from tests.route.dying import Died
from tests.route.harness import Route

Fields = frozenset[tuple[str, object]]


@dataclass
class People:
    """Somebody at the desk, who remembers what he wrote."""

    route: Route
    wrote: dict[tuple[int, str], list[tuple[str, str]]] = field(default_factory=dict)
    """(flow, external id) -> values before and after, as edited."""

    def parked(self, external_id: str = "") -> list[Item]:
        """Parked messages that can be edited."""
        found = self.route.desk.entries([State.PARKED], limit=1000)
        return [
            item
            for item in found
            if not item.problem
            and item.op == "upsert"
            and (item.fields.get("value") or item.fields.get("credit"))
            and external_id in ("", item.external_id)
        ]

    def fix(self, item: Item, value: str, *, dies: bool = False) -> list[tuple[int, str]]:
        """Write another value; with `dies`, die before it is committed. What was refused."""
        name = next(name for name in ("value", "credit") if name in item.fields)
        fields: Mapping[str, Scalar] = {**item.fields, name: value}
        parents = [list(Parent(*p)) for p in item.parents]
        body = {"x": item.external_id, "f": fields} | ({"p": parents} if parents else {})
        edit = Edit(item.seq, orjson.dumps(body), {"fields": {name: [item.fields[name], value]}})
        with pytest.MonkeyPatch.context() as patch:
            if dies:
                patch.setattr(Desk, "_note", _die)
            try:
                made, refused = self.route.desk.edit([edit], who="anna")
            except Died:
                self.route.crash()
                return []
        if made:
            key = (item.flow, item.external_id)
            self.wrote.setdefault(key, []).append((str(item.fields[name]), value))
        return refused

    def say(self, value: str) -> None:
        """What the value is in each row of which no message could be made."""
        problems = Problems(self.route.store)
        seqs = [seq for seq, _, _ in problems.of([flow.id for flow in self.route.flows])]
        for kept in list(problems.opened(seqs)):
            key, before, *_ = (str(each) for each in rows.read_back(kept.values).values())
            assert problems.say(kept.seq, {"value": value, "credit": value}, {"who": "anna"})
            self.wrote.setdefault((kept.flow, key), []).append((before, value))

    def set_aside(self, items: Sequence[Item]) -> None:
        """These are not to be sent."""
        self.route.desk.set_aside([item.seq for item in items], "why", who="anna")

    def take_back(self) -> list[tuple[int, str]]:
        """Everything that was set aside is parked again. What was refused."""
        aside = self.route.desk.entries([State.SET_ASIDE], limit=1000)
        return self.route.desk.take_back([item.seq for item in aside], who="anna")[1]

    def may_be(self, stream: str, key: str, said: str | None) -> set[str | None]:
        """What the CRM may hold where the ERP says this: it, or what somebody made of it."""
        flow = next(flow.id for flow in self.route.flows if flow.name == stream)
        found = {said}
        for before, after in self.wrote.get((flow, key), ()):
            if before in found:
                found.add(after)
        return found


def remap(route: Route, *streams: str) -> int:
    """What a worker does first: the mapping of now is tried on what is parked."""
    problems = Problems(route.store)
    return sum(route.captures[stream].remap(problems) or 0 for stream in streams or route.feeds)


def _die(*_: object, **__: object) -> None:
    raise Died
