"""The exception desk as people use it: commands against a running agent."""

from __future__ import annotations

import csv
import signal
import stat
import sys

import pytest

from tests.integration.agent_home import AgentHome
from tests.integration.killpoints import field as world

ROWS: world.Rows = {"accounts": {f"{i:03}": f"Customer {i}" for i in range(6)}, "contacts": {}}


@pytest.fixture
def refused(agent: AgentHome, receiver) -> AgentHome:
    """An agent whose CRM refused one customer for good."""
    receiver.cases["crm"].refuses = "Customer 4"
    agent.export(ROWS)
    agent.start()
    agent.until_idle()
    receiver.cases["crm"].refuses = ""
    return agent


def test_it_is_shown_by_cause_previewed_and_fixed(refused, receiver):
    code, groups, said = refused.waybill("exceptions", "groups", "--json")
    assert code == 0, said
    (group,) = groups["items"]
    assert (group["count"], groups["total"]) == (1, 1)
    ref = group["example"]
    _, preview, _ = refused.waybill("exceptions", "replay", "--all", "--preview", "--json")
    assert (preview["would_go"], preview["would_stay"]) == (0, 1)
    other = ("exceptions", "replay", "--field", "phone", "--preview", "--json")
    assert refused.waybill(*other)[1]["chosen"] == 0, "another field is another cause"
    some = ("exceptions", "list", "--offset", "0", "--json", "--field")
    assert refused.waybill(*some, "phone")[1]["total"] == 0
    code, fixed, said = refused.waybill("exceptions", "fix", ref, "--set", "name=Four", "--json")
    assert code == 0, said
    refused.until(
        lambda _: receiver.cases["crm"].now.get(("account", "004")) == "Four", "it is not sent"
    )
    _, shown, _ = refused.waybill("exceptions", "show", fixed["new"], "--json")
    assert shown["state"] == "delivered"
    assert [act["what"] for act in shown["history"]] == ["edited"]
    assert refused.until_idle()["counts"]["parked"] == 0
    refused.export(ROWS)
    refused.until_idle()
    assert receiver.cases["crm"].now["account", "004"] == "Four", "an unchanged row makes nothing"
    assert "Four" not in (refused.home / "audit.log").read_text()
    assert "exceptions.edit" in (refused.home / "audit.log").read_text()
    assert refused.client.call("audit.verify")["ok"]


def test_it_is_set_aside_with_a_reason_and_taken_back(refused, receiver):
    ref = refused.waybill("exceptions", "list", "--json")[1]["items"][0]["ref"]
    assert refused.waybill("exceptions", "set-aside", ref, "--reason", " ")[0] == 2
    code, done, said = refused.waybill(
        "exceptions", "set-aside", ref, "--reason", "a test customer", "--json"
    )
    assert (code, done["set_aside"]) == (0, 1), said
    counts = refused.client.status()["counts"]
    assert (counts["parked"], counts["set_aside"]) == (0, 1)
    _, aside, _ = refused.waybill("exceptions", "list", "--aside", "--json")
    assert [item["ref"] for item in aside["items"]] == [ref]
    assert refused.waybill("exceptions", "take-back", ref)[0] == 0
    _, shown, _ = refused.waybill("exceptions", "show", ref, "--json")
    assert shown["history"][0]["reason"] == "a test customer"
    assert [act["what"] for act in shown["history"]] == ["set aside", "taken back"]
    assert "a test customer" not in (refused.home / "audit.log").read_text()
    assert refused.waybill("exceptions", "replay", ref)[0] == 1
    assert refused.waybill("exceptions", "replay", ref, "--crm-changed")[0] == 0
    refused.until(
        lambda _: receiver.cases["crm"].now.get(("account", "004")) == "Customer 4", "not sent"
    )


def test_a_sheet_goes_out_private_and_comes_back_corrected(refused, receiver, tmp_path):
    file = tmp_path / "out.csv"
    code, said, _ = refused.waybill("exceptions", "export", str(file))
    assert code == 0
    assert "in clear" in said
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = file.read_text(encoding="utf-8-sig")
    assert [row["name"] for row in csv.DictReader(text.splitlines())] == ["Customer 4"]
    file.write_text(text.replace(",Customer 4", f",{'x' * 300}"), encoding="utf-8-sig")
    code, done, _ = refused.waybill("exceptions", "import", str(file), "--json")
    assert (code, done["edited"]) == (1, 0)
    assert (done["problems"][0]["line"], done["problems"][0]["field"]) == (2, "name")
    file.write_text(f"{text}no ref,,,,,,Customer 5\r\n", encoding="utf-8-sig")
    code, done, _ = refused.waybill("exceptions", "import", str(file), "--json")
    assert (code, done["edited"]) == (1, 0)
    (wrong,) = done["problems"]
    assert (wrong["line"], wrong["code"]) == (3, "NO_SUCH"), "told where in the file it stands"
    file.write_text(text.replace(",Customer 4", ",'=Four"), encoding="utf-8-sig")
    code, done, _ = refused.waybill("exceptions", "import", str(file), "--json")
    assert (code, done["edited"], done["fields"]) == (0, 1, {"name": 1})
    refused.until(
        lambda _: receiver.cases["crm"].now.get(("account", "004")) == "=Four", "it is not sent"
    )
    code, done, _ = refused.waybill("exceptions", "import", str(file), "--json")
    assert (code, done["edited"], len(done["skipped"])) == (1, 0, 1)


@pytest.mark.timeout(180)
def test_one_poisoned_record_in_ten_thousand_holds_up_nothing_and_is_put_right(agent, receiver):
    crm = receiver.cases["crm"]
    names = {f"{i:05}": f"Customer {i}" for i in range(10_000)} | {"07777": "Poison"}
    crm.refuses = "Poison"
    agent.export({"accounts": names, "contacts": {}})
    agent.start()
    agent.client.call("scan")
    status = agent.until(
        lambda s: s["idle"] and s["counts"]["parked"] + s["counts"]["delivered"] == 10_000,
        "they do not arrive", within=120,
    )  # fmt: skip
    assert (status["counts"]["delivered"], status["counts"]["parked"]) == (9_999, 1)
    (group,) = agent.waybill("exceptions", "groups", "--json")[1]["items"]
    ref = group["example"]
    code, replayed, _ = agent.waybill("exceptions", "replay", ref, "--json")
    assert (code, replayed["replayed"], replayed["refused"][0]["ref"]) == (1, 0, ref)
    code, _, said = agent.waybill("exceptions", "fix", ref, "--set", "name=Cured", "--json")
    assert code == 0, said
    agent.until(lambda s: s["counts"]["delivered"] == 10_000, "it is not delivered")
    counts = agent.until_idle()["counts"]
    assert (counts["parked"], counts["superseded"], counts["captured"]) == (0, 1, 10_001)
    assert crm.now["account", "07777"] == "Cured"
    assert len(crm.now) == 10_000
    assert {len(values) for values in crm.history.values()} == {1}
    assert not crm.wrong


@pytest.fixture
def nameless(agent: AgentHome) -> AgentHome:
    """An agent with a customer without a name: no message can be made of that row."""
    agent.export({"accounts": {"001": "  ", "002": "Two"}, "contacts": {}})
    agent.start()
    agent.until_idle()
    return agent


def test_a_row_of_which_no_message_could_be_made_is_edited_and_sent(nameless, receiver):
    crm = receiver.cases["crm"]
    (item,) = nameless.waybill("exceptions", "list", "--json")[1]["items"]
    assert (item["code"], item["external_id"]) == ("REQUIRED_MISSING", "001")
    ref = item["ref"]
    code, fixed, _ = nameless.waybill("exceptions", "fix", ref, "--set", "nmae=One", "--json")
    assert (code, fixed["mapped_again"], len(fixed["problems"])) == (1, False, 1)
    code, fixed, _ = nameless.waybill(
        "exceptions", "fix", ref, "--set", f"name={'x' * 300}", "--json"
    )
    assert (code, fixed["problems"][0]["field"]) == (1, "name")
    code, fixed, said = nameless.waybill("exceptions", "fix", ref, "--set", "name=One", "--json")
    assert (code, fixed["mapped_again"]) == (0, True), said
    nameless.until(lambda _: crm.now.get(("account", "001")) == "One", "it is not sent")
    assert nameless.until_idle()["counts"]["parked"] == 0
    audit = (nameless.home / "audit.log").read_text()
    assert "exceptions.edit" in audit
    assert "One" not in audit

    nameless.export({"accounts": {"001": "  ", "002": "Second"}, "contacts": {}})
    nameless.until(lambda _: crm.now.get(("account", "002")) == "Second", "the next export")
    assert nameless.until_idle()["counts"]["parked"] == 0, "an unchanged row makes nothing"
    assert crm.now["account", "001"] == "One"
    nameless.export({"accounts": {"001": "Eins", "002": "Second"}, "contacts": {}})
    nameless.until(lambda _: crm.now.get(("account", "001")) == "Eins", "the ERP is heard again")
    assert not crm.wrong


def test_an_edit_of_such_a_row_outlives_a_crash(nameless, receiver):
    (item,) = nameless.waybill("exceptions", "list", "--json")[1]["items"]
    nameless.waybill("pause", "source", "accounts")
    code, _, said = nameless.waybill("exceptions", "fix", item["ref"], "--set", "name=One")
    assert code == 0, said
    assert nameless.client.status()["counts"]["parked"] == 1, "its source is paused"
    nameless.stop(signal.SIGKILL)
    nameless.start()
    nameless.waybill("resume", "source", "accounts")
    nameless.until(
        lambda _: receiver.cases["crm"].now.get(("account", "001")) == "One", "it is forgotten"
    )
    assert not receiver.cases["crm"].wrong
