"""A part of a long list, as both lists show it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agent.cli import output
from agent.control.client import Client


def show(
    home: Path, method: str, asked: Mapping[str, Any], columns: Mapping[str, str], *, as_json: bool
) -> None:
    """Ask for a window, show it, and say which part of the list it is."""
    found = Client(home).call(method, asked)
    if as_json:
        output.show_json(found)
        return
    output.show_table(columns, found["items"])
    output.say(output.part_of(found))
