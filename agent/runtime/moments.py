"""Stored times as people and JSON read them."""

from __future__ import annotations

from datetime import UTC, datetime

_LAST = 253_402_300_799
"""The end of the year 9999, after which there is no way of writing: people mean never by it."""


def instant(seconds: float | None) -> str | None:
    """Seconds since 1970 as people and JSON read them."""
    if seconds is None:
        return None
    moment = datetime.fromtimestamp(min(seconds, _LAST), UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
