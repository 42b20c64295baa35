"""One record of a publish, as an answer has it."""

from __future__ import annotations

from agent.model import Json
from agent.queue.images import Kept
from agent.queue.undoing import Back


def picture_of(kept: Kept) -> Json:
    """What a record held before a publish, and what was sent of it."""
    picture = kept.picture
    if picture is None:
        raise AssertionError("only what was kept is shown")
    fields: list[Json] = [
        {"field": name, "before": picture.before.get(name), "after": picture.after.get(name),
         "known": name in picture.before}
        for name in picture.after
    ]  # fmt: skip
    return {
        "external_id": picture.external_id,
        "op": "delete" if picture.delete else "upsert",
        "created": picture.created,
        "fields": fields,
        "outcome": kept.outcome or None,
        "edited": list[Json](picture.edited),
    }


def would(back: Back) -> Json:
    """What an undo would do with a record."""
    picture = back.way.kept.picture
    return {
        "external_id": picture.external_id if picture else None,
        "outcome": back.outcome,
        "restores": list[Json](back.fields or ()),
        "edited": list[Json](back.edited),
    }
