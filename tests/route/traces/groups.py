"""Several rows that make one record: headers of an export that holds lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import gettempdir

import pytest

from agent.crypto import EphemeralCipher
from agent.errors import SourceUnavailable
from agent.model import Draft, Op, Value
from agent.ports import Source
from agent.runtime.grouped import GroupConfig, GroupedSource
from agent.runtime.plan import Mapper
from tests.route.harness import Feed, Route
from tests.route.traces.story import story

_SETTINGS = GroupConfig.model_validate(
    {
        "of": "lines",
        "key": ["parent"],
        "columns": {"TOTAL": {"sum": "value"}, "LINES": {"count": True}},
    }
)


def _grouped(source: Source) -> Source:
    return GroupedSource(source, _SETTINGS, EphemeralCipher(), Path(gettempdir()))


def _header(columns: Sequence[str]) -> Mapper:
    assert list(columns) == ["parent", "TOTAL", "LINES"]

    def mapped(values: Sequence[Value]) -> Draft:
        return Draft(str(values[0]), {"value": str(values[1]), "lines": str(values[2])})

    return mapped


_FEEDS = {
    "orders": Feed("order", leaving=(Op.DELETE, {}), mapper=_header, wrapped=_grouped),
}


def _export(route: Route, **lines: tuple[str, str]) -> None:
    """Lines by key: their amount and their order."""
    route.erp["orders"] = {key: list(line) for key, line in lines.items()}
    route.read()


@story("", _FEEDS)
def a_header_is_made_of_its_lines_and_sent_when_one_of_them_changes(route: Route) -> None:
    _export(route, a=("1.10", "O1"), b=("2.20", "O1"), c=("5", "O2"))
    assert route.held_by_crm("orders") == {"O1": "3.30", "O2": "5"}
    sent = len(route.target.attempted)
    _export(route, a=("1.10", "O1"), b=("2.25", "O1"), c=("5", "O2"))
    assert route.held_by_crm("orders") == {"O1": "3.35", "O2": "5"}
    assert len(route.target.attempted) == sent + 1, "the other one did not change"
    _export(route, a=("1.10", "O1"), c=("5", "O1"), d=("7", "O2"), e=("1", "O3"))
    assert route.held_by_crm("orders") == {"O1": "6.10", "O2": "7", "O3": "1"}


@story("", _FEEDS)
def a_header_without_lines_is_gone(route: Route) -> None:
    _export(route, a=("1", "O1"), b=("2", "O2"), c=("3", "O3"))
    _export(route, a=("1", "O1"), b=("2", "O2"))
    assert route.held_by_crm("orders") == {"O1": "1", "O2": "2"}


@story("", _FEEDS)
def a_line_that_is_there_twice_counts_once_and_every_row_is_accounted_for(route: Route) -> None:
    lines = [b'["a", "9", "O1"]', b'["b", "2", "O1"]', b'["a", "1", "O1"]', b'["c", "4", "O2"]']
    route.export("orders", lines=lines)
    captured = route.capture("orders")
    route.settle()
    assert route.held_by_crm("orders") == {"O1": "3", "O2": "4"}
    assert captured is not None
    assert (captured.records, captured.part_of, captured.twice) == (2, 3, 1)
    (read,) = route.reads.latest([route.store.stream_id("orders")], 1)
    counts = read.counts
    assert counts["part_of"] + counts["rows_twice"] == len(lines)
    assert counts["rows"] == sum(counts["flows"]["orders"].values()) == 2


@story("", _FEEDS)
def one_line_that_cannot_be_summed_parks_its_header_alone(route: Route) -> None:
    _export(route, a=("1", "O1"), b=("2", "O2"))
    _export(route, a=("x", "O1"), b=("3", "O2"))
    assert route.held_by_crm("orders") == {"O1": "1", "O2": "3"}, "O1 stays as it was"
    _export(route, a=("4", "O1"), b=("3", "O2"))
    assert route.held_by_crm("orders") == {"O1": "4", "O2": "3"}


@story("", _FEEDS)
def no_sum_is_made_while_a_line_of_nobody_knows_whom_cannot_be_read(route: Route) -> None:
    _export(route, a=("1", "O1"), b=("2", "O1"))
    route.export("orders", lines=[b'["a", "5", "O1"]', b"?"])
    with pytest.raises(SourceUnavailable, match="nobody can tell"):
        route.capture("orders")
    route.export("orders", lines=[b'["a", "5", "O1"]'], complete=False)
    with pytest.raises(SourceUnavailable, match="not whole"):
        route.capture("orders")
    route.settle()
    assert route.held_by_crm("orders") == {"O1": "3"}
    _export(route, a=("5", "O1"), b=("2", "O1"))
    assert route.held_by_crm("orders") == {"O1": "7"}


@story("", _FEEDS)
def a_crash_between_two_pages_of_headers_loses_and_doubles_nothing(route: Route) -> None:
    route.erp["orders"] = {f"l{at}": ["1", f"O{at % 5}"] for at in range(20)}
    route.export("orders")
    route.capture("orders", dies_after=1)
    route.read()
    assert route.held_by_crm("orders") == {f"O{at}": "4" for at in range(5)}
    assert route.target.doubled == 0
