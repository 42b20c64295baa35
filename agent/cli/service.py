"""`waybill service`: the agent as a service of this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from agent.cli import handed, output
from agent.cli.options import AsJson, Home
from agent.clock import SystemClock
from agent.errors import ServiceRefused, WrongUse
from agent.service.manager import NAME, ServiceSpec, for_this_machine, this_program

commands = typer.Typer(help="The agent as a service of this machine.", no_args_is_help=True)

VARIABLE: Final = "WAYBILL_SERVICE_PASSWORD"
"""The variable that an unattended install may have the account's password in."""
_STATES: Final = {
    "absent": "is not installed",
    "stopped": "is stopped",
    "starting": "is starting",
    "running": "is running",
    "stopping": "is stopping",
}

_Name = Annotated[
    str, typer.Option("--name", metavar="NAME", help="Of a second agent on one machine.")
]


@commands.command()
def install(
    *,
    home: Home,
    name: _Name = NAME,
    account: Annotated[
        str,
        typer.Option(
            "--account",
            help=r"It runs as this one. Left out: an account of its own (Windows: NT SERVICE\NAME, "
            r"Linux: waybill). DOMAIN\name$ is a group managed service account.",
        ),
    ] = "",
    password_file: Annotated[
        Path | None,
        typer.Option(
            "--password-file",
            help=f"Of an ordinary Windows account; or the variable {VARIABLE}, or it is asked for.",
        ),
    ] = None,
    depends_on: Annotated[
        list[str] | None,
        typer.Option("--depends-on", metavar="SERVICE", help="Runs first; repeatable."),
    ] = None,
    writes: Annotated[
        list[Path] | None,
        typer.Option("--writes", metavar="DIR", help="Linux: may write there too; repeatable."),
    ] = None,
    no_delay: Annotated[
        bool, typer.Option("--no-delay", help="Windows: start at once with the machine.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Set a service anew that is there; data stays.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the service known to this machine; it starts with it from now on."""
    program, arguments = this_program()
    spec = ServiceSpec(
        program,
        home.absolute(),
        name,
        account=account or None,
        password=_password(account, password_file),
        arguments=arguments,
        depends_on=tuple(depends_on or ()),
        is_delayed=not no_delay,
        writes=tuple(folder.absolute() for folder in writes or ()),
    )
    manager = for_this_machine(name)
    manager.install(spec, again=again)
    following = "start" if manager.state() in {"absent", "stopped"} else "restart"
    _tell(
        name, home, f"The service {name} is installed. Next: waybill service {following}",
        as_json=as_json,
    )  # fmt: skip


@commands.command()
def start(*, home: Home, name: _Name = NAME, as_json: AsJson = False) -> None:
    """Start it; returns when it runs, or with the reason why it does not."""
    with _explained(home):
        for_this_machine(name).start()
    _tell(name, home, f"The service {name} is running.", as_json=as_json)


@commands.command()
def stop(*, home: Home, name: _Name = NAME, as_json: AsJson = False) -> None:
    """Stop it; what is in flight is finished, at the latest after 20 s."""
    for_this_machine(name).stop()
    _tell(name, home, f"The service {name} is stopped.", as_json=as_json)


@commands.command()
def restart(*, home: Home, name: _Name = NAME, as_json: AsJson = False) -> None:
    """Stop it and start it again."""
    manager = for_this_machine(name)
    manager.stop()
    with _explained(home):
        manager.start()
    _tell(name, home, f"The service {name} is running.", as_json=as_json)


@commands.command()
def remove(*, home: Home, name: _Name = NAME, as_json: AsJson = False) -> None:
    """Stop it and forget it. Configuration, queue and keys stay where they are."""
    for_this_machine(name).remove()
    _tell(
        name, home, f"The service {name} is removed. Its home folder is as it was.", as_json=as_json
    )


@commands.command()
def status(*, home: Home, name: _Name = NAME, as_json: AsJson = False) -> None:
    """How it is for this machine; how the agent itself is: `waybill status`."""
    state = for_this_machine(name).state()
    _tell(name, home, f"The service {name} {_STATES[state]}.", as_json=as_json)
    raise typer.Exit(output.FINE if state == "running" else output.ATTENTION)


def _tell(name: str, home: Path, sentence: str, *, as_json: bool) -> None:
    if as_json:
        state = for_this_machine(name).state()
        output.show_json({"service": name, "state": state, "home": str(home)})
    else:
        output.say(sentence)


@contextmanager
def _explained(home: Path) -> Iterator[None]:
    """A start that fails says why, also where the log of the system does not."""
    begun = SystemClock().now()
    try:
        yield
    except ServiceRefused as error:
        from agent.service import failing, spec

        if error.code != "SERVICE_NOT_STARTED" or error.params.get("why"):
            raise
        why = failing.found(home, begun)
        raise spec.not_started(error.params["service"], why) from error


def _password(account: str, file: Path | None) -> str:
    """Never from the arguments: other accounts can read those. Raises WrongUse."""
    if file is not None:
        try:
            return handed.written(file).rstrip("\r\n")
        except OSError as error:
            reason = error.strerror or "no reason given"
            raise WrongUse(f"The password cannot be read from {file}: {reason}.") from error
    if not _has_password(account):
        return ""
    if given := os.environ.get(VARIABLE, ""):
        return given
    if not sys.stdin.isatty():
        raise WrongUse(
            f"The account {account} has a password, which Windows wants to know.",
            code="PASSWORD_NEEDED",
            hint=f"Give it by --password-file or in the variable {VARIABLE}. An account of its own "
            "(leave --account out) and a group managed one have none to look after.",
        )
    return str(typer.prompt(f"Password of {account}", hide_input=True))


def _has_password(account: str) -> bool:
    """Whether Windows wants one to let this account work unattended."""
    from agent.service.scm import wants_password

    return sys.platform == "win32" and bool(account) and wants_password(account)
