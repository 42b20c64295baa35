"""Signing in with a SAML assertion: said exactly, signed rightly, asked for once, refusals told."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from urllib.parse import parse_qs
from xml.etree import ElementTree as ET

import orjson
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from adapters.sandbox import Sandbox
from adapters.targets import sap
from adapters.targets.sap import assertion
from adapters.targets.sap.assertion import Subject
from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import Delivered
from tests.http_stub import Stub, context, json_reply, reply
from tests.sap_rig import ACCOUNTS, SapRig
from tests.unit.sap.test_session import CREATED, NONE, account

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
TOKEN = "/sap/bc/sec/oauth2/token"


def pem(key, password=None):
    sealed = serialization.BestAvailableEncryption(password) if password else None
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        sealed or serialization.NoEncryption(),
    ).decode()


def delivering(stub, tmp_path, key=""):
    sign_in = {
        "flow": "saml_bearer",
        "client_id": "_CLIENT",
        "client_secret": "secret:client",
        "issuer": "WAYBILL",
        "user": "INTEGRATION",
        "key": "secret:key",
    }
    config = sap.SapConfig(url=stub.url, sign_in=sign_in, timeout="5s")
    return sap.make(config, context(tmp_path, client="s3cret", key=key or pem(KEY)))


class Tenant:
    """Gives tokens and takes the last one only."""

    def __init__(self):
        self.forms, self.tokens, self.asked = [], 0, []

    def __call__(self, asked):
        self.asked.append(asked)
        if asked.target == TOKEN:
            self.forms.append(parse_qs(asked.body.decode()))
            self.tokens += 1
            told = {"access_token": f"t{self.tokens}", "expires_in": "3600"}
            return json_reply(200, orjson.dumps(told))
        if asked.headers.get("authorization") != f"Bearer t{self.tokens}":
            return reply(401)
        if asked.method == "GET":
            return json_reply(200, NONE)
        return reply(202, CREATED, content_type="multipart/mixed; boundary=e0")


def test_an_assertion_says_who_signs_in_for_whom_and_until_when():
    subject = Subject("A & B", "O'<Neill>", "_CLIENT", "my1.crm.ondemand.com", 'https://x/"t"')
    root = ET.fromstring(assertion.signed(subject, KEY, NOW, "_1"))
    texts = {element.tag.rpartition("}")[2]: element.text for element in root.iter()}
    assert (texts["Issuer"], texts["NameID"], texts["AttributeValue"]) == (
        "A & B", "O'<Neill>", "_CLIENT",
    )  # fmt: skip
    assert texts["Audience"] == "my1.crm.ondemand.com"
    (data,) = [each for each in root.iter() if each.tag.endswith("SubjectConfirmationData")]
    assert data.attrib == {"NotOnOrAfter": "2026-11-21T10:05:00Z", "Recipient": 'https://x/"t"'}
    assert root[1].tag.endswith("Signature"), "right behind the issuer, as the schema says"


def test_a_token_is_asked_for_once_and_used_by_every_request(tmp_path):
    tenant = Tenant()
    with Stub(tenant) as stub:
        target = delivering(stub, tmp_path)
        for number in (1, 2):
            assert target.deliver([account(number)]) == [Delivered("0016")]
        target.close()
    (form,) = tenant.forms
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:saml2-bearer"]
    assert (form["client_id"], form["scope"]) == (["_CLIENT"], ["UIWC:CC_HOME"])
    assert b"saml2:Assertion" in base64.b64decode(form["assertion"][0])
    (asked,) = [each for each in tenant.asked if each.target == TOKEN]
    assert base64.b64decode(asked.headers["authorization"][6:]) == b"_CLIENT:s3cret"


def test_a_token_that_is_over_is_asked_for_anew_once(tmp_path):
    tenant = Tenant()
    with Stub(tenant) as stub:
        target = delivering(stub, tmp_path)
        target.deliver([account(1)])
        tenant.tokens += 1  # what it has is no longer good
        assert target.deliver([account(2)]) == [Delivered("0016")]
        target.close()
    assert len(tenant.forms) == 2


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        (json_reply(400, b'{"error":"invalid_grant","error_description":"locked"}'),
         TargetAuthError, "AUTH_REVOKED"),
        (json_reply(401, b'{"error":"invalid_client"}'), TargetAuthError, "AUTH_REFUSED"),
        (json_reply(400, b'{"error":"invalid_scope"}'), TargetAuthError, "AUTH_REFUSED"),
        (json_reply(400, b'{"error":"invalid_grant"}', date="Sat, 21 Nov 2020 10:00:00 GMT"),
         TargetAuthError, "CLOCK_SKEW"),
        (reply(500), TargetUnavailable, "SERVER_UNAVAILABLE"),
        (reply(429, retry_after="9"), TargetUnavailable, "SERVER_UNAVAILABLE"),
        (reply(400, b"<html>", content_type="text/html"), TargetUnavailable, "BAD_RESPONSE"),
        (reply(404), TargetUnavailable, "BAD_RESPONSE"),
        (json_reply(200, b"{}"), TargetUnavailable, "BAD_RESPONSE"),
        (json_reply(200, b"{"), TargetUnavailable, "BAD_RESPONSE"),
        (json_reply(200, b'{"access_token":"a\\r\\nb"}'), TargetUnavailable, "BAD_RESPONSE"),
        (None, TargetUnavailable, "SIGN_IN_LOST"),
    ],
)  # fmt: skip
def test_a_sign_in_that_fails_says_why_and_nothing_was_sent(tmp_path, answer, error, code):
    with Stub(lambda _: answer) as stub:
        target = delivering(stub, tmp_path)
        with pytest.raises(error, match=code) as caught:
            target.deliver([account()])
        target.close()
    assert {asked.target for asked in stub.asked} == {TOKEN}
    assert "s3cret" not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize(
    "key", ["not a key", pem(ec.generate_private_key(ec.SECP256R1())), pem(KEY, b"password")]
)
def test_a_key_that_cannot_sign_is_named_by_its_secret(tmp_path, key):
    with Stub(Tenant()) as stub:
        target = delivering(stub, tmp_path, key)
        with pytest.raises(TargetAuthError, match="SIGN_IN_KEY") as caught:
            target.deliver([account()])
        target.close()
    assert "secret:key" in caught.value.hint


# --- against a token service that verifies ---


@pytest.fixture
def rig(tmp_path):
    with Sandbox(tmp_path / "crm", crm="sap", seed=1) as sandbox:
        rig = SapRig(sandbox, tmp_path, flow="saml_bearer")
        yield rig
        rig.target.close()
        assert list(sandbox.crashes) == []


def test_a_user_that_is_locked_stops_the_target_and_it_goes_on_afterwards(rig):
    rig.sandbox.fault("sign_in", times=1)
    with pytest.raises(TargetAuthError, match="AUTH_REVOKED"):
        rig.target.deliver([account()])
    assert isinstance(rig.target.deliver([account()])[0], Delivered)
    rig.sandbox.end_sessions()
    assert isinstance(rig.target.deliver([account()])[0], Delivered)
    assert len(rig.sandbox.every(ACCOUNTS)) == 1


@pytest.mark.parametrize(
    ("own", "change"),
    [
        ({"issuer": "OTHER"}, None),
        ({"user": "OTHER"}, None),
        ({"client_id": "OTHER"}, None),
        ({"audience": "other.example"}, None),
        ({"recipient": "https://other.example/t"}, None),
        ({}, lambda text: text.replace("urn:none", "urn:some")),
        ({}, lambda text: text.replace('NotOnOrAfter="20', 'NotOnOrAfter="21')),
        ({}, lambda text: text.replace("<ds:SignatureValue>", "<ds:SignatureValue>AA")),
        ({}, lambda text: text[: text.index("<ds:Signature ")]
         + text[text.index("</ds:Signature>") + 15 :]),
        ({}, lambda text: text[:-20]),
    ],
)  # fmt: skip
def test_the_token_service_takes_no_assertion_that_was_touched(rig, own, change):
    sandbox = rig.sandbox
    key = assertion.private_key(sandbox.jwt_key_file.read_text("ascii"))
    said = {
        "issuer": "WAYBILL",
        "user": sandbox.user,
        "client_id": sandbox.client_id,
        "audience": sandbox.url.removeprefix("https://"),
        "recipient": f"{sandbox.url}{TOKEN}",
    }
    text = assertion.signed(Subject(**{**said, **own}), key, datetime.now(UTC), "_1")
    tokens = sandbox._dialect._tokens
    tried = base64.b64encode((change or str)(text).encode()).decode()
    with pytest.raises(Exception, match="invalid_grant"):
        tokens._check_assertion(tried)
    good = assertion.signed(Subject(**said), key, datetime.now(UTC), "_2")
    tokens._check_assertion(base64.b64encode(good.encode()).decode())
