"""Every category, property error and status that HubSpot documents has its receipt: one row each.

https://developers.hubspot.com/docs/api-reference/error-handling and the usage guidelines; property
errors as they stand in the messages of validation errors.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from adapters.http import Answer
from adapters.targets.hubspot import decode, trouble
from adapters.targets.hubspot.decode import Sent
from adapters.targets.hubspot.profile import build
from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import Ambiguous, BatchRefused, Deferred, Delivered, Message, Op, Rejected

PROFILE = build("erp_id", {})
JSON = {"content-type": "application/json"}
NOW = datetime(2026, 11, 20, tzinfo=UTC)
MESSAGE = Message("m0", Op.UPSERT, "account", "account/1", "C-10", 1, {"name": "Secret GmbH"})

CATEGORIES = {
    "CONFLICT": Rejected,
    "INTERNAL_ERROR": Ambiguous,
    "LOCKED": Deferred,
    "MIGRATION": Deferred,
    "MISSING_SCOPES": Deferred,
    "OBJECT_ALREADY_EXISTS": Rejected,
    "OBJECT_NOT_FOUND": Rejected,
    "RATE_LIMITS": Deferred,
    "SERVICE_UNAVAILABLE": Deferred,
    "TIMEOUT": Deferred,
    "UNKNOWN_ERROR": Ambiguous,
    "VALIDATION_ERROR": Rejected,
    "NEVER_HEARD_OF": Rejected,
}
PROPERTY_ERRORS = [
    "INVALID_BOOLEAN",
    "INVALID_DATE",
    "INVALID_DOUBLE",
    "INVALID_EMAIL",
    "INVALID_INTEGER",
    "INVALID_LONG",
    "INVALID_NUMBER",
    "INVALID_OPTION",
    "INVALID_OWNER_ID",
    "INVALID_PHONE_NUMBER",
    "INVALID_URL",
    "PROPERTY_DOESNT_EXIST",
    "READ_ONLY_VALUE",
    "REQUIRED_FIELD",
    "REQUIRED_PROPERTY",
    "UNIQUE_VALUE_CONFLICT",
    "VALUE_TOO_LONG",
    "NEVER_HEARD_OF",
]
WHOLE = {
    400: BatchRefused,
    404: Deferred,
    405: BatchRefused,
    408: Ambiguous,
    409: BatchRefused,
    413: BatchRefused,
    414: BatchRefused,
    415: BatchRefused,
    423: Deferred,
    500: Ambiguous,
    502: Ambiguous,
    504: Ambiguous,
    520: Ambiguous,
    524: Ambiguous,
}
STOPPED = {
    403: (TargetAuthError, "PERMISSION_DENIED"),
    429: (TargetUnavailable, "TOO_MANY_REQUESTS"),
    477: (TargetUnavailable, "ACCOUNT_MIGRATES"),
    503: (TargetUnavailable, "SERVER_UNAVAILABLE"),
    521: (TargetUnavailable, "SERVER_UNAVAILABLE"),
    522: (TargetUnavailable, "SERVER_UNAVAILABLE"),
    523: (TargetUnavailable, "SERVER_UNAVAILABLE"),
    525: (TargetUnavailable, "SERVER_UNAVAILABLE"),
    526: (TargetUnavailable, "SERVER_UNAVAILABLE"),
}


def answer(status, body=None, **headers):
    data = b"" if body is None else orjson.dumps(body)
    return Answer(status, {**JSON, **headers}, data)


def messages(count):
    return [
        Message(f"m{n}", Op.UPSERT, "account", "account/1", f"C-1{n}", 1, {"name": "Secret GmbH"})
        for n in range(count)
    ]


def multi(*errors, results=()):
    return answer(207, {"status": "COMPLETE", "results": list(results), "errors": list(errors)})


def written(given, count=1):
    batch = messages(count)
    sent = [Sent(message.id, message.external_id) for message in batch]
    return decode.written(given, sent, batch, PROFILE)


def error_of(trace, category="VALIDATION_ERROR", message="no"):
    context = {"objectWriteTraceId": [trace]}
    return {"status": "error", "category": category, "message": message, "context": context}


# --- records --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("category", "expected"), CATEGORIES.items())
def test_every_category_of_a_record_has_its_receipt(category, expected):
    (receipt,) = written(multi(error_of("m0", category)))
    assert isinstance(receipt, expected)
    if isinstance(receipt, (Rejected, Deferred)):
        assert receipt.code == category
        assert receipt.reason


@pytest.mark.parametrize("code", PROPERTY_ERRORS)
def test_every_error_of_a_property_names_its_field_and_no_value(code):
    wrong = {"isValid": False, "message": "Secret GmbH is wrong", "error": code, "name": "name"}
    text = f"Property values were not valid: {orjson.dumps([wrong]).decode()}"
    (receipt,) = written(multi(error_of("m0", message=text)))
    assert isinstance(receipt, Rejected)
    assert (receipt.code, receipt.field) == (code, "name")
    assert "Secret" not in receipt.reason
    assert code == "NEVER_HEARD_OF" or trouble.REJECTED[code] in receipt.reason


def test_an_error_of_a_property_may_stand_beside_the_message():
    inner = {"message": "no", "code": "INVALID_EMAIL", "context": {"propertyName": ["erp_email"]}}
    (receipt,) = written(multi({**error_of("m0"), "errors": [inner]}))
    assert isinstance(receipt, Rejected)
    assert (receipt.code, receipt.field) == ("INVALID_EMAIL", "email")


def test_a_message_that_is_no_json_is_shown_as_it_is():
    (receipt,) = written(multi(error_of("m0", message="Property values were not valid: [{x}]")))
    assert isinstance(receipt, Rejected)
    assert receipt.code == "VALIDATION_ERROR"


# --- who is meant ---------------------------------------------------------------------------------


def result_of(number, *, trace=True, key=True, record_id="900"):
    found = {"id": record_id, "new": True, "properties": {"erp_id": f"C-1{number}"} if key else {}}
    return {**found, "objectWriteTraceId": f"m{number}"} if trace else found


@pytest.mark.parametrize(("trace", "key"), [(True, True), (True, False), (False, True)])
def test_results_in_any_order_are_joined_by_trace_or_key(trace, key):
    results = [result_of(n, trace=trace, key=key, record_id=str(n)) for n in (2, 0, 1)]
    receipts = written(answer(200, {"status": "COMPLETE", "results": results}), 3)
    assert receipts == [Delivered("0"), Delivered("1"), Delivered("2")]


def test_a_record_of_which_nothing_is_said_is_in_doubt_whatever_the_status():
    results = [result_of(0)]
    receipts = written(answer(200, {"status": "COMPLETE", "results": results}), 2)
    assert isinstance(receipts[0], Delivered)
    assert isinstance(receipts[1], Ambiguous)


def test_a_result_without_an_id_is_in_doubt():
    (receipt,) = written(answer(200, {"results": [result_of(0, record_id="")]}))
    assert isinstance(receipt, Ambiguous)


@pytest.mark.parametrize(
    "context",
    [{"objectWriteTraceId": ["m1"]}, {"ids": ["C-11"]}, {"anything": ["m1"]}, None],
)
def test_an_error_is_matched_by_whatever_name_it_has(context):
    error = {"category": "VALIDATION_ERROR", "message": "no", "context": context}
    receipts = written(multi(error, results=[result_of(0), result_of(2)]), 3)
    assert [type(each) for each in receipts] == [Delivered, Rejected, Delivered]


def test_nameless_errors_are_not_given_to_the_wrong_record():
    errors = [
        {"category": "CONFLICT", "message": "no"},
        {"category": "VALIDATION_ERROR", "message": "no"},
    ]
    receipts = written(multi(*errors, results=[result_of(0)]), 3)
    assert [type(each) for each in receipts] == [Delivered, Ambiguous, Ambiguous]
    same = [{"category": "CONFLICT", "message": "no"}] * 2
    receipts = written(multi(*same, results=[result_of(0)]), 3)
    assert [type(each) for each in receipts] == [Delivered, Rejected, Rejected]


@pytest.mark.parametrize(
    "given",
    [
        answer(200, {"status": "COMPLETE"}),
        answer(200, [1]),
        answer(200, {"results": [1]}),
        Answer(200, JSON, b'{"results": ['),
        Answer(200, {"content-type": "text/html"}, b"<html>"),
        answer(302),
    ],
)
def test_an_answer_without_results_leaves_everything_in_doubt(given):
    assert {type(receipt) for receipt in written(given, 2)} == {Ambiguous}


# --- whole requests -------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "expected"), WHOLE.items())
def test_every_status_of_a_refused_batch_has_its_receipts(status, expected):
    given = answer(status, {"status": "error", "category": "VALIDATION_ERROR", "message": "no"})
    trouble.stop(given, NOW)
    assert {type(receipt) for receipt in written(given, 3)} == {expected}


@pytest.mark.parametrize(("status", "expected"), STOPPED.items())
def test_every_status_of_the_whole_target_stops_it(status, expected):
    kind, code = expected
    with pytest.raises(kind) as caught:
        trouble.stop(answer(status, {"message": "no"}), NOW)
    assert caught.value.code == code
    assert caught.value.hint


@pytest.mark.parametrize("status", [400, 405, 409, 413])
def test_a_refused_batch_of_one_is_a_refused_record(status):
    (receipt,) = written(answer(status, {"category": "CONFLICT", "message": "Secret GmbH"}))
    assert isinstance(receipt, Rejected)
    assert receipt.code == "CONFLICT"
    assert "Secret" not in receipt.reason
    (receipt,) = written(answer(status))
    assert receipt.code == f"HTTP_{status}"


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (403, {"category": "MISSING_SCOPES"}, "MISSING_SCOPES"),
        (400, {"message": "Unable to infer object type from: p_x"}, "OBJECT_MISSING"),
        (400, {"message": "... by non-unique 0-2 property erp_id"}, "KEY_NOT_UNIQUE"),
        (423, {"category": "LOCKED"}, "LOCKED"),
    ],
)
def test_what_concerns_the_object_defers_all_of_its_records(status, body, code):
    given = answer(status, body)
    trouble.stop(given, NOW)
    receipts = written(given, 2)
    assert {(type(each), each.code) for each in receipts} == {(Deferred, code)}
    assert all(each.retry_after for each in receipts)


@pytest.mark.parametrize(
    ("body", "code", "wait"),
    [
        ({"policyName": "DAILY"}, "QUOTA_EXHAUSTED", timedelta(minutes=15)),
        ({"policyName": "TEN_SECONDLY_ROLLING"}, "TOO_MANY_REQUESTS", timedelta(seconds=10)),
        ({"policyName": "SECONDLY"}, "TOO_MANY_REQUESTS", timedelta(seconds=1)),
        ({"message": "You have reached your daily limit."}, "QUOTA_EXHAUSTED", None),
        ({"message": "You have reached your secondly limit."}, "TOO_MANY_REQUESTS", None),
        ({"message": "You have reached your ten_secondly_rolling limit."}, "TOO_MANY_REQUESTS",
         timedelta(seconds=10)),
        ({}, "TOO_MANY_REQUESTS", timedelta(seconds=10)),
    ],
)  # fmt: skip
def test_a_429_says_by_its_policy_how_long(body, code, wait):
    with pytest.raises(TargetUnavailable) as caught:
        trouble.stop(answer(429, body), NOW)
    assert caught.value.code == code
    assert wait is None or caught.value.retry_after == wait


def test_retry_after_is_believed_where_it_is_said():
    with pytest.raises(TargetUnavailable) as caught:
        trouble.stop(answer(429, {}, **{"retry-after": "42"}), NOW)
    assert caught.value.retry_after == timedelta(seconds=42)
