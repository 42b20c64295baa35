"""Whatever a database takes its time for, what it has said is not kept back meanwhile."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest

from adapters.sources.odbc import frames, reader
from tests.fakes import FakeClock

COLUMNS = (("ID", int),)


class Cursor:
    """Looks, whenever it is asked, at what the agent has heard so far."""

    description = COLUMNS

    def __init__(self, pipe, runs, clock, takes):
        self.pipe, self.runs, self.clock, self.takes = pipe, iter(runs), clock, takes
        self.heard = []

    def execute(self, *_):
        self.clock.pass_(self.takes)

    def fetchmany(self, _):
        self.heard.append(kinds(self.pipe))
        return next(self.runs)

    def close(self):
        pass


def kinds(pipe):
    stream, found = io.BytesIO(pipe.getvalue()), b""
    while (one := frames.receive(stream)) is not None:
        found += one[0]
    return found


def select(runs, takes=0.0):
    clock = FakeClock()
    session = reader.Session(reader.Outgoing(pipe := io.BytesIO()), clock)
    cursor = Cursor(pipe, runs, clock, takes)
    session._connection = SimpleNamespace(cursor=lambda: cursor)
    session.answer({"do": "select", "sql": "", "parameters": [], "fetch": 3})
    return cursor.heard, kinds(pipe)


def test_rows_are_on_their_way_before_the_next_are_asked_for():
    full, rest = [(1,), (2,), (3,)], [(4,)]
    heard, whole = select([full, full, rest])
    assert heard == [b"", b"JD", b"JDD"]
    assert whole == b"JDDDJ"


def test_a_query_that_took_its_time_says_so_before_its_first_rows():
    heard, whole = select([[(1,)]], takes=5.0)
    assert heard == [b"J"]
    assert whole == b"JDJ"


@pytest.mark.parametrize("rows", [[], [(1,)], [(1,), (2,)]])
def test_a_short_answer_comes_as_one_and_needs_no_further_question(rows):
    heard, whole = select([rows])
    assert heard == [b""]
    assert whole == (b"JDJ" if rows else b"JJ")


def test_an_answer_that_ends_with_a_full_run_is_asked_for_more():
    heard, whole = select([[(1,), (2,), (3,)], []])
    assert heard == [b"", b"JD"]
    assert whole == b"JDJ"
