"""Signing in: to the configured org only, once for all threads, with errors a person understands."""

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

from adapters.targets import salesforce
from adapters.targets.salesforce import SalesforceConfig
from adapters.targets.salesforce.sign_in import belongs
from agent.errors import SecretMissing, TargetAuthError, TargetUnavailable
from agent.model import Ambiguous, Delivered, Level, Message, Op
from tests.http_stub import Stub, context, json_reply, reply

CREDENTIALS = {"flow": "client_credentials", "client_id": "app", "client_secret": "secret:crm"}
JWT = {"flow": "jwt", "client_id": "app", "user": "agent@example.com", "key": "secret:crm"}
TOKEN = "00D!hush"
EXPIRED = json_reply(401, b'[{"message":"Session expired","errorCode":"INVALID_SESSION_ID"}]')


def message(number=1):
    return Message(
        f"id-{number}", Op.UPSERT, "account", "account/1", f"C-{number}", 1, {"name": "Acme"}
    )


def delivered(asked):
    count = len(json.loads(asked.body)["records"])
    return json_reply(
        200, json.dumps([{"id": "001", "success": True, "errors": []}] * count).encode()
    )


class Org:
    """Signs in and takes upserts; each token is good for `good` calls."""

    def __init__(self, good=10**9, token_answer=None):
        self.good, self.given, self.token_answer = good, 0, token_answer
        self.left = 0
        self.lock = threading.Lock()

    def __call__(self, asked):
        with self.lock:
            if asked.target == "/services/oauth2/token":
                self.given += 1
                self.left = self.good
                return self.token_answer or self.signed_in(f"http://127.0.0.1:{self.port}")
            if asked.headers["authorization"] != f"Bearer {TOKEN}{self.given}" or not self.left:
                return EXPIRED
            self.left -= 1
        return delivered(asked)

    def signed_in(self, instance):
        said = {"access_token": f"{TOKEN}{self.given}", "instance_url": instance}
        return json_reply(200, json.dumps(said).encode())


@pytest.fixture
def start(tmp_path):
    opened = []

    def start(org, sign_in=CREDENTIALS, secret="s3cret", clock=None):
        stub = Stub(org).__enter__()
        org.port = stub.port
        config = SalesforceConfig(url=f"{stub.url}/", sign_in=sign_in)
        target = salesforce.make(config, context(tmp_path, clock, crm=secret))
        opened.append((stub, target))
        return stub, target

    yield start
    for stub, target in opened:
        target.close()
        stub.__exit__()


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def test_an_app_signs_in_with_its_secret_once_for_many_requests(start):
    stub, target = start(Org())
    for _ in range(3):
        assert target.deliver([message()]) == [Delivered("001")]
    form = parse_qs(stub.asked[0].body.decode())
    assert form == {
        "grant_type": ["client_credentials"],
        "client_id": ["app"],
        "client_secret": ["s3cret"],
    }
    assert [asked.method for asked in stub.asked] == ["POST", "PATCH", "PATCH", "PATCH"]


def test_a_key_signs_a_claim_of_three_minutes(start, key):
    stub, target = start(Org(), JWT, pem(key))
    before = datetime.now(UTC)
    target.deliver([message()])
    form = parse_qs(stub.asked[0].body.decode())
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    token = jwt.decode(form["assertion"][0], RSAKey.import_key(key.public_key()), ["RS256"])
    assert token.header["alg"] == "RS256"
    claims = token.claims
    assert (claims["iss"], claims["sub"]) == ("app", "agent@example.com")
    assert claims["aud"] == "https://login.salesforce.com"
    assert 0 <= claims["exp"] - before.timestamp() <= 185


@pytest.mark.parametrize("bad", ["", "no key", "-----BEGIN PRIVATE KEY-----\nAA\n-----END"])
def test_a_key_that_is_none_is_named_and_not_shown(start, bad):
    _, target = start(Org(), JWT, bad)
    with pytest.raises(TargetAuthError) as caught:
        target.deliver([message()])
    assert caught.value.code == "SIGN_IN_KEY"
    assert "secret:crm" in caught.value.hint
    assert not bad or bad not in f"{caught.value} {caught.value.hint}"


def test_a_secret_that_nobody_set_is_named(tmp_path):
    config = SalesforceConfig(url="http://127.0.0.1:1", sign_in=CREDENTIALS)
    target = salesforce.make(config, context(tmp_path))
    with pytest.raises(SecretMissing):
        target.deliver([message()])
    assert target.check()[0].code == "SECRET_MISSING"


def test_an_expired_session_is_renewed_once_and_the_call_made_again(start):
    org = Org(good=1)
    stub, target = start(org)
    for number in range(4):
        assert target.deliver([message(number)]) == [Delivered("001")]
    assert org.given == 4
    assert len(stub.asked) == 4 + 4 + 3


def test_a_new_session_that_is_refused_at_once_stops_the_target(start):
    org = Org(good=0)
    stub, target = start(org)
    with pytest.raises(TargetAuthError, match="SESSION_REFUSED"):
        target.deliver([message()])
    assert len(stub.asked) == 4


def test_of_many_threads_with_an_expired_session_one_signs_in(start):
    org = Org()
    _, target = start(org)
    target.deliver([message()])
    with org.lock:
        org.left = 0
    barrier = threading.Barrier(12)

    def deliver(number):
        barrier.wait()
        return target.deliver([message(number)])

    with ThreadPoolExecutor(12) as pool:
        assert list(pool.map(deliver, range(12))) == [[Delivered("001")]] * 12
    assert org.given == 2


def refused(error, description="", status=400, **headers):
    said = {"error": error, "error_description": description}
    return json_reply(status, json.dumps(said).encode(), **headers)


@pytest.mark.parametrize(
    ("said", "kind", "code"),
    [
        (refused("invalid_grant", "user hasn't approved this consumer"), TargetAuthError, "AUTH_REVOKED"),
        (refused("invalid_client", "invalid client credentials"), TargetAuthError, "AUTH_REFUSED"),
        (refused("invalid_client_id", status=401), TargetAuthError, "AUTH_REFUSED"),
        (refused("unsupported_grant_type"), TargetAuthError, "AUTH_REFUSED"),
        (reply(503), TargetUnavailable, "SERVER_UNAVAILABLE"),
        (reply(500), TargetUnavailable, "SERVER_UNAVAILABLE"),
        (reply(429, retry_after="60"), TargetUnavailable, "SERVER_UNAVAILABLE"),
        (reply(200, b"<html>", content_type="text/html"), TargetUnavailable, "BAD_RESPONSE"),
        (reply(404), TargetUnavailable, "BAD_RESPONSE"),
        (json_reply(200, b"{}"), TargetUnavailable, "BAD_RESPONSE"),
        (json_reply(200, b"[]"), TargetUnavailable, "BAD_RESPONSE"),
        (json_reply(400, b"{"), TargetUnavailable, "BAD_RESPONSE"),
    ],
)  # fmt: skip
def test_a_refused_sign_in_has_its_code_and_nothing_else_is_asked(start, said, kind, code):
    stub, target = start(Org(token_answer=said))
    with pytest.raises(kind) as caught:
        target.deliver([message()])
    assert caught.value.code == code
    assert len(stub.asked) == 1
    assert target.check()[0].level is Level.ERROR


def test_a_sign_in_that_is_not_answered_means_that_nothing_happened(start):
    def cut(asked):
        return None

    cut.port = 0
    org = Org()
    org.token_answer = iter([b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{", b""])
    stub, target = start(org)
    stub.script = cut
    with pytest.raises(TargetUnavailable, match="SIGN_IN_LOST"):
        target.deliver([message()])


def test_a_wrong_clock_is_named_with_its_minutes(start):
    class Late:
        def now(self):
            return datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

        def monotonic(self):
            return 0.0

    date = format_datetime(Late().now() + timedelta(minutes=15), usegmt=True)
    _, target = start(Org(token_answer=refused("invalid_grant", date=date)), clock=Late())
    with pytest.raises(TargetAuthError, match="15 minutes") as caught:
        target.deliver([message()])
    assert caught.value.code == "CLOCK_SKEW"


@pytest.mark.parametrize(
    "instance",
    ["https://evil.example", "http://example.com", "https://127.0.0.1.evil.example", "", "x",
     "https://user@127.0.0.1", "https://127.0.0.1:x"],
)  # fmt: skip
def test_an_instance_that_is_not_the_configured_org_gets_no_request(start, instance):
    org = Org()
    org.token_answer = org.signed_in(instance)
    stub, target = start(org)
    with pytest.raises(TargetAuthError, match="INSTANCE_REFUSED"):
        target.deliver([message()])
    assert len(stub.asked) == 1


@pytest.mark.parametrize(
    ("instance", "configured", "same"),
    [
        ("acme.my.salesforce.com", "acme.my.salesforce.com", True),
        ("acme.develop.my.salesforce.com", "acme.my.salesforce.com", True),
        ("acme--uat.sandbox.my.salesforce.com", "acme.my.salesforce.com", False),
        ("evil.my.salesforce.com", "acme.my.salesforce.com", False),
        ("acme.my.salesforce.com.evil.example", "acme.my.salesforce.com", False),
        ("acme.my.evil.example", "acme.my.salesforce.com", False),
        ("127.0.0.1", "localhost", True),
        ("acme.my.salesforce.com", "localhost", False),
        ("localhost", "acme.my.salesforce.com", False),
        ("b.example.com", "a.example.com", False),
    ],
)
def test_the_same_my_domain_is_the_same_org(instance, configured, same):
    assert belongs(instance, configured) is same


def test_neither_token_nor_secret_is_in_logs_errors_or_reprs(start, caplog):
    caplog.set_level(logging.DEBUG)
    org = Org()
    stub, target = start(org)
    target.deliver([message()])
    session = target._client._sign_in.session()
    stub.script = lambda _: None
    (lost,) = target.deliver([message()])
    assert isinstance(lost, Ambiguous)
    text = f"{caplog.text} {session!r} {lost!r} {vars(target)!r}"
    assert TOKEN not in text
    assert "s3cret" not in text


# --- configuration --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bad",
    [
        {"url": "http://acme.my.salesforce.com"},
        {"api_version": "67"},
        {"sign_in": {**CREDENTIALS, "client_secret": "plain"}},
        {"sign_in": {**JWT, "client_secret": "secret:x"}},
        {"sign_in": {"flow": "password"}},
        {"batch": 201},
        {"external_id_field": "Id"},
        {"external_id_field": "X__c FROM Account"},
        {"entities": ["acount"]},
        {"profile": {"acount": {}}},
        {"profile": {"account": {"fields": {"phone": "Phone, Id"}}}},
        {"settles_within": "600"},
        {"retries": 3},
    ],
)
def test_a_wrong_configuration_is_refused(bad):
    with pytest.raises(ValidationError):
        SalesforceConfig(**{"url": "https://a.my.salesforce.com", "sign_in": CREDENTIALS, **bad})


def test_every_setting_is_described():
    for model in (
        SalesforceConfig,
        *map(
            type,
            (
                SalesforceConfig(url="https://a.my.salesforce.com", sign_in=sign_in).sign_in
                for sign_in in (CREDENTIALS, JWT)
            ),
        ),
    ):
        assert all(field.description for field in model.model_fields.values())
