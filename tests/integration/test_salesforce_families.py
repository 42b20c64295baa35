"""Orders and their lines through the real delivery to the sandbox's org: together, once, no poison."""

from collections.abc import Sequence

import pytest

from adapters.sandbox import Sandbox
from adapters.targets import salesforce
from adapters.targets.salesforce import SalesforceConfig
from agent.model import Delivered, Draft, Message, Op, Parent, Value
from tests.http_stub import context
from tests.route.feeds import Feed
from tests.route.harness import Route


def _orders(_columns: Sequence[str]):
    def mapped(row: Sequence[Value]) -> Draft:
        key, reference, account = (str(each) for each in row)
        fields = {
            "account": account, "price_book": "B", "order_date": "2026-11-20",
            "customer_reference": reference,
        }  # fmt: skip
        return Draft(key, fields, (Parent("account", "account", account),))

    return mapped


def _lines(_columns: Sequence[str]):
    def mapped(row: Sequence[Value]) -> Draft:
        key, text, order = (str(each) for each in row)
        fields = {
            "order": order, "price_book_entry": "B/P", "product": "P", "description": text,
            "quantity": "2", "unit_price": "3.50",
        }  # fmt: skip
        parents = (
            Parent("order", "order", order), Parent("product", "product", "P"),
            Parent("price_book_entry", "price_book_entry", "B/P"),
        )  # fmt: skip
        return Draft(key, fields, parents)

    return mapped


FEEDS = {
    "orders": Feed("order", "account", "customer_reference", mapper=_orders),
    "lines": Feed("order_line", "order", "description", mapper=_lines),
}
THERE = [
    ("account", "C", {"name": "Acme"}),
    ("product", "P", {"name": "Pump", "active": True}),
    ("price_book", "B", {"name": "List", "active": True}),
    ("price_book_entry", "B/P", {"price_book": "B", "product": "P", "unit_price": "1"}),
]


@pytest.fixture
def sandbox(tmp_path):
    with Sandbox(tmp_path / "sandbox", seed=1) as running:
        yield running
        assert list(running.crashes) == []


@pytest.fixture
def route(sandbox, tmp_path):
    sign_in = {"flow": "client_credentials", "client_id": sandbox.client_id,
               "client_secret": "secret:crm"}  # fmt: skip
    config = SalesforceConfig(
        url=sandbox.url, sign_in=sign_in, ca_file=sandbox.ca_file, timeout="10s",
        settles_within="30s",
    )  # fmt: skip
    target = salesforce.make(config, context(tmp_path, crm=sandbox.client_secret))
    for number, (entity, key, fields) in enumerate(THERE):
        made = Message(f"id-{number}", Op.UPSERT, entity, f"{entity}/1", key, 1, fields)
        assert isinstance(target.deliver([made])[0], Delivered)
    route = Route(feeds=FEEDS)
    route.target = target
    target.late = []  # what a fake still has on its way; the sandbox's own faults do it here
    route.crash()
    known = (("account", "C"), ("product", "P"), ("price_book_entry", "B/P"))
    route.sending.exists(
        route.flows[0].id, [route.delivery._lane(entity, key) for entity, key in known]
    )
    yield route
    route.close()
    target.close()


def written(sandbox):
    """How often each record was created and changed."""
    log = {**sandbox.write_log("Order"), **sandbox.write_log("OrderItem")}
    return {key: (entry["creates"], entry["updates"]) for key, entry in log.items()}


def rows(route, orders=2, lines=3):
    route.erp["orders"] = {f"SO-{number}": [f"ref {number}", "C"] for number in range(orders)}
    route.erp["lines"] = {
        f"SO-{number}-{line}": [f"text {line}", f"SO-{number}"]
        for number in range(orders)
        for line in range(lines)
    }


@pytest.mark.parametrize("first", ["orders", "lines"])
def test_orders_and_their_lines_arrive_in_one_request(sandbox, route, first):
    rows(route)
    route.scan(first)
    if first == "lines":
        route.deliver(3)  # each was looked at, and waits
    route.scan("lines" if first == "orders" else "orders")
    before = route.target.meter().sent
    route.deliver()
    assert route.target.meter().sent == before + 1
    assert route.states() == {"DELIVERED": 8}
    assert written(sandbox) == dict.fromkeys((*route.erp["orders"], *route.erp["lines"]), (1, 0))


def test_a_bad_line_parks_alone_and_everything_else_arrives(sandbox, route):
    rows(route)
    route.erp["lines"]["SO-0-1"][0] = "x" * 300
    route.read()
    assert route.codes() == {"STRING_TOO_LONG": 1}
    assert route.named() == {("lines", "SO-0-1")}
    rest = {*route.erp["orders"], *route.erp["lines"]} - {"SO-0-1"}
    assert written(sandbox) == dict.fromkeys(rest, (1, 0))
    route.erp["lines"]["SO-0-1"][0] = "short"
    route.read()
    assert route.codes() == {}
    assert written(sandbox) == dict.fromkeys({*rest, "SO-0-1"}, (1, 0))


def test_a_line_that_is_locked_again_and_again_keeps_nobody_back(sandbox, route):
    rows(route, orders=1)
    sandbox.fault("lock_row", object="OrderItem", times=4)
    route.read()
    assert route.codes() == {}
    assert written(sandbox) == dict.fromkeys((*route.erp["orders"], *route.erp["lines"]), (1, 0))


@pytest.mark.parametrize("kind", ["commit_then_drop", "drop_before", "error", "truncated", "html"])
def test_a_lost_answer_has_one_effect(sandbox, route, kind):
    rows(route)
    sandbox.fault(kind, object="Order", method="POST", times=1)
    route.scan("orders")
    route.scan("lines")
    route.deliver()
    assert route.states() == {"SENDING": 8}
    route.pass_time(31)
    route.settle()
    assert route.codes() == {}
    assert written(sandbox) == dict.fromkeys((*route.erp["orders"], *route.erp["lines"]), (1, 0))
