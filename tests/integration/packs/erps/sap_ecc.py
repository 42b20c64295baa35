"""SAP ECC, and what S/4HANA shares with it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tests.integration.packs.database import Rows
from tests.integration.packs.world import Document, World

SETTINGS = {"schema": "main", "client": "100", "company_code": "1000"}
COUNTS = {"inventory": 30}
"""Stock is per plant here, and there is one."""
SAMPLES = {
    "account": (
        "0000000011",
        {
            "Name": "Müller & Söhne 11",
            "ERP_Credit_Hold__c": "True",
            "BillingStreet": "Lange Gasse 11",
            "ERP_Payment_Terms__c": "ZB30",
        },
    ),
    "order": ("0000000003", {"ERP_Status__c": "shipped", "PoNumber": "PO 3"}),
}
OTHER = "200"
"""Another client of the same system: none of its rows may come over."""
Table = list[dict[str, Any]]


def day(document: Document, name: str = "day") -> str:
    return f"{getattr(document, name):%Y%m%d}"


def status(order: Document) -> tuple[str, str]:
    """GBSTK and LFSTK."""
    return [("A", "A"), ("B", "B"), ("C", "C"), ("B", "C")][order.number % 4]


def common(world: World) -> dict[str, Table]:
    """The tables that are alike in ECC and S/4HANA."""
    return {
        "KNA1": [
            {"MANDT": "100", "KUNNR": f"{c.number:010}", "NAME1": c.name,
             "STRAS": f"Gasse {c.number}", "ORT01": c.town, "PSTLZ": f"0{c.number:04}",
             "LAND1": c.country, "AUFSD": "01" if c.held else " ",
             "LOEVM": "" if c.active else "X", "ADRNR": f"9{c.number:09}" if c.number % 2 else " "}
            for c in world.customers
        ] + [{"MANDT": OTHER, "KUNNR": "0000000001", "NAME1": "Of another client"}],
        "ADRC": [
            {"CLIENT": client, "ADDRNUMBER": f"9{c.number:09}", "DATE_FROM": "00010101",
             "NATION": nation, "NAME1": name, "CITY1": c.town, "STREET": "Lange Gasse",
             "HOUSE_NUM1": f"{c.number}"}
            for c in world.customers if c.number % 2
            for client, nation, name in (
                ("100", " ", c.name), ("100", "I", "In other letters"), (OTHER, " ", "Not it"))
        ],
        "KNB1": [
            {"MANDT": "100", "KUNNR": f"{c.number:010}", "BUKRS": company, "ZTERM": terms}
            for c in world.customers for company, terms in (("1000", "ZB30"), ("2000", "ZB90"))
        ],
        "KNVK": [
            {"MANDT": "100", "PARNR": f"{p.number:010}", "KUNNR": f"{p.customer.number:010}",
             "NAMEV": p.first, "NAME1": p.last}
            for p in world.persons
        ] + [{"MANDT": "100", "PARNR": "0000009999", "NAME1": "A vendor's man"}],
        "MARA": [
            {"MANDT": "100", "MATNR": material(i.number), "MATKL": "001",
             "LVORM": "" if i.active else "X"}
            for i in world.items
        ],
        "MAKT": [
            {"MANDT": "100", "MATNR": material(i.number), "SPRAS": language, "MAKTX": i.name}
            for i in world.items if i.number % 10
            for language in ("E", "D")
        ],
        "A304": [
            {"MANDT": "100", "KAPPL": "V", "KSCHL": "PR00", "VKORG": "1000", "VTWEG": channel,
             "MATNR": material(i.number), "DATBI": end, "KNUMH": f"{i.number:010}"}
            for i in world.items
            for channel, end in (("10", "99991231"), ("10", "20251231"), ("20", "99991231"))
        ],
        "KONP": [
            {"MANDT": "100", "KNUMH": f"{i.number:010}", "KOPOS": "01", "KBETR": i.price * 10,
             "KONWA": "EUR", "KPEIN": 10}
            for i in world.items
        ],
        "VBAP": [
            {"MANDT": "100", "VBELN": f"{o.number:010}", "POSNR": f"{n.position * 10:06}",
             "MATNR": material(n.item.number), "KWMENG": n.quantity, "NETPR": n.item.price,
             "KPEIN": 1, "NETWR": n.amount, "MWSBP": 1}
            for o in world.orders for n in o.lines
        ] + [{"MANDT": "100", "VBELN": f"{o.number:010}", "POSNR": "000900", "MATNR": "X",
              "ABGRU": "Z1", "KPEIN": 1} for o in world.orders],
        "VBRK": [
            {"MANDT": "100", "VBELN": f"{i.number:010}", "VBTYP": "M", "FKDAT": day(i),
             "KUNRG": f"{i.customer.number:010}", "WAERK": "EUR"}
            for i in world.invoices
        ] + [{"MANDT": "100", "VBELN": "0000009001", "VBTYP": "M", "FKSTO": "X", "WAERK": "EUR"},
             {"MANDT": "100", "VBELN": "0000009002", "VBTYP": "M", "WAERK": "JPY"},
             {"MANDT": "100", "VBELN": "0000009003", "VBTYP": "O", "WAERK": "EUR"}],
        "VBRP": [
            {"MANDT": "100", "VBELN": f"{i.number:010}", "POSNR": f"{n.position * 10:06}",
             "MATNR": material(n.item.number), "FKIMG": n.quantity, "NETWR": n.amount}
            for i in world.invoices for n in i.lines
        ],
        "LIKP": [
            {"MANDT": "100", "VBELN": f"008{s.number:07}", "VBTYP": "J",
             "LFDAT": f"{s.day:%Y%m%d}", "BOLNR": s.tracking,
             "WADAT_IST": f"{s.day:%Y%m%d}" if s.number % 2 else "00000000"}
            for s in world.shipments
        ],
        "LIPS": [
            {"MANDT": "100", "VBELN": f"008{s.number:07}", "POSNR": f"{n.position * 10:06}",
             "VGBEL": f"{s.order.number:010}"}
            for s in world.shipments for n in s.order.lines
        ],
    }  # fmt: skip


def orders(world: World) -> Table:
    """VBAK without any status."""
    return [
        {"MANDT": "100", "VBELN": f"{o.number:010}", "VBTYP": "C", "AUDAT": day(o),
         "VDATU": day(o, "due") if o.is_open else "00000000", "KUNNR": f"{o.customer.number:010}",
         "BSTNK": f"PO {o.number}", "VKORG": "1000", "WAERK": "EUR", "NETWR": o.total}
        for o in world.orders
    ] + [{"MANDT": "100", "VBELN": "0000008001", "VBTYP": "B", "WAERK": "EUR"}]  # fmt: skip


def material(number: int) -> str:
    return f"{1000 + number:018}"


def rows(world: World) -> Rows:
    stock: dict[int, int] = defaultdict(int)
    for (item, _), units in world.stock.items():
        stock[item] += units
    return {
        **common(world),
        "VBAK": orders(world),
        "VBUK": [
            {"MANDT": "100", "VBELN": f"{o.number:010}", "GBSTK": status(o)[0],
             "LFSTK": status(o)[1]}
            for o in world.orders
        ],
        "MARD": [
            {"MANDT": "100", "MATNR": material(item), "WERKS": "1000", "LGORT": place,
             "LABST": units - 1 if place == "0001" else 1}
            for item, units in stock.items() for place in ("0001", "0002")
        ],
    }  # fmt: skip
