"""Which HubSpot object and property each canonical entity and field is: the built-in tables.

Standard objects and properties where every account has them and where HubSpot's own logic leaves
an ERP's values alone; `erp_...` properties and objects for the rest. Price books are read-only in
HubSpot's API, its invoices are computed by itself, its tickets and quotes need stages of the
account's own: those and what HubSpot has no object for are custom objects.

Each line reads: canonical field, HubSpot property, kind (text when left out), options.
`ref X` is a link to the record of entity X: an association, with the parent's external id kept in
the property; `ref X P` writes the parent's record id into property P as well. Sources:
https://developers.hubspot.com/docs/api-reference/latest/crm/objects/companies/guide and the pages
beside it for contacts, products, line items, orders and deals.
"""

from __future__ import annotations

from collections.abc import Mapping

TABLES: Mapping[str, str] = {
    "account": """companies
        name                 name
        legal_name           erp_legal_name
        number               erp_number
        tax_number           erp_tax_number
        parent_account       erp_parent_account    ref account
        phone                phone
        phone_e164           erp_phone_e164
        email                erp_email
        invoice_email        erp_invoice_email
        website              website
        industry             erp_industry
        billing_street       address
        billing_city         city
        billing_state        state
        billing_postal_code  zip
        billing_country      country
        shipping_street      erp_shipping_street
        shipping_city        erp_shipping_city
        shipping_state       erp_shipping_state
        shipping_postal_code erp_shipping_postal_code
        shipping_country     erp_shipping_country
        currency             erp_currency
        credit_limit         erp_credit_limit      decimal 2
        credit_hold          erp_credit_hold       boolean
        payment_terms        erp_payment_terms
        payment_days         erp_payment_days      integer
        discount_percent     erp_discount_percent  decimal 2
        balance              erp_balance           decimal 2
        overdue_balance      erp_overdue_balance   decimal 2
        active               erp_active            boolean
    """,
    "contact": """contacts
        account              erp_account           ref account
        salutation           salutation
        first_name           firstname
        last_name            lastname
        email                email
        phone                phone
        phone_e164           erp_phone_e164
        mobile_e164          mobilephone
        title                jobtitle
        department           erp_department
        active               erp_active            boolean
    """,
    "product": """products
        name                 name
        code                 hs_sku
        description          description
        family               erp_family
        gtin                 erp_gtin
        unit                 erp_unit
        weight               erp_weight            decimal 4
        weight_unit          erp_weight_unit
        active               erp_active            boolean
    """,
    "price_book": """p_erp_price_list
        name                 name
        currency             currency
        valid_from           valid_from            date
        valid_to             valid_to              date
        active               active                boolean
    """,
    "price_book_entry": """p_erp_price
        price_book           price_list            ref price_book
        product              product               ref product
        account              account               ref account
        unit_price           unit_price            decimal 4
        price_quantity       price_quantity        decimal 4
        unit                 unit
        minimum_quantity     minimum_quantity      decimal 4
        discount_percent     discount_percent      decimal 2
        currency             currency
        valid_from           valid_from            date
        valid_to             valid_to              date
        active               active                boolean
    """,
    "order": """orders
        account              erp_account           ref account
        contact              erp_contact           ref contact
        quote                erp_quote             ref quote
        price_book           erp_price_list        ref price_book
        number               hs_order_name
        customer_reference   erp_customer_reference
        order_date           erp_order_date        date
        requested_date       erp_requested_date    date
        promised_date        erp_promised_date     date
        status               hs_external_order_status
        currency             hs_currency_code
        payment_terms        erp_payment_terms
        net                  erp_net               decimal 2
        tax                  erp_tax               decimal 2
        total                erp_total             decimal 2
        shipping_street      hs_shipping_address_street
        shipping_city        hs_shipping_address_city
        shipping_state       hs_shipping_address_state
        shipping_postal_code hs_shipping_address_postal_code
        shipping_country     hs_shipping_address_country
    """,
    "order_line": """line_items
        order                erp_order             ref order
        product              erp_product           ref product hs_product_id
        price_book_entry     erp_price             ref price_book_entry
        number               erp_number            integer
        description          name
        quantity             quantity              decimal 4
        unit                 erp_unit
        shipped_quantity     erp_shipped_quantity  decimal 4
        unit_price           price                 decimal 4
        price_quantity       erp_price_quantity    decimal 4
        discount_percent     erp_discount_percent  decimal 2
        discount             erp_discount          decimal 2
        amount               erp_amount            decimal 2
        currency             erp_currency
        requested_date       erp_requested_date    date
        promised_date        erp_promised_date     date
        status               erp_status
    """,
    "invoice": """p_erp_invoice
        account              account               ref account
        order                order                 ref order
        number               number
        invoice_date         invoice_date          date
        due_date             due_date              date
        payment_terms        payment_terms
        currency             currency
        net                  net                   decimal 2
        tax                  tax                   decimal 2
        total                total                 decimal 2
        paid                 paid                  decimal 2
        open_amount          open_amount           decimal 2
        payment_status       payment_status
    """,
    "invoice_line": """p_erp_invoice_line
        invoice              invoice               ref invoice
        order_line           order_line            ref order_line
        product              product               ref product
        number               number                integer
        description          description
        quantity             quantity              decimal 4
        unit                 unit
        unit_price           unit_price            decimal 4
        price_quantity       price_quantity        decimal 4
        discount_percent     discount_percent      decimal 2
        discount             discount              decimal 2
        amount               amount                decimal 2
        tax_percent          tax_percent           decimal 2
        tax                  tax                   decimal 2
        currency             currency
    """,
    "inventory": """p_erp_stock
        product              product               ref product
        warehouse            warehouse
        on_hand              on_hand               decimal 4
        available            available             decimal 4
        reserved             reserved              decimal 4
        on_order             on_order              decimal 4
        next_receipt_date    next_receipt_date     date
        unit                 unit
        counted_at           counted_at            instant
    """,
    "shipment": """p_erp_shipment
        order                order                 ref order
        account              account               ref account
        number               number
        carrier              carrier
        tracking             tracking
        tracking_url         tracking_url
        shipped_date         shipped_date          date
        expected_ship_date   expected_ship_date    date
        expected_date        expected_date         date
        delivered_date       delivered_date        date
        signed_by            signed_by
        status               status
    """,
    "opportunity": """deals
        account              erp_account           ref account
        contact              erp_contact           ref contact
        name                 dealname
        number               erp_number
        stage                erp_stage
        amount               amount                decimal 2
        currency             erp_currency
        probability          erp_probability       decimal 2
        close_date           erp_close_date        date
    """,
    "quote": """p_erp_quote
        account              account               ref account
        contact              contact               ref contact
        price_book           price_book            ref price_book
        number               number
        name                 name
        quote_date           quote_date            date
        valid_to             valid_to              date
        requested_date       requested_date        date
        status               status
        customer_reference   customer_reference
        payment_terms        payment_terms
        currency             currency
        discount_percent     discount_percent      decimal 2
        net                  net                   decimal 2
        tax                  tax                   decimal 2
        total                total                 decimal 2
    """,
    "quote_line": """p_erp_quote_line
        quote                quote                 ref quote
        price_book_entry     price_book_entry      ref price_book_entry
        product              product               ref product
        number               number                integer
        description          description
        quantity             quantity              decimal 4
        unit                 unit
        unit_price           unit_price            decimal 4
        price_quantity       price_quantity        decimal 4
        discount_percent     discount_percent      decimal 2
        discount             discount              decimal 2
        amount               amount                decimal 2
        currency             currency
    """,
    "contract": """p_erp_contract
        account              account               ref account
        number               number
        name                 name
        start_date           start_date            date
        end_date             end_date              date
        signed_date          signed_date           date
        status               status
        renewal              renewal
        notice_days          notice_days           integer
        currency             currency
        total                total                 decimal 2
    """,
    "subscription": """p_erp_subscription
        account              account               ref account
        contract             contract              ref contract
        product              product               ref product
        number               number
        start_date           start_date            date
        end_date             end_date              date
        quantity             quantity              decimal 4
        unit                 unit
        unit_price           unit_price            decimal 4
        amount               amount                decimal 2
        currency             currency
        billing_interval     billing_interval
        status               status
    """,
    "billing_schedule": """p_erp_billing_schedule
        account              account               ref account
        order                order                 ref order
        contract             contract              ref contract
        subscription         subscription          ref subscription
        number               number                integer
        due_date             due_date              date
        period_from          period_from           date
        period_to            period_to             date
        percent              percent               decimal 2
        amount               amount                decimal 2
        currency             currency
        invoice              invoice               ref invoice
        status               status
    """,
    "tax_line": """p_erp_tax_line
        invoice              invoice               ref invoice
        invoice_line         invoice_line          ref invoice_line
        number               number                integer
        tax_code             tax_code
        country              country
        jurisdiction         jurisdiction
        rate                 rate                  decimal 4
        base                 base                  decimal 2
        amount               amount                decimal 2
        currency             currency
    """,
    "credit_note": """p_erp_credit_note
        account              account               ref account
        invoice              invoice               ref invoice
        order                order                 ref order
        number               number
        credit_date          credit_date           date
        reason               reason
        currency             currency
        net                  net                   decimal 2
        tax                  tax                   decimal 2
        total                total                 decimal 2
        status               status
    """,
    "payment": """p_erp_payment
        account              account               ref account
        invoice              invoice               ref invoice
        number               number
        payment_date         payment_date          date
        amount               amount                decimal 2
        currency             currency
        method               method
        reference            reference
        status               status
    """,
    "shipment_line": """p_erp_shipment_line
        shipment             shipment              ref shipment
        order_line           order_line            ref order_line
        product              product               ref product
        number               number                integer
        quantity             quantity              decimal 4
        unit                 unit
        status               status
        expected_date        expected_date         date
        delivered_date       delivered_date        date
        lot                  lot
    """,
    "acceptance": """p_erp_acceptance
        account              account               ref account
        order                order                 ref order
        shipment             shipment              ref shipment
        number               number
        requested_date       requested_date        date
        decided_date         decided_date          date
        decided_by           decided_by
        remarks              remarks
        status               status
    """,
    "service_case": """p_erp_service_case
        account              account               ref account
        contact              contact               ref contact
        product              product               ref product
        order                order                 ref order
        number               number
        subject              subject
        description          description
        priority             priority
        status               status
        opened_at            opened_at             instant
        resolved_at          resolved_at           instant
    """,
}
