"""Files of Oracle's BI Cloud Connector: a full extract, then one with changes."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

from agent import packs
from tests.integration.packs import files
from tests.integration.packs.world import World

SETTINGS = {"master_organization_id": "300000001984001"}
SAMPLES = {
    "account": ("300000000000013", {"Name": "Müller & Söhne 13", "AccountNumber": "13"}),
    "invoice": ("300000000070003", {"ERP_Number__c": "7003", "ERP_Currency__c": "USD"}),
    "product": ("300000000001010", {"Name": "Bolt M10", "IsActive": "True"}),
}
PLACES = {
    "CustomerAccountExtractPVO": "crmanalyticsam_crmextractam_hzbiccextractam",
    "ItemExtractPVO": "fscmtopmodelam_scmextractam_egpbiccextractam",
    "TransactionHeaderExtractPVO": "fscmtopmodelam_finextractam_arbiccextractam",
    "TransactionLineExtractPVO": "fscmtopmodelam_finextractam_arbiccextractam",
}
BASE = 300000000000000


def export(world: World, folder: Path) -> None:
    """A full extract in which names are old ones, and a second one that corrects every third."""
    columns = {t.name: list(t.columns) for t in packs.tables(packs.load("oracle-cloud-bicc"))}
    written = rows(world)
    assert written.keys() == columns.keys()
    for name, found in written.items():
        old = [old_name(row) if n % 3 == 0 else row for n, row in enumerate(found)]
        for batch, (stamp, part) in enumerate(
            (("20261120_200000", old), ("20261121_060000", found[::3])), start=1
        ):
            path = folder / f"file_{PLACES[name]}_{name.lower()}-batch{9 - batch}77-{stamp}.csv"
            files.write(path, columns[name], part)
            os.utime(path, (batch, batch))


def old_name(row: dict[str, Any]) -> dict[str, Any]:
    names = ("ACCOUNTNAME", "ITEMTRANSLATIONPEODESCRIPTION")
    return {key: "as it was" if key in names else value for key, value in row.items()}


def rows(world: World) -> dict[str, list[dict[str, Any]]]:
    master = SETTINGS["master_organization_id"]
    return {
        "CustomerAccountExtractPVO": [
            {"CUSTACCOUNTID": BASE + c.number, "ACCOUNTNUMBER": c.number, "ACCOUNTNAME": c.name}
            for c in world.customers
        ],
        "ItemExtractPVO": [
            {"ITEMBASEPEOINVENTORYITEMID": BASE + 1000 + i.number,
             "ITEMBASEPEOORGANIZATIONID": organization, "ITEMBASEPEOITEMNUMBER": f"B{i.number}",
             "ITEMTRANSLATIONPEODESCRIPTION": i.name,
             "ITEMBASEPEOINVENTORYITEMSTATUSCODE": "Active" if i.active else "Inactive"}
            for i in world.items for organization in (master, "300000001984002")
        ],
        "TransactionHeaderExtractPVO": [
            {"RACUSTOMERTRXCUSTOMERTRXID": BASE + 70000 + i.number,
             "RACUSTOMERTRXTRXNUMBER": 7000 + i.number, "RACUSTOMERTRXTRXDATE": day(i.day),
             "RACUSTOMERTRXTERMDUEDATE": day(i.due) if i.number % 5 else "",
             "RACUSTOMERTRXBILLTOCUSTOMERID": BASE + i.customer.number,
             "RACUSTOMERTRXINVOICECURRENCYCODE": "USD", "RACUSTOMERTRXCOMPLETEFLAG": "Y"}
            for i in world.invoices
        ] + [{"RACUSTOMERTRXCUSTOMERTRXID": BASE + 79999, "RACUSTOMERTRXCOMPLETEFLAG": "N"}],
        "TransactionLineExtractPVO": [
            {"RACUSTOMERTRXLINECUSTOMERTRXLINEID": BASE + i.number * 1000 + line.position * 10 + tax,
             "RACUSTOMERTRXLINECUSTOMERTRXID": BASE + 70000 + i.number,
             "RACUSTOMERTRXLINELINENUMBER": line.position,
             "RACUSTOMERTRXLINELINETYPE": "TAX" if tax else "LINE",
             "RACUSTOMERTRXLINEINVENTORYITEMID": BASE + 1000 + line.item.number,
             "RACUSTOMERTRXLINEQUANTITYINVOICED": line.quantity,
             "RACUSTOMERTRXLINERACUSTOMERTRXLINEUNITSELLINGPRICE": line.item.price,
             "RACUSTOMERTRXLINEEXTENDEDAMOUNT": line.amount}
            for i in world.invoices for line in i.lines for tax in (0, 1)
        ],
    }  # fmt: skip


def day(when: date) -> str:
    return f"{when} 00:00:00.000000"
