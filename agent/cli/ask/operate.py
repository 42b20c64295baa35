"""What the agent did: hour by hour."""

from __future__ import annotations

from typing import Annotated

import typer

from agent.cli import output
from agent.cli.options import AsJson, Home
from agent.control.client import Client

_HOURS = {
    "at": "HOUR",
    "delivered": "DELIVERED",
    "waiting": "MOST WAITING",
    "parked": "MOST PARKED",
    "known": "RAN",
}


def history(
    flow: Annotated[str | None, typer.Argument(metavar="[FLOW]")] = None,
    *,
    home: Home,
    hours: Annotated[int, typer.Option("--hours", min=1, max=744, help="How many.")] = 24,
    as_json: AsJson = False,
) -> None:
    """What each of the last hours brought, of one flow or of all together."""
    found = Client(home).call("history", {"flow": flow, "hours": hours})
    if as_json:
        output.show_json(found)
    else:
        output.show_table(_HOURS, found["hours"])
