"""The ERP's database: tables as they grew over the years, written row by row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from decimal import Decimal
from pathlib import Path

from agent.demo.erp import Erp
from agent.ports import Clock

NAMES = {
    "order": "ORDHDR",
    "order_line": "ORDLIN",
    "invoice": "INVHDR",
    "invoice_line": "INVLIN",
    "inventory": "STOCK",
    "shipment": "SHIPMT",
}
_KEYS = {
    "order": ("ORDNO",),
    "order_line": ("ORDNO", "POS"),
    "invoice": ("INVNO",),
    "invoice_line": ("INVNO", "POS"),
    "inventory": ("ITEM", "WHS"),
    "shipment": ("SHIPNO",),
}
_TABLES = """
CREATE TABLE ORDHDR (ORDNO VARCHAR(10) PRIMARY KEY, CUSTNO VARCHAR(10) NOT NULL, LIST VARCHAR(3),
  ORDDATE CHAR(8), REQDATE CHAR(8), STATUS CHAR(2), CURR CHAR(3), TOTAL DECIMAL(15,2),
  CHANGED_AT TIMESTAMP NOT NULL);
CREATE TABLE ORDLIN (ORDNO VARCHAR(10) NOT NULL, POS INTEGER NOT NULL, LIST VARCHAR(3),
  ITEM VARCHAR(20), QTY DECIMAL(15,4), PRICE DECIMAL(15,4), AMOUNT DECIMAL(15,2),
  PRIMARY KEY (ORDNO, POS));
CREATE TABLE INVHDR (INVNO VARCHAR(10) PRIMARY KEY, CUSTNO VARCHAR(10), ORDNO VARCHAR(10),
  INVDATE CHAR(8), DUEDATE CHAR(8), CURR CHAR(3), TOTAL DECIMAL(15,2), PAID DECIMAL(15,2),
  STATUS CHAR(1), CHANGE_NO INTEGER NOT NULL);
CREATE TABLE INVLIN (INVNO VARCHAR(10) NOT NULL, POS INTEGER NOT NULL, ITEM VARCHAR(20),
  QTY DECIMAL(15,4), PRICE DECIMAL(15,4), AMOUNT DECIMAL(15,2), CHANGE_NO INTEGER NOT NULL,
  PRIMARY KEY (INVNO, POS));
CREATE TABLE STOCK (ITEM VARCHAR(20) NOT NULL, WHS VARCHAR(10) NOT NULL, ON_HAND DECIMAL(15,4),
  AVAILABLE DECIMAL(15,4), PRIMARY KEY (ITEM, WHS));
CREATE TABLE SHIPMT (SHIPNO VARCHAR(10) PRIMARY KEY, ORDNO VARCHAR(10), CARRIER VARCHAR(40),
  TRACKING VARCHAR(20), EXPECTED DATE, DELIVERED DATE, STATUS CHAR(1));
"""


def create(path: Path) -> None:
    """Make the empty tables."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(_TABLES)


def store(erp: Erp, path: Path, kinds: Iterable[str], clock: Clock) -> None:
    """Write what changed since the last time, in one transaction, as an application would."""
    now = f"{clock.now():%Y-%m-%d %H:%M:%S.%f}"[:-3]
    with closing(sqlite3.connect(path, timeout=30)) as database, database:
        for kind in kinds:
            for key in erp.take_dirty(kind):
                row = erp.tables[kind].get(key)
                if row is None:
                    where = " AND ".join(f"{name} = ?" for name in _KEYS[kind])
                    database.execute(f"DELETE FROM {NAMES[kind]} WHERE {where}", key)  # noqa: S608 our names
                    continue
                if kind == "order":
                    row = {**row, "CHANGED_AT": now}
                marks = ", ".join("?" * len(row))
                values = [str(v) if isinstance(v, Decimal) else v for v in row.values()]
                database.execute(
                    f"INSERT OR REPLACE INTO {NAMES[kind]} ({', '.join(row)}) VALUES ({marks})",  # noqa: S608 our names
                    values,
                )
