"""What can be configured for an Oracle CX Sales target."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from adapters.http import origin
from adapters.settings import Duration, HttpSettings, SecretRef
from adapters.targets.oracle import setup
from adapters.targets.oracle.profile import Orders, Override, Profile, build

_RESOURCE = r"^[A-Za-z_][A-Za-z0-9_]*$"
_ATTRIBUTE = r"^([A-Za-z_][A-Za-z0-9_]*|Address\[[A-Z_]+\]\.[A-Za-z][A-Za-z0-9_]*)?$"


class Basic(BaseModel):
    """Sign in with the user name and password of an integration user."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    flow: Literal["basic"] = Field(description="This kind of sign-in.")
    user: str = Field(min_length=1, pattern=r"^[^:]+$", description="The integration user's name.")
    password: SecretRef = Field(description='Its password: "secret:NAME".')


class _OAuth(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    token_url: str = Field(
        description="Token endpoint of the identity domain: "
        "https://idcs-….identity.oraclecloud.com/oauth2/v1/token"
    )
    client_id: str = Field(min_length=1, description="Client id of the confidential application.")
    scope: str = Field(
        min_length=1, description="Scope of Fusion Applications that the application was granted."
    )

    @field_validator("token_url")
    @classmethod
    def _safe(cls, url: str) -> str:
        origin(url)  # raises ValueError for what may never be contacted
        return url


class ClientCredentials(_OAuth):
    """Sign in as the confidential application itself."""

    flow: Literal["client_credentials"] = Field(description="This kind of sign-in.")
    client_secret: SecretRef = Field(description='Client secret: "secret:NAME".')


class Jwt(_OAuth):
    """Sign in as a user with an assertion that a private key signs."""

    flow: Literal["jwt"] = Field(description="This kind of sign-in.")
    user: str = Field(min_length=1, description="User name of the integration user.")
    key: SecretRef = Field(description='RSA private key (PEM): "secret:NAME".')
    key_id: str = Field(
        "", description="Alias under which the certificate was uploaded, where the domain asks."
    )
    tenant: str = Field("", description="`user.tenant.name` of the assertion, where asked for.")
    client_secret: SecretRef | None = Field(
        None,
        description='Client secret: "secret:NAME"; without it the key vouches for the app too.',
    )
    audiences: tuple[str, ...] = Field(
        ("oauth.idm.oracle.com", "https://identity.oraclecloud.com/"),
        min_length=1,
        description="For whom the assertion is.",
    )


class EntityOverride(BaseModel):
    """Own names for one entity, where the environment differs from the profile."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    resource: str | None = Field(None, pattern=_RESOURCE, description="Name of the REST resource.")
    key: str | None = Field(
        None,
        pattern=_RESOURCE,
        description="Attribute that holds the ERP's key (text, unique), instead of the profile's.",
    )
    fields: dict[str, Annotated[str, Field(pattern=_ATTRIBUTE)]] = Field(
        default_factory=dict,
        description='Canonical field -> attribute; "" for a field that is not kept.',
    )
    lengths: dict[str, Annotated[int, Field(ge=1, le=131_072)]] = Field(
        default_factory=dict,
        description="Canonical field -> the most characters that the environment takes.",
    )
    constants: dict[str, str | bool | int] = Field(
        default_factory=dict,
        description="What a new record must say beside its fields, such as "
        "{ OrganizationId = 204 } for products or { BusinessUnitName = … } for orders.",
    )


class OracleConfig(HttpSettings):
    """An environment of Oracle Fusion Cloud Sales, addressed by its host name."""

    api_version: str = Field(
        "11.13.18.05",
        pattern=r"^(\d+(\.\d+)*|latest)$",
        description="Version of the REST resources; pinned, so that an update changes nothing.",
    )
    framework_version: int = Field(
        4,
        ge=2,
        le=9,
        description="REST-Framework-Version of every request: it decides the syntax of queries "
        "and the form of errors.",
    )
    sign_in: Annotated[Basic | ClientCredentials | Jwt, Field(discriminator="flow")] = Field(
        description="How the agent signs in."
    )
    source_system: str = Field(
        "ERP",
        pattern=r"^[A-Z][A-Z0-9_]{0,29}$",
        description="Code of the ERP among the environment's source systems (Manage Trading "
        "Community Source Systems); with the ERP's key it is the external id.",
    )
    orders: Orders = Field(
        "cx",
        description='Where orders go: "cx", headers of CX Sales beside quotes (crmRestApi '
        'salesOrders), or "order_management" (fscmRestApi salesOrdersForOrderHub).',
    )
    no_upsert: tuple[str, ...] = Field(
        (), description="Entities whose resource refuses Upsert-Mode: new records are created."
    )
    upsert_matches: tuple[str, ...] = Field(
        (),
        description="Entities whose Upsert-Mode was seen, on your environment, to match by our "
        "external id: they are sent without a look-up. Oracle leaves the rule to each resource.",
    )
    batch: int = Field(
        100,
        ge=1,
        le=500,
        description="Records per request; up to four such share one look-up. Oracle sets no limit "
        "but its timeouts; 1 where a resource refuses batches.",
    )
    settles_within: Duration = Field(
        timedelta(minutes=10),
        description="How long a request whose answer was lost may still take effect; Oracle "
        "documents no figure.",
    )
    lag: Duration = Field(
        timedelta(0), description="How stale a look-up may be; queries read what is committed."
    )
    entities: tuple[str, ...] = Field(
        (),
        description="Entities that this environment takes: a check looks at their resources and "
        "`waybill setup` describes them; all when left out.",
    )
    profile: dict[str, EntityOverride] = Field(
        default_factory=dict, description="Own resource and attribute names per entity."
    )

    @model_validator(mode="after")
    def _known_names(self) -> Self:
        known = self.built_profile().entities
        for place in ("entities", "no_upsert", "upsert_matches"):
            if unknown := [entity for entity in getattr(self, place) if entity not in known]:
                raise ValueError(f"{place}: {', '.join(unknown)} not known; use {', '.join(known)}")
        if children := [e for e in self.upsert_matches if known[e].child]:
            said = ", ".join(children)
            raise ValueError(f"upsert_matches: {said} live in other records and are looked up")
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
            if not m.child
        }

    def setup(self) -> dict[str, bytes]:
        """What an administrator makes in Application Composer, and how: file name -> content."""
        profile = self.built_profile()
        return setup.documents(profile, self.entities or tuple(profile.entities))

    def built_profile(self) -> Profile:
        """The profile with this installation's own names."""
        own = {
            e: Override(o.resource, o.key, o.fields, o.lengths, o.constants)
            for e, o in self.profile.items()
        }
        return build(self.source_system, self.orders, own)
