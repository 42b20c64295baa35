"""`waybill sources`, `waybill targets`: what there is, looked at as the service sees it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer

from agent.cli import output
from agent.cli.ask.settings import From, Given, given_settings
from agent.cli.options import AsJson, Home
from agent.control.client import Client

sources = typer.Typer(help="What is read, and what could be.", no_args_is_help=True)
targets = typer.Typer(help="Where records go, and how it is signed in.", no_args_is_help=True)

_PATIENCE: Final = 120.0
_SOURCES: Final = {
    "name": "SOURCE", "kind": "KIND", "place": "PLACE", "state": "STATE", "last_read": "LAST READ",
    "rows": "ROWS", "reason": "REASON",
}  # fmt: skip
_TARGETS: Final = {
    "name": "TARGET", "title": "CRM", "account": "ACCOUNT", "environment": "ENVIRONMENT",
    "signed": "SIGN-IN", "state": "STATE", "waiting": "WAITING", "last_delivery": "LAST DELIVERY",
}  # fmt: skip

Rows = Annotated[int, typer.Option("--rows", min=1, max=200, help="How many to show.")]
Kind = Annotated[str, typer.Argument(metavar="KIND", help="`waybill config kinds` lists them.")]


@sources.command("list")
def list_sources(*, home: Home, as_json: AsJson = False) -> None:
    """Every source: where it reads, how it is watched, what it read last."""
    found = Client(home).call("sources.list")
    if as_json:
        output.show_json(found)
    else:
        output.show_table(_SOURCES, found["items"])


@sources.command()
def look(
    kind: Kind,
    *,
    home: Home,
    given: Given = None,
    source: From = None,
    rows: Rows = 20,
    as_json: AsJson = False,
) -> None:
    """The first rows of a source that is not saved, and what is proposed for it."""
    settings = given_settings(given or [], source, dict)
    asked = {"kind": kind, "settings": json.dumps(settings), "rows": rows}
    _show_table(Client(home, timeout=_PATIENCE).call("sources.look", asked), as_json=as_json)


@sources.command()
def preview(
    name: Annotated[str, typer.Argument(metavar="SOURCE")],
    *,
    home: Home,
    rows: Rows = 20,
    as_json: AsJson = False,
) -> None:
    """The first rows of a configured source."""
    found = Client(home, timeout=_PATIENCE).call("sources.preview", {"source": name, "rows": rows})
    _show_table(found, as_json=as_json)


@sources.command("test")
def probe_source(
    kind: Kind, *, home: Home, given: Given = None, source: From = None, as_json: AsJson = False
) -> None:
    """Test a source that is not saved, with the account of the service."""
    settings = json.dumps(given_settings(given or [], source, dict))
    client = Client(home, timeout=_PATIENCE)
    _findings(client.call("sources.test", {"kind": kind, "settings": settings}), as_json=as_json)


@sources.command()
def drivers(*, home: Home, as_json: AsJson = False) -> None:
    """ODBC drivers and data sources as the service sees them."""
    found = Client(home, timeout=_PATIENCE).call("sources.drivers")
    if as_json:
        output.show_json(found)
        return
    output.show_table({"name": "DRIVER", "bits": "BITS"}, found["drivers"])
    output.show_table({"name": "DSN", "driver": "DRIVER", "bits": "BITS"}, found["dsns"])


@sources.command()
def tables(
    *, home: Home, given: Given = None, source: From = None, as_json: AsJson = False
) -> None:
    """Tables and views of a database: --set dsn=ERP, or connection words."""
    settings = json.dumps(given_settings(given or [], source, dict))
    found = Client(home, timeout=_PATIENCE).call("sources.tables", {"settings": settings})
    if as_json:
        output.show_json(found)
    else:
        output.show_table({"schema": "SCHEMA", "name": "NAME", "kind": "KIND"}, found["tables"])


@sources.command()
def folders(
    path: Annotated[str, typer.Argument(metavar="[PATH]")] = "",
    *,
    home: Home,
    as_json: AsJson = False,
) -> None:
    """A folder as the service sees it: what is in it, and what to be careful of."""
    found = Client(home).call("sources.folders", {"path": path or None})
    if as_json:
        output.show_json(found)
        return
    for warning in found["warnings"]:
        output.say(warning)
    shown = [{"name": f"{name}/"} for name in found["folders"]] + found["files"]
    output.show_table({"name": "NAME", "size": "BYTES", "at": "CHANGED"}, shown)


@targets.command("list")
def list_targets(*, home: Home, as_json: AsJson = False) -> None:
    """Every target: account, sign-in, limits, what waits for it."""
    found = Client(home).call("targets.list")
    if as_json:
        output.show_json(found)
        return
    rows = [{**item, "signed": item["sign_in"]["state"]} for item in found["items"]]
    output.show_table(_TARGETS, rows)


@targets.command("test")
def probe_target(
    kind: Kind,
    *,
    home: Home,
    given: Given = None,
    source: From = None,
    name: Annotated[str, typer.Option("--name", help="Whose flows it is tried with.")] = "",
    as_json: AsJson = False,
) -> None:
    """Test a target that is not saved, step by step; nothing is written to it."""
    settings = json.dumps(given_settings(given or [], source, dict))
    asked = {"kind": kind, "settings": settings, "name": name or None}
    _findings(Client(home, timeout=_PATIENCE).call("targets.test", asked), as_json=as_json)


@targets.command()
def needs(
    name: Annotated[str, typer.Argument(metavar="TARGET")], *, home: Home, as_json: AsJson = False
) -> None:
    """What the CRM's administrator makes first; `waybill setup` writes it to a folder."""
    found = Client(home).call("targets.setup", {"target": name})
    if as_json:
        output.show_json(found)
    else:
        output.show_table({"name": "FILE"}, found["files"])


def _show_table(found: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        output.show_json(found)
        return
    columns = [column["name"] for column in found["columns"]]
    if columns:
        rows = [dict(zip(columns, row, strict=True)) for row in found["rows"]]
        output.show_table({name: name for name in columns}, rows)
    for name, value in found["proposals"].items():
        output.say(f"proposed: {name} = {json.dumps(value, ensure_ascii=False)}")
    if found["findings"]:
        output.show_findings(found["findings"])
    raise typer.Exit(output.FINE if output.is_fine(found["findings"]) else output.ATTENTION)


def _findings(found: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        output.show_json(found)
    else:
        output.show_findings(found["findings"])
    is_fine = output.is_fine(found["findings"])
    raise typer.Exit(output.FINE if is_fine else output.ATTENTION)
