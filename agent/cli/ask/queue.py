"""What is in the queue."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli import output
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
        _window(home, {
            "state": state, "flow": flow, "code": code, "offset": offset, "limit": limit,
            "order": "newest" if newest else None,
        }, as_json=as_json)  # fmt: skip
        return
    asked = {"state": state, "flow": flow, "after": after, "limit": limit}
    found = Client(home).call("queue.list", asked)
    if as_json:
        output.show_json(found)
        return
    output.show_table(_COLUMNS, found["items"])
    if found["next"] is not None:
        output.say(f"There is more: --after {found['next']}")


def _window(home: Path, asked: Mapping[str, Any], *, as_json: bool) -> None:
    found = Client(home).call("queue.window", asked)
    if as_json:
        output.show_json(found)
        return
    output.show_table(_COLUMNS | {"impact": "AT STAKE"}, found["items"])
    output.say(output.part_of(found))


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
