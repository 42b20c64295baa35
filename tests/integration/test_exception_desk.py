"""What is refused waits for a person, grouped by cause, and holds up nothing else."""

from __future__ import annotations

COUNT = 10_000
POISONED = "04711"
GOOD = {f"{i:05}": f"Customer {i}" for i in range(COUNT)}


def test_one_poisoned_record_in_ten_thousand_waits_alone_and_clears_itself(agent, receiver):
    crm = receiver.cases["crm"]
    agent.export({"accounts": {**GOOD, POISONED: ""}, "contacts": {}})
    agent.start()
    agent.until_idle()
    counts = agent.until(lambda status: status["idle"], "it is never idle", within=60)["counts"]
    assert (counts["delivered"], counts["parked"]) == (COUNT - 1, 1)
    assert len(crm.now) == COUNT - 1

    code, found, _ = agent.waybill("exceptions", "groups", "--json")
    (group,) = found["items"]
    assert (group["code"], group["field"], group["count"]) == ("REQUIRED_MISSING", "name", 1)
    assert group["owner"] == "erp_data"
    _, shown, _ = agent.waybill("exceptions", "show", group["example"], "--json")
    assert shown["external_id"] == POISONED

    agent.export({"accounts": {**GOOD, POISONED: "Cured"}, "contacts": {}})
    agent.until(lambda _: crm.now.get(("account", POISONED)) == "Cured", "it does not clear")
    counts = agent.until_idle()["counts"]
    assert (counts["delivered"], counts["parked"]) == (COUNT, 0)
    assert len(crm.now) == COUNT
    assert not crm.wrong
    code, found, _ = agent.waybill("exceptions", "groups")
    assert code == 0
    assert "Nothing waits" in found


def test_what_is_set_aside_stays_out_until_the_erp_changes_it(agent, receiver):
    crm = receiver.cases["crm"]
    rows = {"accounts": {"1": "One", "2": ""}, "contacts": {}}
    agent.export(rows)
    agent.start()
    agent.until(lambda status: status["counts"]["parked"] == 1, "it is not parked")
    code, _, said = agent.waybill("exceptions", "set-aside", "--all", "--reason", " ")
    assert code == 2
    assert "Say why" in said
    code, answer, _ = agent.waybill(
        "exceptions", "set-aside", "--code", "REQUIRED_MISSING", "--reason", "a test", "--json"
    )
    assert (code, answer["set_aside"]) == (0, 1)
    agent.export({**rows, "accounts": {**rows["accounts"], "3": "Three"}})
    agent.until(lambda _: ("account", "3") in crm.now, "the rest does not go on")
    counts = agent.until_idle()["counts"]
    assert (counts["parked"], counts["set_aside"]) == (0, 1)
    agent.export({"accounts": {"1": "One", "2": "Two", "3": "Three"}, "contacts": {}})
    agent.until(lambda _: crm.now.get(("account", "2")) == "Two", "its change is not sent")
    _, listed, _ = agent.waybill("audit", "verify", "--json")
    assert listed["ok"]
