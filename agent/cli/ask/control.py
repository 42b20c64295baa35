"""Steering what runs: pause, resume, scan, test; looking at it: flows, reads, the audit."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from agent.cli import output
from agent.cli.options import AsJson, Home, Limit
from agent.control.client import Client, WrongUse

audit = typer.Typer(help="The record of who did what.", no_args_is_help=True)
reads = typer.Typer(help="What was read, and where its rows ended.", no_args_is_help=True)

_READS = {
    "source": "SOURCE",
    "name": "READ",
    "ended": "ENDED",
    "complete": "COMPLETE",
    "ends": "ROWS",
}


_AUDIT = {
    "seq": "NUMBER",
    "at": "AT",
    "actor": "WHO",
    "action": "DID",
    "object": "ON",
    "result": "RESULT",
    "details": "DETAILS",
}


class Kind(StrEnum):
    """What can be paused."""

    SOURCE = "source"
    TARGET = "target"
    FLOW = "flow"
    ALL = "all"


What = Annotated[Kind, typer.Argument(metavar="source|target|flow|all")]
Name = Annotated[str | None, typer.Argument(metavar="[NAME]")]


def pause(
    what: What,
    name: Name = None,
    *,
    minutes: Annotated[
        int | None, typer.Option(min=1, help="Go on by itself after so many minutes.")
    ] = None,
    home: Home,
    as_json: AsJson = False,
) -> None:
    """Pause a source, target or flow, or all. What is read stays in the queue."""
    _steer("pause", "Paused.", (what, name), home, as_json=as_json, minutes=minutes)


def resume(what: What, name: Name = None, *, home: Home, as_json: AsJson = False) -> None:
    """Let a paused source, target or flow go on, or all."""
    _steer("resume", "Resumed.", (what, name), home, as_json=as_json)


def scan(
    source: Annotated[str | None, typer.Argument(metavar="[SOURCE]")] = None,
    *,
    home: Home,
    as_json: AsJson = False,
) -> None:
    """Look for news now, in one source or in all."""
    found = Client(home).call("scan", {"source": source})
    if as_json:
        output.show_json(found)
    else:
        output.say("The scan was started.")


def flows(*, home: Home, as_json: AsJson = False) -> None:
    """Every flow: from where to where, and how many of its records are in which state."""
    found = Client(home).status()
    if as_json:
        output.show_json({"items": list(found["flows"])})
        return
    states = ("waiting", "sending", "parked", "held", "delivered")
    shown = {"name": "FLOW", "entity": "KIND", "source": "FROM", "target": "TO"}
    shown |= {state: state.upper() for state in states} | {"paused": "PAUSED"}
    output.show_table(
        shown,
        (
            {**flow, **{state: flow["counts"].get(state, 0) for state in states}}
            for flow in found["flows"]
        ),
    )


def me(*, home: Home, as_json: AsJson = False) -> None:
    """Who you are for the service, and what you may do."""
    found = Client(home).me()
    if as_json:
        output.show_json(found)
        return
    kinds = found["kinds"]
    only = f", only for {', '.join(kinds) or 'nothing'}" if kinds is not None else ""
    output.say(f"You are {found['name']}: {found['role']}{only}.")


def probe(
    name: Annotated[str, typer.Argument(metavar="SOURCE|TARGET")],
    *,
    home: Home,
    as_json: AsJson = False,
) -> None:
    """Test one source or target from inside the service, with its account and rights."""
    found = Client(home, timeout=120).call("test", {"name": name})
    if as_json:
        output.show_json(found)
    else:
        output.show_findings(found["findings"])
    is_fine = output.is_fine(found["findings"])
    raise typer.Exit(output.FINE if is_fine else output.ATTENTION)


@audit.command("list")
def list_audit(
    *,
    home: Home,
    actor: Annotated[str | None, typer.Option("--by", help="Only by this account.")] = None,
    action: Annotated[
        str | None, typer.Option("--action", help="Only this, such as mapping.publish or mapping.")
    ] = None,
    before: Annotated[int | None, typer.Option(min=1, help="Older than this number.")] = None,
    limit: Limit = 20,
    as_json: AsJson = False,
) -> None:
    """Who did what, the latest first."""
    asked = {"actor": actor, "action": action, "before": before, "limit": limit}
    found = Client(home).call("audit.list", asked)
    if as_json:
        output.show_json(found)
        return
    output.show_table(_AUDIT, ({**item, "details": _told(item)} for item in found["items"]))
    if found["next"] is not None:
        output.say(f"There is more: --before {found['next']}")


@audit.command()
def verify(*, home: Home, as_json: AsJson = False) -> None:
    """Check that no entry of the audit was changed or removed."""
    found = Client(home, timeout=120).call("audit.verify")
    if as_json:
        output.show_json(found)
    elif found["ok"]:
        output.say(f"The audit is whole: {found['entries']:,} entries.")
    else:
        output.say(f"The audit is not whole: {found['problem']}")
    raise typer.Exit(output.FINE if found["ok"] else output.ATTENTION)


@reads.command("list")
def list_(
    *,
    home: Home,
    source: Annotated[str | None, typer.Option("--source", help="Only of this source.")] = None,
    limit: Limit = 20,
    as_json: AsJson = False,
) -> None:
    """The latest reads, newest first."""
    found = Client(home).call("reads.list", {"source": source, "limit": limit})
    if as_json:
        output.show_json(found)
        return
    ends = ({**item, "ends": _ends(item)} for item in found["items"])
    output.show_table(_READS, ends)


def _told(item: dict[str, Any]) -> str:
    return ", ".join(f"{name} {text}" for name, text in item["details"].items())


def _ends(item: dict[str, Any]) -> str:
    """Where the rows of a read ended, and what is to be known of it."""
    counts = ", ".join(f"{count:,} {state}" for state, count in item["counts"].items() if count)
    return " ".join([counts or "nothing", *(f"| {note}" for note in item.get("notes", ()))])


def _steer(
    method: str,
    done: str,
    part: tuple[Kind, str | None],
    home: Home,
    *,
    as_json: bool,
    minutes: int | None = None,
) -> None:
    kind, name = part
    if (kind is Kind.ALL) != (name is None):
        raise WrongUse("Name one source, target or flow, or say all.")
    found = Client(home).call(method, {"kind": kind.value, "name": name, "minutes": minutes})
    if as_json:
        output.show_json(found)
    else:
        output.say(done)
