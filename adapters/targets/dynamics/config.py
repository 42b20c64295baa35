"""What can be configured for a Dynamics 365 target."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from adapters.settings import Duration, HttpSettings, is_allowed
from adapters.targets.dynamics.device import DeviceSignIn
from adapters.targets.dynamics.flows import DeviceCode, SignInSettings
from adapters.targets.dynamics.profile import Override, Profile, build
from adapters.targets.dynamics.setup import files
from agent.ports import AdapterContext

_NAME = r"^[a-z][a-z0-9_]*$"
_COLUMN_OR_NOTHING = r"^([A-Za-z][A-Za-z0-9_]*)?$"


class EntityOverride(BaseModel):
    """Own names for one entity, where the organisation differs from the profile."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str | None = Field(None, pattern=_NAME, description="Logical name of the table.")
    set: str | None = Field(None, pattern=_NAME, description="Its entity set, as in URLs.")
    fields: dict[str, Annotated[str, Field(pattern=_COLUMN_OR_NOTHING)]] = Field(
        default_factory=dict,
        description="Canonical field -> column (for a parent: navigation property); "
        '"" for a field that is not kept.',
    )
    lengths: dict[str, Annotated[int, Field(ge=1, le=1_048_576)]] = Field(
        default_factory=dict,
        description="Canonical field -> the most characters that the organisation takes.",
    )


class DynamicsConfig(HttpSettings):
    """A Dataverse environment with Dynamics 365 Sales, addressed by its Web API host."""

    api_version: str = Field("v9.2", pattern=r"^v\d+\.\d+$", description="Version of the Web API.")
    sign_in: SignInSettings = Field(description="How the agent signs in to Microsoft Entra ID.")
    authority: str = Field(
        "https://login.microsoftonline.com",
        description="Where to sign in; national clouds have their own.",
    )
    resource: str = Field(
        "",
        description="The environment as Entra knows it; left out: the url without `.api`.",
    )
    prefix: str = Field(
        "erp",
        pattern=r"^[a-z][a-z0-9]{1,7}$",
        description="Prefix of the publisher whose columns and tables are used.",
    )
    key_column: str = Field(
        "",
        pattern=r"^([a-z][a-z0-9_]*)?$",
        description="The text column, on every table, whose alternate key holds the ERP's key; "
        "left out: PREFIX_id.",
    )
    upsert_multiple: bool = Field(
        default=True,
        description="Whether to send many records in one UpsertMultiple. Tables that do not take "
        "it are noticed and sent in a $batch.",
    )
    batch: int = Field(
        200, ge=1, le=1000, description="Records per request; a $batch takes 1,000 at the most."
    )
    apart: int = Field(
        50,
        ge=1,
        le=1000,
        description="So many records at the most are judged one by one in a $batch after an "
        "UpsertMultiple was refused; of more, the halves are tried first.",
    )
    detect_duplicates: bool = Field(
        default=False,
        description="Whether the organisation's duplicate detection rules may refuse.",
    )
    unit_group: str = Field("Default Unit", description="Unit group of new products.")
    unit: str = Field("Primary Unit", description="Unit of products, prices and lines.")
    settles_within: Duration = Field(
        timedelta(minutes=5),
        description="How long a request whose answer was lost may still take effect: Dataverse "
        "ends an operation after two minutes.",
    )
    lag: Duration = Field(
        timedelta(0), description="How stale a look-up may be; the Web API sees what is committed."
    )
    entities: tuple[str, ...] = Field(
        (), description="Entities that are used: whose tables a check looks at and a set-up makes."
    )
    profile: dict[str, EntityOverride] = Field(
        default_factory=dict, description="Own table and column names per entity."
    )

    @field_validator("prefix")
    @classmethod
    def _not_microsofts(cls, prefix: str) -> str:
        if prefix.startswith("mscrm"):
            raise ValueError("mscrm is Microsoft's own prefix; use your publisher's")
        return prefix

    @field_validator("authority", "resource")
    @classmethod
    def _https(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and ("@" in parts.netloc or not is_allowed(parts.scheme, parts.hostname or "")):
            raise ValueError("write an https address (http is allowed on this machine only)")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _known_names(self) -> Self:
        known = self.built_profile().entities
        if unknown := [entity for entity in self.entities if entity not in known]:
            raise ValueError(f"entities: {', '.join(unknown)} not known; use {', '.join(known)}")
        return self

    @property
    def audience(self) -> str:
        """The environment as Entra knows it: `https://org.crm4.dynamics.com`."""
        if self.resource:
            return self.resource
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.replace('.api.', '.', 1)}"

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

    def begin_code(self, context: AdapterContext) -> DeviceSignIn | None:
        """A sign-in for a person with a code; None where no person is needed."""
        if not isinstance(self.sign_in, DeviceCode):
            return None
        return DeviceSignIn(self, self.sign_in, self.authority, self.audience, context)

    def setup(self) -> Mapping[str, bytes]:
        """What an administrator applies to the environment once: file name -> content."""
        return files(self.built_profile(), self.entities)

    def built_profile(self) -> Profile:
        """The profile with this installation's own names."""
        own = {
            entity: Override(said.table, said.set, said.fields, said.lengths)
            for entity, said in self.profile.items()
        }
        return build(own, prefix=self.prefix, key=self.key_column)
