"""The knobs of a HubSpot account. Defaults: Professional, as its usage guidelines say."""

from __future__ import annotations

from dataclasses import dataclass, field

from adapters.sandbox.options import Options


@dataclass(slots=True)
class HubspotOptions(Options):
    """Settings that a test may change while the sandbox runs."""

    token_seconds: float = 1800
    """How long an OAuth access token lives; a private app's token has no end."""
    daily_limit: int = 625_000
    """API calls in 24 hours; above it everything is refused with 429 DAILY."""
    page_size: int = 100
    """The most records in a page of a listing."""
    bare: bool = False
    """Whether the account is as HubSpot gives it, without what an administrator made for an ERP;
    only before the first start."""
    interval_limit: int = 190
    """API calls in ten seconds; above it they are refused with 429 TEN_SECONDLY_ROLLING."""
    search_limit: int = 4
    """Searches in a second."""
    search_ceiling: int = 10_000
    """Results of one search that can be paged through."""
    shuffled: bool = True
    """Whether results of a batch come in another order than its inputs: none is promised."""
    names_trace_ids: bool = True
    """Whether errors of a batch name the trace id of their input; without, only some name an id."""
    rotates_refresh_tokens: bool = False
    """Whether each refresh gives another refresh token and ends the old one."""
    person_installs: bool = True
    """Whether the person at the sign-in page installs the app."""
    read_only: set[str] = field(default_factory=set)
    """Objects for which the app's scope to write is missing."""
    without_scope: set[str] = field(default_factory=set)
    """Objects for which the app's scopes are missing."""
