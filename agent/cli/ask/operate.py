"""What the agent did: hour by hour, row by row, setting by setting."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli import output
from agent.cli.options import AsJson, Home
from agent.control.client import Client, WrongUse

settings = typer.Typer(help="What was configured.", no_args_is_help=True)

_HOURS = {
    "at": "HOUR",
    "delivered": "DELIVERED",
    "waiting": "MOST WAITING",
    "parked": "MOST PARKED",
    "known": "RAN",
}
_RECONCILED = {
    "flow": "FLOW",
    "read": "READ",
    "in_source": "IN SOURCE",
    "delivered": "DELIVERED",
    "unchanged": "UNCHANGED",
    "waiting": "WAITING",
    "exceptions": "EXCEPTIONS",
    "held": "HELD",
    "set_aside": "SET ASIDE",
    "left_out": "LEFT OUT",
    "other": "OTHER",
    "unexplained": "UNEXPLAINED",
}
_CHANGES = {"at": "AT", "by": "WHO", "what": "DID", "part": "PART", "name": "NAME"}


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


def reconcile(
    flow: Annotated[str | None, typer.Argument(metavar="[FLOW]")] = None,
    *,
    home: Home,
    as_json: AsJson = False,
) -> None:
    """Where the rows of the last complete read of each flow are now.

    It accounts for what the source held; it does not look into the CRM.
    """
    found = Client(home, timeout=120).call("reconcile.flows")
    items = [item for item in found["items"] if flow in (None, item["flow"])]
    if not items and flow is not None:
        raise WrongUse(f"There is no flow called {flow!r}.")
    if as_json:
        output.show_json({**found, "items": items})
    else:
        output.show_table(_RECONCILED, items)
    lost = any(item["unexplained"] for item in items)
    raise typer.Exit(output.ATTENTION if lost else output.FINE)


@settings.command()
def changes(*, home: Home, as_json: AsJson = False) -> None:
    """Who changed which setting when, the latest first."""
    found = Client(home).call("settings.changes")
    if as_json:
        output.show_json(found)
    else:
        output.show_table(_CHANGES, found["items"])


def export_audit(
    *,
    home: Home,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Into this new file.")
    ] = None,
    after: Annotated[int, typer.Option("--after", min=0, help="What came after this one.")] = 0,
    as_json: AsJson = False,
) -> None:
    """The audit as it is chained, one record of JSON a line, the oldest first."""
    client = Client(home, timeout=120)
    if as_json:
        output.show_json(client.call("audit.export", {"after": str(after) if after else None}))
        return
    lines = (json.dumps(item) + "\n" for item in _records(client, after))
    if out is None:
        sys.stdout.writelines(lines)
        return
    try:
        with out.open("x", encoding="ascii") as file:
            many = sum(file.write(line) > 0 for line in lines)
    except OSError as error:
        raise WrongUse(f"{out} cannot be written: {error.strerror}.") from error
    output.say(f"{out}: {many:,} records. `waybill audit verify` checks the chain.")


def _records(client: Client, after: int) -> Iterator[dict[str, Any]]:
    place: str | None = str(after) if after else None
    while True:
        found = client.call("audit.export", {"after": place})
        yield from found["items"]
        place = found["next"]
        if place is None:
            return
