"""The built-in tables of the profile: canonical field, property, kind, details. Data only.

A head names the collection; `custom` says that the custom OData service serves it, `X=Y` what a new
record says beside its fields, `retire=X:Y` how a record is taken out of use where SAP deletes none
(accounts, contacts and products: `sap:deletable="false"`).

Sources: SAP's C4CODATAAPIDEVGUIDE (products), a tenant's `$metadata` of its sales orders
(https://github.com/CUBE-CONSULTANTS/CLES---AppAgenti, srv/external/salesorder.edmx) and SAP's tutorial
(https://developers.sap.com/tutorials/btp-integration-suite-integral-sales-core.html), a published model
of accounts and contacts made from such a description. Quotes, opportunities and service requests are as
public programs use them: the least sure of all.

`ref E P` holds property P of the record of entity E; `once` marks a property that SAP takes when the
record is created and never again; `text N` takes N characters at the most; `decimal N` is an
Edm.Decimal, which travels as text. Codes that SAP words otherwise (status, priority, stage) have a field
of their own, so that the ERP's word stands there as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

TABLES: Mapping[str, str] = {
    "account": """CorporateAccountCollection RoleCode=CRM000 LifeCycleStatusCode=2 retire=LifeCycleStatusCode:4
        name                 Name                   text 40
        legal_name           AdditionalName         text 40
        number               ERPNumber_KUT          text 40
        tax_number           ERPTaxNumber_KUT       text 50
        parent_account       ERPParentAccount_KUT   ref account AccountID
        phone                Phone                  text 40
        phone_e164           ERPPhone_KUT           text 40
        email                Email                  text 255
        invoice_email        ERPInvoiceEmail_KUT    text 254
        website              WebSite                text 1280
        industry             IndustrialSectorCode   text 10
        billing_street       Street                 text 60
        billing_city         City                   text 40
        billing_state        StateCode              text 6
        billing_postal_code  StreetPostalCode       text 10
        billing_country      CountryCode            text 3
        shipping_street      ERPShipStreet_KUT      text 60
        shipping_city        ERPShipCity_KUT        text 40
        shipping_state       ERPShipState_KUT       text 40
        shipping_postal_code ERPShipPostalCode_KUT  text 10
        shipping_country     ERPShipCountry_KUT     text 3
        currency             ERPCurrency_KUT        text 3
        credit_limit         ERPCreditLimit_KUT     decimal 2
        credit_hold          ERPCreditHold_KUT      boolean
        payment_terms        ERPPaymentTerms_KUT    text 60
        payment_days         ERPPaymentDays_KUT     integer
        discount_percent     ERPDiscountPercent_KUT decimal 2
        balance              ERPBalance_KUT         decimal 2
        overdue_balance      ERPOverdueBalance_KUT  decimal 2
        active               ERPActive_KUT          boolean
    """,
    "contact": """ContactCollection StatusCode=2 retire=StatusCode:4
        account     AccountID         ref account AccountID
        salutation  ERPSalutation_KUT text 40
        first_name  FirstName         text 40
        last_name   LastName          text 40
        email       Email             text 255
        phone       Phone             text 40
        phone_e164  ERPPhone_KUT      text 40
        mobile_e164 Mobile            text 40
        title       JobTitle          text 40
        department  Department        text 40
        active      ERPActive_KUT     boolean
    """,
    "product": """ProductCollection StatusCode=2 retire=StatusCode:4
        name        Description        text 40
        code        ID                 text 40 once
        description ERPDescription_KUT text 255
        family      ERPFamily_KUT      text 60
        gtin        ERPGtin_KUT        text 14
        unit        UnitOfMeasureCode  text 3
        weight      ERPWeight_KUT      decimal 4
        weight_unit ERPWeightUnit_KUT  text 3
        active      ERPActive_KUT      boolean
    """,
    "price_book": """ERPPriceListCollection custom
        name       Name         text 80
        currency   CurrencyCode text 3
        valid_from ValidFrom    date
        valid_to   ValidTo      date
        active     Active       boolean
    """,
    "price_book_entry": """ERPPriceCollection custom
        price_book       PriceListID     ref price_book ObjectID
        product          ProductID       ref product ID
        account          AccountID       ref account AccountID
        unit_price       UnitPrice       decimal 4
        price_quantity   PriceQuantity   decimal 4
        unit             UnitCode        text 3
        minimum_quantity MinimumQuantity decimal 4
        discount_percent DiscountPercent decimal 2
        currency         CurrencyCode    text 3
        valid_from       ValidFrom       date
        valid_to         ValidTo         date
        active           Active          boolean
    """,
    "quote": """SalesQuoteCollection
        account            BuyerPartyID             ref account AccountID
        contact            BuyerMainContactPartyID  ref contact ContactID
        price_book         ERPPriceBook_KUT         ref price_book ObjectID
        number             ERPNumber_KUT            text 40
        name               Name                     text 255
        quote_date         ERPQuoteDate_KUT         date
        valid_to           ERPValidTo_KUT           date
        requested_date     ERPRequestedDate_KUT     date
        status             ERPStatus_KUT            text 40
        customer_reference ERPCustomerReference_KUT text 255
        payment_terms      ERPPaymentTerms_KUT      text 255
        currency           CurrencyCode             text 3
        discount_percent   ERPDiscountPercent_KUT   decimal 2
        net                ERPNet_KUT               decimal 2
        tax                ERPTax_KUT               decimal 2
        total              ERPTotal_KUT             decimal 2
    """,
    "quote_line": """SalesQuoteItemCollection
        quote            ParentObjectID          ref quote ObjectID once
        price_book_entry ERPPriceBookEntry_KUT   ref price_book_entry ObjectID
        product          ProductInternalID       ref product ID
        number           ItemID                  integer
        description      Description             text 40
        quantity         Quantity                decimal 4
        unit             QuantityMeasureUnitCode text 3
        unit_price       ERPUnitPrice_KUT        decimal 4
        price_quantity   ERPPriceQuantity_KUT    decimal 4
        discount_percent ERPDiscountPercent_KUT  decimal 2
        discount         ERPDiscount_KUT         decimal 2
        amount           ERPAmount_KUT           decimal 2
        currency         ERPCurrency_KUT         text 3
    """,
    "order": """CustomerOrderCollection ProcessingTypeCode=OR
        account              BuyerPartyID                      ref account AccountID
        contact              BuyerContactPartyID               ref contact ContactID
        quote                ERPQuote_KUT                      ref quote ObjectID
        price_book           ERPPriceBook_KUT                  ref price_book ObjectID
        number               ERPNumber_KUT                     text 40
        customer_reference   BuyerID                           text 35
        order_date           DateTime                          day
        requested_date       RequestedFulfillmentStartDateTime daytext
        promised_date        ERPPromisedDate_KUT               date
        status               ERPStatus_KUT                     text 40
        currency             CurrencyCode                      text 3
        payment_terms        ERPPaymentTerms_KUT               text 255
        net                  ERPNet_KUT                        decimal 2
        tax                  ERPTax_KUT                        decimal 2
        total                ERPTotal_KUT                      decimal 2
        shipping_street      ERPShipStreet_KUT                 text 60
        shipping_city        ERPShipCity_KUT                   text 40
        shipping_state       ERPShipState_KUT                  text 40
        shipping_postal_code ERPShipPostalCode_KUT             text 10
        shipping_country     ERPShipCountry_KUT                text 3
    """,
    "order_line": """CustomerOrderItemCollection
        order            ParentObjectID          ref order ObjectID once
        price_book_entry ERPPrice_KUT            ref price_book_entry ObjectID
        product          ProductID               ref product ID
        number           ID                      integer
        description      Description             text 40
        quantity         Quantity                decimal 4
        unit             QuantityMeasureUnitCode text 3
        shipped_quantity ERPShippedQuantity_KUT  decimal 4
        unit_price       ERPUnitPrice_KUT        decimal 4
        price_quantity   ERPPriceQuantity_KUT    decimal 4
        discount_percent ERPDiscountPercent_KUT  decimal 2
        discount         ERPDiscount_KUT         decimal 2
        amount           ERPAmount_KUT           decimal 2
        currency         ERPCurrency_KUT         text 3
        requested_date   ERPRequestedDate_KUT    date
        promised_date    ERPPromisedDate_KUT     date
        status           ERPStatus_KUT           text 40
    """,
    "invoice": """ERPInvoiceCollection custom
        account        AccountID     ref account AccountID
        order          OrderID       ref order ObjectID
        number         Number        text 40
        invoice_date   InvoiceDate   date
        due_date       DueDate       date
        payment_terms  PaymentTerms  text 255
        currency       CurrencyCode  text 3
        net            Net           decimal 2
        tax            Tax           decimal 2
        total          Total         decimal 2
        paid           Paid          decimal 2
        open_amount    OpenAmount    decimal 2
        payment_status PaymentStatus text 40
    """,
    "invoice_line": """ERPInvoiceItemCollection custom
        invoice          InvoiceID       ref invoice ObjectID
        order_line       OrderLineID     ref order_line ObjectID
        product          ProductID       ref product ID
        number           Number          integer
        description      Description     text 255
        quantity         Quantity        decimal 4
        unit             UnitCode        text 3
        unit_price       UnitPrice       decimal 4
        price_quantity   PriceQuantity   decimal 4
        discount_percent DiscountPercent decimal 2
        discount         Discount        decimal 2
        amount           Amount          decimal 2
        tax_percent      TaxPercent      decimal 2
        tax              Tax             decimal 2
        currency         CurrencyCode    text 3
    """,
    "inventory": """ERPStockCollection custom
        product           ProductID       ref product ID
        warehouse         Warehouse       text 40
        on_hand           OnHand          decimal 4
        available         Available       decimal 4
        reserved          Reserved        decimal 4
        on_order          OnOrder         decimal 4
        next_receipt_date NextReceiptDate date
        unit              UnitCode        text 3
        counted_at        CountedAt       instant
    """,
    "shipment": """ERPShipmentCollection custom
        order              OrderID          ref order ObjectID
        account            AccountID        ref account AccountID
        number             Number           text 40
        carrier            Carrier          text 40
        tracking           Tracking         text 60
        tracking_url       TrackingUrl      text 255
        shipped_date       ShippedDate      date
        expected_ship_date ExpectedShipDate date
        expected_date      ExpectedDate     date
        delivered_date     DeliveredDate    date
        signed_by          SignedBy         text 255
        status             Status           text 40
    """,
    "opportunity": """OpportunityCollection
        account     ProspectPartyID                   ref account AccountID
        contact     PrimaryContactPartyID             ref contact ContactID
        name        Name                              text 255
        number      ERPNumber_KUT                     text 40
        stage       ERPStage_KUT                      text 40
        amount      ExpectedRevenueAmount             decimal 2
        currency    ExpectedRevenueAmountCurrencyCode text 3
        probability ProbabilityPercent                decimal 2
        close_date  ExpectedProcessingEndDate         date
    """,
    "service_case": """ServiceRequestCollection ProcessingTypeCode=SRRQ
        account     BuyerPartyID            ref account AccountID
        contact     BuyerMainContactPartyID ref contact ContactID
        product     ProductID               ref product ID
        order       ERPOrder_KUT            ref order ObjectID
        number      ERPNumber_KUT           text 40
        subject     Name                    text 255
        description ERPDescription_KUT      text 255
        priority    ERPPriority_KUT         text 40
        status      ERPStatus_KUT           text 40
        opened_at   ERPOpenedAt_KUT         instant
        resolved_at ERPResolvedAt_KUT       instant
    """,
    "payment": """ERPPaymentCollection custom
        account      AccountID    ref account AccountID
        invoice      InvoiceID    ref invoice ObjectID
        number       Number       text 40
        payment_date PaymentDate  date
        amount       Amount       decimal 2
        currency     CurrencyCode text 3
        method       Method       text 40
        reference    Reference    text 255
        status       Status       text 40
    """,
    "credit_note": """ERPCreditNoteCollection custom
        account     AccountID    ref account AccountID
        invoice     InvoiceID    ref invoice ObjectID
        order       OrderID      ref order ObjectID
        number      Number       text 40
        credit_date CreditDate   date
        reason      Reason       text 255
        currency    CurrencyCode text 3
        net         Net          decimal 2
        tax         Tax          decimal 2
        total       Total        decimal 2
        status      Status       text 40
    """,
    "contract": """ERPContractCollection custom
        account     AccountID    ref account AccountID
        number      Number       text 40
        name        Name         text 255
        start_date  StartDate    date
        end_date    EndDate      date
        signed_date SignedDate   date
        status      Status       text 40
        renewal     Renewal      text 40
        notice_days NoticeDays   integer
        currency    CurrencyCode text 3
        total       Total        decimal 2
    """,
    "subscription": """ERPSubscriptionCollection custom
        account          AccountID       ref account AccountID
        contract         ContractID      ref contract ObjectID
        product          ProductID       ref product ID
        number           Number          text 40
        start_date       StartDate       date
        end_date         EndDate         date
        quantity         Quantity        decimal 4
        unit             UnitCode        text 3
        unit_price       UnitPrice       decimal 4
        amount           Amount          decimal 2
        currency         CurrencyCode    text 3
        billing_interval BillingInterval text 40
        status           Status          text 40
    """,
    "tax_line": """ERPTaxCollection custom
        invoice      InvoiceID     ref invoice ObjectID
        invoice_line InvoiceLineID ref invoice_line ObjectID
        number       Number        integer
        tax_code     TaxCode       text 50
        country      Country       text 3
        jurisdiction Jurisdiction  text 255
        rate         Rate          decimal 4
        base         Base          decimal 2
        amount       Amount        decimal 2
        currency     CurrencyCode  text 3
    """,
    "billing_schedule": """ERPBillingCollection custom
        account      AccountID      ref account AccountID
        order        OrderID        ref order ObjectID
        contract     ContractID     ref contract ObjectID
        subscription SubscriptionID ref subscription ObjectID
        number       Number         integer
        due_date     DueDate        date
        period_from  PeriodFrom     date
        period_to    PeriodTo       date
        percent      Percent        decimal 2
        amount       Amount         decimal 2
        currency     CurrencyCode   text 3
        invoice      InvoiceID      ref invoice ObjectID
        status       Status         text 40
    """,
    "acceptance": """ERPAcceptanceCollection custom
        account        AccountID     ref account AccountID
        order          OrderID       ref order ObjectID
        shipment       ShipmentID    ref shipment ObjectID
        number         Number        text 40
        requested_date RequestedDate date
        decided_date   DecidedDate   date
        decided_by     DecidedBy     text 255
        remarks        Remarks       text 255
        status         Status        text 40
    """,
    "shipment_line": """ERPShipmentItemCollection custom
        shipment       ShipmentID    ref shipment ObjectID
        order_line     OrderLineID   ref order_line ObjectID
        product        ProductID     ref product ID
        number         Number        integer
        quantity       Quantity      decimal 4
        unit           UnitCode      text 3
        status         Status        text 40
        expected_date  ExpectedDate  date
        delivered_date DeliveredDate date
        lot            Lot           text 255
    """,
}
