"""`waybill packs`: which ERPs have ready sources and mappings, and what each pack reads."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from agent import packs as library
from agent.cli import output
from agent.cli.options import AsJson

packs = typer.Typer(help="Ready configurations for known ERPs.", no_args_is_help=True)


@packs.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """Every pack that ships with Waybill."""
    items = [
        {"name": pack.name, "title": pack.title, "versions": pack.versions}
        for pack in map(library.load, library.names())
    ]
    if as_json:
        output.show_json({"items": items})
    else:
        output.show_table({"name": "NAME", "title": "ERP", "versions": "VERSIONS"}, items)


@packs.command()
def show(name: Annotated[str, typer.Argument(metavar="NAME")], *, as_json: AsJson = False) -> None:
    """What a pack reads, how it connects, its settings, and how it was validated."""
    pack = library.load(name)
    found = {**pack.model_dump(mode="json"), "tables": [_table(t) for t in library.tables(pack)]}
    if as_json:
        output.show_json(found)
        return
    settings = {key: _said(setting) for key, setting in sorted(pack.settings.items())}
    tables = {table["name"]: f"{table['title']}; {table['source']}" for table in found["tables"]}
    shown = {name: value for name, value in found.items() if value}
    output.show_fields({**shown, "settings": settings, "tables": tables})
    needed = "".join(
        f" --set {key}=…" for key, setting in pack.settings.items() if setting.default is None
    )
    output.say(f"To use it: waybill init --pack {name}{needed}")


def _said(setting: library.Setting) -> str:
    if setting.default is None:
        return f"{setting.title} (needed)"
    return f"{setting.title} ({setting.default or 'empty'} if not given)"


def _table(table: library.Table) -> dict[str, Any]:
    columns = {
        name: f"{column.type}; {column.means}" if column.means else column.type
        for name, column in table.columns.items()
    }
    return {**table.model_dump(mode="json", exclude={"columns"}), "columns": columns}
