"""Which proxy leads to a host, whoever says so."""

import pytest
from pydantic import ValidationError

from adapters import proxy, way
from adapters.pac import bypassed, listed
from adapters.proxy import Proxies
from adapters.settings import HttpSettings
from agent.errors import TargetUnavailable
from agent.ports import AdapterContext
from tests.http_stub import Stub, context, reply

CRM = "https://crm.example/api"


def told(tmp_path, said, find=None, around=None, **more) -> Proxies:
    settings = HttpSettings(url=CRM, proxy=said, **more)
    return Proxies(settings, around or context(tmp_path), find)


@pytest.mark.parametrize(
    ("text", "scheme", "found"),
    [
        ("PROXY a:8080; PROXY b:3128; DIRECT", "https", ["http://a:8080", "http://b:3128", None]),
        ("DIRECT", "https", [None]),
        ("SOCKS5 s:1080; PROXY a:80", "https", ["http://a:80"]),
        ("proxy.corp:8080", "https", ["http://proxy.corp:8080"]),
        ("http=a:80;https=b:443", "https", ["http://b:443"]),
        ("a:8080;b:8080", "http", ["http://a:8080", "http://b:8080"]),
        ("http://a:8080/", "https", ["http://a:8080"]),
        ("a", "https", ["http://a:80"]),
        ("PROXY a:99999; PROXY bad host:1;;", "https", []),
        ("", "https", []),
    ],
)
def test_what_scripts_and_windows_answer_is_read(text, scheme, found):
    assert listed(text, scheme) == found


@pytest.mark.parametrize(
    ("host", "rules", "is_out"),
    [
        ("intranet", "<local>", True),
        ("crm.example", "<local>", False),
        ("a.corp.example", "*.corp.example;x", True),
        ("corp.example", "*.corp.example", False),
        ("10.0.0.5", "10.*", True),
        ("CRM.example", "crm.EXAMPLE", True),
        ("crm.example", "", False),
    ],
)
def test_exceptions_of_windows_are_minded(host, rules, is_out):
    assert bypassed(host, rules) is is_out


def test_what_a_target_says_goes_before_what_the_agent_says(tmp_path):
    base = context(tmp_path, proxy_password="open sesame")
    around = AdapterContext(
        base.name, base.clock, base.secrets, base.folder, base.timezone,
        "http://common:3128", "agent", "secret:proxy-password",
    )  # fmt: skip
    common = told(tmp_path, None, around=around)
    assert common.to(CRM) == "http://common:3128"
    assert common.login("http://common:3128") == ("agent", "open sesame")
    own = told(tmp_path, "http://own:8080", around=around)
    assert own.to(CRM) == "http://own:8080"
    assert own.login("http://own:8080") is None
    assert told(tmp_path, "direct", around=around).to(CRM) is None
    assert common.to("http://127.0.0.1:9/x") is None
    assert told(tmp_path, None).to(CRM) is None


def test_of_several_proxies_the_next_is_taken_where_one_is_away(tmp_path):
    asked = []

    def find(url, script):
        asked.append((url, script))
        return ["http://a:1", "http://b:2"]

    ways = told(tmp_path, "pac+https://wpad.corp/proxy.pac", find)
    assert ways.to(CRM) == "http://a:1"
    ways.failed("http://a:1")
    assert ways.to("https://crm.example/other") == "http://b:2"
    ways.failed("http://a:1")  # an old failure changes nothing
    assert ways.to(CRM) == "http://b:2"
    assert asked == [("https://crm.example:443/", "https://wpad.corp/proxy.pac")]


def test_system_means_the_environment_where_there_is_no_windows(tmp_path, monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    find = proxy._of_environment
    assert told(tmp_path, "system", find).to(CRM) is None
    monkeypatch.setenv("https_proxy", "http://anna:se%20cret@proxy:3128/")
    ways = told(tmp_path, "system", find)
    found = ways.to(CRM)
    assert ways.login(found) == ("anna", "se cret")
    assert proxy.bare(found) == "http://proxy:3128"
    monkeypatch.setenv("no_proxy", "crm.example")
    assert told(tmp_path, "system", find).to(CRM) is None
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("https_proxy", "socks5://proxy:1080")
    with pytest.raises(TargetUnavailable, match="PROXY_FAILED"):
        told(tmp_path, "system", find).to(CRM)


def test_a_script_without_windows_is_a_plain_sentence(tmp_path):
    ways = told(tmp_path, "pac+http://wpad/wpad.dat", proxy._of_environment)
    with pytest.raises(TargetUnavailable, match="evaluated by Windows"):
        ways.to(CRM)


@pytest.mark.parametrize("said", ["pac+ftp://a/b", "pac+http://", "pac+http://u:p@a/b", "System"])
def test_another_form_of_it_is_a_configuration_error(said):
    with pytest.raises(ValidationError):
        HttpSettings(url=CRM, proxy=said)


def test_a_proxy_that_wants_what_is_not_spoken_names_it(tmp_path):
    answer = reply(407, proxy_authenticate="Negotiate")
    with Stub(lambda _: answer) as stub:
        settings = HttpSettings(url=CRM, proxy=f"http://127.0.0.1:{stub.port}")
        found = [one for one in way.probe(settings, context(tmp_path)) if one.step == way.PROXY]
    assert [one.code for one in found] == ["PROXY_AUTH_REQUIRED"]
    assert "offers Negotiate" in found[0].text
    assert "NTLM or Kerberos" in found[0].hint
