"""Commands that are a running thing themselves: the agent, the demo, the sandbox CRM."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent.cli.options import Home


def run(*, home: Home) -> None:
    """Run the agent in the foreground until Ctrl-C."""
    from agent.service.foreground import run as run_here

    raise typer.Exit(run_here(home))


def demo(context: typer.Context) -> None:
    """Show the main job on this machine; `demo --help` tells its options."""
    from agent.app import odbc_drivers
    from agent.demo import main as show

    raise typer.Exit(show(context.args, odbc_drivers))


def sandbox(
    *,
    folder: Annotated[Path, typer.Option("--folder", help="Where it keeps its state and CA.")],
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any free one.")] = 0,
    crm: Annotated[str, typer.Option("--crm", help="Which CRM it speaks.")] = "salesforce",
) -> None:
    """Run the sandbox CRM on loopback until Ctrl-C."""
    from agent.app import sandbox as serve

    serve(folder, port, crm)
