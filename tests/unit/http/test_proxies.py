"""A proxy carries a request and learns nothing of it."""

import base64

import pytest
from pydantic import ValidationError

from adapters.http import AnswerLost
from adapters.settings import HttpSettings
from agent.errors import TargetUnavailable
from tests.http_stub import Stub, reply
from tests.wine import IS_WINE, TRUSTS_ANYBODY

SECRET = "Bearer hush-hush"


def test_a_proxy_carries_the_request_and_only_it_sees_the_proxy_password(client, authority):
    tls = authority.server("crm.example")
    with (
        Stub(lambda asked: reply(200, asked.body), tls) as stub,
        Stub(lambda _: None, tunnel_to=stub.port) as proxy,
    ):
        ours = client(
            "https://crm.example",
            ca_file=authority.file,
            proxy=f"http://127.0.0.1:{proxy.port}",
            proxy_user="agent",
            proxy_password="secret:proxy-password",
        )
        for _ in range(2):
            answer = ours.request(
                "POST", "https://crm.example/in", headers={"authorization": SECRET}, content=b"x"
            )
            assert answer.body == b"x"
    (asked,) = proxy.asked
    login = base64.b64encode(b"agent:open sesame").decode()
    assert asked.target == "crm.example:443"
    assert asked.headers["proxy-authorization"] == f"Basic {login}"
    assert "authorization" not in asked.headers
    assert all("proxy-authorization" not in asked.headers for asked in stub.asked)


def test_an_answer_lost_behind_a_proxy_is_in_doubt(client, authority):
    with (
        Stub(lambda _: None, authority.server("crm.example")) as stub,
        Stub(lambda _: None, tunnel_to=stub.port) as proxy,
    ):
        url = "https://crm.example"
        ours = client(url, ca_file=authority.file, proxy=f"http://127.0.0.1:{proxy.port}")
        with pytest.raises(AnswerLost):
            ours.request("POST", url, content=b"x")
        assert len(stub.asked) == 1


@pytest.mark.skipif(IS_WINE, reason=TRUSTS_ANYBODY)
def test_a_certificate_behind_a_proxy_is_checked_too(client, authority):
    with (
        Stub(lambda _: reply(), authority.server("elsewhere.example")) as stub,
        Stub(lambda _: None, tunnel_to=stub.port) as proxy,
    ):
        url = "https://crm.example"
        ours = client(url, ca_file=authority.file, proxy=f"http://127.0.0.1:{proxy.port}")
        with pytest.raises(TargetUnavailable, match="TLS_UNTRUSTED"):
            ours.request("POST", url, content=b"x")
        assert stub.asked == []


@pytest.mark.parametrize(
    "proxy",
    ["https://proxy:3128", "http://user:pw@proxy:3128", "proxy:3128", "http://proxy", "",
     "http://proxy:99999", "http://proxy:3128/path", "http://pro xy:3128"],
)  # fmt: skip
def test_a_proxy_of_another_form_is_a_configuration_error(proxy):
    with pytest.raises(ValidationError):
        HttpSettings(url="https://crm.example", proxy=proxy)


def test_a_proxy_that_asks_for_a_password_is_named(client):
    with Stub(lambda _: reply(407)) as proxy:
        ours = client("https://crm.example", proxy=f"http://127.0.0.1:{proxy.port}")
        with pytest.raises(TargetUnavailable, match="PROXY_AUTH_REQUIRED"):
            ours.request("GET", "https://crm.example/")


@pytest.mark.parametrize("said", [None, b"garbage\r\n\r\n"], ids=["cut", "garbage"])
def test_a_proxy_that_fails_before_the_tunnel_means_that_nothing_happened(client, said):
    with Stub(lambda _: said) as proxy:
        ours = client("https://crm.example", proxy=f"http://127.0.0.1:{proxy.port}", timeout="5s")
        with pytest.raises(TargetUnavailable, match="PROXY_FAILED"):
            ours.request("POST", "https://crm.example/", content=b"x")


def test_proxy_variables_of_the_environment_are_not_read(client, monkeypatch):
    with Stub(lambda _: reply()) as proxy, Stub(lambda _: reply()) as stub:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert client(stub.url).request("GET", stub.url).status == 200
        assert proxy.connections == 0
