"""Epicor Kinetic: two companies in one database, prices per hundred, lines that do not count."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import Any

from tests.integration.packs.database import Rows
from tests.integration.packs.world import Document, World

OURS, THEIRS = "EPIC06", "EPIC07"
SETTINGS = {"schema": "main", "company": OURS, "currency": "USD"}
COUNTS = {"price_book": 2, "price_book_entry": 60}
SAMPLES = {
    "account": (
        "11",
        {"Name": "Müller & Söhne 11", "AccountNumber": "MUE11", "ERP_Credit_Hold__c": "True"},
    ),
    "order": ("5003", {"OrderReferenceNumber": "5003", "ERP_Status__c": "cancelled"}),
    "invoice": ("7002", {"ERP_Payment_Status__c": "open", "ERP_Paid__c": "0.00"}),
    "shipment": ("9002", {"ERP_Status__c": "planned", "ERP_Tracking__c": "TRK00000002"}),
}


def sums(world: World) -> dict[tuple[str, str], Decimal]:
    """There are two price lists; the second asks one more of each part."""
    prices = sum((item.price for item in world.items), Decimal(0))
    return {("price_book_entry", "UnitPrice"): prices * 2 + len(world.items)}


def rows(world: World) -> Rows:
    revisions = count(1_000_000, 10_000)  # far enough apart that the lag is not all of them
    tables: dict[str, list[dict[str, Any]]] = {
        "Customer": [
            {"CustNum": c.number, "CustID": f"MUE{c.number}", "Name": c.name, "City": c.town,
             "Address1": f"{c.number} Road", "Zip": f"0{c.number:04}", "CurrencyCode": "USD",
             "CountryNum": len(c.country) + ord(c.country[0]), "CreditLimit": c.limit,
             "CreditHold": int(c.held), "TermsCode": "N30",
             "ParentCustNum": c.number - 1 if c.number % 10 == 2 else 0}
            for c in world.customers
        ],
        "Country": [
            {"CountryNum": 2 + ord(code[0]), "ISOCode": code}
            for code in sorted({c.country for c in world.customers})
        ],
        "CustCnt": [
            {"CustNum": p.customer.number, "ConNum": p.number, "Name": f"{p.first} {p.last}",
             "ShipToNum": "" if p.number % 5 else "DOCK", "FirstName": p.first,
             "LastName": p.last if p.number % 7 else "", "EMailAddress": f"p{p.number}@example.com"}
            for p in world.persons
        ] + [{"CustNum": 1, "ConNum": 999, "Name": "Gone", "Inactive": 1}],
        "Part": [
            {"PartNum": part(i.number), "PartDescription": i.name, "InActive": int(not i.active),
             "UnitPrice": i.price * (100 if i.number % 4 == 0 else 1), "SalesUM": "EA",
             "PricePerCode": "C" if i.number % 4 == 0 else "E"}
            for i in world.items
        ],
        "PriceLst": [
            {"ListCode": "EXPORT", "ListDescription": "Export", "CurrencyCode": "USD",
             "ListType": "B"},
            {"ListCode": "REBATE", "ListDescription": "Rebates", "ListType": "D"},
        ],
        "PriceLstParts": [
            {"ListCode": code, "PartNum": part(i.number), "UOMCode": unit,
             "BasePrice": (i.price + 1) * (100 if i.number % 4 == 0 else 1)}
            for i in world.items for code, unit in (
                ("EXPORT", "EA"), ("EXPORT", "BOX"), ("REBATE", "EA"),
            )
        ],
        "OrderHed": [
            {"OrderNum": 5000 + o.number, "CustNum": o.customer.number, "PONum": f"PO {o.number}",
             "OrderDate": o.day, "NeedByDate": o.due if o.is_open else None,
             "CurrencyCode": "USD", "OpenOrder": int(o.is_open),
             "VoidOrder": int(o.number % 3 == 0 and not o.is_open),
             "DocTotalCharges": o.total + 5, "DocTotalDiscount": 5, "DocTotalTax": 0}
            for o in world.orders
        ],
        "OrderDtl": [line for o in world.orders for line in ordered(o)],
        "InvcHead": [
            {"InvoiceNum": 7000 + i.number, "CustNum": i.customer.number,
             "OrderNum": 5000 + i.number if i.number % 2 else 0, "InvoiceDate": i.day,
             "DueDate": i.due, "Posted": 1, "CurrencyCode": "USD", "DocInvoiceAmt": i.total,
             "DocInvoiceBal": i.total if i.is_open else 0}
            for i in world.invoices
        ] + [{"InvoiceNum": 7998, "CustNum": 1, "Posted": 0},
             {"InvoiceNum": 7999, "CustNum": 1, "Posted": 1, "UnappliedCash": 1}],
        "InvcDtl": [line for i in world.invoices for line in invoiced(i)]
        + [{"InvoiceNum": 7998, "InvoiceLine": 1, "PartNum": part(1)}],
        "PartWhse": [
            {"PartNum": part(item), "WarehouseCode": place, "OnHandQty": units, "AllocatedQty": 1}
            for (item, place), units in world.stock.items()
        ],
        "ShipHead": [
            {"PackNum": 9000 + s.number, "ShipViaCode": "DHL", "TrackingNumber": s.tracking,
             "ReadyToInvoice": s.number % 2}
            for s in world.shipments
        ],
        "ShipDtl": [
            {"PackNum": 9000 + s.number, "PackLine": line.position,
             "OrderNum": 5000 + s.order.number}
            for s in world.shipments for line in s.order.lines
        ],
    }  # fmt: skip
    for name, found in tables.items():
        theirs = [{"Company": THEIRS, **row} for row in found]
        tables[name] = [{"Company": OURS, **row} for row in found] + theirs
        if name in ("OrderHed", "OrderDtl", "InvcHead", "InvcDtl"):
            tables[name] = [{**row, "SysRevID": next(revisions)} for row in tables[name]]
    return tables


def part(number: int) -> str:
    return f"00{number:03}-M"


def ordered(order: Document) -> list[dict[str, Any]]:
    """Lines of an order, one of them void, one of something that was made for this order."""
    lines: list[dict[str, Any]] = [
        {"OrderNum": 5000 + order.number, "OrderLine": line.position,
         "PartNum": part(line.item.number), "SellingQuantity": line.quantity,
         "DocUnitPrice": line.item.price * (100 if line.item.number % 4 == 0 else 1),
         "PricePerCode": "C" if line.item.number % 4 == 0 else "E",
         "DocExtPriceDtl": line.amount + 1, "DocDiscount": 1}
        for line in order.lines
    ]  # fmt: skip
    return [
        *lines,
        {"OrderNum": 5000 + order.number, "OrderLine": 98, "PartNum": part(1), "VoidLine": 1},
        {"OrderNum": 5000 + order.number, "OrderLine": 99, "PartNum": "SPECIAL"},
    ]


def invoiced(invoice: Document) -> list[dict[str, Any]]:
    return [
        {"InvoiceNum": 7000 + invoice.number, "InvoiceLine": line.position,
         "PartNum": part(line.item.number), "SellingShipQty": line.quantity,
         "DocUnitPrice": line.item.price, "PricePerCode": "E", "DocExtPrice": line.amount}
        for line in invoice.lines
    ]  # fmt: skip
