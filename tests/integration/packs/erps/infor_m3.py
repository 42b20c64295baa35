"""Infor M3: texts filled up with blanks, dates as numbers, another company, what is cancelled."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.integration.packs.database import Rows
from tests.integration.packs.world import World

SETTINGS = {"schema": "main", "company": "100", "price_list": "STD", "currency": "EUR"}
TODAY = r"YEAR\(CURRENT_TIMESTAMP\) \* 10000 \+ MONTH\(CURRENT_TIMESTAMP\) \* 100 \+ DAY\(CURRENT_TIMESTAMP\)"
SPOKEN = ((TODAY, "CAST(STRFTIME('%Y%m%d', 'now') AS INTEGER)"),)
SAMPLES = {
    "account": ("C11", {"Name": "Müller & Söhne 11", "BillingStreet": "11 Road"}),
    "product": ("BOLT4", {"Name": "BOLT 4"}),
    "order": ("3001", {"ERP_Status__c": "shipped", "PoNumber": "PO1"}),
}
STATES = (("22", "33"), ("66", "77"), ("90", "90"))
DIVISIONS = ("AAA", "")
WIDTH = 12


def number(day: date) -> int:
    return day.year * 10000 + day.month * 100 + day.day


def rows(world: World) -> Rows:
    tables: dict[str, list[dict[str, Any]]] = {
        "OCUSMA": [
            {"OKCUNO": f"C{c.number}", "OKCUNM": c.name, "OKCUA1": f"{c.number} Road",
             "OKTOWN": c.town, "OKPONO": f"0{c.number}", "OKCSCD": c.country, "OKCUCD": "EUR",
             "OKSTAT": "20" if c.active else "90"}
            for c in world.customers
        ],
        "MITMAS": [
            {"MMITNO": f"BOLT{i.number}", "MMITDS": f"BOLT {i.number}", "MMITGR": "BOLTS",
             "MMFUDS": i.name if i.number % 4 else ""}
            for i in world.items
        ],
        "OPRBAS": [
            {"ODPRRF": book, "ODCUCD": currency, "ODCUNO": customer, "ODFVDT": version,
             "ODVFDT": valid, "ODLVDT": last, "ODITNO": f"BOLT{i.number}", "ODOBV1": size,
             "ODSAPR": i.price if good else 1}
            for i in world.items
            for good, book, currency, customer, version, valid, last, size in (
                (True, "STD", "EUR", "", 20250101, 20250601, (0, 29991231)[i.number % 2], ""),
                (False, "STD", "EUR", "", 20250101, 20250101, 0, ""),
                (False, "STD", "EUR", "", 20250101, 29990101, 0, ""),
                (False, "STD", "EUR", "", 20200101, 20250701, 0, ""),
                (False, "STD", "EUR", "", 29990101, 20250701, 0, ""),
                (False, "STD", "SEK", "", 20250101, 20250601, 0, ""),
                (False, "STD", "EUR", "C1", 20250101, 20250601, 0, ""),
                (False, "STD", "EUR", "", 20250101, 20250601, 0, "WH1"),
                (False, "OLD", "EUR", "", 20250101, 20250601, 0, ""),
            )
        ],
        "OOHEAD": [
            {"OAORNO": f"{3000 + o.number}", "OACUNO": f"C{o.customer.number}", "OACUCD": "EUR",
             "OAORDT": number(o.day), "OARLDT": number(o.due) if o.is_open else 0,
             "OACUOR": f"PO{o.number}", "OAORSL": STATES[o.number % 3][0],
             "OAORST": STATES[o.number % 3][1]}
            for o in world.orders
        ],
        "OOLINE": [
            {"OBORNO": f"{3000 + o.number}", "OBPONR": n.position, "OBITNO": f"BOLT{n.item.number}",
             "OBORQA": n.quantity, "OBNEPR": n.item.price, "OBLNAM": n.amount, "OBORST": "22"}
            for o in world.orders for n in o.lines
        ] + [{"OBORNO": "3001", "OBPONR": 90, "OBITNO": "BOLT1", "OBORST": "90"}],
        "ODHEAD": [
            *(
                {"UAORNO": f"{3000 + s.order.number}", "UAWHLO": "A", "UADLIX": 500 + s.number,
                 "UADLDT": number(s.day), "UAORST": "66"}
                for s in world.shipments
            ),
            *(
                {"UAORNO": "3001", "UAWHLO": house, "UADLIX": 501, "UADLDT": 0, "UAORST": "77",
                 "UAPYNO": f"C{i.customer.number}", "UADIVI": DIVISIONS[i.number % 2], "UAYEA4": 2026, "UACUCD": "EUR",
                 "UAIVNO": 7000 + i.number, "UAIVDT": number(i.day), "UATEPY": f"{i.number}"}
                for i in world.invoices for house in "AB"
            ),
        ],
        "ODLINE": [
            {"UBORNO": "3001", "UBPONR": n.position, "UBDLIX": i.number, "UBDIVI": DIVISIONS[i.number % 2],
             "UBYEA4": 2026, "UBIVNO": 7000 + i.number, "UBITNO": f"BOLT{n.item.number}",
             "UBIVQS": n.quantity, "UBNEPR": n.item.price, "UBLNAM": n.amount}
            for i in world.invoices for n in i.lines
        ] + [{"UBORNO": "3001", "UBPONR": 1, "UBDLIX": 999, "UBITNO": "BOLT1"}],
        "MITBAL": [
            {"MBITNO": f"BOLT{item}", "MBWHLO": place, "MBSTQT": units, "MBAVAL": units - 1}
            for (item, place), units in world.stock.items()
        ],
    }  # fmt: skip
    return {name: [padded(row) for row in companies(name, found)] for name, found in tables.items()}


def companies(table: str, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of our company, and the first of them in another one."""
    column = next(iter(found[0]))[:2] + "CONO"
    return [{**row, column: 100} for row in found] + [{**found[0], column: 200}]


def padded(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.ljust(WIDTH) if isinstance(value, str) and len(value) > 3 else value
        for name, value in row.items()
    }
