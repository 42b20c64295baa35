"""What each documented refusal becomes, as a table; and what a whole answer means."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from adapters.http import Answer
from adapters.multipart import answers
from adapters.targets.dynamics import codes, multipart, trouble
from adapters.targets.dynamics.multipart import Part
from adapters.targets.dynamics.profile import build
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

NOW = datetime(2026, 11, 21, tzinfo=UTC)
PROFILE = build({})
LINE = Message("id", Op.UPSERT, "contact", "contact/1", "K-1", 1,
               {"account": "C/9", "last_name": "Qwertz"})  # fmt: skip
DELETE = Message("id", Op.DELETE, "contact", "contact/1", "K-1", 1, {})


def said(status, code="", text="", **headers):
    body = orjson.dumps({"error": {"code": code, "message": text}})
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, {"content-type": "application/json", **named}, body)


def receipt(answer, message=LINE):
    return trouble.receipt(answer, message, PROFILE, NOW)


# Written out beside the code's own tables: a change of either shows.
DEFERRED = {
    "KEY_RACE": ["0x80060892", "0x80040237"],
    "CHANGED_MEANWHILE": ["0x80060882"],
    "DATABASE_BUSY": ["0x80044150", "0x80044151", "0x80048554", "0x8004ED47"],
    "TRY_AGAIN": ["0x80154B53"],
    "UNEXPECTED": ["0x80040216"],
    "PLUGIN_TIMEOUT": ["0x80044171", "0x80044172", "0x80044173", "0x80081111"],
    "PLUGIN_CRASHED": ["0x8004418d"],
    "PLUGIN_HOST_AWAY": ["0x8004418e", "0x80081116"],
    "CUSTOMIZING": ["0x80090412"],
    "PERMISSION_DENIED": ["0x80040220", "0x80048306", "0x80040299", "0x80040276"],
    "KEY_NOT_READY": ["0x80060890"],
    "TABLE_MISSING": ["0x8006088a"],
    "REFERENCE_GONE": ["0x80040217"],
    "TOO_MANY_REQUESTS": ["0x80072322"],
    "TOO_MUCH_TIME": ["0x80072321"],
    "TOO_MANY_AT_ONCE": ["0x80072326", "0x80072327"],
}
REJECTED = {
    "STRING_TOO_LONG": ["0x80044331"],
    "REQUIRED_FIELD_MISSING": ["0x80040200"],
    "INVALID_ARGUMENT": ["0x80040203"],
    "NUMBER_TOO_LARGE": ["0x80041136", "0x80044330"],
    "CHOICE_UNKNOWN": ["0x8004431A", "0x80061005"],
    "STATE_UNKNOWN": ["0x80048408"],
    "PLUGIN_REFUSED": ["0x80040265"],
    "DUPLICATES_DETECTED": ["0x80040333"],
    "HAS_CHILDREN": ["0x80040227"],
    "RECORD_READ_ONLY": ["0x8004022e", "0x80040233", "0x80043b09"],
    "PRICING_LOCKED": ["0x80043b1d"],
    "PRODUCT_PUBLISHED": ["0x8004F995"],
    "PRODUCT_UNKNOWN": ["0x80043b24"],
    "PRODUCT_AND_TEXT": ["0x80043afa", "0x80043afb"],
    "CURRENCY_DIFFERS": ["0x80048ced", "0x80048cee", "0x80048cef", "0x80048cf6"],
    "PRICE_LIST_MISSING": ["0x80100010"],
    "PRICE_EXISTS": ["0x80043b08"],
    "PARENT_LOOP": ["0x80040386", "0x80040387", "0x80040506", "0x80040507"],
    "BAD_PAYLOAD": ["0x80048d19"],
    "FIELD_MISSING": ["0x80090801", "0x80041103"],
    "NO_CONCURRENCY": ["0x8006088D"],
}


def rows(table):
    return [(code, ours) for ours, some in table.items() for code in some]


@pytest.mark.parametrize(("code", "ours"), rows(DEFERRED))
def test_these_are_tried_again_and_say_why(code, ours):
    found = receipt(said(400, code, "Some words."))
    assert isinstance(found, Deferred)
    assert (found.code, bool(found.reason)) == (ours, True)


@pytest.mark.parametrize(("code", "ours"), rows(REJECTED))
def test_these_need_a_person_and_say_what_to_look_at(code, ours):
    found = receipt(said(400, code, "The 'lastname' of Qwertz is wrong."))
    assert isinstance(found, Rejected)
    assert (found.code, found.field) == (ours, "last_name")
    assert code.lower() in found.reason
    assert "Qwertz" not in found.reason


def test_every_code_of_the_tables_has_a_row_here():
    assert {code.lower() for code, _ in rows(DEFERRED)} == set(codes.DEFERRED)
    assert {code.lower() for code, _ in rows(REJECTED)} == set(codes.REJECTED)


@pytest.mark.parametrize(
    ("status", "code", "ours"),
    [(400, "0x80049999", "DV_80049999"), (400, "", "HTTP_400"), (400, "0x0", "HTTP_400"),
     (422, "", "HTTP_422")],
)  # fmt: skip
def test_a_code_that_nobody_knows_needs_a_person_and_keeps_its_name(status, code, ours):
    found = receipt(said(status, code, "Odd."))
    assert isinstance(found, Rejected)
    assert found.code == ours


def test_a_missing_parent_is_waited_for_by_name():
    text = "A record with the specified key values does not exist in account entity"
    for answer in (said(404, "0x80060891", text), said(400, "", text)):
        assert receipt(answer) == WaitingFor(Parent("account", "account", "C/9"))
    other = receipt(said(404, "0x80060891", text.replace("account", "uom")))
    assert isinstance(other, Deferred)
    assert other.code == "PARENT_UNKNOWN"


@pytest.mark.parametrize("answer", [said(404, "0x80040217"), said(404), said(404, "0x80060891"),
                                    said(204)])  # fmt: skip
def test_a_delete_of_what_is_gone_is_done(answer):
    assert isinstance(receipt(answer, DELETE), Delivered)


def test_a_delete_of_what_is_still_used_says_so():
    for answer in (said(405, "0x80040227", "Associated."), said(405)):
        found = receipt(answer, DELETE)
        assert isinstance(found, Rejected)
        assert found.code == "HAS_CHILDREN"


def test_a_delete_in_a_table_that_is_not_there_is_not_done():
    assert isinstance(receipt(said(404, "0x8006088a"), DELETE), Deferred)


def test_a_key_that_is_not_active_in_words_only():
    text = "The key in the request URI is not valid for resource 'Microsoft.Dynamics.CRM.contact'."
    found = receipt(said(400, "", text))
    assert isinstance(found, Deferred)
    assert found.code == "KEY_NOT_READY"


@pytest.mark.parametrize("status", [500, 502, 504, 302, 600])
def test_an_answer_that_proves_nothing_leaves_the_record_in_doubt(status):
    assert isinstance(receipt(said(status)), Ambiguous)


def test_a_limit_inside_a_batch_waits_as_long_as_it_says():
    found = receipt(said(429, "0x80072322", retry_after="17"))
    assert isinstance(found, Deferred)
    assert found.retry_after == timedelta(seconds=17)
    assert receipt(said(503)).retry_after == timedelta(seconds=60)


# --- whole requests -------------------------------------------------------------------------------


@pytest.mark.parametrize("code", sorted(codes.LIMITS))
def test_a_limit_stops_the_target_as_long_as_it_says(code):
    with pytest.raises(TargetUnavailable) as caught:
        trouble.stop(said(429, code, retry_after="23"), NOW)
    assert caught.value.retry_after == timedelta(seconds=23)
    assert caught.value.code == codes.DEFERRED[code].code


def test_a_limit_without_words_waits_a_minute():
    with pytest.raises(TargetUnavailable) as caught:
        trouble.stop(Answer(429, {}, b""), NOW)
    assert caught.value.retry_after == timedelta(seconds=60)


def test_an_environment_that_is_disabled_or_away_keeps_everything():
    for answer, code in (
        (said(503), "SERVER_UNAVAILABLE"),
        (said(403, "0x8004A104"), "ENVIRONMENT_DISABLED"),
    ):
        with pytest.raises(TargetUnavailable) as caught:
            trouble.stop(answer, NOW)
        assert caught.value.code == code


@pytest.mark.parametrize("answer", [said(403), said(403, "0x80072560"), said(401, "0x80040225")])
def test_who_is_not_let_in_pauses_the_target(answer):
    with pytest.raises(TargetAuthError) as caught:
        trouble.stop(answer, NOW)
    assert "application user" in caught.value.hint


def test_a_missing_privilege_for_one_table_stops_nothing_else():
    trouble.stop(said(403, "0x80040220"), NOW)
    assert trouble.of_table(said(403, "0x80040220")).code == "PERMISSION_DENIED"
    assert trouble.of_table(said(400, "0x80044331")) is None


def test_a_refused_batch_is_all_or_none():
    for answer in (said(400, "0x80044331"), said(413), said(400, "0x8004418A")):
        found = trouble.refused(answer, [LINE, LINE], PROFILE, NOW)
        assert {type(each) for each in found} == {BatchRefused}
    (alone,) = trouble.refused(said(413), [LINE], PROFILE, NOW)
    assert isinstance(alone, Rejected)


@pytest.mark.parametrize("status", [200, 408, 500, 502, 504])
def test_a_batch_whose_answer_proves_nothing_is_in_doubt(status):
    found = trouble.refused(said(status), [LINE, LINE], PROFILE, NOW)
    assert {type(each) for each in found} == {Ambiguous}


def test_a_table_that_does_not_take_many_is_told_from_one_that_is_not_there():
    assert trouble.unsupported(said(400, "0x80040800"))
    segment = "Resource not found for the segment '{}'."
    assert trouble.unsupported(said(404, "0x8006088a", segment.format("UpsertMultiple")))
    assert not trouble.unsupported(said(404, "0x8006088a", segment.format("accounts")))


# --- batches --------------------------------------------------------------------------------------


def answered(*bodies, boundary="r"):
    lines = []
    for status, body in bodies:
        lines += [f"--{boundary}", "Content-Type: application/http", "",
                  f"HTTP/1.1 {status} Said", "Retry-After: 3", "", body]  # fmt: skip
    body = "\r\n".join([*lines, f"--{boundary}--", ""]).encode()
    return Answer(200, {"content-type": f"multipart/mixed; boundary={boundary}"}, body)


def test_answers_in_parts_come_in_order_with_their_headers():
    found = answers(answered((204, ""), (400, '{"error":{}}')), 2)
    assert [each.status for each in found] == [204, 400]
    assert found[1].body == b'{"error":{}}'
    assert found[0].headers["retry-after"] == "3"


@pytest.mark.parametrize(
    "answer",
    [
        answered((204, "")),
        answered((204, ""), (204, ""), (204, "")),
        Answer(200, {"content-type": "application/json"}, b"{}"),
        Answer(200, {"content-type": "multipart/mixed"}, b"--r--"),
        Answer(
            200, {"content-type": "multipart/mixed; boundary=r"}, b"--r\r\n\r\nx\r\n--r\r\n--r--"
        ),
        Answer(200, answered((204, "")).headers, answered((204, ""), (204, "")).body[:-20]),
    ],
)
def test_an_answer_that_has_not_one_part_for_each_request_proves_nothing(answer):
    assert answers(answer, 2) is None


def test_a_batch_is_written_with_crlf_and_one_request_a_part():
    body = multipart.build([
        Part("PATCH", "/api/data/v9.2/accounts(erp_id='A')", b'{"name":"A"}', {"If-Match": "*"}),
        Part("DELETE", "/api/data/v9.2/accounts(erp_id='B')"),
    ])  # fmt: skip
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert body.count(b"Content-Type: application/http\r\n") == 2
    assert b"PATCH /api/data/v9.2/accounts(erp_id='A') HTTP/1.1\r\nIf-Match: *\r\n" in body
    assert body.endswith(b"--\r\n")
