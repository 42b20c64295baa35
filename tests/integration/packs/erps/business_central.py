"""Business Central."""

from __future__ import annotations

from typing import Any

from tests.integration.packs.database import Rows
from tests.integration.packs.world import Document, World

SETTINGS = {"company": "CRONUS International Ltd_", "currency": "EUR"}
NONE = "1753-01-01"
SAMPLES = {
    "account": ("D00011", {"Name": "Müller & Söhne 11", "ERP_Credit_Hold__c": "True"}),
    "order": ("101001", {"OrderReferenceNumber": "101001", "ERP_Status__c": "confirmed"}),
}


def rows(world: World) -> Rows:
    held = {True: 1, False: 0}
    return {
        "Customer": [
            {
                "No_": f"D{c.number:05}", "Name": c.name, "Address": f"Gasse {c.number}",
                "City": c.town, "Post Code": f"0{c.number:04}", "Country_Region Code": c.country,
                "Credit Limit (LCY)": c.limit, "Payment Terms Code": "30T",
                "Blocked": held[c.held] if c.active else 3,
            }
            for c in world.customers
        ],
        "Contact": [
            *(
                {"No_": f"KT{c.number:06}", "Type": 0, "Company No_": f"KT{c.number:06}",
                 "Name": c.name}
                for c in world.customers
            ),
            *(
                {"No_": f"KP{p.number:06}", "Type": 1,
                 "Company No_": f"KT{p.customer.number:06}", "Name": f"{p.first} {p.last}",
                 "First Name": p.first, "Surname": p.last if p.number % 7 else "",
                 "E-Mail": f"p{p.number}@example.com"}
                for p in world.persons
            ),
            {"No_": "KP999999", "Type": 1, "Company No_": "KT999999", "Name": "A vendor's man"},
        ],
        "Contact Business Relation": [
            {"Contact No_": f"KT{c.number:06}", "Business Relation Code": "CUST",
             "Link to Table": 1, "No_": f"D{c.number:05}"}
            for c in world.customers
        ] + [{"Contact No_": "KT999999", "Business Relation Code": "VEND", "Link to Table": 2,
              "No_": "V1"}],
        "Item": [
            {"No_": f"{1000 + i.number}", "Description": i.name, "Unit Price": i.price,
             "Blocked": held[not i.active]}
            for i in world.items
        ],
        "Sales Header": [
            {"Document Type": 1, "No_": f"101{o.number:03}",
             "Sell-to Customer No_": f"D{o.customer.number:05}", "Order Date": o.day,
             "Requested Delivery Date": o.due if o.is_open else NONE, "Status": o.number % 4,
             "Currency Code": "" if o.number % 5 else "USD"}
            for o in world.orders
        ] + [{"Document Type": 0, "No_": "1001", "Order Date": NONE,
              "Requested Delivery Date": NONE}],
        "Sales Line": [
            {"Document Type": 1, **line} for o in world.orders for line in _lines(o, "101")
        ],
        "Sales Invoice Header": [
            {"No_": f"103{i.number:03}", "Bill-to Customer No_": f"D{i.customer.number:05}",
             "Posting Date": i.day, "Due Date": i.due}
            for i in world.invoices
        ],
        "Sales Invoice Line": [line for i in world.invoices for line in _lines(i, "103")],
        "Cust_ Ledger Entry": [
            {"Entry No_": i.number, "Customer No_": f"D{i.customer.number:05}",
             "Document Type": 2, "Document No_": f"103{i.number:03}", "Open": held[i.is_open]}
            for i in world.invoices
        ],
        "Item Ledger Entry": [
            {"Entry No_": number * 2 + half, "Item No_": f"{1000 + item}",
             "Location Code": "" if place == "EAST" else place,
             "Quantity": units + 5 if half else -5}
            for number, ((item, place), units) in enumerate(world.stock.items())
            for half in (0, 1)
        ],
        "Sales Shipment Header": [
            {"No_": f"102{s.number:03}", "Order No_": f"101{s.order.number:03}",
             "Shipping Agent Code": "DHL", "Package Tracking No_": s.tracking}
            for s in world.shipments
        ] + [{"No_": "102999", "Order No_": "999999"}],
    }  # fmt: skip


def _lines(document: Document, first: str) -> list[dict[str, Any]]:
    number = f"{first}{document.number:03}"
    lines: list[dict[str, Any]] = [
        {"Document No_": number, "Line No_": line.position * 10000, "Type": 2,
         "No_": f"{1000 + line.item.number}", "Quantity": line.quantity,
         "Unit Price": line.item.price, "Line Amount": line.amount,
         "Amount Including VAT": line.amount}
        for line in document.lines
    ]  # fmt: skip
    return [*lines, {"Document No_": number, "Line No_": 90000, "Type": 0}]
