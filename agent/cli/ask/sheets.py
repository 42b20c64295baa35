"""Parked rows to a CSV file and back, by the command line."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agent.control import sheet
from agent.control.client import Client


def export(client: Client, path: Path, asked: Mapping[str, str | None]) -> dict[str, Any]:
    """Write all rows, page by page. Raises WrongUse where the file cannot be made."""
    page = client.call("exceptions.export", asked)
    columns: list[str] = page["columns"]
    count = 0
    with sheet.private(path) as file:
        rows = csv.writer(file, lineterminator="\r\n")
        rows.writerow(sheet.first_line(columns))
        while True:
            rows.writerows(sheet.lines(page, columns))
            count += len(page["items"])
            if page["next"] is None:
                break
            page = client.call("exceptions.export", {**asked, "after": page["next"]})
    return {"file": str(path), "rows": count}


def import_(client: Client, path: Path, *, check: bool) -> dict[str, Any]:
    """Check every row, then make the edits; nothing is changed if there is any problem."""
    found: dict[str, Any] = {
        "rows": 0, "changed": [], "fields": {}, "edited": 0, "problems": [], "skipped": [],
    }  # fmt: skip
    changed: list[dict[str, Any]] = []
    seen: dict[str, int] = {}
    for some in sheet.chunks(sheet.rows(path)):
        found["rows"] += len(some)
        sound = [row for row in some if not sheet.flawed(row, seen, found["problems"])]
        changed += _checked(client, sound, found)
    found["problems"].sort(key=lambda each: each["line"])
    if not check and not found["problems"]:
        for some in sheet.chunks(iter(changed)):
            answer = _sent(client, some, check=False)
            found["edited"] += answer["edited"]
            found["problems"] += answer["problems"]
    return found


def _checked(
    client: Client, rows: list[dict[str, Any]], found: dict[str, Any]
) -> list[dict[str, Any]]:
    """What the service says of rows; returns those that change anything."""
    answer = _sent(client, rows, check=True)
    for name in ("problems", "skipped", "changed"):
        found[name] += answer[name]
    for name, count in answer["fields"].items():
        found["fields"][name] = found["fields"].get(name, 0) + count
    named = set(answer["changed"])
    return [row for row in rows if row["ref"] in named]


def _sent(client: Client, rows: list[dict[str, Any]], *, check: bool) -> dict[str, Any]:
    return client.call("exceptions.import", {"rows": sheet.texts(rows), "check": check or None})
