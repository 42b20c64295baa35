"""What is kept of a row that no message could be made of."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.changes.rows import read_back, written
from agent.model import Value

VALUES: st.SearchStrategy[Value] = st.one_of(
    st.none(), st.booleans(), st.text(st.characters(), max_size=20), st.integers(),
    st.floats(allow_nan=False), st.binary(max_size=20), st.dates(), st.datetimes(),
    st.decimals(allow_nan=False),
)  # fmt: skip


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), VALUES, max_size=5))
def test_a_row_comes_back_as_it_was_read_value_for_value_and_type_for_type(
    row: dict[str, Value],
) -> None:
    back = read_back(orjson.loads(orjson.dumps(written(row))))
    assert back == row
    assert [type(value) for value in back.values()] == [type(value) for value in row.values()]


@pytest.mark.parametrize(
    "value",
    [
        Decimal("1.10"), Decimal("1E+3"), 2**70, -(2**70), float("inf"), b"\0", "half \ud800",
        datetime(2026, 11, 21, 8, 10, tzinfo=UTC), date(2026, 11, 21), True, 1, 1.0,
    ],
)  # fmt: skip
def test_what_json_does_not_know_keeps_its_type_and_every_place(value: Value) -> None:
    back = read_back(orjson.loads(orjson.dumps(written({"C": value}))))["C"]
    assert (back, type(back), str(back)) == (value, type(value), str(value))


@pytest.mark.parametrize("kept", [{"C": []}, {"C": {"time": "soon"}}, {"C": {}}])
def test_what_is_no_row_is_refused(kept: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        read_back(kept)


def test_a_row_is_kept_in_a_form_that_later_versions_can_read() -> None:
    row: dict[str, Value] = {
        "a": "text", "b": None, "c": True, "d": 2**63 - 1, "e": 2**63, "f": -(2**63) + 1,
        "g": b"\x0a", "h": 0.5, "i": Decimal("1.0"), "j": date(2026, 1, 2),
        "k": datetime(2026, 1, 2, 3), "l": "\ud800", "m": "\udfff", "n": -(2**63),  # noqa: DTZ001 -- as a driver gives it
    }  # fmt: skip
    assert written(row) == {
        "a": "text", "b": None, "c": True, "d": 2**63 - 1, "e": {"integer": "0x8000000000000000"},
        "f": -(2**63) + 1, "g": {"bytes": "0a"}, "h": {"float": "0x1.0000000000000p-1"},
        "i": {"decimal": "1.0"}, "j": {"date": "2026-01-02"}, "k": {"time": "2026-01-02T03:00:00"},
        "l": {"text": "eda080"}, "m": {"text": "edbfbf"}, "n": {"integer": "-0x8000000000000000"},
    }  # fmt: skip
    assert read_back(written(row)) == row
