"""SAP's refusals: every status and every known wording has its meaning; anything odd proves nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from adapters.http import Answer
from adapters.targets.sap import decode, rows, trouble
from adapters.targets.sap.profile import KEY, build
from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import Ambiguous, BatchRefused, Deferred, Delivered, Message, Op, Rejected

NOW = datetime(2026, 11, 21, tzinfo=UTC)
ACCOUNT = build(KEY, {}).entities["account"]
XML = {"content-type": "application/xml"}
JSON = {"content-type": "application/json"}


def message(op=Op.UPSERT):
    fields = {"name": "Qwertz GmbH", "credit_limit": "12.50", "active": True, "phone": None}
    return Message("id-1", op, "account", "account/1", "C/1", 1, fields)


def xml(text, code=""):
    told = f"<code>{code}</code>" if code else "<code/>"
    return (
        '<?xml version="1.0" encoding="utf-8"?><error xmlns="http://schemas.microsoft.com/ado/2007/'
        f'08/dataservices/metadata">{told}<message xml:lang="en">{text}</message></error>'
    ).encode()


def json(text, code=""):
    return orjson.dumps({"error": {"code": code, "message": {"lang": "en", "value": text}}})


def judged(status, body=b"", headers=XML, op=Op.UPSERT, known=""):
    return decode.written(Answer(status, headers, body), message(op), ACCOUNT, known)


WORDS = [
    ("Account 1000123 has been locked by user SMITH", "RECORD_LOCKED", True),
    ("The record is currently locked by user BATCH; changes not possible", "RECORD_LOCKED", True),
    ("Object is locked", "RECORD_LOCKED", True),
    ("Account with ID 1000001 already exists", "DUPLICATES_DETECTED", False),
    ("Duplicate found: an account with the same data", "DUPLICATES_DETECTED", False),
    ("Property 'ABC' not found", "FIELD_UNKNOWN", False),
    ("Unknown property 'ABC'", "FIELD_UNKNOWN", False),
    ("Property 'Name' is not updatable", "FIELD_READ_ONLY", False),
    ("Property 'ExternalID' is not creatable", "FIELD_READ_ONLY", False),
    ("Field 'Name' is read-only", "FIELD_READ_ONLY", False),
    ("Property 'Name' exceeds maximum length of 40", "STRING_TOO_LONG", False),
    ("Value is too long for field", "STRING_TOO_LONG", False),
    ("Name is a mandatory field; enter a value", "REQUIRED_FIELD_MISSING", False),
    ("Field Role is required", "REQUIRED_FIELD_MISSING", False),
    ("Enter a valid e-mail address", "INVALID_VALUE", False),
    ("No authorization to change account", "PERMISSION_DENIED", False),
    ("You are not authorized for this action", "PERMISSION_DENIED", False),
    ("Account 4711 does not exist", "INVALID_VALUE", False),
    ("Value 9 for LifeCycleStatusCode is not valid", "INVALID_VALUE", False),
    ("Invalid value for property 'Name' of type Edm.String", "INVALID_VALUE", False),
    ("Status Completed does not allow changes", "STATUS_FORBIDS", False),
    ("Action is not possible", "STATUS_FORBIDS", False),
    ("Action Release not allowed", "STATUS_FORBIDS", False),
    ("Error while parsing the request body", "INVALID_VALUE", False),
    ("Type mismatch", "INVALID_VALUE", False),
    ("Something that nobody has heard of", "SAP_REFUSED", False),
    ("", "SAP_REFUSED", False),
]


@pytest.mark.parametrize("form", [xml, json])
@pytest.mark.parametrize(("text", "code", "again"), WORDS)
def test_each_known_wording_has_its_meaning_in_xml_and_in_json(form, text, code, again):
    receipt = judged(400, form(text), XML if form is xml else JSON)
    assert isinstance(receipt, Deferred if again else Rejected)
    assert receipt.code == code


def test_every_row_of_the_table_of_words_is_met_above():
    firsts = {
        next((row.code for row in trouble.MEANINGS if row.words.search(text)), "")
        for text, _, _ in WORDS
    }
    assert firsts >= {row.code for row in trouble.MEANINGS}


# Written out beside the code's own table: a change of either shows.
STATUSES = {
    401: ("PERMISSION_DENIED", False),
    403: ("PERMISSION_DENIED", False),
    404: ("RECORD_GONE", True),
    405: ("OPERATION_FORBIDDEN", False),
    408: ("TIMED_OUT", True),
    409: ("CONFLICT", True),
    412: ("CHANGED_MEANWHILE", True),
    413: ("TOO_LARGE", False),
    415: ("SAP_REFUSED", False),
    422: ("VALIDATION_FAILED", False),
    423: ("RECORD_LOCKED", True),
    428: ("CHANGED_MEANWHILE", True),
    429: ("TOO_MANY_REQUESTS", True),
    501: ("OPERATION_FORBIDDEN", False),
    503: ("SERVER_UNAVAILABLE", True),
}


def test_every_status_of_the_table_has_a_row_here():
    assert set(STATUSES) == set(trouble.STATUSES)


@pytest.mark.parametrize("status", STATUSES)
def test_each_status_of_a_record_has_its_meaning_without_words(status):
    code, again = STATUSES[status]
    receipt = judged(status)
    assert isinstance(receipt, Deferred if again else Rejected)
    assert receipt.code == code


@pytest.mark.parametrize("status", [403, 409, 400, 422])
def test_a_lock_is_a_lock_whatever_its_status(status):
    receipt = judged(status, xml("The account is locked by user SMITH"))
    assert isinstance(receipt, Deferred)
    assert receipt.code == "RECORD_LOCKED"


@pytest.mark.parametrize("status", [500, 502, 504, 302, 100])
def test_an_inner_failure_proves_nothing(status):
    assert isinstance(judged(status, xml("An internal error occurred")), Ambiguous)


def test_a_property_is_named_as_the_mapping_names_it():
    assert judged(400, xml("Property 'Street' not found")).field == "billing_street"
    assert judged(400, xml("Property 'Zzz' not found")).field == "Zzz"
    assert judged(400, xml("Name is a mandatory field")).field == "name"


def test_a_reason_holds_saps_words_and_no_value_of_the_record():
    reason = judged(400, xml("Account Qwertz GmbH with C/1 and 12.50 is &lt;odd&gt;")).reason
    assert "Account … with … and … is <odd>" in reason
    long = judged(400, xml("x" * 5000)).reason
    assert len(long) < 400


def test_success_needs_an_id():
    place = {"location": "https://x/CorporateAccountCollection('00163E')"}
    assert judged(201, headers=place) == Delivered("00163E")
    body = orjson.dumps({"d": {"results": {"ObjectID": "00163F"}}})
    assert judged(201, body, JSON) == Delivered("00163F")
    assert judged(201, orjson.dumps({"d": {"ObjectID": "00163G"}}), JSON) == Delivered("00163G")
    assert judged(204, known="00AB") == Delivered("00AB")
    for nothing in (b"", b"{}", b"[]", b'{"d":7}', b'{"d":{"results":[]}}', b"<html>"):
        assert isinstance(judged(201, nothing, JSON), Ambiguous)


def test_a_delete_of_what_is_gone_is_done():
    assert judged(404, op=Op.DELETE, known="00AB") == Delivered("00AB")


# --- whole requests ---


@pytest.mark.parametrize(
    ("status", "headers", "error", "code", "pause"),
    [
        (401, {}, TargetAuthError, "AUTH_REFUSED", None),
        (403, {}, TargetAuthError, "PERMISSION_DENIED", None),
        (429, {"retry-after": "7"}, TargetUnavailable, "TOO_MANY_REQUESTS", timedelta(seconds=7)),
        (429, {}, TargetUnavailable, "TOO_MANY_REQUESTS", timedelta(seconds=30)),
        (503, {}, TargetUnavailable, "SERVER_UNAVAILABLE", None),
        (503, {"retry-after": "5"}, TargetUnavailable, "SERVER_UNAVAILABLE", timedelta(seconds=5)),
    ],
)
def test_what_concerns_the_whole_target_stops_it(status, headers, error, code, pause):
    with pytest.raises(error) as caught:
        trouble.stop(Answer(status, headers, b""), NOW)
    assert caught.value.code == code
    assert caught.value.hint
    assert getattr(caught.value, "retry_after", None) == pause


@pytest.mark.parametrize("status", [200, 202, 400, 404, 500])
def test_nothing_else_stops_it(status):
    trouble.stop(Answer(status, {}, b""), NOW)


@pytest.mark.parametrize(
    ("headers", "body", "needs"),
    [
        ({"x-csrf-token": "Required"}, b"", True),
        ({"x-csrf-token": "required"}, b"", True),
        ({}, b"CSRF token validation failed", True),
        (XML, xml("CSRF token validation failed"), True),
        ({}, b"Forbidden", False),
    ],
)
def test_a_missing_token_is_told_from_a_missing_right(headers, body, needs):
    assert trouble.needs_token(Answer(403, headers, body)) is needs
    assert not trouble.needs_token(Answer(400, headers, body))


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (200, Ambiguous, None),
        (202, Ambiguous, None),
        (408, Ambiguous, None),
        (500, Ambiguous, None),
        (502, Ambiguous, None),
        (504, Ambiguous, None),
        (404, Deferred, "SERVICE_MISSING"),
        (409, Deferred, "CONFLICT"),
        (412, Deferred, "CONFLICT"),
        (428, Deferred, "CONFLICT"),
        (400, BatchRefused, "HTTP_400"),
        (413, BatchRefused, "HTTP_413"),
        (415, BatchRefused, "HTTP_415"),
    ],
)
def test_a_write_without_results_is_judged_as_a_whole(status, kind, code):
    receipts = trouble.refused(Answer(status, {}, b""), [message(), message()])
    assert [type(receipt) for receipt in receipts] == [kind, kind]
    assert code is None or receipts[0].code == code


def test_one_record_alone_that_is_refused_is_that_records_fault():
    (receipt,) = trouble.refused(Answer(400, XML, xml("No Qwertz GmbH here")), [message()])
    assert receipt == Rejected("HTTP_400", "SAP refused the request. SAP says: No … here")


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"d":{}}', b'{"d":{"results":{}}}', b'{"d":{"results":[7]}}', b"<html>",
     b'{"d":{"results":[],"__next":7}}'],
)  # fmt: skip
def test_a_read_of_another_form_is_no_answer(body):
    with pytest.raises(TargetUnavailable, match="BAD_RESPONSE"):
        decode.found(Answer(200, JSON, body))


def test_a_read_that_is_no_json_is_no_answer():
    with pytest.raises(TargetUnavailable, match="BAD_RESPONSE"):
        decode.found(Answer(200, XML, b'{"d":{"results":[]}}'))


@pytest.mark.parametrize("etag", ["W/\"datetimeoffset'2026'\"", ""])
def test_a_version_is_sent_back_as_it_came(etag):
    row = {"ObjectID": "1", "__metadata": {"etag": etag} if etag else {}}
    assert rows.etag_of(row) == etag
    assert rows.etag_of({"__metadata": {"etag": "a\r\nb"}}) == ""
    assert rows.etag_of({}) == ""
