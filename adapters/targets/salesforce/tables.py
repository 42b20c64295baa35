"""Which Salesforce object and field each canonical kind and field is, as the profile ships it.

Standard objects and fields where every edition has them or where people work with them (quotes,
opportunities, cases: theirs is the word that goes back to the ERP), custom `ERP_...__c` ones for
the rest; `setup` writes what an administrator deploys for these. What the org computes itself
(order totals) goes to custom fields, so that both can be compared. Orders are not linked to
`Contract`, whose end is computed there; a custom field cannot point at a PricebookEntry at all
(https://github.com/SFDO-Community-Sprints/Membership-Essentials-App/pull/138).

Each line reads: canonical field, Salesforce field, kind (text when left out), options.
`text N` takes N characters at the most, as Salesforce's Object Reference says
(https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference);
`ref X` points at the parent of entity X. `once`: Salesforce takes it when the record is created
and never again. `required`: the org insists on it. `part`: the record is deleted with that parent
(master-detail). `url`, `email`, `phone`: the form of a text.
"""

from __future__ import annotations

from collections.abc import Mapping

VERSION = "salesforce/3"

TABLES: Mapping[str, str] = {
    "account": """Account
        name                 Name                     text 255
        legal_name           ERP_Legal_Name__c        text 255
        number               AccountNumber            text 40
        tax_number           ERP_Tax_Number__c        text 50
        parent_account       ParentId                 ref account
        phone                Phone                    text 40
        phone_e164           ERP_Phone_E164__c        text 40 phone
        email                ERP_Email__c             text 80 email
        invoice_email        ERP_Invoice_Email__c     text 80 email
        website              Website                  text 255
        industry             Industry                 text 255
        billing_street       BillingStreet            text 255
        billing_city         BillingCity              text 40
        billing_state        BillingState             text 80
        billing_postal_code  BillingPostalCode        text 20
        billing_country      BillingCountry           text 80
        shipping_street      ShippingStreet           text 255
        shipping_city        ShippingCity             text 40
        shipping_state       ShippingState            text 80
        shipping_postal_code ShippingPostalCode       text 20
        shipping_country     ShippingCountry          text 80
        currency             ERP_Currency__c          text 3
        credit_limit         ERP_Credit_Limit__c      decimal 2
        credit_hold          ERP_Credit_Hold__c       boolean
        payment_terms        ERP_Payment_Terms__c     text 255
        payment_days         ERP_Payment_Days__c      integer
        discount_percent     ERP_Discount_Percent__c  percent 2
        balance              ERP_Balance__c           decimal 2
        overdue_balance      ERP_Overdue_Balance__c   decimal 2
        active               ERP_Active__c            boolean
    """,
    "contact": """Contact
        account              AccountId                ref account
        salutation           Salutation               text 40
        first_name           FirstName                text 40
        last_name            LastName                 text 80
        email                Email                    text 80
        phone                Phone                    text 40
        phone_e164           ERP_Phone_E164__c        text 40 phone
        mobile_e164          MobilePhone              text 40
        title                Title                    text 128
        department           Department               text 80
        active               ERP_Active__c            boolean
    """,
    "product": """Product2
        name                 Name                     text 255
        code                 ProductCode              text 255
        description          Description              text 4000
        family               Family                   text 255
        gtin                 ERP_GTIN__c              text 14
        unit                 QuantityUnitOfMeasure    text 255
        weight               ERP_Weight__c            number 4
        weight_unit          ERP_Weight_Unit__c       text 3
        active               IsActive                 boolean
    """,
    "price_book": """Pricebook2
        name                 Name                     text 255
        currency             ERP_Currency__c          text 3
        valid_from           ERP_Valid_From__c        date
        valid_to             ERP_Valid_To__c          date
        active               IsActive                 boolean
    """,
    "price_book_entry": """PricebookEntry
        price_book           Pricebook2Id             ref price_book once
        product              Product2Id               ref product once
        account              ERP_Account__c           ref account
        unit_price           UnitPrice                decimal 4
        price_quantity       ERP_Price_Quantity__c    number 4
        unit                 ERP_Unit__c              text 3
        minimum_quantity     ERP_Minimum_Quantity__c  number 4
        discount_percent     ERP_Discount_Percent__c  percent 2
        currency             ERP_Currency__c          text 3
        valid_from           ERP_Valid_From__c        date
        valid_to             ERP_Valid_To__c          date
        active               IsActive                 boolean
    """,
    "opportunity": """Opportunity
        account              AccountId                ref account
        contact              ERP_Contact__c           ref contact
        name                 Name                     text 120
        number               ERP_Number__c            text 255
        stage                StageName                text 255
        amount               Amount                   decimal 2
        currency             ERP_Currency__c          text 3
        probability          Probability              percent 2
        close_date           CloseDate                date
    """,
    "quote": """Quote
        account              QuoteAccountId           ref account
        contact              ContactId                ref contact
        price_book           Pricebook2Id             ref price_book
        number               ERP_Number__c            text 255
        name                 Name                     text 255
        quote_date           ERP_Quote_Date__c        date
        valid_to             ExpirationDate           date
        requested_date       ERP_Requested_Date__c    date
        status               Status                   text 255
        customer_reference   ERP_Customer_Reference__c text 255
        payment_terms        ERP_Payment_Terms__c     text 255
        currency             ERP_Currency__c          text 3
        discount_percent     ERP_Discount_Percent__c  percent 2
        net                  ERP_Net__c               decimal 2
        tax                  ERP_Tax__c               decimal 2
        total                ERP_Total__c             decimal 2
    """,
    "quote_line": """QuoteLineItem
        quote                QuoteId                  ref quote once
        price_book_entry     PricebookEntryId         ref price_book_entry once
        product              ERP_Product__c           ref product
        number               ERP_Number__c            integer
        description          Description              text 255
        quantity             Quantity                 number 4
        unit                 ERP_Unit__c              text 3
        unit_price           UnitPrice                decimal 4
        price_quantity       ERP_Price_Quantity__c    number 4
        discount_percent     ERP_Discount_Percent__c  percent 2
        discount             ERP_Discount__c          decimal 2
        amount               ERP_Amount__c            decimal 2
        currency             ERP_Currency__c          text 3
    """,
    "order": """Order Status=Draft
        account              AccountId                ref account
        contact              CustomerAuthorizedById   ref contact
        quote                ERP_Quote__c             ref quote
        price_book           Pricebook2Id             ref price_book
        number               OrderReferenceNumber     text 80
        customer_reference   PoNumber                 text 80
        order_date           EffectiveDate            date
        requested_date       ERP_Requested_Date__c    date
        promised_date        ERP_Promised_Date__c     date
        status               ERP_Status__c            text 40
        currency             ERP_Currency__c          text 3
        payment_terms        ERP_Payment_Terms__c     text 255
        net                  ERP_Net__c               decimal 2
        tax                  ERP_Tax__c               decimal 2
        total                ERP_Total__c             decimal 2
        shipping_street      ShippingStreet           text 255
        shipping_city        ShippingCity             text 40
        shipping_state       ShippingState            text 80
        shipping_postal_code ShippingPostalCode       text 20
        shipping_country     ShippingCountry          text 80
    """,
    "order_line": """OrderItem
        order                OrderId                  ref order once
        price_book_entry     PricebookEntryId         ref price_book_entry once
        product              ERP_Product__c           ref product
        number               ERP_Number__c            integer
        description          Description              text 255
        quantity             Quantity                 number 4
        unit                 ERP_Unit__c              text 3
        shipped_quantity     ERP_Shipped_Quantity__c  number 4
        unit_price           UnitPrice                decimal 4
        price_quantity       ERP_Price_Quantity__c    number 4
        discount_percent     ERP_Discount_Percent__c  percent 2
        discount             ERP_Discount__c          decimal 2
        amount               ERP_Amount__c            decimal 2
        currency             ERP_Currency__c          text 3
        requested_date       ERP_Requested_Date__c    date
        promised_date        ERP_Promised_Date__c     date
        status               ERP_Status__c            text 40
    """,
    "contract": """ERP_Contract__c
        account              ERP_Account__c           ref account required
        number               ERP_Number__c            text 255
        name                 ERP_Name__c              text 255
        start_date           ERP_Start_Date__c        date
        end_date             ERP_End_Date__c          date
        signed_date          ERP_Signed_Date__c       date
        status               ERP_Status__c            text 40
        renewal              ERP_Renewal__c           text 40
        notice_days          ERP_Notice_Days__c       integer
        currency             ERP_Currency__c          text 3
        total                ERP_Total__c             decimal 2
    """,
    "subscription": """ERP_Subscription__c
        account              ERP_Account__c           ref account required
        contract             ERP_Contract__c          ref contract
        product              ERP_Product__c           ref product
        number               ERP_Number__c            text 255
        start_date           ERP_Start_Date__c        date
        end_date             ERP_End_Date__c          date
        quantity             ERP_Quantity__c          number 4
        unit                 ERP_Unit__c              text 3
        unit_price           ERP_Unit_Price__c        decimal 4
        amount               ERP_Amount__c            decimal 2
        currency             ERP_Currency__c          text 3
        billing_interval     ERP_Billing_Interval__c  text 40
        status               ERP_Status__c            text 40
    """,
    "invoice": """ERP_Invoice__c
        account              ERP_Account__c           ref account required
        order                ERP_Order__c             ref order
        number               ERP_Number__c            text 255
        invoice_date         ERP_Invoice_Date__c      date
        due_date             ERP_Due_Date__c          date
        payment_terms        ERP_Payment_Terms__c     text 255
        currency             ERP_Currency__c          text 3
        net                  ERP_Net__c               decimal 2
        tax                  ERP_Tax__c               decimal 2
        total                ERP_Total__c             decimal 2
        paid                 ERP_Paid__c              decimal 2
        open_amount          ERP_Open_Amount__c       decimal 2
        payment_status       ERP_Payment_Status__c    text 40
    """,
    "invoice_line": """ERP_Invoice_Line__c
        invoice              ERP_Invoice__c           ref invoice part
        order_line           ERP_Order_Line__c        ref order_line
        product              ERP_Product__c           ref product
        number               ERP_Number__c            integer
        description          ERP_Description__c       text 4000
        quantity             ERP_Quantity__c          number 4
        unit                 ERP_Unit__c              text 3
        unit_price           ERP_Unit_Price__c        decimal 4
        price_quantity       ERP_Price_Quantity__c    number 4
        discount_percent     ERP_Discount_Percent__c  percent 2
        discount             ERP_Discount__c          decimal 2
        amount               ERP_Amount__c            decimal 2
        tax_percent          ERP_Tax_Percent__c       percent 2
        tax                  ERP_Tax__c               decimal 2
        currency             ERP_Currency__c          text 3
    """,
    "tax_line": """ERP_Tax_Line__c
        invoice              ERP_Invoice__c           ref invoice part
        invoice_line         ERP_Invoice_Line__c      ref invoice_line
        number               ERP_Number__c            integer
        tax_code             ERP_Tax_Code__c          text 50
        country              ERP_Country__c           text 2
        jurisdiction         ERP_Jurisdiction__c      text 255
        rate                 ERP_Rate__c              percent 4
        base                 ERP_Base__c              decimal 2
        amount               ERP_Amount__c            decimal 2
        currency             ERP_Currency__c          text 3
    """,
    "credit_note": """ERP_Credit_Note__c
        account              ERP_Account__c           ref account required
        invoice              ERP_Invoice__c           ref invoice
        order                ERP_Order__c             ref order
        number               ERP_Number__c            text 255
        credit_date          ERP_Credit_Date__c       date
        reason               ERP_Reason__c            text 4000
        currency             ERP_Currency__c          text 3
        net                  ERP_Net__c               decimal 2
        tax                  ERP_Tax__c               decimal 2
        total                ERP_Total__c             decimal 2
        status               ERP_Status__c            text 40
    """,
    "payment": """ERP_Payment__c
        account              ERP_Account__c           ref account required
        invoice              ERP_Invoice__c           ref invoice
        number               ERP_Number__c            text 255
        payment_date         ERP_Payment_Date__c      date
        amount               ERP_Amount__c            decimal 2
        currency             ERP_Currency__c          text 3
        method               ERP_Method__c            text 40
        reference            ERP_Reference__c         text 255
        status               ERP_Status__c            text 40
    """,
    "billing_schedule": """ERP_Billing_Schedule__c
        account              ERP_Account__c           ref account required
        order                ERP_Order__c             ref order
        contract             ERP_Contract__c          ref contract
        subscription         ERP_Subscription__c      ref subscription
        number               ERP_Number__c            integer
        due_date             ERP_Due_Date__c          date
        period_from          ERP_Period_From__c       date
        period_to            ERP_Period_To__c         date
        percent              ERP_Percent__c           percent 2
        amount               ERP_Amount__c            decimal 2
        currency             ERP_Currency__c          text 3
        invoice              ERP_Invoice__c           ref invoice
        status               ERP_Status__c            text 40
    """,
    "inventory": """ERP_Stock__c
        product              ERP_Product__c           ref product required
        warehouse            ERP_Warehouse__c         text 255
        on_hand              ERP_On_Hand__c           number 4
        available            ERP_Available__c         number 4
        reserved             ERP_Reserved__c          number 4
        on_order             ERP_On_Order__c          number 4
        next_receipt_date    ERP_Next_Receipt_Date__c date
        unit                 ERP_Unit__c              text 3
        counted_at           ERP_Counted_At__c        instant
    """,
    "shipment": """ERP_Shipment__c
        order                ERP_Order__c             ref order required
        account              ERP_Account__c           ref account
        number               ERP_Number__c            text 255
        carrier              ERP_Carrier__c           text 255
        tracking             ERP_Tracking__c          text 255
        tracking_url         ERP_Tracking_URL__c      text 255 url
        shipped_date         ERP_Shipped_Date__c      date
        expected_ship_date   ERP_Expected_Ship_Date__c date
        expected_date        ERP_Expected_Date__c     date
        delivered_date       ERP_Delivered_Date__c    date
        signed_by            ERP_Signed_By__c         text 255
        status               ERP_Status__c            text 40
    """,
    "shipment_line": """ERP_Shipment_Line__c
        shipment             ERP_Shipment__c          ref shipment part
        order_line           ERP_Order_Line__c        ref order_line
        product              ERP_Product__c           ref product
        number               ERP_Number__c            integer
        quantity             ERP_Quantity__c          number 4
        unit                 ERP_Unit__c              text 3
        status               ERP_Status__c            text 40
        expected_date        ERP_Expected_Date__c     date
        delivered_date       ERP_Delivered_Date__c    date
        lot                  ERP_Lot__c               text 255
    """,
    "acceptance": """ERP_Acceptance__c
        account              ERP_Account__c           ref account required
        order                ERP_Order__c             ref order required
        shipment             ERP_Shipment__c          ref shipment
        number               ERP_Number__c            text 255
        requested_date       ERP_Requested_Date__c    date
        decided_date         ERP_Decided_Date__c      date
        decided_by           ERP_Decided_By__c        text 255
        remarks              ERP_Remarks__c           text 32000
        status               ERP_Status__c            text 40
    """,
    "service_case": """Case
        account              AccountId                ref account
        contact              ContactId                ref contact
        product              ERP_Product__c           ref product
        order                ERP_Order__c             ref order
        number               ERP_Number__c            text 255
        subject              Subject                  text 255
        description          Description              text 32000
        priority             Priority                 text 255
        status               Status                   text 255
        opened_at            ERP_Opened_At__c         instant
        resolved_at          ERP_Resolved_At__c       instant
    """,
}

WORDS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("opportunity", "stage"): {
        "qualification": "Qualification",
        "proposal": "Proposal/Price Quote",
        "negotiation": "Negotiation/Review",
        "won": "Closed Won",
        "lost": "Closed Lost",
    },
    ("quote", "status"): {
        "draft": "Draft",
        "sent": "Presented",
        "accepted": "Accepted",
        "declined": "Denied",
        "expired": "Expired",
    },
    ("service_case", "priority"): {
        "low": "Low",
        "normal": "Medium",
        "high": "High",
        "critical": "Critical",
    },
    ("service_case", "status"): {
        "new": "New",
        "in_progress": "Working",
        "waiting": "On Hold",
        "resolved": "Resolved",
        "closed": "Closed",
    },
}
"""Salesforce's own words for codes, where a standard picklist holds them: the values that it ships,
and a word like them where it ships none."""
