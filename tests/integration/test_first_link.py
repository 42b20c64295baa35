"""Nobody's CRM is empty: 3,000 accounts of an ERP meet 2,800 that people have typed in."""

from __future__ import annotations

import signal
import time
from collections import Counter

import pytest

from adapters.sandbox import Sandbox
from tests.integration.linked_home import LinkedHome, enter, keys_of
from tests.two_sides import TwoSides, two_sides

NEEDED = "FIRST_LINK_NEEDED"
ACME = {"name": "Acme Maschinenbau GmbH", "phone": "+49891234567", "billing_street": "Ring 1",
        "billing_postal_code": "80331", "billing_city": "München", "billing_country": "DE"}  # fmt: skip


@pytest.fixture
def crm(tmp_path):
    with Sandbox(tmp_path / "sandbox", seed=1) as running:
        yield running
        assert list(running.crashes) == []


@pytest.fixture
def agent(tmp_path, crm):
    made = LinkedHome(tmp_path / "agent", crm)
    yield made
    made.close()


def typed_in(crm: Sandbox, sides: TwoSides) -> dict[str, str]:
    """The CRM as people left it; whose each record is, by its own id."""
    return {enter(crm, each.fields): each.erp for each in sides.crm}


def account(number: int, **other: str | None) -> dict[str, str | None]:
    word = "".join(chr(97 + int(digit) * 2) for digit in f"{number:04}")
    phone = f"+4989{2000000 + number * 7919}"
    return {**ACME, "name": f"{word.title()}werk GmbH", "phone": phone,
            "billing_street": f"Ring {number}", **other}  # fmt: skip


def conditions(agent: LinkedHome) -> list[str]:
    return [reason["code"] for reason in agent.client.status()["reasons"]]


@pytest.mark.timeout(600)
def test_after_one_approval_nothing_is_doubled_and_every_certain_match_is_right(agent, crm):
    sides = two_sides()
    whose = typed_in(crm, sides)
    agent.write(sides.erp)
    agent.start()
    agent.until_read(3000)
    agent.until(lambda s: NEEDED in [r["code"] for r in s["reasons"]], "nobody is told")
    assert set(keys_of(crm).values()) == {""}, "nothing is sent before"

    code, proposal, said = agent.waybill("link", "propose", "customers", "--json", within=120)
    assert code == 1, said
    assert proposal["state"] == "proposed"
    assert proposal["certain"] + proposal["ambiguous"] + proposal["only_here"] == 3000
    assert proposal["certain"] > 2200
    items = agent.items()
    certain = [item for item in items if item["kind"] == "certain"]
    assert [i for i in certain if whose[str(i["crm_id"])] != i["external_id"]] == []
    new = {i["external_id"] for i in items if i["kind"] == "only here"}
    assert new.isdisjoint(whose.values()), "what is created is nowhere in the CRM"
    doubled = {key for key, count in Counter(whose.values()).items() if key and count > 1}
    assert len(doubled) == 30
    assert doubled <= {i["external_id"] for i in items if i["kind"] == "ambiguous"}
    assert set(keys_of(crm).values()) == {""}, "a proposal changes nothing"

    code, done, said = agent.waybill(
        "link", "approve", "customers", "--proposal", proposal["proposal"], "--json", within=120
    )
    assert done["state"] == "linked", said
    status = agent.until(
        lambda s: s["idle"] and s["counts"]["waiting"] == 0, "it is not delivered", within=200
    )
    held = keys_of(crm)
    assert {held[str(i["crm_id"])]: 1 for i in certain} == {
        str(i["external_id"]): 1 for i in certain
    }
    created = {key for id_, key in held.items() if id_ not in whose}
    assert created == new
    assert len(held) == len(whose) + len(new)
    counts = status["counts"]
    assert counts["parked"] == proposal["ambiguous"]
    assert counts["delivered"] == proposal["certain"] + proposal["only_here"]
    (group,) = agent.waybill("exceptions", "groups", "--json")[1]["items"]
    assert (group["code"], group["count"]) == ("LINK_AMBIGUOUS", proposal["ambiguous"])
    rows = crm.every("Account")
    names = {key: rows[id_]["Name"] for id_, key in held.items() if key}
    assert names == {key: sides.erp[key]["name"] for key in names}, "what was linked is updated"


@pytest.mark.timeout(300)
def test_a_crash_in_the_middle_of_stamping_goes_on_where_it_was_and_an_undo_restores(agent, crm):
    sides = two_sides(accounts=700, typed=650, doubles=5)
    whose = typed_in(crm, sides)
    before = crm.every("Account")
    agent.write(sides.erp)
    agent.start()
    agent.until_read(700)
    agent.client.call("pause", {"kind": "flow", "name": "customers"})
    agent.client.call("link.propose", {"flow": "customers"})
    proposal = agent.until_link("proposed")
    crm.fault("slow", object="Account", method="PATCH", seconds=0.6)
    agent.client.call("link.approve", {"flow": "customers"})
    deadline = time.monotonic() + 60
    while not any(keys_of(crm).values()) and time.monotonic() < deadline:
        time.sleep(0.05)
    agent.stop(signal.SIGKILL)
    stamped = sum(map(bool, keys_of(crm).values()))
    assert 0 < stamped < proposal["certain"], "it was not in the middle"
    crm.lift()
    agent.start()
    agent.until_link("linked")
    certain = {str(i["crm_id"]): str(i["external_id"]) for i in agent.items("certain")}
    assert {id_: key for id_, key in keys_of(crm).items() if key} == certain
    assert all(whose[id_] == key for id_, key in certain.items())

    changed = next(iter(certain))
    crm.change("Account", changed, {"ERP_Id__c": "by hand"})
    _, undone, said = agent.waybill("link", "undo", "customers", "--json")
    assert undone["state"] == "undone", said
    assert undone["states"]["kept"] == 1
    after = crm.every("Account")
    assert after[changed].pop("ERP_Id__c") == "by hand"
    assert after == before
    items = agent.items("certain")
    assert Counter((i["state"], bool(i["before"]), bool(i["after"])) for i in items) == {
        ("unstamped", True, False): len(certain) - 1, ("kept", True, False): 1,
    }  # fmt: skip
    agent.until(lambda s: NEEDED in [r["code"] for r in s["reasons"]], "nobody is told")


@pytest.mark.timeout(120)
def test_what_is_ambiguous_waits_until_a_person_says_who_it_is(agent, crm):
    names = [account(number) for number in range(4)]
    twice = [enter(crm, names[0]), enter(crm, {**names[0], "phone": None})]
    one = [enter(crm, {**names[1], "billing_postal_code": "10115", "billing_city": "Berlin"})]
    two = enter(crm, {**names[2], "phone": "089 555555"})
    agent.write({f"K{number}": fields for number, fields in enumerate(names)})
    agent.start()
    agent.until_read(4)
    agent.client.call("link.propose", {"flow": "customers"})
    assert agent.until_link("proposed")["ambiguous"] == 3
    agent.client.call("link.approve", {"flow": "customers"})
    agent.until(
        lambda s: s["counts"]["parked"] == 3 and s["counts"]["delivered"] == 1, "not parked"
    )
    assert sorted(keys_of(crm).values()) == ["", "", "", "", "K3"]
    items = {item["external_id"]: item["item"] for item in agent.items("ambiguous")}

    def decide(key: str, *words: str) -> int:
        return agent.waybill("link", "decide", "customers", str(items[key]), *words)[0]

    assert decide("K0", "--crm-id", twice[0]) == 0
    assert decide("K2", "--crm-id", twice[0]) == 2, "it is somebody's already"
    assert decide("K1", "--create") == 0
    assert decide("K2", "--leave-out") == 0
    status = agent.until(
        lambda s: s["counts"]["delivered"] == 3 and s["counts"]["set_aside"] == 1, "not decided"
    )
    assert status["counts"]["parked"] == 0
    held = keys_of(crm)
    assert (held[twice[0]], held[twice[1]], held[one[0]], held[two]) == ("K0", "", "", "")
    assert sorted(held.values()) == ["", "", "", "K0", "K1", "K3"]
    assert decide("K2", "--crm-id", two) == 0, "people may think again"
    agent.until(lambda _: keys_of(crm)[two] == "K2", "it is not linked")
    agent.until(lambda s: s["counts"]["delivered"] == 4, "it is not sent")
    assert crm.every("Account")[two]["Phone"] == names[2]["phone"]
    audit = (agent.home / "audit.log").read_text(encoding="utf-8")
    assert "link.approve" in audit
    assert "link.decide" in audit
    assert "werk" not in audit


@pytest.mark.timeout(120)
def test_a_new_record_that_is_like_another_one_is_a_persons_and_a_new_one_is_created(agent, crm):
    old, other = account(1), account(2)
    enter(crm, {**old, "name": old["name"].upper()})
    agent.write({"K1": old})
    agent.start()
    agent.until_read(1)
    agent.client.call("link.propose", {"flow": "customers"})
    agent.until_link("proposed")
    agent.client.call("link.approve", {"flow": "customers"})
    agent.until(lambda s: s["counts"]["delivered"] == 1, "it is not linked")
    again = {**old, "name": str(old["name"]).replace("GmbH", "AG")}
    lately = enter(crm, {**account(3), "phone": "(089) 202 3757", "billing_street": "Ring 3 a"})
    agent.write({"K1": old, "K2": other, "K8": account(3), "K9": again})
    agent.client.call("scan")
    agent.until(
        lambda s: s["counts"]["delivered"] == 2 and s["counts"]["parked"] == 2, "not looked at",
        within=60,
    )  # fmt: skip
    assert sorted(keys_of(crm).values()) == ["", "K1", "K2"]
    code, found, said = agent.waybill("duplicates", "list", "--json")
    assert code == 0, said
    by_key = {item["external_id"]: item for item in found["items"]}
    assert set(by_key) == {"K8", "K9"}
    assert [c["key"] for c in by_key["K9"]["candidates"]] == ["K1"], "two of the ERP are alike"
    assert [c["id"] for c in by_key["K8"]["candidates"]] == [lately]
    theirs = by_key["K9"]["candidates"][0]["id"]
    words = ("duplicates", "decide", str(by_key["K9"]["item"]))
    assert agent.waybill(*words, "--crm-id", theirs)[0] == 2, "never merged silently"
    assert agent.waybill(*words, "--leave-out")[0] == 0
    words = ("duplicates", "decide", str(by_key["K8"]["item"]), "--crm-id", lately, "--json")
    _, shown, said = agent.waybill(*words, "--preview", "--keep", "phone=crm")
    sides = {each["field"]: each["side"] for each in shown["result"]}
    assert (sides["phone"], sides["billing_street"], sides["name"]) == ("crm", "erp", "both"), said
    assert sorted(keys_of(crm).values()) == ["", "K1", "K2"], "shown before it is done"
    code, _, said = agent.waybill(*words, "--keep", "phone=crm")
    assert code == 0, said
    agent.until(lambda s: s["counts"]["delivered"] == 3, "it is not sent")
    merged = crm.every("Account")[lately]
    assert (merged["Phone"], merged["BillingStreet"]) == ("(089) 202 3757", "Ring 3")
    assert sorted(keys_of(crm).values()) == ["K1", "K2", "K8"]
