"""How Dynamics 365 holds the sample ERP: JSON's own kinds of values, lookups by the other's key.

What Dynamics computes itself (totals) has a column of the ERP's own beside it, and a currency is
another record, which the sandbox shows by its ISO code. Names of orders and invoices repeat the
number, because a form without a name is empty to people. A key that the Web API could not address, or
would mix up with another, is kept in capitals, digits, `-` and `.`, everything else as its code.
"""

from __future__ import annotations

import re

from agent.demo.crms.shape import Place, Raw, Read, Refusal, Shape

_CURRENCY = "transactioncurrencyid.erp_id"


_CODE = re.compile(r"__([0-9A-F]+)_|_([0-9A-F]{2})")


def _key(kept: str) -> str:
    """`EUR_2FP-1` is `EUR/P-1`, `S__DC_D` is `SÜD`."""
    return _CODE.sub(lambda code: chr(int(code[1] or code[2], 16)), kept)


def _parent(name: str) -> Read:
    """A parent whose key is not only capitals and digits."""
    return lambda record: _key(str(record.get(name) or ""))


def _also(name: str, repeated: str) -> Read:
    """A value that must stand in two columns; where they disagree, both."""

    def read(record: Raw) -> object:
        first, second = record.get(name), record.get(repeated)
        return first if first == second else (first, second)

    return read


_PLACES = {
    "account": Place(
        "account",
        {
            "name": "name",
            "number": "erp_number",
            "parent_account": "parentaccountid.erp_id",
            "phone": "telephone1",
            "website": "websiteurl",
            "industry": "erp_industry",
            "billing_street": "address1_line1",
            "billing_city": "address1_city",
            "billing_postal_code": "address1_postalcode",
            "billing_country": "address1_country",
            "currency": _CURRENCY,
            "credit_limit": "creditlimit",
            "balance": "erp_balance",
            "credit_hold": "creditonhold",
            "payment_terms": "erp_paymentterms",
            "active": "erp_active",
        },
    ),
    "contact": Place(
        "contact",
        {
            "account": "parentcustomerid_account.erp_id",
            "first_name": "firstname",
            "last_name": "lastname",
            "email": "emailaddress1",
            "phone": "telephone1",
            "title": "jobtitle",
            "active": "erp_active",
        },
    ),
    "product": Place(
        "product",
        {
            "name": "name",
            "code": "productnumber",
            "description": "description",
            "unit": "erp_unit",
            "active": "erp_active",
        },
    ),
    "price_book": Place(
        "pricelevel", {"name": "name", "currency": _CURRENCY, "active": "erp_active"}
    ),
    "price_book_entry": Place(
        "productpricelevel",
        {
            "price_book": "pricelevelid.erp_id",
            "product": "productid.erp_id",
            "unit_price": "amount",
            "currency": "erp_currency",
            "active": "erp_active",
        },
    ),
    "order": Place(
        "salesorder",
        {
            "account": "customerid_account.erp_id",
            "price_book": "pricelevelid.erp_id",
            "number": _also("erp_number", "name"),
            "order_date": "erp_orderdate",
            "requested_date": "requestdeliveryby",
            "status": "erp_status",
            "currency": _CURRENCY,
            "total": "erp_total",
        },
    ),
    "order_line": Place(
        "salesorderdetail",
        {
            "order": "salesorderid.erp_id",
            "price_book_entry": _parent("erp_pricelistitem.erp_id"),
            "product": "productid.erp_id",
            "number": "lineitemnumber",
            "quantity": "quantity",
            "unit_price": "priceperunit",
            "amount": "erp_amount",
        },
    ),
    "invoice": Place(
        "invoice",
        {
            "account": "customerid_account.erp_id",
            "order": "salesorderid.erp_id",
            "number": _also("erp_number", "name"),
            "invoice_date": "erp_invoicedate",
            "due_date": "duedate",
            "currency": _CURRENCY,
            "total": "erp_total",
            "paid": "erp_paid",
            "payment_status": "erp_paymentstatus",
        },
    ),
    "invoice_line": Place(
        "invoicedetail",
        {
            "invoice": "invoiceid.erp_id",
            "product": "productid.erp_id",
            "number": "lineitemnumber",
            "quantity": "quantity",
            "unit_price": "priceperunit",
            "amount": "erp_amount",
        },
    ),
    "inventory": Place(
        "erp_stock",
        {
            "product": "erp_product.erp_id",
            "warehouse": _also("erp_warehouse", "erp_name"),
            "on_hand": "erp_onhand",
            "available": "erp_available",
        },
    ),
    "shipment": Place(
        "erp_shipment",
        {
            "order": "erp_order.erp_id",
            "number": _also("erp_number", "erp_name"),
            "carrier": "erp_carrier",
            "tracking": "erp_tracking",
            "expected_date": "erp_expecteddate",
            "delivered_date": "erp_delivereddate",
            "status": "erp_status",
        },
    ),
}

_REFUSAL = Refusal(
    "PLUGIN_REFUSED",
    {
        "kind": "partial",
        "object": "contact",
        "field": "emailaddress1",
        "contains": "info(at)",
        "message": "Enter a valid e-mail address.",
    },
)
"""Dataverse takes any text for an address; what looks at them is a plug-in of the organisation."""

DYNAMICS = Shape("Dynamics 365", _PLACES, _REFUSAL, credential="client_secret", key=_key)
