"""The status, asked and shown. Loads no command line library: monitoring asks all the time."""

from __future__ import annotations

from pathlib import Path

from agent.cli import output
from agent.control.answers import Status
from agent.control.api import HEALTHY, headline
from agent.control.client import Client


def glance(home: Path, *, as_json: bool) -> int:
    """Show how the agent is; the exit code."""
    found = Client(home).status()
    if as_json:
        output.show_json(found)
    else:
        _show(found)
    return output.FINE if found["health"] == HEALTHY else output.ATTENTION


def _show(found: Status) -> None:
    output.say(headline(found))
    for reason in found["reasons"]:
        about = f"{reason['subject']}, " if reason["subject"] else ""
        output.say(f"  {reason['title']} ({about}since {reason['since']})")
        for text in (reason["meaning"], reason["hint"]):
            if text:
                output.say(f"    {text}")
    output.say(f"{found['agent']} ({found['environment']}), Waybill {found['version']}")
    output.say(f"  activity: {found['activity']}")
    counts = ", ".join(
        f"{number:,} {name.replace('_', ' ')}"
        for name, number in found["counts"].items()
        if isinstance(number, int) and number
    )
    output.say(f"  counts: {counts or 'nothing yet'}")
    for source in found["sources"]:
        last = f", last {source['last_file'] or 'read'} {source['last_read'] or 'never'}"
        output.say(f"  source {source['name']} ({source['kind']}): {source['state']}{last}")
    for target in found["targets"]:
        waiting = f", {target['waiting']:,} waiting" if target["waiting"] else ""
        until = f" until {end}" if (end := target.get("closed_until")) else ""
        output.say(
            f"  target {target['name']} ({target['kind']}): {target['state']}{until}{waiting}"
        )
    for flow in found["flows"]:
        paused = ", paused" if flow["paused"] else ""
        output.say(f"  flow {flow['name']}: {flow['source']} -> {flow['target']}{paused}")
