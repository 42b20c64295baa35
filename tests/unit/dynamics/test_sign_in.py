"""Signing in to Entra: once for all threads, early enough, with errors a person understands."""

import json
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwt
from joserfc.jwk import RSAKey

from adapters.targets import dynamics
from adapters.targets.dynamics import DynamicsConfig, entra
from adapters.targets.dynamics.assertion import Credential
from agent.errors import KeyUnavailable, SecretMissing, TargetAuthError, TargetUnavailable
from agent.model import Delivered, Message, Op
from tests.dynamics_rig import certificate
from tests.fakes import FakeClock
from tests.http_stub import Secrets, Stub, context, json_reply, reply

APP = {"tenant": "contoso.example", "client_id": "app"}
SECRET = {**APP, "flow": "client_credentials", "client_secret": "secret:crm"}
PERSON = {**APP, "flow": "device_code", "refresh_token": "secret:crm"}
CERTIFICATE = {**APP, "flow": "certificate", "certificate": "secret:crm"}
ENDPOINT = "/contoso.example/oauth2/v2.0/token"
NO_SESSION = reply(401)


def message(number=1):
    return Message(f"i{number}", Op.UPSERT, "account", "account/1", f"C-{number}", 1, {"name": "A"})


class Entra:
    """Signs in and takes upserts; each token is good for `good` calls."""

    def __init__(self, good=10**9, token_answer=None, lives=3599):
        self.good, self.given, self.token_answer, self.lives = good, 0, token_answer, lives
        self.left = 0
        self.forms = []
        self.lock = threading.Lock()

    def __call__(self, asked):
        with self.lock:
            if asked.target == ENDPOINT:
                self.forms.append({k: v[0] for k, v in parse_qs(asked.body.decode()).items()})
                self.given += 1
                self.left = self.good
                return self.token_answer or self.signed_in()
            if asked.headers["authorization"] != f"Bearer hush{self.given}" or not self.left:
                return NO_SESSION
            self.left -= 1
        return reply(204)

    def signed_in(self):
        said = {"access_token": f"hush{self.given}", "expires_in": self.lives}
        if self.forms[-1]["grant_type"] == "refresh_token":
            said["refresh_token"] = f"refresh{self.given}"
        return json_reply(200, json.dumps(said).encode())


@pytest.fixture
def start(tmp_path):
    opened = []

    def start(there, sign_in=SECRET, secret="s3cret", clock=None, **settings):
        stub = Stub(there).__enter__()
        config = DynamicsConfig(url=stub.url, authority=stub.url, sign_in=sign_in, **settings)
        target = dynamics.make(config, context(tmp_path, clock, crm=secret))
        opened.extend([target.close, lambda: stub.__exit__(None, None, None)])
        return target, stub

    yield start
    for close in opened:
        close()


def refused(error, *numbers, status=400):
    said = {"error": error, "error_description": f"AADSTS{numbers[0]}: No." if numbers else "No.",
            "error_codes": list(numbers)}  # fmt: skip
    return json_reply(status, json.dumps(said).encode())


def trouble(target):
    with pytest.raises(TargetAuthError) as caught:
        target.deliver([message()])
    return caught.value


# --- tokens ---------------------------------------------------------------------------------------


def test_an_app_signs_in_with_its_secret_for_the_configured_environment(start):
    there = Entra()
    target, stub = start(there)
    assert target.deliver([message()]) == [Delivered()]
    assert there.forms == [
        {"grant_type": "client_credentials", "client_id": "app", "client_secret": "s3cret",
         "scope": f"{stub.url}/.default"}
    ]  # fmt: skip


def test_one_token_serves_every_sender(start):
    there = Entra()
    target, _ = start(there)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: target.deliver([message(n)]), range(40)))
    assert found == [[Delivered()]] * 40
    assert there.given == 1


def test_a_401_is_answered_with_one_new_token_and_one_more_try(start):
    there = Entra(good=1)
    target, stub = start(there)
    for number in range(3):
        assert target.deliver([message(number)]) == [Delivered()]
    assert there.given == 3
    assert len(stub.asked) == 1 + 1 + 2 * 3, "each later one: refused, signed in, done"


def test_a_second_401_is_a_refusal(start):
    target, _ = start(Entra(good=0))
    error = trouble(target)
    assert error.code == "SESSION_REFUSED"
    assert "application user" in error.hint


def test_a_token_is_replaced_before_it_ends(start):
    there, clock = Entra(), FakeClock()
    target, _ = start(there, clock=clock)
    target.deliver([message()])
    clock.pass_(3200)
    target.deliver([message()])
    assert there.given == 1
    clock.pass_(100)
    target.deliver([message()])
    assert there.given == 2


def test_a_token_that_does_not_say_how_long_it_lives_is_used_until_refused(start):
    there = Entra(lives=None)
    target, _ = start(there)
    assert target.deliver([message()]) == [Delivered()]


def test_what_is_left_of_five_minutes_is_passed_on(start):
    there = Entra()
    left = {"x_ms_ratelimit_burst_remaining_xrm_requests": "5,998"}
    target, _ = start(
        lambda asked: there(asked) if asked.target == ENDPOINT else reply(204, **left)
    )
    target.deliver([message()])
    meter = target.meter()
    assert meter.sent == 2
    (allowance,) = meter.allowances
    assert (allowance.most, allowance.left, allowance.window.seconds) == (6000, 5998, 300)


# --- a certificate --------------------------------------------------------------------------------


def test_a_certificate_signs_a_short_assertion_for_this_endpoint(start):
    pem, public = certificate()
    there = Entra()
    target, stub = start(there, CERTIFICATE, pem)
    target.deliver([message()])
    (form,) = there.forms
    assert form["client_assertion_type"].endswith("jwt-bearer")
    assert "client_secret" not in form
    shown = x509.load_pem_x509_certificate(public)
    key = RSAKey.import_key(shown.public_key())
    found = jwt.decode(form["client_assertion"], key, algorithms=["PS256"])
    assert found.header["x5t#S256"]
    assert found.claims["aud"] == stub.url + ENDPOINT
    assert found.claims["iss"] == found.claims["sub"] == "app"
    assert 0 < found.claims["exp"] - found.claims["nbf"] <= 600


def test_each_assertion_has_an_id_of_its_own(start):
    there = Entra(good=1)
    target, _ = start(there, CERTIFICATE, certificate()[0])
    for _ in range(2):
        target.deliver([message()])
    assert len({form["client_assertion"] for form in there.forms}) == 2


def other_key():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.mark.parametrize("pem", ["", "no key", certificate()[1].decode(), other_key(),
                                 other_key() + certificate()[1].decode()])  # fmt: skip
def test_what_is_not_a_key_with_its_certificate_says_so_without_showing_it(start, pem):
    error = trouble(start(Entra(), CERTIFICATE, pem)[0])
    assert error.code == "SIGN_IN_KEY"
    assert "PRIVATE" not in f"{error!r} {error}"


def test_a_certificate_tells_when_it_ends():
    left = Credential(certificate(10)[0]).ends - datetime.now(UTC)
    assert 9 <= left.days <= 10


# --- a person -------------------------------------------------------------------------------------


def test_the_newest_refresh_token_is_used(start):
    there = Entra(good=1)
    target, stub = start(there, PERSON)
    for _ in range(3):
        target.deliver([message()])
    assert [form["refresh_token"] for form in there.forms] == ["s3cret", "refresh1", "refresh2"]
    assert there.forms[0]["scope"] == f"{stub.url}/user_impersonation offline_access"


def test_a_renewed_refresh_token_is_kept_as_the_secret(start):
    target, _ = start(Entra(), PERSON)
    target.deliver([message()])
    assert target._client.sign_in._context.secrets.get("crm") == "refresh1"


def test_a_revoked_sign_in_goes_on_with_the_one_that_a_person_brought(start):
    there = Entra(good=1)
    target, _ = start(there, PERSON)
    target.deliver([message()])
    there.token_answer = refused("invalid_grant", 50173)
    error = trouble(target)
    assert (error.code, "waybill sign-in crm" in error.hint) == ("AUTH_REVOKED", True)
    target._client.sign_in._context.secrets["crm"] = "brought"
    there.token_answer = None
    target.deliver([message()])
    assert there.forms[-1]["refresh_token"] == "brought"


def test_a_refresh_token_that_cannot_be_kept_is_used_all_the_same(start):
    class Unkept(Secrets):
        def set(self, name, value):
            raise KeyUnavailable("The key is away.")

    there = Entra(good=1)
    target, _ = start(there, PERSON)
    around = target._client.sign_in
    around._context = replace(around._context, secrets=Unkept(crm="s3cret"))
    for _ in range(2):
        target.deliver([message()])
    assert [form["refresh_token"] for form in there.forms] == ["s3cret", "refresh1"]


def test_who_has_never_signed_in_is_told_how(start):
    target, _ = start(Entra(), {**PERSON, "refresh_token": "secret:nobody-set"})
    error = trouble(target)
    assert (error.code, "waybill sign-in crm" in error.hint) == ("NOT_SIGNED_IN", True)


# --- refusals -------------------------------------------------------------------------------------

MEANT = {
    "AUTH_REFUSED": [7000215, 7000218, 700016, 90002, 700027, 500011, 65001],
    "AUTH_EXPIRED": [7000222, 700082, 70043],
    "AUTH_REVOKED": [50173, 50057, 50076, 50079],
    "AUTH_BLOCKED": [53003],
    "CLOCK_SKEW": [700024],
}


@pytest.mark.parametrize(("code", "number"), [(c, n) for c, some in MEANT.items() for n in some])
def test_a_refusal_says_what_it_means_and_what_to_do(start, code, number):
    error = trouble(start(Entra(token_answer=refused("invalid_client", number, status=401)))[0])
    assert error.code == code
    assert f"AADSTS{number}" in error.title
    assert error.hint


def test_every_known_number_has_a_row_here():
    assert {n for some in MEANT.values() for n in some} == set(entra.MEANINGS)


@pytest.mark.parametrize(
    ("error", "code"),
    [("invalid_grant", "AUTH_REVOKED"), ("invalid_client", "AUTH_REFUSED"),
     ("unauthorized_client", "AUTH_REFUSED"), ("invalid_scope", "AUTH_REFUSED")],
)  # fmt: skip
def test_a_refusal_without_a_number_that_is_known(start, error, code):
    assert trouble(start(Entra(token_answer=refused(error)))[0]).code == code


@pytest.mark.parametrize(
    "answer",
    [reply(500), reply(429), reply(200), json_reply(200, b"[]"), json_reply(200, b"{}"),
     json_reply(400, b'{"error":"temporarily_unavailable"}'),
     reply(200, b"<html>", content_type="text/html")],
)  # fmt: skip
def test_an_entra_that_is_away_or_talks_nonsense_stops_nothing_for_good(start, answer):
    with pytest.raises(TargetUnavailable):
        start(Entra(token_answer=answer))[0].deliver([message()])


def test_a_refusal_with_a_wrong_clock_says_that_it_is_the_clock(start):
    clock = FakeClock()
    said = json.dumps({"error": "invalid_client"}).encode()
    dated = json_reply(401, said, date="Sat, 21 Nov 2026 12:00:00 GMT")
    error = trouble(start(Entra(token_answer=dated), clock=clock)[0])
    assert error.code == "CLOCK_SKEW"


def test_a_secret_that_nobody_set_is_named(tmp_path):
    config = DynamicsConfig(url="https://x.api.crm4.dynamics.com", sign_in=SECRET)
    target = dynamics.make(config, context(tmp_path))
    with pytest.raises(SecretMissing):
        target.deliver([message()])
    target.close()


def test_no_secret_and_no_token_reaches_a_log_line(start, caplog):
    caplog.set_level(logging.DEBUG)
    target, _ = start(Entra(good=1))
    target.deliver([message()])
    target.deliver([message()])
    assert "s3cret" not in caplog.text
    assert "hush" not in caplog.text
