"""ERP tables read over ODBC, in a child process that may hang or crash without hurting the agent.

`config` says what a person may write; `source` decides what is read next; `read` is one pass.
`session` speaks with the child (`reader`), which `process` starts, watches and ends (`spares` keeps
one that did well). What a known table is asked at every look goes to the child in one writing, and
each question is compared with it when its turn comes. Beside them, pure: `dialect` (what databases
do differently), `statements` (the SQL), `encode` and `decode` (rows to bytes and back), `faults`
(SQLSTATEs to our errors), `frames` (the bytes on the pipe).

Invariants: nothing is ever written to the ERP; credentials cross only the pipe; only mapped
columns are read where the configuration names them; a read is complete only when the driver said
that there are no more rows. Only `reader` imports pyodbc.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.sources.odbc.config import OdbcConfig
    from agent.ports import AdapterContext, Source

__all__ = ["OdbcConfig", "make"]


def make(settings: OdbcConfig, context: AdapterContext) -> Source:
    """The source that these settings describe."""
    from adapters.sources.odbc.source import OdbcSource

    return OdbcSource(settings, context)


def __getattr__(name: str) -> object:
    # Late: the reader imports this package too, once for every read, and needs no pydantic.
    if name != "OdbcConfig":
        raise AttributeError(name)
    from adapters.sources.odbc.config import OdbcConfig

    return OdbcConfig
