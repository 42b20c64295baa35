"""How SAP Sales Cloud holds the sample ERP: extension fields, days as midnight, records that stay.

Accounts, contacts and products cannot be deleted: one that left the ERP stays, without the ERP's key
and with a status that says obsolete, and counts here as not there. A parent is shown by the ERP's key, which has a field
of one name in standard collections and of another in those of the custom service.
"""

from __future__ import annotations

from agent.demo.crms.shape import Place, Refusal, Shape, day, number

_OBSOLETE = "4"

_PLACES = {
    "account": Place(
        "CorporateAccountCollection",
        {
            "name": "Name",
            "number": "ERPNumber_KUT",
            "parent_account": "ERPParentAccount_KUT.ERPKey_KUT",
            "phone": "Phone",
            "website": "WebSite",
            "billing_street": "Street",
            "billing_city": "City",
            "billing_postal_code": "StreetPostalCode",
            "billing_country": "CountryCode",
            "currency": "ERPCurrency_KUT",
            "credit_limit": "ERPCreditLimit_KUT",
            "balance": "ERPBalance_KUT",
            "credit_hold": "ERPCreditHold_KUT",
            "payment_terms": "ERPPaymentTerms_KUT",
            "active": "ERPActive_KUT",
        },
        gone=("LifeCycleStatusCode", _OBSOLETE),
    ),
    "contact": Place(
        "ContactCollection",
        {
            "account": "AccountID.ERPKey_KUT",
            "first_name": "FirstName",
            "last_name": "LastName",
            "email": "Email",
            "phone": "Phone",
            "title": "JobTitle",
            "active": "ERPActive_KUT",
        },
        gone=("StatusCode", _OBSOLETE),
    ),
    "product": Place(
        "ProductCollection",
        {
            "name": "Description",
            "code": "ID",
            "description": "ERPDescription_KUT",
            "unit": "UnitOfMeasureCode",
            "active": "ERPActive_KUT",
        },
        gone=("StatusCode", _OBSOLETE),
    ),
    "price_book": Place(
        "ERPPriceListCollection",
        {"name": "Name", "currency": "CurrencyCode", "active": "Active"},
    ),
    "price_book_entry": Place(
        "ERPPriceCollection",
        {
            "price_book": "PriceListID.ERPKey",
            "product": "ProductID.ERPKey_KUT",
            "unit_price": "UnitPrice",
            "currency": "CurrencyCode",
            "active": "Active",
        },
    ),
    "order": Place(
        "CustomerOrderCollection",
        {
            "account": "BuyerPartyID.ERPKey_KUT",
            "price_book": "ERPPriceBook_KUT.ERPKey",
            "number": "ERPNumber_KUT",
            "order_date": day("DateTime"),
            "requested_date": day("RequestedFulfillmentStartDateTime"),
            "status": "ERPStatus_KUT",
            "currency": "CurrencyCode",
            "total": "ERPTotal_KUT",
        },
    ),
    "order_line": Place(
        "CustomerOrderItemCollection",
        {
            "order": "ParentObjectID.ERPKey_KUT",
            "price_book_entry": "ERPPrice_KUT.ERPKey",
            "product": "ProductID.ERPKey_KUT",
            "number": number("ID"),
            "quantity": "Quantity",
            "unit_price": "ERPUnitPrice_KUT",
            "amount": "ERPAmount_KUT",
        },
    ),
    "invoice": Place(
        "ERPInvoiceCollection",
        {
            "account": "AccountID.ERPKey_KUT",
            "order": "OrderID.ERPKey_KUT",
            "number": "Number",
            "invoice_date": day("InvoiceDate"),
            "due_date": day("DueDate"),
            "currency": "CurrencyCode",
            "total": "Total",
            "paid": "Paid",
            "payment_status": "PaymentStatus",
        },
    ),
    "invoice_line": Place(
        "ERPInvoiceItemCollection",
        {
            "invoice": "InvoiceID.ERPKey",
            "product": "ProductID.ERPKey_KUT",
            "number": "Number",
            "quantity": "Quantity",
            "unit_price": "UnitPrice",
            "amount": "Amount",
        },
    ),
    "inventory": Place(
        "ERPStockCollection",
        {
            "product": "ProductID.ERPKey_KUT",
            "warehouse": "Warehouse",
            "on_hand": "OnHand",
            "available": "Available",
        },
    ),
    "shipment": Place(
        "ERPShipmentCollection",
        {
            "order": "OrderID.ERPKey_KUT",
            "number": "Number",
            "carrier": "Carrier",
            "tracking": "Tracking",
            "expected_date": day("ExpectedDate"),
            "delivered_date": day("DeliveredDate"),
            "status": "Status",
        },
    ),
}

_REFUSAL = Refusal(
    "SAP_REFUSED",
    {
        "kind": "partial",
        "object": "ContactCollection",
        "field": "Email",
        "contains": "info(at)",
        "message": "The e-mail address is not valid",
    },
)
"""The practice tenant takes any text for an address; this stands for a check of the real one."""

_LACKS = {
    "account.industry": "an industry is a code of SAP's own list there, not the ERP's word for it"
}

SAP = Shape("SAP Sales Cloud", _PLACES, _REFUSAL, credential="password", lacks=_LACKS)
