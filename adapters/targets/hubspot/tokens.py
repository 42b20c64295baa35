"""The token endpoint of HubSpot's OAuth (v3), and what its refusals mean."""

from __future__ import annotations

from adapters.http import HttpClient
from adapters.settings import HttpSettings
from adapters.tokens import Manner, Tokens
from agent.ports import AdapterContext


def tokens(config: HttpSettings, context: AdapterContext, http: HttpClient, again: str) -> Tokens:
    """Asks it; `again`: what to do about a grant that is over."""
    manner = Manner(
        "HubSpot",
        "Check client_id and its secret, and that the app is installed in the account.",
        again,
        revoked=frozenset({"invalid_grant", "BAD_REFRESH_TOKEN", "BAD_AUTH_CODE"}),
        named=("error", "status", "category"),
        worded=("error_description", "message"),
        busy=frozenset({408, 429, 477}),
    )
    url = f"{config.url.rstrip('/')}/oauth/v3/token"
    return Tokens(context, http, url, manner)
