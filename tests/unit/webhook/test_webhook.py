"""Webhooks: signed as the standard says, and each answer read for what it proves."""

import base64
import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from pydantic import ValidationError
from standardwebhooks import Webhook, WebhookVerificationError

from adapters.http import Answer
from adapters.targets import webhook
from adapters.targets.webhook import WebhookConfig, decode, encode
from agent.clock import SystemClock
from agent.errors import SecretMissing, TargetAuthError, TargetUnavailable
from agent.model import Ambiguous, BatchRefused, Deferred, Delivered, Message, Op, Rejected
from tests.http_stub import Stub, context, json_reply, reply

OLD, NEW = (f"whsec_{base64.b64encode(bytes([n]) * 32).decode()}" for n in (1, 2))
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CONTRACT = Path(__file__).parents[3] / "resources" / "contracts" / "webhook.json"


def message(number=1, op=Op.UPSERT, **fields):
    given = fields or {"name": f"Müller {number}", "credit_limit": "12.50", "active": None}
    return Message(f"id-{number}", op, "account", "account/1", f"C-{number}", number, given)


@pytest.fixture
def make(tmp_path):
    made = []

    def make(url, **settings):
        config = WebhookConfig(url=url, **{"secret": "secret:hook", **settings})
        made.append(webhook.make(config, context(tmp_path, hook=NEW, old=OLD)))
        return made[-1]

    yield make
    for target in made:
        target.close()


def test_the_signature_is_good_to_an_independent_library(make):
    with Stub(lambda _: reply(204)) as stub:
        assert make(f"{stub.url}/in").deliver([message()]) == [Delivered()]
        (asked,) = stub.asked
    body = Webhook(NEW).verify(asked.body, asked.headers)
    assert asked.headers["webhook-id"] == body["id"] == "id-1"
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(asked.body + b" ", asked.headers)


def test_while_secrets_rotate_each_of_them_verifies(make):
    with Stub(lambda _: reply()) as stub:
        make(stub.url, secret=["secret:hook", "secret:old"]).deliver([message()])
        (asked,) = stub.asked
    for secret in (NEW, OLD):
        assert Webhook(secret).verify(asked.body, asked.headers)
    assert len(asked.headers["webhook-signature"].split(" ")) == 2


def test_a_message_is_the_body_that_the_contract_names(make):
    with Stub(lambda _: reply()) as stub:
        target = make(stub.url, headers={"x-route": "crm"})
        target.deliver([message()])
        target.deliver([message(2, Op.DELETE)])
        bodies = [json.loads(asked.body) for asked in stub.asked]
        assert stub.asked[0].headers["x-route"] == "crm"
        assert stub.asked[0].headers["content-type"] == "application/json"
    assert bodies[0] == {
        "id": "id-1",
        "op": "upsert",
        "entity": "account",
        "contract": "account/1",
        "external_id": "C-1",
        "revision": 1,
        "fields": {"name": "Müller 1", "credit_limit": "12.50", "active": None},
    }
    assert bodies[1]["op"] == "delete"
    assert bodies[1]["fields"] == {}
    contract = json.loads(CONTRACT.read_text("utf-8"))
    assert set(bodies[0]) == set(contract["required"]) == set(contract["properties"])


def test_a_batch_has_the_same_id_for_the_same_set_only():
    first, second, third = (
        encode.posting(b, single=False).id
        for b in ([message(1), message(2)], [message(2), message(1)], [message(1), message(3)])
    )
    assert first == second != third
    assert (
        json.loads(encode.posting([message(1)], single=False).body)["messages"][0]["id"] == "id-1"
    )


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        "whsec_???",
        "plain",
        base64.b64encode(b"x" * 32).decode(),
        "whsec_" + base64.b64encode(b"x" * 23).decode(),
        "whsec_" + base64.b64encode(b"x" * 65).decode(),
    ],
)
def test_a_secret_of_the_wrong_form_is_refused_without_showing_it(make, tmp_path, secret):
    config = WebhookConfig(url="http://127.0.0.1:1", secret="secret:hook")
    target = webhook.make(config, context(tmp_path, hook=secret))
    with pytest.raises(TargetAuthError) as caught:
        target.deliver([message()])
    assert caught.value.code == "SIGNING_SECRET_INVALID"
    assert not secret or secret not in f"{caught.value} {caught.value.hint}".replace("whsec_ ", "")


def test_a_secret_that_nobody_set_is_a_finding_and_an_error(make):
    target = make("http://127.0.0.1:1", secret="secret:absent")
    with pytest.raises(SecretMissing):
        target.deliver([message()])
    assert target.check()[0].code == "SECRET_MISSING"


RAISED = {
    401: (TargetAuthError, "AUTH_REFUSED"),
    403: (TargetAuthError, "AUTH_REFUSED"),
    404: (TargetUnavailable, "ENDPOINT_NOT_FOUND"),
    405: (TargetUnavailable, "ENDPOINT_NOT_FOUND"),
    410: (TargetAuthError, "ENDPOINT_GONE"),
    425: (TargetUnavailable, "TOO_MANY_REQUESTS"),
    429: (TargetUnavailable, "TOO_MANY_REQUESTS"),
    503: (TargetUnavailable, "SERVER_UNAVAILABLE"),
}
ANSWERED = {
    200: (Delivered, Delivered),
    202: (Delivered, Delivered),
    204: (Delivered, Delivered),
    300: (Ambiguous, Ambiguous),
    400: (Rejected, BatchRefused),
    408: (Ambiguous, Ambiguous),
    409: (Deferred, Deferred),
    413: (Rejected, BatchRefused),
    422: (Rejected, BatchRefused),
    500: (Ambiguous, Ambiguous),
    502: (Ambiguous, Ambiguous),
    504: (Ambiguous, Ambiguous),
}


@pytest.mark.parametrize("status", RAISED)
def test_an_answer_about_the_endpoint_stops_the_target(status):
    kind, code = RAISED[status]
    with pytest.raises(kind) as caught:
        decode.receipts(Answer(status, {"retry-after": "30"}, b""), [message()], NOW, single=True)
    assert caught.value.code == code
    if status in {429, 503}:
        assert caught.value.retry_after == timedelta(seconds=30)


@pytest.mark.parametrize("status", ANSWERED)
def test_an_answer_about_the_request_gives_each_message_its_receipt(status):
    one, several = ANSWERED[status]
    answer = Answer(status, {}, b"")
    assert [type(r) for r in decode.receipts(answer, [message()], NOW, single=True)] == [one]
    got = decode.receipts(answer, [message(1), message(2)], NOW, single=False)
    assert [type(r) for r in got] == [several] * 2


def judged(body, *batch, media="application/json"):
    answer = Answer(200, {"content-type": media}, body)
    return decode.receipts(answer, batch or (message(1), message(2)), NOW, single=False)


def test_results_are_judged_by_id_and_not_by_place():
    results = [
        {"id": "id-2", "status": "rejected", "code": "NO_SUCH", "reason": "unknown country"},
        {"id": "id-1", "status": "ok"},
        {"id": "stranger", "status": "ok"},
    ]
    body = orjson.dumps({"results": results})
    assert judged(body) == [Delivered(), Rejected("NO_SUCH", "unknown country")]


def test_a_receiver_may_ask_for_a_message_later():
    body = orjson.dumps({"results": [{"id": "id-1", "status": "retry", "code": "LOCKED"}]})
    (receipt,) = judged(body, message(1))
    assert isinstance(receipt, Deferred)
    assert receipt.code == "LOCKED"


@pytest.mark.parametrize(
    "results",
    [
        [],
        {},
        "ok",
        [None, 1, {"status": "ok"}, {"id": 1, "status": "ok"}],
        [{"id": "id-1", "status": "ok"}, {"id": "id-1", "status": "rejected"}],
        [{"id": "id-1", "status": "fine"}],
        [{"id": "id-1"}],
    ],
)
def test_a_message_that_the_results_do_not_name_clearly_is_in_doubt(results):
    (receipt,) = judged(orjson.dumps({"results": results}), message(1))
    assert isinstance(receipt, Ambiguous)


@pytest.mark.parametrize("body", [b"", b"ok", b"OK\n", b'{"ok":true}', b"[]", b"1"])
def test_a_plain_yes_speaks_for_all(body):
    assert judged(body) == [Delivered(), Delivered()]


@pytest.mark.parametrize(
    ("body", "media"), [(b'{"results": [', "application/json"), (b"<html>", "text/html")]
)
def test_a_broken_or_foreign_yes_proves_nothing(body, media):
    assert {type(receipt) for receipt in judged(body, media=media)} == {Ambiguous}


def test_long_codes_and_reasons_are_cut():
    results = [{"id": "id-1", "status": "rejected", "code": "x" * 999, "reason": "y" * 9999}]
    (receipt,) = judged(orjson.dumps({"results": results}), message(1))
    assert (len(receipt.code), len(receipt.reason)) == (60, 300)


def test_a_timestamp_is_that_of_the_attempt_and_the_id_that_of_the_message(tmp_path):
    class Later(SystemClock):
        def now(self):
            return NOW

    with Stub(lambda _: reply()) as stub:
        config = WebhookConfig(url=stub.url, secret="secret:hook")
        target = webhook.make(config, context(tmp_path, Later(), hook=NEW))
        target.deliver([message()])
        target.close()
        assert stub.asked[0].headers["webhook-timestamp"] == str(int(NOW.timestamp()))


def test_more_messages_than_the_limit_are_a_mistake_of_the_caller(make):
    with pytest.raises(ValueError, match="limit"):
        make("http://127.0.0.1:1").deliver([message(1), message(2)])


def test_a_check_sends_no_message_and_tells_a_wrong_address(make):
    with Stub(lambda _: json_reply(404, b"{}")) as stub:
        (finding,) = make(stub.url).check()
        assert finding.code == "ENDPOINT_NOT_FOUND"
        assert [(asked.method, asked.body) for asked in stub.asked] == [("OPTIONS", b"")]


@pytest.mark.parametrize(
    "bad",
    [
        {"secret": "whsec_plain"},
        {"secret": []},
        {"batch": 0},
        {"batch": 501},
        {"headers": {"Webhook-Id": "x"}},
        {"headers": {"bad name": "x"}},
        {"headers": {"x": "line\nbreak"}},
        {"retries": 3},
    ],
)
def test_a_wrong_configuration_is_refused(bad):
    with pytest.raises(ValidationError):
        WebhookConfig(url="https://example.com", **{"secret": "secret:hook", **bad})


def test_every_setting_is_described():
    assert all(field.description for field in WebhookConfig.model_fields.values())


def test_no_secret_is_in_the_configuration_the_target_or_the_log(make, caplog):
    caplog.set_level(logging.DEBUG)
    with Stub(lambda _: reply()) as stub:
        target = make(stub.url)
        target.deliver([message()])
        assert NEW not in f"{caplog.text} {target!r} {vars(target)!r}"
