"""What was looked at, for people: kinds of columns, samples, and what could not be read."""

from datetime import date
from decimal import Decimal

import pytest

from agent.model import Op, Place, Record, Unreadable
from agent.runtime.setup.tables import as_table, kind_of


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "22", "-3"], "integer"),
        (["1", "2,5"], "number"),
        (["1.234,50", "0,5", "12-"], "text"),
        (["1.234,50", "7,00-"], "number"),
        (["00017", "00018"], "text"),
        (["2024-01-31", "31.1.2024"], "date"),
        ([date(2024, 1, 1)], "date"),
        ([1, Decimal("2.5")], "number"),
        ([True, False], "flag"),
        (["", None], "text"),
        (["", "5"], "integer"),
        ([], "text"),
    ],
)
def test_the_kind_of_a_column_is_that_of_all_its_values(values, kind):
    assert kind_of(values) == kind


def test_rows_are_texts_and_bad_ones_are_counted_by_their_cause():
    place = Place("f", 1, 7, 0)
    found = [
        Record(("1",), ("1", "x" * 300), Op.UPSERT, place),
        Unreadable(place, "RAGGED_ROW", "It has 3 columns."),
        Unreadable(place, "RAGGED_ROW", "It has 4 columns."),
        Record(("2",), (2, None), Op.UPSERT, place),
    ]
    table, findings = as_table(("ID", "TEXT"), found, 1)
    assert len(table["rows"]) == 1
    assert table["rows"][0][1].endswith("…")
    assert table["columns"][0] == {"name": "ID", "samples": ["1", "2"], "type": "integer"}
    (finding,) = findings
    assert finding.code == "RAGGED_ROW"
    assert "2 of the first 4 records" in finding.text
    assert "line 7" in finding.text
