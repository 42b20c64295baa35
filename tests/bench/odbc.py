"""The ODBC source against a bare loop over pyodbc: the same driver, query and fetch size.

Ours reads in a child process, frames and checks what comes, and makes pages of raw records of it.
SQLite is measured always, PostgreSQL where its server and driver are installed.
"""

from __future__ import annotations

import contextlib
import csv
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import mkdtemp

import pyodbc
import pytest

from adapters.sources.odbc import OdbcConfig
from adapters.sources.odbc import make as make_odbc
from adapters.sources.odbc.connection_string import connection_string
from adapters.sources.odbc.dialect import BY_NAME
from agent.clock import SystemClock
from agent.ports import AdapterContext
from tests.bench.contest import Goal, Report, Result, agree, judge
from tests.bench.data import COLUMNS, exports
from tests.bench.environment import YardstickMissing, cache
from tests.bench.measure import Meter
from tests.bench.worker import ask
from tests.integration import servers

SQLITE = Goal("odbc_vs_pyodbc", floor=0.8, aim=0.9, figure="rows_a_second")
POSTGRESQL = Goal("odbc_vs_pyodbc_postgresql", floor=0.8, aim=0.9, figure="rows_a_second")
_FETCH = 2000
_TABLE = "customers"
_TEXTS = ", ".join(f'"{name}" varchar(120)' for name in COLUMNS)
_CREATE = f"create table {_TABLE} ({_TEXTS})"


def on_sqlite(rows: int, rounds: int) -> Result:
    """The result over the SQLite driver. Raises YardstickMissing."""
    if "SQLite3" not in pyodbc.drivers():
        raise YardstickMissing("The ODBC driver SQLite3 is not installed (libsqliteodbc).")
    folder = Path(mkdtemp(prefix="odbc-", dir=cache()))
    try:
        database = folder / "erp.sqlite"
        with contextlib.closing(sqlite3.connect(database)) as db:
            db.execute(_CREATE)
            marks = ", ".join("?" * len(COLUMNS))
            db.executemany(f"insert into {_TABLE} values ({marks})", _records(rows))
            db.commit()
        words = {"DRIVER": "SQLite3", "Database": str(database)}
        return _compare(SQLITE, "sqlite", words, {}, rows, rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def on_postgresql(rows: int, rounds: int) -> Result:
    """The result over the PostgreSQL driver. Raises YardstickMissing."""
    try:
        with servers.postgresql() as server:
            server.run(_CREATE)
            with contextlib.closing(server.connect()) as connection:
                connection.autocommit = False
                cursor = connection.cursor()
                marks = ", ".join("?" * len(COLUMNS))
                values = f"({marks})"
                block: list[list[str]] = []
                for record in _records(rows):
                    block.append(record)
                    if len(block) == 100:
                        _insert(cursor, values, block)
                        block = []
                if block:
                    _insert(cursor, values, block)
                connection.commit()
            login = {"UID": "erp", "PWD": servers.PASSWORD}
            return _compare(POSTGRESQL, "postgresql", server.connection, login, rows, rounds)
    except pytest.skip.Exception as error:
        raise YardstickMissing(str(error)) from error


def _insert(cursor: pyodbc.Cursor, values: str, block: list[list[str]]) -> None:
    everything = [value for record in block for value in record]
    cursor.execute(f"insert into {_TABLE} values {', '.join([values] * len(block))}", everything)


def _records(rows: int) -> Iterator[list[str]]:
    with exports(rows).first.open(encoding="utf-8", newline="") as file:
        found = csv.reader(file)
        next(found)
        yield from found


def _compare(
    goal: Goal,
    dialect: str,
    words: Mapping[str, str],
    login: Mapping[str, str],
    rows: int,
    rounds: int,
) -> Result:
    reports: dict[str, list[Report]] = {"ours": [], "bare": []}
    for number in range(rounds):
        for who in ("ours", "bare")[:: -1 if number % 2 else 1]:
            found = ask("odbc", who, dialect=dialect, words=dict(words), login=dict(login))
            agree(who, found, rows=rows)
            reports[who].append(found)
    return judge(goal, reports["ours"], reports["bare"])


# --- the contestants ------------------------------------------------------------------------------


def ours(dialect: str, words: dict[str, str], login: dict[str, str]) -> dict[str, object]:
    """Read the table as the service does."""
    del dialect
    settings: dict[str, object] = {
        "connection": words,
        "table": _TABLE,
        "key": [COLUMNS[0]],
        "fetch": _FETCH,
    }
    if login:
        settings |= {"user": login["UID"], "password": "secret:erp"}
    context = AdapterContext(_TABLE, SystemClock(), _OneSecret(login.get("PWD", "")), Path())
    source = make_odbc(OdbcConfig.model_validate(settings), context)
    with Meter() as meter:
        read = source.read(None)
        rows = sum(len(page.records) for page in read.pages()) if read else 0
    source.close()
    return meter.report(rows=rows, rows_a_second=rows / meter.seconds)


def bare(dialect: str, words: dict[str, str], login: dict[str, str]) -> dict[str, object]:
    """Fetch every row with pyodbc, with the options that make the driver fast and flat."""
    options = {
        name: value.format(fetch=_FETCH) for name, value in BY_NAME[dialect].driver_options.items()
    }
    text = connection_string({**options, **words, **login})
    rows = 0
    with Meter() as meter:
        connection = pyodbc.connect(text, readonly=True)
        cursor = connection.cursor().execute(f"select * from {_TABLE}")
        while block := cursor.fetchmany(_FETCH):
            rows += len(block)
        connection.close()
    return meter.report(rows=rows, rows_a_second=rows / meter.seconds)


class _OneSecret:
    def __init__(self, value: str) -> None:
        self._value = value

    def get(self, name: str) -> str:
        del name
        return self._value
