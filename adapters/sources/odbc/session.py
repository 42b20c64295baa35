"""Speaks with a reader process: opens the database, asks its catalogue, streams rows."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import blake2b
from typing import Any, NamedTuple

from adapters.sources.odbc import frames
from adapters.sources.odbc.config import OdbcConfig
from adapters.sources.odbc.dialect import BY_NAME, dialect_of
from adapters.sources.odbc.encode import SEPARATOR
from adapters.sources.odbc.faults import Where, translate
from adapters.sources.odbc.process import REST, Answer, ReaderProcess, nonsense
from adapters.sources.odbc.wire import Bound, packed
from agent.errors import SourceUnavailable
from agent.machine import account

GRACE = timedelta(seconds=5)
"""What the database's own timeout gets to be reported before the reader is ended."""
LOGIN = timedelta(seconds=30)
BEATS_PER_SILENCE = 4
_FEW = 20_000
"""Rows after which a reader's memory is better given back."""


_REST_WITHIN = timedelta(seconds=5)

Request = Mapping[str, object]

Shape = list[tuple[str, str]]
"""The columns of an answer: names and Python types."""


class UnlikeBeforeError(Exception):
    """Something else is to be asked than was asked ahead: what is answered now is of no use."""


@dataclass(frozen=True, slots=True)
class CatalogColumn:
    """One column as the catalogue knows it."""

    catalog: str | None
    schema: str | None
    table: str
    name: str
    type: str
    nullable: bool
    measures: Sequence[str] = ()
    """The type's number, size and decimals: with them nothing can change unseen."""


class TableName(NamedTuple):
    """One table or view."""

    schema: str
    name: str
    kind: str


class Session:
    """One open connection, in a reader process that serves nobody else meanwhile."""

    def __init__(
        self,
        settings: OdbcConfig,
        process: ReaderProcess,
        where: Where,
        words: Mapping[str, str],
        release: Callable[[ReaderProcess, bool], None],
        *,
        tolerant: bool = False,
        who: str = "",
        ahead: Sequence[Request] = (),
    ) -> None:
        """`who` may read with the connection of another who did just now; nobody: sign in.

        `ahead` is what will be asked, as far as it is known: it goes out with the request to open,
        and each question is compared with it. Raises SourceError; so does every question.
        """
        self._process = process
        self._release = release
        self._is_closed = False
        self._is_quiet = False  # whether all that was asked was answered, and well
        self._ahead: deque[Request] = deque()
        self.asked: list[Request] = []
        """All questions so far, in their order."""
        self._timeout = settings.timeout
        self.where = where
        self.rows = 0
        """Rows of all selects so far, as their ends counted them."""
        process.driver = where.driver or settings.dsn or process.driver
        secrets = [words[word] for word in ("PWD",) if word in words]
        # What was answered may be held until the first question that takes its time is.
        opened = self._one(
            "opened",
            LOGIN + GRACE + (self._timeout if ahead else timedelta(0)),
            do="open",
            then=ahead,
            connection=words,
            secrets=secrets,
            names=_names(settings),
            dialect=settings.dialect or "",
            fetch=settings.fetch,
            timeout=max(1, round(settings.timeout.total_seconds())),
            login_timeout=round(LOGIN.total_seconds()),
            beat=settings.heartbeat.total_seconds() / BEATS_PER_SILENCE,
            tolerant=tolerant,
            who=who,
            at=process.clock.monotonic(),
        )
        if opened.get("follows"):  # a reader of another version may not know of it
            self._ahead.extend(ahead)
        self.asked.clear()
        self.dialect = BY_NAME.get(opened["dialect"]) or dialect_of()
        self.database = str(opened["database"])
        self.driver = process.driver = str(opened["driver"])
        self.mark = str(opened["quote"])[0]
        self.where = replace(where, driver=self.driver, dialect=self.dialect)
        self.about = (self.dialect.name, self.database, self.driver, self.mark)
        """What answers: another version may have other words for the same types."""
        self._place: list[str] = opened["place"]

    def identity(self) -> str:
        """What tells this database from every other, as a short hash."""
        place = list(self._place)
        if self.dialect.identity:
            try:
                place[1:] = [str(value) for value in self.values(self.dialect.identity)]
            except SourceUnavailable:  # not permitted: the names must do
                if self._process.ended:
                    raise
        return blake2b("\n".join(place).encode(), digest_size=6).hexdigest()

    def describe(self, parts: Sequence[str]) -> list[CatalogColumn]:
        """The columns of exactly this table, in their order; empty if there is none such."""
        table, schema, catalog = [*reversed(parts), None, None][:3]
        if self.dialect.schema_is_catalog and catalog is None:
            schema, catalog = None, schema
        asked = {"table": table, "schema": schema, "catalog": catalog}
        rows = self._one("columns", self._timeout + GRACE, do="describe", table=asked)
        columns = [CatalogColumn(**row) for row in rows]
        # The names are patterns to a driver: an underscore stands for any letter.
        return [
            column
            for column in columns
            if column.table == table
            and (schema is None or column.schema == schema)
            and (catalog is None or column.catalog == catalog)
        ]

    def unique_keys(self, of: CatalogColumn) -> list[list[str]]:
        """Sets of columns that the database keeps unique."""
        keys: list[list[str]] = self._one(
            "keys",
            self._timeout + GRACE,
            do="keys",
            table=of.table,
            schema=of.schema,
            catalog=of.catalog,
        )
        return keys

    def tables(self, most: int) -> list[TableName]:
        """Tables and views, without those of the system, as the account may see them."""
        rows = self._one("tables", self._timeout + GRACE, do="tables", most=most)
        found = []
        for catalog, schema, name, kind in rows:
            if kind.upper() in ("TABLE", "VIEW", "BASE TABLE", "SYNONYM", "ALIAS"):
                home = catalog if self.dialect.schema_is_catalog else schema
                found.append(TableName(str(home), str(name), "view" if kind == "VIEW" else "table"))
        return found

    def values(self, sql: str, *parameters: Bound) -> list[Any]:
        """The first row of a short answer, as JSON values."""
        bound = [packed(value) for value in parameters]
        rows = self._one("values", self._timeout + GRACE, do="values", sql=sql, parameters=bound)
        return list(rows[0]) if rows else []

    def header(self, sql: str) -> Shape:
        """The names and Python types of what a SELECT without rows would bring."""
        columns = self.select(sql, (), 1)
        self._next("end", self._timeout + GRACE)
        self._is_quiet = True
        return columns

    def select(self, sql: str, parameters: Sequence[Bound], fetch: int) -> Shape:
        """Ask for records, which `records` brings; the names and Python types of its columns."""
        self._ask(do="select", sql=sql, parameters=[*map(packed, parameters)], fetch=fetch)
        columns = self._next("columns", self._timeout + GRACE)
        return [(str(name), str(kind)) for name, kind in columns]

    def records(self) -> Iterator[list[bytes]]:
        """Raw records in runs, to the end that the driver proved."""
        seen = 0
        while True:
            answer = self._answer(self._timeout + GRACE)
            if answer.kind == frames.DATA:
                lines = answer.body.split(SEPARATOR)
                seen += len(lines)
                yield lines
                continue
            end = self._judge(answer).get("end")
            if not isinstance(end, dict) or end.get("rows") != seen:
                raise self._nonsense()
            self.rows += seen
            self._is_quiet = True
            return

    def close(self) -> None:
        """Leave the connection; a reader with which all went well may serve the next read."""
        if not self._is_closed:
            self._is_closed = True
            is_sound = self._is_quiet and self.rows <= _FEW
            self._release(self._process, is_sound and self._rests())

    def _rests(self) -> bool:
        """Whether nothing is under way any more, or nothing but the rest that was asked ahead."""
        if not self._ahead:
            return True
        if list(self._ahead) != [REST]:
            return False
        try:
            self._process.rests = self._one("rested", _REST_WITHIN, **REST) is True
        except SourceUnavailable:
            return False
        return True

    def _ask(self, **request: object) -> None:
        self._is_quiet = False
        self.asked.append(request)
        if not self._ahead:
            self._process.ask(request)
        elif self._ahead.popleft() != request:
            raise UnlikeBeforeError

    def _one(self, name: str, within: timedelta, **request: object) -> Any:
        self._ask(**request)
        found = self._next(name, within)
        self._is_quiet = True
        return found

    def _next(self, name: str, within: timedelta) -> Any:
        content = self._judge(self._answer(within))
        if name not in content:
            raise self._nonsense()
        return content[name]

    def _answer(self, within: timedelta) -> Answer:
        return self._process.answer(within)

    def _judge(self, answer: Answer) -> dict[str, Any]:
        try:
            content = answer.content()
        except (ValueError, frames.BrokenFrameError):
            raise self._nonsense() from None
        if "error" in content:
            error: Any = content["error"]
            self._ahead.clear()  # the reader leaves out what was to follow
            raise translate(str(error["state"]), str(error["text"]), self.where)
        return content

    def _nonsense(self) -> SourceUnavailable:
        self._process.close()
        return nonsense()


def _names(settings: OdbcConfig) -> list[str]:
    """What a driver's message may name: nothing but what the configuration says anyway."""
    watermark = [settings.changes.column] if settings.changes.by == "watermark" else []
    return [
        *settings.key,
        *(settings.columns or ()),
        *watermark,
        settings.table or "",
        *(settings.table or "").split("."),
        settings.user or "",
        str((settings.connection or {}).get("database", "")),
        account.here().network,  # whom the database refuses, where no user is configured
        r"NT AUTHORITY\ANONYMOUS LOGON",
    ]
