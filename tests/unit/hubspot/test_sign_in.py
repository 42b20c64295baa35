"""Tokens of HubSpot: renewed before their end and once after a 401; every refusal in words."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest

from adapters.targets import hubspot
from adapters.targets.hubspot import HubspotConfig
from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import Delivered, Message, Op
from tests.http_stub import Stub, context, json_reply, reply

OAUTH = {
    "flow": "oauth",
    "client_id": "app",
    "client_secret": "secret:app",
    "refresh_token": "secret:refresh",
}
PRIVATE = {"flow": "private_app", "token": "secret:token"}
EXPIRED = json_reply(401, b'{"status":"error","category":"EXPIRED_AUTHENTICATION"}')


class Clock:
    """Time that a test moves."""

    def __init__(self):
        self.passed = 0.0

    def now(self):
        return datetime(2026, 11, 20, tzinfo=UTC) + timedelta(seconds=self.passed)

    def monotonic(self):
        return self.passed


class Account:
    """Answers sign-ins as it is told, and upserts in living sessions."""

    def __init__(self):
        self.number = 0
        self.forms = []
        self.refusal = None
        self.is_closed = False

    def __call__(self, asked):
        if asked.target == "/oauth/v3/token":
            form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
            self.forms.append(form)
            return self.refusal or self._session()
        if self.is_closed or asked.headers["authorization"] not in self.good():
            return EXPIRED
        found = json.loads(asked.body)["inputs"][0]
        result = {"id": "7", "new": True, "properties": {"erp_id": found["id"]}}
        return json_reply(200, json.dumps({"results": [result]}).encode())

    def good(self):
        return {f"Bearer a{self.number}", "Bearer pat"}

    def _session(self):
        self.number += 1
        said = {"access_token": f"a{self.number}", "refresh_token": "r0", "expires_in": 1800}
        return json_reply(200, json.dumps(said).encode())


@pytest.fixture
def account():
    return Account()


@pytest.fixture
def make(account, tmp_path):
    made = []
    clock = Clock()
    with Stub(account) as stub:

        def build(sign_in):
            config = HubspotConfig(url=stub.url, sign_in=sign_in, timeout="5s")
            secrets = {"app": "s", "refresh": "r0", "token": "pat"}
            made.append(hubspot.make(config, context(tmp_path, clock, **secrets)))
            return made[-1], clock

        yield build
        for target in made:
            target.close()


def send(target, number=1):
    key = f"C-{number}"
    (receipt,) = target.deliver([Message(key, Op.UPSERT, "account", "a/1", key, 1, {"name": "a"})])
    return receipt


def test_a_token_is_renewed_a_minute_before_its_end(account, make):
    target, clock = make(OAUTH)
    for at, sign_ins in ((0, 1), (1739, 1), (1741, 2), (1800, 2)):
        clock.passed = at
        assert send(target) == Delivered("7")
        assert account.number == sign_ins
    assert account.forms[0] == {
        "grant_type": "refresh_token",
        "refresh_token": "r0",
        "client_id": "app",
        "client_secret": "s",
    }


def test_a_401_all_the_same_renews_it_once(account, make):
    target, _ = make(OAUTH)
    send(target)
    account.number += 1  # the session is another one now
    assert send(target) == Delivered("7")
    account.is_closed = True
    with pytest.raises(TargetAuthError, match="SESSION_REFUSED"):
        send(target)
    assert len(account.forms) == 3


def test_a_private_apps_token_that_is_refused_stops_the_target(account, make):
    target, _ = make(PRIVATE)
    assert send(target) == Delivered("7")
    account.is_closed = True
    with pytest.raises(TargetAuthError, match="AUTH_REVOKED") as caught:
        send(target)
    assert "secret:token" in caught.value.hint
    assert account.forms == []


@pytest.mark.parametrize(
    ("refusal", "kind", "code"),
    [
        (json_reply(400, b'{"error":"invalid_grant"}'), TargetAuthError, "AUTH_REVOKED"),
        (json_reply(400, b'{"status":"BAD_REFRESH_TOKEN","message":"unknown"}'), TargetAuthError,
         "AUTH_REVOKED"),
        (json_reply(400, b'{"error":"invalid_client"}'), TargetAuthError, "AUTH_REFUSED"),
        (json_reply(403, b'{"status":"error","message":"no"}'), TargetAuthError, "AUTH_REFUSED"),
        (json_reply(429, b"{}"), TargetUnavailable, "SERVER_UNAVAILABLE"),
        (json_reply(502, b""), TargetUnavailable, "SERVER_UNAVAILABLE"),
        (json_reply(418, b"{}"), TargetUnavailable, "BAD_RESPONSE"),
        (json_reply(400, b"{}"), TargetUnavailable, "BAD_RESPONSE"),
        (reply(200, b"<html>", content_type="text/html"), TargetUnavailable, "BAD_RESPONSE"),
        (json_reply(200, b'{"access_token":'), TargetUnavailable, "BAD_RESPONSE"),
        (json_reply(200, b'{"access_token":"a"}'), TargetUnavailable, "BAD_RESPONSE"),
        (json_reply(200, b'{"access_token":"","expires_in":9}'), TargetUnavailable,
         "BAD_RESPONSE"),
        (json_reply(200, b"[1]"), TargetUnavailable, "BAD_RESPONSE"),
    ],
)  # fmt: skip
def test_every_refusal_of_a_sign_in_says_what_it_is(account, make, refusal, kind, code):
    target, _ = make(OAUTH)
    account.refusal = refusal
    with pytest.raises(kind) as caught:
        send(target)
    assert caught.value.code == code
    account.refusal = None
    assert send(target) == Delivered("7"), "the next attempt signs in anew"


def test_a_sign_in_that_is_not_answered_did_nothing_to_the_records(account, make):
    target, _ = make(OAUTH)
    account.refusal = b"HTTP/1.1 20"
    with pytest.raises(TargetUnavailable, match="SIGN_IN_LOST"):
        send(target)
