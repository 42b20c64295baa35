"""SQLSTATEs to our errors, once: what happened, what it means for the data, what to do.

Standard states, PostgreSQL's own, and the few that drivers hide in the text of a general one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from adapters.sources.odbc.dialect import GENERIC, Dialect
from agent.errors import SourceChanged, SourceError, SourceUnavailable
from agent.machine import account, grants

AUTH_PAUSE = timedelta(minutes=5)
"""Well above the pace at which databases lock an account."""
SHORT_PAUSE = timedelta(seconds=5)
GRANT_PAUSE = timedelta(seconds=30)
"""Where no password is sent none can be locked: what is granted is noticed soon."""


@dataclass(frozen=True, slots=True)
class Where:
    """What an error is about, in names that may be shown."""

    source: str
    table: str
    user: str = ""
    driver: str = ""
    dialect: Dialect = GENERIC
    database: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of failure."""

    code: str
    title: str
    hint: str
    changed: bool = False
    retry_after: timedelta | None = None


AUTH = Fault(
    "ODBC_AUTH_FAILED",
    "The database refused the sign-in of source {source}; nothing is read until it succeeds.",
    "Check user and password (`waybill secrets set`), and whether the account is locked or"
    " expired. It is tried again only every 5 minutes, so that the account is not locked.",
    retry_after=AUTH_PAUSE,
)
AUTH_ACCOUNT = Fault(
    "ODBC_AUTH_FAILED",
    "The database refused the sign-in of source {source} as {login}; nothing is read until it"
    " succeeds.",
    "{create}\nIt is tried again every 30 seconds, without a restart.",
    retry_after=GRANT_PAUSE,
)
UNREACHABLE = Fault(
    "ODBC_UNREACHABLE",
    "The database of source {source} cannot be reached; what was read stays as it is.",
    "Check that the database runs and that server, port and database name are right.",
)
TIMEOUT = Fault(
    "ODBC_TIMEOUT",
    "The database took too long to answer source {source}; it is read again later.",
    "Look for locks or heavy load, or raise `timeout` of the source.",
)
DEADLOCK = Fault(
    "ODBC_DEADLOCK",
    "The database ended the read of {table} for a conflict with other work; it is read again.",
    "Nothing to do, unless it keeps happening: then read at a quieter time.",
    retry_after=SHORT_PAUSE,
)
SCHEMA = Fault(
    "SCHEMA_CHANGED",
    "{table} is not as configured for source {source}: a table or column is missing.",
    "Compare the table with `table`, `key`, `columns` of the source and with its mappings.",
    changed=True,
)
DRIVER = Fault(
    "ODBC_DRIVER_MISSING",
    "The ODBC driver of source {source} ({driver}) is not installed, or is not for this reader.",
    "Install it{package}, or correct `driver` or `dsn`.",
)
BITNESS = Fault(
    "ODBC_DRIVER_BITNESS",
    "The ODBC driver of source {source} is 32-bit and this reader is not (or the reverse).",
    "Set `reader` to a 32-bit reader, or install the 64-bit driver.",
)
PERMISSION = Fault(
    "PERMISSION_DENIED",
    "The database account of source {source} may not read {table}.",
    "Let the database's administrator run: {grant}\nIt goes on by itself then, without a restart.",
    retry_after=GRANT_PAUSE,
)
TYPE = Fault(
    "COLUMN_TYPE_UNSUPPORTED",
    "A column of {table} has a type that cannot be read over ODBC.",
    "List the columns that are needed in `columns` and leave that one out.",
    changed=True,
)
TEXT = Fault(
    "TEXT_UNDECODABLE",
    "{table} holds text that is broken in its encoding; the next read marks such rows one by one.",
    "Nothing to do now; the rows will be listed as unreadable.",
    retry_after=SHORT_PAUSE,
)
VALUE = Fault(
    "VALUE_UNREADABLE",
    "{table} holds a date that the driver cannot hand over; the next read takes dates as text.",
    "Nothing to do now; the rows will be judged one by one.",
    retry_after=SHORT_PAUSE,
)
MEMORY = Fault(
    "ODBC_MEMORY",
    "The reader of {table} ran out of memory; what was read stays as it is.",
    "Name fewer `columns`, or lower `fetch`.",
)
CONDITION = Fault(
    "ODBC_ERROR",
    "The database answered source {source} with an error; it is read again later.",
    "The text in brackets is the driver's own.",
)

STATES: Mapping[str, Fault] = {
    "28000": AUTH, "28P01": AUTH,
    "08001": UNREACHABLE, "08003": UNREACHABLE, "08004": UNREACHABLE, "08006": UNREACHABLE,
    "08007": UNREACHABLE, "08S01": UNREACHABLE, "3D000": UNREACHABLE,
    "57P01": UNREACHABLE, "57P02": UNREACHABLE, "57P03": UNREACHABLE, "01S00": CONDITION,
    "HYT00": TIMEOUT, "HYT01": TIMEOUT, "57014": TIMEOUT, "S1T00": TIMEOUT, "70100": TIMEOUT,
    "40001": DEADLOCK, "40P01": DEADLOCK, "55P03": DEADLOCK,
    "42S02": SCHEMA, "42S22": SCHEMA, "42P01": SCHEMA, "42703": SCHEMA, "S0002": SCHEMA,
    "S0022": SCHEMA, "3F000": SCHEMA, "0A000": CONDITION,
    "IM002": DRIVER, "IM003": DRIVER, "IM004": DRIVER, "IM014": BITNESS,
    "42501": PERMISSION,
    "TEXT": TEXT, "VALUE": VALUE, "MEMORY": MEMORY, "22007": VALUE, "22008": VALUE,
}  # fmt: skip

# What a state leaves open and the text tells; tried first, in this order.
WORDS: Sequence[tuple[str, re.Pattern[str], Fault]] = tuple(
    (states, re.compile(pattern, re.IGNORECASE), fault)
    for states, pattern, fault in (
        ("08", (r"password authentication failed|no password supplied|role .* does not exist"
                r"|no pg_hba\.conf entry|\(1045\)|login failed"), AUTH),
        ("08,28,37,42,HY", r"cannot open database|permission was denied|\((229|916|4060)\)",
         PERMISSION),
        ("01", r"can't open lib|file not found", DRIVER),
        ("HY,42", r"command denied to user|access denied for user|\(1142\)|\(1143\)", PERMISSION),
        ("HY", r"no such (table|column)", SCHEMA),
        ("HY,", r"database( table)? is locked|\(1205\)|\(1213\)|lock wait timeout", DEADLOCK),
        ("HY", (r"unable to open|connect failed|disk i/o error|not a database|malformed"
               r"|server has gone away|lost connection|server closed the connection"
               r"|could not (connect|receive|send)|no connection to the server"
               r"|terminating connection|\(2002\)|\(2003\)|\(2006\)|\(2013\)"
               r"|can't connect|connection (refused|reset|timed out)|communication link"), UNREACHABLE),
        ("HY,70", r"max_statement_time|statement timeout|query timeout|interrupted", TIMEOUT),
        ("HY,07", r"SQL type -?\d+ is not yet supported", TYPE),
    )
)  # fmt: skip


_USER = re.compile(r"for user '([^']+)'")
_MICROSOFT = re.compile(
    r"sql server|sql native client|msodbcsql|sqlncli|sqlsrv32|freetds|tdsodbc", re.IGNORECASE
)


def translate(state: str, text: str, where: Where, missing: str = "") -> SourceError:
    """The error that a driver's answer means."""
    fault = _fault(state, text)
    if fault is AUTH and not where.user:
        fault = AUTH_ACCOUNT
    return to_error(fault, where, missing or _detail(state, text))


def to_error(fault: Fault, where: Where, detail: str = "") -> SourceError:
    """The error of this fault at this place."""
    package = where.dialect.package
    login = _login(detail)
    names = {
        "source": where.source,
        "table": where.table,
        "driver": where.driver or "unknown",
        "package": f" (Debian: apt install {package})" if package else "",
        "login": login or "nobody",
        "grant": _grant(where, login),
        "create": _create(where, login),
    }
    title = fault.title.format(**names) + (f" ({detail})" if detail else "")
    hint = fault.hint.format(**names)
    told = {name: word for name, word in names.items() if word} | {"detail": detail}
    if fault.changed:
        return SourceChanged(title, code=fault.code, hint=hint, params=told)
    return SourceUnavailable(
        title, code=fault.code, hint=hint, params=told, retry_after=fault.retry_after
    )


def _login(detail: str) -> str:
    """Whom the database saw: as it says itself, else as it must see this process."""
    found = _USER.search(detail)
    if found and "…" not in found[1]:
        return "" if found[1].upper().endswith("ANONYMOUS LOGON") else found[1]
    return account.here().network


def _grant(where: Where, login: str) -> str:
    if where.user or not _is_sql_server(where):
        return grants.sql(where.user or login or "THE_ACCOUNT", where.table)
    return grants.sql_server(login, where.table, where.database) if login else grants.NOBODY


def _create(where: Where, login: str) -> str:
    if not login:
        return grants.NOBODY
    if _is_sql_server(where):
        line = grants.sql_server(login, where.table, where.database)
    else:
        line = f"create a login for {login}, then {grants.sql(login, where.table)}"
    return f"Let the database's administrator run: {line}"


def _is_sql_server(where: Where) -> bool:
    return bool(_MICROSOFT.search(where.driver))


def _fault(state: str, text: str) -> Fault:
    for states, pattern, fault in WORDS:
        if state.startswith(tuple(states.split(","))) and pattern.search(text):
            return fault
    return STATES.get(state) or (UNREACHABLE if state.startswith("08") else CONDITION)


def _detail(state: str, text: str) -> str:
    if state.isalpha():
        return ""
    return f"{state}: {text}" if text else state
