"""A face signs a person in: it opens the page and listens, the service keeps what comes of it."""

from __future__ import annotations

import json
import ssl
import threading
import time
import urllib.request
from urllib.parse import urlsplit

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.dynamics import DynamicsOptions
from agent.cli.callback import Callback
from agent.clock import SystemClock
from agent.errors import ControlError, WrongUse
from tests.integration.empty_home import EmptyHome

PORT = 17178


@pytest.fixture
def home(tmp_path):
    found = EmptyHome(tmp_path / "empty")
    found.start()
    yield found
    found.close()


def browse(sandbox, url):
    tls = ssl.create_default_context(cafile=str(sandbox.ca_file))
    with urllib.request.urlopen(url, context=tls, timeout=10) as page:
        return page.read()


def in_clear(home: EmptyHome, word: str) -> list[str]:
    files = (path for path in home.home.rglob("*") if path.is_file())
    return [str(path) for path in files if word.encode() in path.read_bytes()]


def test_a_browser_signs_in_and_the_token_stays_in_the_service(home, tmp_path):
    with Sandbox(tmp_path / "crm", crm="salesforce", seed=1) as crm:
        sign_in = {"flow": "browser", "client_id": crm.client_id, "port": PORT,
                   "refresh_token": "secret:crm-token"}  # fmt: skip
        home.put("target", "crm", kind="salesforce", url=crm.url, ca_file=str(crm.ca_file),
                 sign_in=sign_in)  # fmt: skip
        (target,) = home.ask("targets.list")["items"]
        assert target["sign_in"] == {"state": "signed_out", "expires": None, "way": "browser"}
        with pytest.raises(WrongUse):
            home.ask("sign_in.begin", target="crm", how="code")
        begun = home.ask("sign_in.begin", target="crm", how="browser")
        assert (begun["port"], begun["code"], begun["lives"]) == (PORT, None, 600)
        with Callback(PORT) as listening:
            page = threading.Thread(target=browse, args=(crm, begun["url"]))
            page.start()
            query = listening.wait(SystemClock(), 20)
            page.join(10)
        home.put("agent", "", name="taken over meanwhile")
        said = home.ask("sign_in.finish", id=begun["id"], query=query)
        assert said == {"signed_in": True, "secret": "crm-token"}
        with pytest.raises(WrongUse) as caught:
            home.ask("sign_in.finish", id=begun["id"], query=query)
        assert caught.value.code == "SIGN_IN_LATE"
        (secret,) = home.ask("targets.list")["items"][0]["secrets"]
        assert secret["set"]
        for code in query.split("&"):
            assert in_clear(home, code.partition("=")[2]) == []
        settings = home.ask("config.list")["targets"][0]["settings"]
        found = home.ask("targets.test", kind="salesforce", settings=json.dumps(settings))
        assert "SIGNED_IN" in {each["code"] for each in found["findings"]}
        assert list(crm.crashes) == []


def test_a_code_is_confirmed_on_another_machine(home, tmp_path):
    options = DynamicsOptions(device_interval=1)
    with Sandbox(tmp_path / "crm", crm="dynamics", seed=1, options=options) as crm:
        sign_in = {"flow": "device_code", "tenant": crm.credentials["tenant"],
                   "client_id": crm.credentials["client_id"],
                   "refresh_token": "secret:crm-token"}  # fmt: skip
        home.put("target", "crm", kind="dynamics", url=crm.url, authority=crm.url,
                 ca_file=str(crm.ca_file), sign_in=sign_in)  # fmt: skip
        begun = home.ask("sign_in.begin", target="crm", how="code")
        assert begun["code"]
        assert begun["port"] is None
        assert home.ask("sign_in.poll", id=begun["id"]) == {"signed_in": False}
        tls = ssl.create_default_context(cafile=str(crm.ca_file))
        request = urllib.request.Request(
            f"{crm.url}/devicelogin?code={begun['code']}", method="POST"
        )
        urllib.request.urlopen(request, context=tls, timeout=10).close()
        deadline = time.monotonic() + 20
        while not (said := home.ask("sign_in.poll", id=begun["id"]))["signed_in"]:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert said == {"signed_in": True, "secret": "crm-token"}
        with pytest.raises(WrongUse):
            home.ask("sign_in.poll", id=begun["id"])


def test_whoever_signs_in_without_a_person_is_told(home):
    home.put("target", "hook", kind="webhook", url="https://localhost:1/x", secret="secret:x")
    with pytest.raises(WrongUse) as caught:
        home.ask("sign_in.begin", target="hook")
    assert caught.value.code == "SIGN_IN_OTHERWISE"
    for method in ("sign_in.poll", "sign_in.finish"):
        with pytest.raises(ControlError):
            home.ask(method, id="nobody", **({"query": "x"} if "finish" in method else {}))
    with pytest.raises(WrongUse):
        home.ask("sign_in.begin", target="nobody")


def test_packs_give_parts_that_can_be_put(home):
    packs = {item["name"]: item for item in home.ask("packs.list")["items"]}
    needed = packs["business-central"]["settings"]
    assert {each["name"] for each in needed if each["required"]} == {"company", "currency"}
    with pytest.raises(WrongUse) as caught:
        home.ask("packs.fill", pack="business-central", settings="{}")
    assert "company" in str(caught.value)
    given = json.dumps({"company": "CRONUS", "currency": "EUR"})
    found = home.ask("packs.fill", pack="business-central", settings=given)
    assert found["sources"]
    assert set(found["mappings"]) == {
        flow["settings"]["mapping"].removeprefix("mappings/") for flow in found["flows"]
    }
    for source in found["sources"]:
        checked = home.ask("config.check", part="source", name=source["name"],
                           settings=json.dumps(source["settings"]))  # fmt: skip
        assert checked["problems"] == [], source["name"]
    assert urlsplit(packs["generic-csv"]["title"]).path
