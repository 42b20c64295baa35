"""What the configuration says of the line to a target: how much, and when not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from agent.config import Config, TargetConfig, closed_until
from agent.delivery.limits import Rate
from agent.ports import Clock
from agent.queue.store import Store
from agent.runtime.line import LineTerms


def terms_of(name: str, settings: TargetConfig, store: Store) -> LineTerms:
    """How a target may be approached; its requests are counted over restarts where that matters."""
    place = f"requests/{name}"
    known = json.loads(store.db.meta(place) or "{}")
    return LineTerms(
        settings.concurrency,
        tuple(Rate(most, window.total_seconds()) for most, window in settings.rate),
        settings.daily,
        settings.reserve,
        {int(hour): many for hour, many in known.items()},
        lambda hours: store.db.set_meta(place, json.dumps(dict(hours))),
    )


def closed_of(config: Config, target: str, clock: Clock) -> Callable[[], datetime | None]:
    """Until when nothing is sent to a target by its own times; None: it is open."""
    times, zone = config.targets[target].closed, ZoneInfo(config.agent.timezone)
    return lambda: closed_until(times, clock.now(), zone) if times else None
