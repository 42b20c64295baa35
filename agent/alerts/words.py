"""An alert in words: product and machine first, what happened, what it means, what to do. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from hashlib import blake2b

from agent.alerts.policy import News, What
from agent.model import Alert, AlertLine

SHOWN = 20
_HEADS = {What.NEW: "New", What.WORSE: "Worse", What.STILL: "Still", What.OVER: "Solved"}
_ORDER = (What.WORSE, What.NEW, What.STILL, What.OVER)


def alert_of(
    news: Sequence[News], agent: str, environment: str, now: datetime, zone: tzinfo
) -> Alert:
    """One message about all of it, the worst first."""
    ordered = sorted(news, key=lambda n: (_ORDER.index(n.what), not n.cause.serious, n.since))
    first = ordered[0]
    more = f" (and {len(ordered) - 1} more)" if len(ordered) > 1 else ""
    head = "" if first.what is What.NEW else f"{_HEADS[first.what]}: "
    place = agent if environment == "production" else f"{agent}, {environment}"
    here = now.astimezone(zone)
    blocks = [f"Waybill on {agent} ({environment}), {here:%Y-%m-%d %H:%M %Z}"]
    blocks += [_block(one, zone) for one in ordered[:SHOWN]]
    if len(ordered) > SHOWN:
        blocks.append(f"And {len(ordered) - SHOWN} more.")
    blocks.append("`waybill status` on that machine shows how it is now.")
    lines = tuple(
        AlertLine(
            n.what.value, n.cause.code, n.cause.subject, n.cause.title, n.cause.meaning,
            n.cause.hint, "error" if n.cause.serious else "warning",
            datetime.fromtimestamp(n.since, UTC),
        )
        for n in ordered[:SHOWN]
    )  # fmt: skip
    return Alert(
        id=_id(ordered, agent),
        headline=f"[Waybill {place}] {head}{_about(first)}{first.cause.title}{more}",
        text="\n\n".join(blocks) + "\n",
        agent=agent,
        environment=environment,
        at=now,
        lines=lines,
    )


def _block(one: News, zone: tzinfo) -> str:
    since = datetime.fromtimestamp(one.since, zone)
    cause = one.cause
    lines = [f"{_HEADS[one.what]}: {_about(one)}{cause.title} [{cause.code}]"]
    if one.what is What.OVER:
        return "\n".join([*lines, f"  It began {since:%Y-%m-%d %H:%M}. Nothing is to be done."])
    lines.append(f"  Since {since:%Y-%m-%d %H:%M}.")
    if cause.meaning:
        lines.append(f"  For the data: {cause.meaning}")
    if cause.hint:
        lines.append(f"  What to do: {cause.hint}")
    return "\n".join(lines)


def _about(one: News) -> str:
    return f"{one.cause.subject}: " if one.cause.subject else ""


def _id(news: Sequence[News], agent: str) -> str:
    """The same for the same news: a message that was sent twice is known by it."""
    said = repr([(one.what.value, one.cause.key, one.since) for one in news])
    return "alert_" + blake2b(f"{agent}\0{said}".encode(), digest_size=12).hexdigest()
