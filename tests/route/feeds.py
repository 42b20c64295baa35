"""The streams that a route has, and what becomes of their rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agent.mapping import Steps
from agent.model import Op, Scalar
from agent.ports import Source
from agent.runtime.plan import Mapper


@dataclass(frozen=True)
class Feed:
    """One stream and what becomes of its rows."""

    entity: str
    parent: str = ""
    field: str = "value"
    leaving: tuple[Op, Mapping[str, Scalar]] | None = (Op.DELETE, {})
    seeds: frozenset[str] = frozenset()
    mapper: Callable[[Sequence[str]], Mapper] | None = None
    """Instead of the usual one; then an external id is not simply the key."""
    steps: Steps | None = None
    wrapped: Callable[[Source], Source] = lambda source: source
    """What stands between the export and the stream."""


FEEDS = {
    "accounts": Feed("account", "account"),
    "contacts": Feed("contact", "account"),
    "credit": Feed("account", field="credit", leaving=(Op.UPSERT, {"credit": None})),
}
