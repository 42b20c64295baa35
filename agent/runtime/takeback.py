"""What becomes of one record when a publish is taken back. Pure, but for the look at the target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.changes.judge import payload
from agent.delivery.doubt import same
from agent.model import Json, Parent, Scalar, Stored
from agent.ports import Target
from agent.queue.images import Picture
from agent.queue.publishes import Publish
from agent.queue.undoing import Back, Way, is_problem
from agent.runtime.plan import FlowPlan


@dataclass(frozen=True, slots=True)
class Judged:
    """What is known of the rows behind the records."""

    contents: Mapping[int, bytes]
    """Keyed hashes of what their open entries say."""
    made: int
    """Numbers from here on are of the restored mapping."""
    mapped_again: bool
    """Whether every row is mapped again; a change file's is not."""


def held(target: Target, flow: FlowPlan, ways: Sequence[Way]) -> Mapping[str, Stored]:
    """What the target holds now of the records that can go back. Raises TargetUnavailable."""
    asked: dict[str, Picture] = {}
    for way in ways:
        picture = way.kept.picture
        if picture is not None and not picture.created and not picture.delete:
            asked[picture.external_id] = picture
    if not asked:
        return {}
    names = sorted({name for picture in asked.values() for name in picture.after})
    return target.find(flow.entity, list(asked), names)


def decide(
    flow: FlowPlan,
    publish: Publish,
    way: Way,
    now: Mapping[str, Stored],
    judged: Judged,
) -> Back:
    """What goes back of one record."""
    kept, picture = way.kept, way.kept.picture
    if picture is None:
        return Back(way, "lost")
    if picture.delete:
        return Back(way, "deleted")
    if picture.created:
        return Back(way, "created")
    stored = now.get(picture.external_id)
    overtaken = way.confirmed > kept.seq or not _says_as_before(way, judged)
    if stored is None:
        return Back(way, "overtaken" if overtaken else "gone")
    # What the ERP says now, the former mapping sends; but not what only the undone one carried.
    rules = (publish.about.get("added") or []) if overtaken else publish.about.get("fields")
    back, edited = _fields(rules, picture, stored)
    if overtaken and not back:
        return Back(way, "overtaken", edited=edited)
    if not back:
        return Back(way, "edited" if edited else "unchanged", edited=edited)
    parents = tuple(
        Parent(name, flow.refs[name], value)
        for name, value in back.items()
        if name in flow.refs and isinstance(value, str) and value
    )
    body = payload(picture.external_id, back, parents)
    return Back(way, "overtaken" if overtaken else "restored", body, back, edited)


def _says_as_before(way: Way, judged: Judged) -> bool:
    """Whether the restored mapping makes of its row what was confirmed before the publish.

    A row that changed together with the mapping, and of which the restored one makes nothing new,
    says the same under both: then the ERP wrote what the target holds.
    """
    news = way.news(judged.made)
    if not news:
        return bool(way.kept.remapped) or not judged.mapped_again
    newest = news[-1]
    return (
        not is_problem(newest)
        and way.kept.was is not None
        and judged.contents.get(newest.seq) == way.kept.was
    )


def _fields(rules: Json, picture: Picture, stored: Stored) -> tuple[dict[str, Scalar], list[str]]:
    """The fields that go back, and those that somebody has changed since or nobody can read.

    `rules`: the only fields that count; None: all of them.
    """
    back: dict[str, Scalar] = {}
    edited: list[str] = []
    for name, sent in picture.after.items():
        if isinstance(rules, list) and name not in rules:
            continue
        if name not in picture.before or name not in stored.fields:
            edited.append(name)
            continue
        before, now = picture.before[name], stored.fields[name]
        if same(before, sent) or same(now, before):
            continue
        if same(now, sent):
            back[name] = before
        else:
            edited.append(name)
    return back, edited
