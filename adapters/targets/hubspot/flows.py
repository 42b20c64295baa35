"""The ways to sign in to HubSpot, as they are configured."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from adapters.settings import SecretRef, secret
from agent.ports import AdapterContext


class PrivateApp(BaseModel):
    """Sign in with the token of a private app, which does not run out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    flow: Literal["private_app"] = Field(description="This kind of sign-in.")
    token: SecretRef = Field(description='The app\'s access token: "secret:NAME".')


class OAuth(BaseModel):
    """Sign in as an app that a person of the account has installed: `waybill sign-in TARGET`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    flow: Literal["oauth"] = Field(description="This kind of sign-in.")
    client_id: str = Field(min_length=1, description="Client id of the app.")
    client_secret: SecretRef = Field(description='Client secret of the app: "secret:NAME".')
    refresh_token: SecretRef = Field(
        description='Where the sign-in is kept: "secret:NAME". It is renewed where HubSpot does.'
    )
    scopes: tuple[str, ...] = Field(
        (),
        description="What the app is allowed, exactly as the app says it; when left out, what the"
        " objects of `entities` need.",
    )
    port: int = Field(
        1717,
        ge=1024,
        le=65535,
        description="The app's redirect address is http://localhost:PORT/callback.",
    )
    authorize_url: str = Field(
        "https://app.hubspot.com/oauth/authorize",
        description="Where a person signs in; https://app-eu1.hubspot.com/... in the EU.",
    )

    @field_validator("authorize_url")
    @classmethod
    def _safe(cls, url: str) -> str:
        if not url.startswith("https://"):
            raise ValueError("write an https address")
        return url

    @property
    def callback(self) -> str:
        """Where the browser comes back to; the app must name exactly this."""
        return f"http://localhost:{self.port}/callback"

    def client(self, context: AdapterContext) -> dict[str, str]:
        """Who the app is, in a call of the token endpoint. Raises SecretMissing."""
        return {"client_id": self.client_id, "client_secret": secret(context, self.client_secret)}
