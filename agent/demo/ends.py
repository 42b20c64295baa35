"""Both ends, read directly: the ERP's files and tables on one side, the CRM's records on the other.

The ERP's rows are put into one form, canonical fields by external id, by rules that are written out
once more and share nothing with the agent's sources, mappings or targets: the demo would otherwise
agree with the agent's own mistakes. `crms` puts what a CRM holds into the same form.
"""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

Fields = dict[str, Any]
Records = dict[str, Fields]
"""By external id."""

_BRANCHES = {"01": "Handel", "02": "Maschinenbau", "03": "Handwerk", "00": None}
_ORDER_STATES = dict(
    zip(("10", "20", "30", "40", "90"), ("draft", "confirmed", "shipped", "closed", "cancelled"),
        strict=True)
)  # fmt: skip
_INVOICE_STATES = {"O": "open", "T": "partial", "P": "paid", "M": "overdue"}
_UNITS = {"stk": "H87"}
_SHIPMENT_STATES = {"P": "planned", "S": "shipped", "D": "delivered"}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of data: where it is in the ERP, and what the CRM ought to say of a row."""

    title: str
    source: str
    """What `resources/sample-erp/waybill.toml` calls its stream."""
    rows: Callable[[Path], Iterator[Mapping[str, Any]]]
    """The ERP's rows as text, from the folder that holds `exports` and `erp.db`."""
    record: Callable[[Mapping[str, Any]], tuple[str, Fields]]
    retired: str = ""
    """The field that becomes false when a row leaves the ERP; empty: the record goes, too."""


def erp_records(kind: Kind, folder: Path) -> Records:
    """What the ERP holds now, as the CRM ought to say it."""
    return dict(map(kind.record, kind.rows(folder)))


# --- the ERP's rows -------------------------------------------------------------------------------


def _file(
    name: str, encoding: str, delimiter: str
) -> Callable[[Path], Iterator[Mapping[str, Any]]]:
    def rows(folder: Path) -> Iterator[Mapping[str, Any]]:
        with (folder / "exports" / name).open(encoding=encoding, newline="") as file:
            yield from csv.DictReader(file, delimiter=delimiter)

    return rows


def _customers(folder: Path) -> Iterator[Mapping[str, Any]]:
    return (row for row in _file("KUNDEN.CSV", "cp1252", ";")(folder) if row["TYP"] != "I")


def _contacts(folder: Path) -> Iterator[Mapping[str, Any]]:
    text = (folder / "exports" / "CONTACTS.TAB").read_bytes().decode("cp850")
    head, *lines = text.removesuffix("\r\n").split("\r\n")
    names = head.split("\t")
    return (dict(zip(names, line.split("\t"), strict=True)) for line in lines[:-1])


def _prices(folder: Path) -> Iterator[Mapping[str, Any]]:
    text = (folder / "exports" / "PRICES.TXT").read_bytes().decode("utf-16")
    names = ("LIST", "ITEM", "PRICE", "CURR", "VALID")
    return (dict(zip(names, line.split(";"), strict=True)) for line in text.splitlines())


def _table(name: str) -> Callable[[Path], Iterator[Mapping[str, Any]]]:
    def rows(folder: Path) -> Iterator[Mapping[str, Any]]:
        path = (folder / "erp.db").resolve()
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=30)) as database:
            database.row_factory = sqlite3.Row
            yield from map(dict, database.execute(f"SELECT * FROM {name}"))  # noqa: S608 our names

    return rows


# --- what becomes of them -------------------------------------------------------------------------


def _account(row: Mapping[str, Any]) -> tuple[str, Fields]:
    return row["KDNR"], {
        "name": row["NAME1"],
        "number": row["KDNR"],
        "parent_account": row["KONZERN"],
        "phone": row["TEL"].strip().replace("-", "") if row["TEL"] == "-" else row["TEL"].strip(),
        "website": row["WEB"],
        "industry": _BRANCHES[row["BRANCHE"]],
        "billing_street": row["STRASSE"],
        "billing_city": row["ORT"],
        "billing_postal_code": row["PLZ"],
        "billing_country": {"D": "DE", "A": "AT", "CH": "CH"}[row["LAND"]],
        "currency": row["WAEHR"],
        "credit_limit": _german(row["LIMIT"]),
        "balance": _german(row["SALDO"]),
        "credit_hold": row["SPERRE"] == "J",
        "payment_terms": row["ZAHLBED"],
        "active": row["STATUS"] == "A",
    }


def _contact(row: Mapping[str, Any]) -> tuple[str, Fields]:
    return row["CONTACT"], {
        "account": row["CUSTNO"],
        "first_name": row["FIRST"],
        "last_name": row["LAST"],
        "email": row["MAIL"].lower(),
        "phone": row["PHONE"],
        "title": row["FUNCTION"],
        "active": row["LEFT_ON"] == "00000000",
    }


def _product(row: Mapping[str, Any]) -> tuple[str, Fields]:
    return row["ITEM"], {
        "name": row["NAME"],
        "code": row["ITEM"],
        "description": row["TEXT"],
        "unit": _UNITS[row["UNIT"]],
        "active": row["ACTIVE"] == "Y",
    }


def _price_book(row: Mapping[str, Any]) -> tuple[str, Fields]:
    return row["LIST"], {"name": row["NAME"], "currency": row["CURR"], "active": True}


def _price(row: Mapping[str, Any]) -> tuple[str, Fields]:
    return f"{row['LIST']}/{row['ITEM']}", {
        "price_book": row["LIST"],
        "product": row["ITEM"],
        "unit_price": _german(row["PRICE"]),
        "currency": row["CURR"],
        "active": row["VALID"] == "1",
    }


def _order(row: Mapping[str, Any]) -> tuple[str, Fields]:
    return row["ORDNO"], {
        "account": row["CUSTNO"],
        "price_book": row["LIST"],
        "number": row["ORDNO"],
        "order_date": _day(row["ORDDATE"]),
        "requested_date": _day(row["REQDATE"]),
        "status": _ORDER_STATES[row["STATUS"]],
        "currency": row["CURR"],
        "total": _number(row["TOTAL"]),
    }


def _order_line(row: Mapping[str, Any]) -> tuple[str, Fields]:
    return f"{row['ORDNO']}/{row['POS']}", {
        "order": row["ORDNO"],
        "price_book_entry": f"{row['LIST']}/{row['ITEM']}",
        "product": row["ITEM"],
        "number": row["POS"],
        "quantity": _number(row["QTY"]),
        "unit_price": _number(row["PRICE"]),
        "amount": _number(row["AMOUNT"]),
    }


def _invoice(row: Mapping[str, Any]) -> tuple[str, Fields]:
    return row["INVNO"], {
        "account": row["CUSTNO"],
        "order": row["ORDNO"],
        "number": row["INVNO"],
        "invoice_date": _day(row["INVDATE"]),
        "due_date": _day(row["DUEDATE"]),
        "currency": row["CURR"],
        "total": _number(row["TOTAL"]),
        "paid": _number(row["PAID"]),
        "payment_status": _INVOICE_STATES[row["STATUS"]],
    }


def _invoice_line(row: Mapping[str, Any]) -> tuple[str, Fields]:
    return f"{row['INVNO']}/{row['POS']}", {
        "invoice": row["INVNO"],
        "product": row["ITEM"],
        "number": row["POS"],
        "quantity": _number(row["QTY"]),
        "unit_price": _number(row["PRICE"]),
        "amount": _number(row["AMOUNT"]),
    }


def _stock(row: Mapping[str, Any]) -> tuple[str, Fields]:
    return f"{row['ITEM']}/{row['WHS']}", {
        "product": row["ITEM"],
        "warehouse": row["WHS"],
        "on_hand": _number(row["ON_HAND"]),
        "available": _number(row["AVAILABLE"]),
    }


def _shipment(row: Mapping[str, Any]) -> tuple[str, Fields]:
    return row["SHIPNO"], {
        "order": row["ORDNO"],
        "number": row["SHIPNO"],
        "carrier": row["CARRIER"],
        "tracking": row["TRACKING"],
        "expected_date": row["EXPECTED"],
        "delivered_date": row["DELIVERED"],
        "status": _SHIPMENT_STATES[row["STATUS"]],
    }


def _german(text: str) -> Decimal:
    number = Decimal(text.removesuffix("-").replace(".", "").replace(",", "."))
    return -number if text.endswith("-") else number


def _number(value: object) -> Decimal:
    return Decimal(str(value))


def _day(text: str) -> str | None:
    return None if text == "00000000" else f"{text[:4]}-{text[4:6]}-{text[6:]}"


KINDS: Mapping[str, Kind] = {
    "account": Kind("accounts", "customers", _customers, _account),
    "contact": Kind("contacts", "contacts", _contacts, _contact),
    "product": Kind(
        "products", "products", _file("products.csv", "utf-8", ","), _product, retired="active"
    ),
    "price_book": Kind(
        "price lists", "price_lists", _file("pricelists.csv", "utf-8-sig", ","), _price_book
    ),
    "price_book_entry": Kind("prices", "prices", _prices, _price),
    "order": Kind("orders", "orders", _table("ORDHDR"), _order),
    "order_line": Kind("order lines", "order_lines", _table("ORDLIN"), _order_line),
    "invoice": Kind("invoices", "invoices", _table("INVHDR"), _invoice),
    "invoice_line": Kind("invoice lines", "invoice_lines", _table("INVLIN"), _invoice_line),
    "inventory": Kind("stock", "stock", _table("STOCK"), _stock),
    "shipment": Kind("shipments", "shipments", _table("SHIPMT"), _shipment),
}
