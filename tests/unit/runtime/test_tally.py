"""What a preview adds up."""

from __future__ import annotations

from typing import Any

from agent import resources
from agent.model import Draft, Op, Place, Problem, Record
from agent.runtime.workshop.tally import Tally


def tallied(*made: Draft | Problem) -> dict[str, Any]:
    found = Tally(resources.contracts()["account"], ["NAME1"], frozenset({"name1"}), 0)
    for number, each in enumerate(made, 1):
        found.record(Record(("K",), ("A",), Op.UPSERT, Place("a.csv", number, number, 0)), each)
    return found.as_json()


def test_each_problem_of_a_record_counts_at_its_field_and_the_record_once() -> None:
    country, active = (
        Problem("COUNTRY_UNKNOWN", "c.", "billing_country"),
        Problem("B", "a.", "active"),
    )
    both = country._replace(reason="c. The record has 1 more problem: a.", every=(country, active))
    answer = tallied(both, active, both)
    assert (answer["records"], answer["refused"], answer["would_send"]) == (3, 3, 0)
    assert [(p["field"], p["reason"], p["count"]) for p in answer["problems"]] == [
        ("active", "a.", 3),
        ("billing_country", "c.", 2),
    ]
    assert {f["field"]: f["problems"] for f in answer["fields"]} == {
        "active": 3,
        "billing_country": 2,
    }
