"""The built-in profile as text: which resource, and which of its attributes, each kind is. Pure.

The head of a table: the API (`crm`, or `fscm` for Order Management), the resource (or
`resource/Child` of the entity after `under=`), the attribute of Oracle's own number (`id=`), the one
that holds the ERP's key (`key=`), the one that names whose key that is (`system=`, where there is
one), and after `|` what a new record must say beside its fields.

A line: canonical field, attribute, kind (text when left out), options. `text N` takes N characters
at the most, `decimal N` has N places, `ref X` holds Oracle's number of a record of X, `owner` is the
record in whose path this one lives, `date` is a day, `moment` a day that Oracle keeps as a time,
`instant` a time, `once` is taken when the record is created and never again. `Address[BILL_TO].City`
is an attribute of the child row for that purpose.

Sources: the reference of the REST API for Oracle Fusion Cloud Sales
(https://docs.oracle.com/en/cloud/saas/sales/faaps/) and of SCM
(https://docs.oracle.com/en/cloud/saas/supply-chain-and-manufacturing/24c/fasrp/). Custom fields of
accounts and contacts carry their entity's name in front there. Names were not checked on an
environment of Oracle's: `waybill test` asks yours, and each can be overridden.
"""

from __future__ import annotations

from collections.abc import Mapping

VERSION = "oracle/1"

TABLES: Mapping[str, str] = {
    "account": """
        crm accounts id=PartyId key=SourceSystemReferenceValue system=SourceSystem \
            | Type=ZCA_CUSTOMER
        name                 OrganizationName                       text 360
        legal_name           OrganizationDEO_ERP_Legal_Name_c       text 255
        number               OrganizationDEO_ERP_Number_c           text 80
        tax_number           OrganizationDEO_ERP_Tax_Number_c       text 50
        parent_account       ParentAccountPartyId                   ref account
        phone                PhoneNumber                            text 40
        phone_e164           OrganizationDEO_ERP_Phone_E164_c       text 16
        email                EmailAddress                           text 320
        invoice_email        OrganizationDEO_ERP_Invoice_Email_c    text 254
        website              URL                                    text 2000
        industry             OrganizationDEO_ERP_Industry_c         text 80
        billing_street       Address[BILL_TO].AddressLine1          text 240
        billing_city         Address[BILL_TO].City                  text 60
        billing_state        Address[BILL_TO].State                 text 60
        billing_postal_code  Address[BILL_TO].PostalCode            text 60
        billing_country      Address[BILL_TO].Country               text 2
        shipping_street      Address[SHIP_TO].AddressLine1          text 240
        shipping_city        Address[SHIP_TO].City                  text 60
        shipping_state       Address[SHIP_TO].State                 text 60
        shipping_postal_code Address[SHIP_TO].PostalCode            text 60
        shipping_country     Address[SHIP_TO].Country               text 2
        currency             OrganizationDEO_ERP_Currency_c         text 3
        credit_limit         OrganizationDEO_ERP_Credit_Limit_c     decimal 2
        credit_hold          OrganizationDEO_ERP_Credit_Hold_c      boolean
        payment_terms        OrganizationDEO_ERP_Payment_Terms_c    text 80
        payment_days         OrganizationDEO_ERP_Payment_Days_c     integer
        discount_percent     OrganizationDEO_ERP_Discount_Percent_c decimal 2
        balance              OrganizationDEO_ERP_Balance_c          decimal 2
        overdue_balance      OrganizationDEO_ERP_Overdue_Balance_c  decimal 2
        active               OrganizationDEO_ERP_Active_c           boolean
    """,
    "contact": """
        crm contacts id=PartyId key=SourceSystemReferenceValue system=SourceSystem
        account              AccountPartyId                         ref account
        salutation           SalutoryIntroduction                   text 60
        first_name           FirstName                              text 150
        last_name            LastName                               text 150
        email                EmailAddress                           text 320
        phone                WorkPhoneNumber                        text 40
        phone_e164           PersonDEO_ERP_Phone_E164_c             text 16
        mobile_e164          MobileNumber                           text 40
        title                JobTitle                               text 100
        department           PersonDEO_ERP_Department_c             text 80
        active               PersonDEO_ERP_Active_c                 boolean
    """,
    "opportunity": """
        crm opportunities id=OptyId key=ERP_Id_c
        account              TargetPartyId                          ref account
        contact              ERP_Contact_Id_c                       ref contact
        name                 Name                                   text 300
        number               ERP_Number_c                           text 255
        stage                ERP_Stage_c                            text 80
        amount               ERP_Amount_c                           decimal 2
        currency             CurrencyCode                           text 15
        probability          ERP_Probability_c                      decimal 2
        close_date           EffectiveDate                          date
    """,
    "product": """
        crm products id=InventoryItemId key=ERP_Id_c | ProductTypeCode=GOODS
        name                 Name                                   text 240
        code                 ItemNumber                             text 300
        description          Description                            text 240
        family               ERP_Family_c                           text 80
        gtin                 ERP_Gtin_c                             text 14
        unit                 DefaultUOMCode                         text 3
        weight               ERP_Weight_c                           decimal 4
        weight_unit          ERP_Weight_Unit_c                      text 3
        active               ActiveFlag                             boolean
    """,
    "price_book": """
        crm priceBookHeaders id=PricebookId key=ERP_Id_c | StatusCode=ACTIVE Description=ERP
        name                 Name                                   text 80
        currency             CurrencyCode                           text 15
        valid_from           ERP_Valid_From_c                       date
        valid_to             ERP_Valid_To_c                         date
        active               ERP_Active_c                           boolean
    """,
    "price_book_entry": """
        crm priceBookHeaders/PriceBookItem under=price_book id=PricebookItemId key=ERP_Id_c
        price_book           -                                      owner price_book
        product              InvItemId                              ref product once
        account              ERP_Account_Id_c                       ref account
        unit_price           ListPrice                              decimal 4
        price_quantity       ERP_Price_Quantity_c                   decimal 4
        unit                 PriceUOMCode                           text 3
        minimum_quantity     ERP_Minimum_Quantity_c                 decimal 4
        discount_percent     ERP_Discount_Percent_c                 decimal 2
        currency             ERP_Currency_c                         text 3
        valid_from           ERP_Valid_From_c                       date
        valid_to             ERP_Valid_To_c                         date
        active               ERP_Active_c                           boolean
    """,
    "quote": """
        crm salesOrders id=OrderHeaderId key=ExternalReferenceNumber \
            system=ExternalSystemReferenceCode
        account              SoldToPartyId                          ref account
        contact              ERP_Contact_Id_c                       ref contact
        price_book           ERP_Price_Book_Id_c                    ref price_book
        number               ExternalQuoteNumber                    text 80
        name                 Name                                   text 80
        quote_date           ERP_Quote_Date_c                       date
        valid_to             ExpirationDate                         moment
        requested_date       ERP_Requested_Date_c                   date
        status               ERP_Status_c                           text 80
        customer_reference   ERP_Customer_Reference_c               text 80
        payment_terms        ERP_Payment_Terms_c                    text 255
        currency             CurrencyCode                           text 15
        discount_percent     ERP_Discount_Percent_c                 decimal 2
        net                  ERP_Net_c                              decimal 2
        tax                  ERP_Tax_c                              decimal 2
        total                ERP_Total_c                            decimal 2
    """,
    "quote_line": """
        crm salesOrders/SalesOrderLine under=quote id=OrderLineId key=ERP_Id_c
        quote                -                                      owner quote
        price_book_entry     ERP_Price_Book_Entry_Id_c              ref price_book_entry
        product              InventoryItemId                        ref product
        number               ERP_Number_c                           integer
        description          ERP_Description_c                      text 1500
        quantity             Quantity                               decimal 4
        unit                 UOMCode                                text 3
        unit_price           UnitPrice                              decimal 4
        price_quantity       ERP_Price_Quantity_c                   decimal 4
        discount_percent     ERP_Discount_Percent_c                 decimal 2
        discount             ERP_Discount_c                         decimal 2
        amount               ERP_Amount_c                           decimal 2
        currency             ERP_Currency_c                         text 3
    """,
    "acceptance": """
        crm ERP_Acceptance_c id=Id key=ERP_Id_c
        account              ERP_Account_Id_c                       ref account
        order                ERP_Order_Id_c                         ref order
        shipment             ERP_Shipment_Id_c                      ref shipment
        number               RecordName                             text 80
        requested_date       ERP_Requested_Date_c                   date
        decided_date         ERP_Decided_Date_c                     date
        decided_by           ERP_Decided_By_c                       text 255
        remarks              ERP_Remarks_c                          text 1500
        status               ERP_Status_c                           text 80
    """,
    "billing_schedule": """
        crm ERP_Billing_Schedule_c id=Id key=ERP_Id_c
        account              ERP_Account_Id_c                       ref account
        order                ERP_Order_Id_c                         ref order
        contract             ERP_Contract_Id_c                      ref contract
        subscription         ERP_Subscription_Id_c                  ref subscription
        number               ERP_Number_c                           integer
        due_date             ERP_Due_Date_c                         date
        period_from          ERP_Period_From_c                      date
        period_to            ERP_Period_To_c                        date
        percent              ERP_Percent_c                          decimal 2
        amount               ERP_Amount_c                           decimal 2
        currency             ERP_Currency_c                         text 3
        invoice              ERP_Invoice_Id_c                       ref invoice
        status               ERP_Status_c                           text 80
    """,
    "contract": """
        crm ERP_Contract_c id=Id key=ERP_Id_c
        account              ERP_Account_Id_c                       ref account
        number               RecordName                             text 80
        name                 ERP_Name_c                             text 255
        start_date           ERP_Start_Date_c                       date
        end_date             ERP_End_Date_c                         date
        signed_date          ERP_Signed_Date_c                      date
        status               ERP_Status_c                           text 80
        renewal              ERP_Renewal_c                          text 80
        notice_days          ERP_Notice_Days_c                      integer
        currency             ERP_Currency_c                         text 3
        total                ERP_Total_c                            decimal 2
    """,
    "credit_note": """
        crm ERP_Credit_Note_c id=Id key=ERP_Id_c
        account              ERP_Account_Id_c                       ref account
        invoice              ERP_Invoice_Id_c                       ref invoice
        order                ERP_Order_Id_c                         ref order
        number               RecordName                             text 80
        credit_date          ERP_Credit_Date_c                      date
        reason               ERP_Reason_c                           text 1500
        currency             ERP_Currency_c                         text 3
        net                  ERP_Net_c                              decimal 2
        tax                  ERP_Tax_c                              decimal 2
        total                ERP_Total_c                            decimal 2
        status               ERP_Status_c                           text 80
    """,
    "inventory": """
        crm ERP_Stock_c id=Id key=ERP_Id_c
        product              ERP_Product_Id_c                       ref product
        warehouse            ERP_Warehouse_c                        text 80
        on_hand              ERP_On_Hand_c                          decimal 4
        available            ERP_Available_c                        decimal 4
        reserved             ERP_Reserved_c                         decimal 4
        on_order             ERP_On_Order_c                         decimal 4
        next_receipt_date    ERP_Next_Receipt_Date_c                date
        unit                 ERP_Unit_c                             text 3
        counted_at           ERP_Counted_At_c                       instant
    """,
    "invoice": """
        crm ERP_Invoice_c id=Id key=ERP_Id_c
        account              ERP_Account_Id_c                       ref account
        order                ERP_Order_Id_c                         ref order
        number               RecordName                             text 80
        invoice_date         ERP_Invoice_Date_c                     date
        due_date             ERP_Due_Date_c                         date
        payment_terms        ERP_Payment_Terms_c                    text 255
        currency             ERP_Currency_c                         text 3
        net                  ERP_Net_c                              decimal 2
        tax                  ERP_Tax_c                              decimal 2
        total                ERP_Total_c                            decimal 2
        paid                 ERP_Paid_c                             decimal 2
        open_amount          ERP_Open_Amount_c                      decimal 2
        payment_status       ERP_Payment_Status_c                   text 80
    """,
    "invoice_line": """
        crm ERP_Invoice_Line_c id=Id key=ERP_Id_c
        invoice              ERP_Invoice_Id_c                       ref invoice
        order_line           ERP_Order_Line_Id_c                    ref order_line
        product              ERP_Product_Id_c                       ref product
        number               ERP_Number_c                           integer
        description          ERP_Description_c                      text 1500
        quantity             ERP_Quantity_c                         decimal 4
        unit                 ERP_Unit_c                             text 3
        unit_price           ERP_Unit_Price_c                       decimal 4
        price_quantity       ERP_Price_Quantity_c                   decimal 4
        discount_percent     ERP_Discount_Percent_c                 decimal 2
        discount             ERP_Discount_c                         decimal 2
        amount               ERP_Amount_c                           decimal 2
        tax_percent          ERP_Tax_Percent_c                      decimal 2
        tax                  ERP_Tax_c                              decimal 2
        currency             ERP_Currency_c                         text 3
    """,
    "payment": """
        crm ERP_Payment_c id=Id key=ERP_Id_c
        account              ERP_Account_Id_c                       ref account
        invoice              ERP_Invoice_Id_c                       ref invoice
        number               RecordName                             text 80
        payment_date         ERP_Payment_Date_c                     date
        amount               ERP_Amount_c                           decimal 2
        currency             ERP_Currency_c                         text 3
        method               ERP_Method_c                           text 80
        reference            ERP_Reference_c                        text 80
        status               ERP_Status_c                           text 80
    """,
    "service_case": """
        crm serviceRequests id=SrId key=ERP_Id_c
        account              AccountPartyId                         ref account
        contact              ERP_Contact_Id_c                       ref contact
        product              ERP_Product_Id_c                       ref product
        order                ERP_Order_Id_c                         ref order
        number               ERP_Number_c                           text 255
        subject              Title                                  text 400
        description          ProblemDescription                     text 1000
        priority             ERP_Priority_c                         text 80
        status               ERP_Status_c                           text 80
        opened_at            ERP_Opened_At_c                        instant
        resolved_at          ERP_Resolved_At_c                      instant
    """,
    "shipment": """
        crm ERP_Shipment_c id=Id key=ERP_Id_c
        order                ERP_Order_Id_c                         ref order
        account              ERP_Account_Id_c                       ref account
        number               RecordName                             text 80
        carrier              ERP_Carrier_c                          text 80
        tracking             ERP_Tracking_c                         text 80
        tracking_url         ERP_Tracking_Url_c                     text 1500
        shipped_date         ERP_Shipped_Date_c                     date
        expected_ship_date   ERP_Expected_Ship_Date_c               date
        expected_date        ERP_Expected_Date_c                    date
        delivered_date       ERP_Delivered_Date_c                   date
        signed_by            ERP_Signed_By_c                        text 255
        status               ERP_Status_c                           text 80
    """,
    "shipment_line": """
        crm ERP_Shipment_Line_c id=Id key=ERP_Id_c
        shipment             ERP_Shipment_Id_c                      ref shipment
        order_line           ERP_Order_Line_Id_c                    ref order_line
        product              ERP_Product_Id_c                       ref product
        number               ERP_Number_c                           integer
        quantity             ERP_Quantity_c                         decimal 4
        unit                 ERP_Unit_c                             text 3
        status               ERP_Status_c                           text 80
        expected_date        ERP_Expected_Date_c                    date
        delivered_date       ERP_Delivered_Date_c                   date
        lot                  ERP_Lot_c                              text 255
    """,
    "subscription": """
        crm ERP_Subscription_c id=Id key=ERP_Id_c
        account              ERP_Account_Id_c                       ref account
        contract             ERP_Contract_Id_c                      ref contract
        product              ERP_Product_Id_c                       ref product
        number               RecordName                             text 80
        start_date           ERP_Start_Date_c                       date
        end_date             ERP_End_Date_c                         date
        quantity             ERP_Quantity_c                         decimal 4
        unit                 ERP_Unit_c                             text 3
        unit_price           ERP_Unit_Price_c                       decimal 4
        amount               ERP_Amount_c                           decimal 2
        currency             ERP_Currency_c                         text 3
        billing_interval     ERP_Billing_Interval_c                 text 80
        status               ERP_Status_c                           text 80
    """,
    "tax_line": """
        crm ERP_Tax_Line_c id=Id key=ERP_Id_c
        invoice              ERP_Invoice_Id_c                       ref invoice
        invoice_line         ERP_Invoice_Line_Id_c                  ref invoice_line
        number               ERP_Number_c                           integer
        tax_code             ERP_Tax_Code_c                         text 50
        country              ERP_Country_c                          text 2
        jurisdiction         ERP_Jurisdiction_c                     text 255
        rate                 ERP_Rate_c                             decimal 4
        base                 ERP_Base_c                             decimal 2
        amount               ERP_Amount_c                           decimal 2
        currency             ERP_Currency_c                         text 3
    """,
}
"""Every entity but orders."""
