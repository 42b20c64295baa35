"""The reader: a child process that owns the ODBC driver, because a driver may hang or crash.

It speaks `frames` over its standard streams: one JSON request, then JSON and data frames in
answer, beats in between. It decides nothing: it connects read-only, answers questions about the
catalogue, runs the SELECT it is given, and never writes. When its input ends, so does it: an
orphan never keeps a cursor open. Run with `python -m adapters.sources.odbc.reader`; a frozen
program calls `main()`.

Text comes as UTF-8 where a probe proves that the driver keeps every letter so (several times
faster with MariaDB's driver), else as UTF-16. A `tolerant` reader hands undecodable text on as a
marked value instead of failing the whole fetch.
"""

from __future__ import annotations

import codecs
import contextlib
import gc
import os
import queue
import signal
import struct
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from adapters.sources.odbc import frames
from adapters.sources.odbc.connection_string import connection_string
from adapters.sources.odbc.dialect import BY_NAME, PROBE_TEXT, Dialect, dialect_of
from adapters.sources.odbc.encode import encode
from adapters.sources.odbc.outgoing import Outgoing, private_output
from adapters.sources.odbc.scrub import scrub
from adapters.sources.odbc.wire import NO_DRIVER_MANAGER, parameter
from agent.clock import SystemClock
from agent.ports import Clock

try:
    import pyodbc  # type: ignore[import-not-found]  # its types lie where mypy does not look
except ImportError:  # its own library is missing: the driver manager
    sys.exit(NO_DRIVER_MANAGER)

pyodbc.pooling = False  # what was closed is closed, also for the database

FIRST_FETCH = 100
FRAME_BYTES = 2 * 1024 * 1024
MAKES = ("connection", "dialect", "fetch", "timeout", "login_timeout", "tolerant")
"""Of a request to open, what makes the connection."""
REST_SECONDS = 0.25
LIFE_SECONDS = 1.0
"""Tables of one database are looked at one after the other: they share a connection, which is not
kept for longer, since a file under it may be replaced, and a database be wanted for one user."""
CLOSE_SECONDS = 2.0
AT_ONCE_SECONDS = 0.1
"""A query that answers within goes out together with its first rows."""

Request = Mapping[str, Any]


class Session:
    """One connection and the requests that may be made of it."""

    def __init__(self, out: Outgoing, clock: Clock) -> None:
        self.out = out
        self.clock = clock
        self.secrets: tuple[str, ...] = ()
        self.words: Sequence[str] = ()
        self._connection: pyodbc.Connection | None = None
        self._made = b""
        """What it was made with."""
        self._served: set[str] = set()
        """Who read with it: nobody does twice."""
        self._since = 0.0
        self._opened: dict[str, object] = {}
        self.rests = False
        """Whether the connection waits for the next read: it is dropped if none comes."""
        self._actions: dict[str, Callable[[Request], None]] = {
            "open": self._open,
            "describe": self._describe,
            "keys": self._keys,
            "values": self._values,
            "select": self._select,
            "installed": self._installed,
            "tables": self._tables,
            "rest": self._rest,
        }

    @property
    def connection(self) -> pyodbc.Connection:
        if self._connection is None:
            raise RuntimeError("not open")
        return self._connection

    def answer(self, request: Request) -> None:
        """Answer one request, and those that follow on it as long as all goes well."""
        self.words = request.get("names", self.words)
        began = self.clock.monotonic()
        if self._is_done(request):
            for each in request.get("then", ()):
                if self.clock.monotonic() - began > AT_ONCE_SECONDS:
                    self.out.flush()
                if not self._is_done(each):
                    break
        self.out.flush()

    def _is_done(self, request: Request) -> bool:
        """Answer with what was asked, or with why not."""
        try:
            self._actions[request["do"]](request)
        except pyodbc.Error as error:
            state, text = [*map(str, error.args), "", ""][:2]
            self._fail(state, text)
        except UnicodeDecodeError:
            self._fail("TEXT", "")
        except (ValueError, OverflowError):  # a date that Python has no word for
            self._fail("VALUE", "")
        except MemoryError:
            self._fail("MEMORY", "")
        else:
            return True
        return False

    def _fail(self, state: str, text: str) -> None:
        # Some databases refuse everything else until then; some drivers crash on a lost connection.
        if self._connection is not None and not state.startswith(("08", "57", "HY")):
            with contextlib.suppress(pyodbc.Error):
                self._connection.rollback()
        self.out.say(error={"state": state, "text": scrub(text, self.secrets, self.words)})

    def _open(self, request: Request) -> None:
        made = orjson.dumps([request[word] for word in MAKES])
        who = request.get("who", "")
        is_old = request["at"] - self._since > LIFE_SECONDS or not who or who in self._served
        if self._connection is None or self._made != made or is_old:
            self.drop()
            self.secrets = tuple(request["secrets"])
            self._connect(request)
            self._made, self._since = made, request["at"]
        self._served.add(who)
        self.rests = False
        self.out.say(opened=self._opened)

    def _connect(self, request: Request) -> None:
        words: dict[str, str] = request["connection"]
        source = next((words[word] for word in words if word.upper() == "DSN"), "")
        driver = next((words[word] for word in words if word.upper() == "DRIVER"), "")
        driver = driver or pyodbc.dataSources().get(source, "")
        dialect = BY_NAME.get(request["dialect"]) or dialect_of(driver, source)
        given = {word.upper() for word in words}
        options = {
            word: value.format(fetch=request["fetch"])
            for word, value in dialect.driver_options.items()
            if word.upper() not in given
        }
        connection = pyodbc.connect(
            connection_string({**options, **words}),
            autocommit=True,
            readonly=True,
            timeout=request["login_timeout"],
        )
        self._connection = connection
        # Drivers that do not know timeouts say so here; the parent's deadline stands anyway.
        with contextlib.suppress(pyodbc.Error):
            connection.timeout = request["timeout"]
        database = connection.getinfo(pyodbc.SQL_DBMS_NAME)
        if not request["dialect"]:
            dialect = dialect_of(database, driver)
        self._set_up(dialect, request)
        self._opened = {
            "follows": True,
            "dialect": dialect.name,
            "database": f"{database} {connection.getinfo(pyodbc.SQL_DBMS_VER)}",
            "driver": f"{_info(connection, pyodbc.SQL_DRIVER_NAME) or driver} "
            f"{_info(connection, pyodbc.SQL_DRIVER_VER)}",
            "quote": _info(connection, pyodbc.SQL_IDENTIFIER_QUOTE_CHAR).strip() or '"',
            "place": [
                database,
                _info(connection, pyodbc.SQL_SERVER_NAME),
                _info(connection, pyodbc.SQL_DATABASE_NAME),
            ],
        }

    def _set_up(self, dialect: Dialect, request: Request) -> None:
        connection = self.connection
        set_text(connection, dialect, tolerant=request["tolerant"])
        for statement in dialect.setup:
            connection.execute(statement.format(milliseconds=request["timeout"] * 1000)).close()
        if not dialect.autocommit:
            connection.autocommit = False

    def _describe(self, request: Request) -> None:
        cursor = self.connection.cursor()
        cursor.columns(**request["table"])
        rows = cursor.fetchall()
        cursor.close()
        self.out.say(
            columns=[
                {
                    # By place: drivers of ODBC 2 name these columns differently.
                    "catalog": values[0],
                    "schema": values[1],
                    "table": values[2],
                    "name": values[3],
                    "type": values[5],
                    "nullable": values[10] != 0,
                    "measures": [str(values[place]) for place in (4, 6, 8)],
                }
                for values in rows
            ]
        )

    def _rest(self, request: Request) -> None:
        """Forget what was asked; with `keep` the next table of the database may follow at once."""
        if not request.get("keep"):
            self.drop()
        elif self._connection is not None and not self._connection.autocommit:
            try:
                self._connection.rollback()  # nothing is locked or kept visible meanwhile
            except pyodbc.Error:
                self.drop()
        self.words, self.rests = (), self._connection is not None
        self.out.say(rested=True)

    def drop(self) -> bool:
        """Forget the connection and what it was made with. False: the driver is at it for ever."""
        connection, self._connection = self._connection, None
        self._made, self.secrets, self.rests = b"", (), False
        self._served.clear()
        if connection is None:
            return True
        closing = threading.Thread(target=_close, args=(connection,), daemon=True)
        closing.start()
        closing.join(CLOSE_SECONDS)
        return not closing.is_alive()

    def _installed(self, _: Request) -> None:
        """What this process could connect to; needs no connection."""
        self.out.say(
            installed={
                "bits": 8 * struct.calcsize("P"),
                "drivers": list(pyodbc.drivers()),
                "dsns": [list(pair) for pair in pyodbc.dataSources().items()],
            }
        )

    def _tables(self, request: Request) -> None:
        cursor = self.connection.cursor()
        cursor.tables()
        rows = cursor.fetchmany(request["most"])
        cursor.close()
        # By place, as for columns: catalogue, schema, name, type.
        self.out.say(tables=[[text or "" for text in list(row)[:4]] for row in rows])

    def _keys(self, request: Request) -> None:
        table, schema, catalog = (request[word] for word in ("table", "schema", "catalog"))
        unique: dict[str, list[str]] = {}
        with contextlib.suppress(pyodbc.Error):
            for row in self.connection.cursor().primaryKeys(table, catalog, schema):
                unique.setdefault("", []).append(row[3])
        with contextlib.suppress(pyodbc.Error):
            for row in self.connection.cursor().statistics(table, catalog, schema, unique=True):
                if row[5] and row[8] and not row[12]:
                    unique.setdefault(row[5], []).append(row[8])
        self.out.say(keys=list(unique.values()))

    def _values(self, request: Request) -> None:
        cursor = self.connection.cursor()
        cursor.execute(request["sql"], *map(parameter, request["parameters"]))
        rows = [list(row) for row in cursor.fetchmany(100)]
        cursor.close()
        self.out.put(
            frames.frame(frames.JSON, orjson.dumps({"values": rows}, default=_text_of_value))
        )

    def _select(self, request: Request) -> None:
        cursor, began = self.connection.cursor(), self.clock.monotonic()
        cursor.execute(request["sql"], *map(parameter, request["parameters"]))
        description = cursor.description or ()
        self.out.say(columns=[[column[0], column[1].__name__] for column in description])
        if self.clock.monotonic() - began > AT_ONCE_SECONDS:
            self.out.flush()
        floats = [place for place, column in enumerate(description) if column[1] is float]
        fetch = min(FIRST_FETCH, request["fetch"])
        count = 0
        while rows := cursor.fetchmany(fetch):
            data = encode(rows, floats)
            self.out.put(frames.frame(frames.DATA, data))
            count += len(rows)
            if len(rows) < fetch:  # the driver has said that there are no more
                break
            self.out.flush()  # the next fetch may take as long as it likes
            # Wide rows make short fetches, so that memory stays flat whatever a row holds.
            fit = FRAME_BYTES * len(rows) // (len(data) + 1) + 1
            fetch = min(request["fetch"], fetch * 4, fit)
        cursor.close()
        self.out.say(end={"rows": count})


def _close(connection: pyodbc.Connection) -> None:
    with contextlib.suppress(pyodbc.Error):
        connection.close()


def set_text(connection: pyodbc.Connection, dialect: Dialect, *, tolerant: bool) -> None:
    """Choose how text travels: exact first, then fast."""
    narrow, wide = ("waybill-utf-8", "waybill-utf-16") if tolerant else ("utf-8", "utf-16-le")
    if tolerant:
        codecs.register(_tolerant_codec)
        connection.setdecoding(pyodbc.SQL_WCHAR, encoding=wide, ctype=pyodbc.SQL_WCHAR)
        connection.setdecoding(pyodbc.SQL_CHAR, encoding=narrow, ctype=pyodbc.SQL_CHAR)
    if dialect.raw_text:
        connection.setencoding(encoding="utf-8", ctype=pyodbc.SQL_CHAR)
        for kind in (pyodbc.SQL_CHAR, pyodbc.SQL_WCHAR):
            connection.setdecoding(kind, encoding=narrow, ctype=pyodbc.SQL_CHAR)
    elif dialect.narrow and not tolerant and os.name != "nt":
        connection.setdecoding(pyodbc.SQL_WCHAR, encoding="utf-8", ctype=pyodbc.SQL_CHAR)
        try:
            kept = connection.execute(f"select '{PROBE_TEXT}'").fetchval() == PROBE_TEXT
        except (pyodbc.Error, UnicodeDecodeError):
            kept = False
        if not kept:
            connection.setdecoding(pyodbc.SQL_WCHAR, encoding="utf-16-le", ctype=pyodbc.SQL_WCHAR)


def _tolerant_codec(name: str) -> codecs.CodecInfo | None:
    kinds = {
        "waybill_utf_8": ("utf-8", "surrogateescape"),
        "waybill_utf_16": ("utf-16-le", "surrogatepass"),
    }
    if name.replace("-", "_") not in kinds:
        return None
    encoding, errors = kinds[name.replace("-", "_")]
    return codecs.CodecInfo(
        encode=lambda text, _="": (text.encode(encoding, errors), len(text)),
        decode=lambda data, _="": (bytes(data).decode(encoding, errors), len(data)),
        name=name,
    )


def _info(connection: pyodbc.Connection, what: int) -> str:
    try:
        return str(connection.getinfo(what))
    except pyodbc.Error:
        return ""


def _text_of_value(value: Any) -> str:
    return value.hex() if isinstance(value, (bytes, bytearray)) else str(value)


def _listen(requests: queue.SimpleQueue[Request]) -> None:
    stream = sys.stdin.buffer
    with contextlib.suppress(frames.BrokenFrameError, OSError, orjson.JSONDecodeError):
        while (received := frames.receive(stream)) is not None:
            requests.put(orjson.loads(received[1]))
    os._exit(0)  # the parent is gone; a driver may be in the middle of anything


def main() -> None:
    """Answer requests until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to judge
    out = Outgoing(private_output())
    requests: queue.SimpleQueue[Request] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    gc.disable()  # rows make no cycles, and looking for some costs a tenth of the time
    session = Session(out, SystemClock())
    request = requests.get()
    never, every = threading.Event(), request["beat"]

    def beat() -> None:
        while not never.wait(every):
            out.beat()

    threading.Thread(target=beat, daemon=True).start()
    session.answer(request)
    del request  # what signs in is forgotten with the connection
    while True:
        try:
            session.answer(requests.get(timeout=REST_SECONDS if session.rests else None))
        except queue.Empty:
            if not session.drop():
                out.drain()
                os._exit(0)  # nobody waits for this process: another is started


if __name__ == "__main__":
    main()
