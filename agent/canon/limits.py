"""The bounds that hold for every contract."""

from __future__ import annotations

EXTERNAL_ID_LENGTH = 255
"""Characters of an external id, and so of a reference."""

MOST_DIGITS = 38
"""Digits of a decimal, as the widest DECIMAL of the databases in use."""

LARGEST_INTEGER = 2**53 - 1
"""Beyond it a JSON reader that computes in doubles changes the number."""
