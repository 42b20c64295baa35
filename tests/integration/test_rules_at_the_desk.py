"""A whole group is put right at once: a word that the mapping learns, published like any mapping."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.invoices import MAPPING, STATES, Invoices, row
from tests.integration.killpoints.field import Receiver


@pytest.fixture(params=["full", "changes"])
def invoices(request, tmp_path: Path, receiver: Receiver) -> Iterator[Invoices]:
    made = Invoices(tmp_path / "agent", receiver, request.param)
    yield made
    made.close()


def test_a_word_in_a_lookup_file_sends_the_whole_group_and_a_restore_takes_it_back(
    invoices, receiver
):
    crm = receiver.cases["crm"]
    invoices.write("A1.CSV", *(row(n, "P") for n in range(1, 6)), row(6), row(7, "X"))
    invoices.start()
    invoices.until(lambda s: s["counts"]["delivered"] == 1, "the good one does not arrive")
    invoices.until_idle()
    (group,) = invoices.parked()
    assert (group["code"], group["count"], group["field"]) == (
        "LOOKUP_MISSING",
        6,
        "payment_status",
    )
    assert [(each["word"], each["count"]) for each in group["words"]] == [("P", 5), ("X", 1)]
    assert group["example"] in {each["example"] for each in group["words"]}
    assert len({each["example"] for each in group["words"]}) == 2
    code, tried, said = invoices.waybill("exceptions", "rule", group["example"], "paid", "--json")
    assert code == 0, said
    assert (tried["group"], tried["would_pass"], tried["would_stay"]) == (6, 5, 1)
    assert tried["file"] == "states.csv"
    assert (invoices.home / "lookups" / "states.csv").read_text() == STATES, "only tried"
    code, made, said = invoices.waybill(
        "exceptions", "rule", group["example"], "paid", "--publish", "--comment", "Anna", "--json"
    )
    assert (code, made["version"], made["proposed"]) == (0, 2, False), said
    invoices.until(lambda s: s["counts"]["delivered"] == 6, "the group is not sent")
    assert crm.now["invoice", "R1"]["payment_status"] == "paid"
    assert [group["count"] for group in invoices.parked()] == [1]
    assert (invoices.home / "lookups" / "states.csv").read_text() == STATES + "P;paid\n"
    invoices.write("A2.CSV", *(row(n, "P") for n in range(1, 6)), row(6), row(7, "X"), row(8, "P"))
    invoices.until(lambda s: s["counts"]["delivered"] == 7, "the rule does not stay")
    assert {len(values) for values in crm.history.values()} == {1}, "each was sent once"
    code, _, said = invoices.waybill("mapping", "restore", "invoices", "1", "--json")
    assert code == 0, said
    assert (invoices.home / "lookups" / "states.csv").read_text() == STATES
    audit = (invoices.home / "audit.log").read_text()
    assert "exceptions.rule" in audit
    assert "mapping.publish" in audit
    assert "paid" not in audit
    assert not crm.wrong


def test_what_decides_about_money_waits_for_a_second_person(invoices, receiver):
    invoices.write("A1.CSV", row(1, currency="EU"), row(2))
    invoices.start()
    invoices.until_idle()
    (group,) = invoices.parked()
    assert (group["code"], group["field"]) == ("CURRENCY_UNKNOWN", "currency")
    code, made, said = invoices.waybill(
        "exceptions", "rule", group["example"], "EUR", "--publish", "--json"
    )
    assert (code, made["proposed"], made["fields"]) == (1, True, ["currency"]), said
    mapping = invoices.home / "mappings" / "invoices.toml"
    assert mapping.read_text() == MAPPING
    code, _, said = invoices.waybill("mapping", "accept", "invoices")
    assert code == 1
    assert "second person" in said
    _, waiting, _ = invoices.waybill("mapping", "proposals", "--json")
    assert [each["fields"] for each in waiting["items"]] == [["currency"]]
    assert 'codes = {EU = "EUR"}' in waiting["items"][0]["text"]
    assert invoices.waybill("mapping", "withdraw", "invoices")[0] == 0
    assert invoices.waybill("mapping", "withdraw", "invoices")[0] == 2
    agent = "[agent]\nsecond_person = false\n"
    text = invoices.configuration.read_text()
    invoices.configuration.write_text(text.replace("[agent]\n", agent, 1))
    invoices.until(
        lambda _: invoices.waybill(
            "exceptions", "rule", group["example"], "EUR", "--json"
        )[1]["second_person"] == [], "the setting does not count",
    )  # fmt: skip
    code, made, said = invoices.waybill(
        "exceptions", "rule", group["example"], "EUR", "--publish", "--json"
    )
    assert (code, made["proposed"]) == (0, False), said
    invoices.until(lambda s: s["counts"]["delivered"] == 2, "it is not sent")
    assert receiver.cases["crm"].now["invoice", "R1"]["currency"] == "EUR"


def test_a_rule_that_cannot_help_is_refused_with_what_to_do(invoices):
    invoices.write("A1.CSV", row(1).replace("10.00", "much"), row(2, "P"))
    invoices.start()
    invoices.until_idle()
    refs = {group["code"]: group["example"] for group in invoices.parked()}
    _, tried, _ = invoices.waybill(
        "exceptions", "rule", refs["LOOKUP_MISSING"], "settled", "--json"
    )
    assert (tried["would_pass"], tried["would_stay"]) == (0, 1), "no such status"
    assert "CODE_UNKNOWN" in tried["reasons"][0]["why"]
    for words, told in (
        ((refs["NOT_A_NUMBER"], "1.00"), "No entry of a table"),
        ((refs["LOOKUP_MISSING"], " "), "blank"),
        (("E9999", "x"), "no row"),
    ):
        code, _, said = invoices.waybill("exceptions", "rule", *words, "--publish")
        assert code == 2, said
        assert told in said
    code, _, said = invoices.waybill(
        "exceptions", "add-lookup", "invoices", "states", "O", "paid", "--publish"
    )
    assert code == 2
    assert "already" in said
