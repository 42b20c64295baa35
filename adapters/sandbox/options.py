"""The knobs that every sandbox CRM has: what an administrator or a contract decides in a real one.

A dialect with more of them has a class of its own that extends this one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Options:
    """Settings that a test may change while the sandbox runs."""

    token_seconds: float = 7200
    """How long an access token lives."""
    daily_limit: int = 1_000_000
    """API calls in 24 hours; above it everything is refused."""
    page_size: int = 2000
    """The most records in a page of an answer."""
    at_once: int | None = None
    """Requests at the same time that its vendor takes or advises; counted, not refused."""
    lag: float = 0
    """Seconds until a search, where the CRM's is behind its records, sees a write."""
