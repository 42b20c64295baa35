"""Stored times as people and JSON read them."""

from __future__ import annotations

from datetime import UTC, datetime


def instant(seconds: float | None) -> str | None:
    """Seconds since 1970 as people and JSON read them."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
