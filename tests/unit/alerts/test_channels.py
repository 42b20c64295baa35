"""Each way to tell people: what goes out, what is protected, and how a failure is said."""

from __future__ import annotations

import base64
import hmac
import json
import socket
import sys
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from pydantic import ValidationError

from adapters import alerts
from adapters.alerts import HeartbeatConfig, MailConfig, SystemConfig, WebhookAlertConfig
from agent.alerts import Cause, News, What, alert_of
from agent.errors import AlertFailed
from agent.model import Alert
from tests.http_stub import Authority, Stub, closed_port, context, reply
from tests.smtp_stub import MailServer
from tests.wine import IS_WINE, TRUSTS_ANYBODY

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
AUTH = Cause("AUTH_REVOKED", "crm", "Salesforce — no.", "Nothing is lost.", "Sign in.", True)


def alert(what: What = What.NEW, cause: Cause = AUTH) -> Alert:
    return alert_of([News(what, cause, NOW.timestamp())], "ERP-1", "production", NOW, UTC)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority("Test CA", tmp_path_factory.mktemp("ca"))


@pytest.fixture
def mail(tmp_path, authority):
    def make(server: MailServer, **settings: object):
        given = {"host": "localhost", "port": server.port, "sender": "waybill@erp.example",
                 "to": ["it@erp.example"], "ca_file": authority.file, "timeout": "5s"}  # fmt: skip
        config = MailConfig.model_validate({**given, **settings})
        return alerts.mail(config, context(tmp_path, mail="open sesame"))

    return make


# --- mail -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_mail_goes_out_under_tls_and_signed_in(mail, authority, security) -> None:
    accounts = {"erp": "open sesame"}
    with MailServer(authority.server(), security == "starttls", accounts) as server:
        channel = mail(server, security=security, user="erp", password="secret:mail")
        channel.send(alert())
        channel.send(alert())
    first, second = server.inbox
    assert (first.sender, first.to, first.signed_in, first.under_tls) == (
        "waybill@erp.example", ["it@erp.example"], "erp", True,
    )  # fmt: skip
    assert first.message["Subject"] == "[Waybill ERP-1] crm: Salesforce — no."
    assert first.message["Auto-Submitted"] == "auto-generated"
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert "What to do: Sign in." in first.message.get_content()
    assert not any("AUTH" in word for word in server.tried), "no password before TLS"


@pytest.mark.skipif(IS_WINE, reason=TRUSTS_ANYBODY)
def test_a_server_whose_certificate_nobody_knows_gets_neither_password_nor_mail(
    mail, authority
) -> None:
    server = MailServer(authority.server(), accounts={"erp": "x"})
    with server, pytest.raises(AlertFailed, match="MAIL_TLS"):
        mail(server, ca_file=None, user="erp", password="secret:mail").send(alert())
    assert server.inbox == []
    assert not any("AUTH" in word for word in server.tried)


def test_a_server_that_offers_no_tls_gets_nothing(mail) -> None:
    server = MailServer()
    with server, pytest.raises(AlertFailed, match="MAIL_FAILED"):
        mail(server).send(alert())
    assert server.inbox == []


def test_a_refused_sign_in_names_the_secret_and_never_shows_it(mail, authority) -> None:
    server = MailServer(authority.server(), accounts={"erp": "another"})
    with server, pytest.raises(AlertFailed, match="MAIL_SIGN_IN") as caught:
        mail(server, user="erp", password="secret:mail").send(alert())
    assert "secret:mail" in caught.value.hint
    assert "open sesame" not in f"{caught.value} {caught.value.hint}"


def test_one_address_that_is_refused_does_not_keep_the_others_from_being_told(
    mail, authority
) -> None:
    server = MailServer(authority.server(), refuses=frozenset({"gone@erp.example"}))
    with server, pytest.raises(AlertFailed, match="MAIL_REFUSED") as caught:
        mail(server, to=["gone@erp.example", "it@erp.example"]).send(alert())
    assert server.inbox[0].to == ["it@erp.example"]
    assert "1 of 2" in caught.value.title


def test_a_server_that_breaks_off_or_is_not_there_is_named(mail, authority, tmp_path) -> None:
    with MailServer(authority.server(), broken=True) as server:
        with pytest.raises(AlertFailed, match="MAIL_FAILED") as caught:
            mail(server).send(alert())
        assert "localhost" in caught.value.title
    with closed_port() as port:
        config = MailConfig(host="localhost", port=port, sender="a@b.example", to=("c@d.example",))
        channel = alerts.mail(config, context(tmp_path))
        with pytest.raises(AlertFailed, match="MAIL_FAILED"):
            channel.send(alert())


def test_on_this_machine_itself_a_mail_needs_no_tls(mail) -> None:
    with MailServer() as server:
        mail(server, security="none").send(alert())
    assert len(server.inbox) == 1


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"security": "none"}, "this machine only"),
        ({"user": "erp"}, "go together"),
        ({"to": []}, "to"),
        ({"to": ["nobody"]}, "mail address"),
        ({"to": ["a@b.example\nBcc: c@d.example"]}, "mail address"),
        ({"sender": "a@b@c"}, "mail address"),
        ({"host": "no host"}, "not the name of a server"),
        ({"password": "open sesame", "user": "x"}, "secret"),
    ],
)
def test_what_cannot_be_a_mail_server_is_refused_with_the_reason(settings, word) -> None:
    good = {"host": "mail.example", "sender": "a@b.example", "to": ["c@d.example"]}
    with pytest.raises(ValidationError, match=word):
        MailConfig.model_validate({**good, **settings})


# --- webhook and heartbeat ------------------------------------------------------------------------


@pytest.mark.parametrize("secret", ["whsec_" + base64.b64encode(b"k" * 32).decode(), "any text"])
def test_a_webhook_is_signed_as_standard_webhooks_say(tmp_path, secret) -> None:
    with Stub(lambda _: reply(204)) as stub:
        config = WebhookAlertConfig(url=stub.url, secret="secret:hook")
        channel = alerts.webhook(config, context(tmp_path, hook=secret))
        channel.send(alert())
        channel.close()
    (asked,) = stub.asked
    body = json.loads(asked.body)
    assert (body["type"], body["agent"], body["causes"][0]["code"]) == (
        "waybill.alert", "ERP-1", "AUTH_REVOKED",
    )  # fmt: skip
    key = b"k" * 32 if secret.startswith("whsec_") else secret.encode()
    signed = f"{asked.headers['webhook-id']}.{asked.headers['webhook-timestamp']}.".encode()
    mac = base64.b64encode(hmac.new(key, signed + asked.body, sha256).digest()).decode()
    assert asked.headers["webhook-signature"] == f"v1,{mac}"
    assert asked.headers["webhook-id"] == body["id"]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_who_does_not_take_an_alert_is_a_failure_with_a_reason(tmp_path, status) -> None:
    with Stub(lambda _: reply(status, location="https://elsewhere.example")) as stub:
        channel = alerts.webhook(WebhookAlertConfig(url=stub.url), context(tmp_path))
        with pytest.raises(AlertFailed):
            channel.send(alert())
        channel.close()


def test_a_lost_answer_is_a_failure_too(tmp_path) -> None:
    with Stub(lambda _: None) as stub:
        channel = alerts.webhook(WebhookAlertConfig(url=stub.url), context(tmp_path))
        with pytest.raises(AlertFailed, match="ALERT_LOST"):
            channel.send(alert())
        channel.close()


def test_a_heartbeat_asks_for_its_address_and_says_nothing_else(tmp_path) -> None:
    with Stub(lambda _: reply(200)) as stub:
        pulse = alerts.heartbeat(HeartbeatConfig(url=f"{stub.url}/ping/abc"), context(tmp_path))
        pulse.beat()
        pulse.close()
    (asked,) = stub.asked
    assert (asked.method, asked.target, asked.body) == ("GET", "/ping/abc", b"")


# --- the system's log -----------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no syslog")
@pytest.mark.parametrize(
    ("what", "serious", "priority", "event"),
    [("new", True, 27, 2001), ("new", False, 28, 2002), ("over", True, 29, 2003)],
)
def test_the_system_log_gets_one_line_with_the_right_priority_and_number(
    tmp_path, what, serious, priority, event
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.bind(str(tmp_path / "log"))
        log.settimeout(5)
        channel = alerts.system(SystemConfig(socket=tmp_path / "log"), context(tmp_path))
        channel.send(alert(What(what), AUTH._replace(serious=serious)))
        line = log.recv(65536).decode()
    assert line.startswith(f"<{priority}>waybill: event={event} [Waybill ERP-1]")
    assert "\n" not in line


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no syslog")
def test_a_system_log_that_is_not_there_is_a_failure_with_a_reason(tmp_path) -> None:
    channel = alerts.system(SystemConfig(socket=tmp_path / "none"), context(tmp_path))
    with pytest.raises(AlertFailed, match="SYSTEM_LOG_FAILED"):
        channel.send(alert())
