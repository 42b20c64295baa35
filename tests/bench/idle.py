"""What an agent costs that has nothing to do: 20 file sources, 20 tables, everything delivered.

    dev.py bench idle [--program FILE] [--minutes 2] [--json]

Measured from outside after a restart, readers of tables included: the memory of the agent's process
and the share of one core, each against its limit. `--program` measures a frozen `waybill`, else this
checkout runs. The sources are asked as often as they are by default. On a machine that others use the
same work takes more of a core: what a sleep costs there is told beside.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

from agent import keys
from agent.app import odbc_drivers
from agent.control.client import Client
from agent.demo.crm import Crm
from agent.demo.crms import CRMS
from agent.demo.worker import odbc_driver
from agent.errors import ControlError
from tests import storm
from tests.bench.contest import WrongAnswerError
from tests.bench.environment import cache
from tests.bench.worker import ROOT

FILES = TABLES = 20
ROWS = 10
MOST_MB = 90.0
MOST_SHARE = 0.003
_PROBE = 3_000
_SETTLED = 180.0
"""Seconds for everything to be delivered and to come to rest."""
_HEAD = """
version = 1
[agent]
name = "bench"
[limits]
reserve_bytes = 0
[ownership.account]
master = "erp"
"""
_FILE = """
[sources.file{n}]
kind = "files"
folder = "../export"
pattern = "FILE{n}.csv"
content = "full"
format = {{ kind = "delimited" }}
key = ["NO"]
ready = {{ quiet = "1s" }}
end = "newline"
[flows.file{n}]
source = "file{n}"
target = "crm"
entity = "account"
mapping = "mappings/accounts.toml"
"""
_TABLE = """
[sources.table{n}]
kind = "odbc"
connection = {{ driver = "{driver}", database = "../erp.db" }}
table = "T{n}"
key = ["NO"]
[flows.table{n}]
source = "table{n}"
target = "crm"
entity = "account"
mapping = "mappings/accounts.toml"
"""
_MAPPING = """
version = 1
entity = "account"
external_id = "NO"
on_leave = "delete"
[fields]
name = "NAME"
number = "NO"
"""


def main(arguments: Sequence[str]) -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="dev.py bench idle", description=__doc__)
    parser.add_argument("--program", type=Path, help="a frozen `waybill`")
    parser.add_argument("--minutes", type=float, default=2, help="how long it is watched")
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    asked = parser.parse_args(arguments)
    driver = odbc_driver(odbc_drivers())
    if not driver:
        sys.stderr.write("bench: the ODBC driver for SQLite is missing (libsqliteodbc).\n")
        return 2
    found = _measure(asked.program, driver, asked.minutes * 60)
    good = found["memory_mb"] <= MOST_MB and found["share"] <= MOST_SHARE
    sys.stdout.write(
        f"memory {found['memory_mb']:6.1f} MB (limit {MOST_MB:g}),"
        f" of it files {found['files_mb']:.1f} MB\n"
        f"work   {found['share']:6.2%} of a core (limit {MOST_SHARE:.1%}):"
        f" agent {found['own']:.2%}, readers of tables {found['readers']:.2%}\n"
        f"a short piece of work took {found['slower']:.1f} times after a sleep what it takes in one go\n"
        f"{'ok' if good else 'MISSED'}\n"
    )
    if asked.json:
        sys.stdout.write(json.dumps({"bench": "idle", "ok": good, **found}) + "\n")
    return 0 if good else 1


def _measure(program: Path | None, driver: str, seconds: float) -> dict[str, float]:
    folder = Path(mkdtemp(prefix="idle-", dir=cache()))
    crm = Crm(folder / "crm", folder / "crm.log", crm="salesforce", shape=CRMS["salesforce"],
              keep=False)  # fmt: skip
    try:
        crm.wait()
        home = _home(folder, driver, storm.settings("salesforce", crm.about), crm.secret)
        log = folder / "agent.log"
        with _running(program, home, log) as process:
            _until_idle(home, process, log)
        with _running(program, home, log) as process:  # as after the next start of the machine
            _until_idle(home, process, log)
            time.sleep(10)
            before, began = _times(process.pid), time.monotonic()
            slower = _slower(seconds)
            after, lasted = _times(process.pid), time.monotonic() - began
            own, readers = ((new - old) / lasted for new, old in zip(after, before, strict=True))
            memory, files = _memory(process.pid)
        return {
            "memory_mb": memory,
            "files_mb": files,
            "share": own + readers,
            "own": own,
            "readers": readers,
            "seconds": lasted,
            "slower": slower,
        }
    finally:
        crm.process.end()
        shutil.rmtree(folder, ignore_errors=True)


def _slower(seconds: float) -> float:
    """Let so much time pass; how much longer a short piece of work takes after a sleep than in one go.

    An idle agent does nothing but such pieces: where others have the caches and the cores meanwhile,
    each of them costs it a multiple.
    """
    end, at_once = time.monotonic() + seconds, min(_piece() for _ in range(200))
    took = list[float]()
    while time.monotonic() < end:
        time.sleep(0.5)
        took.append(_piece())
    return statistics.median(took) / at_once


def _piece() -> float:
    began = time.process_time()
    sum(number * number for number in range(_PROBE))
    return time.process_time() - began


def _home(folder: Path, driver: str, target: str, secret: str) -> Path:
    home, exports = folder / "home", folder / "export"
    (home / "mappings").mkdir(parents=True)
    home.chmod(0o700)
    exports.mkdir()
    text = _HEAD + target
    for number in range(FILES):
        rows = "".join(f"F{number}-{row},Name {row}\n" for row in range(ROWS))
        (exports / f"FILE{number}.csv").write_text(f"NO,NAME\n{rows}", encoding="utf-8")
        text += _FILE.format(n=number)
    with closing(sqlite3.connect(folder / "erp.db")) as database, database:
        for number in range(TABLES):
            database.execute(
                f"create table T{number} (NO varchar(20) primary key, NAME varchar(9))"
            )
            rows = [(f"T{number}-{row}", f"Name {row}") for row in range(ROWS)]
            database.executemany(f"insert into T{number} values (?, ?)", rows)
            text += _TABLE.format(n=number, driver=driver)
    (home / "waybill.toml").write_text(text, encoding="utf-8")
    (home / "mappings" / "accounts.toml").write_text(_MAPPING, encoding="utf-8")
    keys.initialise(home)
    keys.set_secret(home, "crm", secret)
    return home


@contextmanager
def _running(program: Path | None, home: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    words = [str(program)] if program else [sys.executable, "-m", "agent.cli"]
    with log.open("ab") as file:
        process = subprocess.Popen(
            [*words, "run", "--home", str(home)], cwd=ROOT, stdout=file, stderr=file
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until_idle(home: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    client, wanted = Client(home, timeout=10), (FILES + TABLES) * ROWS
    deadline, counts = time.monotonic() + _SETTLED, {}
    while time.monotonic() < deadline:
        with suppress(ControlError):
            status = client.status()
            counts = status["counts"]
            if counts["delivered"] >= wanted and status["idle"]:
                return
        if process.poll() is not None:
            break
        time.sleep(0.5)
    said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise WrongAnswerError(f"it did not come to rest: {counts}, {said}")


def _times(pid: int) -> tuple[float, float]:
    """CPU seconds of the agent, and of the readers that it started, whether they ended or run."""
    own, ended = _stat(pid)
    running = 0.0
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):
            stat = (path / "stat").read_text(encoding="ascii", errors="replace")
            if int(stat.rpartition(")")[2].split()[1]) == pid:
                running += sum(_stat(int(path.name)))
    return own, ended + running


def _stat(pid: int) -> tuple[float, float]:
    text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    ticks = [int(word) for word in text.rpartition(")")[2].split()[11:15]]
    second = os.sysconf("SC_CLK_TCK")
    return sum(ticks[:2]) / second, sum(ticks[2:]) / second


def _memory(pid: int) -> tuple[float, float]:
    """Resident memory, and the part of it that is pages of files, in MB."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    said = dict(line.split(":", 1) for line in text.splitlines())
    whole, files = (int(said[name].split()[0]) * 1024 / 1e6 for name in ("VmRSS", "RssFile"))
    return round(whole, 1), round(files, 1)
