"""The ways to sign in to Microsoft Entra ID, as they are configured."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from adapters.settings import SecretRef


class _SignIn(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    tenant: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]*$",
        description="Directory (tenant) id of the organisation, or one of its domains.",
    )
    client_id: str = Field(min_length=1, description="Application (client) id of the app.")


class ClientSecret(_SignIn):
    """Sign in as the app, with a client secret."""

    flow: Literal["client_credentials"] = Field(description="This kind of sign-in.")
    client_secret: SecretRef = Field(description='Client secret: "secret:NAME".')


class Certificate(_SignIn):
    """Sign in as the app, with a certificate that it knows: better than a secret."""

    flow: Literal["certificate"] = Field(description="This kind of sign-in.")
    certificate: SecretRef = Field(
        description='RSA private key and its certificate, one after the other (PEM): "secret:NAME".'
    )


class DeviceCode(_SignIn):
    """Sign in as a person, who confirmed a code in a browser once."""

    flow: Literal["device_code"] = Field(description="This kind of sign-in.")
    refresh_token: SecretRef = Field(
        description='What the confirmed code was exchanged for: "secret:NAME".'
    )


SignInSettings = Annotated[ClientSecret | Certificate | DeviceCode, Field(discriminator="flow")]
