"""Signing in to HubSpot in a browser: what comes of it keeps the agent signed in."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from agent.errors import TargetAuthError
from agent.model import Delivered
from agent.ports import SignsInByBrowser
from tests.integration.hubspot_rig import (
    ACCOUNT,
    call,
    configured,
    deliver,
    put,
    sandbox,
    signed_in,
)

__all__ = ["sandbox", "signed_in"]


@pytest.fixture
def sign_in(sandbox):
    return {
        "flow": "oauth",
        "client_id": sandbox.client_id,
        "client_secret": "secret:secret",
        "refresh_token": "secret:kept",
        "authorize_url": f"{sandbox.url}/oauth/authorize",
    }


@pytest.fixture
def begun(sandbox, signed_in, sign_in):
    """A target that nobody has signed in to, and a sign-in under way."""
    target = signed_in(sandbox, sign_in=sign_in)
    config = configured(sandbox, sign_in=sign_in, entities=["account", "invoice", "payment"])
    assert isinstance(config, SignsInByBrowser)
    return target, config.begin_sign_in(signed_in.context)


def browsed(sandbox, pending):
    """What a browser brings back."""
    answer = call(sandbox, "GET", pending.url.removeprefix(sandbox.url))
    assert answer.status_code == 302
    assert answer.headers["location"].startswith("http://localhost:1717/callback?")
    return urlsplit(answer.headers["location"]).query


def test_a_person_signs_in_once_and_the_agent_stays_signed_in(sandbox, signed_in, begun):
    target, pending = begun
    with pytest.raises(TargetAuthError, match="NOT_SIGNED_IN"):
        deliver(target, "account", "C-1", **ACCOUNT)
    scopes = parse_qs(urlsplit(pending.url).query)["scope"][0].split()
    assert scopes == [
        "oauth",
        "crm.objects.companies.read",
        "crm.objects.companies.write",
        "crm.schemas.companies.read",
        "crm.objects.custom.read",
        "crm.objects.custom.write",
        "crm.schemas.custom.read",
    ]
    query = browsed(sandbox, pending)
    signed_in.secrets.set(pending.secret, pending.finish(query))
    assert isinstance(deliver(target, "account", "C-1", **ACCOUNT), Delivered)
    with pytest.raises(TargetAuthError, match="AUTH_REVOKED"):
        pending.finish(query)


def test_a_sign_in_of_somebody_else_is_not_taken(sandbox, begun):
    _, pending = begun
    query = browsed(sandbox, pending)
    with pytest.raises(TargetAuthError, match="SIGN_IN_STATE"):
        pending.finish(query.replace("state=", "state=x"))
    assert pending.finish(query)


def test_a_person_who_does_not_install_the_app_is_told(sandbox, begun):
    sandbox.options.person_installs = False
    _, pending = begun
    with pytest.raises(TargetAuthError, match="AUTH_REFUSED"):
        pending.finish(browsed(sandbox, pending))


def test_a_private_app_needs_no_person(sandbox, signed_in):
    target = signed_in(sandbox)
    put(target, "account", "C-1", **ACCOUNT)
    assert configured(sandbox).begin_sign_in(signed_in.context) is None
