"""What can be configured for an SAP target."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from adapters.settings import Duration, HttpSettings, SecretRef
from adapters.targets.sap import setup, setup_gateway
from adapters.targets.sap.profile import (
    CUSTOM_KEY,
    ID,
    KEY,
    Gateway,
    Override,
    Profile,
    Retire,
    build,
)

_SERVICE = "/sap/c4c/odata/v1/c4codataapi"
_NAME = r"^[A-Za-z][A-Za-z0-9_]*$"
_NAME_OR_NOTHING = r"^([A-Za-z][A-Za-z0-9_]*)?$"
_PATH_OR_NOTHING = r"^(/[A-Za-z0-9_./-]*[A-Za-z0-9_])?$"
_PATH = r"^/[A-Za-z0-9_./-]*[A-Za-z0-9_]$"


class Basic(BaseModel):
    """Sign in as a technical (integration) user with a password."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    flow: Literal["basic"] = Field(description="This kind of sign-in.")
    user: str = Field(
        min_length=1,
        pattern=r"^[^:\x00-\x1f]+$",
        description="The technical user of the communication arrangement.",
    )
    password: SecretRef = Field(description='Its password: "secret:NAME".')


class SamlBearer(BaseModel):
    """Sign in with a token that SAP gives for an assertion signed with our key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    flow: Literal["saml_bearer"] = Field(description="This kind of sign-in.")
    client_id: str = Field(
        min_length=1, pattern=r"^[^:\x00-\x1f]+$", description="Id of the OAuth client."
    )
    client_secret: SecretRef = Field(description='Secret of the OAuth client: "secret:NAME".')
    issuer: str = Field(min_length=1, description="Name of the OAuth identity provider in SAP.")
    user: str = Field(min_length=1, description="The user as whom the agent works.")
    key: SecretRef = Field(
        description='RSA private key (PEM) whose certificate the provider has: "secret:NAME".'
    )
    audience: str = Field(
        "", description="The tenant's entity id; the host of the url when left out."
    )
    scope: str = Field("UIWC:CC_HOME", description="Scope of the OAuth client.")
    token_path: str = Field(
        "/sap/bc/sec/oauth2/token", pattern=_PATH, description="Path of the token service."
    )


class EntityOverride(BaseModel):
    """Own names for one entity, where the tenant differs from the profile."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    collection: str | None = Field(None, pattern=_NAME, description="Name of the collection.")
    key: str | None = Field(
        None, pattern=_NAME, description="The property that holds the ERP's key there."
    )
    id: str | None = Field(
        None, pattern=_NAME, description="The property by which SAP addresses a record there."
    )
    service: str = Field(
        "", pattern=_PATH_OR_NOTHING, description="Path of the OData service that serves it."
    )
    constants: dict[Annotated[str, Field(pattern=_NAME)], str] | None = Field(
        None, description="Properties that every new record says beside its fields."
    )
    retire: str = Field(
        "",
        pattern=r"^([A-Za-z][A-Za-z0-9_]*=.+)?$",
        description='"PROPERTY=VALUE" that takes a record out of use, where none is deleted.',
    )
    fields: dict[str, Annotated[str, Field(pattern=_NAME_OR_NOTHING)]] = Field(
        default_factory=dict,
        description='Canonical field -> property; "" for a field that is not kept.',
    )
    lengths: dict[str, Annotated[int, Field(ge=1, le=131_072)]] = Field(
        default_factory=dict,
        description="Canonical field -> the most characters that the tenant takes, where it is not"
        " what SAP ships; `waybill test` names those that are shorter.",
    )

    def parsed(self) -> Override:
        """As the profile takes it."""
        name, _, value = self.retire.partition("=")
        retire = Retire(name, value) if name else None
        names = (self.collection, self.key, self.fields, self.lengths)
        return Override(*names, self.id, self.service, self.constants, retire)


class SapConfig(HttpSettings):
    """An SAP tenant that serves OData v2: Sales Cloud (Cloud for Customer), or a gateway."""

    sign_in: Annotated[Basic | SamlBearer, Field(discriminator="flow")] = Field(
        description="How the agent signs in."
    )
    system: Literal["sales_cloud", "gateway"] = Field(
        "sales_cloud",
        description="Which SAP: sales_cloud (Cloud for Customer), or gateway, an on-premise system"
        " (SAP CRM, ERP, S/4HANA) behind SAP Gateway with an OData service of your own.",
    )
    client: str = Field(
        "",
        pattern=r"^(\d{3})?$",
        description="Client of an on-premise system (sap-client); its default one when left out.",
    )
    service: str = Field(
        _SERVICE,
        pattern=_PATH,
        description="Path of the OData service with the standard collections.",
    )
    custom_service: str = Field(
        "/sap/c4c/odata/cust/v1/erp",
        pattern=_PATH,
        description="Path of the OData service with the custom business objects.",
    )
    update: Literal["PATCH", "MERGE", "PUT"] | None = Field(
        None,
        description="How a record is changed; when left out PATCH in Sales Cloud, MERGE on-premise."
        " PUT, for services that know nothing else, sends back all that was read.",
    )
    external_id_field: str | None = Field(
        None,
        pattern=_NAME,
        description="The field, on every standard object, that holds the ERP's key (text);"
        f" {KEY} when left out, {CUSTOM_KEY} on-premise.",
    )
    id_field: str = Field(
        ID,
        pattern=_NAME,
        description="On-premise: the one property by which records are addressed.",
    )
    id_kind: Literal["text", "guid"] = Field(
        "text", description="On-premise: whether that property is an Edm.String or an Edm.Guid."
    )
    batch: int = Field(
        100,
        ge=1,
        le=500,
        description="Records per request; up to four such share one look-up. SAP names no most, "
        "its clock does.",
    )
    threads: int = Field(
        6,
        ge=1,
        le=9,
        description="Requests at the same time. SAP advises fewer than 7 for long runs and fewer "
        "than 10 in all, other integrations included.",
    )
    page: int = Field(
        1000,
        ge=2,
        le=1000,
        description="Records in one page of a read; 1,000 is the server's most.",
    )
    settles_within: Duration = Field(
        timedelta(minutes=10),
        description="How long a request whose answer was lost may still take effect.",
    )
    lag: Duration = Field(
        timedelta(0), description="How stale a look-up may be; a filter sees what is committed."
    )
    entities: tuple[str, ...] = Field(
        (), description="Entities whose collections a check looks at; all when left out."
    )
    profile: dict[str, EntityOverride] = Field(
        default_factory=dict, description="Own collection and property names per entity."
    )

    @property
    def on_premise(self) -> bool:
        """Whether a gateway with the customer's own service answers."""
        return self.system == "gateway"

    @property
    def verb(self) -> str:
        """The method that changes a record."""
        return self.update or ("MERGE" if self.on_premise else "PATCH")

    @model_validator(mode="after")
    def _one_system(self) -> Self:
        if self.on_premise and self.service == _SERVICE:
            raise ValueError("service: name the gateway's, like /sap/opu/odata/sap/ZWAYBILL_SRV")
        if not self.on_premise and (self.client or self.id_field != ID or self.id_kind != "text"):
            raise ValueError('client, id_field and id_kind are for system = "gateway"')
        return self

    @model_validator(mode="after")
    def _known_names(self) -> Self:
        known = self.built_profile().entities
        if unknown := [entity for entity in self.entities if entity not in known]:
            raise ValueError(f"entities: {', '.join(unknown)} not known; use {', '.join(known)}")
        return self

    def places(self) -> dict[str, frozenset[str]]:
        """The canonical fields that the profile has a place for, by kind."""
        return {e: frozenset(m.fields) for e, m in self.built_profile().entities.items()}

    def lengths(self) -> dict[str, dict[str, int]]:
        """How many characters the fields take, by kind, as far as that is known."""
        return {
            entity: {name: field.length for name, field in mapped.fields.items() if field.length}
            for entity, mapped in self.built_profile().entities.items()
        }

    def linkable(self) -> dict[str, frozenset[str]]:
        """The canonical fields by which records can be compared, by kind: texts and references."""
        return {
            entity: frozenset(
                n for n, f in m.fields.items() if f.name and f.kind in ("text", "ref")
            )
            for entity, m in self.built_profile().entities.items()
        }

    def setup(self) -> dict[str, bytes]:
        """What a key user makes, and how: file name -> content."""
        profile = self.built_profile()
        entities = self.entities or tuple(profile.entities)
        if self.on_premise:
            return setup_gateway.documents(profile, entities, self.service)
        return setup.documents(profile, entities, self.service, self.custom_service)

    def built_profile(self) -> Profile:
        """The profile with this installation's own names."""
        own = {entity: each.parsed() for entity, each in self.profile.items()}
        if not self.on_premise:
            return build(self.external_id_field or KEY, own)
        gateway = Gateway(self.id_field, self.id_kind == "guid")
        return build(self.external_id_field or CUSTOM_KEY, own, gateway)
