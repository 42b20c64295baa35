"""Sign-in: both flows, what they refuse, and sessions that run out."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from joserfc import jwt
from joserfc.jwk import RSAKey

from adapters.sandbox.salesforce import SalesforceOptions

JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def assertion(crm, key: bytes | rsa.RSAPrivateKey | None = None, **changes: object) -> str:
    claims = {
        "iss": crm.sandbox.client_id,
        "sub": crm.sandbox.user,
        "aud": "https://login.salesforce.com",
        "exp": int(crm.clock.now().timestamp()) + 170,
        **changes,
    }
    private = key or crm.sandbox.jwt_key_file.read_bytes()
    return jwt.encode({"alg": "RS256"}, claims, RSAKey.import_key(private), algorithms=["RS256"])


def refusal(response) -> str:
    assert response.status == 400
    return orjson.loads(response.body)["error"]


def test_a_token_answer_has_all_that_the_real_one_has_and_no_expiry(crm):
    answer = orjson.loads(crm.sign_in().body)
    needed = {"access_token", "instance_url", "id", "token_type", "issued_at", "signature"}
    assert needed <= set(answer)
    assert "expires_in" not in answer
    assert answer["token_type"] == "Bearer"


def test_client_credentials_may_come_as_basic(crm):
    pair = f"{crm.sandbox.client_id}:{crm.sandbox.client_secret}".encode()
    headers = {"authorization": f"Basic {base64.b64encode(pair).decode()}"}
    body = b"grant_type=client_credentials"
    assert crm.raw("POST", "/services/oauth2/token", body, headers).status == 200


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"client_id": "nope"}, "invalid_client_id"),
        ({"client_secret": "nope"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_wrong_form_is_refused(crm, form: dict[str, str], error: str):
    good = {
        "grant_type": "client_credentials",
        "client_id": crm.sandbox.client_id,
        "client_secret": crm.sandbox.client_secret,
    }
    assert refusal(crm.sign_in(**{**good, **form})) == error


def test_a_signed_assertion_signs_in(crm):
    assert crm.sign_in(grant_type=JWT, assertion=assertion(crm)).status == 200


def test_a_registered_certificate_signs_in(crm):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "agent")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    signed = assertion(crm, key)
    assert refusal(crm.sign_in(grant_type=JWT, assertion=signed)) == "invalid_grant"
    crm.sandbox.trust_key(certificate.public_bytes(Encoding.PEM))
    assert crm.sign_in(grant_type=JWT, assertion=signed).status == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"iss": "nope"}, "invalid_client_id"),
        ({"sub": "nope"}, "invalid_grant"),
        ({"aud": "https://example.com"}, "invalid_grant"),
        ({"exp": 1}, "invalid_grant"),
        ({"exp": 2**33}, "invalid_grant"),
        ({"exp": "soon"}, "invalid_grant"),
    ],
)
def test_a_wrong_claim_is_refused(crm, changes: dict[str, object], error: str):
    assert refusal(crm.sign_in(grant_type=JWT, assertion=assertion(crm, **changes))) == error


def test_an_assertion_signed_otherwise_is_refused(crm):
    assert crm.sandbox.jwt_key_file.is_file()
    for wrong in ("", "a.b.c", assertion(crm)[:-8] + "AAAAAAAA"):
        assert refusal(crm.sign_in(grant_type=JWT, assertion=wrong)) == "invalid_grant"


def test_a_session_runs_out_and_the_answer_says_so(make_crm):
    crm = make_crm(SalesforceOptions(token_seconds=60))
    assert crm.call("GET", "/limits")[0] == 200
    crm.clock.forward(61)
    status, errors = crm.call("GET", "/limits")
    assert status == 401
    assert errors == [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
    response = crm.raw("GET", "/services/data/v67.0/limits")
    assert response.headers["WWW-Authenticate"] == "Token"


def test_the_daily_limit_answers_403_until_a_day_has_passed(make_crm):
    crm = make_crm(SalesforceOptions(daily_limit=2))
    assert [crm.call("GET", "/limits")[0] for _ in range(3)] == [200, 200, 403]
    assert crm.call("GET", "/limits")[1][0]["errorCode"] == "REQUEST_LIMIT_EXCEEDED"
    crm.clock.forward(24 * 3600)
    crm.token = ""
    assert crm.call("GET", "/limits")[1]["DailyApiRequests"] == {"Max": 2, "Remaining": 1}


def test_an_expiry_may_be_written_as_text(crm):
    expiry = str(int(crm.clock.now().timestamp()) + 100)
    assert crm.sign_in(grant_type=JWT, assertion=assertion(crm, exp=expiry)).status == 200


# --- a person in a browser ------------------------------------------------------------------------

BACK = "http://localhost:1717/callback"
VERIFIER = "v" * 64


def page(crm, **changes: str) -> dict[str, str]:
    """What the sign-in page sends the browser back with."""
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": crm.sandbox.client_id,
        "redirect_uri": BACK,
        "state": "s",
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        **changes,
    }
    response = crm.raw("GET", "/services/oauth2/authorize", **asked)
    assert response.status == 302, response.body
    where, _, query = response.headers["Location"].partition("?")
    assert where == BACK
    return dict(parse_qsl(query))


def code_form(crm, code: str, **changes: str) -> dict[str, str]:
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "client_id": crm.sandbox.client_id,
        "code_verifier": VERIFIER,
        **changes,
    }


def refresh(crm, token: str, **more: str):
    client = {"client_id": crm.sandbox.client_id, **more}
    return crm.sign_in(grant_type="refresh_token", refresh_token=token, **client)


def test_a_code_is_good_once_and_brings_a_refresh_token(crm):
    brought = page(crm)
    assert brought["state"] == "s"
    form = code_form(crm, brought["code"])
    said = orjson.loads(crm.sign_in(**form).body)
    assert {"access_token", "instance_url", "refresh_token"} <= set(said)
    assert refusal(crm.sign_in(**form)) == "invalid_grant"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "other"}, "invalid_grant"),
        ({"redirect_uri": "http://localhost:1/x"}, "redirect_uri_mismatch"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "wrong"}, "invalid_client_id"),
    ],
)
def test_a_code_without_its_proof_is_worth_nothing(crm, changes, error):
    assert refusal(crm.sign_in(**code_form(crm, page(crm)["code"], **changes))) == error


def test_a_refresh_token_that_was_used_is_dead_where_tokens_rotate(crm):
    first = orjson.loads(crm.sign_in(**code_form(crm, page(crm)["code"])).body)["refresh_token"]
    second = orjson.loads(refresh(crm, first).body)["refresh_token"]
    assert second != first
    assert refusal(refresh(crm, first)) == "invalid_grant"
    crm.sandbox.options.rotate = False
    assert "refresh_token" not in orjson.loads(refresh(crm, second).body)
    secret = crm.sandbox.client_secret
    assert refresh(crm, second, client_secret=secret).status == 200


def test_a_person_may_say_no_and_a_wrong_address_is_no_page(crm):
    crm.sandbox.options.person_signs_in = False
    assert page(crm)["error"] == "access_denied"
    wrong = {"response_type": "code", "redirect_uri": BACK, "client_id": "nope"}
    assert crm.raw("GET", "/services/oauth2/authorize", **wrong).status == 400
    away = {**wrong, "client_id": crm.sandbox.client_id, "redirect_uri": "https://evil.example"}
    assert crm.raw("GET", "/services/oauth2/authorize", **away).status == 400
