"""SAP S/4HANA: status in VBAK, stock in MATDOC."""

from __future__ import annotations

from tests.integration.packs.database import Rows
from tests.integration.packs.erps.sap_ecc import (
    COUNTS,
    SAMPLES,
    SETTINGS,
    common,
    material,
    orders,
    status,
)
from tests.integration.packs.world import World

__all__ = ["COUNTS", "SAMPLES", "SETTINGS", "rows"]


def rows(world: World) -> Rows:
    states = {f"{order.number:010}": status(order) for order in world.orders}
    heads = []
    for order in orders(world):
        overall, delivery = states.get(order["VBELN"], ("A", "A"))
        heads.append({**order, "GBSTK": overall, "LFSTK": delivery})
    return {
        **common(world),
        "VBAK": heads,
        "MATDOC": [
            {"MANDT": "100", "MATBF": material(item), "WERKS": "1000", "LBBSA_SID": kind,
             "STOCK_QTY": quantity}
            for (item, _), units in world.stock.items()
            for kind, quantity in (("01", units + 3), ("01", -3), ("07", 5))
        ],
    }  # fmt: skip
