"""Real databases over ODBC: PostgreSQL, MariaDB, and SQLite beside them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.integration.servers import (
    SERVERS,
    Server,
    SqliteFile,
    closed_sources,
    mariadb_server,
    postgresql_server,
    source_on,
    sqlite_file,
)

__all__ = ["closed_sources", "mariadb_server", "postgresql_server", "sqlite_file"]


@pytest.fixture(params=[*SERVERS, "sqlite_file"])
def erp(request) -> Server | SqliteFile:
    return request.getfixturevalue(request.param)


@pytest.fixture(params=SERVERS)
def server(request) -> Server:
    return request.getfixturevalue(request.param)


@pytest.fixture
def make(erp, tmp_path) -> Callable[..., object]:
    """Make the table `orders` anew and give sources on it."""
    quote = "`" if erp.kind == "mariadb" else '"'

    def run(shape: str, /, *values: str, **settings):
        erp.run(
            f"drop table if exists {quote}orders{quote}",
            f"create table {quote}orders{quote} ({shape})".replace("@", quote),
            *(f"insert into {quote}orders{quote} values {value}" for value in values),
        )
        return source_on(erp, tmp_path, **{"table": "orders", **settings})

    return run
