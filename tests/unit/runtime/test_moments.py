"""Times as people and JSON read them."""

from datetime import UTC, date, datetime, time

import pytest

from agent.crypto.secret_vault import expiry
from agent.runtime.moments import instant


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(None, None), (0, "1970-01-01T00:00:00Z"), (1.9, "1970-01-01T00:00:01Z")],
)
def test_a_time_is_shown_to_the_second(seconds, shown):
    assert instant(seconds) == shown


@pytest.mark.parametrize("day", ["2027-01-31", "9999-12-31"])
def test_a_secret_that_is_good_for_ever_can_be_shown(day):
    end = expiry(day)
    assert end is not None
    assert instant(end.timestamp()) == f"{day}T23:59:59Z"


def test_so_can_one_that_was_kept_with_a_finer_end():
    kept = datetime.combine(date(9999, 12, 31), time.max, UTC)
    assert instant(kept.timestamp()) == "9999-12-31T23:59:59Z"
