"""What people are told of a mapping that came into force: what waits, for what, and what to type."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agent.health import Conditions, Severity
from agent.model import Json
from agent.queue.canary import CATCHES_UP, WAITS
from agent.queue.publishes import Publish, Step
from agent.runtime.plan import FlowPlan
from agent.runtime.watch import PublishBook

UNDOING = "PUBLISH_IS_BEING_UNDONE"
UNKEPT = "PUBLISH_BEYOND_UNDO"
_SHOWN = 5
"""Names of fields in a sentence."""


def subject_of(flow: str) -> str:
    """A flow often has its source's name, whose conditions come and go with each read."""
    return f"mapping of {flow}"


def telling(
    conditions: Conditions, book: PublishBook
) -> Callable[[FlowPlan, Publish | None, Sequence[Publish]], None]:
    """Raises and clears the conditions of flows."""

    def tell(flow: FlowPlan, current: Publish | None, undoing: Sequence[Publish]) -> None:
        about = subject_of(flow.name)
        standing = {
            **_waits(flow, current, book),
            **_undone(flow, undoing, book),
            **_unkept(flow, current),
        }
        for code, (title, hint, meaning) in standing.items():
            conditions.raise_(
                code, about, title, hint, Severity.WARNING, meaning, params={"flow": flow.name}
            )
        conditions.clear_subject(about, keep=standing)

    return tell


_Words = dict[str, tuple[str, str, str]]


def _waits(flow: FlowPlan, current: Publish | None, book: PublishBook) -> _Words:
    held = book.publishes.held(flow.id) if current is not None else 0
    if current is None or not held:
        return {}
    if current.step is not Step.WATCH or book.canary.free(current) != 0:
        title = f"{held:,} records of {flow.name} wait until its source was read again."
        hint = f"Export it again, or `waybill scan`. {current.ref} came before they had gone."
        return {CATCHES_UP: (title, hint, _STAYS)}
    sent = book.canary.taken(current)
    title = (
        f"The mapping of {flow.name} published by {current.about.get('by')} has sent its first"
        f" {sent:,} records; {held:,} wait for a yes. {changed(current)}"
    )
    hint = (
        f"Look: waybill mapping canary {flow.name}. Yes: waybill mapping approve {flow.name}."
        f" Take it back: waybill mapping undo {flow.name}."
    )
    return {WAITS: (title, hint, _STAYS)}


def _undone(flow: FlowPlan, undoing: Sequence[Publish], book: PublishBook) -> _Words:
    if not undoing:
        return {}
    publish = undoing[-1]
    left = book.images.outcomes(publish).get("", 0)
    title = f"{publish.ref} of {flow.name} is being undone; {left:,} records are not back yet."
    hint = "Nothing to do, unless one of them is parked: waybill exceptions list."
    return {UNDOING: (title, hint, "Its own records wait; other flows go on.")}


def _unkept(flow: FlowPlan, current: Publish | None) -> _Words:
    if current is None or not current.unkept:
        return {}
    title = (
        f"{current.unkept:,} records of {current.ref} of {flow.name} went without a note of what"
        " was there before."
    )
    hint = "There was no room for it: raise limits.undo_records or limits.undo_bytes."
    return {UNKEPT: (title, hint, "An undo names them and cannot bring them back.")}


_STAYS = "Nothing is lost: what waits keeps its order, and a newer change takes its place."


def changed(publish: Publish) -> str:
    """Which fields a publish maps otherwise, as a sentence."""
    fields: Json = publish.about.get("fields")
    if not isinstance(fields, list):
        return "It changes the whole mapping."
    names = ", ".join(str(name) for name in fields[:_SHOWN])
    more = f" and {len(fields) - _SHOWN} more" if len(fields) > _SHOWN else ""
    return f"It changes {names}{more}."
