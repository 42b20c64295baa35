"""First link and duplicates: who is who, before anything is sent or created twice."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli import output
from agent.cli.options import AsJson, Flow, Home
from agent.control.client import Client, WrongUse

link = typer.Typer(help="Link with the records that the CRM has already.", no_args_is_help=True)
duplicates = typer.Typer(help="New records that may exist already.", no_args_is_help=True)

_LONG = 120.0
_LOOK_AGAIN = 0.5
_LINKS = {
    "flow": "FLOW", "target": "TARGET", "said": "STATE", "certain": "CERTAIN",
    "ambiguous": "AMBIGUOUS", "only_here": "ONLY HERE", "only_there": "ONLY THERE",
    "undecided": "UNDECIDED",
}  # fmt: skip
_WORKING = frozenset({"proposing", "approved", "undoing"})

Name = Annotated[str, typer.Argument(metavar="FLOW")]
Number = Annotated[int, typer.Argument(metavar="ITEM")]
After = Annotated[int | None, typer.Option("--after", help="Go on after this item.")]
Many = Annotated[int, typer.Option("--limit", min=1, max=500, help="How many at most.")]
CrmId = Annotated[
    str | None, typer.Option("--crm-id", metavar="ID", help="It is this record of the CRM.")
]
Create = Annotated[bool, typer.Option("--create", help="It is new: create it.")]
LeaveOut = Annotated[bool, typer.Option("--leave-out", help="It is not brought over.")]
Keep = Annotated[
    list[str] | None,
    typer.Option(
        "--keep", metavar="FIELD=RULE",
        help="Whose value stays: erp, crm, owner, filled, longest, newest.",
    ),
]  # fmt: skip
Preview = Annotated[bool, typer.Option("--preview", help="Only show what it would be.")]
Wait = Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait until it is done.")]


@link.command("list")
def list_(*, home: Home, as_json: AsJson = False) -> None:
    """How far the first link of each flow is."""
    found = Client(home).call("link.list")
    if as_json:
        output.show_json(found)
    else:
        output.show_table(_LINKS, found["items"])


@link.command()
def show(
    flow: Name,
    *,
    home: Home,
    kind: Annotated[
        str | None,
        typer.Option("--kind", help="Only certain, ambiguous, only-here, or duplicate."),
    ] = None,
    after: After = None,
    limit: Many = 50,
    as_json: AsJson = False,
) -> None:
    """Which record is which, and why; the values are business data."""
    asked = {"flow": flow, "kind": kind, "after": after, "limit": limit}
    found = Client(home).call("link.show", asked, timeout=_LONG)
    if as_json:
        output.show_json(found)
        return
    _tell(found)
    for item in found["items"]:
        _tell_item(item)
    if found["next"] is not None:
        output.say(f"More: --after {found['next']}")


@link.command()
def key(
    flow: Name,
    external_id: Annotated[str, typer.Argument(metavar="KEY")],
    *,
    home: Home,
    as_json: AsJson = False,
) -> None:
    """Which record of the CRM a key of the ERP is."""
    found = Client(home).call("link.key", {"flow": flow, "key": external_id})
    if as_json:
        output.show_json(found)
    else:
        output.say(f"{external_id}: {found['crm_id'] or 'not known (yet)'}")
    raise typer.Exit(output.FINE if found["crm_id"] else output.ATTENTION)


@link.command()
def propose(
    flow: Name,
    *,
    home: Home,
    partial: Annotated[
        bool, typer.Option("--partial", help="Although not everything was read yet.")
    ] = False,
    wait: Wait = 60.0,
    as_json: AsJson = False,
) -> None:
    """Compare what is queued with what the CRM has. Nothing is sent or changed there."""
    Client(home).call("link.propose", {"flow": flow, "partial": partial or None})
    _until_done(home, flow, wait, as_json=as_json)


@link.command()
def approve(
    flow: Name,
    *,
    home: Home,
    proposal: Annotated[
        str | None, typer.Option("--proposal", help="Only this one, as `link show` names it.")
    ] = None,
    wait: Wait = 60.0,
    as_json: AsJson = False,
) -> None:
    """Yes: put the keys on the certain ones, then deliver. Ambiguous ones stay parked."""
    Client(home).call("link.approve", {"flow": flow, "proposal": proposal})
    _until_done(home, flow, wait, as_json=as_json)


@link.command()
def undo(flow: Name, *, home: Home, wait: Wait = 60.0, as_json: AsJson = False) -> None:
    """Take away the keys that the link has put on records, where they are still ours."""
    Client(home).call("link.undo", {"flow": flow})
    _until_done(home, flow, wait, as_json=as_json)


@link.command()
def decide(
    flow: Name,
    item: Number,
    *,
    home: Home,
    crm_id: CrmId = None,
    create: Create = False,
    leave_out: LeaveOut = False,
    keep: Keep = None,
    preview: Preview = False,
    as_json: AsJson = False,
) -> None:
    """Say who an ambiguous record is: one of the CRM's, a new one, or one that stays here."""
    given = {"flow": flow, **_decision(item, crm_id, create=create, leave_out=leave_out)}
    given |= {"keep": keep or None, "preview": preview or None}
    _decided(Client(home).call("link.decide", given), as_json=as_json)


@duplicates.command("list")
def list_duplicates(
    *,
    home: Home,
    flow: Flow = None,
    everything: Annotated[bool, typer.Option("--all", help="Decided ones too.")] = False,
    after: After = None,
    limit: Many = 50,
    as_json: AsJson = False,
) -> None:
    """New records of the ERP that are probably ones that the CRM has."""
    asked = {"flow": flow, "all": everything or None, "after": after, "limit": limit}
    found = Client(home).call("duplicates.list", asked, timeout=_LONG)
    if as_json:
        output.show_json(found)
        return
    for item in found["items"]:
        _tell_item(item)
    if not found["items"]:
        output.say("None.")


@duplicates.command("show")
def show_duplicate(item: Number, *, home: Home, as_json: AsJson = False) -> None:
    """One of them with its values."""
    found = Client(home).call("duplicates.show", {"item": item})
    if as_json:
        output.show_json(found)
    else:
        _tell_item(found)


@duplicates.command("decide")
def decide_duplicate(
    item: Number,
    *,
    home: Home,
    crm_id: CrmId = None,
    create: Create = False,
    leave_out: LeaveOut = False,
    keep: Keep = None,
    preview: Preview = False,
    as_json: AsJson = False,
) -> None:
    """Say who it is."""
    given = _decision(item, crm_id, create=create, leave_out=leave_out)
    given |= {"keep": keep or None, "preview": preview or None}
    _decided(Client(home).call("duplicates.decide", given), as_json=as_json)


# --- words ----------------------------------------------------------------------------------------


def _decision(item: int, crm_id: str | None, *, create: bool, leave_out: bool) -> dict[str, object]:
    if sum((crm_id is not None, create, leave_out)) != 1:
        raise WrongUse("Say one of --crm-id ID, --create and --leave-out.")
    chosen = {"crm_id": crm_id, "create": create or None, "leave_out": leave_out or None}
    return {"item": item, **chosen}


def _decided(found: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        output.show_json(found)
        return
    for each in found.get("result", ()):
        mark = "" if each["side"] == "both" else f" ({each['side']}, not {_other(each)})"
        output.say(f"    {each['field']}: {_text(each['result'])}{mark}")
    said = {
        "chosen": f"it is {found['crm_id']} of the CRM: its key is put there, then it is sent",
        "create": "it is new and will be created",
        "left out": "it is left out",
        "open": "nothing was decided",
    }
    state = found["state"]
    output.say(f"Item {found['item']}: {said.get(state, state)}.")


def _other(each: Mapping[str, Any]) -> str:
    return _text(each["crm" if each["side"] == "erp" else "erp"])


def _text(value: object) -> str:
    return "nothing" if value in (None, "") else str(value)


def _until_done(home: Path, flow: str, wait: float, *, as_json: bool) -> None:
    """Ask until the agent has done what it was told, or as long as the person would wait."""
    client, pause = Client(home), threading.Event()
    left = wait
    found = client.call("link.show", {"flow": flow, "limit": 1}, timeout=_LONG)
    while found["state"] in _WORKING and left > 0:
        pause.wait(_LOOK_AGAIN)
        left -= _LOOK_AGAIN
        found = client.call("link.show", {"flow": flow, "limit": 1}, timeout=_LONG)
    for name in ("items", "next"):
        found.pop(name, None)
    if as_json:
        output.show_json(found)
    else:
        _tell(found)
    done = found["state"] not in _WORKING and not found["undecided"]
    raise typer.Exit(output.FINE if done else output.ATTENTION)


def _tell(found: Mapping[str, Any]) -> None:
    output.say(f"{found['flow']} with {found['target']}: {found['said']}.")
    output.say(
        f"  {found['certain']:,} certain, {found['ambiguous']:,} ambiguous"
        f" ({found['undecided']:,} undecided), {found['only_here']:,} only here,"
        f" {found['only_there']:,} only there."
    )
    states = ", ".join(f"{count:,} {name}" for name, count in found["states"].items())
    if states:
        output.say(f"  Items: {states}.")
    if found["proposal"]:
        output.say(f"  Proposal {found['proposal']}, compared by: {', '.join(found['match'])}.")


def _tell_item(item: Mapping[str, Any]) -> None:
    crm = f" = {item['crm_id']}" if item["crm_id"] else ""
    reason = f" {item['reason']}" if item["reason"] else ""
    output.say(
        f"{item['item']} {item['external_id']}{crm}: {item['kind']}, {item['state']}.{reason}"
    )
    if item["state"] in ("unstamped", "kept"):
        output.say(f"    key before: {item['before'] or 'none'}, now: {item['after'] or 'none'}")
    output.say(f"    ERP  {_values(item['fields'])}")
    for each in item["candidates"]:
        holds = f" (key {each['key']})" if each["key"] else ""
        output.say(f"    {each['id'] or 'ERP'}{holds}  {_values(each['fields'])}")
        output.say(f"        {each['grade']}: {'; '.join(each['evidence'])}")


def _values(fields: Mapping[str, Any]) -> str:
    return ", ".join(str(value) for value in fields.values() if value not in (None, ""))
