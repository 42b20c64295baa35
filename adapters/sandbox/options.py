"""The knobs of the sandbox org: what an administrator or a contract decides in a real one."""

from __future__ import annotations

from dataclasses import dataclass, field

AUDIENCES = ("https://login.salesforce.com", "https://test.salesforce.com")
VERSIONS = tuple(f"{number}.0" for number in range(46, 68))
"""API versions: from the first with collections and `created` to the current one."""


@dataclass(slots=True)
class Options:
    """Settings that a test may change while the sandbox runs."""

    token_seconds: float = 7200
    """How long an access token lives; a client is never told."""
    daily_limit: int = 1_000_000
    """API calls in 24 hours; above it everything is refused with 403."""
    page_size: int = 2000
    """Records in a page of a query, unless the client asks for fewer."""
    standard_price_first: bool = False
    """Whether a price needs a price in the standard price book first: a bare org demands it; off is
    an org whose administrator gives every product one."""
    strict_create_only: bool = True
    """Whether naming a create-only field in an update is refused even when its value is the same."""
    audiences: tuple[str, ...] = field(default=AUDIENCES)
    """What a JWT's `aud` may be, beside the sandbox's own URL."""
