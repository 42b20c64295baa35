"""What a person may write in a source of kind `odbc`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, Self

from cronsim import CronSim, CronSimError
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

CONNECTION_KEYS = frozenset(
    {
        *("driver", "server", "servername", "host", "port", "instance", "service", "system"),
        *("database", "db", "dbname", "dbq", "protocol", "naming", "ccsid", "charset", "codepage"),
        *("encrypt", "trustservercertificate", "hostnameincertificate", "sslmode", "sslca"),
        *("sslcert", "sslverify", "forcetls", "tlsversion", "trusted_connection"),
        *("authentication", "applicationintent", "multisubnetfailover", "language"),
        *("defaultlibraries", "timeout", "usedeclarefetch", "fetch", "nowchar", "bigint"),
        *("jdconv", "maxvarcharsize", "fksupport"),
    }
)
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)")
_WRITES = re.compile(
    r"\b(insert|update|delete|merge|drop|alter|create|truncate|grant|revoke|call|exec|execute"
    r"|into|for\s+update)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\[[^\]]*\]")


def _duration(value: object) -> object:
    if isinstance(value, str):
        match = _DURATION.fullmatch(value.strip())
        if match is None:
            raise ValueError('write a duration such as "30s", "5m" or "2h"')
        return timedelta(seconds=float(match[1]) * _UNITS[match[2]])
    if isinstance(value, timedelta):
        return value
    raise ValueError('write a duration in quotes, such as "30s" or "5m"')


def _lag(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return _duration(value)


def _cron(value: str) -> str:
    try:
        CronSim(value, datetime(2026, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        raise ValueError(f"not a cron expression: {error}") from error
    return value


def _select_only(value: str) -> str:
    bare = _QUOTED.sub("''", value).strip()
    if not re.match(r"(select|with)\b", bare, re.IGNORECASE):
        raise ValueError("a query starts with SELECT or WITH: sources only read")
    if ";" in bare or "--" in bare or "/*" in bare:
        raise ValueError("one statement, without semicolon and comments")
    if _WRITES.search(bare):
        raise ValueError("the query holds a word that writes or locks: sources only read")
    return value.strip()


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Name = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f]+$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Compare(_Table):
    """Read everything each time and compare: sees every change and every delete."""

    by: Literal["compare"] = Field("compare", description="Read the whole table each time.")


class Watermark(_Table):
    """Read the rows whose watermark moved: cheap, blind for deletes between recounts."""

    by: Literal["watermark"] = Field(description="Read only rows that changed since last time.")
    column: Name = Field(
        description="The column that grows whenever a row changes: a time of change or a counter."
    )
    lag: Annotated[timedelta | int, BeforeValidator(_lag)] = Field(
        timedelta(minutes=5),
        description="How far behind the last watermark each read starts again, because"
        " transactions commit late: longer than the longest transaction of the ERP. A duration"
        " for times and dates, a number for counters.",
    )
    recount: Annotated[str, AfterValidator(_cron)] | None = Field(
        None,
        description="When to compare the whole table as well (cron, local time): finds deletes"
        " and rows that committed later than the lag. Without it, deletes are never seen.",
    )


class OdbcConfig(_Table):
    """A table, view or query read over ODBC. Nothing is ever written."""

    dsn: Name | None = Field(None, description="Name of a configured ODBC data source.")
    connection: dict[Name, str | int] | None = Field(
        None,
        description="Instead of a dsn: driver, server, port, database and other words of the"
        " driver. Never user or password.",
    )
    user: Name | None = Field(None, description="Account of the database, read-only if it can be.")
    password: Annotated[str, Field(pattern=r"^secret:[A-Za-z0-9._-]+$")] | None = Field(
        None, description='Its password, always as "secret:NAME" (`waybill secrets set NAME`).'
    )
    table: Name | None = Field(
        None, description='Table or view, with its schema where needed: "dbo.INVHDR".'
    )
    query: Annotated[str, AfterValidator(_select_only)] | None = Field(
        None, description="Instead of a table: one SELECT, without ORDER BY."
    )
    key: list[Name] = Field(
        min_length=1, description="Columns that identify a row: never blank, never twice the same."
    )
    columns: list[Name] | None = Field(
        None, description="Columns to read, beside the key. All of them if not given."
    )
    changes: Annotated[Compare | Watermark, Field(discriminator="by")] = Field(
        default_factory=lambda: Compare(by="compare"), description="How changes are found."
    )
    timeout: Duration = Field(
        timedelta(minutes=5), description="Longest time for one answer of the database."
    )
    heartbeat: Duration = Field(
        timedelta(seconds=60),
        description="A reader process that shows no sign of life for so long is ended.",
    )
    fetch: int = Field(2000, ge=1, le=50_000, description="Rows per fetch.")
    dialect: Literal["postgresql", "mariadb", "sqlite", "generic"] | None = Field(
        None, description="Kind of database, where its name and its driver's do not tell."
    )
    reader: Name | None = Field(
        None,
        description="Another reader process, for 32-bit drivers: a 32-bit python, or a reader"
        " program.",
    )
    database_id: Name | None = Field(
        None,
        description="Accepts this identity of the database after an intended move; the message"
        " SOURCE_ROLLBACK_DETECTED names it.",
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.dsn is None) == (self.connection is None):
            raise ValueError("give either `dsn` or `connection`")
        if (self.table is None) == (self.query is None):
            raise ValueError("give either `table` or `query`")
        if self.password is not None and self.user is None:
            raise ValueError("`password` needs `user`")
        if len(set(self.key)) < len(self.key):
            raise ValueError("`key` names a column twice")
        for word, value in (self.connection or {}).items():
            _allowed(word, str(value))
        if self.timeout <= timedelta(0) or self.heartbeat <= timedelta(0):
            raise ValueError("`timeout` and `heartbeat` must be longer than nothing")
        return self


def _allowed(word: str, value: str) -> None:
    if word.lower() in ("uid", "user", "username", "pwd", "password"):
        raise ValueError(f"`{word}` does not belong into `connection`: use `user` and `password`")
    if word.lower() not in CONNECTION_KEYS:
        raise ValueError(f"`{word}` is not allowed in `connection`; put it into a DSN")
    if "\x00" in value or "\n" in value:
        raise ValueError(f"the value of `{word}` holds a control character")
