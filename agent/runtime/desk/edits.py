"""A person's change of a parked message, judged before it is accepted."""

from __future__ import annotations

from collections.abc import Mapping

from agent.changes.judge import payload
from agent.model import Json, Problem, Scalar
from agent.queue.claims import Claim
from agent.queue.desk import Edit
from agent.queue.items import Item
from agent.runtime.desk.contents import Content, written
from agent.runtime.plan import FlowPlan

REFUSED = "EDIT_REFUSED"


def edited(
    flow: FlowPlan, content: Content, claim: Claim, said: Mapping[str, str]
) -> tuple[Edit | None, list[Problem]]:
    """The new revision with what a person wrote, or what speaks against it.

    `said` holds fields as people write them; neither a new field nor an unchanged one counts.
    """
    problems: list[Problem] = []
    fields: dict[str, Scalar] = dict(claim.fields)
    changed: dict[str, Json] = {}
    for name, text in said.items():
        if name not in fields:
            why = f"The message carries no field {name[:64]!r}: add it to the mapping."
            problems.append(Problem("FIELD_UNKNOWN", why, name[:64]))
            continue
        before = fields[name]
        # A value that stands there as it was exported is no edit, however it is typed.
        value = before if text == written(before) else content.value(name, text)
        if value == before and isinstance(value, bool) == isinstance(before, bool):
            continue
        if why := content.refusal(name):
            problems.append(Problem(REFUSED, why, name))
            continue
        fields[name] = value
        changed[name] = [before, value]
    if problems or not changed:
        return None, problems
    parents = content.parents(fields)
    problems = content.problems(fields) + [
        Problem("PARENT_IS_SELF", f"{parent.field} names the record itself.", parent.field)
        for parent in parents
        if parent.field in changed
        and parent.entity == flow.entity
        and parent.external_id == claim.external_id
    ]
    if problems:
        return None, problems
    body = payload(claim.external_id, fields, parents)
    return Edit(claim.seq, body, {"fields": changed}), []


def not_editable(ref: str, item: Item | None) -> str:
    """Why nothing of an item can be edited here; empty if it can."""
    if ref.startswith("U"):
        return "It could not be read: correct it in the ERP."
    if item is None:
        return "There is no such entry."
    if item.problem:
        return (
            "No message could be made of it: edit it by itself (waybill exceptions fix), or"
            " correct the row in the ERP or the mapping."
        )
    if item.op == "delete":
        return "It deletes its record: there is nothing to edit."
    if not item.fields:
        return "Its content is damaged: its row is sent again after the next reading."
    return ""
