"""Tables of SAP ECC as files: field names, semicolons, German dates and numbers."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.integration.packs.erps import sap_ecc
from tests.integration.packs.world import World

COUNTS = {"inventory": 60}
"""Stock is per storage location here, and there are two."""
SAMPLES = {
    "account": ("0000000011", {"Name": "Müller & Söhne 11", "ERP_Active__c": "True"}),
    "order": ("0000000003", {"PoNumber": "PO 3"}),
}
DATES = ("AUDAT", "VDATU")
NUMBERS = ("NETWR", "LABST")
NAMES = {
    "KNA1": "KUNNR NAME1 TELF1 BRSCH STRAS ORT01 REGIO PSTLZ LAND1 LOEVM",
    "KNVK": "PARNR KUNNR NAMEV NAME1 TELF1",
    "MAKT": "MATNR MAKTX",
    "VBAK": "VBELN VBTYP AUDAT VDATU KUNNR BSTNK WAERK NETWR",
    "MARD": "MATNR WERKS LGORT LABST",
}


def export(world: World, folder: Path) -> None:
    """Write the files of one client and one language."""
    texts = [
        {"MANDT": "100", "MATNR": sap_ecc.material(i.number), "MAKTX": i.name} for i in world.items
    ]
    tables = {**sap_ecc.rows(world), "MAKT": texts}
    for table, names in NAMES.items():
        with (folder / f"{table}_20261121.CSV").open("w", encoding="cp1252", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(names.split())
            for row in tables[table]:
                if row["MANDT"] == "100":
                    writer.writerow([written(name, row) for name in names.split()])


def written(name: str, row: Mapping[str, Any]) -> str:
    value = row.get(name, "")
    if name in DATES:
        text = value or "00000000"
        return f"{text[6:]}.{text[4:6]}.{text[:4]}"
    if name in NUMBERS:
        return german(Decimal(value or 0))
    return str(value)


def german(number: Decimal) -> str:
    """1.234,56 with the minus behind."""
    text = f"{abs(number):,.2f}".translate(str.maketrans(",.", ".,"))
    return text + "-" * (number < 0)
