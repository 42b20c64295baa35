"""New orders with their lines as composite graphs, and what an answer means for each of them."""

import json

import orjson
import pytest

from adapters.http import Answer
from adapters.targets.salesforce import graph
from adapters.targets.salesforce.profile import build
from agent.model import (
    Ambiguous,
    BatchRefused,
    Deferred,
    Delivered,
    Message,
    Op,
    Parent,
    Rejected,
    WaitingFor,
)

PROFILE = build("ERP_Id__c", {})
ROOT = "/services/data/v67.0"


def message(entity, external_id, **fields):
    return Message("id-1", Op.UPSERT, entity, f"{entity}/1", external_id, 1, fields)


def order(key="SO/1", **fields):
    return message("order", key, account="C-1", order_date="2026-11-20", **fields)


def line(key="SO/1-10", of="SO/1", **fields):
    said = {"order": of, "product": "P-1", "quantity": "2.5", **fields}
    return message("order_line", key, **said)


FAMILY = [order(), line(), line("SO/1-20")]


def asked(*families, profile=PROFILE):
    return graph.request(families, profile, ROOT)


def told(*graphs, status=200, families=(FAMILY,)):
    body = orjson.dumps({"graphs": list(graphs)})
    return written(Answer(status, {"content-type": "application/json"}, body), families)


def written(answer, families=(FAMILY,)):
    found = graph.written(answer, dict(enumerate(families)), PROFILE)
    assert list(found) == list(range(len(families)))
    return [receipt for family in found.values() for receipt in family]


def answered(*nodes, good, at=0):
    """(status, body) of each node."""
    responses = [
        {"referenceId": f"g{at}n{n}", "httpStatusCode": status, "body": body, "httpHeaders": {}}
        for n, (status, body) in enumerate(nodes)
    ]
    return {
        "graphId": f"g{at}", "graphResponse": {"compositeResponse": responses}, "isSuccessful": good
    }  # fmt: skip


def done(number, status=201):
    return (status, {"id": f"80100000000000{number}AAA", "success": True, "errors": []})


def failed(code, text="no", status=400):
    return (status, [{"errorCode": code, "message": text, "fields": []}])


HALTED = failed("PROCESSING_HALTED")


def test_an_order_and_its_lines_become_this_request_and_no_other():
    assert json.loads(asked([order(), line()]).body) == {
        "graphs": [
            {
                "graphId": "g0",
                "compositeRequest": [
                    {
                        "referenceId": "g0n0",
                        "method": "PATCH",
                        "url": f"{ROOT}/sobjects/Order/ERP_Id__c/SO%2F1",
                        "body": {
                            "Status": "Draft",
                            "Account": {"ERP_Id__c": "C-1"},
                            "EffectiveDate": "2026-11-20",
                        },
                    },
                    {
                        "referenceId": "g0n1",
                        "method": "PATCH",
                        "url": f"{ROOT}/sobjects/OrderItem/ERP_Id__c/SO%2F1-10",
                        "body": {
                            "ERP_Product__r": {"ERP_Id__c": "P-1"},
                            "Quantity": 2.5,
                            "OrderId": "@{g0n0.id}",
                        },
                    },
                ],
            }
        ]
    }


def test_values_cross_exactly():
    assert b'"Quantity":2.50000000000000000001' in asked(
        [order(), message("order_line", "L", order="SO/1", quantity="2.50000000000000000001")]
    ).body  # fmt: skip


def test_only_the_reference_to_the_head_is_by_its_node():
    invoice = message("invoice", "I", account="C-1")
    one = message("invoice_line", "I-1", invoice="I", order_line="SO/1-10")
    body = json.loads(asked([invoice, one]).body)["graphs"][0]["compositeRequest"][1]["body"]
    assert body == {
        "ERP_Invoice__c": "@{g0n0.id}", "ERP_Order_Line__r": {"ERP_Id__c": "SO/1-10"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("family", "blamed"),
    [
        ([order(), line(quantity="many"), line("B")], {1: "WRONG_TYPE"}),
        ([order(nothing="x"), line()], {0: "FIELD_NOT_IN_PROFILE"}),
        ([order(), line(description="\ud800")], {1: "TEXT_INVALID"}),
    ],
)
def test_what_cannot_be_written_down_is_refused_under_its_own_code(family, blamed):
    good = [order("SO/2"), line("SO/2-1", of="SO/2")]
    made = asked(family, good)
    assert made.sent == [1]
    assert [each["graphId"] for each in json.loads(made.body)["graphs"]] == ["g1"]
    receipts = made.refused[0]
    assert {at: r.code for at, r in enumerate(receipts) if isinstance(r, Rejected)} == blamed
    others = [receipt for receipt in receipts if not isinstance(receipt, Rejected)]
    assert {receipt.code for receipt in others} == {"WENT_BACK"}


def test_a_text_that_looks_like_a_reference_is_never_sent_as_one():
    made = asked([order(), line(description="see @{g0n0.id}")])
    assert (made.sent, {type(receipt) for receipt in made.refused[0]}) == ([], {Deferred})


def test_each_node_has_a_receipt_whatever_the_order_of_the_answers():
    one = answered(done(0), done(1), done(2, 200), good=True)
    one["graphResponse"]["compositeResponse"].reverse()
    other = answered(done(3), done(4), (204, None), good=True, at=1)
    receipts = told(other, one, families=(FAMILY, FAMILY))
    assert receipts == [
        *(Delivered(f"80100000000000{n}AAA") for n in range(5)), Delivered("")
    ]  # fmt: skip


def test_who_is_to_blame_has_its_own_code_and_the_others_went_back():
    bad = failed("STRING_TOO_LONG", "Description: data value too large")
    head, guilty, other = told(answered(HALTED, bad, HALTED, good=False))
    assert (guilty.code, type(guilty)) == ("STRING_TOO_LONG", Rejected)
    assert (
        head
        == other
        == Deferred(
            "WENT_BACK", "It went back because its order line was refused; it goes for itself now."
        )
    )


def test_a_missing_parent_of_one_is_waited_for_by_that_one():
    text = "Foreign key external ID: p-1 not found for field ERP_Id__c in entity Product2"
    head, guilty, _ = told(answered(HALTED, failed("INVALID_FIELD", text), HALTED, good=False))
    assert guilty == WaitingFor(Parent("product", "product", "P-1"))
    assert isinstance(head, Deferred)


@pytest.mark.parametrize(
    "code",
    ["NOT_FOUND", "INVALID_FIELD_FOR_INSERT_UPDATE", "DUPLICATES_DETECTED", "UNABLE_TO_LOCK_ROW"],
)
def test_what_may_be_otherwise_alone_is_refused_for_good_by_nobody(code):
    receipts = told(answered(failed(code), HALTED, HALTED, good=False))
    assert {type(receipt) for receipt in receipts} == {Deferred}


def test_an_external_id_of_several_records_is_told():
    receipts = told(answered(HALTED, (300, ["/a", "/b"]), HALTED, good=False))
    assert receipts[1].code == "EXTERNAL_ID_AMBIGUOUS"


def test_a_graph_that_was_halted_with_too_many_others_has_nobody_to_blame():
    receipts = told(answered(HALTED, HALTED, HALTED, good=False))
    assert {(type(receipt), receipt.code) for receipt in receipts} == {
        (Deferred, "PROCESSING_HALTED")
    }


@pytest.mark.parametrize(
    "graphs",
    [
        [],
        [answered(done(0), done(1), good=True)],
        [answered(done(0), done(1), done(2), good=True, at=1)],
        [answered(done(0), done(1), (200, None), good=True)],
        [answered(done(0), done(1), (204, {}), good=True)],
        [answered(done(0), HALTED, done(2), good=True)],
        [answered(done(0), done(1), done(2), good="yes")],
        [answered(HALTED, failed("UNKNOWN_EXCEPTION"), HALTED, good=False)],
        [{**answered(done(0), done(1), done(2), good=True), "graphResponse": None}],
    ],
)
def test_an_answer_that_proves_nothing_leaves_all_in_doubt(graphs):
    assert {type(receipt) for receipt in told(*graphs)} == {Ambiguous}


@pytest.mark.parametrize(
    ("status", "code", "becomes"),
    [
        (200, "", Ambiguous),
        (500, "UNKNOWN_EXCEPTION", Ambiguous),
        (408, "", Ambiguous),
        (400, "INVALID_INPUT", Deferred),
        (404, "NOT_FOUND", Deferred),
        (409, "", Deferred),
    ],
)
def test_a_request_that_is_refused_as_a_whole_is_no_ones_fault(status, code, becomes):
    body = orjson.dumps([{"errorCode": code, "message": "x"}] if code else {"unexpected": True})
    receipts = written(Answer(status, {"content-type": "application/json"}, body))
    assert {type(receipt) for receipt in receipts} == {becomes}
    assert not any(isinstance(receipt, BatchRefused) for receipt in receipts)
