"""Plain CSV files in the layout of the pack's own templates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agent import packs
from tests.integration.packs import files
from tests.integration.packs.world import Document, World

SAMPLES = {
    "account": ("10011", {"Name": "Müller & Söhne 11", "ERP_Credit_Hold__c": "True"}),
    "order": ("SO-3", {"OrderReferenceNumber": "SO-3", "PoNumber": "PO 3"}),
    "shipment": ("SH-1", {"ERP_Tracking__c": "TRK00000001"}),
}
WORDS = {True: "yes", False: "no"}


def export(world: World, folder: Path) -> None:
    """Write every file."""
    columns = {t.name: list(t.columns) for t in packs.tables(packs.load("generic-csv"))}
    written = rows(world)
    assert written.keys() == columns.keys()
    for name, found in written.items():
        files.write(folder / f"{name}_20261121.csv", columns[name], found)


def rows(world: World) -> dict[str, list[dict[str, Any]]]:
    return {
        "customers": [
            {"customer_number": 10000 + c.number, "name": c.name, "billing_city": c.town,
             "billing_postal_code": f"0{c.number:04}", "billing_country": c.country,
             "currency": "EUR", "credit_limit": c.limit, "credit_hold": WORDS[c.held],
             "active": WORDS[c.active]}
            for c in world.customers
        ],
        "contacts": [
            {"contact_number": f"C-{p.number}", "customer_number": 10000 + p.customer.number,
             "first_name": p.first, "last_name": p.last, "email": f"p{p.number}@example.com"}
            for p in world.persons
        ],
        "products": [
            {"product_code": f"B-{i.number:03}", "name": i.name,
             "description": f'"{i.name}", zinc,\nplated', "active": WORDS[i.active]}
            for i in world.items
        ],
        "price_lists": [{"price_list": "STD", "name": "Standard", "currency": "EUR",
                         "active": "yes"}],
        "prices": [
            {"price_list": "STD", "product_code": f"B-{i.number:03}", "unit_price": i.price,
             "currency": "EUR", "active": "yes"}
            for i in world.items
        ],
        "orders": [
            {"order_number": f"SO-{o.number}", "customer_number": 10000 + o.customer.number,
             "price_list": "STD", "customer_reference": f"PO {o.number}", "order_date": o.day,
             "requested_date": o.due if o.is_open else "", "currency": "EUR",
             "status": "confirmed" if o.is_open else "closed", "total": o.total}
            for o in world.orders
        ],
        "order_lines": [
            {"order_number": f"SO-{o.number}", "price_list": "STD", **line}
            for o in world.orders for line in _lines(o)
        ],
        "invoices": [
            {"invoice_number": f"IN-{i.number}", "customer_number": 10000 + i.customer.number,
             "invoice_date": i.day, "due_date": i.due, "currency": "EUR", "total": i.total,
             "paid": 0 if i.is_open else i.total,
             "payment_status": "open" if i.is_open else "paid"}
            for i in world.invoices
        ],
        "invoice_lines": [
            {"invoice_number": f"IN-{i.number}", **line}
            for i in world.invoices for line in _lines(i)
        ],
        "stock": [
            {"product_code": f"B-{item:03}", "warehouse": place, "on_hand": units}
            for (item, place), units in world.stock.items()
        ],
        "shipments": [
            {"shipment_number": f"SH-{s.number}", "order_number": f"SO-{s.order.number}",
             "carrier": "DHL", "tracking": s.tracking, "expected_date": s.day, "status": "shipped"}
            for s in world.shipments
        ],
    }  # fmt: skip


def _lines(document: Document) -> Iterator[dict[str, Any]]:
    for line in document.lines:
        yield {
            "line_number": line.position * 10, "product_code": f"B-{line.item.number:03}",
            "quantity": line.quantity, "unit_price": line.item.price, "amount": line.amount,
        }  # fmt: skip
