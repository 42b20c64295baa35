"""What waits too long is raised by a running agent, and stays raised over a restart."""

from __future__ import annotations

import pytest

from tests.integration.invoices import Invoices, row

RULES = """
[reasons.LOOKUP_MISSING]
severity = "critical"
owner = "finance"

[[escalation]]
name = "finance"
after = ["1s", "2d"]
owner = "finance"
amount = { EUR = "20" }
"""


@pytest.fixture
def invoices(tmp_path, receiver):
    made = Invoices(tmp_path / "agent", receiver, "full")
    with made.configuration.open("a") as file:
        file.write(RULES)
    yield made
    made.close()


def raised(invoices: Invoices) -> list[tuple[str, str, int]]:
    items = invoices.waybill("exceptions", "events", "--json")[1]["items"]
    return [(item["what"], item["ref"], item["level"]) for item in items]


def test_a_rule_raises_once_says_so_everywhere_and_is_done_when_the_cause_is(invoices):
    invoices.write("A1.CSV", row(1, "P"), row(3, "P"), row(4).replace("40.00", "much"))
    invoices.start()
    status = invoices.until(
        lambda s: any(reason["code"] == "ESCALATED" for reason in s["reasons"]), "nothing is raised"
    )
    (reason,) = [each for each in status["reasons"] if each["code"] == "ESCALATED"]
    assert reason["subject"] == "rule finance"
    assert "1 exception waited too long" in reason["title"]
    ((_, ref, _),) = raised(invoices)
    _, shown, _ = invoices.waybill("exceptions", "show", ref, "--json")
    assert (shown["impact"], shown["owner"], shown["row"]["ST"]) == (
        "invoice R3 of C0, 30.00 EUR", "finance", "P",
    )  # fmt: skip
    assert [step["rule"] for step in shown["escalated"]] == ["finance"]
    _, groups, _ = invoices.waybill("exceptions", "groups", "--json")
    worst = groups["items"][0]
    assert (worst["severity"], worst["owner"], worst["amounts"]) == (
        "critical", "finance", {"EUR": "40.00"},
    )  # fmt: skip
    _, mine, _ = invoices.waybill("exceptions", "list", "--owner", "finance", "--json")
    assert [item["document"] for item in mine["items"]] == ["R1", "R3"]
    log = (invoices.home / "logs" / "waybill.log").read_text()
    assert "escalated" in log
    assert "exceptions.escalated" in (invoices.home / "audit.log").read_text()
    for value in ("30.00", "R3", "C0"):
        assert value not in log
        assert value not in (invoices.home / "audit.log").read_text()
    invoices.stop()
    invoices.start()
    invoices.until(
        lambda s: any(reason["code"] == "ESCALATED" for reason in s["reasons"]), "it is forgotten"
    )
    assert raised(invoices) == [("escalated", ref, 1)], "it is raised again"
    code, _, said = invoices.waybill("exceptions", "rule", ref, "paid", "--publish")
    assert code == 0, said
    invoices.until(
        lambda s: s["counts"]["parked"] == 1 and ("resolved", ref, 1) in raised(invoices),
        "it stays raised",
    )
    assert raised(invoices) == [("escalated", ref, 1), ("resolved", ref, 1)]
    invoices.until(
        lambda s: all(reason["code"] != "ESCALATED" for reason in s["reasons"]), "it is shown"
    )
    assert invoices.client.call("audit.verify")["ok"]
