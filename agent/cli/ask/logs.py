"""What the service's log says, live."""

from __future__ import annotations

from threading import Event
from typing import Annotated, Any, Final

import typer

from agent.cli import output
from agent.cli.options import AsJson, Flow, Home
from agent.control.client import Client

commands = typer.Typer(help="What the log says, live.", invoke_without_command=True)

_EVERY: Final = 1.0
"""Seconds between two looks."""


@commands.callback()
def tail(
    context: typer.Context,
    *,
    home: Home,
    flow: Flow = None,
    level: Annotated[
        str | None, typer.Option("--level", help="From this one on: debug, info, warning, error.")
    ] = None,
    text: Annotated[str | None, typer.Option("--text", help="Only lines that say this.")] = None,
    lines: Annotated[int, typer.Option("--lines", min=1, max=2000, help="How many.")] = 100,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl+C.")] = False,
    as_json: AsJson = False,
) -> None:
    """The latest lines of the log; they hold no business data."""
    if context.invoked_subcommand is not None:
        return
    asked = {"flow": flow, "level": level, "text": text}
    client = Client(home)
    found = client.call("logs.tail", asked | {"limit": lines})
    _show(found, as_json=as_json)
    nobody = Event()  # only Ctrl+C ends it
    while follow and not nobody.wait(_EVERY):
        found = client.call("logs.tail", asked | {"after": found["next"], "limit": 2000})
        if found["lines"]:
            _show(found, as_json=as_json)


@commands.command()
def debug(
    minutes: Annotated[int, typer.Argument(min=0, max=240, metavar="MINUTES")],
    *,
    home: Home,
    as_json: AsJson = False,
) -> None:
    """Let the log say more for a while; it ends by itself, or with 0."""
    found = Client(home).call("logs.debug", {"minutes": minutes})
    if as_json:
        output.show_json(found)
    elif found["until"]:
        output.say(f"The log says more until {found['until']}.")
    else:
        output.say("The log says the usual.")


@commands.command()
def folder(*, home: Home, as_json: AsJson = False) -> None:
    """Where the log is kept."""
    found = Client(home).call("logs.folder")
    if as_json:
        output.show_json(found)
        return
    output.say(found["folder"])
    output.show_table({"name": "FILE", "size": "BYTES", "at": "CHANGED"}, found["files"])


def _show(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        output.show_json(found)
        return
    for line in found["lines"]:
        output.say(f"{line['at'][:19].replace('T', ' ')} {line['level'].upper():8}{line['text']}")
        for part in str(line["fields"].get("exception", "")).splitlines():
            output.say(f"    {part}")
