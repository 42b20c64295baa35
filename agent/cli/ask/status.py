"""How the agent is, and waiting until it has nothing to do."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from agent.cli import output
from agent.cli.ask.glance import glance
from agent.cli.options import AsJson, Home
from agent.control.api import headline
from agent.control.client import Client, WrongUse


def status(
    *,
    home: Home,
    follow: Annotated[
        bool, typer.Option("--follow", help="Say it again whenever it changed, until Ctrl+C.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """How the agent is: health, reasons, counts."""
    if follow:
        _follow(home, as_json=as_json)
    raise typer.Exit(glance(home, as_json=as_json))


def _follow(home: Path, *, as_json: bool) -> None:
    """Ends when the service does, with its error."""
    said = ""
    for found in Client(home).subscribe():
        line = headline(found)
        if as_json:
            output.show_json(found)
        elif line != said:
            output.say(f"{found['at']} {found['health']}: {line}")
        said = line
        sys.stdout.flush()


def wait(
    *,
    home: Home,
    idle: Annotated[bool, typer.Option("--idle", help="Until nothing is left to do.")] = False,
    timeout: Annotated[float, typer.Option("--timeout", min=0, help="Seconds at most.")] = 60.0,
    as_json: AsJson = False,
) -> None:
    """Wait until everything that can be delivered is delivered."""
    if not idle:
        raise WrongUse("There is only one thing to wait for: --idle")
    found = Client(home).wait_idle(timeout)
    if as_json:
        output.show_json({"idle": found["idle"], "status": found})
    else:
        output.say(headline(found) if found["idle"] else f"Not idle yet. {headline(found)}")
    raise typer.Exit(output.FINE if found["idle"] else output.ATTENTION)
