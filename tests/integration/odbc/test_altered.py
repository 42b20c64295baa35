"""A table that is altered between two reads is read as if nobody had ever seen it."""

from __future__ import annotations

import pytest

from adapters.sources.odbc.session import Session
from agent.errors import SourceChanged
from tests.integration.servers import rows

BEFORE = ("@ID@ int primary key, @N@ decimal(12, 2)", "(1, 7.50)")
ALTERED = {
    "a column more": ("@ID@ int primary key, @N@ decimal(12, 2), @A@ varchar(9)", "(1, 7.50, 'x')"),
    "a column less": ("@ID@ int primary key", "(1)"),
    "in another order": ("@N@ decimal(12, 2), @ID@ int primary key", "(7.50, 1)"),
    "renamed": ("@ID@ int primary key, @M@ decimal(12, 2)", "(1, 7.50)"),
    "now text": ("@ID@ int primary key, @N@ varchar(12)", "(1, '007.50')"),
    "now whole": ("@ID@ int primary key, @N@ int", "(1, 8)"),
    "now a day": ("@ID@ int primary key, @N@ date", "(1, '2026-02-28')"),
    "now inexact": ("@ID@ int primary key, @N@ double precision", "(1, 0.1)"),
    "more decimals": ("@ID@ int primary key, @N@ decimal(12, 4)", "(1, 7.5099)"),
    "a key of text": ("@ID@ varchar(9) primary key, @N@ decimal(12, 2)", "('1', 7.50)"),
}


def typed(found):
    return [[(name, type(value), value) for name, value in row.items()] for row in found]


@pytest.mark.parametrize("altered", ALTERED)
def test_a_source_that_knew_the_table_reads_the_altered_one_like_one_that_did_not(make, altered):
    source = make(*BEFORE)
    for _ in range(2):
        first = source.read(None)
        assert len(rows(first)) == 1
    fresh = make(*ALTERED[altered])
    read, expected = source.read(None), fresh.read(None)
    assert read.columns == expected.columns
    assert typed(rows(read)) == typed(rows(expected))


@pytest.mark.parametrize("altered", ["now text", "now whole", "now inexact", "now a day"])
def test_a_catalogue_that_lags_behind_misleads_nobody(make, altered, monkeypatch):
    """As for a view over a table that was altered, until somebody refreshes it."""
    describe, told = Session.describe, {}
    monkeypatch.setattr(
        Session, "describe", lambda self, parts: told.setdefault(parts[-1], describe(self, parts))
    )
    source = make(*BEFORE)
    rows(source.read(None))
    fresh = make(*ALTERED[altered])
    assert typed(rows(source.read(None))) == typed(rows(fresh.read(None)))


def test_a_column_that_is_wanted_and_gone_is_named_and_found_again(make):
    source = make(*BEFORE, columns=["N"])
    rows(source.read(None))
    make("@ID@ int primary key, @M@ int", "(1, 7)")
    with pytest.raises(SourceChanged) as caught:
        source.read(None)
    assert caught.value.code == "SCHEMA_CHANGED"
    make(*BEFORE)
    assert [row["ID"] for row in rows(source.read(None))] == [1]


def test_of_a_table_that_is_as_it_was_only_the_catalogue_is_asked(make, monkeypatch):
    """What a look costs when nothing happens is what an idle agent costs."""
    source, asked = make(*BEFORE), []
    header = Session.header
    monkeypatch.setattr(Session, "header", lambda *_: asked.append(1) or header(*_))
    for _ in range(3):
        rows(source.read(None))
    assert asked == [1]
