"""How the agent is, and waiting until it has nothing to do."""

from __future__ import annotations

from typing import Annotated

import typer

from agent.cli import output
from agent.cli.ask.glance import glance
from agent.cli.options import AsJson, Home
from agent.control.api import headline
from agent.control.client import Client, WrongUse


def status(*, home: Home, as_json: AsJson = False) -> None:
    """How the agent is: health, reasons, counts."""
    raise typer.Exit(glance(home, as_json=as_json))


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
