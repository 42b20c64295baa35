"""`waybill keys`: the keys of this agent, and the recovery key that opens them elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from agent.cli import handed, output
from agent.cli.ask import either
from agent.cli.options import AsJson, Home
from agent.control.client import Client
from agent.errors import WrongUse

commands = typer.Typer(help="Keys, and the recovery key.", no_args_is_help=True)

KEEP_IT = """\
Write it down or put it into a password safe, away from this machine. It is shown only now.
Without it, nobody can open this agent's queue and secrets if its own key is lost (another
machine, another account, a reinstalled system). Whoever has it can read them."""


@commands.command()
def state(*, home: Home, as_json: AsJson = False) -> None:
    """How many keys there are, how old, and whether the recovery key was proven."""
    found = Client(home).call("keys.state")
    _show(found, as_json=as_json)
    raise typer.Exit(output.FINE if found["recovery"]["confirmed"] else output.ATTENTION)


@commands.command()
def rotate(*, home: Home, as_json: AsJson = False) -> None:
    """Seal under a new data key from now on; what is there is sealed anew in the background."""
    _show(Client(home).call("keys.rotate"), as_json=as_json)


@commands.command()
def new(
    *,
    home: Home,
    yes: Annotated[bool, typer.Option("--yes", help="The former one opens no more.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make another recovery key and show it, once."""
    if not yes:
        raise WrongUse("The former recovery key will open nothing any more.", hint="Say --yes.")
    found = Client(home).call("keys.recovery_new")
    if as_json:
        output.show_json(found)
        return
    show_key(found["key"])
    output.say("")
    output.say("Then prove that you have it: waybill keys verify")


@commands.command()
def verify(*, home: Home, as_json: AsJson = False) -> None:
    """Type the recovery key: it is tried on what is sealed in this home, also of a stopped agent."""
    key = handed.recovery_key()
    found: Mapping[str, Any] | None = either.confirm_recovery_key(home, key)
    if found is None:
        from agent.keys import verify as verified

        found = verified(home, key)
    if as_json:
        output.show_json(found)
    else:
        output.say(str(found["text"]))
        if found["hint"]:
            output.say(f"  {found['hint']}")
    raise typer.Exit(output.FINE if found["ok"] else output.ATTENTION)


@commands.command()
def recover(*, home: Home, as_json: AsJson = False) -> None:
    """Open the keys by the recovery key, on another machine or account; no service may run."""
    from agent.keys import recover as recovered

    installation = recovered(home, handed.recovery_key())
    if as_json:
        output.show_json({"installation": installation, "recovered": True})
    else:
        output.say(f"The keys of the installation {installation[:8]} open here again.")


def show_key(key: str) -> None:
    """The recovery key, and what to do with it."""
    for line in key.splitlines():
        output.say(f"    {line}")
    output.say("")
    for line in KEEP_IT.splitlines():
        output.say(line)


def _show(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        output.show_json(found)
    else:
        output.show_fields(found)
