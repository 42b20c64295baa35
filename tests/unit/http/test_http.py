"""The one HTTP client: what left us, what did not, and what is never said."""

import gzip
import inspect
import logging
import socket
import time
import zlib
from datetime import UTC, datetime, timedelta

import httpcore
import httpx
import pytest
from pydantic import ValidationError

from adapters import http
from adapters.http import Answer, AnswerLost, HttpClient, retry_after
from adapters.settings import HttpSettings
from agent.errors import TargetUnavailable
from agent.model import Allowance
from tests.http_stub import Stub, closed_port, context, reply
from tests.wine import IS_WINE, TRUSTS_ANYBODY

SECRET = "Bearer hush-hush"


def test_an_answer_comes_back_whole_and_its_connection_is_kept(client):
    with Stub(lambda asked: reply(201, asked.body[::-1], x_said="yes")) as stub:
        ours = client(stub.url)
        for _ in range(3):
            answer = ours.request("POST", f"{stub.url}/in?a=b%2Cc", content=b"abc")
        assert (answer.status, answer.body, answer.headers["X-Said"]) == (201, b"cba", "yes")
        assert stub.connections == 1
        assert stub.asked[0].target == "/in?a=b%2Cc"


@pytest.mark.skipif(IS_WINE, reason=TRUSTS_ANYBODY)
def test_tls_is_trusted_only_through_the_named_authority(client, authority):
    with Stub(lambda _: reply(200, b"in"), authority.server()) as stub:
        trusted = client(stub.url, ca_file=authority.file)
        assert trusted.request("GET", stub.url).body == b"in"
        with pytest.raises(TargetUnavailable) as caught:
            client(stub.url).request("GET", stub.url, headers={"authorization": SECRET})
        assert caught.value.code == "TLS_UNTRUSTED"
        assert "localhost" in caught.value.title
        assert "Test CA" in caught.value.title
        assert len(stub.asked) == 1


@pytest.mark.parametrize(
    ("host", "expired"), [("elsewhere.example", False), ("localhost", True)], ids=["name", "date"]
)
@pytest.mark.skipif(IS_WINE, reason=TRUSTS_ANYBODY)
def test_a_certificate_for_another_name_or_time_is_refused(client, authority, host, expired):
    with Stub(lambda _: reply(), authority.server(host, expired=expired)) as stub:
        with pytest.raises(TargetUnavailable, match="TLS_UNTRUSTED"):
            client(stub.url, ca_file=authority.file).request("GET", stub.url)
        assert stub.asked == []


def test_a_missing_file_of_authorities_is_named(client, tmp_path):
    with pytest.raises(TargetUnavailable, match="CA_FILE_UNREADABLE"):
        client("https://localhost:1", ca_file=tmp_path / "no.pem").request(
            "GET", "https://localhost:1"
        )


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_refused_and_nothing_is_sent_there(client, status):
    with Stub(lambda _: reply()) as there:
        redirect = reply(status, location=f"http://localhost:{there.port}/steal?q=1")
        with Stub(lambda _: redirect) as stub:
            with pytest.raises(TargetUnavailable) as caught:
                client(stub.url).request("POST", stub.url, headers={"authorization": SECRET})
            assert caught.value.code == "REDIRECT_REFUSED"
            assert "localhost" in caught.value.title
            assert "steal" not in str(caught.value)
        assert there.connections == 0


def test_another_host_than_the_configured_one_gets_nothing_until_it_is_allowed(client):
    with Stub(lambda _: reply()) as other, Stub(lambda _: reply()) as stub:
        ours = client(stub.url)
        with pytest.raises(TargetUnavailable, match="HOST_REFUSED"):
            ours.request("GET", other.url)
        assert other.connections == 0
        ours.allow(other.url)
        assert ours.request("GET", other.url).status == 200
        with pytest.raises(ValueError, match="only https"):
            ours.allow("http://example.com")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "ftp://example.com",
        "https://user:pw@example.com",
        "example.com",
        "",
        "https://",
        "https://a b.example",
        "https://exa\nmple.com",
        "https://" + "a" * 64 + ".example",
        "https://example.com:99999",
        "https://example.com:0",
        "https://ex\\ample.com",
    ],
)
def test_an_unsafe_url_is_a_configuration_error(url):
    with pytest.raises(ValidationError):
        HttpSettings(url=url)


def test_nothing_listening_is_connect_failed(client):
    with closed_port() as port, pytest.raises(TargetUnavailable, match="CONNECT_FAILED"):
        client(f"http://127.0.0.1:{port}").request("GET", f"http://127.0.0.1:{port}")


def test_a_name_that_does_not_resolve_is_dns_failed(client, monkeypatch):
    def unknown(*_args, **_kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(TargetUnavailable, match="DNS_FAILED") as caught:
        client("https://crm.example").request("GET", "https://crm.example/")
    assert "crm.example" in caught.value.title


def trickle(first, pause, then):
    yield first
    for piece in then:
        time.sleep(pause)
        yield piece


LATE = {
    "headers": lambda: trickle(b"HTTP/1.1 200 OK\r\n", 0.1, [b"a: b\r\n"] * 100),
    "body": lambda: trickle(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n", 0.1, [b"x"] * 100),
    "silence": lambda: trickle(b"", 30, [b""]),
}


@pytest.mark.parametrize("kind", LATE)
def test_a_trickling_answer_is_lost_at_the_total_deadline(client, kind):
    with Stub(lambda _: LATE[kind]()) as stub:
        ours = client(stub.url, timeout="500ms")
        start = time.monotonic()
        with pytest.raises(AnswerLost, match=r"within 0\.5 s"):
            ours.request("POST", stub.url, content=b"x")
        assert time.monotonic() - start < 2


def test_a_body_that_nobody_takes_ends_at_the_deadline_too(client):
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        start = time.monotonic()
        with pytest.raises(AnswerLost):
            client(url, timeout="500ms").request("POST", url, content=bytes(64 << 20))
        assert time.monotonic() - start < 3


BOMB = gzip.compress(bytes(64 << 20))


BAD_ANSWERS = {
    "cut before": None,
    "cut within": b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n123",
    "garbage": b"\x00\x01\x02 this is not HTTP\r\n\r\n",
    "garbled chunks": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    "endless headers": b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 100_000,
    "too large": reply(200, bytes(http.MAX_ANSWER + 1)),
    "gzip bomb": reply(200, BOMB, content_encoding="gzip"),
    "broken gzip": reply(200, b"not gzip", content_encoding="gzip"),
}


@pytest.mark.parametrize("kind", BAD_ANSWERS)
def test_an_unusable_answer_is_lost_never_taken_for_nothing_happened(client, kind):
    said = BAD_ANSWERS[kind]
    with Stub(lambda _: said and iter([said, b""]) if kind != "cut within" else cut(said)) as stub:
        with pytest.raises(AnswerLost):
            client(stub.url, timeout="5s").request("POST", stub.url, content=b"x")
        assert len(stub.asked) == 1


def cut(said):
    yield said
    raise OSError("the stub hangs up")


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress], ids=["gzip", "deflate"])
def test_a_compressed_answer_is_read(client, pack):
    with Stub(lambda _: reply(200, pack(b"x" * 9000), content_encoding="gzip")) as stub:
        assert client(stub.url).request("GET", stub.url).body == b"x" * 9000


def test_no_header_body_path_or_query_reaches_logs_errors_or_reprs(client, caplog):
    caplog.set_level(logging.DEBUG)
    with Stub(lambda _: reply(200, b"PAYLOAD", set_cookie="sid=CRUMB")) as stub:
        ours = client(stub.url)
        answer = ours.request(
            "POST", f"{stub.url}/PATH?q=KEY", headers={"authorization": SECRET}, content=b"PAYLOAD"
        )
        ours.request("GET", stub.url)
        assert "cookie" not in stub.asked[1].headers
    with Stub(lambda _: None) as stub:
        ours = client(stub.url)
        headers = {"authorization": SECRET}
        with pytest.raises(AnswerLost) as caught:
            ours.request("POST", f"{stub.url}/PATH?q=KEY", headers=headers, content=b"PAYLOAD")
    said = f"{caplog.text} {caught.value!r} {answer!r} {ours!r}"
    for hidden in ("hush-hush", "PAYLOAD", "PATH", "KEY", "CRUMB"):
        assert hidden not in said


def exceptions_of(module):
    return [
        item
        for name, item in vars(module).items()
        if inspect.isclass(item) and issubclass(item, Exception) and not name.startswith("_")
    ]


@pytest.mark.parametrize(
    "kind",
    [*exceptions_of(httpx), *exceptions_of(httpcore)],
    ids=lambda k: f"{k.__module__}.{k.__name__}",
)
def test_every_foreign_exception_is_translated(client, kind):
    assert issubclass(kind, http.FOREIGN)
    error = kind.__new__(kind)
    ours = client("https://crm.example")
    ours._attempt.begin(1.0)
    before = ours._translate(error, httpx.URL("https://crm.example/"), None)
    ours._attempt.sent = True
    after = ours._translate(error, httpx.URL("https://crm.example/"), None)
    assert isinstance(before, TargetUnavailable)
    assert before.code in {"CONNECT_FAILED", "PROXY_FAILED"}
    assert isinstance(after, AnswerLost)


NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        ("0", 1),
        ("-5", 1),
        ("1000000000", 3600),
        ("9" * 400, 3600),
        ("1.5", 1.5),
        ("Fri, 20 Nov 2026 12:02:00 GMT", 120),
        ("Fri, 20 Nov 2020 12:02:00 GMT", 1),
        ("Fri, 20 Nov 2099 12:02:00 GMT", 3600),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_read_and_held_within_reason(said, seconds):
    wanted = None if seconds is None else timedelta(seconds=seconds)
    assert retry_after({"retry-after": said}, NOW) == wanted


def test_the_skew_of_the_server_clock_is_known_after_an_answer(tmp_path):
    class Frozen:
        def now(self):
            return NOW

        def monotonic(self):
            return 0.0

    with Stub(lambda _: reply(200, date="Fri, 20 Nov 2026 12:15:00 GMT")) as stub:
        ours = HttpClient(HttpSettings(url=stub.url), context(tmp_path, Frozen()))
        assert ours.skew is None
        ours.request("GET", stub.url)
        assert ours.skew == timedelta(minutes=15)
        ours.close()
        ours.close()


def test_an_answer_knows_its_media_type():
    answer = Answer(200, {"content-type": "Application/JSON; charset=UTF-8"}, b"")
    assert answer.is_json
    assert not Answer(200, {}, b"{}").is_json


@pytest.mark.parametrize("text", ["10", "10 minutes", "", "-1s", 5])
def test_a_duration_without_a_unit_is_refused(text):
    with pytest.raises(ValidationError, match="duration"):
        HttpSettings(url="https://crm.example", timeout=text)


def test_requests_that_left_are_counted_and_those_that_could_not_leave_are_not(client):
    def answers(asked):
        return None if asked.target == "/lost" else reply()

    with Stub(answers) as stub:
        ours = client(stub.url)
        ours.request("GET", stub.url)
        with pytest.raises(AnswerLost):
            ours.request("POST", f"{stub.url}/lost", content=b"x")
        assert ours.meter().sent == 2
    with closed_port() as port:
        nobody = client(f"http://127.0.0.1:{port}/")
        with pytest.raises(TargetUnavailable):
            nobody.request("GET", f"http://127.0.0.1:{port}/")
        assert nobody.meter().sent == 0


def test_the_last_word_on_each_limit_is_kept(tmp_path):
    def heed(headers, now):
        name, _, left = headers.get("x-left", "").partition("=")
        if name:
            yield Allowance(name, timedelta(days=1), 10, int(left), at=now)

    said = iter(["day=9", "burst=3", "day=8", ""])
    with Stub(lambda _: reply(x_left=next(said))) as stub:
        ours = HttpClient(HttpSettings(url=stub.url), context(tmp_path), heed)
        assert ours.meter().allowances == ()
        for _ in range(4):
            ours.request("GET", stub.url)
        assert {one.name: one.left for one in ours.meter().allowances} == {"day": 8, "burst": 3}
        assert all(one.at > 0 for one in ours.meter().allowances)
        ours.close()
