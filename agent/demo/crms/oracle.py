"""How Oracle Fusion Sales holds the sample ERP: custom fields, addresses and lines as child rows.

A parent is shown by the ERP's key beside the field that holds Oracle's number of it; what a child
row belongs to is its owner. The billing address is the row for that purpose, if there is one only.
"""

from __future__ import annotations

from agent.demo.crms.shape import Place, Raw, Read, Refusal, Shape

_OWNER = "owner.key"


_SYSTEM = "ERP_ORDER:"
"""Whose the keys of sales orders are: these share an object with quotes."""


def _key(kept: str) -> str:
    return kept.removeprefix(_SYSTEM)


def _order(name: str) -> Read:
    """A parent that is a sales order."""
    return lambda record: _key(str(record.get(name) or ""))


def _billing(name: str) -> Read:
    """A part of the address that bills go to."""

    def read(record: Raw) -> object:
        found = [row.get(name) for row in record["Address"] if row["AddressType"] == "BILL_TO"]
        return found[0] if len(found) == 1 else tuple(found) or None

    return read


_PLACES = {
    "account": Place(
        "accounts",
        {
            "name": "OrganizationName",
            "number": "OrganizationDEO_ERP_Number_c",
            "parent_account": "ParentAccountPartyId.key",
            "phone": "PhoneNumber",
            "website": "URL",
            "industry": "OrganizationDEO_ERP_Industry_c",
            "billing_street": _billing("AddressLine1"),
            "billing_city": _billing("City"),
            "billing_postal_code": _billing("PostalCode"),
            "billing_country": _billing("Country"),
            "currency": "OrganizationDEO_ERP_Currency_c",
            "credit_limit": "OrganizationDEO_ERP_Credit_Limit_c",
            "balance": "OrganizationDEO_ERP_Balance_c",
            "credit_hold": "OrganizationDEO_ERP_Credit_Hold_c",
            "payment_terms": "OrganizationDEO_ERP_Payment_Terms_c",
            "active": "OrganizationDEO_ERP_Active_c",
        },
    ),
    "contact": Place(
        "contacts",
        {
            "account": "AccountPartyId.key",
            "first_name": "FirstName",
            "last_name": "LastName",
            "email": "EmailAddress",
            "phone": "WorkPhoneNumber",
            "title": "JobTitle",
            "active": "PersonDEO_ERP_Active_c",
        },
    ),
    "product": Place(
        "products",
        {
            "name": "Name",
            "code": "ItemNumber",
            "description": "Description",
            "unit": "DefaultUOMCode",
            "active": "ActiveFlag",
        },
    ),
    "price_book": Place(
        "priceBookHeaders",
        {"name": "Name", "currency": "CurrencyCode", "active": "ERP_Active_c"},
    ),
    "price_book_entry": Place(
        "priceBookHeaders/PriceBookItem",
        {
            "price_book": _OWNER,
            "product": "InvItemId.key",
            "unit_price": "ListPrice",
            "currency": "ERP_Currency_c",
            "active": "ERP_Active_c",
        },
    ),
    "order": Place(
        "salesOrders",
        {
            "account": "SoldToPartyId.key",
            "price_book": "ERP_Price_Book_Id_c.key",
            "number": "ExternalQuoteNumber",
            "order_date": "ERP_Order_Date_c",
            "requested_date": "ERP_Requested_Date_c",
            "status": "ERP_Status_c",
            "currency": "CurrencyCode",
            "total": "ERP_Total_c",
        },
    ),
    "order_line": Place(
        "salesOrders/SalesOrderLine",
        {
            "order": _order(_OWNER),
            "price_book_entry": "ERP_Price_Book_Entry_Id_c.key",
            "product": "InventoryItemId.key",
            "number": "ERP_Number_c",
            "quantity": "Quantity",
            "unit_price": "UnitPrice",
            "amount": "ERP_Amount_c",
        },
    ),
    "invoice": Place(
        "ERP_Invoice_c",
        {
            "account": "ERP_Account_Id_c.key",
            "order": _order("ERP_Order_Id_c.key"),
            "number": "RecordName",
            "invoice_date": "ERP_Invoice_Date_c",
            "due_date": "ERP_Due_Date_c",
            "currency": "ERP_Currency_c",
            "total": "ERP_Total_c",
            "paid": "ERP_Paid_c",
            "payment_status": "ERP_Payment_Status_c",
        },
    ),
    "invoice_line": Place(
        "ERP_Invoice_Line_c",
        {
            "invoice": "ERP_Invoice_Id_c.key",
            "product": "ERP_Product_Id_c.key",
            "number": "ERP_Number_c",
            "quantity": "ERP_Quantity_c",
            "unit_price": "ERP_Unit_Price_c",
            "amount": "ERP_Amount_c",
        },
    ),
    "inventory": Place(
        "ERP_Stock_c",
        {
            "product": "ERP_Product_Id_c.key",
            "warehouse": "ERP_Warehouse_c",
            "on_hand": "ERP_On_Hand_c",
            "available": "ERP_Available_c",
        },
    ),
    "shipment": Place(
        "ERP_Shipment_c",
        {
            "order": _order("ERP_Order_Id_c.key"),
            "number": "RecordName",
            "carrier": "ERP_Carrier_c",
            "tracking": "ERP_Tracking_c",
            "expected_date": "ERP_Expected_Date_c",
            "delivered_date": "ERP_Delivered_Date_c",
            "status": "ERP_Status_c",
        },
    ),
}

_REFUSAL = Refusal(
    "JBO-27024",
    {
        "kind": "partial",
        "object": "contacts",
        "field": "EmailAddress",
        "contains": "info(at)",
        "message": "Enter a valid e-mail address.",
    },
)
"""The practice environment takes any text for an address; this stands for a check of the real one."""

ORACLE = Shape(
    "Oracle Sales",
    _PLACES,
    _REFUSAL,
    credential="password",
    key=_key,
)
