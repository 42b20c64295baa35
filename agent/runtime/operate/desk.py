"""The methods of this room by name, and what their parameters mean."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import orjson

from agent.errors import WrongUse
from agent.model import Json
from agent.runtime.plan import FlowPlan

Params = Mapping[str, Json]
_MOST_BYTES: Final = 800_000


class Caller(Protocol):
    """Who asks."""

    @property
    def name(self) -> str:
        """By the word of the operating system."""
        ...

    @property
    def kinds(self) -> Collection[str] | None:
        """Only flows of these kinds of records; None: of all."""
        ...


Answer = Callable[[Params, Caller], Json]


@dataclass(frozen=True, slots=True)
class OperateDesk:
    """Answers the methods of this room."""

    methods: Mapping[str, Answer]

    def answers(self, method: str) -> bool:
        """Whether this method is answered here."""
        return method in self.methods

    def answer(self, method: str, params: Params, caller: Caller) -> Json:
        """The result of one method. Raises WaybillError for what the caller should read."""
        return self.methods[method](params, caller)


def word(params: Params, name: str) -> str:
    """A text, empty if it was not given."""
    return str(params.get(name) or "")


def number(params: Params, name: str, default: int, most: int) -> int:
    """A number from 0 to `most`."""
    value = params.get(name)
    return max(0, min(most, value)) if isinstance(value, int) else default


def chosen(flows: Sequence[FlowPlan], name: str, caller: Caller) -> list[FlowPlan]:
    """The flow of this name, all that the caller may see without one. Raises WrongUse."""
    if not name:
        return [flow for flow in flows if caller.kinds is None or flow.entity in caller.kinds]
    found = [flow for flow in flows if flow.name == name]
    if not found:
        raise WrongUse(f"There is no flow called {name!r}.")
    return found


def fitting(items: Sequence[Mapping[str, Json]]) -> list[Json]:
    """As many of these as one answer holds; whoever asks for the rest gets it."""
    size, found = 0, list[Json]()
    for item in items:
        size += len(orjson.dumps(item))
        if size > _MOST_BYTES and found:
            break
        found.append(dict(item))
    return found
