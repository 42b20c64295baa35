"""The token endpoint of an org, and what its refusals mean."""

from __future__ import annotations

from datetime import timedelta

from adapters.http import HttpClient
from adapters.settings import HttpSettings
from adapters.tokens import Manner, Tokens
from agent.ports import AdapterContext


def tokens(config: HttpSettings, context: AdapterContext, http: HttpClient, again: str) -> Tokens:
    """Asks it; `again`: what to do about a grant that is over."""
    manner = Manner(
        "Salesforce",
        "Check client_id and its secret or key, and that the app allows this flow.",
        again,
        busy=frozenset({408, 420, 429}),
        skew=timedelta(seconds=90),
    )
    url = f"{config.url.rstrip('/')}/services/oauth2/token"
    return Tokens(context, http, url, manner)
