"""The way to a target, step by step, before anything is signed in or sent."""

from __future__ import annotations

import socket

import pytest

from adapters import way
from adapters.settings import HttpSettings
from agent.model import Finding, Level
from tests.http_stub import Authority, Stub, closed_port, context, reply
from tests.wine import IS_WINE, TRUSTS_ANYBODY


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority("Corp Inspection CA", tmp_path_factory.mktemp("ca"))


@pytest.fixture
def probe(tmp_path):
    def steps(url: str, **settings: object) -> list[Finding]:
        found = way.probe(HttpSettings(url=url, **settings), context(tmp_path, proxy="open sesame"))
        assert all(one.seconds is not None and one.seconds >= 0 for one in found)
        assert all(one.hint for one in found if one.level is not Level.OK)
        return list(found)

    return steps


def said(found: list[Finding]) -> list[tuple[str, str]]:
    return [(one.step, one.code) for one in found]


def test_a_good_way_is_three_lines_that_name_the_issuer(probe, authority) -> None:
    with Stub(lambda _: reply(), authority.server()) as stub:
        found = probe(stub.url, ca_file=authority.file)
    assert said(found) == [("dns", "RESOLVED"), ("proxy", "CONNECTED"), ("tls", "TLS_TRUSTED")]
    assert "Corp Inspection CA" in found[2].text
    assert stub.asked == [], "nothing is sent"


@pytest.mark.skipif(IS_WINE, reason=TRUSTS_ANYBODY)
def test_a_certificate_that_nobody_trusts_is_named_with_who_issued_it(probe, authority) -> None:
    with Stub(lambda _: reply(), authority.server()) as stub:
        found = probe(stub.url)
    assert said(found)[-1] == ("tls", "TLS_UNTRUSTED")
    assert "Corp Inspection CA" in found[-1].text
    assert "ca_file" in found[-1].hint


def test_a_trusted_certificate_that_no_public_authority_stands_behind_is_an_inspection(
    probe, authority, monkeypatch
) -> None:
    with Stub(lambda _: reply(), authority.server()) as stub:
        monkeypatch.setattr(way, "is_loopback", lambda _host: False)
        found = probe(stub.url, ca_file=authority.file)
    assert said(found)[-1] == ("tls", "TLS_INSPECTED")
    assert found[-1].level is Level.WARNING
    assert "Corp Inspection CA" in found[-1].text


def test_a_name_that_nobody_knows_ends_the_way(probe) -> None:
    assert said(probe("https://waybill.invalid")) == [("dns", "DNS_FAILED")]


def test_a_closed_port_is_no_connection(probe) -> None:
    with closed_port() as port:
        found = probe(f"https://localhost:{port}")
    assert said(found) == [("dns", "RESOLVED"), ("tls", "CONNECT_FAILED")]


def test_this_machine_itself_needs_no_tls(probe) -> None:
    with Stub(lambda _: reply()) as stub:
        assert said(probe(stub.url))[-1] == ("tls", "NO_TLS")


def proxy_that_says(answer: bytes) -> tuple[socket.socket, list[bytes]]:
    import threading

    listener, asked = socket.create_server(("127.0.0.1", 0)), []

    def serve() -> None:
        sock, _ = listener.accept()
        asked.append(sock.recv(4096))
        sock.sendall(answer)
        sock.close()

    threading.Thread(target=serve, daemon=True).start()
    return listener, asked


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"HTTP/1.1 407 Who are you\r\n\r\n", "PROXY_AUTH_REQUIRED"),
        (b"HTTP/1.1 403 Not there\r\n\r\n", "PROXY_FAILED"),
        (b"", "PROXY_FAILED"),
    ],
)
def test_a_proxy_that_opens_no_way_is_named(probe, answer, code) -> None:
    listener, asked = proxy_that_says(answer)
    with listener:
        port = listener.getsockname()[1]
        found = probe(
            "https://crm.example", proxy=f"http://localhost:{port}", proxy_user="erp",
            proxy_password="secret:proxy",
        )  # fmt: skip
    assert said(found) == [("dns", "RESOLVED"), ("proxy", code)]
    assert b"Proxy-Authorization: Basic" in asked[0]
    assert "sesame" not in "".join(one.text + one.hint for one in found)
