"""The ODBC source: decides what the next read is, and has a session for it.

- `compare` reads everything each time: every change and every delete is seen.
- `watermark` reads rows from the last watermark on, minus the lag; rows without a watermark are
  read each time. The first read, a due recount, and a watermark that went back read everything.
  Between recounts deletes are not seen; without a recount they never are.
- The watermark never passes the database's own clock, so that one row from the year 9999 is
  delivered and hides nothing after it.
- Another database behind the same name is SOURCE_ROLLBACK_DETECTED: a person must look first.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from adapters.sources.odbc import checks
from adapters.sources.odbc.config import OdbcConfig, Watermark
from adapters.sources.odbc.dialect import dialect_of
from adapters.sources.odbc.faults import Where
from adapters.sources.odbc.process import REST, ReaderProcess, command_of
from adapters.sources.odbc.read import OdbcRead, Plan
from adapters.sources.odbc.relation import Relation, inspect
from adapters.sources.odbc.session import (
    Request,
    Session,
    Shape,
    TableName,
    UnlikeBeforeError,
)
from adapters.sources.odbc.spares import SPARES
from adapters.sources.odbc.statements import Statements, parts_of
from adapters.sources.odbc.watermark import Marks, bound, is_due, start_of
from adapters.sources.odbc.wire import Bound
from agent.errors import SecretMissing, SourceChanged, SourceError, SourceUnavailable
from agent.model import Checkpoint, Content, Findings
from agent.ports import AdapterContext, Stop

TOLERANT_AFTER = ("TEXT_UNDECODABLE", "VALUE_UNREADABLE")
SECRET_PAUSE = timedelta(minutes=1)


class Known(NamedTuple):
    """A table as the last read found it."""

    relation: Relation
    shape: Shape
    """What the driver said of the columns of its rows."""
    ahead: Sequence[Request]
    """What the next read will ask, whatever the rows are."""


class OdbcSource:
    """One table, view or query (satisfies `agent.ports.Source`)."""

    conditions: Findings = ()
    """A table has nothing beside the way."""

    def __init__(self, settings: OdbcConfig, context: AdapterContext) -> None:
        self._settings = settings
        self._context = context
        self._name = settings.table or context.name
        self._tolerant = False
        self._known: Known | None = None
        self._lock = threading.Lock()
        self._process: ReaderProcess | None = None
        self._closed = False
        SPARES.join()

    def check(self) -> Findings:
        """Driver, connection, table, key, watermark: as the service sees them."""
        try:
            session = self._open()
        except SourceError as error:
            return (checks.failed(error),)
        try:
            return checks.findings(session, self._settings, tolerant=self._tolerant)
        finally:
            session.close()

    def wait(self, stop: Stop, timeout: float) -> bool:
        """Tables announce nothing: only the reading schedule asks them."""
        stop.wait(timeout)
        return False

    def read(self, since: Checkpoint | None, *, again: bool = False) -> OdbcRead:
        """A read of everything (also if asked for `again`), or of what moved since."""
        known, self._known = self._known, None
        session = self._open(self._context.name, known.ahead if known else ())
        try:
            before = known.relation if known else None
            relation = inspect(session, self._settings, tolerant=self._tolerant, before=before)
            identity = self._identity(session, since)
            plan = self._plan(session, relation, identity, None if again else since)
            read = OdbcRead(plan, session, self._learn)
        except SourceError as error:
            session.close()
            self._learn(error)
            raise
        except UnlikeBeforeError:
            return self._read_anew(session, since, again=again)
        except BaseException:
            session.close()
            raise
        if known and relation is known.relation and read.shape != known.shape:
            # The catalogue lags behind, as with a view over a table that was altered.
            return self._read_anew(session, since, again=again)
        ahead = self._same_next_time(session.asked) if known and known.relation is relation else ()
        self._known = Known(relation, read.shape, ahead)
        return read

    def _read_anew(self, session: Session, since: Checkpoint | None, *, again: bool) -> OdbcRead:
        session.close()
        return self.read(since, again=again)

    def _same_next_time(self, asked: Sequence[Request]) -> Sequence[Request]:
        """Of what a read asked of a known table: where a watermark decides, what is before that."""
        if not isinstance(self._settings.changes, Watermark):
            return [*asked, REST]
        return [*takewhile(lambda request: request["do"] != "select", asked)]

    def sample(self, back: int = 0) -> OdbcRead | None:
        """The table as it is; it has no earlier exports. Raises SourceUnavailable."""
        return None if back else self.read(None)

    def tables(self, most: int) -> list[TableName]:
        """What there is to read in this database. Raises SourceUnavailable."""
        session = self._open()
        try:
            return session.tables(most)
        finally:
            session.close()

    def proposed_key(self) -> tuple[list[str], bool]:
        """Columns that the database keeps unique, else the first one; whether they are proven.

        Raises SourceError.
        """
        session = self._open()
        try:
            if self._settings.table is None:
                query = Statements(session.dialect, session.mark, f"({self._settings.query}) t")
                return [name for name, _ in session.header(query.header())][:1], False
            columns = session.describe(parts_of(self._settings.table))
            unique = [keys for keys in session.unique_keys(columns[0]) if keys] if columns else []
            return (unique[0], True) if unique else ([c.name for c in columns[:1]], False)
        finally:
            session.close()

    def settle(self, checkpoint: Checkpoint, *, clean: bool) -> bool:  # noqa: ARG002 - the port's
        """A table has nothing to archive."""
        return True

    def close(self) -> None:
        """End the reader process, if one runs."""
        with self._lock:
            was_closed, self._closed = self._closed, True
            process, self._process = self._process, None
        if process is not None:
            SPARES.drop(process)
        if not was_closed:
            SPARES.leave()

    def _plan(
        self, session: Session, relation: Relation, identity: str, since: Checkpoint | None
    ) -> Plan:
        changes = self._settings.changes
        statements = relation.statements
        checkpoint: dict[str, str] = {"identity": identity}
        content = Content.FULL
        passes: list[tuple[str, list[Bound]]] = [(statements.everything(), [])]
        if isinstance(changes, Watermark) and statements.watermark is not None:
            column, now = statements.watermark, self._context.clock.now()
            marks = Marks(*_texts(session.values(statements.newest())), at=now)
            checkpoint |= marks.checkpoint(since) | {"counted": now.isoformat()}
            start = None
            if since is not None and not self._recount_due(changes, since, identity, now):
                start = start_of(column, since, marks, changes.lag)
            if start is not None and since is not None:
                content = Content.CHANGES
                passes = [(statements.changed(), [bound(start, as_text=session.dialect.bind_text)])]
                if column.nullable:
                    passes.insert(0, (statements.unmarked(), []))
                checkpoint["counted"] = str(since["counted"])
        return Plan(
            self._name,
            content,
            relation.columns,
            self._settings.key,
            passes,
            checkpoint,
            self._settings.fetch,
        )

    def _recount_due(
        self, changes: Watermark, since: Checkpoint, identity: str, now: datetime
    ) -> bool:
        counted = since.get("counted")
        if not isinstance(counted, str) or since.get("identity") != identity:
            return True
        zone = self._context.timezone
        return changes.recount is not None and is_due(changes.recount, counted, now, zone)

    def _identity(self, session: Session, since: Checkpoint | None) -> str:
        identity = session.identity()
        before = since.get("identity", identity) if since is not None else identity
        if identity not in (before, self._settings.database_id):
            raise SourceChanged(
                f"Another database answers for source {self._context.name} than before;"
                " nothing was read from it.",
                code="SOURCE_ROLLBACK_DETECTED",
                params={"source": self._context.name, "identity": identity},
                hint="If the database was moved or restored on purpose, set"
                f' `database_id = "{identity}"` in the source; everything is then compared anew.',
            )
        return identity

    def _learn(self, error: SourceError) -> None:
        self._known = None
        if error.code in TOLERANT_AFTER:
            self._tolerant = True

    def _open(self, who: str = "", ahead: Sequence[Request] = ()) -> Session:
        words = self._words()
        reader = self._settings.reader
        if reader is not None and Path(reader).name != reader:  # a bare name is the PATH's
            reader = str(self._context.folder / reader)
        process = SPARES.take(command_of(reader), self._context.clock, self._settings.heartbeat)
        with self._lock:
            previous, self._process = self._process, process
            closed = self._closed
        if previous is not None:
            SPARES.drop(previous)  # a read that nobody finished
        try:
            if closed:
                raise SourceUnavailable("The source is closed.", code="ODBC_STOPPED")
            return Session(
                self._settings,
                process,
                self._where,
                words,
                self._release,
                tolerant=self._tolerant,
                who=who,
                ahead=ahead,
            )
        except BaseException:
            SPARES.drop(process)
            raise

    def _release(self, process: ReaderProcess, is_sound: bool) -> None:  # noqa: FBT001 - a callback
        with self._lock:
            is_spare = is_sound and self._process is process
            if is_spare:
                self._process = None
        if is_spare:
            SPARES.give(process)
        else:
            SPARES.drop(process)

    def _words(self) -> Mapping[str, str]:
        """What the driver is told to connect, the password as it is now."""
        settings, words = self._settings, dict(self._fixed_words)
        if settings.password is not None:
            try:
                words["PWD"] = self._context.secrets.get(settings.password.removeprefix("secret:"))
            except SecretMissing as error:
                raise SourceUnavailable(
                    f"The password of source {self._context.name} is not set.",
                    code=error.code,
                    hint=error.hint or "Set it with `waybill secrets set`.",
                    retry_after=SECRET_PAUSE,
                ) from error
        return words

    @cached_property
    def _where(self) -> Where:
        words, settings = self._fixed_words, self._settings
        driver = words.get("driver", words.get("DRIVER", ""))
        return Where(
            self._context.name,
            self._name,
            settings.user or "",
            driver or (settings.dsn or ""),
            dialect_of(settings.dialect or "", driver),
            next((words[word] for word in words if word.lower() == "database"), ""),
        )

    @cached_property
    def _fixed_words(self) -> Mapping[str, str]:
        settings = self._settings
        words = {word: str(value) for word, value in (settings.connection or {}).items()}
        if settings.dsn is not None:
            words["DSN"] = settings.dsn
        driver = next((words[word] for word in words if word.lower() == "driver"), "")
        if dialect_of(settings.dialect or "", driver).name == "sqlite":
            for word, value in words.items():
                if word.lower() == "database":
                    words[word] = str(self._context.folder / value)
        if settings.user is not None:
            words["UID"] = settings.user
        return words


def _texts(values: list[object]) -> tuple[str | None, str | None]:
    newest, clock = [None if value is None else str(value) for value in (*values, None, None)][:2]
    return newest, clock
