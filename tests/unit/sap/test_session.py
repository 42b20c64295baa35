"""The session: a CSRF token with its cookies, fetched once, reused, fetched anew when it is over."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import contextmanager

import orjson
import pytest

from adapters.http import Answer
from adapters.targets import sap
from adapters.targets.sap.session import cookies
from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import Deferred, Delivered, Message, Op
from tests.http_stub import Stub, context, json_reply, reply

SERVICE = "/sap/c4c/odata/v1/c4codataapi"
NONE = orjson.dumps({"d": {"results": []}})
CREATED = (
    b"--e0\r\nContent-Type: multipart/mixed; boundary=e1\r\n\r\n--e1\r\n"
    b"Content-Type: application/http\r\n\r\nHTTP/1.1 201 Created\r\n"
    b"location: https://x/CorporateAccountCollection('0016')\r\n\r\n\r\n--e1--\r\n\r\n--e0--\r\n"
)


class Tenant:
    """Answers look-ups with nothing and creates what it is told; notes what it was sent."""

    def __init__(self, tokens=("t1", "t2")):
        self.tokens = list(tokens)
        self.good = ""
        self.asked = []
        self.status = Counter()

    def __call__(self, asked):
        self.asked.append(asked)
        if asked.target.startswith(f"{SERVICE}/?"):
            self.good = self.tokens.pop(0) if self.tokens else ""
            token = {"x_csrf_token": self.good} if self.good else {}
            return json_reply(200, b"{}", set_cookie=f"SAP_SESSIONID={self.good}; path=/", **token)
        if asked.method == "GET":
            return json_reply(200, NONE)
        session = f"SAP_SESSIONID={self.good}"
        if self.good and (asked.headers.get("x-csrf-token"), asked.headers.get("cookie")) != (
            self.good,
            session,
        ):
            return reply(403, b"CSRF token validation failed", x_csrf_token="Required")
        return reply(202, CREATED, content_type="multipart/mixed; boundary=e0")


@contextmanager
def delivering(tenant, tmp_path, **more):
    sign_in = {"flow": "basic", "user": "_WAYBILL", "password": "secret:sap"}
    with Stub(tenant) as stub:
        config = sap.SapConfig(url=stub.url, sign_in=sign_in, timeout="5s", **more)
        target = sap.make(config, context(tmp_path, sap="pässword"))
        yield target
        target.close()


def account(number=1):
    return Message(
        f"id-{number}", Op.UPSERT, "account", "account/1", f"C-{number}", 1, {"name": "N"}
    )


@pytest.mark.parametrize(
    ("header", "sent"),
    [
        ("", ""),
        ("a=1; path=/; secure", "a=1"),
        ("a=1; path=/, b=2; HttpOnly", "a=1; b=2"),
        ("a=1; expires=Tue, 19-Jan-2038 03:14:07 GMT; path=/, b=x=y", "a=1; b=x=y"),
        ("a=1, b=\x01", "a=1; "),
    ],
)
def test_cookies_are_told_apart_and_sent_back(header, sent):
    assert cookies(Answer(200, {"set-cookie": header}, b"")) == sent


def test_a_token_is_fetched_once_and_reused_with_its_cookies(tmp_path):
    tenant = Tenant()
    with delivering(tenant, tmp_path) as target:
        for number in (1, 2):
            assert target.deliver([account(number)]) == [Delivered("0016")]
    fetches = [asked for asked in tenant.asked if asked.headers.get("x-csrf-token") == "fetch"]
    assert len(fetches) == 1
    writes = [asked for asked in tenant.asked if asked.method == "POST"]
    assert {(w.headers["x-csrf-token"], w.headers["cookie"]) for w in writes} == {
        ("t1", "SAP_SESSIONID=t1")
    }
    assert fetches[0].headers["authorization"] == "Basic X1dBWUJJTEw6cMOkc3N3b3Jk"


def test_a_token_that_is_over_is_fetched_anew_and_the_write_sent_once_more(tmp_path):
    tenant = Tenant()
    with delivering(tenant, tmp_path) as target:
        target.deliver([account(1)])
        tenant.good = "another"
        assert target.deliver([account(2)]) == [Delivered("0016")]
    tokens = [a.headers["x-csrf-token"] for a in tenant.asked if a.method == "POST"]
    assert tokens == ["t1", "t1", "t2"]


def test_a_tenant_that_refuses_its_own_token_stops_the_target(tmp_path):
    tenant = Tenant()
    never = reply(403, b"CSRF", x_csrf_token="Required")

    def refusing(asked):
        return never if asked.method == "POST" else tenant(asked)

    with (
        delivering(refusing, tmp_path) as target,
        pytest.raises(TargetAuthError, match="PERMISSION_DENIED"),
    ):
        target.deliver([account()])


def test_a_service_that_gives_no_token_needs_none(tmp_path):
    tenant = Tenant(tokens=())
    with delivering(tenant, tmp_path) as target:
        assert target.deliver([account()]) == [Delivered("0016")]
    assert all("x-csrf-token" not in a.headers for a in tenant.asked if a.method == "POST")


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        (reply(401), TargetAuthError, "AUTH_REFUSED"),
        (reply(403), TargetAuthError, "PERMISSION_DENIED"),
        (reply(500), TargetUnavailable, "SERVER_UNAVAILABLE"),
        (reply(503), TargetUnavailable, "SERVER_UNAVAILABLE"),
        (reply(200, b"<html>", content_type="text/html"), TargetUnavailable, "BAD_RESPONSE"),
        (None, TargetUnavailable, "SIGN_IN_LOST"),
    ],
)
def test_a_session_that_does_not_open_stops_the_target_with_nothing_sent(
    tmp_path, answer, error, code
):
    with delivering(lambda _: answer, tmp_path) as target, pytest.raises(error, match=code):
        target.deliver([account()])


def test_a_service_that_is_not_there_holds_up_its_own_records_only(tmp_path):
    with delivering(lambda _: reply(404), tmp_path) as target:
        (receipt,) = target.deliver([account()])
    assert isinstance(receipt, Deferred)
    assert receipt.code == "SERVICE_MISSING"


def test_no_more_requests_run_at_a_time_than_sap_advises(tmp_path):
    tenant = Tenant(tokens=())
    lock, now, most = threading.Lock(), [0], [0]
    full = threading.Barrier(3)

    def slowly(asked):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        if asked.method == "POST":
            full.wait(5)  # goes on only when three are here at once: never more, never fewer
        said = tenant(asked)
        with lock:
            now[0] -= 1
        return said

    with delivering(slowly, tmp_path, threads=3) as target:
        senders = [threading.Thread(target=target.deliver, args=([account(n)],)) for n in range(9)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
    assert most[0] == 3
