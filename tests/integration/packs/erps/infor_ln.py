"""Infor LN: blanks around texts, split lines, what is cancelled or not printed, other partners and origins."""

from __future__ import annotations

from typing import Any

from tests.integration.packs.database import Rows
from tests.integration.packs.world import Document, World

SETTINGS = {
    "schema": "main",
    "company": "500",
    "common": "400",
    "finance": "600",
    "currency": "EUR",
}
SAMPLES = {
    "account": ("BP0000011", {"Name": "Müller & Söhne 11", "Phone": "+49 11",
                              "BillingStreet": "Road 11"}),
    "product": ("BOLT4", {"Name": "Bolt M4"}),
    "order": ("SO0000001", {"ERP_Status__c": "cancelled", "PoNumber": "PO1",
                            "ShippingCity": "Delivery town"}),
    "order_line": ("SO0000001/1", {"ERP_Number__c": "1"}),
    "invoice": ("S01/7001", {"ERP_Number__c": "S01/7001"}),
}  # fmt: skip
STATES = (30, 10, 35, 5, 45)
PROJECT = " " * 9
NONE = "1970-01-01 00:00:00"
WIDTH = 12


def rows(world: World) -> Rows:
    tables: dict[str, list[dict[str, Any]]] = {
        "ttccom110": [
            {"ofbp": partner(c.number), "cadr": f"ADR{c.number}", "bpst": 2 if c.active else 3}
            for c in world.customers
        ],
        "ttccom100": [
            {"bpid": partner(c.number), "nama": c.name, "telp": f"+49 {c.number}", "ccur": "EUR"}
            for c in world.customers
        ] + [{"bpid": "SUPPLIER", "nama": "No customer"}],
        "ttccom130": [
            {"cadr": f"ADR{c.number}", "namc": "Road", "hono": f"{c.number}", "dsca": c.town,
             "pstc": f"0{c.number}", "ccty": c.country}
            for c in world.customers
        ] + [{"cadr": "ADRSHIP", "namc": "Street", "dsca": "Delivery town", "ccty": "DE"}],
        "ttcibd001": [
            {"item": f"{PROJECT}BOLT{i.number}", "dsca": i.name, "citg": "BOLTS"}
            for i in world.items
        ],
        "ttdisa001": [
            {"item": f"{PROJECT}BOLT{i.number}", "ccur": "EUR", "pris": i.price}
            for i in world.items
        ] + [{"item": f"{PROJECT}NOITEM", "ccur": "EUR", "pris": 1}],
        "ttdsls400": [
            {"orno": order(o), "ofbp": partner(o.customer.number), "odat": f"{o.day} 10:11:12",
             "ddtc": f"{o.due} 12:00:00" if o.is_open else NONE, "corn": f"PO{o.number}",
             "ccur": "EUR", "oamt": o.total, "clyn": 1 if o.number % 7 == 1 else 2,
             "hdst": STATES[o.number % 5], "stad": "ADRSHIP" if o.number == 1 else ""}
            for o in world.orders
        ],
        "ttdsls401": [
            {"orno": order(o), "pono": n.position, "sqnb": sequence, "clyn": cancelled,
             "item": f"{PROJECT}BOLT{n.item.number}", "qoor": n.quantity, "pric": n.item.price,
             "oamt": n.amount}
            for o in world.orders for n in o.lines for sequence, cancelled in ((0, 2), (1, 2), (2, 1))
        ] + [{"orno": "SO0000001", "pono": 90, "clyn": 1, "item": f"{PROJECT}BOLT1"}],
        "tcisli305": [
            {"tran": "S01", "idoc": 7000 + i.number, "itbp": partner(i.customer.number),
             "idat": f"{i.day} 08:00:00", "ccur": "EUR", "amti": i.total}
            for i in world.invoices
        ] + [{"tran": blank, "idoc": 1, "itbp": "SUPPLIER"} for blank in ("", "   ")],
        "twhwmd215": [
            {"item": f"{PROJECT}BOLT{item}", "cwar": place, "qhnd": units}
            for (item, place), units in world.stock.items()
        ],
        "twhinh430": [
            {"shpm": f"SH{s.number:07}", "shst": (3, 1)[s.number % 2], "prdt": f"{s.day} 09:00:00"}
            for s in world.shipments
        ] + [{"shpm": "SHCANCEL", "shst": 40}, {"shpm": "SHOTHER", "shst": 3}],
        "twhinh431": [
            {"shpm": f"SH{s.number:07}", "pono": line, "worg": 1, "worn": order(s.order)}
            for s in world.shipments for line in (10, 20)
        ] + [{"shpm": "SHCANCEL", "pono": 10, "worg": 1, "worn": "SO0000001"},
             {"shpm": "SHOTHER", "pono": 10, "worg": 71, "worn": "TR1"}],
    }  # fmt: skip
    return {name: [stored(row) for row in found] for name, found in tables.items()}


def partner(number: int) -> str:
    return f"BP{number:07}"


def order(document: Document) -> str:
    return f"SO{document.number:07}"


def stored(row: dict[str, Any]) -> dict[str, Any]:
    """The row with the driver's names of columns, texts filled up with blanks."""
    return {
        f"t_{name}": value.ljust(WIDTH) if isinstance(value, str) and 3 < len(value) < 12 else value
        for name, value in row.items()
    }
