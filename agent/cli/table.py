"""The table of commands.

Only the commands of the word that was typed are built: each costs time before any can answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Final

import typer

from agent import __version__
from agent.cli import output

_PASS_ON: Final = {"allow_extra_args": True, "ignore_unknown_options": True}


def _say_version(asked: bool) -> None:  # noqa: FBT001 - the shape of a typer callback
    if asked:
        output.say(f"waybill {__version__}")
        raise typer.Exit


def _waybill(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_say_version, is_eager=True, help="Say which version this is."
        ),
    ] = False,
) -> None:
    """Carries records from a legacy ERP to a cloud CRM."""


def _running(app: typer.Typer) -> None:
    from agent.cli import run

    app.command()(run.run)
    app.command(context_settings=_PASS_ON, add_help_option=False)(run.demo)
    app.command()(run.sandbox)


def _upgrade(app: typer.Typer) -> None:
    from agent.cli import upgrade

    app.add_typer(upgrade.commands, name="upgrade")


def _setup(app: typer.Typer) -> None:
    from agent.cli import prepare, setup, sign_in

    app.command()(setup.init)
    app.command("setup")(prepare.setup)
    app.command("sign-in")(sign_in.sign_in)


def _backup(app: typer.Typer) -> None:
    from agent.cli import backup

    app.add_typer(backup.commands, name="backup")
    app.command()(backup.restore)


def _support(app: typer.Typer) -> None:
    from agent.cli import support

    app.command()(support.doctor)
    app.command()(support.bundle)


def _service(app: typer.Typer) -> None:
    from agent.cli import service

    app.add_typer(service.commands, name="service")


def _installation(app: typer.Typer) -> None:
    from agent.cli import installation

    app.add_typer(installation.commands, name="installation", hidden=True)


def _packs(app: typer.Typer) -> None:
    from agent.cli import packs

    app.add_typer(packs.packs, name="packs")


def _offline(app: typer.Typer) -> None:
    from agent.cli import offline

    app.command()(offline.check)
    app.add_typer(offline.secrets, name="secrets")


def _status(app: typer.Typer) -> None:
    from agent.cli.ask import status

    app.command()(status.status)
    app.command()(status.wait)


def _work(app: typer.Typer) -> None:
    from agent.cli.ask import exceptions, holds, queue

    app.add_typer(queue.commands, name="queue")
    app.add_typer(exceptions.commands, name="exceptions")
    app.add_typer(holds.commands, name="holds")


def _links(app: typer.Typer) -> None:
    from agent.cli.ask import link

    app.add_typer(link.link, name="link")
    app.add_typer(link.duplicates, name="duplicates")


def _mapping(app: typer.Typer) -> None:
    from agent.cli.ask import mapping

    app.add_typer(mapping.commands, name="mapping")


def _control(app: typer.Typer) -> None:
    from agent.cli.ask import control, operate

    app.command()(control.pause)
    app.command()(control.resume)
    app.command()(control.scan)
    app.command()(control.flows)
    app.command("test")(control.probe)
    app.command()(control.me)
    app.add_typer(control.reads, name="reads")
    control.audit.command("export")(operate.export_audit)
    app.add_typer(control.audit, name="audit")


def _operate(app: typer.Typer) -> None:
    from agent.cli.ask import logs, operate

    app.command()(operate.history)
    app.command()(operate.reconcile)
    app.add_typer(logs.commands, name="logs")
    app.add_typer(operate.settings, name="settings")


def _config(app: typer.Typer) -> None:
    from agent.cli import keys
    from agent.cli.ask import config, practice

    app.add_typer(config.commands, name="config")
    app.command()(config.steps)
    app.add_typer(keys.commands, name="keys")
    app.add_typer(practice.commands, name="practice")


def _places(app: typer.Typer) -> None:
    from agent.cli.ask import places

    app.add_typer(places.sources, name="sources")
    app.add_typer(places.targets, name="targets")


_PARTS: Final[dict[Callable[[typer.Typer], None], frozenset[str]]] = {
    _running: frozenset({"run", "demo", "sandbox"}),
    _setup: frozenset({"init", "setup", "sign-in"}),
    _config: frozenset({"config", "steps", "keys", "practice"}),
    _places: frozenset({"sources", "targets"}),
    _backup: frozenset({"backup", "restore"}),
    _support: frozenset({"doctor", "bundle"}),
    _service: frozenset({"service"}),
    _installation: frozenset({"installation"}),
    _upgrade: frozenset({"upgrade"}),
    _packs: frozenset({"packs"}),
    _offline: frozenset({"check", "secrets"}),
    _status: frozenset({"status", "wait"}),
    _work: frozenset({"queue", "exceptions", "holds"}),
    _links: frozenset({"link", "duplicates"}),
    _mapping: frozenset({"mapping"}),
    _control: frozenset({"pause", "resume", "scan", "flows", "test", "me", "reads", "audit"}),
    _operate: frozenset({"history", "reconcile", "logs", "settings"}),
}


def table(words: Sequence[str]) -> typer.Typer:
    """The commands that these words can mean."""
    app = typer.Typer(
        name="waybill",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_waybill)
    wanted = [add for add, names in _PARTS.items() if names.intersection(words[:1])]
    for add in wanted or (() if words[:1] == ["--version"] else _PARTS):
        add(app)
    return app
