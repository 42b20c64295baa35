"""Mappings that came into force: what the first records became, a yes, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli import output
from agent.cli.options import AsJson, Home
from agent.control.client import Client

_PATIENCE = 300  # seconds: a preview of an undo asks the target about every record
_PUBLISHES = {
    "ref": "PUBLISH", "flow": "FLOW", "at": "SINCE", "version": "VERSION", "by": "BY",
    "state": "STATE", "sent": "SENT", "waiting": "WAITING", "comment": "COMMENT",
}  # fmt: skip
_STATES = {
    "watch": "waits for a yes", "approved": "approved, on its way", "done": "through",
    "undoing": "being undone",
}  # fmt: skip
_FIELDS = {"external_id": "RECORD", "field": "FIELD", "before": "BEFORE", "after": "AFTER"}
_WOULD = {"external_id": "RECORD", "outcome": "WOULD BE", "restores": "RESTORES", "edited": "STAYS"}
_OUTCOMES = {
    "would_restore": "would get back what was there before",
    "edited": "were changed by somebody since: they stay as they are",
    "unchanged": "are as they were before",
    "overtaken": "were sent again since: what the ERP says stays",
    "created": "were created by it: they stay",
    "deleted": "were deleted by it: the former mapping sends them again, if it makes them",
    "gone": "are not in the target any more",
    "not_kept": "went without a note of what was there before: they stay as they are",
    "set_aside": "were set aside at the exception desk",
}

Of = Annotated[
    str, typer.Argument(metavar="FLOW|PUBLISH", help="A flow (its latest publish), or such as P3.")
]


def publishes(
    flow: Annotated[str | None, typer.Argument(metavar="FLOW", help="Only of this flow.")] = None,
    *,
    home: Home,
    as_json: AsJson = False,
) -> None:
    """Which mappings came into force, what they sent, and what waits for a yes."""
    found = _client(home).call("mapping.publishes", {"flow": flow})
    if as_json:
        output.show_json(found)
    else:
        output.show_table(_PUBLISHES, found["items"])
    waits = any(item["state"] == "watch" and item["waiting"] for item in found["items"])
    raise typer.Exit(output.ATTENTION if waits else output.FINE)


def canary(
    of: Of,
    *,
    limit: Annotated[
        int | None, typer.Option(min=1, max=1000, help="So many records, not only the first.")
    ] = None,
    home: Home,
    as_json: AsJson = False,
) -> None:
    """The first records that a mapping sent: what was there before, and what it is now."""
    found = _client(home).call("mapping.canary", {"flow": of, "limit": limit})
    if as_json:
        output.show_json(found)
        return
    output.say(_standing(found))
    output.show_table(_FIELDS, [row for item in found["items"] for row in _rows(item)])
    if found["state"] == "watch" and found["waiting"]:
        name = found["flow"]
        output.say(f"Yes: waybill mapping approve {name}. Back: waybill mapping undo {name}.")


def approve(of: Of, *, home: Home, as_json: AsJson = False) -> None:
    """Say yes to a mapping: what waits goes."""
    found = _client(home).call("mapping.approve", {"flow": of})
    if as_json:
        output.show_json(found)
    else:
        output.say(f"{found['ref']} of {found['flow']} goes on: {found['waiting']:,} waited.")


def undo(
    of: Of,
    *,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only say what would come back, and what stays.")
    ] = False,
    home: Home,
    as_json: AsJson = False,
) -> None:
    """Take a mapping back: the former one, and what the target held before it."""
    method = "mapping.undo_preview" if preview else "mapping.undo"
    found = _client(home).call(method, {"flow": of})
    if as_json:
        output.show_json(found)
    elif preview:
        _show_preview(found)
    else:
        _show_undone(found)


def _show_preview(found: Mapping[str, Any]) -> None:
    output.say(_standing(found))
    output.say(f"{found['fields']:,} fields would be restored. Of the records")
    for name, words in _OUTCOMES.items():
        if found["counts"].get(name):
            output.say(f"  {found['counts'][name]:,} {words}")
    if found["waiting"]:
        output.say(f"  {found['waiting']:,} wait and were never sent")
    if found["items"]:
        rows = [
            {**item, "restores": ", ".join(item["restores"]), "edited": ", ".join(item["edited"])}
            for item in found["items"]
        ]
        output.show_table(_WOULD, rows)


def _show_undone(found: Mapping[str, Any]) -> None:
    output.say(
        f"Version {found['version']} of {found['flow']} is in force again. {found['records']:,}"
        f" records are compared with the target and get back what nobody has changed since;"
        f" {found['waiting']:,} that waited are mapped again."
    )
    if found["not_kept"]:
        output.say(f"{found['not_kept']:,} records went without a note of what was there before.")
    if found["together"]:
        output.say(f"Its file is also that of {', '.join(found['together'])}: undone as well.")
    output.say(f"How it goes: waybill mapping canary {found['ref']}")


def _standing(found: Mapping[str, Any]) -> str:
    changes = "more than fields" if found["changes"] is None else ", ".join(found["changes"])
    return (
        f"{found['ref']} of {found['flow']}: version {found['version']} by {found['by']},"
        f" {_STATES.get(found['state'], found['state'])}; it changes {changes}. Sent"
        f" {found['sent']:,}, waiting"
        f" {found['waiting']:,}."
    )


def _rows(item: Mapping[str, Any]) -> list[dict[str, object]]:
    name = item["external_id"]
    if item["op"] == "delete":
        return [{"external_id": name, "field": "(deleted)"}]
    changed = [each for each in item["fields"] if each["before"] != each["after"]]
    note = " (created)" if item["created"] else ""
    stays = {True: " (edited since)", False: ""}
    return [
        {
            "external_id": f"{name}{note}",
            "field": f"{each['field']}{stays[each['field'] in item['edited']]}",
            "before": each["before"] if each["known"] else "(not known)",
            "after": each["after"],
        }
        for each in changed
    ] or [{"external_id": f"{name}{note}", "field": "(nothing changed)"}]


def _client(home: Path) -> Client:
    return Client(home, timeout=_PATIENCE)
