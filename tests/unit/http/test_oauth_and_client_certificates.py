"""Bearer tokens that end, and certificates that a client shows: for webhooks and generic targets."""

import base64
import json
import ssl
from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import ValidationError

from adapters.oauth import OAuth
from adapters.targets import webhook
from adapters.targets.webhook import WebhookConfig
from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import Delivered, Level, Message, Op
from tests.http_stub import Authority, Stub, context, json_reply, reply

SIGNING = "whsec_" + base64.b64encode(b"k" * 32).decode()
MESSAGE = Message("m", Op.UPSERT, "account", "account/1", "C-1", 1, {"name": "Acme"})


class Hand:
    """A clock that a test moves."""

    def __init__(self):
        self.passed = 0.0

    def now(self):
        return datetime(2026, 11, 20, tzinfo=UTC)

    def monotonic(self):
        return self.passed


class Server:
    """Gives tokens that are good for so many calls."""

    def __init__(self, answer=None, good=10**9):
        self.answer, self.good, self.given, self.left, self.forms = answer, good, 0, 0, []

    def __call__(self, asked):
        if asked.target == "/token":
            self.forms.append((parse_qs(asked.body.decode()), asked.headers))
            if self.answer is not None:
                return self.answer
            self.given, self.left = self.given + 1, self.good
            said = {"access_token": f"t{self.given}", "expires_in": 3600}
            return json_reply(200, json.dumps(said).encode())
        if asked.headers.get("authorization") != f"Bearer t{self.given}" or self.left <= 0:
            return reply(401)
        self.left -= 1
        return reply(204)


@pytest.fixture
def start(tmp_path):
    opened = []

    def start(server, clock=None, **more):
        stub = Stub(server).__enter__()
        oauth = {"token_url": f"{stub.url}/token", "client_id": "me", "client_secret": "secret:app"}
        config = WebhookConfig(url=f"{stub.url}/in", secret="secret:hook", oauth={**oauth, **more})
        target = webhook.make(config, context(tmp_path, clock, hook=SIGNING, app="s3cret"))
        opened.append((stub, target))
        return target

    yield start
    for stub, target in opened:
        target.close()
        stub.__exit__()


def test_one_token_serves_until_it_ends(start):
    server, clock = Server(), Hand()
    target = start(server, clock)
    for _ in range(3):
        assert target.deliver([MESSAGE]) == [Delivered()]
    assert server.given == 1
    clock.passed = 3575
    assert target.deliver([MESSAGE]) == [Delivered()]
    assert server.given == 2, "it is renewed before it ends"


def test_a_token_that_ended_early_is_renewed_unseen(start):
    server = Server(good=1)
    target = start(server)
    for number in (1, 2, 3):
        assert target.deliver([MESSAGE]) == [Delivered()]
        assert server.given == number


def test_a_token_that_is_never_good_stops_the_target(start):
    with pytest.raises(TargetAuthError, match="SESSION_REFUSED"):
        start(Server(good=0)).deliver([MESSAGE])


def test_who_asks_is_said_in_the_form_or_in_a_header(start):
    server = Server()
    start(server, scope="crm", more={"audience": "x"}).deliver([MESSAGE])
    start(server, send="basic").deliver([MESSAGE])
    (form, _), (other, headers) = server.forms
    assert form == {"grant_type": ["client_credentials"], "client_id": ["me"], "scope": ["crm"],
                    "client_secret": ["s3cret"], "audience": ["x"]}  # fmt: skip
    assert other == {"grant_type": ["client_credentials"]}
    assert base64.b64decode(headers["authorization"].split()[1]) == b"me:s3cret"


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        (json_reply(401, b'{"error":"invalid_client"}'), TargetAuthError, "AUTH_REFUSED"),
        (json_reply(400, b'{"error":"invalid_scope"}'), TargetAuthError, "AUTH_REFUSED"),
        (reply(503, retry_after="7"), TargetUnavailable, "SERVER_UNAVAILABLE"),
        (reply(200, b"<html>"), TargetUnavailable, "BAD_RESPONSE"),
        (json_reply(200, b"{}"), TargetUnavailable, "BAD_RESPONSE"),
        (json_reply(200, b"{"), TargetUnavailable, "BAD_RESPONSE"),
    ],
)
def test_a_sign_in_that_fails_is_told_and_nothing_is_sent(start, answer, error, code):
    server = Server(answer)
    target = start(server)
    with pytest.raises(error) as caught:
        target.deliver([MESSAGE])
    assert caught.value.code == code
    (finding,) = target.check()
    assert (finding.level, finding.code) == (Level.ERROR, code)


def test_a_token_is_never_asked_for_in_clear():
    with pytest.raises(ValidationError, match="https"):
        OAuth(token_url="http://example.com/t", client_id="a", client_secret="secret:x")


# --- mutual TLS -----------------------------------------------------------------------------------


@pytest.fixture
def authority(tmp_path):
    return Authority("Client CA", tmp_path)


def client_pem(authority, path, password=b""):
    """A certificate and its key, signed by the authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "waybill")])
    certificate = authority._signed(subject, key.public_key())
    locked = serialization.BestAvailableEncryption(password) if password else None
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            locked or serialization.NoEncryption(),
        )
    )
    return path


@pytest.mark.parametrize("password", ["", "pass"])
def test_a_server_that_asks_for_a_certificate_is_shown_one(tmp_path, authority, password):
    pem = client_pem(authority, tmp_path / "client.pem", password.encode())
    tls = authority.server()
    tls.verify_mode = ssl.CERT_REQUIRED
    tls.load_verify_locations(authority.file)
    more = {"client_key_password": "secret:key"} if password else {}
    with Stub(lambda _: reply(204), tls=tls) as stub:
        config = WebhookConfig(
            url=stub.url, secret="secret:hook", ca_file=authority.file, client_certificate=pem,
            **more,
        )  # fmt: skip
        target = webhook.make(config, context(tmp_path, hook=SIGNING, key=password or "-"))
        assert target.deliver([MESSAGE]) == [Delivered()]
        target.close()


@pytest.mark.parametrize("password", [None, "wrong"])
def test_a_key_that_does_not_open_is_told_without_asking_on_a_terminal(
    tmp_path, authority, password
):
    pem = client_pem(authority, tmp_path / "client.pem", b"right")
    more = {} if password is None else {"client_key_password": "secret:key"}
    config = WebhookConfig(
        url="https://localhost:1", secret="secret:hook", client_certificate=pem, **more
    )
    target = webhook.make(config, context(tmp_path, hook=SIGNING, key=password or "-"))
    with pytest.raises(TargetAuthError, match="CLIENT_CERTIFICATE"):
        target.deliver([MESSAGE])
    target.close()
