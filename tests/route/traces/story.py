"""What a story of the route is, and the register of all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.route.feeds import FEEDS, Feed
from tests.route.harness import Route

Trace = Callable[[Route], None]


@dataclass(frozen=True)
class Story:
    """A trace, the tag of the rule it needs, and the streams it plays with."""

    trace: Trace
    tag: str
    feeds: dict[str, Feed]


STORIES: dict[str, Story] = {}


def story(tag: str = "", feeds: dict[str, Feed] = FEEDS) -> Callable[[Trace], Trace]:
    """Register a trace."""

    def keep(trace: Trace) -> Trace:
        STORIES[trace.__name__] = Story(trace, tag, feeds)
        return trace

    return keep


def alike(route: Route) -> None:
    """The CRM holds what the ERP holds, and nothing is parked."""
    for stream in route.feeds:
        assert route.held_by_crm(stream) == route.in_erp(stream), stream
    assert not route.codes()
    assert not route.target.order
    assert route.target.doubled == 0


def accounts(route: Route, *keys: str, value: str = "1") -> None:
    """These accounts exist, and have arrived."""
    for key in keys:
        route.erp["accounts"][key] = [value]
    route.read()
