"""Salesforce answers: each documented code has its meaning, anything odd proves nothing."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.http import Answer
from adapters.targets.salesforce import decode, trouble
from adapters.targets.salesforce.profile import build
from agent.errors import TargetAuthError, TargetUnavailable
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
NOW = datetime(2026, 11, 20, tzinfo=UTC)
JSON = {"content-type": "application/json;charset=UTF-8"}


def message(number=1, op=Op.UPSERT, entity="order", **fields):
    given_fields = fields or {"account": "C-9", "number": "SO 77"}
    return Message(f"id-{number}", op, entity, f"{entity}/1", f"SO-{number}", 1, given_fields)


def written(results, *batch, status=200, headers=JSON):
    body = results if isinstance(results, bytes) else orjson.dumps(results)
    return decode.written(Answer(status, headers, body), batch or (message(),), PROFILE)


def failing(code, text="no", fields=(), **more):
    error = {"statusCode": code, "message": text, "fields": list(fields)}
    (receipt,) = written([{"success": False, "errors": [error]}], message(**more))
    return receipt


GOOD = {"id": "001xx", "success": True, "errors": [], "created": True}


def test_results_are_taken_in_order():
    bad = {"success": False, "errors": [{"statusCode": "STRING_TOO_LONG", "message": ""}]}
    got = written([GOOD, bad, GOOD], message(1), message(2), message(3))
    assert [type(receipt) for receipt in got] == [Delivered, Rejected, Delivered]
    assert got[0] == Delivered("001xx")


@pytest.mark.parametrize("code", trouble.DEFERRED)
def test_a_record_that_may_succeed_later_is_deferred(code):
    receipt = failing(code)
    assert isinstance(receipt, Deferred)
    assert receipt.retry_after == trouble.DEFERRED[code]


@pytest.mark.parametrize("code", [*trouble.REJECTED, "NEVER_HEARD_OF"])
def test_a_record_that_needs_a_change_is_rejected_with_a_reason(code):
    receipt = failing(code, "says the org")
    assert isinstance(receipt, Rejected)
    assert receipt.reason.endswith("says the org")
    own = {"DELETE_FAILED": "HAS_CHILDREN", "DUPLICATE_EXTERNAL_ID": "EXTERNAL_ID_AMBIGUOUS"}
    assert receipt.code == own.get(code, code)


def test_an_internal_error_of_salesforce_is_in_doubt():
    assert isinstance(failing("UNKNOWN_EXCEPTION"), Ambiguous)


def test_a_missing_parent_is_waited_for_and_named():
    text = "Foreign key external ID: c-9 not found for field ERP_Id__c in entity Account"
    assert failing("INVALID_FIELD", text) == WaitingFor(Parent("account", "account", "C-9"))


def test_a_missing_parent_that_the_message_does_not_name_is_rejected():
    text = "Foreign key external ID: other not found for field ERP_Id__c in entity Account"
    assert isinstance(failing("INVALID_FIELD", text), Rejected)


def test_the_right_one_of_two_parents_with_equal_ids_is_named():
    text = "Foreign key external ID: X not found for field ERP_Id__c in entity Product2"
    receipt = failing("INVALID_FIELD", text, entity="order_line", order="X", product="X")
    assert receipt == WaitingFor(Parent("product", "product", "X"))


def test_the_field_is_named_in_our_words():
    assert failing("STRING_TOO_LONG", fields=["OrderReferenceNumber"]).field == "number"
    assert failing("STRING_TOO_LONG", fields=["Their_Own__c"]).field == "Their_Own__c"


def test_the_records_own_values_are_blanked_in_the_reason():
    receipt = failing("DUPLICATE_VALUE", "duplicate value found: so 77 of C-9 and SO-1 in OrderRef")
    for hidden in ("SO 77", "so 77", "C-9", "SO-1"):
        assert hidden not in receipt.reason
    assert "duplicate value found" in receipt.reason


def test_similar_records_are_named_where_the_org_tells_them():
    found = {"matchRecords": [{"record": {"Id": "001000000000001AAA", "Name": "Secret"}}] * 2}
    for key in ("duplicateResult", "duplicateResut"):
        error = {"statusCode": "DUPLICATES_DETECTED", "message": "Use one of these records?"}
        (receipt,) = written([{"success": False, "errors": [{**error, key: {"m": [found]}}]}])
        assert receipt.reason.endswith("Similar there: 001000000000001AAA.")
        assert "Secret" not in receipt.reason
        assert "allow_duplicates" in receipt.reason


def test_a_lasting_error_outweighs_a_passing_one():
    errors = [{"statusCode": "UNABLE_TO_LOCK_ROW"}, {"statusCode": "REQUIRED_FIELD_MISSING"}]
    (receipt,) = written([{"success": False, "errors": errors}])
    assert receipt.code == "REQUIRED_FIELD_MISSING"


def test_a_delete_of_what_is_gone_is_delivered():
    result = {"success": False, "errors": [{"statusCode": "ENTITY_IS_DELETED"}]}
    assert written([result], message(op=Op.DELETE)) == [Delivered()]


@pytest.mark.parametrize(
    "results",
    [
        [],
        [GOOD],
        [GOOD] * 3,
        {},
        None,
        "ok",
        [GOOD, None],
        [GOOD, {"id": "1"}],
        [GOOD, {"success": "true"}],
        b"",
        b"[{",
    ],
)
def test_results_of_another_shape_leave_everything_in_doubt(results):
    got = written(results, message(1), message(2))
    assert [type(receipt) for receipt in got] == [Ambiguous] * 2


@pytest.mark.parametrize(
    "result",
    [
        {"success": True},
        {"success": True, "id": 5},
        {"success": False},
        {"success": False, "errors": []},
        {"success": False, "errors": ["no"]},
    ],
)
def test_a_result_of_another_shape_leaves_its_record_in_doubt(result):
    got = written([GOOD, result], message(1), message(2))
    assert isinstance(got[0], Delivered)
    assert isinstance(got[1], Ambiguous)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["success", "id", "errors", "statusCode", "message", "fields"]), inner
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_no_json_at_all_breaks_the_reading_or_loses_a_receipt(results):
    assert len(written(results, message(1), message(2))) == 2


def test_html_with_200_leaves_everything_in_doubt():
    (receipt,) = written(b"<html>", headers={"content-type": "text/html"})
    assert isinstance(receipt, Ambiguous)
    assert "BAD_RESPONSE" in receipt.reason


REFUSED = {
    204: (Ambiguous, Ambiguous),
    300: (Ambiguous, Ambiguous),
    400: (Rejected, BatchRefused),
    404: (Deferred, Deferred),
    405: (Rejected, BatchRefused),
    408: (Ambiguous, Ambiguous),
    409: (Deferred, Deferred),
    412: (Deferred, Deferred),
    413: (Rejected, BatchRefused),
    414: (Rejected, BatchRefused),
    415: (Rejected, BatchRefused),
    428: (Deferred, Deferred),
    431: (Rejected, BatchRefused),
    500: (Ambiguous, Ambiguous),
    502: (Ambiguous, Ambiguous),
    504: (Ambiguous, Ambiguous),
}


@pytest.mark.parametrize("status", REFUSED)
@pytest.mark.parametrize("body", [b"", b'[{"errorCode":"SOME_CODE","message":"x"}]'])
def test_a_refused_request_gives_each_message_its_receipt(status, body):
    one, several = REFUSED[status]
    assert [type(r) for r in written(body, message(), status=status)] == [one]
    got = written(body, message(1), message(2), status=status)
    assert [type(r) for r in got] == [several] * 2


def stopping(status, code="", text="", **headers):
    body = orjson.dumps([{"errorCode": code, "message": text}]) if code else b"<html>"
    with pytest.raises((TargetUnavailable, TargetAuthError)) as caught:
        trouble.stop(Answer(status, headers, body), NOW)
    return caught.value


def test_a_used_up_quota_waits_a_quarter_of_an_hour():
    error = stopping(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
    assert (error.code, error.retry_after) == ("QUOTA_EXHAUSTED", timedelta(minutes=15))


def test_too_many_long_requests_wait_half_a_minute():
    text = "ConcurrentRequests (Concurrent API Requests) Limit exceeded."
    error = stopping(403, "REQUEST_LIMIT_EXCEEDED", text)
    assert (error.code, error.retry_after) == ("TOO_MANY_REQUESTS", timedelta(seconds=30))


@pytest.mark.parametrize(
    ("status", "code", "wanted"),
    [
        (403, "INSUFFICIENT_ACCESS", "PERMISSION_DENIED"),
        (403, "", "PERMISSION_DENIED"),
        (410, "", "API_VERSION_RETIRED"),
        (400, "UNSUPPORTED_API_VERSION", "API_VERSION_RETIRED"),
        (404, "UNSUPPORTED_API_VERSION", "API_VERSION_RETIRED"),
        (503, "SERVER_UNAVAILABLE", "SERVER_UNAVAILABLE"),
        (503, "", "SERVER_UNAVAILABLE"),
        (429, "", "TOO_MANY_REQUESTS"),
        (420, "", "TOO_MANY_REQUESTS"),
    ],
)
def test_an_answer_about_the_org_stops_the_target(status, code, wanted):
    assert stopping(status, code).code == wanted


def test_retry_after_is_obeyed_where_it_is_sent():
    assert stopping(503, **{"retry-after": "90"}).retry_after == timedelta(seconds=90)


# --- reading --------------------------------------------------------------------------------------


def stored(entity, **record):
    mapped = PROFILE.entities[entity]
    line = json.loads(json.dumps({"Id": "001", "ERP_Id__c": "C-1", **record}), parse_float=Decimal)
    return decode.stored(line, mapped, PROFILE, list(mapped.fields)).fields


@pytest.mark.parametrize(
    ("raw", "wire"),
    [
        ("12.5", "12.50"),
        ("12", "12.00"),
        ("0.1", "0.10"),
        ("-0.0", "0.00"),
        ("1.0E3", "1000.00"),
        ("99999999999999999999.99", "99999999999999999999.99"),
        ("12.345", "12.345"),
        ("1E-7", "0.0000001"),
        ("1234567890" * 4, "1234567890" * 4 + ".00"),
    ],
)
def test_a_number_is_read_exactly_in_the_places_of_its_contract(raw, wire):
    body = f'{{"records":[{{"Id":"1","ERP_Id__c":"C","ERP_Balance__c":{raw}}}],"done":true}}'
    page = decode.found(Answer(200, JSON, body.encode()))
    item = decode.stored(page.records[0], PROFILE.entities["account"], PROFILE, ["balance"])
    assert item.fields["balance"] == wire


def test_a_record_is_read_in_canonical_values():
    fields = stored(
        "order_line",
        Order={"attributes": {}, "ERP_Id__c": "SO-1"},
        PricebookEntry=None,
        ERP_Number__c=10.0,
        Quantity=2.5,
        UnitPrice=None,
    )
    said = {name: value for name, value in fields.items() if value is not None}
    assert said == {"order": "SO-1", "number": 10, "quantity": "2.5000"}
    assert set(fields) == set(PROFILE.entities["order_line"].fields)
    assert stored("quote", Status="Presented")["status"] == "sent"
    assert stored("quote", Status="In Review")["status"] == "In Review", "no code of ours"
    when = "2026-11-20T22:33:54.000+0100"
    assert stored("inventory", ERP_Counted_At__c=when)["counted_at"] == "2026-11-20T21:33:54Z"
    assert stored("inventory", ERP_Counted_At__c="soon")["counted_at"] == "soon"
    assert stored("product", IsActive=True)["active"] is True
    assert stored("order", EffectiveDate="2026-11-20")["order_date"] == "2026-11-20"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"records":[],"done":false}',
        b'{"records":{},"done":true}',
        b'{"records":[1],"done":true}',
        b'{"records":[],"done":false,"nextRecordsUrl":"https://evil.example/"}',
        b'{"records":[],"done":false,"nextRecordsUrl":"//evil.example/services/data/"}',
    ],
)
def test_a_page_of_another_shape_is_no_answer(body):
    with pytest.raises(TargetUnavailable, match="BAD_RESPONSE"):
        decode.found(Answer(200, JSON, body))
