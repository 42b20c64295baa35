"""How Salesforce holds the sample ERP: JSON's own kinds of values, parents by their external id."""

from __future__ import annotations

from agent.demo.crms.shape import Place, Raw, Refusal, Shape


def _order_state(record: Raw) -> object:
    """The ERP's word; Salesforce's own state stays at its beginning."""
    return record["ERP_Status__c"] if record["Status"] == "Draft" else record["Status"]


_PLACES = {
    "account": Place(
        "Account",
        {
            "name": "Name",
            "number": "AccountNumber",
            "parent_account": "Parent.ERP_Id__c",
            "phone": "Phone",
            "website": "Website",
            "industry": "Industry",
            "billing_street": "BillingStreet",
            "billing_city": "BillingCity",
            "billing_postal_code": "BillingPostalCode",
            "billing_country": "BillingCountry",
            "currency": "ERP_Currency__c",
            "credit_limit": "ERP_Credit_Limit__c",
            "balance": "ERP_Balance__c",
            "credit_hold": "ERP_Credit_Hold__c",
            "payment_terms": "ERP_Payment_Terms__c",
            "active": "ERP_Active__c",
        },
    ),
    "contact": Place(
        "Contact",
        {
            "account": "Account.ERP_Id__c",
            "first_name": "FirstName",
            "last_name": "LastName",
            "email": "Email",
            "phone": "Phone",
            "title": "Title",
            "active": "ERP_Active__c",
        },
    ),
    "product": Place(
        "Product2",
        {
            "name": "Name",
            "code": "ProductCode",
            "description": "Description",
            "unit": "QuantityUnitOfMeasure",
            "active": "IsActive",
        },
    ),
    "price_book": Place(
        "Pricebook2", {"name": "Name", "currency": "ERP_Currency__c", "active": "IsActive"}
    ),
    "price_book_entry": Place(
        "PricebookEntry",
        {
            "price_book": "Pricebook2.ERP_Id__c",
            "product": "Product2.ERP_Id__c",
            "unit_price": "UnitPrice",
            "currency": "ERP_Currency__c",
            "active": "IsActive",
        },
    ),
    "order": Place(
        "Order",
        {
            "account": "Account.ERP_Id__c",
            "price_book": "Pricebook2.ERP_Id__c",
            "number": "OrderReferenceNumber",
            "order_date": "EffectiveDate",
            "requested_date": "ERP_Requested_Date__c",
            "status": _order_state,
            "currency": "ERP_Currency__c",
            "total": "ERP_Total__c",
        },
    ),
    "order_line": Place(
        "OrderItem",
        {
            "order": "Order.ERP_Id__c",
            "price_book_entry": "PricebookEntry.ERP_Id__c",
            "product": "ERP_Product__r.ERP_Id__c",
            "number": "ERP_Number__c",
            "quantity": "Quantity",
            "unit_price": "UnitPrice",
            "amount": "ERP_Amount__c",
        },
    ),
    "invoice": Place(
        "ERP_Invoice__c",
        {
            "account": "ERP_Account__r.ERP_Id__c",
            "order": "ERP_Order__r.ERP_Id__c",
            "number": "ERP_Number__c",
            "invoice_date": "ERP_Invoice_Date__c",
            "due_date": "ERP_Due_Date__c",
            "currency": "ERP_Currency__c",
            "total": "ERP_Total__c",
            "paid": "ERP_Paid__c",
            "payment_status": "ERP_Payment_Status__c",
        },
    ),
    "invoice_line": Place(
        "ERP_Invoice_Line__c",
        {
            "invoice": "ERP_Invoice__r.ERP_Id__c",
            "product": "ERP_Product__r.ERP_Id__c",
            "number": "ERP_Number__c",
            "quantity": "ERP_Quantity__c",
            "unit_price": "ERP_Unit_Price__c",
            "amount": "ERP_Amount__c",
        },
    ),
    "inventory": Place(
        "ERP_Stock__c",
        {
            "product": "ERP_Product__r.ERP_Id__c",
            "warehouse": "ERP_Warehouse__c",
            "on_hand": "ERP_On_Hand__c",
            "available": "ERP_Available__c",
        },
    ),
    "shipment": Place(
        "ERP_Shipment__c",
        {
            "order": "ERP_Order__r.ERP_Id__c",
            "number": "ERP_Number__c",
            "carrier": "ERP_Carrier__c",
            "tracking": "ERP_Tracking__c",
            "expected_date": "ERP_Expected_Date__c",
            "delivered_date": "ERP_Delivered_Date__c",
            "status": "ERP_Status__c",
        },
    ),
}

SALESFORCE = Shape(
    "Salesforce", _PLACES, Refusal("INVALID_EMAIL_ADDRESS"), credential="client_secret"
)
