"""Commands that ask the service when it runs, and do the work themselves when it does not."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated

import typer

from agent.cli import handed, output
from agent.cli.ask import either
from agent.cli.options import AsJson, Home
from agent.control.client import Client
from agent.errors import WrongUse

secrets = typer.Typer(help="Passwords, tokens and keys.", no_args_is_help=True)

_LARGEST_SECRET = 64 * 1024


def check(*, home: Home, as_json: AsJson = False) -> None:
    """Check configuration and mappings: every problem at once."""
    found = either.check(home)
    if found is None:
        from agent.app import check as check_offline

        found = {"findings": [asdict(finding) for finding in check_offline(home)]}
    is_fine = output.is_fine(found["findings"])
    if as_json:
        output.show_json({"ok": is_fine, **found})
    else:
        output.show_findings(found["findings"])
    raise typer.Exit(output.FINE if is_fine else output.ATTENTION)


@secrets.command("set")
def set_(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    *,
    home: Home,
    expires: Annotated[
        str, typer.Option("--expires", metavar="YYYY-MM-DD", help="The last day it is good.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Set a secret; its value is asked for, or read from standard input."""
    value = _read_secret(name)
    found = either.set_secret(home, name, value, expires)
    if found is None:
        from agent.keys import set_secret

        set_secret(home, name, value, expires)
    if as_json:
        output.show_json({"name": name, "set": True})
    else:
        output.say(f"The secret {name} is set.")


@secrets.command("list")
def list_(*, home: Home, as_json: AsJson = False) -> None:
    """Names of secrets; values are never shown."""
    found = Client(home).call("secrets.list")
    if as_json:
        output.show_json(found)
    else:
        output.show_table({"name": "NAME", "set": "SET", "expires": "EXPIRES"}, found["items"])


def _read_secret(name: str) -> str:
    """Never from the arguments: other accounts can read those."""
    if sys.stdin.isatty():
        value = str(typer.prompt(f"Value of {name}", hide_input=True))
    else:
        value = handed.piped(_LARGEST_SECRET + 1).removesuffix("\n").removesuffix("\r")
    if not value:
        raise WrongUse(
            "The value is empty.", hint="Type it, or send it: waybill secrets set NAME <FILE"
        )
    if len(value) > _LARGEST_SECRET:
        raise WrongUse(f"The value is longer than {_LARGEST_SECRET:,} characters.")
    return value
