"""What is in the queue."""

from __future__ import annotations

from typing import Annotated

import typer

from agent.cli import output
from agent.cli.options import AsJson, Flow, Home, Limit
from agent.control.client import Client

commands = typer.Typer(help="Entries of the queue.", no_args_is_help=True)

_COLUMNS = {
    "seq": "NUMBER",
    "state": "STATE",
    "flow": "FLOW",
    "op": "DOES",
    "entity": "KIND",
    "external_id": "ID",
    "attempts": "TRIES",
    "due": "DUE",
    "code": "CODE",
    "waits_for": "WAITS FOR",
}


@commands.command("list")
def list_(
    *,
    home: Home,
    state: Annotated[str | None, typer.Option(help="Only in this state.")] = None,
    flow: Flow = None,
    after: Annotated[int | None, typer.Option(min=0, help="Go on after this number.")] = None,
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """Entries, oldest first."""
    asked = {"state": state, "flow": flow, "after": after, "limit": limit}
    found = Client(home).call("queue.list", asked)
    if as_json:
        output.show_json(found)
        return
    output.show_table(_COLUMNS, found["items"])
    if found["next"] is not None:
        output.say(f"There is more: --after {found['next']}")


@commands.command()
def show(
    number: Annotated[int, typer.Argument(min=0, metavar="NUMBER")],
    *,
    home: Home,
    as_json: AsJson = False,
) -> None:
    """One entry with its values."""
    found = Client(home).call("queue.show", {"seq": number})
    if as_json:
        output.show_json(found)
    else:
        output.show_fields(found)
