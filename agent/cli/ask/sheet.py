"""A mapping as a table: its columns with samples, its fields with their rules, edits, drafts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli import output
from agent.cli.options import AsJson, Home
from agent.control.client import Client, WrongUse

_COLUMNS = {"name": "COLUMN", "type": "LOOKS LIKE", "samples": "SAMPLES"}
_FIELDS = {"field": "FIELD", "kind": "KIND", "need": "NEEDED", "way": "FROM", "rule": "RULE"}
_PROBLEMS = {"place": "WHERE", "text": "PROBLEM", "hint": "HINT"}
_FUNCTIONS = {"name": "FUNCTION", "example": "FOR EXAMPLE", "given": "WITH", "gives": "GIVES"}

FlowName = Annotated[str, typer.Argument(metavar="FLOW", help="The flow that it is for.")]


def sheet(
    flow: FlowName,
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="A draft.")] = None,
    *,
    home: Home,
    as_json: AsJson = False,
) -> None:
    """A mapping as a table: columns with samples, and where each field comes from."""
    asked = {"flow": flow, "draft": _read(file) if file else None}
    found = Client(home).call("mapping.sheet", asked, timeout=300)
    if as_json:
        output.show_json(found)
        raise typer.Exit(output.ATTENTION if found["problems"] else output.FINE)
    said = [
        {**one, "samples": " | ".join(str(text) for text in one["samples"])}
        for one in found["columns"]
    ]
    output.show_table(_COLUMNS, said)
    output.show_table(_FIELDS, [_line(one) for one in found["fields"]])
    if found["problems"]:
        output.show_table(_PROBLEMS, found["problems"])
    raise typer.Exit(output.ATTENTION if found["problems"] else output.FINE)


def edit(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The draft; it is rewritten.")],
    place: Annotated[str, typer.Argument(metavar="PLACE", help="Such as fields.name.")],
    value: Annotated[
        str, typer.Argument(metavar="[RULE]", help='JSON, such as {"column": "NAME1"}.')
    ] = "",
    *,
    home: Home,
    as_json: AsJson = False,
) -> None:
    """Change one rule of a draft, keeping its comments; without a rule it is taken away."""
    found = Client(home).call(
        "mapping.edit", {"draft": _read(file), "place": place, "value": value or None}
    )
    try:
        file.write_text(found["draft"], encoding="utf-8")
    except OSError as error:
        raise WrongUse(f"{file} cannot be written: {error.strerror}.") from error
    if as_json:
        output.show_json(found)
    else:
        output.say(f"{place} is changed in {file}. Look at it: waybill mapping preview FLOW {file}")


def functions(*, home: Home, as_json: AsJson = False) -> None:
    """What formulas can do, with examples."""
    found = Client(home).call("mapping.functions")
    if as_json:
        output.show_json(found)
        return
    rows = []
    for one in found["functions"]:
        example = one["example"] or {}
        shown = {name: example.get(name, "") for name in ("given", "gives")}
        rows.append({"name": one["name"], "example": example.get("formula", ""), **shown})
    output.show_table(_FUNCTIONS, rows)


def draft(
    flow: FlowName,
    *,
    save: Annotated[Path | None, typer.Option("--save", help="Keep this draft for later.")] = None,
    drop: Annotated[bool, typer.Option("--drop", help="Drop the draft that is kept.")] = False,
    home: Home,
    as_json: AsJson = False,
) -> None:
    """The draft that is kept for a flow; it is not in force."""
    if save or drop:
        asked = {"flow": flow, "draft": _read(save) if save else ""}
        found = Client(home).call("mapping.draft_save", asked)
    else:
        found = Client(home).call("mapping.draft", {"flow": flow})
    if as_json:
        output.show_json(found)
    elif not found["draft"]:
        output.say(f"No draft is kept for {flow}.")
    else:
        for line in found["draft"].splitlines():
            output.say(line)


def _line(field: Mapping[str, Any]) -> dict[str, str]:
    rule = field["rule"]
    said = rule if isinstance(rule, str) else json.dumps(rule, ensure_ascii=False)
    return {
        "field": field["field"],
        "kind": field["kind"],
        "need": "yes" if field["required"] else "",
        "way": field["way"],
        "rule": "" if rule is None else said,
    }


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise WrongUse(f"{path} cannot be read as a text file.") from None
