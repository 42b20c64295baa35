"""`waybill sign-in` with a code against the sandbox: typed in elsewhere, kept, renewed, used."""

import re
import ssl
import threading
import urllib.request

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.dynamics import DynamicsOptions
from adapters.targets import dynamics
from agent import keys
from agent.app import configured
from agent.cli.main import main
from agent.clock import SystemClock
from agent.ports import AdapterContext

CONFIG = """
version = 1
[agent]
name = "here"
[targets.crm]
kind = "dynamics"
url = "URL"
authority = "URL"
ca_file = "CA"
entities = ["account"]
sign_in = { flow = "FLOW", tenant = "TENANT", client_id = "APP", SECRET = "secret:crm-token" }
"""


@pytest.fixture
def sandbox(tmp_path):
    options = DynamicsOptions(device_interval=1)
    with Sandbox(tmp_path / "sandbox", crm="dynamics", seed=1, options=options) as running:
        yield running
        assert list(running.crashes) == []


def home_of(tmp_path, sandbox, flow="device_code", secret="refresh_token"):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    said = sandbox.credentials
    text = CONFIG.replace("URL", sandbox.url).replace("CA", str(sandbox.ca_file))
    text = text.replace("TENANT", said["tenant"]).replace("APP", said["client_id"])
    text = text.replace("FLOW", flow).replace("SECRET", secret)
    (home / "waybill.toml").write_text(text, encoding="utf-8")
    keys.initialise(home)
    return home


def typed_in(sandbox, code):
    tls = ssl.create_default_context(cafile=str(sandbox.ca_file))
    request = urllib.request.Request(f"{sandbox.url}/devicelogin?code={code}", method="POST")
    with urllib.request.urlopen(request, context=tls, timeout=10) as page:
        assert page.status == 204


@pytest.fixture
def person(monkeypatch, sandbox):
    """Reads the code from the screen and types it in, on a machine of their own."""
    real = dynamics.DynamicsConfig.begin_code
    seen = []

    def begun(self, context):
        pending = real(self, context)
        seen.append(pending.code)
        threading.Timer(0.2, typed_in, (sandbox, pending.code)).start()
        return pending

    monkeypatch.setattr(dynamics.DynamicsConfig, "begin_code", begun)
    return seen


def stored(home):
    return keys.open_vault(home, SystemClock()).secrets().get("crm-token")


def check(home):
    """As the agent would, in a new process."""
    config = configured(home, home / "waybill.toml")[0]
    secrets = keys.open_vault(home, SystemClock()).secrets()
    around = AdapterContext("crm", SystemClock(), secrets, home)
    target = dynamics.make(config.targets["crm"].settings, around)
    try:
        return target.check()
    finally:
        target.close()


def test_a_person_types_a_code_in_and_the_agent_stays_signed_in(tmp_path, sandbox, person, capsys):
    home = home_of(tmp_path, sandbox)
    (before,) = [finding for finding in check(home) if finding.level == "error"]
    assert before.code == "NOT_SIGNED_IN"
    assert "waybill sign-in crm" in before.hint
    assert main(["sign-in", "crm", "--home", str(home)]) == 0
    said = capsys.readouterr()
    assert person[0] in said.err
    assert re.search(r"/devicelogin$", said.err, re.MULTILINE)
    first = stored(home)
    assert first not in said.out + said.err
    assert {finding.level for finding in check(home)} == {"ok"}
    assert stored(home) != first, "a newer one came with the first use, and was kept"


def test_a_person_who_declines_keeps_nothing(tmp_path, sandbox, person, capsys):
    sandbox.options.person_confirms = False
    home = home_of(tmp_path, sandbox)
    assert main(["sign-in", "crm", "--home", str(home)]) == 1
    assert "SIGN_IN_DECLINED" in capsys.readouterr().err
    assert keys.open_vault(home, SystemClock()).secrets().list() == ()


def test_an_app_signs_in_without_a_person(tmp_path, sandbox, capsys):
    home = home_of(tmp_path, sandbox, "client_credentials", "client_secret")
    assert main(["sign-in", "crm", "--home", str(home)]) == 2
    assert "without a person" in capsys.readouterr().err
