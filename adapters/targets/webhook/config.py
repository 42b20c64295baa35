"""What can be configured for a webhook target."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import Field, field_validator

from adapters.oauth import OAuth
from adapters.settings import Duration, HttpSettings, SecretRef

_OWN = frozenset({"webhook-id", "webhook-timestamp", "webhook-signature", "content-type", "host"})
_OWN_LENGTH = frozenset({"content-length", "transfer-encoding", "connection", "accept-encoding"})


class WebhookConfig(HttpSettings):
    """An endpoint that takes messages under Standard Webhooks 1.0."""

    secret: SecretRef | Annotated[tuple[SecretRef, ...], Field(min_length=1)] = Field(
        description='Signing secret ("secret:NAME" of a whsec_... value), or several while one '
        "replaces another: each message then carries a signature of each."
    )
    oauth: OAuth | None = Field(
        None, description="Beside the signature: a bearer token by OAuth client credentials."
    )
    headers: dict[str, str] = Field(
        default_factory=dict, description="Further headers, such as a route. No secrets here."
    )
    batch: int = Field(
        1,
        ge=1,
        le=500,
        description="Messages per request. 1 posts each message as it is; more post "
        '{"messages": [...]}, and the receiver must tell messages apart by their own ids.',
    )
    timeout: Duration = Field(
        timedelta(seconds=20),
        gt=timedelta(0),
        le=timedelta(minutes=10),
        description="Longest time for one request, from connecting to the last byte of the answer.",
    )
    settles_within: Duration = Field(
        timedelta(seconds=60),
        description="How long a request whose answer was lost may still take effect.",
    )

    @field_validator("headers")
    @classmethod
    def _harmless(cls, headers: dict[str, str]) -> dict[str, str]:
        for name, value in headers.items():
            if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name) or name.lower() in (
                _OWN | _OWN_LENGTH
            ):
                raise ValueError(f"{name}: not a header that can be set here")
            if not re.fullmatch(r"[\x20-\x7e]*", value):
                raise ValueError(f"{name}: a header holds plain ASCII text")
        return headers

    @property
    def secrets(self) -> tuple[str, ...]:
        """The references of all signing secrets, newest first."""
        return (self.secret,) if isinstance(self.secret, str) else self.secret
