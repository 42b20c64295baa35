"""Generic REST: values stay what they are wherever they stand, and each answer proves what it can."""

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from adapters.http import Answer
from adapters.targets import rest
from adapters.targets.rest import RestConfig, decode, encode, template
from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import (
    Ambiguous,
    BatchRefused,
    Deferred,
    Delivered,
    Message,
    Op,
    Rejected,
    Stored,
)
from tests.http_stub import Stub, context, json_reply, reply

NOW = datetime(2026, 11, 20, tzinfo=UTC)
PUT = {"method": "PUT", "path": "/c/{external_id}", "body": "{fields}"}
GONE = {"method": "DELETE", "path": "/c/{external_id}"}


def message(number=1, op=Op.UPSERT, **fields):
    given = fields or {"name": "Acme", "total": "12.50", "active": True, "note": None}
    return Message(f"id-{number}", op, "account", "account/1", f"C/{number} ü", number, given)


def settings(url="https://api.example.com", upsert=PUT, **more):
    entity = {"upsert": upsert, "delete": GONE} | more.pop("entity", {})
    return RestConfig.model_validate({"url": url, "entities": {"account": entity}, **more})


@pytest.fixture
def send(tmp_path):
    """Delivers to a server that answers with `script`; receipts and what was asked."""

    def send(script, *batch, **more):
        answer = script if callable(script) else lambda _: script
        with Stub(answer) as stub:
            target = rest.make(settings(stub.url, **more), context(tmp_path, key="k", hmac="h"))
            try:
                return target.deliver(batch or [message()]), stub.asked
            finally:
                target.close()

    return send


# --- requests -------------------------------------------------------------------------------------


def test_a_record_is_put_where_its_key_says(send):
    receipts, (asked,) = send(reply(204))
    assert receipts == [Delivered()]
    assert (asked.method, asked.target) == ("PUT", "/c/C%2F1%20%C3%BC")
    assert json.loads(asked.body) == {
        "name": "Acme",
        "total": "12.50",
        "active": True,
        "note": None,
    }
    assert asked.headers["content-type"] == "application/json"


def test_values_keep_their_types_in_a_body_and_missing_members_are_left_out():
    body = {
        "n": "{fields.name}",
        "t": "{fields.total:number}",
        "a": ["{fields.active}", "{revision}", 5],
        "s": "{entity} {external_id}: {fields.note}{{}}",
        "x": "{fields.note}",
        "gone": "{fields.other}",
    }
    call = settings(upsert={**PUT, "body": body}).entities["account"].upsert
    sent = encode.request(call, [message()], single=True).body
    assert sent == orjson.dumps(
        {"n": "Acme", "t": orjson.Fragment(b"12.50"), "a": [True, 1, 5],
         "s": "account C/1 ü: {}", "x": None}
    )  # fmt: skip


@given(st.text())
def test_no_value_can_leave_its_place(text):
    call = settings(upsert={**PUT, "path": "/c/{fields.v}/x", "body": {"v": "a{fields.v}b"}})
    request = encode.request(call.entities["account"].upsert, [message(v=text)], single=True)
    if request.sent:
        assert json.loads(request.body) == {"v": f"a{text}b"}
        assert request.path.count("/") == 3
        assert not set(request.path) & set("?#\r\n ")
    else:
        assert request.refused[0].code == "TEXT_INVALID"


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "ü", "\0"])
def test_a_value_that_does_not_fit_a_header_is_refused_alone(send, value):
    receipts, asked = send(reply(204), message(name=value),
                           upsert={**PUT, "headers": {"X-Name": "{fields.name}"}})  # fmt: skip
    assert receipts[0].code == "HEADER_VALUE"
    assert value not in receipts[0].reason
    assert asked == []


def test_a_text_where_a_number_belongs_is_refused(send):
    receipts, asked = send(reply(204), message(total="twelve"),
                           upsert={**PUT, "body": {"t": "{fields.total:number}"}})  # fmt: skip
    assert (receipts[0].code, receipts[0].field) == ("WRONG_TYPE", "total")
    assert asked == []


@pytest.mark.parametrize(
    ("sign_in", "header"),
    [
        ({"flow": "basic", "user": "me", "password": "secret:key"},
         f"Basic {base64.b64encode(b'me:k').decode()}"),
        ({"flow": "header", "value": "secret:key", "prefix": "Bearer "}, "Bearer k"),
    ],
)  # fmt: skip
def test_it_signs_in_with_each_request(send, sign_in, header):
    _, (asked,) = send(reply(204), sign_in=sign_in)
    assert asked.headers["authorization"] == header


def test_a_bearer_token_is_asked_for_and_renewed(tmp_path):
    given_ = []

    def api(asked):
        if asked.target == "/token":
            given_.append(1)
            said = {"access_token": f"t{len(given_)}"}
            return json_reply(200, json.dumps(said).encode())
        return reply(204 if asked.headers["authorization"] == "Bearer t2" else 401)

    with Stub(api) as stub:
        grant = {"flow": "oauth", "token_url": f"{stub.url}/token", "client_id": "a",
                 "client_secret": "secret:key"}  # fmt: skip
        target = rest.make(settings(stub.url, sign_in=grant), context(tmp_path, key="k"))
        assert target.deliver([message()]) == [Delivered()]
        assert len(given_) == 2
        target.close()


@pytest.mark.parametrize(
    ("encoding", "shown"), [("hex", bytes.hex), ("base64", lambda d: base64.b64encode(d).decode())]
)
def test_a_signature_is_over_exactly_what_is_sent(send, encoding, shown):
    signature = {"secret": "secret:hmac", "header": "X-Sig", "prefix": "v1=", "encoding": encoding,
                 "content": "{timestamp}.{method}.{path}.{body}!", "timestamp_header": "X-Time"}  # fmt: skip
    _, (asked,) = send(reply(204), signature=signature)
    content = f"{asked.headers['x-time']}.PUT.{asked.target}.".encode() + asked.body + b"!"
    assert asked.headers["x-sig"] == "v1=" + shown(hmac.digest(b"h", content, "sha256"))


def test_several_records_go_in_one_request_with_one_id(send):
    upsert = {"method": "POST", "path": "/batch", "headers": {"Idempotency-Key": "{id}"},
              "body": {"all": "{records}"}, "record": {"k": "{external_id}"}}  # fmt: skip
    bad = message(2, name="\ud800")
    both = {**upsert, "record": {"k": "{external_id}", "n": "{fields.name}"}}
    receipts, (asked,) = send(reply(200), message(1), bad, message(3), upsert=both, batch=9,
                              entity={"delete": None})  # fmt: skip
    assert [type(receipt) for receipt in receipts] == [Delivered, Rejected, Delivered]
    assert [item["k"] for item in json.loads(asked.body)["all"]] == ["C/1 ü", "C/3 ü"]
    assert asked.headers["idempotency-key"].startswith("batch_")


# --- settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"upsert": {**PUT, "path": "/{nope}"}}, r"no placeholder \{nope\}"),
        ({"upsert": {**PUT, "body": "{records}"}}, r"no placeholder \{records\}"),
        ({"upsert": {**PUT, "body": "{"}}, 'a single "{"'),
        ({"upsert": {**PUT, "headers": {"Host": "x"}}}, "not a header"),
        ({"batch": 5}, r"no placeholder \{external_id\}"),
        ({"batch": 5, "entity": {"delete": None}, "upsert": {"method": "POST", "body": "{id}"}},
         "it holds"),
        ({"results": {"each": "$["}}, "no JSONPath"),
        ({"signature": {"secret": "secret:x", "content": "{fields}"}}, "no placeholder"),
        ({"entity": {"find": {"path": "/{revision}"}}}, "no placeholder"),
    ],
)  # fmt: skip
def test_a_template_that_cannot_work_is_a_configuration_error(more, says):
    with pytest.raises(ValidationError, match=says):
        settings(**more)


def test_the_fields_that_have_a_place_are_known_beforehand():
    assert "anything" in settings().places()["account"]
    body = {"n": "{fields.name}", "o": ["{fields.total:number}"]}
    named = settings(upsert={**PUT, "body": body}).places()["account"]
    assert set(named) == {"name", "total"}


@pytest.mark.parametrize(
    ("more", "is_repeatable"),
    [
        ({}, True),
        ({"upsert": {**PUT, "method": "POST"}}, False),
        ({"upsert": {**PUT, "method": "POST", "headers": {"Idempotency-Key": "{id}"}}}, True),
        ({"repeatable": False}, False),
    ],
)
def test_whether_it_may_be_sent_again_follows_from_the_templates(more, is_repeatable):
    assert settings(**more).is_repeatable is is_repeatable


# --- answers --------------------------------------------------------------------------------------

WORDS = {"code": "$.error.code", "reason": "$.error.text", "field": "$.error.at",
         "remote_id": "$.id"}  # fmt: skip
SAID = b'{"error":{"code":"BAD_NAME","text":"Acme is no name","at":"n"}}'


def test_what_the_target_says_is_kept_without_the_records_values(send):
    (receipt,), _ = send(json_reply(422, SAID), words=WORDS)
    assert receipt == Rejected("BAD_NAME", "… is no name", "n")
    (taken,), _ = send(json_reply(201, b'{"id": 77}'), words=WORDS)
    assert taken == Delivered("77")


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (reply(200), Delivered),
        (json_reply(200, b"{"), Ambiguous),
        (reply(200, b"<html>", content_type="text/html"), Ambiguous),
        (json_reply(400, b"{}"), Rejected),
        (json_reply(408, b"{}"), Ambiguous),
        (json_reply(409, b"{}"), Deferred),
        (json_reply(423, b"{}"), Deferred),
        (json_reply(500, b"{}"), Ambiguous),
        (json_reply(502, b"{}"), Ambiguous),
        (json_reply(504, b"{}"), Ambiguous),
    ],
)
def test_a_status_means_what_http_says(send, answer, wanted):
    (receipt,), _ = send(answer)
    assert type(receipt) is wanted


@pytest.mark.parametrize(
    ("status", "error", "code"),
    [
        (401, TargetAuthError, "AUTH_REFUSED"),
        (403, TargetAuthError, "AUTH_REFUSED"),
        (404, TargetUnavailable, "ENDPOINT_NOT_FOUND"),
        (405, TargetUnavailable, "ENDPOINT_NOT_FOUND"),
        (429, TargetUnavailable, "TOO_MANY_REQUESTS"),
        (503, TargetUnavailable, "SERVER_UNAVAILABLE"),
    ],
)
def test_an_answer_about_the_whole_target_stops_it(send, status, error, code):
    with pytest.raises(error) as caught:
        send(json_reply(status, b"{}", retry_after="9"))
    assert caught.value.code == code
    assert caught.value.hint
    if status in {429, 503}:
        assert caught.value.retry_after == timedelta(seconds=9)


def test_a_status_about_one_record_may_be_named(send):
    (receipt,), _ = send(json_reply(404, b"{}"), reject=[404])
    assert receipt.code == "HTTP_404"


def test_a_delete_of_what_is_gone_is_done_and_one_that_nobody_configured_is_refused(send):
    gone = message(1, Op.DELETE)
    (receipt,), (asked,) = send(reply(404), gone)
    assert (receipt, asked.body) == (Delivered(), b"")
    (receipt,), asked = send(reply(204), gone, entity={"delete": None})
    assert (receipt.code, asked) == ("DELETE_UNSUPPORTED", [])


MANY = {"method": "POST", "body": "{records}"}
EACH = {"each": "$.r[*]", "key": "$.k", "status": "$.s", "ok": ["ok"], "retry": ["busy"]}


def answered(*items):
    return json_reply(200, json.dumps({"r": list(items)}).encode())


def test_each_record_is_judged_by_its_own_result(send):
    answer = answered({"k": "C/2 ü", "s": "bad", "error": {"code": "X", "text": "no"}},
                      {"k": "C/1 ü", "s": "ok", "id": "r1"}, {"k": "C/3 ü", "s": "busy"},
                      {"k": "C/4 ü", "s": "ok"}, {"k": "C/4 ü", "s": "bad"})  # fmt: skip
    batch = [message(n) for n in (1, 2, 3, 4, 5)]
    receipts, _ = send(answer, *batch, upsert=MANY, batch=9, results=EACH, words=WORDS,
                       entity={"delete": None})  # fmt: skip
    assert receipts[:2] == [Delivered("r1"), Rejected("X", "no")]
    assert [type(receipt) for receipt in receipts[2:]] == [Deferred, Ambiguous, Ambiguous]


def test_results_in_order_must_be_as_many(send):
    in_order = {**EACH, "key": None}
    for items, wanted in (([{"s": "ok"}] * 2, Delivered), ([{"s": "ok"}] * 3, Ambiguous)):
        receipts, _ = send(answered(*items), message(1), message(2), upsert=MANY, batch=9,
                           results=in_order, entity={"delete": None})  # fmt: skip
        assert [type(receipt) for receipt in receipts] == [wanted] * 2


def test_a_refused_batch_is_halved_by_delivery(send):
    receipts, _ = send(json_reply(400, SAID), message(1), message(2), upsert=MANY, batch=9,
                       words=WORDS, entity={"delete": None})  # fmt: skip
    assert receipts == [BatchRefused("BAD_NAME", "… is no name")] * 2


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["r", "k", "s", "error", "code"]), inner)
    ),
    max_leaves=12,
)


@given(json_values)
def test_no_answer_breaks_the_reading_or_loses_a_receipt(said):
    config = settings(upsert=MANY, batch=9, results=EACH, words=WORDS, entity={"delete": None})
    answer = Answer(200, {"content-type": "application/json"}, orjson.dumps(said))
    got = decode.receipts(answer, [message(1), message(2)], config, NOW)
    assert len(got) == 2


FIND = {"path": "/c/{external_id}", "at": "$.found[0]", "remote_id": "$.id",
        "fields": {"name": {"path": "$.n"}, "total": {"path": "$.t", "places": 2},
                   "active": {"path": "$.a"}, "n": {"path": "$.i"}}}  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (json_reply(200, b'{"found":[{"id":5,"n":"Acme","t":12.5,"a":true,"i":3}]}'),
         {"C-1": Stored("C-1", "5", {"name": "Acme", "total": "12.50", "active": True, "n": 3})}),
        (json_reply(200, b'{"found":[{"t":12.505,"n":["x"]}]}'),
         {"C-1": Stored("C-1", "", {"name": "['x']", "total": "12.505", "active": None,
                                    "n": None})}),
        (json_reply(200, b'{"found":[]}'), {}),
        (json_reply(404, b"{}"), {}),
    ],
)  # fmt: skip
def test_a_record_is_looked_up_by_its_key(tmp_path, answer, wanted):
    with Stub(lambda _: answer) as stub:
        target = rest.make(settings(stub.url, entity={"find": FIND}), context(tmp_path))
        assert target.finds
        assert target.find("account", ["C-1"]) == wanted
        target.close()


@pytest.mark.parametrize("answer", [reply(200, b"<html>"), json_reply(500, b"{}"), None])
def test_a_look_up_that_makes_no_sense_is_tried_again(tmp_path, answer):
    with Stub(lambda _: answer) as stub:
        target = rest.make(settings(stub.url, entity={"find": FIND}), context(tmp_path))
        with pytest.raises(TargetUnavailable):
            target.find("account", ["C-1"])
        target.close()


def test_placeholders_are_all_found():
    named = template.placeholders({"a": ["{fields.x:number}", 5, None], "b": {"c": "{id}{{x}}"}})
    assert list(named) == ["fields.x", "id"]
