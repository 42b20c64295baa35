"""`waybill upgrade`: another version of Waybill, and back. Works without a running service."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli import output
from agent.cli.options import AsJson, Home
from agent.errors import WrongUse
from agent.service.manager import NAME
from agent.service.upgrading import tell_system, upgrades
from agent.upgrade.commands import WITHIN, Upgrades
from agent.upgrade.journal import Journal, Outcome
from agent.upgrade.layout import Root, usual_root
from agent.upgrade.way import told

commands = typer.Typer(help="Another version of Waybill, and back.", no_args_is_help=True)

_Root = Annotated[
    Path,
    typer.Option(
        "--root",
        default_factory=usual_root,
        show_default="where it is installed",
        help="The folder that holds `versions` and the pointer to the one in force.",
    ),
]
_Name = Annotated[str, typer.Option("--name", metavar="NAME", help="Of the service.")]
_Within = Annotated[
    float,
    typer.Option("--within", min=0.1, max=120, help="Minutes that it has to prove itself."),
]
_USUAL_MINUTES = WITHIN / 60


@commands.command()
def status(*, root: _Root, home: Home, name: _Name = NAME, as_json: AsJson = False) -> None:
    """Which versions are there, which one is in force, and how the last upgrade ended."""
    found = _for(root, home, name).status()
    if as_json:
        output.show_json(found)
    else:
        _show_status(found)
    last = found["last"] or {}
    is_fine = not found["under_way"] and last.get("outcome") != Outcome.RETURNED
    raise typer.Exit(output.FINE if is_fine else output.ATTENTION)


@commands.command()
def apply(
    *,
    root: _Root,
    home: Home,
    to: Annotated[str, typer.Option("--to", metavar="VERSION", help="One in `versions`.")],
    within: _Within = _USUAL_MINUTES,
    name: _Name = NAME,
    as_json: AsJson = False,
) -> None:
    """Put a version into force that an installer has laid down; it goes back by itself."""
    _tell(_for(root, home, name).apply(to, within * 60), as_json=as_json)


@commands.command()
def back(
    *,
    root: _Root,
    home: Home,
    to: Annotated[
        str, typer.Option("--to", metavar="VERSION", help="Left out: the one before.")
    ] = "",
    put_back: Annotated[
        bool,
        typer.Option("--put-back", help="Where there is no other way: with an older queue."),
    ] = False,
    within: _Within = _USUAL_MINUTES,
    name: _Name = NAME,
    as_json: AsJson = False,
) -> None:
    """Go back to a version before; the queue goes along."""
    done = _for(root, home, name).back(to, within * 60, put_back=put_back)
    _tell(done, as_json=as_json)


@commands.command()
def resume(*, root: _Root, home: Home, name: _Name = NAME, as_json: AsJson = False) -> None:
    """Finish an upgrade that was interrupted, forward or back."""
    done = _for(root, home, name).resume()
    if done is not None:
        _tell(done, as_json=as_json)
    if as_json:
        output.show_json({"outcome": None})
    else:
        output.say("Nothing was interrupted.")


@commands.command()
def check(
    *,
    home: Home,
    manifest: Annotated[
        str, typer.Option("--manifest", metavar="FILE|URL", help="Instead of the configured one.")
    ] = "",
    key: Annotated[
        str, typer.Option("--key", help="Of its publisher: Ed25519, base64; or configured.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Ask a signed manifest whether there is a newer version. It only tells."""
    from agent.support import ask_publisher

    found = ask_publisher(home, manifest, key)
    if as_json:
        output.show_json(found)
        return
    if not found["newer"]:
        output.say(f"{found['installed']} is the newest version.")
        return
    output.say(f"Version {found['version']} is there; {found['installed']} is installed.")
    output.say(f"  {found['notes']}")
    if not found["direct"]:
        output.say(f"  First upgrade to {found['minimum']}.")
    for name, digest in found["files"].items():
        output.say(f"  {name}  SHA-256 {digest}")


@commands.command(hidden=True)
def knows(*, as_json: AsJson = False) -> None:
    """What this version is: asked by another one."""
    from agent import __version__
    from agent.config.model import VERSION as FORM
    from agent.upgrade.commands import ours

    found = ours(__version__, FORM)
    if as_json:
        output.show_json(found)
    else:
        output.show_fields(found)


@commands.command("hand-back", hidden=True)
def hand_back(
    *,
    home: Home,
    schema: Annotated[int, typer.Option("--schema", min=1)],
) -> None:
    """Bring the queue's schema back: asked by another version, while no service runs."""
    from agent.upgrade.commands import hand_back as handed

    handed(home, schema)


def _for(root: Path, home: Path, name: str) -> Upgrades:
    if not home.is_dir():
        raise WrongUse(
            f"There is no Waybill home folder at {home}.",
            hint="Name the right one with --home or WAYBILL_HOME.",
        )
    if not (root / "versions").is_dir():
        raise WrongUse(
            f"There are no versions side by side in {root}.",
            code="UPGRADE_NO_ROOT",
            hint="Name the program folder with --root. What was not installed by an installer or"
            " package is upgraded the way it was installed.",
        )
    return upgrades(Root(root), home, name)


def _tell(done: Journal, *, as_json: bool) -> None:
    tell_system(done)
    if as_json:
        output.show_json(told(done))
    elif done.outcome is Outcome.RETURNED:
        output.complain(
            f"Version {done.version} did not come into force; {done.previous} runs as before."
            f"\n{done.reason}",
            "UPGRADE_RETURNED",
            "Nothing is lost. What it needs is in the reason; then run its installer again.",
        )
    else:
        output.say(f"Version {done.version} is in force.")
        for one in done.forgot:
            output.say(
                f"  {one['flow']}: {one['delivered']:,} delivered since the copy, looked up before"
                f" anything is sent again; {one['open']:,} were open only in the queue before."
            )
    raise typer.Exit(output.ATTENTION if done.outcome is Outcome.RETURNED else output.FINE)


def _show_status(found: Mapping[str, Any]) -> None:
    output.say(f"In force: {found['current'] or 'none'} ({found['root']})")
    output.say(f"There are: {', '.join(found['versions']) or 'none'}")
    output.say(f"The service: {found['service']}")
    last = found["last"]
    if last is None:
        output.say("No upgrade was made here.")
        return
    what = "way back" if last["back"] else "upgrade"
    if found["under_way"]:
        output.say(f"Under way: the {what} from {last['from']} to {last['to']}, {last['step']}")
        output.say("  If nobody works on it any more: waybill upgrade resume")
    else:
        output.say(
            f"Last: the {what} from {last['from']} to {last['to']}, {last['outcome']},"
            f" {last['ended']}"
        )
    for reason in filter(None, (last["reason"], *found["said"])):
        output.say(f"  {reason}")
    for kept in found["kept"]:
        output.say(f"Kept: the queue of {kept['at']} (schema {kept['schema']})")
