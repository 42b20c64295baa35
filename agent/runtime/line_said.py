"""What people should know of a line that works: a day that runs out, a clock that is wrong."""

from __future__ import annotations

from datetime import timedelta

from agent.health import Conditions, Severity
from agent.runtime.line import Line
from agent.runtime.plan import FlowPlan

QUOTA_LOW = "QUOTA_LOW"
CLOCK_SKEW = "CLOCK_SKEW"
STANDING = frozenset({QUOTA_LOW, CLOCK_SKEW})
"""Codes that stand although the target answers."""
SKEW = timedelta(minutes=2)
"""Sign-in by a signed token begins to fail at about five."""


def say(conditions: Conditions, name: str, line: Line, flows: tuple[FlowPlan, ...]) -> None:
    """Raise what holds now and clear what does not."""
    skew = line.meter().skew
    if skew is not None and abs(skew) > SKEW:
        conditions.raise_(
            CLOCK_SKEW, name,
            f"This machine's clock is {_minutes(skew)} {_side(skew)} that of {name}.",
            "Switch on time synchronisation on this machine; nothing has to be restarted.",
            Severity.WARNING,
            "Nothing is lost. Signing in with a key fails when the clocks drift apart further.",
        )  # fmt: skip
    else:
        conditions.clear(CLOCK_SKEW, name)
    everything = line.short(realtime=True)
    waiting = everything or (
        line.short(realtime=False) if any(not flow.realtime for flow in flows) else None
    )
    if waiting is None:
        conditions.clear(QUOTA_LOW, name)
        return
    which = "everything for it waits" if everything else "flows that are not real-time wait"
    conditions.raise_(
        QUOTA_LOW, name,
        f"The requests that {name} takes in a day are nearly used up ({waiting.name}).",
        "It goes on by itself. If this comes often, send less often (`when`), or get a larger quota.",
        Severity.WARNING,
        f"Nothing is lost: {which} until the quota frees up.",
    )  # fmt: skip


def _minutes(skew: timedelta) -> str:
    minutes = round(abs(skew).total_seconds() / 60)
    return f"{minutes:,} minutes"


def _side(skew: timedelta) -> str:
    return "behind" if skew > timedelta(0) else "ahead of"
