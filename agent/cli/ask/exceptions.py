"""Rows that wait for a person."""

from __future__ import annotations

from typing import Annotated

import typer

from agent.cli import output
from agent.cli.options import AsJson, Flow, Home, Limit
from agent.control.client import Client, WrongUse

commands = typer.Typer(help="Rows that wait for a person.", no_args_is_help=True)

_COLUMNS = {
    "ref": "REF",
    "flow": "FLOW",
    "entity": "KIND",
    "external_id": "ID",
    "code": "CODE",
    "reason": "REASON",
    "since": "SINCE",
    "place": "WHERE",
}

_OWNERS = {
    "erp_data": "whoever keeps the data in the ERP",
    "mapping": "whoever keeps the mapping",
    "crm_admin": "whoever administers the CRM",
    "operator": "whoever watches over Waybill",
}

Code = Annotated[str | None, typer.Option("--code", help="Only with this code.")]


@commands.command("list")
def list_(
    *,
    home: Home,
    flow: Flow = None,
    code: Code = None,
    after: Annotated[str | None, typer.Option(help="Go on after this one.")] = None,
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """Rows that could not be delivered, each with its reason."""
    asked = {"flow": flow, "code": code, "after": after, "limit": limit}
    found = Client(home).call("exceptions.list", asked)
    if as_json:
        output.show_json(found)
        return
    output.show_table(_COLUMNS, found["items"])
    if found["next"] is not None:
        output.say(f"There is more: --after {found['next']}")


@commands.command()
def groups(*, home: Home, flow: Flow = None, as_json: AsJson = False) -> None:
    """What waits for a person, by its cause, the largest group first."""
    found = Client(home).call("exceptions.groups", {"flow": flow})
    if as_json:
        output.show_json(found)
        return
    if not found["items"]:
        output.say("Nothing waits for a person.")
    for item in found["items"]:
        where = f" in {item['field']}" if item["field"] else ""
        output.say(
            f"{item['title'].removesuffix('.')}{where}: {item['count']:,} of {item['flow']}"
            f" since {item['since']} [{item['code']}]"
        )
        output.say(f"    {item['meaning']} {item['hint']}")
        output.say(
            f"    Who: {_OWNERS.get(item['owner'], item['owner'])}. Such as: {item['example']}"
        )


@commands.command()
def show(
    ref: Annotated[str, typer.Argument(metavar="REF")], *, home: Home, as_json: AsJson = False
) -> None:
    """One such row with its values and what to do."""
    found = Client(home).call("exceptions.show", {"ref": ref})
    if as_json:
        output.show_json(found)
    else:
        output.show_fields(found)


@commands.command()
def replay(
    refs: Annotated[list[str] | None, typer.Argument(metavar="[REF]...")] = None,
    *,
    home: Home,
    code: Code = None,
    flow: Flow = None,
    everything: Annotated[bool, typer.Option("--all", help="Every one.")] = False,
    as_json: AsJson = False,
) -> None:
    """Try rows again as they are: some by name, all of a code or flow, or all."""
    if not (refs or code or flow or everything):
        raise WrongUse("Say what to replay: names, --code, --flow or --all.")
    if refs and everything:
        raise WrongUse("Either names or --all, not both.")
    asked = {"refs": refs or None, "code": code, "flow": flow, "all": everything or None}
    found = Client(home).call("exceptions.replay", asked)
    if as_json:
        output.show_json(found)
    else:
        output.say(f"{found['replayed']:,} will be tried again.")
        for refused in found["refused"]:
            output.say(f"  not {refused['ref']}: {refused['why']}")
    raise typer.Exit(output.ATTENTION if found["refused"] else output.FINE)


@commands.command("set-aside")
def set_aside(
    refs: Annotated[list[str] | None, typer.Argument(metavar="[REF]...")] = None,
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why; it is kept with them, sealed.")],
    home: Home,
    code: Code = None,
    flow: Flow = None,
    everything: Annotated[bool, typer.Option("--all", help="Every one.")] = False,
    as_json: AsJson = False,
) -> None:
    """Decide that rows are not sent as they are; a later change in the ERP is sent as ever."""
    if not (refs or code or flow or everything):
        raise WrongUse("Say what to set aside: names, --code, --flow or --all.")
    if refs and everything:
        raise WrongUse("Either names or --all, not both.")
    asked = {
        "refs": refs or None, "code": code, "flow": flow, "all": everything or None,
        "reason": reason,
    }  # fmt: skip
    found = Client(home).call("exceptions.set_aside", asked)
    if as_json:
        output.show_json(found)
    else:
        output.say(f"{found['set_aside']:,} are set aside.")
        for refused in found["refused"]:
            output.say(f"  not {refused['ref']}: {refused['why']}")
    raise typer.Exit(output.ATTENTION if found["refused"] else output.FINE)
