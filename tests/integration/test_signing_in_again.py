"""A sign-in that is refused pauses its target; a new secret lets everything through."""

from __future__ import annotations

import pytest

from adapters.sandbox import Sandbox
from agent import keys
from tests.integration.linked_home import LinkedHome
from tests.smtp_stub import MailServer

ALERTS = """
[[alerts]]
name = "it"
kind = "smtp"
host = "localhost"
port = {port}
security = "none"
sender = "waybill@erp.example"
to = ["it@erp.example"]
"""


@pytest.fixture
def agent(tmp_path):
    with Sandbox(tmp_path / "crm") as sandbox:
        made = LinkedHome(tmp_path / "agent", sandbox)
        text = made.configuration.read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if not line.startswith("first_link")]
        made.configuration.write_text("\n".join(lines), encoding="utf-8")
        yield made, sandbox
        made.close()


def codes(status):
    return [reason["code"] for reason in status["reasons"]]


def test_everything_waits_and_is_delivered_as_soon_as_the_right_secret_is_set(agent):
    made, sandbox = agent
    keys.set_secret(made.home, "crm", "not the right one")
    names = [f"K{number}" for number in range(25)]
    made.write({key: dict.fromkeys(("name", "phone", "billing_street", "billing_postal_code",
                                    "billing_city", "billing_country"), "") | {"name": key}
                for key in names})  # fmt: skip
    made.start()
    status = made.until(
        lambda s: (
            any(code.startswith("AUTH_") for code in codes(s)) and s["counts"]["waiting"] == 25
        ),
        "the refused sign-in is not told",
    )
    (reason,) = [each for each in status["reasons"] if each["code"].startswith("AUTH_")]
    assert reason["subject"] == "crm"
    assert "waybill secrets set crm" in reason["hint"]
    assert status["targets"][0]["state"] == "signed out"
    made.client.call("secrets.set", {"name": "crm", "value": sandbox.client_secret})
    status = made.until(lambda s: s["counts"]["delivered"] == 25, "it is not delivered")
    assert not any(code.startswith("AUTH_") for code in codes(status))
    assert status["targets"][0]["state"] == "ok"
    _, tested, _ = made.waybill("test", "crm", "--json")
    steps = {found["step"] for found in tested["findings"]}
    assert steps == {"dns", "proxy", "tls", "sign-in", "permissions", "dry run"}
    assert all(found["seconds"] is not None for found in tested["findings"])


def test_a_running_agent_mails_it_and_a_test_message_too(agent):
    made, _ = agent
    keys.set_secret(made.home, "crm", "not the right one")
    with MailServer() as server, made.configuration.open("a", encoding="utf-8") as file:
        file.write(ALERTS.format(port=server.port))
        file.close()
        made.write({"K1": dict.fromkeys(("phone", "billing_street", "billing_postal_code",
                                         "billing_city", "billing_country"), "") | {"name": "K1"}})  # fmt: skip
        made.start()
        made.until(lambda _: bool(server.inbox), "nobody is told")
        (mail,) = server.inbox
        assert mail.message["Subject"].startswith("[Waybill linked] crm: ")
        assert "waybill secrets set crm" in mail.message.get_content()
        code, said, _ = made.waybill("test", "it")
        assert (code, len(server.inbox)) == (0, 2)
        assert "it took a test message" in said


def test_a_secret_that_nobody_has_set_is_the_same_and_leaves_nothing_in_doubt(agent):
    made, sandbox = agent
    text = made.configuration.read_text(encoding="utf-8")
    made.configuration.write_text(text.replace("secret:crm", "secret:other"), encoding="utf-8")
    made.write({"K1": dict.fromkeys(("phone", "billing_street", "billing_postal_code",
                                     "billing_city", "billing_country"), "") | {"name": "K1"}})  # fmt: skip
    made.start()
    status = made.until(lambda s: "SECRET_MISSING" in codes(s), "nobody misses it")
    assert status["counts"]["sending"] == 0
    made.client.call("secrets.set", {"name": "other", "value": sandbox.client_secret})
    status = made.until(lambda s: s["counts"]["delivered"] == 1, "it is not delivered")
    assert "SECRET_MISSING" not in codes(status)
