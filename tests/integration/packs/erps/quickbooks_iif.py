"""QuickBooks Desktop: lists as IIF files."""

from __future__ import annotations

from pathlib import Path

from tests.integration.packs import files
from tests.integration.packs.world import World

SETTINGS = {"item_lines": "6"}
COUNTS = {"contact": 20}
SAMPLES = {
    "account": (
        "111", {"Name": "Müller & Söhne 11", "AccountNumber": "Muller 11",
                "BillingStreet": "11 Road, Napier 4110"},
    ),
    "contact": ("112", {"LastName": "Ann Upper"}),
    "product": ("509", {"Name": "Bolt M9", "ProductCode": "B9", "Family": "Inventory part"}),
}  # fmt: skip
ABOUT = [
    "!HDR\tPROD\tVER\tREL\tIIFVER\tDATE\tTIME",
    "HDR\tQuickBooks Pro\tVersion 27.0D\tRelease R5P\t1\t2026-11-21\t1795240000",
]
FIELDS = ["!CUSTITEMDICT\tINDEX\tLABEL\tINUSE", "!ENDCUSTITEMDICT", "CUSTITEMDICT\t0\tColour\tY",
          "ENDCUSTITEMDICT"]  # fmt: skip
CUST = (
    "!CUST NAME REFNUM TIMESTAMP BADDR1 BADDR2 BADDR3 BADDR4 BADDR5 SADDR1 SADDR2 SADDR3 SADDR4"
    " SADDR5 PHONE1 PHONE2 FAXNUM EMAIL NOTE CONT1 CONT2 CTYPE TERMS TAXABLE LIMIT RESALENUM REP"
    " TAXITEM NOTEPAD SALUTATION COMPANYNAME FIRSTNAME MIDINIT LASTNAME JOBDESC HIDDEN DELCOUNT"
)
INVITEM = (
    "!INVITEM NAME REFNUM TIMESTAMP INVITEMTYPE DESC PURCHASEDESC ACCNT ASSETACCNT COGSACCNT QNTY"
    " QNTY PRICE COST TAXABLE PREFVEND REORDERPOINT EXTRA HIDDEN DELCOUNT"
)


def export(world: World, folder: Path) -> None:
    """Write both lists, with a job and what is no item for sale."""
    customers = [
        {"!CUST": "CUST", "NAME": f"Muller {c.number}", "REFNUM": 100 + c.number,
         "COMPANYNAME": c.name, "BADDR1": f"{c.number} Road", "BADDR2": "Napier 4110",
         "CONT1": "" if c.number % 2 else "Ann Upper", "TERMS": "Net 30",
         "LIMIT": f"{c.limit:,.2f}"}
        for c in world.customers
    ]  # fmt: skip
    job = {"!CUST": "CUST", "NAME": "Muller 1:Roof", "REFNUM": 900, "CONT1": "Bob"}
    items = [
        {"!INVITEM": "INVITEM", "NAME": f"B{i.number}", "REFNUM": 500 + i.number,
         "INVITEMTYPE": "INVENTORY", "DESC": i.name, "PRICE": i.price}
        for i in world.items
    ]  # fmt: skip
    tax = {"!INVITEM": "INVITEM", "NAME": "Tax", "REFNUM": 901, "INVITEMTYPE": "COMPTAX"}
    form = {"delimiter": "\t", "encoding": "cp1252"}
    files.write(folder / "Customers.IIF", CUST.split(), [*customers, job], before=ABOUT, **form)
    files.write(
        folder / "Items.IIF", INVITEM.split(), [*items, tax], before=[*ABOUT, *FIELDS], **form
    )
