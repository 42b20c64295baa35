"""`waybill config`: the configuration by its parts, changed by program with comments kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from agent.cli import output
from agent.cli.ask.settings import From, Given, given_settings
from agent.cli.options import AsJson, Home
from agent.control.client import Client, WrongUse

commands = typer.Typer(help="The configuration, part by part.", no_args_is_help=True)

_COLUMNS: Final = {"part": "PART", "name": "NAME", "kind": "KIND", "at": "CHANGED", "by": "BY"}
_FIELDS: Final = {
    "name": "SETTING", "type": "TYPE", "required": "NEEDED", "default": "DEFAULT", "help": "MEANS",
}  # fmt: skip
_SECTIONS: Final = {
    "sources": "source",
    "targets": "target",
    "flows": "flow",
    "alerts": "alert",
    "roles": "role",
    "ownership": "ownership",
    "agent": "agent",
    "limits": "limits",
}
Part = Annotated[
    str, typer.Argument(metavar="source|target|flow|alert|role|ownership|agent|limits")
]
Name = Annotated[str, typer.Argument(metavar="[NAME]", help="Left out for agent and limits.")]


@commands.command("list")
def list_(*, home: Home, as_json: AsJson = False) -> None:
    """Every part as it is written, and who changed it last."""
    found = Client(home).call("config.list")
    if as_json:
        output.show_json(found)
        return
    changed = {(each["part"], each["name"]): each for each in found["changed"]}
    rows = []
    for section, part in _SECTIONS.items():
        there = found.get(section, [])
        items = there if isinstance(there, list) else [{"name": ""}]
        rows += [{"part": part, **item, **changed.get((part, item["name"]), {})} for item in items]
    output.show_table(_COLUMNS, rows)
    output.say(f"It is written in {found['path']}")


@commands.command()
def kinds(part: Part, *, home: Home, as_json: AsJson = False) -> None:
    """What may be configured, kind by kind: every setting with its default and meaning."""
    found = Client(home).call("config.kinds", {"part": part})
    if as_json:
        output.show_json(found)
        return
    for kind in found["kinds"]:
        output.say(f"{kind['kind']}: {kind['title']}")
        output.show_table(_FIELDS, kind["fields"])


@commands.command()
def check(
    part: Part,
    name: Name = "",
    *,
    home: Home,
    given: Given = None,
    source: From = None,
    as_json: AsJson = False,
) -> None:
    """Try a part with these settings; nothing is written."""
    client = Client(home)
    asked = _asked(client, part, name, given, source)
    _tell(client.call("config.check", asked), "It is right.", as_json=as_json)


@commands.command()
def put(
    part: Part,
    name: Name = "",
    *,
    home: Home,
    given: Given = None,
    source: From = None,
    rename: Annotated[str, typer.Option("--rename", help="Call it so from now on.")] = "",
    as_json: AsJson = False,
) -> None:
    """Write a part. With --set alone, what is not named stays as it is."""
    client = Client(home)
    asked = _asked(client, part, name, given, source)
    told = client.call("config.put", {**asked, "rename": rename or None})
    _tell(told, "Written; it is in force.", as_json=as_json)


def _asked(client: Client, part: str, name: str, given: Given, source: From) -> dict[str, object]:
    """What `config.check` and `config.put` take. With single settings, the others stay."""
    settings = given_settings(given or [], source, lambda: _written(client, part, name))
    return {"part": part, "name": name, "settings": json.dumps(settings)}


@commands.command()
def remove(
    part: Part,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    *,
    home: Home,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Even if records of it wait: they stay in the queue.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take a part out of the configuration."""
    asked = {"part": part, "name": name, "anyway": anyway or None}
    found = Client(home).call("config.remove", asked)
    _tell(found, "Removed.", as_json=as_json)


@commands.command()
def flow(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    mapping: Annotated[Path, typer.Argument(metavar="MAPPING.toml")],
    *,
    home: Home,
    source: Annotated[str, typer.Option("--source", help="What it reads.")],
    target: Annotated[str, typer.Option("--target", help="Where it delivers.")],
    entity: Annotated[str, typer.Option("--entity", help="The kind of records.")],
    when: Annotated[str, typer.Option("--when", help="realtime, every 15m, or a cron text.")] = "",
    paused: Annotated[
        bool, typer.Option("--paused", help="Read, and deliver nothing yet.")
    ] = False,
    link: Annotated[
        str, typer.Option("--link", metavar="name,phone", help="Link first, by these fields.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Write a mapping and the flow that uses it, in one go."""
    try:
        text = mapping.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise WrongUse(f"{mapping} cannot be read.") from error
    asked = {"name": name, "source": source, "target": target, "entity": entity, "mapping": text}
    first_link = json.dumps({"match": link.split(",")}) if link else None
    more = {"when": when or None, "paused": paused or None, "first_link": first_link}
    found = Client(home).call("setup.flow", {**asked, **more})
    _tell(found, "Written; it is in force.", as_json=as_json)


def steps(
    *,
    home: Home,
    done: Annotated[
        str, typer.Option("--done", metavar="key|dry_run|link", help="Note a step as done.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """How far the set-up is: what is done, what is left."""
    asked = ("setup.mark", {"step": done}) if done else ("setup.state", {})
    found = Client(home).call(*asked)
    if as_json:
        output.show_json(found)
    else:
        output.show_table({"id": "STEP", "done": "DONE"}, found["steps"])
    raise typer.Exit(output.ATTENTION if found["needed"] else output.FINE)


def _tell(found: Mapping[str, Any], done: str, *, as_json: bool) -> None:
    if as_json:
        output.show_json(found)
    elif not found["problems"]:
        output.say(done)
    for problem in found["problems"] if not as_json else ():
        output.say(f"{problem['place']}: {problem['text']} [{problem['code']}]")
        if problem["hint"]:
            output.say(f"  {problem['hint']}")
    raise typer.Exit(output.ATTENTION if found["problems"] else output.FINE)


def _written(client: Client, part: str, name: str) -> dict[str, Any]:
    found = client.call("config.list")
    section = next((found[s] for s, known in _SECTIONS.items() if known == part), None)
    if isinstance(section, list):
        section = next((each["settings"] for each in section if each["name"] == name), {})
    return dict(section or {})
