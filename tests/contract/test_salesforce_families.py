"""Orders with their lines in one piece: every fault of the menu, nothing half, nothing twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.sandbox import Sandbox
from adapters.targets import salesforce
from adapters.targets.salesforce import SalesforceConfig
from agent.errors import TargetAuthError, TargetUnavailable
from agent.families import TakesFamilies
from agent.model import (
    Ambiguous,
    Deferred,
    Delivered,
    Message,
    Op,
    Rejected,
    WaitingFor,
)
from tests.http_stub import context

AWAY = frozenset({"limit", "rate_limit", "busy", "unavailable", "sign_in"})
LOST = frozenset(
    {"error", "html", "malformed", "truncated", "drop_before", "commit_then_drop", "late_commit"}
)
ONE = frozenset({"lock_row", "partial"})
"""Meets one record of a family."""
MENU = sorted({*AWAY, *LOST, *ONE, "slow", "unauthorized", "refuse"})


def message(entity, external_id, **fields):
    return Message(f"id-{external_id}", Op.UPSERT, entity, f"{entity}/1", external_id, 1, fields)


def family(number, lines=2, **fields):
    key = f"SO/{number}"
    return [
        message("order", key, account="C/1", price_book="B", order_date="2026-11-20", **fields),
        *(
            message(
                "order_line", f"{key}/{line}", order=key, number=line, price_book_entry="B/P",
                product="P", description=f"line {line}", quantity="2", unit_price="3.5",
            )
            for line in range(1, lines + 1)
        ),
    ]  # fmt: skip


def keys(*families):
    return {each.external_id for every in families for each in every}


@pytest.fixture
def sandbox(tmp_path):
    with Sandbox(tmp_path / "sandbox", seed=1) as running:
        yield running
        assert list(running.crashes) == []


@pytest.fixture
def make(sandbox, tmp_path):
    made = []

    def target(**more):
        sign_in = {"flow": "client_credentials", "client_id": sandbox.client_id,
                   "client_secret": "secret:crm"}  # fmt: skip
        config = SalesforceConfig(
            url=sandbox.url, sign_in=sign_in, ca_file=sandbox.ca_file, timeout="10s", **more
        )
        made.append(salesforce.make(config, context(tmp_path, crm=sandbox.client_secret)))
        return made[-1]

    yield target
    for each in made:
        each.close()


@pytest.fixture
def target(make):
    target = make()
    for batch in (
        message("account", "C/1", name="Acme"),
        message("product", "P", name="Pump", active=True),
        message("price_book", "B", name="List", active=True),
        message("price_book_entry", "B/P", price_book="B", product="P", unit_price="1"),
    ):
        assert all(isinstance(receipt, Delivered) for receipt in target.deliver([batch]))
    return target


def held(sandbox):
    return {*sandbox.records("Order"), *sandbox.records("OrderItem")}


def effects(sandbox):
    log = {**sandbox.write_log("Order"), **sandbox.write_log("OrderItem")}
    return {key: (entry["creates"], entry["updates"]) for key, entry in log.items()}


def each_alone(target, families):
    """As delivery goes on: heads first."""
    for every in families:
        for one in every:
            (receipt,) = target.deliver([one])
            assert isinstance(receipt, Delivered), receipt


def test_orders_and_their_lines_arrive_in_one_request(sandbox, target):
    families = [family(number, lines=number + 1) for number in range(5)]
    before = target.meter().sent
    receipts = target.deliver_families(families)
    assert target.meter().sent == before + 1
    assert len(receipts) == sum(map(len, families))
    for one, receipt in zip([one for every in families for one in every], receipts, strict=True):
        assert isinstance(receipt, Delivered)
        found = target.find(one.entity, [one.external_id], ["number"])
        assert found[one.external_id].remote_id == receipt.remote_id
    lines = sandbox.records("OrderItem")
    assert {key: line["Order.ERP_Id__c"] for key, line in lines.items()} == {
        one.external_id: every[0].external_id for every in families for one in every[1:]
    }
    assert set(effects(sandbox).values()) == {(1, 0)}


def test_a_full_request_is_taken(sandbox, target):
    limits = target.families
    families = [family(number, lines=5) for number in range(limits.families)]
    families.append(family(999, lines=limits.records - 6 * limits.families - 1))
    families.pop(0)
    assert sum(map(len, families)) < limits.records
    receipts = target.deliver_families(families)
    assert {type(receipt) for receipt in receipts} == {Delivered}
    assert held(sandbox) == keys(*families)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("kind", MENU)
def test_a_family_arrives_whole_or_not_at_all_and_once(sandbox, target, kind, count):
    families = [family(number) for number in range(count)]
    details = {
        "late_commit": {"seconds": 0.05},
        "slow": {"seconds": 0.05},
        "refuse": {"code": "SOME_REFUSAL", "status": 400},
        "partial": {"field": "Description", "contains": "2", "object": "OrderItem"},
        "lock_row": {"object": "OrderItem"},
    }.get(kind, {})
    if kind == "sign_in":
        sandbox.end_sessions()
    where = {} if kind in {"sign_in", *ONE} else {"object": "Order", "method": "POST"}
    sandbox.fault(kind, times=1, **where, **details)
    if kind in AWAY:
        with pytest.raises((TargetUnavailable, TargetAuthError)):
            target.deliver_families(families)
        assert held(sandbox) == set()
    else:
        receipts = target.deliver_families(families)
        types = [type(receipt) for receipt in receipts]
        if kind in LOST:
            assert set(types) == {Ambiguous}
        elif kind in ONE:
            assert types.count(Rejected) == (kind == "partial")
            assert types[3:] == [Delivered] * 3 * (count - 1)
            assert held(sandbox) == keys(*families[1:])
        elif kind == "refuse":
            assert (set(types), held(sandbox)) == ({Deferred}, set())
        else:
            assert set(types) == {Delivered}
    if kind == "late_commit":
        sandbox.stop()
        sandbox.start()
    sandbox.lift()
    assert held(sandbox) in (set(), keys(*families), keys(*families[1:]))
    each_alone(target, families)
    assert effects(sandbox) == dict.fromkeys(keys(*families), (1, 0))


@pytest.mark.parametrize(
    ("spoilt", "by", "code"),
    [
        (1, {"description": "x" * 300}, "STRING_TOO_LONG"),
        (0, {"number": "x" * 300}, "STRING_TOO_LONG"),
        (2, {"quantity": "many"}, "WRONG_TYPE"),
    ],
)
def test_who_is_to_blame_is_told_and_the_others_go_by_themselves(sandbox, target, spoilt, by, code):
    bad = family(1)
    bad[spoilt] = replace(bad[spoilt], fields={**bad[spoilt].fields, **by})
    receipts = target.deliver_families([bad, family(2)])
    assert (type(receipts[spoilt]), receipts[spoilt].code) == (Rejected, code)
    went_back = [receipt for at, receipt in enumerate(receipts[:3]) if at != spoilt]
    assert {(type(receipt), receipt.code) for receipt in went_back} == {(Deferred, "WENT_BACK")}
    assert {type(receipt) for receipt in receipts[3:]} == {Delivered}
    assert held(sandbox) == keys(family(2))


def test_a_line_of_a_product_that_is_not_there_waits_for_it(sandbox, target):
    lost = family(1)
    lost[2] = replace(lost[2], fields={**lost[2].fields, "product": "Q"})
    head, line, guilty = target.deliver_families([lost])
    assert isinstance(guilty, WaitingFor)
    assert guilty.parent[1:] == ("product", "Q")
    assert {type(head), type(line)} == {Deferred}
    assert held(sandbox) == set()


def test_lines_that_exist_already_go_by_themselves(sandbox, target):
    every = family(1)
    each_alone(target, [every])
    receipts = target.deliver_families([every])
    assert {type(receipt) for receipt in receipts} == {Deferred}, "their order is never set again"
    each_alone(target, [every])
    assert set(effects(sandbox).values()) == {(1, 0)}


def test_what_looks_like_a_reference_is_only_text(sandbox, target):
    every = family(1)
    every[1] = replace(every[1], fields={**every[1].fields, "description": "@{g0n0.id}"})
    assert {type(receipt) for receipt in target.deliver_families([every])} == {Deferred}
    each_alone(target, [every])
    assert sandbox.records("OrderItem")["SO/1/1"]["Description"] == "@{g0n0.id}"


def test_more_failures_than_the_org_looks_at_concern_nobody_else(sandbox, target):
    bad = [family(number) for number in range(15)]
    for every in bad:
        every[1] = replace(every[1], fields={**every[1].fields, "description": "x" * 300})
    good = family(99)
    receipts = target.deliver_families([*bad, good])
    assert [type(receipt) for receipt in receipts].count(Rejected) == 15
    assert {receipt.code for receipt in receipts[-3:]} == {"PROCESSING_HALTED"}
    assert held(sandbox) == set()
    each_alone(target, [good])


def test_external_ids_with_any_sign_are_addressed(sandbox, target):
    every = [replace(one, external_id=f"{one.external_id} ?&%#ü") for one in family(1)]
    head = every[0].external_id
    every[1:] = [replace(one, fields={**one.fields, "order": head}) for one in every[1:]]
    assert {type(receipt) for receipt in target.deliver_families([every])} == {Delivered}
    assert held(sandbox) == keys(every)


def test_it_is_offered_where_the_org_has_it_and_nobody_has_switched_it_off(make):
    target = make(lines_wait="20s")
    assert isinstance(target, TakesFamilies)
    assert target.families is not None
    assert target.families.wait.total_seconds() == 20
    assert target.families.kinds["order"] == {"order_line"}
    assert make(api_version="v49.0").families is None
    assert make(lines_together=False).families is None


def test_an_org_without_graphs_has_each_record_go_by_itself(make, sandbox, target):
    old = make(api_version="v49.0")
    assert {type(receipt) for receipt in old.deliver_families([family(1)])} == {Deferred}
    assert effects(sandbox) == {}
