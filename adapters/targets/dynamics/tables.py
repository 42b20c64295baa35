"""Where each canonical kind and field lives in Dynamics 365 Sales: the built-in tables. Pure data.

Standard tables and columns where every organisation has them; `erp_` ones, which `setup` describes,
for the rest. What Dynamics computes itself (totals of quotes, orders and invoices) goes to columns
of ours, so that both can be compared. States stay Dynamics' own: the ERP's word is `erp_status`.

A first line reads: table, entity set, `name=value` for what every new record says, and traits:
`+unit` (the record wants a unit), `+units` (a product's unit group and unit), `+line` (a line of a
document: written in unless it names a product, and its price is the ERP's).
Each further line: canonical field, column, kind (text when left out), options. `ref X` is a parent
of entity X under the name of its navigation property; `currency` is looked up by ISO code; `also C`
writes the value to column C too where nothing else does; `fill` takes the external id where the
message says nothing. `text N` takes N characters at the most; N is what Microsoft ships
(microsoft/CDM, schemaDocuments/core/applicationCommon) or, for `erp_` ones, what `setup` creates.
"""

from __future__ import annotations

from collections.abc import Mapping

_SHIPPING = """
        shipping_street      shipto_line1            text 250
        shipping_city        shipto_city             text 80
        shipping_state       shipto_stateorprovince  text 50
        shipping_postal_code shipto_postalcode       text 20
        shipping_country     shipto_country          text 80
"""
_LINE = """
        product              productid               ref product
        number               lineitemnumber          integer
        description          description             text 2000
        quantity             quantity                decimal 4
        unit                 erp_unit                text 10
        unit_price           priceperunit            money 4
        price_quantity       erp_pricequantity       decimal 4
        discount_percent     erp_discountpercent     decimal 2
        discount             manualdiscountamount    money 2
        amount               erp_amount              money 2
        currency             erp_currency            text 3
"""
_AMOUNTS = """
        currency             transactioncurrencyid   currency
        net                  erp_net                 money 2
        tax                  erp_tax                 money 2
        total                erp_total               money 2
"""
_TOTALS = f"""
        payment_terms        erp_paymentterms        text 255
        {_AMOUNTS}"""

TABLES: Mapping[str, str] = {
    "account": """account accounts
        name                 name                    text 160
        legal_name           erp_legalname           text 255
        number               erp_number              text 255
        tax_number           erp_taxnumber           text 50
        parent_account       parentaccountid         ref account
        phone                telephone1              text 50
        phone_e164           erp_phone               text 20
        email                emailaddress1           text 100
        invoice_email        erp_invoiceemail        text 254
        website              websiteurl              text 200
        industry             erp_industry            text 255
        billing_street       address1_line1          text 250
        billing_city         address1_city           text 80
        billing_state        address1_stateorprovince text 50
        billing_postal_code  address1_postalcode     text 20
        billing_country      address1_country        text 80
        shipping_street      address2_line1          text 250
        shipping_city        address2_city           text 80
        shipping_state       address2_stateorprovince text 50
        shipping_postal_code address2_postalcode     text 20
        shipping_country     address2_country        text 80
        currency             transactioncurrencyid   currency
        credit_limit         creditlimit             money 2
        credit_hold          creditonhold            boolean
        payment_terms        erp_paymentterms        text 255
        payment_days         erp_paymentdays         integer
        discount_percent     erp_discountpercent     decimal 2
        balance              erp_balance             money 2
        overdue_balance      erp_overduebalance      money 2
        active               erp_active              boolean
    """,
    "contact": """contact contacts
        account              parentcustomerid_account ref account
        salutation           salutation              text 100
        first_name           firstname               text 50
        last_name            lastname                text 50
        email                emailaddress1           text 100
        phone                telephone1              text 50
        phone_e164           erp_phone               text 20
        mobile_e164          mobilephone             text 50
        title                jobtitle                text 100
        department           department              text 100
        active               erp_active              boolean
    """,
    "product": """product products productstructure=1 quantitydecimal=4 +units
        name                 name                    text 100
        code                 productnumber           text 100 fill
        description          description             text 2000
        family               erp_family              text 255
        gtin                 erp_gtin                text 14
        unit                 erp_unit                text 255
        weight               stockweight             decimal 4
        weight_unit          erp_weightunit          text 3
        active               erp_active              boolean
    """,
    "price_book": """pricelevel pricelevels
        name                 name                    text 100
        currency             transactioncurrencyid   currency
        valid_from           begindate               date
        valid_to             enddate                 date
        active               erp_active              boolean
    """,
    "price_book_entry": """productpricelevel productpricelevels pricingmethodcode=1 +unit
        price_book           pricelevelid            ref price_book
        product              productid               ref product
        account              erp_account             ref account
        unit_price           amount                  money 4
        price_quantity       erp_pricequantity       decimal 4
        unit                 erp_unit                text 10
        minimum_quantity     erp_minimumquantity     decimal 4
        discount_percent     erp_discountpercent     decimal 2
        currency             erp_currency            text 3
        valid_from           erp_validfrom           date
        valid_to             erp_validto             date
        active               erp_active              boolean
    """,
    "quote": f"""quote quotes
        account              customerid_account      ref account
        contact              erp_contact             ref contact
        price_book           pricelevelid            ref price_book
        number               erp_number              text 255 also name
        name                 name                    text 300
        quote_date           erp_quotedate           date
        valid_to             erp_validto             date
        requested_date       requestdeliveryby       date
        status               erp_status              text 40
        customer_reference   erp_customerreference   text 255
        discount_percent     erp_discountpercent     decimal 2
        {_TOTALS}""",
    "quote_line": f"""quotedetail quotedetails +line
        quote                quoteid                 ref quote
        price_book_entry     erp_pricelistitem       ref price_book_entry
        {_LINE}""",
    "order": f"""salesorder salesorders
        account              customerid_account      ref account
        contact              erp_contact             ref contact
        quote                quoteid                 ref quote
        price_book           pricelevelid            ref price_book
        number               erp_number              text 255 also name
        customer_reference   erp_customerreference   text 255
        order_date           erp_orderdate           date
        requested_date       requestdeliveryby       date
        promised_date        erp_promiseddate        date
        status               erp_status              text 40
        {_TOTALS}
        {_SHIPPING}""",
    "order_line": f"""salesorderdetail salesorderdetails +line
        order                salesorderid            ref order
        price_book_entry     erp_pricelistitem       ref price_book_entry
        {_LINE}
        shipped_quantity     quantityshipped         decimal 4
        requested_date       requestdeliveryby       date
        promised_date        erp_promiseddate        date
        status               erp_status              text 40
    """,
    "invoice": f"""invoice invoices
        account              customerid_account      ref account
        order                salesorderid            ref order
        number               erp_number              text 255 also name
        invoice_date         erp_invoicedate         date
        due_date             duedate                 date
        paid                 erp_paid                money 2
        open_amount          erp_openamount          money 2
        payment_status       erp_paymentstatus       text 40
        {_TOTALS}""",
    "invoice_line": f"""invoicedetail invoicedetails +line
        invoice              invoiceid               ref invoice
        order_line           erp_orderproduct        ref order_line
        {_LINE}
        tax_percent          erp_taxpercent          decimal 2
        tax                  tax                     money 2
    """,
    "inventory": """erp_stock erp_stocks
        product              erp_product             ref product
        warehouse            erp_warehouse           text 255 also erp_name
        on_hand              erp_onhand              decimal 4
        available            erp_available           decimal 4
        reserved             erp_reserved            decimal 4
        on_order             erp_onorder             decimal 4
        next_receipt_date    erp_nextreceipt         date
        unit                 erp_unit                text 10
        counted_at           erp_countedat           instant
    """,
    "shipment": """erp_shipment erp_shipments
        order                erp_order               ref order
        account              erp_account             ref account
        number               erp_number              text 255 also erp_name
        carrier              erp_carrier             text 255
        tracking             erp_tracking            text 255
        tracking_url         erp_trackingurl         text 2000
        shipped_date         erp_shippeddate         date
        expected_ship_date   erp_expectedshipdate    date
        expected_date        erp_expecteddate        date
        delivered_date       erp_delivereddate       date
        signed_by            erp_signedby            text 255
        status               erp_status              text 40
    """,
    "shipment_line": """erp_shipmentline erp_shipmentlines
        shipment             erp_shipment            ref shipment
        order_line           erp_orderproduct        ref order_line
        product              erp_product             ref product
        number               erp_number              integer
        quantity             erp_quantity            decimal 4
        unit                 erp_unit                text 10
        status               erp_status              text 40
        expected_date        erp_expecteddate        date
        delivered_date       erp_delivereddate       date
        lot                  erp_lot                 text 255 also erp_name
    """,
    "payment": """erp_payment erp_payments
        account              erp_account             ref account
        invoice              erp_invoice             ref invoice
        number               erp_number              text 255 also erp_name
        payment_date         erp_paymentdate         date
        amount               erp_amount              money 2
        currency             transactioncurrencyid   currency
        method               erp_method              text 40
        reference            erp_reference           text 255
        status               erp_status              text 40
    """,
    "opportunity": """opportunity opportunities isrevenuesystemcalculated=false
        account              parentaccountid         ref account
        contact              parentcontactid         ref contact
        name                 name                    text 300
        number               erp_number              text 255
        stage                erp_stage               text 40
        amount               estimatedvalue          money 2
        currency             transactioncurrencyid   currency
        probability          erp_probability         decimal 2
        close_date           estimatedclosedate      date
    """,
    "service_case": """incident incidents
        account              customerid_account      ref account
        contact              primarycontactid        ref contact
        product              productid               ref product
        order                erp_order               ref order
        number               erp_number              text 255
        subject              title                   text 200
        description          description             text 2000
        priority             erp_priority            text 40
        status               erp_status              text 40
        opened_at            erp_openedat            instant
        resolved_at          erp_resolvedat          instant
    """,
    "contract": """erp_contract erp_contracts
        account              erp_account             ref account
        number               erp_number              text 255 also erp_name
        name                 erp_title               text 255
        start_date           erp_startdate           date
        end_date             erp_enddate             date
        signed_date          erp_signeddate          date
        status               erp_status              text 40
        renewal              erp_renewal             text 40
        notice_days          erp_noticedays          integer
        currency             transactioncurrencyid   currency
        total                erp_total               money 2
    """,
    "subscription": """erp_subscription erp_subscriptions
        account              erp_account             ref account
        contract             erp_contract            ref contract
        product              erp_product             ref product
        number               erp_number              text 255 also erp_name
        start_date           erp_startdate           date
        end_date             erp_enddate             date
        quantity             erp_quantity            decimal 4
        unit                 erp_unit                text 10
        unit_price           erp_unitprice           money 4
        amount               erp_amount              money 2
        currency             transactioncurrencyid   currency
        billing_interval     erp_billinginterval     text 40
        status               erp_status              text 40
    """,
    "credit_note": f"""erp_creditnote erp_creditnotes
        account              erp_account             ref account
        invoice              erp_invoice             ref invoice
        order                erp_order               ref order
        number               erp_number              text 255 also erp_name
        credit_date          erp_creditdate          date
        reason               erp_reason              text 4000
        status               erp_status              text 40
        {_AMOUNTS}""",
    "tax_line": """erp_taxline erp_taxlines
        invoice              erp_invoice             ref invoice
        invoice_line         erp_invoiceproduct      ref invoice_line
        number               erp_number              integer
        tax_code             erp_taxcode             text 50 also erp_name
        country              erp_country             text 2
        jurisdiction         erp_jurisdiction        text 255
        rate                 erp_rate                decimal 4
        base                 erp_base                money 2
        amount               erp_amount              money 2
        currency             transactioncurrencyid   currency
    """,
    "billing_schedule": """erp_billingschedule erp_billingschedules
        account              erp_account             ref account
        order                erp_order               ref order
        contract             erp_contract            ref contract
        subscription         erp_subscription        ref subscription
        number               erp_number              integer
        due_date             erp_duedate             date also erp_name
        period_from          erp_periodfrom          date
        period_to            erp_periodto            date
        percent              erp_percent             decimal 2
        amount               erp_amount              money 2
        currency             transactioncurrencyid   currency
        invoice              erp_invoice             ref invoice
        status               erp_status              text 40
    """,
    "acceptance": """erp_acceptance erp_acceptances
        account              erp_account             ref account
        order                erp_order               ref order
        shipment             erp_shipment            ref shipment
        number               erp_number              text 255 also erp_name
        requested_date       erp_requesteddate       date
        decided_date         erp_decideddate         date
        decided_by           erp_decidedby           text 255
        remarks              erp_remarks             text 32000
        status               erp_status              text 40
    """,
}
