"""OData v2 values: what goes out is what SAP takes, what comes back is what messages say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.targets.sap.profile import FieldMap
from adapters.targets.sap.values import WrongType, literal, read, sent

TEXT = FieldMap("T")
MONEY = FieldMap("M", "decimal", places=2)
COUNT = FieldMap("C", "integer")
FLAG = FieldMap("F", "boolean")
DATE = FieldMap("D", "date")
DAY = FieldMap("O", "day")
DAYTEXT = FieldMap("S", "daytext")
INSTANT = FieldMap("I", "instant")


@pytest.mark.parametrize(
    ("field", "value", "wire"),
    [
        (TEXT, "Müller", "Müller"),
        (TEXT, None, ""),
        (MONEY, "12.50", "12.50"),
        (MONEY, "-0.00", "-0.00"),
        (MONEY, None, None),
        (COUNT, 7, "7"),
        (FLAG, True, True),
        (FLAG, None, False),
        (DATE, "2026-11-21", "2026-11-21T00:00:00"),
        (DAY, "2026-11-21", "2026-11-21T00:00:00Z"),
        (DAYTEXT, "2026-11-21", "2026-11-21T00:00:00Z"),
        (INSTANT, "2026-11-21T10:30:00Z", "2026-11-21T10:30:00Z"),
        (DATE, None, None),
        (INSTANT, None, None),
        (DAYTEXT, None, ""),
    ],
)
def test_a_value_goes_out_as_sap_takes_it(field, value, wire):
    assert sent(field, value) == wire


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (TEXT, True),
        (TEXT, 3),
        (MONEY, "12,50"),
        (MONEY, "1e3"),
        (MONEY, True),
        (FLAG, "yes"),
        (FLAG, 1),
        (DATE, "21.11.2026"),
        (DATE, 20261121),
        (INSTANT, "2026-11-21"),
    ],
)
def test_a_value_of_another_kind_is_refused(field, value):
    with pytest.raises(WrongType):
        sent(field, value)


@pytest.mark.parametrize(
    ("field", "wire", "value"),
    [
        (TEXT, "", None),
        (TEXT, None, None),
        (TEXT, "Müller", "Müller"),
        (MONEY, "12.500000", "12.50"),
        (MONEY, "-0.000000", "0.00"),
        (MONEY, "12.345000", "12.345000"),
        (MONEY, "a dozen", "a dozen"),
        (MONEY, "NaN", "NaN"),
        (COUNT, "7.00000000000000", 7),
        (COUNT, "7.5", "7.5"),
        (FLAG, False, False),
        (FLAG, "X", "X"),
        (DATE, "/Date(1795219200000)/", "2026-11-21"),
        (DATE, "/Date(-86400000)/", "1969-12-31"),
        (DATE, None, None),
        (DAY, "/Date(1795219200000+0000)/", "2026-11-21"),
        (DAY, "2026-11-21T00:00:00Z", "2026-11-21"),
        (DAYTEXT, "2026-11-21T00:00:00Z", "2026-11-21"),
        (INSTANT, "/Date(1795257000999)/", "2026-11-21T10:30:00Z"),
        (INSTANT, "", None),
        (DATE, "someday", "someday"),
        (DATE, "/Date(999999999999999)/", "/Date(999999999999999)/"),
    ],
)
def test_a_value_comes_back_as_messages_say_it(field, wire, value):
    assert read(field, wire) == value


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=2, min_value=-(10**15), max_value=10**15
    )
)
def test_an_amount_survives_the_way_there_and_back(amount):
    out = sent(MONEY, f"{amount:.2f}")
    assert read(MONEY, f"{out}0000") == f"{amount + 0:.2f}".replace("-0.00", "0.00")


@given(st.dates())
def test_a_date_survives_the_way_there_and_back(day):
    assert read(DATE, sent(DATE, day.isoformat())) == day.isoformat()


def test_a_quote_in_a_literal_is_doubled():
    assert literal("O'Neill's") == "'O''Neill''s'"
