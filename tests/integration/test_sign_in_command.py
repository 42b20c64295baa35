"""`waybill sign-in` against the sandbox: a browser, a loopback callback, a secret that is used."""

import ssl
import threading
import urllib.error
import urllib.request
from contextlib import suppress

import pytest

from adapters.sandbox import Sandbox
from adapters.targets import salesforce
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
kind = "salesforce"
url = "URL"
ca_file = "CA"
entities = ["account"]
sign_in = { flow = "browser", client_id = "APP", refresh_token = "secret:crm-token", port = PORT }
[targets.hook]
kind = "webhook"
url = "https://crm.invalid/hook"
secret = "secret:hook"
"""
PORT = 17177


@pytest.fixture
def sandbox(tmp_path):
    with Sandbox(tmp_path / "sandbox", seed=1) as running:
        yield running
        assert list(running.crashes) == []


@pytest.fixture
def home(tmp_path, sandbox):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    text = CONFIG.replace("URL", sandbox.url).replace("APP", sandbox.client_id)
    text = text.replace("CA", str(sandbox.ca_file)).replace("PORT", str(PORT))
    (home / "waybill.toml").write_text(text, encoding="utf-8")
    keys.initialise(home)
    return home


def browse(sandbox, url):
    """What a browser does: the page, then wherever it sends us."""
    tls = ssl.create_default_context(cafile=str(sandbox.ca_file))
    with urllib.request.urlopen(url, context=tls, timeout=10) as page:
        return page.read()


@pytest.fixture
def browser(monkeypatch, sandbox):
    """Opens the page as soon as it is asked to, in a thread of its own."""
    opened = []

    def open_(url):
        def go():
            with pytest.raises(urllib.error.HTTPError):  # not our callback: it goes on waiting
                browse(sandbox, f"http://localhost:{PORT}/favicon.ico")
            opened.append(browse(sandbox, url))

        threading.Thread(target=go, daemon=True).start()
        return True

    monkeypatch.setattr("webbrowser.open", open_)
    return opened


def stored(home):
    return keys.open_vault(home, SystemClock()).secrets().get("crm-token")


def check(home):
    """As the agent would, in a new process."""
    config = configured(home, home / "waybill.toml")[0]
    secrets = keys.open_vault(home, SystemClock()).secrets()
    around = AdapterContext("crm", SystemClock(), secrets, home)
    target = salesforce.make(config.targets["crm"].settings, around)
    try:
        return target.check()
    finally:
        target.close()


def test_a_person_signs_in_and_the_agent_stays_signed_in(home, browser, capsys):
    assert main(["sign-in", "crm", "--home", str(home)]) == 0
    assert b"Close this page" in browser[0]
    said = capsys.readouterr()
    first = stored(home)
    assert first not in said.out + said.err
    assert {finding.level for finding in check(home)} == {"ok"}
    assert stored(home) != first, "it was rotated, and the new one kept"
    assert {finding.level for finding in check(home)} == {"ok"}


def test_the_address_can_be_pasted_where_no_browser_is(home, sandbox, monkeypatch, capsys):
    def typed(*_args, **_named):
        url = capsys.readouterr().err.splitlines()[-1]
        with suppress(urllib.error.URLError):  # nobody listens there: the browser shows where
            browse(sandbox, url)
        return ended[-1]

    ended = []
    real = urllib.request.HTTPRedirectHandler.redirect_request

    def noted(self, *given):
        ended.append(given[-1])
        return real(self, *given)

    monkeypatch.setattr(urllib.request.HTTPRedirectHandler, "redirect_request", noted)
    monkeypatch.setattr("typer.prompt", typed)
    assert main(["sign-in", "crm", "--paste", "--home", str(home)]) == 0
    assert stored(home)


def test_whoever_needs_no_person_is_told(home, capsys):
    assert main(["sign-in", "hook", "--home", str(home)]) == 2
    assert "without a person" in capsys.readouterr().err


def test_a_no_of_the_person_keeps_nothing(home, browser, sandbox, capsys):
    sandbox.options.person_signs_in = False
    assert main(["sign-in", "crm", "--home", str(home)]) == 1
    assert "AUTH_REFUSED" in capsys.readouterr().err
    assert keys.open_vault(home, SystemClock()).secrets().list() == ()
