"""Dynamics AX 2012: addresses and names with times, other companies, returns and credit notes."""

from __future__ import annotations

from typing import Any

from tests.integration.packs.database import Rows
from tests.integration.packs.world import Document, World

SETTINGS = {"company": "usmf", "language": "de", "currency": "EUR"}
SAMPLES = {
    "account": ("11", {"Name": "Müller & Söhne 11", "ERP_Credit_Hold__c": "True",
                       "BillingStreet": "11 Road", "Phone": "+49 11"}),
    "product": ("ITEM4", {"Name": "BOLT4"}),
    "order": ("SO004", {"OrderReferenceNumber": "SO004", "ERP_Status__c": "cancelled",
                        "ShippingCity": "Delivery town"}),
    "invoice": ("7002", {"ERP_Paid__c": "1.50"}),
    "order_line": ("4001", {"ERP_Number__c": "1"}),
}  # fmt: skip
ALPHA3 = {"DE": "DEU", "AT": "AUT", "CH": "CHE", "NZ": "NZL"}
TIMES = (("2001-01-01", "2020-01-01"), ("2020-01-02", "2154-12-31"), ("2150-01-01", "2154-12-31"))
OURS: dict[str, Any] = {"DATAAREAID": "usmf"}


def rows(world: World) -> Rows:
    locations = (("A", "EAST"), ("B", "EAST"), ("C", "WEST"), ("D", "NORTH"))
    tables: dict[str, list[dict[str, Any]]] = {
        "CUSTTABLE": [
            {"ACCOUNTNUM": f"{c.number}", "PARTY": 100 + c.number, "CURRENCY": "EUR",
             "CREDITMAX": c.limit, "BLOCKED": (1 if c.held else 0) if c.active else 2}
            for c in world.customers
        ],
        "CONTACTPERSON": [
            {"CONTACTPERSONID": f"K{p.number}", "PARTY": 300 + p.number,
             "CONTACTFORPARTY": 100 + p.customer.number}
            for p in world.persons
        ] + [{"CONTACTPERSONID": "K998", "PARTY": 301, "CONTACTFORPARTY": 101, "INACTIVE": 1},
             {"CONTACTPERSONID": "K999", "PARTY": 301, "CONTACTFORPARTY": 77777}],
        "INVENTTABLE": [
            {"ITEMID": f"ITEM{i.number}", "PRODUCT": i.number, "NAMEALIAS": f"BOLT{i.number}"}
            for i in world.items
        ],
        "INVENTTABLEMODULE": [
            {"ITEMID": f"ITEM{i.number}", "MODULETYPE": module, "PRICEUNIT": (0, 1, 100)[i.number % 3],
             "PRICE": i.price * (1, 1, 100)[i.number % 3] if module == 2 else 1}
            for i in world.items for module in (0, 1, 2)
        ],
        "SALESTABLE": [
            {"SALESID": f"SO{o.number:03}", "SALESTYPE": 3, "CUSTACCOUNT": f"{o.customer.number}",
             "CREATEDDATETIME": f"{o.day} 10:11:12", "CURRENCYCODE": "EUR",
             "SHIPPINGDATEREQUESTED": o.due if o.is_open else "1900-01-01",
             "SALESSTATUS": o.number % 5, "DELIVERYPOSTALADDRESS": 9 if o.number == 4 else 0}
            for o in world.orders
        ] + [{"SALESID": "RET1", "SALESTYPE": 4, "CREATEDDATETIME": "2026-01-01"}],
        "SALESLINE": [
            {"RECID": o.number * 1000 + n.position, "SALESID": f"SO{o.number:03}",
             "LINENUM": f"{n.position}.0000000000000000", "ITEMID": f"ITEM{n.item.number}",
             "SALESQTY": n.quantity, "SALESPRICE": n.item.price * 10, "PRICEUNIT": 10,
             "LINEAMOUNT": n.amount, "SALESSTATUS": 1}
            for o in world.orders for n in o.lines
        ] + [{"RECID": 1, "SALESID": "SO001", "ITEMID": "ITEM1", "SALESSTATUS": 4},
             {"RECID": 2, "SALESID": "SO001", "ITEMID": "", "SALESSTATUS": 1},
             {"RECID": 3, "SALESID": "RET1", "ITEMID": "ITEM1", "SALESSTATUS": 1}],
        "CUSTINVOICEJOUR": [
            invoice(i) | {"RECID": 7000 + i.number, "INVOICEACCOUNT": f"{i.customer.number}",
                          "DUEDATE": i.due, "CURRENCYCODE": "EUR", "INVOICEAMOUNT": i.total,
                          "LEDGERVOUCHER": f"V{i.number}"}
            for i in world.invoices
        ] + [{"RECID": 1, "INVOICEID": "CN1", "INVOICEAMOUNT": -5}],
        "CUSTINVOICETRANS": [
            invoice(i) | {"RECID": i.number * 1000 + n.position, "LINENUM": n.position,
                          "ITEMID": f"ITEM{n.item.number}", "QTY": n.quantity, "PRICEUNIT": 0,
                          "SALESPRICE": n.item.price, "LINEAMOUNT": n.amount}
            for i in world.invoices for n in i.lines
        ] + [{"RECID": 1, "INVOICEID": "CN1", "ITEMID": "ITEM1"}],
        "CUSTTRANS": [
            {"ACCOUNTNUM": f"{i.customer.number}", "INVOICE": f"INV{i.number}", "TRANSDATE": i.day,
             "VOUCHER": voucher, "SETTLEAMOUNTCUR": settled}
            for i in world.invoices
            for voucher, settled in ((f"V{i.number}", 1), (f"V{i.number}", 0.5), ("PAY", 99))
        ],
        "INVENTSUM": [
            {"ITEMID": f"ITEM{item}", "INVENTDIMID": dim, "PHYSICALINVENT": part, "AVAILPHYSICAL": 1}
            for (item, place), units in world.stock.items()
            for dim, part in split(place, units, locations)
        ] + [{"ITEMID": "ITEM1", "INVENTDIMID": "NONE", "PHYSICALINVENT": 5}],
        "INVENTDIM": [{"INVENTDIMID": dim, "INVENTLOCATIONID": place} for dim, place in locations]
        + [{"INVENTDIMID": "NONE"}],
        "CUSTPACKINGSLIPJOUR": [
            {"RECID": s.number, "PACKINGSLIPID": f"PS{s.number}", "SALESID": f"SO{s.order.number:03}"}
            for s in world.shipments
        ] + [{"RECID": 999, "PACKINGSLIPID": "PS999", "SALESID": "RET1"}],
    }  # fmt: skip
    for name, found in tables.items():
        found[:] = [OURS | row for row in found]
        theirs = found[0] | {"DATAAREAID": "dat"}
        found.append(theirs | ({"RECID": 424242} if "RECID" in theirs else {}))
        assert found[-1] != found[0], name
    return {**tables, **shared(world)}


def shared(world: World) -> dict[str, list[dict[str, Any]]]:
    """The tables that all companies share."""
    return {
        "DIRPARTYTABLE": [
            *(
                {"RECID": 100 + c.number, "NAME": c.name, "PRIMARYADDRESSLOCATION": 500 + c.number,
                 "PRIMARYCONTACTPHONE": 600 + c.number}
                for c in world.customers
            ),
            *(
                {"RECID": 300 + p.number, "NAME": f"{p.first} {p.last}",
                 "PRIMARYCONTACTEMAIL": 900 + p.number}
                for p in world.persons
            ),
        ],
        "LOGISTICSPOSTALADDRESS": [
            *(
                {"RECID": c.number * 10 + n, "LOCATION": 500 + c.number, "VALIDFROM": times[0],
                 "VALIDTO": times[1], "STREET": f"{c.number} Road" if n == 1 else "Elsewhere",
                 "CITY": c.town, "COUNTRYREGIONID": ALPHA3[c.country]}
                for c in world.customers for n, times in enumerate(TIMES)
            ),
            {"RECID": 9, "LOCATION": 1, "CITY": "Delivery town", "VALIDFROM": "2001-01-01",
             "VALIDTO": "2001-01-02"},
        ],
        "LOGISTICSELECTRONICADDRESS": [
            *({"RECID": 600 + c.number, "LOCATOR": f"+49 {c.number}"} for c in world.customers),
            *({"RECID": 900 + p.number, "LOCATOR": f"p{p.number}@example.com"} for p in world.persons),
        ],
        "DIRPERSONNAME": [
            {"PERSON": 300 + p.number, "FIRSTNAME": p.first,
             "LASTNAME": p.last if n else "Before her marriage", "VALIDFROM": times[0],
             "VALIDTO": times[1]}
            for p in world.persons for n, times in enumerate(TIMES[:2])
        ],
        "ECORESPRODUCTTRANSLATION": [
            {"PRODUCT": i.number, "LANGUAGEID": language, "NAME": i.name if language == "de" else "?"}
            for i in world.items if i.number % 4 for language in ("de", "en-us")
        ],
    }  # fmt: skip


def invoice(document: Document) -> dict[str, Any]:
    """What joins lines to their head."""
    return {"SALESID": "SO002" if document.number == 2 else "gone", "INVOICEID": f"INV{document.number}",
            "INVOICEDATE": document.day, "NUMBERSEQUENCEGROUP": "G"}  # fmt: skip


def split(place: str, units: int, locations: tuple[tuple[str, str], ...]) -> list[tuple[str, int]]:
    """The stock of a warehouse, by its dimensions."""
    first, *others = [dim for dim, where in locations if where == place]
    return [(first, units - len(others)), *((dim, 1) for dim in others)]
