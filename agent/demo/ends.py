"""Both ends, read directly: the ERP's files and tables on one side, the CRM's records on the other.

What is read here is put into one form, the CRM's fields by external id, by rules that are written
out once more and share nothing with the agent's sources, mappings or targets: the demo would
otherwise agree with the agent's own mistakes.
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
    """One kind of data: where it is in the ERP and in the CRM, and how a row ought to look there."""

    title: str
    source: str
    """What `resources/sample-erp/waybill.toml` calls its stream."""
    object: str
    rows: Callable[[Path], Iterator[Mapping[str, Any]]]
    """The ERP's rows as text, from the folder that holds `exports` and `erp.db`."""
    record: Callable[[Mapping[str, Any]], tuple[str, Fields]]
    retired: str = ""
    """The CRM field that becomes false when a row leaves the ERP; empty: the record goes, too."""


def erp_records(kind: Kind, folder: Path) -> Records:
    """What the ERP holds now, as the CRM ought to hold it."""
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
        "Name": row["NAME1"],
        "AccountNumber": row["KDNR"],
        "Parent.ERP_Id__c": row["KONZERN"],
        "Phone": row["TEL"].strip().replace("-", "") if row["TEL"] == "-" else row["TEL"].strip(),
        "Website": row["WEB"],
        "Industry": _BRANCHES[row["BRANCHE"]],
        "BillingStreet": row["STRASSE"],
        "BillingCity": row["ORT"],
        "BillingPostalCode": row["PLZ"],
        "BillingCountry": {"D": "DE", "A": "AT", "CH": "CH"}[row["LAND"]],
        "ERP_Currency__c": row["WAEHR"],
        "ERP_Credit_Limit__c": _german(row["LIMIT"]),
        "ERP_Balance__c": _german(row["SALDO"]),
        "ERP_Credit_Hold__c": row["SPERRE"] == "J",
        "ERP_Payment_Terms__c": row["ZAHLBED"],
        "ERP_Active__c": row["STATUS"] == "A",
    }


def _contact(row: Mapping[str, Any]) -> tuple[str, Fields]:
    return row["CONTACT"], {
        "Account.ERP_Id__c": row["CUSTNO"],
        "FirstName": row["FIRST"],
        "LastName": row["LAST"],
        "Email": row["MAIL"].lower(),
        "Phone": row["PHONE"],
        "Title": row["FUNCTION"],
        "ERP_Active__c": row["LEFT_ON"] == "00000000",
    }


def _product(row: Mapping[str, Any]) -> tuple[str, Fields]:
    return row["ITEM"], {
        "Name": row["NAME"],
        "ProductCode": row["ITEM"],
        "Description": row["TEXT"],
        "QuantityUnitOfMeasure": _UNITS[row["UNIT"]],
        "IsActive": row["ACTIVE"] == "Y",
    }


def _price_book(row: Mapping[str, Any]) -> tuple[str, Fields]:
    return row["LIST"], {"Name": row["NAME"], "ERP_Currency__c": row["CURR"], "IsActive": True}


def _price(row: Mapping[str, Any]) -> tuple[str, Fields]:
    return f"{row['LIST']}/{row['ITEM']}", {
        "Pricebook2.ERP_Id__c": row["LIST"],
        "Product2.ERP_Id__c": row["ITEM"],
        "UnitPrice": _german(row["PRICE"]),
        "ERP_Currency__c": row["CURR"],
        "IsActive": row["VALID"] == "1",
    }


def _order(row: Mapping[str, Any]) -> tuple[str, Fields]:
    return row["ORDNO"], {
        "Account.ERP_Id__c": row["CUSTNO"],
        "Pricebook2.ERP_Id__c": row["LIST"],
        "OrderReferenceNumber": row["ORDNO"],
        "EffectiveDate": _day(row["ORDDATE"]),
        "ERP_Requested_Date__c": _day(row["REQDATE"]),
        "Status": "Draft",
        "ERP_Status__c": _ORDER_STATES[row["STATUS"]],
        "ERP_Currency__c": row["CURR"],
        "ERP_Total__c": _number(row["TOTAL"]),
    }


def _order_line(row: Mapping[str, Any]) -> tuple[str, Fields]:
    return f"{row['ORDNO']}/{row['POS']}", {
        "Order.ERP_Id__c": row["ORDNO"],
        "PricebookEntry.ERP_Id__c": f"{row['LIST']}/{row['ITEM']}",
        "ERP_Product__r.ERP_Id__c": row["ITEM"],
        "ERP_Number__c": row["POS"],
        "Quantity": _number(row["QTY"]),
        "UnitPrice": _number(row["PRICE"]),
        "ERP_Amount__c": _number(row["AMOUNT"]),
    }


def _invoice(row: Mapping[str, Any]) -> tuple[str, Fields]:
    return row["INVNO"], {
        "ERP_Account__r.ERP_Id__c": row["CUSTNO"],
        "ERP_Order__r.ERP_Id__c": row["ORDNO"],
        "ERP_Number__c": row["INVNO"],
        "ERP_Invoice_Date__c": _day(row["INVDATE"]),
        "ERP_Due_Date__c": _day(row["DUEDATE"]),
        "ERP_Currency__c": row["CURR"],
        "ERP_Total__c": _number(row["TOTAL"]),
        "ERP_Paid__c": _number(row["PAID"]),
        "ERP_Payment_Status__c": _INVOICE_STATES[row["STATUS"]],
    }


def _invoice_line(row: Mapping[str, Any]) -> tuple[str, Fields]:
    return f"{row['INVNO']}/{row['POS']}", {
        "ERP_Invoice__r.ERP_Id__c": row["INVNO"],
        "ERP_Product__r.ERP_Id__c": row["ITEM"],
        "ERP_Number__c": row["POS"],
        "ERP_Quantity__c": _number(row["QTY"]),
        "ERP_Unit_Price__c": _number(row["PRICE"]),
        "ERP_Amount__c": _number(row["AMOUNT"]),
    }


def _stock(row: Mapping[str, Any]) -> tuple[str, Fields]:
    return f"{row['ITEM']}/{row['WHS']}", {
        "ERP_Product__r.ERP_Id__c": row["ITEM"],
        "ERP_Warehouse__c": row["WHS"],
        "ERP_On_Hand__c": _number(row["ON_HAND"]),
        "ERP_Available__c": _number(row["AVAILABLE"]),
    }


def _shipment(row: Mapping[str, Any]) -> tuple[str, Fields]:
    return row["SHIPNO"], {
        "ERP_Order__r.ERP_Id__c": row["ORDNO"],
        "ERP_Number__c": row["SHIPNO"],
        "ERP_Carrier__c": row["CARRIER"],
        "ERP_Tracking__c": row["TRACKING"],
        "ERP_Expected_Date__c": row["EXPECTED"],
        "ERP_Delivered_Date__c": row["DELIVERED"],
        "ERP_Status__c": _SHIPMENT_STATES[row["STATUS"]],
    }


def _german(text: str) -> Decimal:
    number = Decimal(text.removesuffix("-").replace(".", "").replace(",", "."))
    return -number if text.endswith("-") else number


def _number(value: object) -> Decimal:
    return Decimal(str(value))


def _day(text: str) -> str | None:
    return None if text == "00000000" else f"{text[:4]}-{text[4:6]}-{text[6:]}"


KINDS: Mapping[str, Kind] = {
    "account": Kind("accounts", "customers", "Account", _customers, _account),
    "contact": Kind("contacts", "contacts", "Contact", _contacts, _contact),
    "product": Kind(
        "products",
        "products",
        "Product2",
        _file("products.csv", "utf-8", ","),
        _product,
        retired="IsActive",
    ),
    "price_book": Kind(
        "price lists",
        "price_lists",
        "Pricebook2",
        _file("pricelists.csv", "utf-8-sig", ","),
        _price_book,
    ),
    "price_book_entry": Kind("prices", "prices", "PricebookEntry", _prices, _price),
    "order": Kind("orders", "orders", "Order", _table("ORDHDR"), _order),
    "order_line": Kind("order lines", "order_lines", "OrderItem", _table("ORDLIN"), _order_line),
    "invoice": Kind("invoices", "invoices", "ERP_Invoice__c", _table("INVHDR"), _invoice),
    "invoice_line": Kind(
        "invoice lines", "invoice_lines", "ERP_Invoice_Line__c", _table("INVLIN"), _invoice_line
    ),
    "inventory": Kind("stock", "stock", "ERP_Stock__c", _table("STOCK"), _stock),
    "shipment": Kind("shipments", "shipments", "ERP_Shipment__c", _table("SHIPMT"), _shipment),
}
