"""Documents: closed ones take no changes, locked ones no prices, totals are computed.

A document that is not in its first state is read-only, and so are its lines: "Only active orders
can be edited", "only draft quotes", paid and cancelled invoices. With price calculation on, Dynamics
itself computes what lines and documents amount to
(https://learn.microsoft.com/dynamics365/sales/developer/use-custom-pricing-products).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from adapters.sandbox.dynamics.schema import TableKind
from adapters.sandbox.dynamics.store import Row, Store
from adapters.sandbox.store import Value
from adapters.sandbox.wire import ApiError

LINES = {
    "quotedetail": "quoteid",
    "salesorderdetail": "salesorderid",
    "invoicedetail": "invoiceid",
}
_DOCUMENTS = frozenset({"quote", "salesorder", "invoice"})
_PRICES = ("priceperunit", "quantity", "manualdiscountamount", "tax")


def check(store: Store, table: TableKind, values: Mapping[str, Value], before: Row | None) -> None:
    """Refuse what the state of a document does not allow. Raises ApiError."""
    if table.name in _DOCUMENTS and before is not None:
        is_open = before.values["statecode"] == 0 or values["statecode"] == 0  # or reopened
        if not is_open:
            raise ApiError(
                400, "0x8004022e", "The object cannot be updated because it is read-only."
            )
    if table.name == "productpricelevel":
        _check_price(store, table, values, before)
    if table.name not in LINES:
        return
    _check_line(values)
    parent = store.row(str(values.get(LINES[table.name])))
    if parent is None:
        return
    if parent.values["statecode"] != 0:
        raise ApiError(400, "0x80043b09", "The parent is read only and cannot be edited.")
    held = before.values if before is not None else {}
    if parent.values.get("ispricelocked") and any(values.get(p) != held.get(p) for p in _PRICES):
        raise ApiError(400, "0x80043b1d", "This entity is already locked.")


def _check_price(
    store: Store, table: TableKind, values: Mapping[str, Value], before: Row | None
) -> None:
    names = ("pricelevelid", "productid", "uomid")
    for row in store.table(table).find("pricelevelid", values.get("pricelevelid")):
        if row is not before and all(row.values.get(n) == values.get(n) for n in names):
            raise ApiError(
                400,
                "0x80043b08",
                "This product and unit combination has a price for this price list.",
            )


def _check_line(values: Mapping[str, Value]) -> None:
    if values.get("productid") is not None:
        if values.get("productdescription") is not None:
            raise ApiError(
                400,
                "0x80043afb",
                "You cannot set both 'productid' and 'productdescription' for the same record.",
            )
        if values.get("uomid") is None:
            raise ApiError(400, "0x80040200", "Required field 'uomid' is missing.")
    elif values.get("productdescription") is None:
        raise ApiError(400, "0x80040200", "Required field 'productdescription' is missing.")


def settle(store: Store, row: Row, *, reprices: bool) -> None:
    """Compute a line and the totals of its document, if Dynamics does that."""
    if row.kind.name not in LINES or not reprices:
        return
    store.replace(row, {**row.values, "extendedamount": _extended(row)})
    parent = store.row(str(row.values.get(LINES[row.kind.name])))
    if parent is None:
        return
    lines = store.table(row.kind).find(LINES[row.kind.name], parent.id)
    total = sum((_extended(line) for line in lines), Decimal(0))
    store.replace(parent, {**parent.values, "totalamount": total, "totallineitemamount": total})


def _extended(row: Row) -> Decimal:
    price, quantity, discount, tax = (
        Decimal(str(row.values.get(name) or 0))
        for name in ("priceperunit", "quantity", "manualdiscountamount", "tax")
    )
    return (price * quantity - discount + tax).quantize(Decimal("0.01"))
