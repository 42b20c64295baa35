"""Exports that nobody here wrote, mapped: sums agree, keys keep their zeros, sentinels are no dates."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from agent.mapping import Plan
from agent.model import Draft, Problem
from tests.unit.mapping.helpers import plan_of

BIKES = Path(__file__).resolve().parents[4] / "shared" / "corpora" / "sap-bikes"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not BIKES.is_dir(), reason="the corpora are not beside this checkout"),
]

ORDERS = """
version = 1
entity = "order"
external_id = "SALESORDERID"
on_leave = "leave"
[fields]
account = "PARTNERID"
number = "SALESORDERID"
order_date = { column = "CREATEDAT", format = "%Y%m%d" }
status = { column = "LIFECYCLESTATUS", convert = "codes", codes = { C = "closed", I = "confirmed", N = "draft", X = "cancelled", P = "confirmed" } }
currency = "CURRENCY"
total = "GROSSAMOUNT"
"""
ITEMS = """
version = 1
entity = "order_line"
external_id = ["SALESORDERID", "SALESORDERITEM"]
on_leave = "delete"
[fields]
order = "SALESORDERID"
product = "PRODUCTID"
number = "SALESORDERITEM"
quantity = "QUANTITY"
unit_price = "NETAMOUNT"
"""
SHIPMENTS = """
version = 1
entity = "shipment"
external_id = ["SALESORDERID", "SALESORDERITEM"]
on_leave = "delete"
[fields]
order = "SALESORDERID"
number = "SALESORDERITEM"
expected_date = { column = "DELIVERYDATE", format = "%Y%m%d", blank = ["29991212"] }
"""
PARTNERS = """
version = 1
entity = "account"
external_id = "PARTNERID"
on_leave = "leave"
[fields]
name = "COMPANYNAME"
number = "PARTNERID"
phone = "PHONENUMBER"
website = "WEBADDRESS"
currency = "CURRENCY"
"""


def mapped(plan: Plan, name: str) -> list[Draft | Problem]:
    with (BIKES / name).open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    mapper = plan.bind(header)
    results = [mapper(tuple(row)) for row in rows]
    assert all(isinstance(result, Draft | Problem) for result in results)
    return [result for result in results if isinstance(result, Draft | Problem)]


def drafts(plan: Plan, name: str) -> list[Draft]:
    results = mapped(plan, name)
    assert [result for result in results if isinstance(result, Problem)] == []
    return [result for result in results if isinstance(result, Draft)]


def test_orders_add_up_and_keep_their_leading_zeros() -> None:
    orders = drafts(plan_of(ORDERS), "SalesOrders.csv")
    assert len({order.external_id for order in orders}) == len(orders) == 334
    assert sum(Decimal(str(order.fields["total"])) for order in orders) == 20_433_877
    assert orders[0].external_id == "0500000000"
    assert orders[0].fields["order_date"] == "2018-01-11"
    assert orders[0].parents[0].external_id == "0100000022"


def test_three_decimals_are_refused_where_the_contract_has_two_and_nothing_is_rounded() -> None:
    results = mapped(plan_of(ORDERS.replace("GROSSAMOUNT", "NETAMOUNT")), "SalesOrders.csv")
    refused = [result for result in results if isinstance(result, Problem)]
    assert {problem.code for problem in refused} == {"PRECISION"}
    with (BIKES / "SalesOrders.csv").open(encoding="utf-8-sig", newline="") as file:
        finer = [row["NETAMOUNT"] for row in csv.DictReader(file)]
    finer = [text for text in finer if Decimal(text) != round(Decimal(text), 2)]
    assert len(refused) == len(finer) > 0


def test_items_add_up_to_three_decimals() -> None:
    items = drafts(plan_of(ITEMS), "SalesOrderItems.csv")
    assert len({item.external_id for item in items}) == len(items) == 1930
    amounts = [
        Decimal(str(item.fields["unit_price"])) * Decimal(str(item.fields["quantity"]))
        for item in items
    ]
    assert sum(amounts) == Decimal("17879642.375")
    assert items[0].external_id == "0500000000/0000000010"
    assert items[0].fields["number"] == 10


def test_the_end_of_time_is_no_delivery_date() -> None:
    shipments = drafts(plan_of(SHIPMENTS), "SalesOrderItems.csv")
    dates = [shipment.fields["expected_date"] for shipment in shipments]
    assert dates.count(None) == 22
    assert all(str(day).startswith("20") for day in dates if day)
    assert "2999-12-12" not in dates


def test_partners_have_seven_currencies_and_blank_columns_are_null() -> None:
    partners = drafts(plan_of(PARTNERS), "BusinessPartners.csv")
    assert len(partners) == 40
    assert len({partner.fields["currency"] for partner in partners}) == 7
    assert "" not in {value for partner in partners for value in partner.fields.values()}
