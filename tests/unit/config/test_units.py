"""Durations and sizes are read as people write them, and nothing else is."""

from datetime import timedelta

import pytest

from agent.config.units import duration, rates, size


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("500ms", 0.5), ("10s", 10), ("5m", 300), ("2h", 7200), ("1d", 86400), ("1h30m", 5400),
     (" 1.5 h ", 5400), ("0s", 0)],
)  # fmt: skip
def test_a_duration_is_read(text: str, seconds: float) -> None:
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "10", 10, 1.5, None, True, "s", "-5s", "5 weeks", "5s later", "10S", "9999999d"]
)
def test_what_is_no_duration_is_refused_with_a_reason(text: object) -> None:
    with pytest.raises(ValueError, match=r"unit|ten years"):
        duration(text)


@pytest.mark.parametrize(
    ("text", "count"),
    [("64MB", 64_000_000), ("64MiB", 2**26), ("4GiB", 2**32), ("1.5 kb", 1500), ("7B", 7), (5, 5)],
)
def test_a_size_is_read(text: object, count: int) -> None:
    assert size(text) == count


@pytest.mark.parametrize("text", ["", "64", "MB", "-1MB", None, True, 1.5, "1XB", "9999999TB"])
def test_what_is_no_size_is_refused_with_a_reason(text: object) -> None:
    with pytest.raises(ValueError, match=r"unit|any disk"):
        size(text)


@pytest.mark.parametrize(
    ("text", "read"),
    [("100 per 10s", ((100, 10),)), (["9 per 1s", "100  per  1m"], ((9, 1), (100, 60))), ([], ())],
)
def test_a_rate_is_read_alone_or_in_a_list(
    text: object, read: tuple[tuple[int, float], ...]
) -> None:
    assert rates(text) == tuple((most, timedelta(seconds=window)) for most, window in read)


@pytest.mark.parametrize(
    "text",
    [5, None, "", "100", "100 a second", "0 per 1s", "10 per 1d", "10 per 500ms", ["9 per x"]],
)
def test_what_is_no_rate_is_refused_with_a_reason(text: object) -> None:
    with pytest.raises(ValueError, match=r"rate|duration"):
        rates(text)
