"""Ways to damage a route's queue database, to open it again, and to see whether all is well."""

import sqlite3
from pathlib import Path

from agent.queue.salvage import Home, Names, open_store
from tests.route.harness import Route

PAGE = 8192


def home_of(route: Route) -> Home:
    return Home(route.home, route.cipher, route.clock, "test")


def names_of(route: Route) -> Names:
    return Names(list(route.feeds), {name: (name, "crm") for name in route.feeds})


def stop(route: Route) -> None:
    for ledger in route.ledgers.values():
        ledger.close()
    route.store.close()


def start(route: Route) -> bool:
    """Open with salvage, then the rooms around it. Returns whether there was one."""
    store, fresh = open_store(home_of(route), names_of(route), pure=True, indexed=6)
    store.close()
    route.open()
    return fresh


def filled(route: Route, rows: int = 40) -> None:
    route.erp["accounts"] = {f"A{n:03}": [f"{n}", None] for n in range(rows)}
    route.scan()
    route.settle()


def recover(route: Route) -> None:
    for stream in route.feeds:
        route.scan(stream)
    route.pass_time(60)
    route.settle()


def overwrite(path: Path, start: int, with_: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(with_)


def root_of(path: Path, name: str) -> int:
    with sqlite3.connect(path) as conn:
        found = conn.execute(
            "select rootpage from sqlite_master where name = ?", (name,)
        ).fetchone()
    conn.close()
    return int(found[0])


def wreck(path: Path, table: str) -> None:
    """Overwrite the root page of a table."""
    root = root_of(path, table)
    overwrite(path, (root - 1) * PAGE, b"\xff" * PAGE)


def asides(route: Route) -> list[Path]:
    return [path for path in route.home.glob("queue.db.damaged-*") if "-wal" not in path.name]


def in_agreement(route: Route) -> None:
    assert route.held_by_crm() == route.in_erp()
    assert list(route.disagreements()) == []
    assert route.target.doubled == 0
