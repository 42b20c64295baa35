"""`waybill practice`: a sandbox CRM and an agent of its own, to set up and try without a real CRM."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from agent.cli import output
from agent.cli.options import AsJson, Home
from agent.control.client import Client

commands = typer.Typer(help="A practice CRM and a practice agent.", no_args_is_help=True)


@commands.command()
def state(*, home: Home, as_json: AsJson = False) -> None:
    """Whether it runs, and where."""
    _show(Client(home).call("practice.state"), as_json=as_json)


@commands.command()
def start(
    *,
    home: Home,
    crm: Annotated[str, typer.Option("--crm", help="Which CRM it speaks.")] = "",
    as_json: AsJson = False,
) -> None:
    """Start both. The agent's home is empty at first: set it up, nothing real is touched."""
    asked = {"crm": crm or None}
    _show(Client(home, timeout=120).call("practice.start", asked), as_json=as_json)


@commands.command()
def stop(*, home: Home, as_json: AsJson = False) -> None:
    """End both; what was practised stays."""
    _show(Client(home, timeout=120).call("practice.stop"), as_json=as_json)


def _show(found: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        output.show_json(found)
    elif not found["running"]:
        output.say("The practice does not run.")
    else:
        output.say(f"The practice agent: --home {found['home']}")
        output.say(f"The practice CRM ({found['crm']}): {found['url']}")
        output.say(f"Exports of a sample ERP: {found['exports']}")
        output.say("Settings that reach the CRM (its secret is set):")
        output.say(f"  waybill config put target crm --home {found['home']} --from - <<'.'")
        output.say(f"  {json.dumps(found['target'])}")
