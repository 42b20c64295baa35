"""Parked messages as rows of a sheet, and changed rows as edits.

A row carries what a person may have changed as text, cell by cell; a cell that stands as it was
exported is no edit. How cells are written to a file is the business of whoever writes the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from agent.errors import WrongUse
from agent.model import Json, Problem
from agent.queue.desk import Edit
from agent.queue.items import Item
from agent.runtime.desk.contents import written
from agent.runtime.plan import FlowPlan

MOST_NAMED = 1000
"""Problems that an answer names; all of them are counted."""
PAGE_BYTES = 256 * 1024
"""Of contents in one answer, roughly: far below what a line of the control API may hold."""


@dataclass(frozen=True, slots=True)
class Row:
    """What came back in one line of a sheet."""

    line: int
    ref: str
    cells: Mapping[str, str]


def rows_of(items: Sequence[Item], flows: Mapping[int, FlowPlan]) -> tuple[list[Json], int]:
    """The rows of these items as far as they fit in one answer, and the last number of them."""
    rows: list[Json] = []
    size = last = 0
    for item in items:
        flow = flows.get(item.flow)
        # What no message could be made of is put right in the ERP: there is nothing to edit.
        fields = {} if item.problem else item.fields
        cells: dict[str, Json] = {name: written(_scalar(v)) for name, v in fields.items()}
        row: dict[str, Json] = {
            "ref": f"E{item.seq}",
            "flow": flow.name if flow else "",
            "entity": flow.entity if flow else "",
            "external_id": item.external_id,
            "code": item.code,
            "reason": item.reason,
            "cells": cells,
        }
        size += len(orjson.dumps(row))
        if rows and size > PAGE_BYTES:
            break
        rows.append(row)
        last = item.seq
    return rows, last


def parsed(texts: Sequence[Json]) -> list[Row]:
    """Rows as a face sends them: `{"line": 2, "ref": "E17", "cells": {...}}`. Raises WrongUse."""
    rows = []
    for text in texts:
        try:
            said = orjson.loads(str(text))
            cells = said["cells"]
            row = Row(int(said["line"]), str(said["ref"]), dict(cells))
        except (ValueError, KeyError, TypeError) as error:
            raise WrongUse("A row must say line, ref and cells.") from error
        if not all(isinstance(cell, str) for cell in row.cells.values()):
            raise WrongUse("Every cell must be a text.")
        rows.append(row)
    return rows


def _scalar(value: Json) -> str | int | bool | None:
    return value if isinstance(value, str | int | bool) else None


def counted(edits: Sequence[Edit]) -> dict[str, Json]:
    """How many rows change each field."""
    counts: dict[str, int] = {}
    for edit in edits:
        changed = edit.about["fields"]
        for name in changed if isinstance(changed, dict) else ():
            counts[name] = counts.get(name, 0) + 1
    return dict(counts)


def problem_of(row: Row, problem: Problem) -> dict[str, Json]:
    """What speaks against a row, for the face."""
    return {
        "line": row.line,
        "ref": row.ref,
        "field": problem.field,
        "code": problem.code,
        "why": problem.reason,
    }


def by_line(
    edits: Sequence[tuple[Row, Edit]], refused: Sequence[tuple[int, str]]
) -> list[dict[str, Json]]:
    """Entries that were refused, by the rows that named them."""
    rows = {edit.seq: row for row, edit in edits}
    return [problem_of(rows[seq], Problem("NOT_EDITABLE", why)) for seq, why in refused]


def in_order(problems: Sequence[dict[str, Json]]) -> list[Json]:
    """The first of these problems, line by line."""
    return [*sorted(problems, key=lambda each: int(str(each["line"])))][:MOST_NAMED]  # type: ignore[return-value]  # dicts of Json are Json


def without_lines(problems: Sequence[dict[str, Json]]) -> list[Json]:
    """The same where there are no lines."""
    return [{k: v for k, v in problem.items() if k not in ("line", "ref")} for problem in problems]
