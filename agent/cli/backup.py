"""`waybill backup` and `waybill restore`: a whole home in one sealed file, and back."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from pathlib import Path
from random import SystemRandom
from threading import Event
from typing import Annotated, Any

import typer

from agent.cli import handed, output
from agent.cli.ask import either
from agent.cli.options import AsJson, Home
from agent.control.client import Client
from agent.errors import WaybillError, WrongUse

commands = typer.Typer(help="A copy of everything in one sealed file.", invoke_without_command=True)
_KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--recovery-key-file", help="Where the recovery key is; without, it is asked for."
    ),
]
_File = Annotated[Path, typer.Argument(metavar="FILE")]
_LOOK_EVERY = 0.3


@commands.callback()
def backup(
    context: typer.Context,
    *,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="A new file, or a folder; left out, where backups are kept."),
    ] = None,
    home: Home,
    as_json: AsJson = False,
) -> None:
    """Write a backup: queue, memory, configuration, secrets, keys under the recovery key."""
    if context.invoked_subcommand is not None:
        return
    begun = either.begin_backup(home, str(out.absolute()) if out else "")
    made = _stopped(home, out) if begun is None else _finished(home)
    if as_json:
        output.show_json(made)
        return
    output.say(f"The backup is {made['file']} ({made['bytes']:,} bytes).")
    output.say("The recovery key in force now opens it. Try it: waybill backup verify FILE")


@commands.command()
def state(*, home: Home, as_json: AsJson = False) -> None:
    """The last backup, the next one, and what failed since."""
    found = Client(home).call("backup.state")
    if as_json:
        output.show_json(found)
    else:
        output.show_fields(found)
    raise typer.Exit(output.ATTENTION if found["failed"] else output.FINE)


@commands.command()
def verify(file: _File, *, recovery_key_file: _KeyFile = None, as_json: AsJson = False) -> None:
    """Read all of a backup with its recovery key: whether it is whole, and what is in it."""
    from agent.backup import verify as verified
    from agent.backup.read import by_recovery_key

    found = verified(file, by_recovery_key(_key(recovery_key_file)))
    told: dict[str, Any] = {
        "ok": True,
        **{
            name: found.header.get(name) for name in ("agent", "environment", "at", "version", "id")
        },
        "installation": str(found.header["installation"]),
        "files": len(found.files),
        "bytes": sum(int(each["bytes"]) for each in found.files.values()),
        "waiting": found.manifest.get("waiting", 0),
    }
    if as_json:
        output.show_json(told)
        return
    output.say(f"{file} is whole.")
    output.show_fields(told)


def restore(
    file: _File, *, home: Home, recovery_key_file: _KeyFile = None, as_json: AsJson = False
) -> None:
    """Make a home of a backup, in an empty folder, for this machine and account."""
    from agent.backup import Machine
    from agent.backup import restore as restored
    from agent.clock import SystemClock
    from agent.keys import wrapper

    key = _key(recovery_key_file)
    machine = Machine(
        home, wrapper, getpass.getuser(), SystemClock(),
        SystemRandom(),
    )  # fmt: skip
    done = restored(file, key, machine)
    if as_json:
        output.show_json({"ok": True, **asdict(done), "home": str(home)})
        return
    output.say(f"{home} is the agent as it was at {done.made} ({done.files} files).")
    output.say(f"{done.waiting} records waited then. Before anything is sent, every source is read")
    output.say("again and compared with the targets: nothing is lost or doubled by that.")
    output.say("The agent that the backup was made of must not run any more, here or elsewhere.")
    output.say("Next: waybill check, then start the service.")


def _finished(home: Path) -> dict[str, Any]:
    """Wait for the service's backup."""
    client = Client(home)
    while (found := client.call("backup.state"))["running"]:
        Event().wait(_LOOK_EVERY)
    if failed := found["failed"]:
        raise WaybillError(failed["text"], code=failed["code"], hint=failed["hint"])
    last: dict[str, Any] = found["last"]
    return last


def _stopped(home: Path, out: Path | None) -> dict[str, Any]:
    """The backup of an agent that is not running."""
    from agent.app import back_up

    made = back_up(home, out)
    return {"file": str(made.file), "bytes": made.bytes, "at": made.at, "id": made.id}


def _key(file: Path | None) -> str:
    found = handed.recovery_key(file)
    if not found:
        raise WrongUse(
            "The recovery key is needed.",
            hint="Name its file with --recovery-key-file, or type it.",
        )
    return found
