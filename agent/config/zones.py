"""Names of time zones, checked."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def zone(name: str) -> str:
    """A name of the IANA database. Raises ValueError with a sentence."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError('this is not a time zone; write it like "Europe/Berlin"') from None
    return name
