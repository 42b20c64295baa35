"""The knobs of a Salesforce org."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.sandbox.options import Options

AUDIENCES = ("https://login.salesforce.com", "https://test.salesforce.com")
VERSIONS = tuple(f"{number}.0" for number in range(46, 68))
"""API versions: from the first with collections and `created` to the current one."""


@dataclass(slots=True)
class SalesforceOptions(Options):
    """Settings that a test may change while the sandbox runs."""

    at_once: int | None = 25
    """An org takes so many requests of 20 s and more at a time; here every request is counted."""
    standard_price_first: bool = False
    """Whether a price needs a price in the standard price book first: a bare org demands it; off is
    an org whose administrator gives every product one."""
    strict_create_only: bool = True
    """Whether naming a create-only field in an update is refused even when its value is the same."""
    audiences: tuple[str, ...] = field(default=AUDIENCES)
    """What a JWT's `aud` may be, beside the sandbox's own URL."""
    person_signs_in: bool = True
    """Whether whoever opens the sign-in page allows what the app asks for."""
    rotate: bool = True
    """Whether a refresh token is good once and each use gives another."""
    bulk_seconds: float = 0
    """How long a bulk job takes from its closing to its end."""
    bulk_fails_after: int | None = None
    """The records after which a bulk job breaks down and leaves the others unprocessed."""
    duplicate_rules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Object -> fields: a new record that is like another one in all of these is refused, unless the
    client says that it may be saved."""
