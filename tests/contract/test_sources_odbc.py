"""An ODBC table keeps the promises of source_suite, for each way to find changes."""

from __future__ import annotations

import contextlib
import importlib.util
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from agent.ports import Source
from tests.integration.servers import SqliteFile, closed_sources, source_on, sqlite_file

__all__ = ["closed_sources", "sqlite_file"]

# The suite lies beside this file; test modules are not a package.
_spec = importlib.util.spec_from_file_location(
    "source_suite", Path(__file__).with_name("source_suite.py")
)
source_suite = importlib.util.module_from_spec(_spec)
sys.modules.setdefault("source_suite", source_suite)
_spec.loader.exec_module(source_suite)


class ErpWithATable:
    """One table in a SQLite database, read over ODBC."""

    def __init__(self, file: SqliteFile, folder: Path) -> None:
        self.file = file
        self.folder = folder
        file.run('create table t ("ID" varchar(9) primary key, "NAME" text, "NUMBER" text)')

    def put(self, rows: Sequence[tuple[str, str, str]]) -> None:
        with contextlib.closing(sqlite3.connect(self.file.path)) as erp, erp:
            erp.execute("delete from t")
            erp.executemany("insert into t values (?, ?, ?)", rows)

    def open(self) -> Source:
        return source_on(self.file, self.folder, table="t")

    def break_away(self) -> None:
        self.file.path.rename(self.folder / "away.db")

    def come_back(self) -> None:
        (self.folder / "away.db").rename(self.file.path)


class TestOdbcCompare(source_suite.SourcePromises):
    @pytest.fixture
    def erp(self, sqlite_file, tmp_path):
        return ErpWithATable(sqlite_file, tmp_path)
