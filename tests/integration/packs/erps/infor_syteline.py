"""Infor SyteLine: numbers filled up on the left, estimates, credit memos, prices with days."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.integration.packs.database import Rows
from tests.integration.packs.world import Document, World

SETTINGS = {"currency": "USD"}
SAMPLES = {
    "account": ("C11", {"Name": "Müller & Söhne 11", "ERP_Credit_Hold__c": "True",
                        "BillingStreet": "11 Road"}),
    "order": ("CO3", {"OrderReferenceNumber": "CO3", "ERP_Status__c": "closed"}),
    "product": ("BOLT-4", {"Name": "BOLT-4"}),
}  # fmt: skip
WIDTH = 10
COUNTRIES = {"DE": "Germany", "AT": "Austria", "CH": "Switzerland", "NZ": "New Zealand"}


def rows(world: World) -> Rows:
    tables: dict[str, list[dict[str, Any]]] = {
        "customer_mst": [
            {"cust_num": f"C{c.number}", "cust_seq": place, "phone##1": f"555-{c.number}"}
            for c in world.customers for place in (0, 1)
        ],
        "custaddr_mst": [
            {"cust_num": f"C{c.number}", "cust_seq": place, "name": "Elsewhere" if place else c.name,
             "addr##1": f"{c.number} Road", "city": c.town, "country": COUNTRIES[c.country],
             "curr_code": "USD", "credit_limit": c.limit, "credit_hold": int(c.held)}
            for c in world.customers for place in (0, 1)
        ],
        "item_mst": [
            {"item": f"BOLT-{i.number}", "description": i.name if i.number % 4 else "",
             "product_code": "BOLTS"}
            for i in world.items
        ],
        "itemprice_mst": [
            {"item": f"BOLT-{i.number}", "curr_code": currency, "effect_date": day,
             "unit_price1": i.price if (currency, day[:4]) == ("USD", "2025") else 1}
            for i in world.items for currency in ("USD", "CAD")
            for day in ("2020-01-01", "2025-01-01", "2150-01-01")
        ],
        "co_mst": [
            {"co_num": f"CO{o.number}", "cust_num": f"C{o.customer.number}", "order_date": o.day,
             "cust_po": f"PO{o.number}", "type": "RB"[o.number % 2], "stat": "POSCF"[o.number % 5]}
            for o in world.orders
        ] + [{"co_num": "EST1", "cust_num": "C1", "type": "E", "stat": "W"}],
        "coitem_mst": [
            {"co_num": f"CO{o.number}", "co_line": n.position, "co_release": 0,
             "item": f"BOLT-{n.item.number}", "qty_ordered": n.quantity, "price": n.item.price * 2,
             "disc": 50}
            for o in world.orders for n in o.lines
        ] + [{"co_num": "EST1", "co_line": 1, "item": "BOLT-1"}],
        "inv_hdr_mst": [
            {"inv_num": f"I{i.number}", "inv_seq": 0, "cust_num": f"C{i.customer.number}",
             "co_num": f"CO{i.number}", "inv_date": i.day, "disc": 0 if i.number % 2 else None}
            for i in world.invoices
        ] + [{"inv_num": "CM1", "cust_num": "C1"}, {"inv_num": "NEW", "cust_num": "C1"}],
        "inv_item_mst": [
            {"inv_num": f"I{i.number}", "inv_seq": 0, "inv_line": n.position, "price": n.item.price,
             "item": f"BOLT-{n.item.number}", "qty_invoiced": n.quantity}
            for i in world.invoices for n in i.lines
        ] + [{"inv_num": "CM1", "item": "BOLT-1"}, {"inv_num": "NEW", "item": "BOLT-1"}],
        "artran_mst": [
            {"inv_num": f"I{i.number}", "cust_num": f"C{i.customer.number}", "type": kind,
             "due_date": i.due, **parts(i)}
            for i in world.invoices for kind in "IP"
        ] + [{"inv_num": "CM1", "cust_num": "C1", "type": "C"}],
        "itemwhse_mst": [
            {"item": f"BOLT-{item}", "whse": place, "qty_on_hand": units}
            for (item, place), units in world.stock.items()
        ],
        "co_ship_mst": [
            {"co_num": f"CO{s.order.number}", "pack_num": 9000 + s.number if s.number % 5 else None,
             "qty_shipped": 1}
            for s in world.shipments for _ in s.order.lines
        ] + [{"co_num": "CO2", "pack_num": 1, "qty_shipped": 0}, {"co_num": "EST1", "qty_shipped": 1}],
    }  # fmt: skip
    return {name: [padded(row) for row in found] for name, found in tables.items()}


def parts(invoice: Document) -> dict[str, Decimal]:
    """A total in the parts that the receivables hold."""
    tax, freight = Decimal("1.10"), Decimal("2.20")
    return {"amount": invoice.total - tax - freight, "sales_tax": tax, "freight": freight}


def padded(row: dict[str, Any]) -> dict[str, Any]:
    numbers = ("cust_num", "co_num", "inv_num")
    return {
        name: value.rjust(WIDTH) if name in numbers and value else value
        for name, value in row.items()
    }
