"""The ERP's exports: each file in a dialect of its own, as `resources/sample-erp` describes them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from io import StringIO
from pathlib import Path

from agent.demo.erp import Erp, Row

NAMES = {
    "account": "KUNDEN.CSV",
    "contact": "CONTACTS.TAB",
    "product": "products.csv",
    "price_book": "pricelists.csv",
    "price_book_entry": "PRICES.TXT",
}

ACCOUNT_COLUMNS = (
    *("KDNR", "TYP", "NAME1", "KONZERN", "STRASSE", "PLZ", "ORT", "LAND", "TEL", "WEB"),
    *("BRANCHE", "WAEHR", "LIMIT", "SALDO", "ZAHLBED", "SPERRE", "STATUS"),
)
CONTACT_COLUMNS = ("CONTACT", "CUSTNO", "FIRST", "LAST", "MAIL", "PHONE", "FUNCTION", "LEFT_ON")
PRODUCT_COLUMNS = ("ITEM", "NAME", "TEXT", "UNIT", "ACTIVE")
PRICE_COLUMNS = ("LIST", "ITEM", "PRICE", "CURR", "VALID")


def export(erp: Erp, folder: Path, kinds: Iterable[str]) -> None:
    """Write these exports anew, as they are now."""
    for kind in kinds:
        (folder / NAMES[kind]).write_bytes(_WRITERS[kind](list(erp.tables[kind].values())))


def customers(rows: Sequence[Row]) -> bytes:
    """Semicolons, cp1252, German numbers, a minus behind, CRLF."""
    text = [{**row, "LIMIT": _german(row["LIMIT"]), "SALDO": _german(row["SALDO"])} for row in rows]
    return _csv(ACCOUNT_COLUMNS, text, ";", "\r\n").encode("cp1252")


def contacts(rows: Sequence[Row]) -> bytes:
    """Tabs, no quotes, cp850, and a trailer with the count."""
    lines = ["\t".join(CONTACT_COLUMNS)]
    lines += ["\t".join(row[name] for name in CONTACT_COLUMNS) for row in rows]
    return "\r\n".join([*lines, f"#END\t{len(rows)}", ""]).encode("cp850")


def _products(rows: Sequence[Row]) -> bytes:
    return _csv(PRODUCT_COLUMNS, rows, ",", "\n").encode("utf-8")


def _price_lists(rows: Sequence[Row]) -> bytes:
    return _csv(("LIST", "NAME", "CURR"), rows, ",", "\n").encode("utf-8-sig")


def _prices(rows: Sequence[Row]) -> bytes:
    text = [{**row, "PRICE": format(row["PRICE"], ".4f").replace(".", ",")} for row in rows]
    whole = _csv(PRICE_COLUMNS, text, ";", "\r\n")
    return whole.partition("\r\n")[2].encode("utf-16")


def _csv(columns: Sequence[str], rows: Iterable[Row], delimiter: str, end: str) -> str:
    out = StringIO(newline="")
    writer = csv.DictWriter(out, columns, delimiter=delimiter, lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _german(value: Decimal) -> str:
    text = f"{abs(value):,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")
    return f"{text}-" if value < 0 else text


_WRITERS: dict[str, Callable[[Sequence[Row]], bytes]] = {
    "account": customers,
    "contact": contacts,
    "product": _products,
    "price_book": _price_lists,
    "price_book_entry": _prices,
}
