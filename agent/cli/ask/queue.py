"""What is in the queue."""

from __future__ import annotations

from typing import Annotated

import typer

from agent.cli import output
from agent.cli.ask import windows
from agent.cli.options import AsJson, Flow, Home, Limit, Offset
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
    offset: Offset = None,
    code: Annotated[
        str | None, typer.Option("--code", help="Only with this code; with --offset.")
    ] = None,
    newest: Annotated[bool, typer.Option("--newest", help="The newest first.")] = False,
    as_json: AsJson = False,
) -> None:
    """Entries, oldest first; with --offset a part of the list, wherever it is."""
    if offset is not None or newest:
        part = {
            "state": state, "flow": flow, "code": code, "offset": offset, "limit": limit,
            "order": "newest" if newest else None,
        }  # fmt: skip
        columns = _COLUMNS | {"impact": "AT STAKE"}
        windows.show(home, "queue.window", part, columns, as_json=as_json)
        return
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
