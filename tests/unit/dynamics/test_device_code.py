"""A code that a person types in elsewhere: asked after, and every way in which it leads nowhere."""

import json

import pytest

from adapters.targets.dynamics import DynamicsConfig
from agent.errors import TargetAuthError
from tests.http_stub import Stub, context, json_reply

APP = {"tenant": "contoso.example", "client_id": "app"}
SECRET = {**APP, "flow": "client_credentials", "client_secret": "secret:crm"}
PERSON = {**APP, "flow": "device_code", "refresh_token": "secret:crm"}


def refused(error, *numbers):
    said = {"error": error, "error_codes": list(numbers)}
    return json_reply(400, json.dumps(said).encode())


DEVICE = {"device_code": "long", "user_code": "ABC", "verification_uri": "https://x.example",
          "interval": 5, "expires_in": 900}  # fmt: skip


@pytest.fixture
def pending(tmp_path):
    said = []

    def script(asked):
        if asked.target.endswith("/devicecode"):
            return json_reply(200, json.dumps(DEVICE).encode())
        return said.pop(0)

    with Stub(script) as stub:
        config = DynamicsConfig(url=stub.url, authority=stub.url, sign_in=PERSON)
        found = config.begin_code(context(tmp_path))
        yield found, said
        found.close()


def test_a_code_is_asked_after_until_it_is_confirmed(pending):
    found, said = pending
    said += [refused("authorization_pending", 70016), refused("slow_down"),
             json_reply(200, b'{"refresh_token":"kept"}')]  # fmt: skip
    assert (found.code, found.url, found.interval, found.lives) == (
        "ABC",
        "https://x.example",
        5,
        900,
    )
    assert [found.poll(), found.poll(), found.interval] == [None, None, 10]
    assert (found.poll(), found.secret) == ("kept", "crm")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refused("authorization_declined"), "SIGN_IN_DECLINED"),
        (refused("expired_token"), "SIGN_IN_LATE"),
        (refused("invalid_grant", 50057), "AUTH_REVOKED"),
        (json_reply(200, b'{"access_token":"x"}'), "NO_REFRESH_TOKEN"),
    ],
)
def test_a_code_that_leads_nowhere_says_why(pending, answer, code):
    found, said = pending
    said.append(answer)
    with pytest.raises(TargetAuthError) as caught:
        found.poll()
    assert caught.value.code == code
    assert caught.value.hint


def test_a_directory_that_gives_no_code_says_why(tmp_path):
    with Stub(lambda _: refused("invalid_client", 7000218)) as stub:
        config = DynamicsConfig(url=stub.url, authority=stub.url, sign_in=PERSON)
        with pytest.raises(TargetAuthError):
            config.begin_code(context(tmp_path))


def test_an_app_needs_no_code(tmp_path):
    config = DynamicsConfig(url="https://x.api.crm4.dynamics.com", sign_in=SECRET)
    assert config.begin_code(context(tmp_path)) is None
