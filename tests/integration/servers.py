"""Real PostgreSQL and MariaDB servers for tests: in temporary folders, on free ports, then gone.

As root they run as the users that their packages made. A fixture skips only where the server's
programs or its ODBC driver are truly absent.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyodbc
import pytest

from adapters.sources.odbc.config import OdbcConfig
from adapters.sources.odbc.read import OdbcRead
from adapters.sources.odbc.source import OdbcSource
from agent.clock import SystemClock
from agent.errors import SecretMissing
from agent.model import Raw, Record, Unreadable
from agent.ports import AdapterContext, Clock

PASSWORD = "Not;a {Secret} 1"  # hard for connection strings
START_SECONDS = 60
SERVERS = ("postgresql_server", "mariadb_server")
"""Their fixtures below."""
_POLL = threading.Event()
_SOURCES: list[OdbcSource] = []


@dataclass
class Server:
    """One running server and how to reach it over ODBC."""

    kind: str
    command: list[str]
    folder: Path
    user: str
    connection: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it, or start it again after `kill`, and wait until it answers."""
        log = (self.folder / "server.log").open("ab")
        with log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                **_account(self.user),
            )
        for _ in range(START_SECONDS * 10):
            if self.process.poll() is not None:
                break
            try:
                self.connect().close()
            except pyodbc.Error:
                _POLL.wait(0.1)
            else:
                return
        text = (self.folder / "server.log").read_text("utf-8", "replace")
        pytest.fail(f"{self.kind} did not start:\n{text[-3000:]}")

    def kill(self) -> None:
        """The power fails: no good-bye to any connection."""
        assert self.process is not None
        self.process.send_signal(signal.SIGQUIT if self.kind == "postgresql" else signal.SIGKILL)
        self.process.wait(30)

    def stop(self) -> None:
        """Stop it in whatever state it is."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT if self.kind == "postgresql" else signal.SIGKILL)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(30)

    def connect(self) -> pyodbc.Connection:
        """A connection of the ERP's own, to make and change tables."""
        words = {**self.connection, "uid": "erp", "pwd": "{" + PASSWORD.replace("}", "}}") + "}"}
        words["driver"] = "{" + words["driver"] + "}"
        text = ";".join(f"{key}={value}" for key, value in words.items())
        return pyodbc.connect(text, autocommit=True, timeout=10)

    def run(self, *statements: str) -> None:
        """Run statements of the ERP."""
        with contextlib.closing(self.connect()) as connection:
            for statement in statements:
                connection.execute(statement)


def _account(user: str) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _own(path: Path, user: str) -> None:
    if os.geteuid() == 0:
        shutil.chown(path, user, _account(user)["group"])


def _program(name: str, *folders: str) -> str:
    paths = [str(path) for folder in folders for path in sorted(Path("/").glob(folder))]
    found = shutil.which(name, path=os.pathsep.join([*reversed(paths), os.defpath, "/usr/sbin"]))
    if found is None:
        pytest.skip(f"the program {name} is not installed")
    return found


def _driver(name: str) -> str:
    if name not in pyodbc.drivers():
        pytest.skip(f"the ODBC driver {name} is not installed")
    return name


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def _folder(user: str) -> Iterator[Path]:
    # Not pytest's tmp_path: the server's user must be able to enter.
    path = Path(tempfile.mkdtemp(prefix="waybill-"))
    try:
        path.chmod(0o755)
        _own(path, user)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _helper(command: list[str], user: str, folder: Path) -> None:
    done = subprocess.run(
        command,
        check=False,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        **_account(user),
    )
    assert done.returncode == 0, done.stdout.decode(errors="replace")


@contextlib.contextmanager
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server with a database `erp` of the user `erp`."""
    binaries = "usr/lib/postgresql/*/bin"
    initdb, postgres = (_program(name, binaries) for name in ("initdb", "postgres"))
    driver = _driver("PostgreSQL Unicode")
    with _folder("postgres") as folder:
        secret = folder / "password"
        secret.write_text(PASSWORD)
        _own(secret, "postgres")
        data = folder / "data"
        make = [initdb, "-D", str(data), "-U", "erp", "-A", "scram-sha-256", "-E", "UTF8"]
        make += ["--no-locale", "--no-sync", f"--pwfile={secret}"]
        _helper(make, "postgres", folder)
        port = _free_port()
        command = [postgres, "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-F"]
        command += ["-c", "unix_socket_directories="]
        server = Server(
            "postgresql",
            command,
            folder,
            "postgres",
            {
                "driver": driver,
                "server": "127.0.0.1",
                "port": str(port),
                "database": "postgres",
            },
        )
        yield from _running(server)


@contextlib.contextmanager
def mariadb() -> Iterator[Server]:
    """A MariaDB server with a database `erp` of the user `erp`."""
    install = _program("mariadb-install-db")
    daemon = _program("mariadbd", "usr/sbin")
    driver = _driver("MariaDB Unicode")
    with _folder("mysql") as folder:
        data = folder / "data"
        make = [install, "--no-defaults", f"--datadir={data}", "--skip-test-db"]
        make += ["--auth-root-authentication-method=normal"]
        _helper(make, "mysql", folder)
        start = folder / "start.sql"
        start.write_text(
            "create database if not exists erp;\n"
            f"grant all on *.* to erp@'127.0.0.1' identified by '{PASSWORD}' with grant option;\n"
        )
        port = _free_port()
        command = [daemon, "--no-defaults", f"--datadir={data}", f"--port={port}"]
        command += ["--bind-address=127.0.0.1", f"--socket={folder}/s", f"--init-file={start}"]
        command += ["--skip-name-resolve", "--character-set-server=utf8mb4"]
        command += ["--innodb-flush-log-at-trx-commit=2", "--skip-log-bin"]
        server = Server(
            "mariadb",
            command,
            folder,
            "mysql",
            {
                "driver": driver,
                "server": "127.0.0.1",
                "port": str(port),
                "database": "erp",
            },
        )
        yield from _running(server)


def _running(server: Server) -> Iterator[Server]:
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    with postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[Server]:
    with mariadb() as server:
        yield server


@dataclass
class SqliteFile:
    """A SQLite database with the same handles as a server."""

    path: Path
    kind: str = "sqlite"

    @property
    def connection(self) -> Mapping[str, str]:
        return {"driver": "SQLite3", "database": str(self.path)}

    def run(self, *statements: str) -> None:
        """Run statements of the ERP, not through ODBC."""
        with contextlib.closing(sqlite3.connect(self.path)) as connection, connection:
            for statement in statements:
                connection.execute(statement)


@pytest.fixture
def sqlite_file(tmp_path: Path) -> SqliteFile:
    _driver("SQLite3")
    return SqliteFile(tmp_path / "erp.db")


class Secrets:
    """A store that holds one password."""

    def __init__(self, password: str = PASSWORD) -> None:
        self.password = password

    def get(self, name: str) -> str:
        if name != "erp-password":
            raise SecretMissing(f"Nobody has set the secret {name}.")
        return self.password


def source_on(
    erp: Server | SqliteFile,
    folder: Path,
    *,
    clock: Clock | None = None,
    password: str = PASSWORD,
    name: str = "orders",
    **settings: object,
) -> OdbcSource:
    """A source on this ERP, with the settings that a test cares about."""
    words: dict[str, object] = {"connection": dict(erp.connection), "key": ["ID"], **settings}
    if isinstance(erp, Server):
        words = {"user": "erp", "password": "secret:erp-password", **words}
    context = AdapterContext(name, clock or SystemClock(), Secrets(password), folder)
    source = OdbcSource(OdbcConfig.model_validate(words), context)
    _SOURCES.append(source)
    return source


@pytest.fixture(autouse=True)
def closed_sources() -> Iterator[None]:
    """An open read keeps a lock on its table: none may outlive its test."""
    yield
    while _SOURCES:
        _SOURCES.pop().close()


def answers(read: OdbcRead) -> list[Record | Unreadable]:
    """Everything that a read gives, parsed."""
    pages = list(read.pages())
    raws = [Raw(data, page.place(i)) for page in pages for i, data in enumerate(page.records)]
    return list(read.parse(raws))


def rows(read: OdbcRead) -> list[dict[str, object]]:
    """The records of a read as dicts by column name; no unreadable one among them."""
    found = answers(read)
    assert all(isinstance(record, Record) for record in found), found
    return [dict(zip(read.columns, record.values, strict=True)) for record in found]
