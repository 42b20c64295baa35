"""`waybill sign-in`: a person signs in to a CRM once, in a browser; the agent stays signed in.

The browser comes back to this machine, or (`SignsInByCode`) a code is typed in on any machine.
"""

from __future__ import annotations

import webbrowser
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Annotated
from urllib.parse import urlsplit

import typer

from agent.cli import callback, output
from agent.cli.ask import either
from agent.cli.options import AsJson, Home
from agent.cli.prepare import the_target
from agent.clock import SystemClock
from agent.errors import WrongUse
from agent.ports import AdapterContext, PendingSignIn, SignsInByBrowser, SignsInByCode

_LONGEST = 600.0
"""Seconds that a person has; codes of sign-in pages live no longer."""


def sign_in(
    target: Annotated[str, typer.Argument(metavar="TARGET", help="Its name in waybill.toml.")],
    *,
    paste: Annotated[
        bool,
        typer.Option("--paste", help="The browser is on another machine: paste where it ends."),
    ] = False,
    home: Home,
    as_json: AsJson = False,
) -> None:
    """Sign in to a CRM in a browser; what keeps the agent signed in becomes a secret."""
    config, found = the_target(home, target)
    secrets = _Secrets(home)
    agent = config.agent
    context = AdapterContext(
        target, SystemClock(), secrets, config.folder,
        proxy=agent.proxy, proxy_user=agent.proxy_user, proxy_password=agent.proxy_password or "",
    )  # fmt: skip
    settings = found.settings
    kept = _by_browser(settings, context, paste=paste) or _by_code(settings, context)
    if kept is None:
        raise WrongUse(
            f"The target {target} signs in without a person.",
            hint="Its sign_in settings name secrets: waybill secrets set NAME",
        )
    name, value = kept
    secrets.set(name, value)
    if as_json:
        output.show_json({"target": target, "secret": name, "signed_in": True})
    else:
        output.say(f"Signed in. The secret {name} keeps the agent signed in.")


def _by_browser(
    settings: object, context: AdapterContext, *, paste: bool
) -> tuple[str, str] | None:
    """Name and value of the secret that comes of it; None: the target knows no such sign-in."""
    pending = settings.begin_sign_in(context) if isinstance(settings, SignsInByBrowser) else None
    if pending is None:
        return None
    query = _pasted(pending) if paste else _brought(pending)
    return pending.secret, pending.finish(query)


def _by_code(settings: object, context: AdapterContext) -> tuple[str, str] | None:
    pending = settings.begin_code(context) if isinstance(settings, SignsInByCode) else None
    if pending is None:
        return None
    with closing(pending):
        typer.echo(f"Open this page on any machine:\n{pending.url}", err=True)
        typer.echo(f"and type in this code: {pending.code}", err=True)
        until = context.clock.monotonic() + pending.lives
        while (value := pending.poll()) is None:
            if context.clock.monotonic() >= until:
                raise callback.late()
            Event().wait(pending.interval)
    return pending.secret, value


def _brought(pending: PendingSignIn) -> str:
    with callback.Callback(pending.port) as listening:
        typer.echo(f"Sign in on this page:\n{pending.url}", err=True)
        webbrowser.open(pending.url)
        return listening.wait(SystemClock(), _LONGEST)


def _pasted(pending: PendingSignIn) -> str:
    typer.echo(f"Sign in on this page, in any browser:\n{pending.url}", err=True)
    ended: str = typer.prompt("The address at which the browser ended", err=True)
    return urlsplit(ended.strip()).query


class _Secrets:
    """Secrets of a home folder: the running service keeps them, or its folder does."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def get(self, name: str) -> str:
        """Raises SecretMissing, KeyUnavailable."""
        from agent.keys import open_vault

        return open_vault(self._home, SystemClock()).secrets().get(name)

    def set(self, name: str, value: str) -> None:
        """Raises KeyUnavailable, NotAllowed."""
        if either.set_secret(self._home, name, value, "") is None:
            from agent.keys import set_secret

            set_secret(self._home, name, value)
