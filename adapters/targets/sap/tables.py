"""The built-in tables of the profile: canonical field, property, kind, details. Data only.

A head names the collection; `custom` says that the custom OData service serves it, `X=Y` what a new
record says beside its fields, `retire=X:Y` how a record is taken out of use where SAP deletes none
(accounts, contacts and products: `sap:deletable="false"`).

`ref E P` holds property P of the record of entity E; `once` marks a property that SAP takes when the
record is created and never again; `text N` takes N characters at the most; `decimal N` and `KUT`
properties are Edm.Decimal, which travel as text.
"""

from __future__ import annotations

from collections.abc import Mapping

TABLES: Mapping[str, str] = {
    "account": """CorporateAccountCollection RoleCode=CRM000 LifeCycleStatusCode=2 retire=LifeCycleStatusCode:4
        name                 Name                      text 40
        number               ERPNumber_KUT             text 40
        parent_account       ERPParentAccount_KUT      ref account AccountID
        phone                Phone                     text 40
        website              WebSite                   text 1280
        industry             IndustrialSectorCode      text 10
        billing_street       Street                    text 60
        billing_city         City                      text 40
        billing_state        StateCode                 text 6
        billing_postal_code  StreetPostalCode          text 10
        billing_country      CountryCode               text 3
        shipping_street      ERPShipStreet_KUT         text 60
        shipping_city        ERPShipCity_KUT           text 40
        shipping_state       ERPShipState_KUT          text 40
        shipping_postal_code ERPShipPostalCode_KUT     text 10
        shipping_country     ERPShipCountry_KUT        text 3
        currency             ERPCurrency_KUT           text 3
        credit_limit         ERPCreditLimit_KUT        decimal 2
        credit_hold          ERPCreditHold_KUT         boolean
        payment_terms        ERPPaymentTerms_KUT       text 60
        balance              ERPBalance_KUT            decimal 2
        active               ERPActive_KUT             boolean
    """,
    "contact": """ContactCollection StatusCode=2 retire=StatusCode:4
        account              AccountID                 ref account AccountID
        salutation           ERPSalutation_KUT         text 40
        first_name           FirstName                 text 40
        last_name            LastName                  text 40
        email                Email                     text 255
        phone                Phone                     text 40
        mobile_e164          Mobile                    text 40
        title                JobTitle                  text 40
        department           Department                text 40
        active               ERPActive_KUT             boolean
    """,
    "product": """ProductCollection StatusCode=2 retire=StatusCode:4
        name                 Description               text 40
        code                 ID                        text 40 once
        description          ERPDescription_KUT        text 255
        family               ERPFamily_KUT             text 60
        unit                 UnitOfMeasureCode         text 3
        active               ERPActive_KUT             boolean
    """,
    "price_book": """ERPPriceListCollection custom
        name                 Name                      text 80
        currency             CurrencyCode              text 3
        active               Active                    boolean
    """,
    "price_book_entry": """ERPPriceCollection custom
        price_book           PriceListID               ref price_book ObjectID
        product              ProductID                 ref product ID
        unit_price           UnitPrice                 decimal 4
        currency             CurrencyCode              text 3
        active               Active                    boolean
    """,
    "quote": """SalesQuoteCollection
        account              BuyerPartyID              ref account AccountID
        contact              BuyerMainContactPartyID   ref contact ContactID
        number               ERPNumber_KUT             text 40
        name                 Name                      text 255
        quote_date           ERPQuoteDate_KUT          date
        valid_to             ERPValidTo_KUT            date
        status               ERPStatus_KUT             text 40
        currency             CurrencyCode              text 3
        total                ERPTotal_KUT              decimal 2
    """,
    "quote_line": """SalesQuoteItemCollection
        quote                ParentObjectID            ref quote ObjectID once
        product              ProductInternalID         ref product ID
        number               ItemID                    integer
        description          Description               text 40
        quantity             Quantity                  decimal 4
        unit                 QuantityMeasureUnitCode   text 3
        unit_price           ERPUnitPrice_KUT          decimal 4
        amount               ERPAmount_KUT             decimal 2
    """,
    "order": """CustomerOrderCollection ProcessingTypeCode=OR
        account              BuyerPartyID              ref account AccountID
        number               ERPNumber_KUT             text 40
        customer_reference   BuyerID                   text 35
        order_date           DateTime                  day
        requested_date       RequestedFulfillmentStartDateTime daytext
        status               ERPStatus_KUT             text 40
        currency             CurrencyCode              text 3
        total                ERPTotal_KUT              decimal 2
        shipping_street      ERPShipStreet_KUT         text 60
        shipping_city        ERPShipCity_KUT           text 40
        shipping_state       ERPShipState_KUT          text 40
        shipping_postal_code ERPShipPostalCode_KUT     text 10
        shipping_country     ERPShipCountry_KUT        text 3
    """,
    "order_line": """CustomerOrderItemCollection
        order                ParentObjectID            ref order ObjectID once
        price_book_entry     ERPPrice_KUT              ref price_book_entry ObjectID
        product              ProductID                 ref product ID
        number               ID                        integer
        description          Description               text 40
        quantity             Quantity                  decimal 4
        unit                 QuantityMeasureUnitCode   text 3
        unit_price           ERPUnitPrice_KUT          decimal 4
        amount               ERPAmount_KUT             decimal 2
    """,
    "invoice": """ERPInvoiceCollection custom
        account              AccountID                 ref account AccountID
        order                OrderID                   ref order ObjectID
        number               Number                    text 40
        invoice_date         InvoiceDate               date
        due_date             DueDate                   date
        currency             CurrencyCode              text 3
        total                Total                     decimal 2
        paid                 Paid                      decimal 2
        payment_status       PaymentStatus             text 40
    """,
    "invoice_line": """ERPInvoiceItemCollection custom
        invoice              InvoiceID                 ref invoice ObjectID
        product              ProductID                 ref product ID
        number               Number                    integer
        quantity             Quantity                  decimal 4
        unit_price           UnitPrice                 decimal 4
        amount               Amount                    decimal 2
    """,
    "inventory": """ERPStockCollection custom
        product              ProductID                 ref product ID
        warehouse            Warehouse                 text 40
        on_hand              OnHand                    decimal 4
        available            Available                 decimal 4
    """,
    "shipment": """ERPShipmentCollection custom
        order                OrderID                   ref order ObjectID
        number               Number                    text 40
        carrier              Carrier                   text 40
        tracking             Tracking                  text 60
        expected_date        ExpectedDate              date
        delivered_date       DeliveredDate             date
        status               Status                    text 40
    """,
}

OWN: Mapping[str, tuple[str, ...]] = {
    "account": ("legal_name", "tax_number", "email", "invoice_email", "phone_e164"),
    "contact": ("phone_e164",),
}
"""Further texts for which a tenant may have a field: there where an override names it."""
