"""What people should know of a line: it does not answer, its day runs out, a clock is wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta

from agent.errors import TargetAuthError, TargetError, TargetUnavailable
from agent.health import Conditions, Severity
from agent.runtime.line import Line
from agent.runtime.plan import FlowPlan
from agent.runtime.warned import CODE as DATA_WARNINGS

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
            params={"target": name, "minutes": str(round(abs(skew).total_seconds() / 60))},
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
        params={"target": name, "quota": waiting.name},
    )  # fmt: skip


def told(
    conditions: Conditions, secrets: Mapping[str, Collection[str]] | None = None
) -> Callable[[str, TargetError | None], None]:
    """What a delivery line tells people: the target is away, refuses us, or answers again.

    `secrets`: the names of those that each target signs in with.
    """
    stays = {"AGENT_BUG", DATA_WARNINGS, *STANDING}

    def tell(name: str, error: TargetError | None) -> None:
        if error is None:
            conditions.clear_subject(name, keep=stays)
            return
        meaning, hint = (
            "Nothing is lost: everything for it waits in the queue, in order.",
            error.hint,
        )
        severity = Severity.ERROR
        if isinstance(error, TargetUnavailable):
            severity = Severity.WARNING
        elif isinstance(error, TargetAuthError):
            hint = " ".join(
                filter(None, (hint, _sign_in_again(name, (secrets or {}).get(name, ()))))
            )
            meaning += " Other targets go on."
        conditions.clear_subject(name, keep={error.code, *stays})
        params = {"target": name, **error.params}
        if isinstance(error, TargetUnavailable) and error.retry_after is not None:
            params["seconds"] = str(round(error.retry_after.total_seconds()))
        conditions.raise_(error.code, name, error.title, hint, severity, meaning, params=params)

    return tell


def _sign_in_again(name: str, secrets: Collection[str]) -> str:
    """Everything that makes the line try at once."""
    commands = [f"`waybill secrets set {secret}`" for secret in sorted(secrets)]
    commands.append(f"`waybill resume target {name}`")
    return f"Once it is put right there: {' or '.join(commands)}; then it is tried at once."


def _minutes(skew: timedelta) -> str:
    minutes = round(abs(skew).total_seconds() / 60)
    return f"{minutes:,} minutes"


def _side(skew: timedelta) -> str:
    return "behind" if skew > timedelta(0) else "ahead of"
