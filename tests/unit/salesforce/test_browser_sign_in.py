"""A refresh token that rotates is never lost, and a sign-in in the browser cannot be borrowed."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.targets import salesforce
from adapters.targets.salesforce import SalesforceConfig
from agent.errors import KeyUnavailable, TargetAuthError, TargetUnavailable
from agent.model import Delivered, Message, Op
from agent.ports import SignsInByBrowser
from tests.http_stub import Stub, context, json_reply

FLOW = {"flow": "browser", "client_id": "app", "refresh_token": "secret:crm", "port": 1718}
WRITTEN = json_reply(200, json.dumps([{"id": "001", "success": True, "errors": []}]).encode())
GONE = json_reply(400, b'{"error":"invalid_grant","error_description":"expired access/refresh"}')
MESSAGE = Message("m", Op.UPSERT, "account", "account/1", "C-1", 1, {"name": "Acme"})


class Org:
    """Knows one refresh token at a time; each session is good for one call."""

    def __init__(self):
        self.token, self.number, self.rotates = "r0", 0, True
        self.forms = []
        self.good = ""

    def __call__(self, asked):
        if asked.target != "/services/oauth2/token":
            if asked.headers["authorization"] != f"Bearer {self.good}" or not self.good:
                return json_reply(401, b'[{"errorCode":"INVALID_SESSION_ID","message":"x"}]')
            self.good = ""
            return WRITTEN
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        self.forms.append(form)
        if form.get("refresh_token", self.token) != self.token or form.get("code") == "bad":
            return GONE
        self.number += 1
        self.good = f"a{self.number}"
        said = {"access_token": self.good, "instance_url": f"http://127.0.0.1:{self.port}"}
        if self.rotates:
            self.token = said["refresh_token"] = f"r{self.number}"
        return json_reply(200, json.dumps(said).encode())


@pytest.fixture
def org():
    org = Org()
    with Stub(org) as stub:
        org.port = stub.port
        yield org


@pytest.fixture
def rig(org, tmp_path):
    config = SalesforceConfig(url=f"http://127.0.0.1:{org.port}", sign_in=FLOW)
    around = context(tmp_path, crm="r0")
    target = salesforce.make(config, around)
    yield target, around.secrets, config, around
    target.close()


def test_each_new_token_is_kept_before_its_session_is_used(org, rig):
    target, secrets, _, _ = rig
    for number in range(1, 4):
        assert target.deliver([MESSAGE]) == [Delivered("001")]
        assert secrets["crm"] == f"r{number}" == org.token
    assert org.forms[0] == {
        "grant_type": "refresh_token",
        "refresh_token": "r0",
        "client_id": "app",
    }


def test_without_rotation_the_token_stays(org, rig):
    target, secrets, _, _ = rig
    org.rotates = False
    for _ in range(2):
        assert target.deliver([MESSAGE]) == [Delivered("001")]
    assert secrets["crm"] == "r0"


class Full:
    """A secret store whose disk is full for a while."""

    def __init__(self, secrets):
        self.secrets, self.full = secrets, True

    def get(self, name):
        return self.secrets.get(name)

    def set(self, name, value):
        if self.full:
            raise KeyUnavailable("The secrets cannot be written.", hint="Make room.")
        self.secrets.set(name, value)


def test_a_token_that_cannot_be_written_is_written_before_anything_else_later(org, rig):
    _, secrets, config, around = rig
    store = Full(secrets)
    target = salesforce.make(config, type(around)("crm", around.clock, store, around.folder))
    for _ in range(2):
        with pytest.raises(TargetUnavailable, match="SIGN_IN_NOT_KEPT") as caught:
            target.deliver([MESSAGE])
        assert "Make room" in caught.value.hint
    assert len(org.forms) == 1, "no further token is used up meanwhile"
    store.full = False
    assert target.deliver([MESSAGE]) == [Delivered("001")]
    assert secrets["crm"] == org.token == "r2"
    target.close()


def test_a_person_who_signed_in_meanwhile_is_not_overwritten(org, rig):
    _, secrets, config, around = rig
    store = Full(secrets)
    target = salesforce.make(config, type(around)("crm", around.clock, store, around.folder))
    with pytest.raises(TargetUnavailable):
        target.deliver([MESSAGE])
    secrets["crm"] = org.token = "by hand"
    store.full = False
    assert target.deliver([MESSAGE]) == [Delivered("001")]
    assert org.forms[-1]["refresh_token"] == "by hand"
    target.close()


def test_a_revoked_token_says_how_to_sign_in_again_and_a_new_one_is_used_at_once(org, rig):
    target, secrets, _, _ = rig
    org.token = "other"
    with pytest.raises(TargetAuthError, match="AUTH_REVOKED") as caught:
        target.deliver([MESSAGE])
    assert "waybill sign-in crm" in caught.value.hint
    secrets["crm"] = "other"
    assert target.deliver([MESSAGE]) == [Delivered("001")]


def test_before_the_first_sign_in_the_command_is_named(rig):
    target, secrets, _, _ = rig
    del secrets["crm"]
    with pytest.raises(TargetAuthError, match="NOT_SIGNED_IN") as caught:
        target.deliver([MESSAGE])
    assert "waybill sign-in crm" in caught.value.hint


# --- the page -------------------------------------------------------------------------------------


def begun(rig):
    _, _, config, around = rig
    assert isinstance(config, SignsInByBrowser)
    pending = config.begin_sign_in(around)
    asked = {k: v[0] for k, v in parse_qs(urlsplit(pending.url).query).items()}
    return pending, asked


def test_the_page_is_asked_with_a_proof_that_only_we_can_complete(org, rig):
    pending, asked = begun(rig)
    assert asked["redirect_uri"] == "http://localhost:1718/callback"
    assert (asked["code_challenge_method"], asked["scope"]) == ("S256", "api refresh_token")
    assert pending.finish(f"code=c&state={asked['state']}") == "r1"
    (form,) = org.forms
    assert form["grant_type"] == "authorization_code"
    assert len(form["code_verifier"]) >= 43
    assert form["code_verifier"] not in pending.url
    assert "client_secret" not in form, "a public client has none"
    assert begun(rig)[1]["code_challenge"] != asked["code_challenge"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("code=c&state=other", "SIGN_IN_STATE"),
        ("code=c", "SIGN_IN_STATE"),
        ("error=access_denied&state=STATE", "AUTH_REFUSED"),
        ("state=STATE", "AUTH_REFUSED"),
        ("code=bad&state=STATE", "AUTH_REVOKED"),
    ],
)
def test_what_comes_back_wrong_signs_nobody_in(rig, query, code):
    pending, asked = begun(rig)
    with pytest.raises(TargetAuthError) as caught:
        pending.finish(query.replace("STATE", asked["state"]))
    assert caught.value.code == code
    assert caught.value.hint


def test_an_app_that_gives_no_refresh_token_is_told(org, rig):
    org.rotates = False
    pending, asked = begun(rig)
    with pytest.raises(TargetAuthError, match="NO_REFRESH_TOKEN"):
        pending.finish(f"code=c&state={asked['state']}")
