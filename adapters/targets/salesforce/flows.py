"""The ways to sign in to Salesforce, as they are configured."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from adapters.settings import SecretRef, secret
from agent.ports import AdapterContext


class ClientCredentials(BaseModel):
    """Sign in as the app itself; the app names the user that it runs as."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    flow: Literal["client_credentials"] = Field(description="This kind of sign-in.")
    client_id: str = Field(min_length=1, description="Consumer key of the external client app.")
    client_secret: SecretRef = Field(description='Consumer secret: "secret:NAME".')


class Jwt(BaseModel):
    """Sign in with a private key whose certificate the app knows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    flow: Literal["jwt"] = Field(description="This kind of sign-in.")
    client_id: str = Field(min_length=1, description="Consumer key of the external client app.")
    user: str = Field(min_length=1, description="User name of the integration user.")
    key: SecretRef = Field(description='RSA private key (PEM): "secret:NAME".')
    audience: str = Field(
        "https://login.salesforce.com",
        description="https://login.salesforce.com, or https://test.salesforce.com for a sandbox.",
    )


class Browser(BaseModel):
    """Sign in once in a browser, as a person; a refresh token keeps the agent signed in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    flow: Literal["browser"] = Field(description="This kind of sign-in: `waybill sign-in TARGET`.")
    client_id: str = Field(min_length=1, description="Consumer key of the external client app.")
    client_secret: SecretRef | None = Field(
        None, description='Consumer secret: "secret:NAME"; left out for a public client.'
    )
    refresh_token: SecretRef = Field(
        description='Where the sign-in is kept: "secret:NAME". It is renewed with each use.'
    )
    port: int = Field(
        1717,
        ge=1024,
        le=65535,
        description="The app's callback address is http://localhost:PORT/callback.",
    )

    @property
    def callback(self) -> str:
        """Where the browser comes back to; the app must name exactly this."""
        return f"http://localhost:{self.port}/callback"

    def client(self, context: AdapterContext) -> dict[str, str]:
        """Who the client is, in a call of the token endpoint. Raises SecretMissing."""
        named = {"client_id": self.client_id}
        if self.client_secret is not None:
            named["client_secret"] = secret(context, self.client_secret)
        return named
