"""Lookup tables are read whole or not at all, and their news is noticed."""

import json
from collections.abc import Iterator

import pytest

from agent.errors import SourceChanged, SourceError, SourceUnavailable
from agent.mapping import SourceTable
from agent.model import Content
from agent.runtime import tables as room
from agent.runtime.tables import Tables, fill
from tests.fakes import FakeClock, FakeRead, FakeSource
from tests.route.harness import Route


def read_of(*rows: tuple[str, str], name: str = "terms.csv", **said: object) -> FakeRead:
    lines = [json.dumps(list(row)).encode() for row in rows]
    ident: dict[str, object] = {"rows": [list(row) for row in rows]}
    return FakeRead(name, lines, b"plain", ident, **said)


class Away(FakeSource):
    def read(self, since: object, *, again: bool = False) -> FakeRead | None:
        raise SourceUnavailable("The share is away.", hint="Look at the share.")


@pytest.fixture
def route() -> Iterator[Route]:
    made = Route()
    yield made
    made.close()


def tables_of(route: Route, source: FakeSource, clock: FakeClock | None = None, **more: object):
    table = SourceTable("terms", "key", "value")
    flow = next(flow.id for flow in route.flows if flow.name == "accounts")
    made = Tables(
        {flow: [table]}, lambda _: source, {"terms": 60.0}, route.reads, clock or FakeClock()
    )
    return table, made


def behind(route: Route) -> tuple[int, ...]:
    return route.reads.state(route.store.stream_id("accounts")).behind


def test_a_table_that_changed_puts_its_flow_behind_and_one_that_did_not_does_not(
    route: Route,
) -> None:
    clock, source = FakeClock(), FakeSource([read_of(("30", "30 days"))])
    table, tables = tables_of(route, source, clock)
    route.read("accounts")
    tables.refresh()
    assert table["30"] == "30 days"
    assert behind(route), "what it says was not known before"
    route.scan("accounts")
    assert not behind(route)
    tables_of(route, source)[1].refresh()
    assert not behind(route), "a restart alone is no news"
    source.reads = [read_of(("30", "a month"))]
    tables.refresh()
    assert table["30"] == "30 days", "it is looked at as often as its source says"
    clock.pass_(60)
    tables.refresh()
    assert table["30"] == "a month"
    assert behind(route)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (FakeSource([]), "nothing in it yet"),
        (FakeSource([read_of(("1", "a"), complete=False)]), "cut off"),
        (FakeSource([read_of(("1", "a"), content=Content.CHANGES)]), "part of its rows"),
        (Away(), "The share is away"),
    ],
)
def test_what_cannot_be_read_whole_is_waited_for(
    route: Route, source: FakeSource, why: str
) -> None:
    table, tables = tables_of(route, source)
    for _ in range(2):
        with pytest.raises(SourceUnavailable, match=why) as refused:
            tables.refresh()
        assert refused.value.code == "LOOKUP_UNREADABLE"
    assert len(table) == 0


def test_one_row_that_cannot_be_read_leaves_the_table_as_it_was() -> None:
    table = SourceTable("terms", "key", "value")
    fill(read_of(("1", "a")), [table], "terms")
    bad = read_of(("1", "b"))
    bad.lines.append(b"?2")
    with pytest.raises(SourceUnavailable, match="cannot be read"):
        fill(bad, [table], "terms")
    assert table["1"] == "a"


def test_a_column_that_is_gone_is_a_changed_source() -> None:
    with pytest.raises(SourceChanged, match="'TEXT'"):
        fill(read_of(("1", "a")), [SourceTable("terms", "key", "TEXT")], "terms")


def test_of_two_rows_with_one_key_the_last_counts() -> None:
    table = SourceTable("terms", "key", "value")
    fill(read_of(("1", "a"), ("1", "b"), ("", "c")), [table], "terms")
    assert dict(table) == {"1": "b"}


def test_a_table_that_is_too_large_is_refused_before_it_fills_the_memory(monkeypatch) -> None:
    monkeypatch.setattr(room, "MOST_ENTRIES", 2)
    rows = [(str(number), "a") for number in range(3)]
    with pytest.raises(SourceError) as refused:
        fill(read_of(*rows), [SourceTable("terms", "key", "value")], "terms")
    assert refused.value.code == "LOOKUP_TOO_LARGE"
    monkeypatch.setattr(room, "MOST_ENTRIES", 10)
    monkeypatch.setattr(room, "MOST_CHARACTERS", 100)
    with pytest.raises(SourceError):
        fill(read_of(("1", "a" * 200)), [SourceTable("terms", "key", "value")], "terms")
