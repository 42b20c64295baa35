"""One more word in a mapping, tried on what waits for it and brought into force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typer

from agent.cli import output
from agent.control.client import Client

_CHANGES = {"place": "WHERE", "was": "WAS", "becomes": "BECOMES"}


def entry(
    client: Client,
    asked: Mapping[str, str],
    comment: str | None,
    *,
    publish: bool,
    as_json: bool,
) -> None:
    """Try an entry, or publish it."""
    if publish:
        found = client.call("exceptions.rule", {**asked, "comment": comment})
    else:
        found = client.call("exceptions.rule_preview", asked)
    if as_json:
        output.show_json(found)
    else:
        _show(found, published=publish)
    raise typer.Exit(output.ATTENTION if found.get("proposed") else output.FINE)


def _show(found: Mapping[str, Any], *, published: bool) -> None:
    output.show_table(_CHANGES, found["changes"])
    like = f" like it ({found['code']} at {found['field']})" if found["code"] else ""
    output.say(
        f"Of {found['group']:,} rows{like}, {found['would_pass']:,} would be sent,"
        f" {found['would_stay']:,} would stay here."
    )
    for name, words in (
        ("would_be_left_out", "would be left out by the mapping"),
        ("not_kept", "are judged when their source is next read"),
    ):
        if found[name]:
            output.say(f"  {found[name]:,} {words}.")
    for each in found["reasons"]:
        output.say(f"  {each['count']:,} (such as {each['example']}): {each['why']}")
    if not published:
        if found["second_person"]:
            output.say(f"It concerns money ({', '.join(found['second_person'])}): a second person")
            output.say("must accept it: waybill mapping accept.")
        output.say("Nothing was changed. Bring it into force with --publish.")
    elif found.get("proposed"):
        output.say(str(found["needs"]))
    else:
        output.say(f"Version {found['version']} of {found['flow']} is in force. {found['needs']}")
