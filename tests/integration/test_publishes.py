"""A mapping that blanks 500 phone numbers: its first records, a yes, and the way back."""

from __future__ import annotations

import signal

import pytest

from adapters.sandbox import Sandbox
from adapters.targets import salesforce
from adapters.targets.salesforce import SalesforceConfig
from agent.model import Delivered, Message, Op
from tests.http_stub import context
from tests.integration.agent_home import AgentHome
from tests.integration.killpoints import field as world

MANY = 500
PHONE = 'phone = "PHONE"\n'
INDUSTRY = """industry = { column = "KIND", lookup = "kinds" }

[lookups.kinds]
csv = "kinds.csv"
key = "CODE"
value = "MEANS"
"""


def export(home: AgentHome, **changed: str) -> None:
    lines = ["CUSTNO;NAME1;PHONE;MOBILE;KIND"]
    for i in range(MANY):
        key = f"{i:03}"
        lines.append(f"{key};{changed.get('k' + key, f'Customer {i}')};+49 30 100{key};;1")
    fresh = home.exports / ".accounts.tmp"
    fresh.write_text("\n".join([*lines, ""]), encoding="utf-8")
    fresh.replace(home.exports / "accounts.csv")


@pytest.fixture
def crm(tmp_path):
    with Sandbox(tmp_path / "sandbox", seed=1) as running:
        yield running
        assert list(running.crashes) == []


@pytest.fixture
def running(tmp_path, crm):
    text = world.SALESFORCE.format(id=crm.client_id).replace("URL", crm.url)
    made = AgentHome(tmp_path / "agent", text.replace("CA", str(crm.ca_file)), crm.client_secret)
    config = made.configuration.read_text(encoding="utf-8")
    made.configuration.write_text(config[: config.index("[sources.contacts]")], encoding="utf-8")
    mapping = made.home / "mappings" / "accounts.toml"
    mapping.write_text(mapping.read_text(encoding="utf-8") + PHONE, encoding="utf-8")
    export(made)
    made.start()
    made.until(lambda s: s["idle"] and s["counts"]["delivered"] == MANY, "not loaded", 90)
    yield made
    made.close()


@pytest.fixture
def someone(crm, tmp_path):
    """Somebody in the CRM, who edits a field of an account."""
    config = SalesforceConfig(
        url=crm.url,
        ca_file=crm.ca_file,
        sign_in={
            "flow": "client_credentials",
            "client_id": crm.client_id,
            "client_secret": "secret:crm",
        },
    )
    target = salesforce.make(config, context(tmp_path, crm=crm.client_secret))

    def edits(key: str, **fields: str) -> None:
        (receipt,) = target.deliver(
            [Message(f"edit-{key}", Op.UPSERT, "account", "account/1", key, 1, fields)]
        )
        assert isinstance(receipt, Delivered)

    yield edits
    target.close()


def blanked(crm) -> int:
    return sum(not record["Phone"] for record in crm.records("Account").values())


def publish(running, *, waits: bool = True) -> None:
    draft = running.home.parent / "draft.toml"
    text = (running.home / "mappings" / "accounts.toml").read_text(encoding="utf-8")
    draft.write_text(text.replace(PHONE, 'phone = "MOBILE"\n'), encoding="utf-8")
    code, said, wrong = running.waybill(
        "mapping", "publish", "accounts", str(draft), "--comment", "phones", "--json"
    )
    assert code == 0, wrong
    assert (said["first"], said["replaces"]) == (20, None)
    if waits:
        running.until(
            lambda s: s["idle"] and "PUBLISH_WAITS_FOR_YES" in {r["code"] for r in s["reasons"]},
            "it does not wait", 60,
        )  # fmt: skip


def test_it_stops_after_the_first_twenty_and_undone_nothing_is_left_of_it(running, crm):
    writes = crm.state()["writes"]["Account"]["updates"]
    publish(running)
    assert blanked(crm) == 20
    code, shown, _ = running.waybill("mapping", "canary", "accounts", "--json")
    assert (code, shown["sent"], shown["waiting"], shown["changes"]) == (0, 20, 480, ["phone"])
    assert len(shown["items"]) == 20
    (phone,) = [f for f in shown["items"][0]["fields"] if f["field"] == "phone"]
    assert phone["before"].startswith("+49")
    assert not phone["after"]
    assert running.stop(signal.SIGKILL) == -signal.SIGKILL
    running.start()
    running.until(lambda s: s["idle"] and s["reasons"], "it forgot that it waits", 60)
    assert blanked(crm) == 20

    code, preview, _ = running.waybill("mapping", "undo", "accounts", "--preview", "--json")
    assert (code, preview["counts"]["would_restore"], preview["fields"]) == (0, 20, 20)
    code, _, wrong = running.waybill("mapping", "undo", "accounts", "--json")
    assert code == 0, wrong
    running.until(lambda s: s["idle"] and not s["reasons"], "it is not undone", 60)
    assert blanked(crm) == 0
    running.until_idle()
    assert crm.state()["writes"]["Account"]["updates"] == writes + 40, "20 there, 20 back"


@pytest.mark.timeout(240)
def test_undone_after_a_yes_every_field_comes_back_that_nobody_has_edited(running, crm, someone):
    before = {key: record["Phone"] for key, record in crm.records("Account").items()}
    publish(running)
    code, said, wrong = running.waybill("mapping", "approve", "accounts", "--json")
    assert (code, said["waiting"]) == (0, 480), wrong
    running.until(lambda s: s["idle"] and blanked(crm) == MANY, "they do not go", 90)
    someone("007", phone="+49 30 999")
    someone("008", name="Somebody else")
    export(running, k009="Nine")
    running.until_idle()

    code, preview, wrong = running.waybill("mapping", "undo", "accounts", "--preview", "--json")
    assert code == 0, wrong
    assert (preview["counts"]["would_restore"], preview["counts"]["edited"]) == (498, 1)
    assert preview["counts"]["overtaken"] == 1
    assert [(i["external_id"], i["edited"]) for i in preview["items"] if i["edited"]] == [
        ("007", ["phone"])
    ]
    code, _, wrong = running.waybill("mapping", "undo", "P1", "--json")
    assert code == 0, wrong
    assert running.stop(signal.SIGKILL) == -signal.SIGKILL
    running.start()
    running.until(lambda s: s["idle"] and not s["reasons"], "it is not undone", 120)
    after = crm.records("Account")
    assert after["007"]["Phone"] == "+49 30 999"
    assert after["008"]["Name"] == "Somebody else"
    assert after["009"]["Name"] == "Nine"
    changed = {key for key, record in after.items() if record["Phone"] != before[key]}
    assert changed == {"007"}
    writes = crm.state()["writes"]["Account"]["updates"]
    running.until_idle()
    export(running, k009="Nine", k010="Ten")
    running.until(lambda _: crm.records("Account")["010"]["Name"] == "Ten", "it is stuck")
    running.until_idle()
    assert crm.state()["writes"]["Account"]["updates"] == writes + 1
    assert crm.records("Account")["007"]["Phone"] == "+49 30 999"
    code, listed, _ = running.waybill("mapping", "publishes", "--json")
    assert (code, [item["state"] for item in listed["items"]]) == (0, ["done", "undone"])
    assert running.client.call("audit.verify")["ok"]


def test_where_nobody_can_ask_what_is_there_an_undo_says_so_and_restoring_goes(agent, receiver):
    crm = receiver.cases["crm"]
    names = {f"{i:03}": f"Customer {i}" for i in range(30)}
    agent.export({"accounts": names, "contacts": {}})
    agent.start()
    agent.until_idle()
    draft = agent.folder / "draft.toml"
    text = (agent.home / "mappings" / "accounts.toml").read_text(encoding="utf-8")
    upper = 'name = { column = "NAME1", case = "upper" }'
    draft.write_text(text.replace('name = "NAME1"', upper), encoding="utf-8")
    agent.waybill("mapping", "publish", "accounts", str(draft), "--comment", "capitals")
    agent.until(lambda s: s["idle"] and s["reasons"], "it does not wait", 60)
    assert sum(name.isupper() for name in crm.now.values()) == 20
    code, _, said = agent.waybill("mapping", "undo", "accounts")
    assert code == 2
    assert "UNDO_NOT_POSSIBLE" in said
    assert "waybill mapping restore accounts 1" in said
    code, again, said = agent.waybill("mapping", "restore", "accounts", "1", "--json")
    assert (code, again["replaces"], again["waiting"]) == (0, "P1", 10), said
    agent.until(lambda s: s["idle"] and not s["reasons"], "it is not restored", 60)
    assert crm.now == {("account", key): name for key, name in names.items()}
    assert {len(crm.history["account", key]) for key in names} == {1, 3}
    assert not crm.wrong


def test_another_word_in_a_lookup_file_is_watched_and_undone_like_any_mapping(running, crm):
    def there(word: str) -> int:
        return sum(record["Industry"] == word for record in crm.records("Account").values())

    words = running.home / "lookups" / "kinds.csv"
    words.parent.mkdir(exist_ok=True)
    words.write_text("CODE;MEANS\n1;Retail\n", encoding="utf-8")
    mapping = running.home / "mappings" / "accounts.toml"
    draft = running.home.parent / "draft.toml"
    text = mapping.read_text(encoding="utf-8")
    draft.write_text(f"{text}{INDUSTRY}", encoding="utf-8")
    saying = ("--comment", "industry", "--json")
    code, _, wrong = running.waybill("mapping", "publish", "accounts", str(draft), *saying)
    assert code == 0, wrong
    running.until(lambda s: s["idle"] and there("Retail") == 20, "it does not wait", 60)
    assert running.waybill("mapping", "approve", "accounts", "--json")[0] == 0
    running.until(lambda s: s["idle"] and there("Retail") == MANY, "they do not go", 90)

    words.write_text("CODE;MEANS\n1;Energy\n", encoding="utf-8")
    running.until(lambda s: s["idle"] and there("Energy"), "the word is not noticed", 60)
    assert (there("Energy"), there("Retail")) == (20, 480)
    code, listed, _ = running.waybill("mapping", "versions", "accounts", "--json")
    assert [each["in_force"] for each in listed["items"]][:2] == [True, False]
    code, _, wrong = running.waybill("mapping", "undo", "accounts", "--json")
    assert code == 0, wrong
    running.until(lambda s: s["idle"] and there("Retail") == MANY, "it is not undone", 60)
    assert words.read_text(encoding="utf-8") == "CODE;MEANS\n1;Retail\n"
    assert mapping.read_text(encoding="utf-8") == draft.read_text(encoding="utf-8")
