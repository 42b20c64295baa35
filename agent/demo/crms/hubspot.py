"""How HubSpot holds the sample ERP: every value is text, parents are the keys of linked records.

The sandbox shows links as sorted lists of keys. What points at a parent must be linked with that
parent alone, and the property that keeps its key must say the same.
"""

from __future__ import annotations

from agent.demo.crms.shape import Place, Raw, Read, Refusal, Shape, flag, number


def _linked(name: str, object_: str) -> Read:
    """A parent: the property that names it and the link; where they disagree, both."""

    def read(record: Raw) -> object:
        named, links = record.get(name), record.get(f"{object_}.erp_id") or []
        return named if links == ([named] if named else []) else (named, tuple(links))

    return read


def _group(record: Raw) -> object:
    """The company that this one belongs to; its own members are linked with it as well."""
    named, links = record.get("erp_parent_account"), record.get("companies.erp_id") or []
    return named if not named or named in links else (named, tuple(links))


_PLACES = {
    "account": Place(
        "companies",
        {
            "name": "name",
            "number": "erp_number",
            "parent_account": _group,
            "phone": "phone",
            "website": "website",
            "industry": "erp_industry",
            "billing_street": "address",
            "billing_city": "city",
            "billing_postal_code": "zip",
            "billing_country": "country",
            "currency": "erp_currency",
            "credit_limit": number("erp_credit_limit"),
            "balance": number("erp_balance"),
            "credit_hold": flag("erp_credit_hold"),
            "payment_terms": "erp_payment_terms",
            "active": flag("erp_active"),
        },
    ),
    "contact": Place(
        "contacts",
        {
            "account": _linked("erp_account", "companies"),
            "first_name": "firstname",
            "last_name": "lastname",
            "email": "email",
            "phone": "phone",
            "title": "jobtitle",
            "active": flag("erp_active"),
        },
    ),
    "product": Place(
        "products",
        {
            "name": "name",
            "code": "hs_sku",
            "description": "description",
            "unit": "erp_unit",
            "active": flag("erp_active"),
        },
    ),
    "price_book": Place(
        "p_erp_price_list",
        {"name": "name", "currency": "currency", "active": flag("active")},
    ),
    "price_book_entry": Place(
        "p_erp_price",
        {
            "price_book": _linked("price_list", "p_erp_price_list"),
            "product": _linked("product", "products"),
            "unit_price": number("unit_price"),
            "currency": "currency",
            "active": flag("active"),
        },
    ),
    "order": Place(
        "orders",
        {
            "account": _linked("erp_account", "companies"),
            "price_book": _linked("erp_price_list", "p_erp_price_list"),
            "number": "hs_order_name",
            "order_date": "erp_order_date",
            "requested_date": "erp_requested_date",
            "status": "hs_external_order_status",
            "currency": "hs_currency_code",
            "total": number("erp_total"),
        },
    ),
    "order_line": Place(
        "line_items",
        {
            "order": _linked("erp_order", "orders"),
            "price_book_entry": _linked("erp_price", "p_erp_price"),
            "product": _linked("erp_product", "products"),
            "number": number("erp_number"),
            "quantity": number("quantity"),
            "unit_price": number("price"),
            "amount": number("erp_amount"),
        },
    ),
    "invoice": Place(
        "p_erp_invoice",
        {
            "account": _linked("account", "companies"),
            "order": _linked("order", "orders"),
            "number": "number",
            "invoice_date": "invoice_date",
            "due_date": "due_date",
            "currency": "currency",
            "total": number("total"),
            "paid": number("paid"),
            "payment_status": "payment_status",
        },
    ),
    "invoice_line": Place(
        "p_erp_invoice_line",
        {
            "invoice": _linked("invoice", "p_erp_invoice"),
            "product": _linked("product", "products"),
            "number": number("number"),
            "quantity": number("quantity"),
            "unit_price": number("unit_price"),
            "amount": number("amount"),
        },
    ),
    "inventory": Place(
        "p_erp_stock",
        {
            "product": _linked("product", "products"),
            "warehouse": "warehouse",
            "on_hand": number("on_hand"),
            "available": number("available"),
        },
    ),
    "shipment": Place(
        "p_erp_shipment",
        {
            "order": _linked("order", "orders"),
            "number": "number",
            "carrier": "carrier",
            "tracking": "tracking",
            "expected_date": "expected_date",
            "delivered_date": "delivered_date",
            "status": "status",
        },
    ),
}

HUBSPOT = Shape("HubSpot", _PLACES, Refusal("INVALID_EMAIL"), credential="private_app_token")
