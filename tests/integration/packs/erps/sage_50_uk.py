"""Sage 50 Accounts: two reports as CSV, without headers."""

from __future__ import annotations

from pathlib import Path

from agent import packs
from tests.integration.packs import files
from tests.integration.packs.world import World

COUNTS = {"contact": 20}
SAMPLES = {
    "account": (
        "MUE0011",
        {"Name": "Müller & Söhne 11", "BillingStreet": "Unit 3, 11 Road", "BillingCity": "Napier"},
    ),
    "contact": ("MUE0012", {"LastName": "Ann Upper", "Email": "ann12@example.com"}),
    "product": ("BOLT009", {"Name": "Bolt M9", "Family": "1"}),
}


def export(world: World, folder: Path) -> None:
    """Write both reports."""
    columns = {t.name: list(t.columns) for t in packs.tables(packs.load("sage-50-uk"))}
    customers = [
        {"A/C": f"MUE{c.number:04}", "Name": c.name, "Address Line 1": "Unit 3",
         "Address Line 2": f"{c.number} Road", "Address Line 3": "Napier",
         "Address Line 4": "Hawke's Bay", "Address Line 5": f"0{c.number:04}",
         "Contact Name": "" if c.number % 2 else "Ann Upper", "Department": 0,
         "e-mail": f"ann{c.number}@example.com", "Credit Limit": c.limit,
         "Trading Terms Text": "30 days, strictly", "Payment Due Days": 30}
        for c in world.customers
    ]  # fmt: skip
    products = [
        {"Stock Code": f"BOLT{i.number:03}", "Description": i.name if i.number % 3 == 0 else "",
         "Tax Code": "T1", "Sales Price": i.price, "Stock Category": 1}
        for i in world.items
    ]  # fmt: skip
    for name, rows in (("CUSTREC", customers), ("STOCKREC", products)):
        files.write(
            folder / f"{name}_20261121.csv", columns[name], rows, encoding="cp1252", header=False
        )
