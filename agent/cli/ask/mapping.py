"""Mappings: suggested from samples, tried on real records, compared, published with a comment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli import output
from agent.cli.ask import publishes, sheet
from agent.cli.options import AsJson, Home
from agent.control.client import Client, WrongUse

commands = typer.Typer(
    help="Mappings: suggest, preview, shadow, diff, publish.", no_args_is_help=True
)

_LARGEST = 512 * 1024  # bytes of a draft; a mapping is a few kilobytes
_PATIENCE = 300  # seconds: a slow query is read up to its first rows

FlowName = Annotated[str, typer.Argument(metavar="FLOW", help="The flow that it is for.")]
DraftFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="The draft: a mapping file that is not in force.")
]
_MATCHES = {"field": "FIELD", "column": "COLUMN", "sure": "SURE", "why": "WHY"}
_PROBLEMS = {
    "code": "CODE",
    "field": "FIELD",
    "count": "RECORDS",
    "reason": "REASON",
    "first": "FIRST AT",
}
_UNSENT = "(not sent)"  # the mapping does not name it: what the target holds stays
_FIELDS = {"field": "FIELD", "filled": "FILLED", "blank": "BLANK", "problems": "PROBLEMS"}
_CHANGES = {"place": "WHERE", "was": "WAS", "becomes": "BECOMES"}
_VERSIONS = {
    "number": "VERSION",
    "at": "SINCE",
    "by": "BY",
    "comment": "COMMENT",
    "in_force": "IN FORCE",
}
_PROPOSALS = {
    "flow": "FLOW", "by": "BY", "at": "SINCE", "fields": "MONEY", "comment": "COMMENT",
}  # fmt: skip
_EXPORTS = {
    "read": "EXPORT",
    "records": "RECORDS",
    "differ": "DIFFER",
    "problems_now": "PROBLEMS NOW",
    "problems_then": "PROBLEMS THEN",
    "fields": "FIELDS",
}


@commands.command()
def suggest(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The source to look at.")],
    *,
    entity: Annotated[str, typer.Option("--entity", help="The kind of record, such as account.")],
    out: Annotated[Path | None, typer.Option("--out", help="Write the draft to this file.")] = None,
    home: Home,
    as_json: AsJson = False,
) -> None:
    """Suggest which column fills which field, with the evidence."""
    found = _client(home).call("mapping.suggest", {"source": source, "entity": entity})
    if out is not None:
        _write(out, found["document"])
    if as_json:
        output.show_json(found)
        return
    output.say(f"{found['records']:,} records of {found['read']} were looked at.")
    matches = [found["external_id"], *found["fields"]] if found["external_id"] else found["fields"]
    output.show_table(_MATCHES, [_match(match) for match in matches])
    if found["missing"]:
        output.say(f"No column was found for what is required: {', '.join(found['missing'])}")
    if found["unused"]:
        output.say(f"Columns without a field: {', '.join(found['unused'])}")
    if out is not None:
        output.say(f"The draft is in {out}. Look at it: waybill mapping preview FLOW {out}")


@commands.command()
def preview(
    flow: FlowName,
    draft: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="Try this file instead of what is in force."),
    ] = None,
    *,
    records: Annotated[int, typer.Option(min=1, max=100_000, help="How many records.")] = 1000,
    show: Annotated[int, typer.Option(min=0, max=200, help="How many to show whole.")] = 5,
    back: Annotated[int, typer.Option(min=0, max=1000, help="An earlier export: 1, 2, ...")] = 0,
    home: Home,
    as_json: AsJson = False,
) -> None:
    """What a mapping makes of real records: before, after, and problems per field."""
    asked = {
        "flow": flow, "draft": _read(draft) if draft else None, "records": records, "show": show,
        "back": back,
    }  # fmt: skip
    found = _client(home).call("mapping.preview", asked)
    if as_json:
        output.show_json(found)
    else:
        _show_preview(found)
    raise typer.Exit(output.ATTENTION if found["problems"] else output.FINE)


@commands.command()
def shadow(
    flow: FlowName,
    file: DraftFile,
    *,
    exports: Annotated[int, typer.Option(min=1, max=50, help="How many past exports.")] = 5,
    home: Home,
    as_json: AsJson = False,
) -> None:
    """Run a draft beside the mapping in force on the last real exports; nothing is sent."""
    asked = {"flow": flow, "draft": _read(file), "exports": exports}
    found = _client(home).call("mapping.shadow", asked)
    if as_json:
        output.show_json(found)
    else:
        runs = [{**run, "fields": _counted(run["fields"])} for run in found["exports"]]
        output.show_table(_EXPORTS, runs)


@commands.command()
def diff(flow: FlowName, file: DraftFile, *, home: Home, as_json: AsJson = False) -> None:
    """What a draft says otherwise than the mapping in force, and what publishing it needs."""
    found = _client(home).call("mapping.diff", {"flow": flow, "draft": _read(file)})
    if as_json:
        output.show_json(found)
        return
    output.show_table(_CHANGES, found["changes"])
    if found["reads_more"]:
        output.say(f"It reads more columns: {', '.join(found['reads_more'])}")
    output.say(found["needs"])


@commands.command()
def show(
    flow: FlowName,
    *,
    version: Annotated[int | None, typer.Option(min=1, help="An earlier one.")] = None,
    home: Home,
    as_json: AsJson = False,
) -> None:
    """The text of the mapping in force, or of a version: what a draft begins with."""
    found = _client(home).call("mapping.show", {"flow": flow, "version": version})
    if as_json:
        output.show_json(found)
    else:
        for line in found["text"].splitlines():
            output.say(line)


@commands.command()
def versions(flow: FlowName, *, home: Home, as_json: AsJson = False) -> None:
    """What was in force when, by whom, and why."""
    found = _client(home).call("mapping.versions", {"flow": flow})
    if as_json:
        output.show_json(found)
    else:
        output.show_table(_VERSIONS, found["items"])


@commands.command()
def publish(
    flow: FlowName,
    file: DraftFile,
    *,
    comment: Annotated[str, typer.Option("--comment", help="What changes, and why.")],
    home: Home,
    as_json: AsJson = False,
) -> None:
    """Bring a draft into force; the former text is kept as a version."""
    asked = {"flow": flow, "draft": _read(file), "comment": comment}
    _published(_client(home).call("mapping.publish", asked), as_json=as_json)


@commands.command()
def restore(
    flow: FlowName,
    version: Annotated[int, typer.Argument(metavar="VERSION", min=1)],
    *,
    comment: Annotated[str | None, typer.Option("--comment", help="Why.")] = None,
    home: Home,
    as_json: AsJson = False,
) -> None:
    """Bring an earlier version into force again."""
    asked = {"flow": flow, "version": version, "comment": comment}
    _published(_client(home).call("mapping.restore", asked), as_json=as_json)


@commands.command()
def proposals(*, home: Home, as_json: AsJson = False) -> None:
    """Drafts that wait for a second person, because they change what becomes of money."""
    found = _client(home).call("mapping.proposals")
    if as_json:
        output.show_json(found)
    else:
        rows = [{**item, "fields": ", ".join(item["fields"])} for item in found["items"]]
        output.show_table(_PROPOSALS, rows)


@commands.command()
def accept(flow: FlowName, *, home: Home, as_json: AsJson = False) -> None:
    """Bring somebody else's draft into force. Look at it first: waybill mapping proposals."""
    _published(_client(home).call("mapping.accept", {"flow": flow}), as_json=as_json)


@commands.command()
def withdraw(flow: FlowName, *, home: Home, as_json: AsJson = False) -> None:
    """Throw a draft away that waits for a second person."""
    found = _client(home).call("mapping.withdraw", {"flow": flow})
    if as_json:
        output.show_json(found)
    else:
        output.say(f"The draft of {flow} is gone; what was in force stays.")


commands.command()(sheet.sheet)
commands.command()(sheet.edit)
commands.command()(sheet.functions)
commands.command()(sheet.draft)
commands.command()(publishes.publishes)
commands.command()(publishes.canary)
commands.command()(publishes.approve)
commands.command()(publishes.undo)


def _published(found: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        output.show_json(found)
    elif found.get("proposed"):
        output.say(str(found["needs"]))
    else:
        output.say(f"Version {found['version']} of {found['flow']} is in force. {found['needs']}")
    raise typer.Exit(output.ATTENTION if found.get("proposed") else output.FINE)


def _client(home: Path) -> Client:
    return Client(home, timeout=_PATIENCE)


def _match(match: Mapping[str, Any]) -> dict[str, object]:
    why = "; ".join([*match["evidence"], *(f"LOOK: {doubt}" for doubt in match["doubts"])])
    return {**match, "sure": f"{match['confidence']:.0%}", "why": why}


def _show_preview(found: Mapping[str, Any]) -> None:
    output.say(
        f"{found['records']:,} records of {found['read']}: {found['would_send']:,} would be sent,"
        f" {sum(found['left_out'].values()):,} are left out,"
        f" {found['refused']:,} have problems."
    )
    for rule, count in found["left_out"].items():
        output.say(f"  left out by '{rule}': {count:,}")
    if found["same_external_id"]:
        output.say(f"  {found['same_external_id']:,} share an external id with an earlier record")
    for each in found.get("changed", ()):
        output.say(f"  changed by a rule of the mapping: {_changed(each)}")
    if "differs" in found:
        differs = found["differs"]
        output.say(
            f"  {differs['records']:,} differ from the mapping in force"
            f" ({_counted(differs['fields']) or 'no field'})"
        )
    if found["problems"]:
        rows = [{**each, "first": each["places"][0]} for each in found["problems"]]
        output.show_table(_PROBLEMS, rows)
    for each in found.get("warnings", ()):
        output.say(f"  sent with a warning: {_changed(each)}, first {each['places'][0]}")
    output.show_table(_FIELDS, found["fields"])
    for item in found["items"]:
        _show_record(item)


def _show_record(item: Mapping[str, Any]) -> None:
    """One record: what the row holds, what is in force makes of it, what the draft would make."""
    output.say("")
    made = item.get("external_id")
    output.say(f"{item['place']}{f': {made}' if made else ''}")
    row = [{"column": column, "value": value} for column, value in item["row"].items()]
    output.show_table({"column": "COLUMN", "value": "IN THE ROW"}, row)
    before = item.get("published")
    for outcome, when in ((before, "now "), (item, "")):
        if outcome is not None and "code" in outcome:
            output.say(f"  {when}refused: {outcome['reason']} [{outcome['code']}]")
        elif outcome is not None and "left_out" in outcome:
            output.say(f"  {when}left out by '{outcome['left_out']}'")
    if "fields" not in item:
        return
    then, now = item["fields"], (before or {}).get("fields", {})
    fields = [
        {"field": name, "now": now.get(name, _UNSENT), "then": then.get(name, _UNSENT),
         "differs": "*" if name not in now or name not in then or now[name] != then[name] else ""}
        for name in {**then, **now}
    ]  # fmt: skip
    if before is None:
        output.show_table({"field": "FIELD", "then": "WOULD BE SENT"}, fields)
    else:
        shown = {"field": "FIELD", "now": "NOW", "then": "WOULD BE SENT", "differs": ""}
        output.show_table(shown, fields)


def _changed(each: Mapping[str, Any]) -> str:
    return f"{each['field']} {each['code']} in {each['count']:,}"


def _counted(fields: Mapping[str, int]) -> str:
    return ", ".join(f"{name or 'as a whole'} {count:,}" for name, count in fields.items())


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WrongUse(f"{path} cannot be read: {error.strerror}.") from error
    if len(data) > _LARGEST:
        raise WrongUse(f"{path} is larger than a mapping can be.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongUse(f"{path} is not UTF-8.", hint="Save it as UTF-8.") from error
    if not text.strip():
        raise WrongUse(f"{path} is empty.", hint="A draft begins with version = 1.")
    return text


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise WrongUse(f"{path} exists already.", hint="Name a new file.") from None
    except OSError as error:
        raise WrongUse(f"{path} cannot be written: {error.strerror}.") from error
