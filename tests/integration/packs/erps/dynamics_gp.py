"""Dynamics GP: every text is filled up with blanks."""

from __future__ import annotations

from typing import Any

from tests.integration.packs.database import Rows
from tests.integration.packs.world import World

SETTINGS = {"currency": "USD"}
SAMPLES = {
    "account": ("C00011", {"Name": "Müller & Söhne 11", "ERP_Credit_Hold__c": "True"}),
    "order": ("ORDST2001", {"OrderReferenceNumber": "ORDST2001", "ERP_Currency__c": "USD"}),
}
WIDTH = 31


def rows(world: World) -> Rows:
    flag = {True: 1, False: 0}
    tables: dict[str, list[dict[str, Any]]] = {
        "RM00101": [
            {"CUSTNMBR": f"C{c.number:05}", "CUSTNAME": c.name, "CITY": c.town, "ZIP": f"0{c.number}",
             "CCode": c.country, "CRLMTAMT": c.limit, "HOLD": flag[c.held],
             "INACTIVE": flag[not c.active], "PHONE1": "00000000000000"}
            for c in world.customers
        ],
        "IV00101": [
            {"ITEMNMBR": f"ITEM-{i.number:04}", "ITEMDESC": i.name, "INACTIVE": flag[not i.active]}
            for i in world.items
        ],
        "IV00102": [
            {"ITEMNMBR": f"ITEM-{item:04}", "RCRDTYPE": 2, "LOCNCODE": place, "QTYONHND": units,
             "ATYALLOC": 1}
            for (item, place), units in world.stock.items()
        ] + [{"ITEMNMBR": f"ITEM-{i.number:04}", "RCRDTYPE": 1, "LOCNCODE": ""}
             for i in world.items],
        "SOP10100": [
            {"SOPTYPE": 2, "SOPNUMBE": f"ORDST{2000 + o.number}", "CUSTNMBR":
             f"C{o.customer.number:05}", "DOCDATE": o.day,
             "ReqShipDate": o.due if o.is_open else "1900-01-01", "DOCAMNT": o.total}
            for o in world.orders
        ] + [{"SOPTYPE": 1, "SOPNUMBE": "QTEST1"}],
    }  # fmt: skip
    return {name: [filled(row) for row in found] for name, found in tables.items()}


def filled(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.ljust(WIDTH) if isinstance(value, str) and name != "ReqShipDate" else value
        for name, value in row.items()
    }
