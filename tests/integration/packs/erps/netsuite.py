"""NetSuite: what goes out is negative; leads, taxes, costs and kit components are among the rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.integration.packs.database import Rows
from tests.integration.packs.world import Document, World

SETTINGS = {"price_level": "1", "currency": "EUR"}
SPOKEN = ((r"(FROM |JOIN |\w\.)transaction\b", r'\1"transaction"'),)
SAMPLES = {
    "account": ("11", {"Name": "Müller & Söhne 11", "ERP_Credit_Hold__c": "True"}),
    "order": ("2003", {"OrderReferenceNumber": "SO3", "ERP_Status__c": "closed"}),
    "invoice": ("3002", {"ERP_Payment_Status__c": "partial"}),
    "shipment": ("4001", {"ERP_Status__c": "shipped"}),
}
BILL, STATES = "VendBill", "BCDGH"
PLACES = {"EAST": 1, "WEST": 2, "NORTH": 3}


def rows(world: World) -> Rows:
    flag = {True: "T", False: "F"}
    orders = [(2000, o, STATES[o.number % 5]) for o in world.orders]
    invoices = [(3000, i, "A" if i.is_open else "B") for i in world.invoices]
    return {
        "customer": [
            {"id": c.number, "entityid": f"C{c.number}", "altname": c.name, "currency": 2,
             "companyname": c.name if c.number % 2 else None, "creditlimit": c.limit,
             "oncredithold": flag[c.held], "isinactive": flag[not c.active],
             "defaultbillingaddress": 600 + c.number if c.number % 3 else None}
            for c in world.customers
        ],
        "entityaddress": [
            {"nkey": 600 + c.number, "addr1": f"{c.number} Road", "city": c.town, "zip": f"0{c.number}",
             "country": c.country}
            for c in world.customers
        ],
        "currency": [{"id": 1, "symbol": "USD"}, {"id": 2, "symbol": "EUR"}],
        "contact": [
            {"id": 100 + p.number, "company": p.customer.number, "firstname": p.first,
             "lastname": p.last if p.number % 7 else None, "entityid": f"{p.first} {p.last}",
             "email": f"p{p.number}@example.com", "isinactive": "F"}
            for p in world.persons
        ] + [{"id": 998, "company": 777, "lastname": "A vendor's man", "isinactive": "F"},
             {"id": 999, "company": 1, "lastname": "Gone", "isinactive": "T"}],
        "item": [
            {"id": i.number, "itemid": f"BOLT-{i.number}", "displayname": i.name if i.number % 4 else None,
             "itemtype": "InvtPart", "isinactive": flag[not i.active]}
            for i in world.items
        ] + [{"id": 900, "itemid": "DHL", "itemtype": "ShipItem", "isinactive": "F"}],
        "pricing": [
            {"item": i.number, "pricelevel": level, "currency": currency,
             "unitprice": i.price if level == 1 and currency == 2 else 9}
            for i in world.items for level in (1, 5) for currency in (1, 2)
        ] + [{"item": i.number, "pricelevel": 1, "currency": 2, "unitprice": i.price / 2}
             for i in world.items[::5]],
        "transaction": [
            *(head(start, one, "SalesOrd", "SO", state) for start, one, state in orders),
            *(head(start, one, "CustInvc", "INV", state) for start, one, state in invoices),
            *(
                {"id": 4000 + s.number, "type": "ItemShip", "tranid": f"IF{s.number}",
                 "trandate": s.day, "status": "AC"[s.number % 2], "entity": s.order.customer.number}
                for s in world.shipments
            ),
            {"id": 1, "type": BILL, "entity": 1, "currency": 2},
            {"id": 2, "type": "SalesOrd", "entity": 555, "currency": 2, "status": "B"},
        ],
        "transactionline": [
            *(line for start, one, _ in orders for line in lines(start, one, None)),
            *(
                line for start, one, _ in invoices
                for line in lines(start, one, 2001 if one.number == 1 else None)
            ),
            *(
                {"transaction": 4000 + s.number, "id": 0, "mainline": "T", "taxline": "F",
                 "createdfrom": 2000 + s.order.number}
                for s in world.shipments
            ),
            {"transaction": 1, "id": 0, "mainline": "T", "taxline": "F"},
        ],
        "inventoryitemlocations": [
            {"item": item, "location": PLACES[place], "quantityonhand": units,
             "quantityavailable": units - 1}
            for (item, place), units in world.stock.items()
        ] + [{"item": 900, "location": 1, "quantityonhand": None}],
        "location": [{"id": number, "fullname": f"US : {name}"} for name, number in PLACES.items()],
        "trackingnumbermap": [
            {"transaction": 4000 + s.number, "trackingnumber": 10 * s.number + n}
            for s in world.shipments for n in (0, 1)
        ],
        "trackingnumber": [
            {"id": 10 * s.number + n, "trackingnumber": f"{s.tracking}-{n}"}
            for s in world.shipments for n in (0, 1)
        ],
    }  # fmt: skip


def head(start: int, one: Document, kind: str, sign: str, status: str) -> dict[str, Any]:
    return {"id": start + one.number, "type": kind, "tranid": f"{sign}{one.number}",
            "entity": one.customer.number, "trandate": one.day, "duedate": one.due,
            "status": status, "currency": 2, "foreigntotal": one.total}  # fmt: skip


def lines(start: int, one: Document, origin: int | None) -> Iterator[dict[str, Any]]:
    """The main line, the goods, and what is not one of them."""
    common = {"transaction": start + one.number, "taxline": "F", "iscogs": "F", "kitmemberof": None,
              "mainline": "F"}  # fmt: skip
    unpaid = one.total - 1 if one.is_open else 0
    yield common | {"id": 0, "mainline": "T", "item": None, "foreignamountunpaid": unpaid,
                    "createdfrom": origin}  # fmt: skip
    for each in one.lines:
        yield common | {"id": each.position, "linesequencenumber": each.position,
                        "item": each.item.number, "quantity": -each.quantity,
                        "rate": each.item.price, "foreignamount": -each.amount}  # fmt: skip
    yield common | {"id": 90, "taxline": "T", "item": 1}
    yield common | {"id": 91, "iscogs": "T", "item": 1}
    yield common | {"id": 92, "kitmemberof": 1, "item": 1, "quantity": -1}
    yield common | {"id": 93, "item": 900, "foreignamount": -7, "rate": 7}
