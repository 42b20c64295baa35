"""Deletes, and changes of too many rows at once, that wait for a person."""

from __future__ import annotations

from typing import Annotated

import typer

from agent.cli import output
from agent.cli.options import AsJson, Home, Limit
from agent.control.client import Client

commands = typer.Typer(help="Deletes that wait for a person.", no_args_is_help=True)

_COLUMNS = {
    "id": "HOLD",
    "source": "SOURCE",
    "flow": "FLOW",
    "kind": "KIND",
    "count": "ROWS",
    "total": "OF",
    "since": "SINCE",
    "read": "READ",
    "reason": "REASON",
}

Id = Annotated[str, typer.Argument(metavar="HOLD")]


@commands.command("list")
def list_(
    *,
    home: Home,
    rejected: Annotated[
        bool, typer.Option("--rejected", help="Those that were rejected: their rows stay.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Every hold, with its reason."""
    found = Client(home).call("holds.list", {"state": "rejected"} if rejected else {})
    if as_json:
        output.show_json(found)
    else:
        output.show_table(_COLUMNS, found["items"])


@commands.command()
def show(
    hold: Id,
    *,
    home: Home,
    after: Annotated[str | None, typer.Option(help="Go on after this one.")] = None,
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """One hold and its rows."""
    found = Client(home).call("holds.show", {"id": hold, "after": after, "limit": limit})
    if as_json:
        output.show_json(found)
    else:
        output.show_fields(found)


@commands.command()
def approve(hold: Id, *, home: Home, as_json: AsJson = False) -> None:
    """Yes, these rows are gone: let the deletes go out."""
    _decide("holds.approve", "Approved.", hold, home, as_json=as_json)


@commands.command()
def reject(hold: Id, *, home: Home, as_json: AsJson = False) -> None:
    """No, these rows still exist: discard the deletes."""
    _decide("holds.reject", "Rejected.", hold, home, as_json=as_json)


def _decide(method: str, done: str, hold: str, home: Home, *, as_json: bool) -> None:
    found = Client(home).call(method, {"id": hold})
    if as_json:
        output.show_json(found)
    else:
        output.say(done)
