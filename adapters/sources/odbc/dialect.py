"""What databases and their ODBC drivers do differently, as data.

`driver_options` keep the child's memory flat and values exact:

- PostgreSQL: `UseDeclareFetch` reads through a server cursor in steps of `Fetch`; booleans and
  bytea keep their own types; its own logs, which would hold values, stay off whatever the DSN says.
- MariaDB and MySQL: `NO_CACHE` with `FORWARDONLY` (and `STREAMRS` where known) streams the result.
  MariaDB's driver 3.1 ignores it and holds the result in the child's memory; 3.2 streams.
- SQLite: `StepAPI` steps instead of buffering; it works outside a transaction only, which is why
  that dialect reads with autocommit. `NoCreat` keeps a mistyped path from making an empty file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PROBE_TEXT = "Aé漢😀"


@dataclass(frozen=True, slots=True)
class Dialect:
    """One family of databases."""

    name: str
    marks: tuple[str, ...] = ()
    """What the driver's or the database's name contains, in lower case."""
    driver_options: Mapping[str, str] = field(default_factory=dict)
    setup: tuple[str, ...] = ()
    """Statements at the start of a session: read only, UTC, a timeout of the server's own."""
    autocommit: bool = False
    narrow: bool = False
    """Text may be fetched as UTF-8 instead of UTF-16, which is faster, once a probe proved it."""
    raw_text: bool = False
    """Text arrives as stored bytes, and parameters are sent so."""
    schema_is_catalog: bool = False
    instants: tuple[str, ...] = ()
    """Type names whose values are instants: read in UTC because `setup` says so."""
    now: str = "{fn now()}"
    """The database's clock, as its local date and time."""
    now_instant: str = "{fn now()}"
    """The database's clock in the session's time zone."""
    identity: str = ""
    """A query of one value that tells this database from a copy on another server."""
    loose_types: bool = False
    """Any column may hold any type of value: everything but text and bytes is read as text."""
    bind_text: bool = False
    """Times are bound as text: the driver cuts their fractions, or the database has no times."""
    dates_as_text: bool = False
    """The driver bends dates that it has no word for: PostgreSQL's turns infinity into today."""
    text_type: str = "varchar(64)"
    """What a date is cast to where the driver cannot hand it over."""
    package: str = ""
    """The Debian package of the driver."""


GENERIC = Dialect("generic")
DIALECTS = (
    Dialect(
        "postgresql",
        marks=("postgres", "psqlodbc"),
        driver_options={
            "UseDeclareFetch": "1",
            "Fetch": "{fetch}",
            "BoolsAsChar": "0",
            "ByteaAsLongVarBinary": "1",
            "MaxVarcharSize": "255",
            "Debug": "0",
            "CommLog": "0",
        },
        setup=(
            "set session characteristics as transaction isolation level read committed, read only",
            "set session time zone 'UTC'",
            "set session datestyle = 'ISO, YMD'",
            "set session statement_timeout = {milliseconds}",
        ),
        narrow=True,
        instants=("timestamptz", "timestamp with time zone"),
        now="(now() at time zone (select reset_val from pg_settings where name = 'TimeZone'))",
        now_instant="now()",
        identity=(
            "select (select system_identifier::text from pg_control_system()) || '/' || oid::text"
            " from pg_database where datname = current_database()"
        ),
        dates_as_text=True,
        text_type="text",
        package="odbc-postgresql",
    ),
    Dialect(
        "mariadb",
        marks=("mariadb", "maodbc", "mysql", "myodbc"),
        driver_options={"NO_CACHE": "1", "FORWARDONLY": "1", "STREAMRS": "1"},
        setup=(
            "set session transaction isolation level read committed",
            "set session transaction read only",
            "set session time_zone = '+00:00'",
        ),
        narrow=True,
        schema_is_catalog=True,
        bind_text=True,
        instants=("timestamp",),
        now="convert_tz(utc_timestamp(6), '+00:00', @@global.time_zone)",
        now_instant="utc_timestamp(6)",
        identity="select concat(@@hostname, '/', @@port, '/', database())",
        dates_as_text=True,
        text_type="char",
        package="odbc-mariadb",
    ),
    Dialect(
        "sqlite",
        marks=("sqlite",),
        driver_options={"StepAPI": "1", "NoCreat": "1", "NoWCHAR": "1", "Timeout": "30000"},
        setup=("pragma query_only = 1",),
        autocommit=True,
        raw_text=True,
        bind_text=True,
        now="strftime('%Y-%m-%d %H:%M:%f', 'now')",
        now_instant="strftime('%Y-%m-%d %H:%M:%f', 'now')",
        loose_types=True,
        text_type="text",
        package="libsqliteodbc",
    ),
    GENERIC,
)
BY_NAME = {dialect.name: dialect for dialect in DIALECTS}


def dialect_of(*names: str) -> Dialect:
    """The dialect that the first telling name (a driver's, a database's) belongs to."""
    for name in names:
        lower = name.lower()
        for dialect in DIALECTS:
            if lower == dialect.name or any(mark in lower for mark in dialect.marks):
                return dialect
    return GENERIC
