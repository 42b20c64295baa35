"""Signing in to Oracle: once for all threads, again before the end of a token, never in clear."""

import base64
import json
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import ValidationError

from adapters.targets import oracle
from adapters.targets.oracle import OracleConfig
from agent.errors import SecretMissing, TargetAuthError, TargetUnavailable
from agent.model import Level
from tests.http_stub import Stub, context, json_reply, reply

BASIC = {"flow": "basic", "user": "WAYBILL", "password": "secret:crm"}
NONE = b'{"items":[],"count":0,"limit":500}'
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Clock:
    def __init__(self):
        self.passed = 0.0

    def now(self):
        return NOW + timedelta(seconds=self.passed)

    def monotonic(self):
        return self.passed


class Domain:
    """The identity domain and the API in one; each token is good for `good` calls."""

    def __init__(self, good=10**9, life=3600, refusal=None, scheme="Bearer"):
        self.good, self.life, self.refusal, self.scheme = good, life, refusal, scheme
        self.given, self.left, self.lock, self.forms = 0, 0, threading.Lock(), []
        self.dates = {}

    def __call__(self, asked):
        with self.lock:
            if asked.target == "/oauth2/v1/token":
                self.forms.append((parse_qs(asked.body.decode()), asked.headers))
                if self.refusal is not None:
                    return self.refusal
                self.given += 1
                self.left = self.good
                said = {"access_token": f"hush{self.given}", "expires_in": self.life}
                return json_reply(200, json.dumps(said).encode())
            wanted = f"Bearer hush{self.given}" if self.scheme == "Bearer" else self.scheme
            if asked.headers["authorization"] != wanted or (
                self.scheme == "Bearer" and not self.left
            ):
                return reply(401, b"Unauthorized")
            self.left -= 1
        return json_reply(200, NONE)


def key_pem():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem.decode()


@pytest.fixture(scope="module")
def pem():
    return key_pem()


@pytest.fixture
def start(tmp_path):
    opened = []

    def start(domain, sign_in=None, secret="s3cret", clock=None):
        stub = Stub(domain).__enter__()
        usual = {
            "flow": "client_credentials", "client_id": "app", "client_secret": "secret:crm",
            "scope": "urn:scope", "token_url": f"{stub.url}/oauth2/v1/token",
        }  # fmt: skip
        said = {**usual, **(sign_in or {})} if (sign_in or {}).get("flow") != "basic" else sign_in
        said = {name: value for name, value in said.items() if value is not None}
        config = OracleConfig.model_validate({"url": stub.url, "sign_in": said})
        target = oracle.make(config, context(tmp_path, clock, crm=secret))
        opened.append((stub, target))
        return stub, target

    yield start
    for stub, target in opened:
        target.close()
        stub.__exit__(None, None, None)


def ask(target):
    return target.find("account", ["C-1"])


def test_the_password_goes_as_basic_and_the_framework_version_with_every_request(start):
    pair = base64.b64encode("WAYBILL:pässword".encode()).decode()
    stub, target = start(Domain(scheme=f"Basic {pair}"), BASIC, "pässword")
    assert ask(target) == {}
    assert {asked.headers["rest-framework-version"] for asked in stub.asked} == {"4"}


def test_a_password_that_is_refused_is_not_tried_again_in_the_same_attempt(start):
    stub, target = start(Domain(scheme="Basic other"), BASIC)
    with pytest.raises(TargetAuthError) as caught:
        ask(target)
    assert caught.value.code == "AUTH_REFUSED"
    assert "password" in caught.value.hint
    assert len(stub.asked) == 1


def test_client_credentials_are_sent_as_the_domain_wants_them(start):
    domain = Domain()
    _, target = start(domain)
    ask(target)
    ((form, headers),) = domain.forms
    assert form == {"grant_type": ["client_credentials"], "scope": ["urn:scope"]}
    assert headers["authorization"] == "Basic " + base64.b64encode(b"app:s3cret").decode()


@pytest.mark.parametrize("client_secret", ["secret:crm", None])
def test_an_assertion_says_who_for_whom_and_until_when(start, pem, client_secret, tmp_path):
    domain, clock = Domain(), Clock()
    sign_in = {
        "flow": "jwt", "user": "WAYBILL", "key": "secret:crm", "key_id": "alias",
        "tenant": "idcs-1", "client_secret": client_secret,
    }  # fmt: skip
    _, target = start(domain, sign_in, pem, clock)
    ask(target)
    ((form, headers),) = domain.forms
    public = RSAKey.import_key(pem)
    token = jwt.decode(form["assertion"][0], public, algorithms=["RS256"])
    assert token.header["kid"] == "alias"
    assert token.claims == {
        "iss": "app", "sub": "WAYBILL", "prn": "WAYBILL", "user.tenant.name": "idcs-1",
        "aud": ["oauth.idm.oracle.com", "https://identity.oraclecloud.com/"],
        "iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 300,
    }  # fmt: skip
    if client_secret is None:
        own = jwt.decode(form["client_assertion"][0], public, algorithms=["RS256"])
        assert (own.claims["sub"], own.claims["iss"]) == ("app", "app")
        assert "authorization" not in headers
    else:
        assert "client_assertion" not in form


def test_a_token_is_used_until_a_minute_before_its_end(start):
    domain, clock = Domain(life=3600), Clock()
    _, target = start(domain, clock=clock)
    for passed, given in ((0, 1), (3539, 1), (3540, 2), (3600, 2)):
        clock.passed = passed
        ask(target)
        assert domain.given == given


def test_a_token_whose_end_nobody_told_is_used_until_it_is_refused(start):
    domain, clock = Domain(good=2, life=None), Clock()
    _, target = start(domain, clock=clock)
    for passed in (0, 10**6, 2 * 10**6):
        clock.passed = passed
        ask(target)
    assert domain.given == 2


def test_many_threads_sign_in_once_and_once_more_when_the_token_is_refused(start):
    domain = Domain()
    _, target = start(domain)
    with ThreadPoolExecutor(8) as pool:
        for given in (1, 2):
            list(pool.map(lambda _: ask(target), range(16)))
            assert domain.given == given
            domain.left = 0


def test_a_token_that_is_refused_at_once_stops_the_target(start):
    stub, target = start(Domain(good=0))
    with pytest.raises(TargetAuthError) as caught:
        ask(target)
    assert caught.value.code == "SESSION_REFUSED"
    assert len([a for a in stub.asked if a.target != "/oauth2/v1/token"]) == 2


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("invalid_client", "AUTH_REFUSED"),
        ("invalid_grant", "AUTH_REVOKED"),
        ("invalid_scope", "AUTH_SCOPE"),
        ("unauthorized_client", "AUTH_REFUSED"),
        ("anything_else", "AUTH_REFUSED"),
    ],
)
@pytest.mark.parametrize("status", [400, 401])
def test_every_refusal_of_the_domain_says_what_to_do(start, error, code, status):
    body = json.dumps({"error": error, "error_description": "because"}).encode()
    _, target = start(Domain(refusal=json_reply(status, body)))
    with pytest.raises(TargetAuthError) as caught:
        ask(target)
    assert caught.value.code == code
    assert caught.value.hint
    assert "because" in caught.value.title


def test_a_clock_that_is_wrong_is_named_where_a_grant_is_refused(start):
    date = format_datetime(datetime(2026, 11, 21, 13, tzinfo=UTC), usegmt=True)
    refusal = json_reply(400, b'{"error":"invalid_grant"}', date=date)
    _, target = start(Domain(refusal=refusal), clock=Clock())
    with pytest.raises(TargetAuthError) as caught:
        ask(target)
    assert caught.value.code == "CLOCK_SKEW"
    assert "60 minutes" in caught.value.title


@pytest.mark.parametrize(
    "refusal",
    [
        reply(503, b"", retry_after="9"),
        reply(429, b""),
        reply(500, b"oops"),
        reply(200, b"<html>", content_type="text/html"),
        json_reply(200, b"[]"),
        json_reply(200, b'{"access_token":""}'),
        json_reply(200, '{"access_token":"ü"}'.encode()),
        json_reply(404, b"{}"),
    ],
)
def test_a_domain_that_makes_no_sense_is_unavailable_not_a_refusal(start, refusal):
    _, target = start(Domain(refusal=refusal))
    with pytest.raises(TargetUnavailable):
        ask(target)


@pytest.mark.parametrize(
    "secret", ["not a key", "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----"]
)
def test_a_key_that_cannot_be_used_is_told_without_being_shown(start, secret):
    sign_in = {"flow": "jwt", "user": "WAYBILL", "key": "secret:crm", "client_secret": None}
    stub, target = start(Domain(), sign_in, secret)
    with pytest.raises(TargetAuthError) as caught:
        ask(target)
    assert caught.value.code == "SIGN_IN_KEY"
    assert secret not in f"{caught.value!r} {caught.value.hint}"
    assert stub.asked == []


def test_a_secret_that_nobody_has_set_is_said_by_name(start):
    _, target = start(Domain(), {"client_secret": "secret:other"})
    with pytest.raises(SecretMissing, match="other"):
        ask(target)
    (finding, *_) = target.check()
    assert finding.level is Level.ERROR


def test_no_token_or_password_reaches_a_log_line_or_a_repr(start, caplog):
    caplog.set_level(logging.DEBUG)
    domain = Domain()
    _, target = start(domain)
    ask(target)
    session = target._client._sign_in.session()
    for hidden in ("hush", "s3cret"):
        assert hidden not in f"{caplog.text} {session!r}"


@pytest.mark.parametrize(
    "sign_in",
    [
        {"flow": "basic", "user": "a:b", "password": "secret:x"},
        {"flow": "basic", "user": "a", "password": "in clear"},
        {"flow": "oauth"},
        {"flow": "jwt", "client_id": "a", "scope": "s", "token_url": "ftp://x", "user": "u", "key": "secret:k"},
    ],
)  # fmt: skip
def test_a_sign_in_that_cannot_be_is_a_problem_of_the_configuration(sign_in):
    with pytest.raises(ValidationError):
        OracleConfig.model_validate({"url": "https://x.example", "sign_in": sign_in})
