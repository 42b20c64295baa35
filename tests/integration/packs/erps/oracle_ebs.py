"""Oracle E-Business Suite."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from tests.integration.packs.database import Rows
from tests.integration.packs.world import Document, World

SETTINGS = {
    "schema": "main", "org_id": "204", "master_organization_id": "204", "currency": "USD",
}  # fmt: skip
SAMPLES = {
    "account": ("1011", {"Name": "Müller & Söhne 11", "ERP_Credit_Hold__c": "True"}),
    "order": ("5004", {"OrderReferenceNumber": "69004", "ERP_Status__c": "closed"}),
    "invoice": ("7003", {"ERP_Payment_Status__c": "partial"}),
}
STATES = ("CLOSED", "ENTERED", "BOOKED", "AWAITING_SHIPPING")
PLACES = {"EAST": 204, "WEST": 207, "NORTH": 209}


def paid(invoice: Document) -> Decimal:
    """What is paid of the first of two instalments."""
    half = (invoice.total / 2).quantize(Decimal("0.01"))
    return (Decimal(0), half, half)[invoice.number % 3] if invoice.is_open else half


def rows(world: World) -> Rows:
    states = {order.number: STATES[order.number % 4] for order in world.orders}
    details: dict[int, list[int]] = defaultdict(list)
    for shipment in world.shipments:
        details[shipment.number] = [shipment.number * 10 + n.position for n in shipment.order.lines]
    return {
        "HZ_CUST_ACCOUNTS": [
            {"CUST_ACCOUNT_ID": 1000 + c.number, "ACCOUNT_NUMBER": f"{c.number}",
             "PARTY_ID": 100 + c.number, "STATUS": "A" if c.active else "I"}
            for c in world.customers
        ],
        "HZ_PARTIES": [
            *(
                {"PARTY_ID": 100 + c.number, "PARTY_NAME": c.name, "CITY": c.town,
                 "ADDRESS1": f"{c.number} Road", "POSTAL_CODE": f"0{c.number:04}"}
                for c in world.customers
            ),
            *(
                {"PARTY_ID": 20000 + p.number, "PARTY_NAME": f"{p.first} {p.last}",
                 "PERSON_FIRST_NAME": p.first, "PERSON_LAST_NAME": p.last}
                for p in world.persons
            ),
            *(
                {"PARTY_ID": 30000 + p.number, "PARTY_NAME": f"{p.last}-{p.customer.name}",
                 "EMAIL_ADDRESS": f"p{p.number}@example.com"}
                for p in world.persons
            ),
        ],
        "HZ_CUSTOMER_PROFILES": [
            {"CUST_ACCOUNT_ID": 1000 + c.number, "SITE_USE_ID": site,
             "CREDIT_HOLD": "Y" if c.held else "N"}
            for c in world.customers for site in (None, 77)
        ],
        "HZ_CUST_PROFILE_AMTS": [
            {"CUST_ACCOUNT_ID": 1000 + c.number, "SITE_USE_ID": None, "CURRENCY_CODE": currency,
             "OVERALL_CREDIT_LIMIT": c.limit}
            for c in world.customers for currency in ("USD", "EUR")
        ],
        "HZ_CUST_ACCOUNT_ROLES": [
            {"CUST_ACCOUNT_ROLE_ID": p.number, "CUST_ACCOUNT_ID": 1000 + p.customer.number,
             "PARTY_ID": 30000 + p.number, "ROLE_TYPE": "CONTACT", "STATUS": "A"}
            for p in world.persons
        ] + [{"CUST_ACCOUNT_ROLE_ID": 999, "CUST_ACCOUNT_ID": 1001, "PARTY_ID": 30001,
              "ROLE_TYPE": "CONTACT", "STATUS": "I"}],
        "HZ_RELATIONSHIPS": [
            {"RELATIONSHIP_ID": p.number, "DIRECTIONAL_FLAG": flag, "PARTY_ID": 30000 + p.number,
             "SUBJECT_ID": subject, "OBJECT_ID": thing, "STATUS": "A"}
            for p in world.persons
            for flag, subject, thing in (
                ("F", 20000 + p.number, 100 + p.customer.number),
                ("B", 100 + p.customer.number, 20000 + p.number),
            )
        ],
        "HZ_ORG_CONTACTS": [
            {"ORG_CONTACT_ID": 400 + p.number, "PARTY_RELATIONSHIP_ID": p.number}
            for p in world.persons
        ],
        "MTL_SYSTEM_ITEMS_VL": [
            {"INVENTORY_ITEM_ID": i.number, "ORGANIZATION_ID": place, "DESCRIPTION": i.name,
             "CONCATENATED_SEGMENTS": f"AS{i.number:05}",
             "INVENTORY_ITEM_STATUS_CODE": "Active" if i.active else "Inactive"}
            for i in world.items for place in (204, 207)
        ],
        "MTL_SYSTEM_ITEMS_B": [
            {"INVENTORY_ITEM_ID": i.number, "ORGANIZATION_ID": place, "PRIMARY_UOM_CODE": "Ea"}
            for i in world.items for place in (204, 207)
        ],
        "QP_LIST_HEADERS_VL": [
            {"LIST_HEADER_ID": 10, "NAME": "Corporate", "CURRENCY_CODE": "USD",
             "LIST_TYPE_CODE": "PRL"},
            {"LIST_HEADER_ID": 11, "NAME": "Discounts", "CURRENCY_CODE": "USD",
             "LIST_TYPE_CODE": "DLT"},
        ],
        "QP_LIST_LINES": [
            {"LIST_LINE_ID": i.number * 10 + kind, "LIST_HEADER_ID": 10, "OPERAND": i.price,
             "LIST_LINE_TYPE_CODE": "PLL", "END_DATE_ACTIVE": "2025-12-31" if kind == 1 else None}
            for i in world.items for kind in (0, 1, 2)
        ],
        "QP_PRICING_ATTRIBUTES": [
            {"LIST_LINE_ID": i.number * 10 + kind, "PRODUCT_ATTRIBUTE_CONTEXT": "ITEM",
             "PRODUCT_ATTRIBUTE": "PRICING_ATTRIBUTE1", "PRODUCT_ATTR_VALUE": f"{i.number}",
             "PRODUCT_UOM_CODE": "Bx" if kind == 2 else "Ea"}
            for i in world.items for kind in (0, 1, 2)
        ],
        "OE_ORDER_HEADERS_ALL": [
            {"HEADER_ID": 5000 + o.number, "ORDER_NUMBER": 69000 + o.number, "ORG_ID": 204,
             "SOLD_TO_ORG_ID": 1000 + o.customer.number, "PRICE_LIST_ID": 10,
             "ORDERED_DATE": o.day, "REQUEST_DATE": o.due,
             "FLOW_STATUS_CODE": states[o.number], "TRANSACTIONAL_CURR_CODE": "USD",
             "ORDER_CATEGORY_CODE": "ORDER"}
            for o in world.orders
        ] + [{"HEADER_ID": 1, "ORG_ID": 999, "ORDER_CATEGORY_CODE": "ORDER"},
             {"HEADER_ID": 2, "ORG_ID": 204, "ORDER_CATEGORY_CODE": "RETURN"}],
        "OE_ORDER_LINES_ALL": [
            {"LINE_ID": o.number * 100 + n.position, "HEADER_ID": 5000 + o.number,
             "LINE_NUMBER": n.position, "LINE_CATEGORY_CODE": "ORDER",
             "INVENTORY_ITEM_ID": n.item.number, "PRICE_LIST_ID": 10,
             "ORDERED_QUANTITY": n.quantity, "UNIT_SELLING_PRICE": n.item.price,
             "TAX_VALUE": None, "FLOW_STATUS_CODE": "BOOKED"}
            for o in world.orders for n in o.lines
        ] + [{"LINE_ID": 99, "HEADER_ID": 5001, "LINE_CATEGORY_CODE": "ORDER",
              "FLOW_STATUS_CODE": "CANCELLED"}],
        "RA_CUSTOMER_TRX_ALL": [
            {"CUSTOMER_TRX_ID": 7000 + i.number, "TRX_NUMBER": f"{500500 + i.number}",
             "TRX_DATE": i.day, "ORG_ID": 204, "BILL_TO_CUSTOMER_ID": 1000 + i.customer.number,
             "INVOICE_CURRENCY_CODE": "USD", "COMPLETE_FLAG": "Y"}
            for i in world.invoices
        ] + [{"CUSTOMER_TRX_ID": 1, "ORG_ID": 204, "COMPLETE_FLAG": "N"}],
        "RA_CUSTOMER_TRX_LINES_ALL": [
            {"CUSTOMER_TRX_LINE_ID": i.number * 100 + n.position, "CUSTOMER_TRX_ID": 7000 + i.number,
             "LINE_NUMBER": n.position, "LINE_TYPE": "LINE", "INVENTORY_ITEM_ID": n.item.number,
             "QUANTITY_INVOICED": n.quantity, "UNIT_SELLING_PRICE": n.item.price,
             "EXTENDED_AMOUNT": n.amount}
            for i in world.invoices for n in i.lines
        ] + [{"CUSTOMER_TRX_LINE_ID": 99, "CUSTOMER_TRX_ID": 7001, "LINE_TYPE": "TAX"}],
        "AR_PAYMENT_SCHEDULES_ALL": [
            {"PAYMENT_SCHEDULE_ID": i.number * 10 + half, "CUSTOMER_TRX_ID": 7000 + i.number,
             "CLASS": "INV", "DUE_DATE": i.due, "AMOUNT_DUE_ORIGINAL": due,
             "AMOUNT_DUE_REMAINING": due - (paid(i) if half == 0 else 0)}
            for i in world.invoices
            for half, due in enumerate(halves(i))
        ],
        "MTL_ONHAND_QUANTITIES_DETAIL": [
            {"INVENTORY_ITEM_ID": item, "ORGANIZATION_ID": PLACES[place],
             "PRIMARY_TRANSACTION_QUANTITY": quantity}
            for (item, place), units in world.stock.items() for quantity in (units - 1, 1)
        ],
        "MTL_PARAMETERS": [
            {"ORGANIZATION_ID": number, "ORGANIZATION_CODE": name[:2]}
            for name, number in PLACES.items()
        ],
        "WSH_NEW_DELIVERIES": [
            {"DELIVERY_ID": s.number, "NAME": f"{s.number}", "STATUS_CODE": ("CL", "OP")[s.number % 2],
             "WAYBILL": s.tracking, "ULTIMATE_DROPOFF_DATE": s.day}
            for s in world.shipments
        ],
        "WSH_DELIVERY_ASSIGNMENTS": [
            {"DELIVERY_DETAIL_ID": detail, "DELIVERY_ID": s.number}
            for s in world.shipments for detail in details[s.number]
        ],
        "WSH_DELIVERY_DETAILS": [
            {"DELIVERY_DETAIL_ID": detail, "SOURCE_CODE": "OE",
             "SOURCE_HEADER_ID": 5000 + s.order.number}
            for s in world.shipments for detail in details[s.number]
        ],
    }  # fmt: skip


def halves(invoice: Document) -> tuple[Decimal, Decimal]:
    """Two instalments."""
    first = (invoice.total / 2).quantize(Decimal("0.01"))
    return first, invoice.total - first
