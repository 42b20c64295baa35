"""Where orders go: headers of CX Sales, beside quotes, or Order Management of SCM. Pure.

In the form of `tables`. What has no place in Order Management gets one where an override names it.
"""

from __future__ import annotations

from collections.abc import Mapping

ORDERS: Mapping[str, Mapping[str, str]] = {
    "cx": {
        "order": """
            crm salesOrders id=OrderHeaderId key=ExternalReferenceNumber \
                system=ExternalSystemReferenceCode
            account              SoldToPartyId                          ref account
            contact              ERP_Contact_Id_c                       ref contact
            quote                ERP_Quote_Id_c                         ref quote
            price_book           ERP_Price_Book_Id_c                    ref price_book
            number               ExternalQuoteNumber                    text 80
            customer_reference   ERP_Customer_Reference_c               text 80
            order_date           ERP_Order_Date_c                       date
            requested_date       ERP_Requested_Date_c                   date
            promised_date        ERP_Promised_Date_c                    date
            status               ERP_Status_c                           text 80
            currency             CurrencyCode                           text 15
            payment_terms        ERP_Payment_Terms_c                    text 255
            net                  ERP_Net_c                              decimal 2
            tax                  ERP_Tax_c                              decimal 2
            total                ERP_Total_c                            decimal 2
            shipping_street      ERP_Shipping_Street_c                  text 240
            shipping_city        ERP_Shipping_City_c                    text 60
            shipping_state       ERP_Shipping_State_c                   text 60
            shipping_postal_code ERP_Shipping_Postal_Code_c             text 60
            shipping_country     ERP_Shipping_Country_c                 text 2
        """,
        "order_line": """
            crm salesOrders/SalesOrderLine under=order id=OrderLineId key=ERP_Id_c
            order                -                                      owner order
            price_book_entry     ERP_Price_Book_Entry_Id_c              ref price_book_entry
            product              InventoryItemId                        ref product
            number               ERP_Number_c                           integer
            description          ERP_Description_c                      text 1500
            quantity             Quantity                               decimal 4
            unit                 UOMCode                                text 3
            shipped_quantity     ERP_Shipped_Quantity_c                 decimal 4
            unit_price           UnitPrice                              decimal 4
            price_quantity       ERP_Price_Quantity_c                   decimal 4
            discount_percent     ERP_Discount_Percent_c                 decimal 2
            discount             ERP_Discount_c                         decimal 2
            amount               ERP_Amount_c                           decimal 2
            currency             ERP_Currency_c                         text 3
            requested_date       ERP_Requested_Date_c                   date
            promised_date        ERP_Promised_Date_c                    date
            status               ERP_Status_c                           text 80
        """,
    },
    "order_management": {
        "order": """
            fscm salesOrdersForOrderHub id=HeaderId key=SourceTransactionId \
                system=SourceTransactionSystem
            account              BuyingPartyId                          ref account
            number               SourceTransactionNumber                text 50
            customer_reference   CustomerPONumber                       text 50
            order_date           TransactionOn                          moment
            requested_date       RequestedShipDate                      moment
            currency             TransactionalCurrencyCode              text 15
        """,
        "order_line": """
            fscm salesOrdersForOrderHub/lines under=order id=LineId key=SourceTransactionLineId
            order                -                                      owner order
            product              ProductId                              ref product
            number               SourceTransactionLineNumber            text 100
            quantity             OrderedQuantity                        decimal 4
            unit                 OrderedUOMCode                         text 3
            requested_date       RequestedShipDate                      moment
        """,
    },
}
