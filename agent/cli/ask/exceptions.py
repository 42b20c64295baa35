"""Rows that wait for a person: look, send again, set aside, put right."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli import output
from agent.cli.ask import rules, said, sheets, windows
from agent.cli.ask.ages import in_words, seconds
from agent.cli.options import AsJson, Flow, Home, Limit, Offset
from agent.control.client import Client, WrongUse

commands = typer.Typer(help="Rows that wait for a person.", no_args_is_help=True)

_COLUMNS = {
    "ref": "REF",
    "flow": "FLOW",
    "entity": "KIND",
    "external_id": "ID",
    "severity": "SEVERITY",
    "owner": "FOR",
    "impact": "AT STAKE",
    "code": "CODE",
    "reason": "REASON",
    "since": "SINCE",
    "place": "WHERE",
}
_ESCALATED = {"ref": "REF", "rule": "RULE", "level": "LEVEL", "at": "RAISED", "since": "SINCE"}
_EVENTS = {"id": "NUMBER", "at": "AT", "what": "WHAT", **_ESCALATED, "code": "CODE"}
_LONG = 600.0
"""Seconds: a decision about very many rows takes some."""

Code = Annotated[str | None, typer.Option("--code", help="Only with this code.")]
Field = Annotated[str | None, typer.Option("--field", help="Only where this field is the cause.")]
Owner = Annotated[str | None, typer.Option("--owner", help="Only what this role puts right.")]
Severity = Annotated[
    str | None, typer.Option("--severity", help="Only these: critical, error or warning.")
]
OlderThan = Annotated[
    str | None, typer.Option("--older-than", metavar="AGE", help="Only what waits longer: 4h, 2d.")
]
Ref = Annotated[str, typer.Argument(metavar="REF")]
Refs = Annotated[list[str] | None, typer.Argument(metavar="[REF]...")]
CrmChanged = Annotated[
    bool,
    typer.Option("--crm-changed", help="The CRM was changed: it may take what it refused before."),
]


@commands.command()
def groups(
    *,
    home: Home,
    flow: Flow = None,
    code: Code = None,
    owner: Owner = None,
    severity: Severity = None,
    older_than: OlderThan = None,
    as_json: AsJson = False,
) -> None:
    """What is wrong, by cause: how many rows, since when, what is at stake, whose it is."""
    asked = {
        "flow": flow, "code": code, "owner": owner, "severity": severity,
        "older_than": seconds(older_than),
    }  # fmt: skip
    found = Client(home).call("exceptions.groups", asked)
    if as_json:
        output.show_json(found)
        return
    if not found["items"]:
        output.say("Nothing waits for a person.")
    for item in found["items"]:
        where = f"{item['flow']}, " if item["flow"] else ""
        output.say(str(item["cause"]))
        at_stake = ", ".join(f"{money} {name}" for name, money in item.get("amounts", {}).items())
        output.say(
            f"  {where}{item['code']}, {item['severity']}, oldest {in_words(item.get('age', 0))},"
            f" example {item['example']}{f', at stake {at_stake}' if at_stake else ''}"
        )
        if words := item.get("words"):
            output.say(f"  the ERP says: {said.words(words, item['count'])}")
        output.say(f"  {item['meaning']} For: {item['owner']}. {item['to_do']}")


@commands.command("list")
def list_(
    *,
    home: Home,
    flow: Flow = None,
    code: Code = None,
    owner: Owner = None,
    severity: Severity = None,
    older_than: OlderThan = None,
    field: Field = None,
    after: Annotated[str | None, typer.Option(help="Go on after this one.")] = None,
    limit: Limit = 100,
    offset: Offset = None,
    aside: Annotated[bool, typer.Option("--aside", help="Those that were set aside.")] = False,
    as_json: AsJson = False,
) -> None:
    """Rows that could not be delivered, the worst and then the oldest first.

    With --offset a part of them, cause by cause.
    """
    if offset is not None:
        if after or older_than:
            raise WrongUse("--offset goes with neither --after nor --older-than.")
        asked = {
            "flow": flow, "code": code, "field": field, "owner": owner, "severity": severity,
            "aside": aside or None, "offset": offset, "limit": limit,
        }  # fmt: skip
        windows.show(home, "exceptions.window", asked, _COLUMNS, as_json=as_json)
        return
    if field:
        raise WrongUse("--field goes with --offset.")
    given = {
        "flow": flow, "code": code, "owner": owner, "severity": severity,
        "older_than": seconds(older_than), "after": after, "limit": limit, "aside": aside or None,
    }  # fmt: skip
    found = Client(home).call("exceptions.list", given)
    if as_json:
        output.show_json(found)
        return
    output.show_table(_COLUMNS, found["items"])
    if found["next"] is not None:
        output.say(f"There is more: --after {found['next']}")


@commands.command()
def escalated(*, home: Home, as_json: AsJson = False) -> None:
    """What waited too long by the rules of the configuration, and still waits."""
    found = Client(home).call("exceptions.escalated")
    if as_json:
        output.show_json(found)
    else:
        output.show_table(_ESCALATED, found["items"])


@commands.command()
def events(
    *,
    home: Home,
    after: Annotated[int, typer.Option("--after", min=0, help="Go on after this one.")] = 0,
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """What was raised and resolved, in order: each has a number, to go on after."""
    asked = {"after": after or None, "limit": limit}
    found = Client(home).call("exceptions.events", asked)
    if as_json:
        output.show_json(found)
    else:
        output.show_table(_EVENTS, found["items"])


@commands.command()
def show(ref: Ref, *, home: Home, as_json: AsJson = False) -> None:
    """One such row with its values, its history and what to do."""
    found = Client(home).call("exceptions.show", {"ref": ref})
    if as_json:
        output.show_json(found)
        return
    history = found.pop("history", [])
    output.show_fields(found)
    if history:
        output.say("history:")
    for act in history:
        rest = {n: v for n, v in act.items() if n not in ("at", "what", "who")}
        told = "; ".join(f"{name}: {said.told(value)}" for name, value in rest.items())
        output.say(f"  {act['at']} {act['what']} by {act['who']}{f' ({told})' if told else ''}")


@commands.command()
def replay(
    refs: Refs = None,
    *,
    home: Home,
    code: Code = None,
    flow: Flow = None,
    field: Field = None,
    everything: Annotated[bool, typer.Option("--all", help="Every one.")] = False,
    crm_changed: CrmChanged = False,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only say how many would go, and why others not.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Try rows again as they are: some by name, all of a code or flow, or all."""
    if not (refs or code or flow or field or everything):
        raise WrongUse("Say what to replay: names, --code, --flow or --all.")
    if refs and everything:
        raise WrongUse("Either names or --all, not both.")
    asked = {
        "refs": refs or None, "code": code, "flow": flow, "field": field,
        "all": everything or None, "crm_changed": crm_changed or None,
    }  # fmt: skip
    if preview:
        _preview(Client(home).call("exceptions.preview", asked, timeout=_LONG), as_json=as_json)
        return
    found = Client(home).call("exceptions.replay", asked, timeout=_LONG)
    _tell(found, f"{found['replayed']:,} will be tried again.", as_json=as_json)


def _preview(found: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        output.show_json(found)
        return
    output.say(
        f"Of {found['chosen']:,}, {found['would_go']:,} would be sent,"
        f" {found['would_wait']:,} would wait, {found['would_stay']:,} would stay here."
    )
    for each in found["reasons"]:
        output.say(f"  {each['count']:,} (such as {each['example']}): {each['why']}")


@commands.command("set-aside")
def set_aside(
    refs: Refs = None,
    *,
    home: Home,
    reason: Annotated[str, typer.Option("--reason", help="Why they are not to be sent.")],
    code: Code = None,
    flow: Flow = None,
    field: Field = None,
    as_json: AsJson = False,
) -> None:
    """Decide that rows are not sent. What the ERP says of them later is a new message as ever."""
    if not (refs or code or flow or field):
        raise WrongUse("Say what to set aside: names, --code or --flow.")
    if not reason.strip():
        raise WrongUse("Say why: --reason must not be blank.")
    asked = {"refs": refs or None, "code": code, "flow": flow, "field": field, "reason": reason}
    found = Client(home).call("exceptions.set_aside", asked, timeout=_LONG)
    said = f"{found['set_aside']:,} set aside. Kept for 7 days: waybill exceptions take-back REF"
    _tell(found, said, as_json=as_json)


@commands.command("take-back")
def take_back(
    refs: Annotated[list[str], typer.Argument(metavar="REF...")],
    *,
    home: Home,
    as_json: AsJson = False,
) -> None:
    """Put back on the desk what was set aside."""
    found = Client(home).call("exceptions.take_back", {"refs": refs}, timeout=_LONG)
    _tell(found, f"{found['taken_back']:,} taken back.", as_json=as_json)


@commands.command()
def fix(
    ref: Ref,
    *,
    home: Home,
    values: Annotated[
        list[str],
        typer.Option("--set", metavar="FIELD=VALUE", help="A value; FIELD= makes it blank."),
    ],
    as_json: AsJson = False,
) -> None:
    """Edit values of a row and send it. Money that the ERP owns is put right in the ERP."""
    found = Client(home).call("exceptions.fix", {"ref": ref, "set": values})
    if as_json:
        output.show_json(found)
    elif found["new"] is not None:
        output.say(f"{ref} is {found['new']} now, and will be sent.")
    elif found["mapped_again"]:
        output.say(f"{ref} is mapped again with that, and will be sent.")
    else:
        output.say("Nothing was changed.")
        for problem in found["problems"]:
            output.say(f"  {problem['why']} [{problem['code']}]")
    done = found["new"] is not None or found["mapped_again"]
    raise typer.Exit(output.FINE if done else output.ATTENTION)


RuleValue = Annotated[str, typer.Argument(metavar="VALUE", help="What it means from now on.")]
Publish = Annotated[
    bool, typer.Option("--publish", help="Bring it into force; without, it is only tried.")
]
Comment = Annotated[str | None, typer.Option("--comment", help="Why; kept with the version.")]


@commands.command()
def rule(
    ref: Ref,
    value: RuleValue,
    *,
    home: Home,
    publish: Publish = False,
    comment: Comment = None,
    as_json: AsJson = False,
) -> None:
    """Fix all like one for good: what the ERP says there means this, a rule of the mapping."""
    asked = {"ref": ref, "value": value}
    rules.entry(Client(home, timeout=_LONG), asked, comment, publish=publish, as_json=as_json)


@commands.command("add-lookup")
def add_lookup(
    flow: Annotated[str, typer.Argument(metavar="FLOW")],
    table: Annotated[str, typer.Argument(metavar="TABLE", help="A table under [lookups].")],
    key: Annotated[str, typer.Argument(metavar="KEY", help="The word of the ERP.")],
    value: RuleValue,
    *,
    home: Home,
    publish: Publish = False,
    comment: Comment = None,
    as_json: AsJson = False,
) -> None:
    """Add a word to a lookup table of a mapping, in its text or in its CSV file."""
    asked = {"flow": flow, "table": table, "key": key, "value": value}
    rules.entry(Client(home, timeout=_LONG), asked, comment, publish=publish, as_json=as_json)


@commands.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv")],
    *,
    home: Home,
    code: Code = None,
    flow: Flow = None,
    as_json: AsJson = False,
) -> None:
    """Write rows with their values to a file, to be corrected and imported again."""
    done = sheets.export(Client(home), file, {"code": code, "flow": flow})
    if as_json:
        output.show_json(done)
        return
    output.say(f"{done['rows']:,} rows were written to {file}.")
    output.say("The file holds business data in clear. Only you may read it: delete it when done.")


@commands.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv")],
    *,
    home: Home,
    check: Annotated[bool, typer.Option("--check", help="Only say what would be changed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Edit rows by a corrected file. With any problem in it, nothing at all is changed."""
    done = sheets.import_(Client(home, timeout=_LONG), file, check=check)
    if as_json:
        output.show_json(done)
    else:
        _imported(done, check=check)
    attention = done["problems"] or done["skipped"]
    raise typer.Exit(output.ATTENTION if attention else output.FINE)


def _imported(done: Mapping[str, Any], *, check: bool) -> None:
    for each in done["problems"]:
        field = f"{each['field']}: " if each["field"] else ""
        output.say(f"line {each['line']} {each['ref']}: {field}{each['why']} [{each['code']}]")
    for each in done["skipped"]:
        output.say(f"line {each['line']} {each['ref']}: passed over. {each['why']}")
    changes = ", ".join(f"{name}: {count:,}" for name, count in done["fields"].items())
    rows = f"{len(done['changed']):,} of {done['rows']:,} rows"
    if done["problems"]:
        output.say(f"Nothing was changed: {len(done['problems']):,} problems.")
    elif check:
        output.say(f"{rows} would be changed{f' ({changes})' if changes else ''}.")
    else:
        output.say(f"{rows} were changed{f' ({changes})' if changes else ''}, and will be sent.")


def _tell(found: Mapping[str, Any], said: str, *, as_json: bool) -> None:
    if as_json:
        output.show_json(found)
    else:
        output.say(said)
        for refused in found["refused"]:
            output.say(f"  not {refused['ref']}: {refused['why']}")
        more = found.get("refused_count", 0) - len(found["refused"])
        if more > 0:
            output.say(f"  and {more:,} more.")
    raise typer.Exit(output.ATTENTION if found["refused"] else output.FINE)
