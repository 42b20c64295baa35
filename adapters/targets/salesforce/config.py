"""What can be configured for a Salesforce target."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from adapters.settings import Duration, HttpSettings
from adapters.targets.salesforce import setup
from adapters.targets.salesforce.browser import BrowserSignIn
from adapters.targets.salesforce.flows import Browser, ClientCredentials, Jwt
from adapters.targets.salesforce.profile import Override, Profile, build
from agent.ports import AdapterContext

_NAME = r"^[A-Za-z][A-Za-z0-9_]*$"
_NAME_OR_NOTHING = r"^([A-Za-z][A-Za-z0-9_]*)?$"


class EntityOverride(BaseModel):
    """Own names for one entity, where the org differs from the profile."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    object: str | None = Field(None, pattern=_NAME, description="API name of the object.")
    fields: dict[str, Annotated[str, Field(pattern=_NAME_OR_NOTHING)]] = Field(
        default_factory=dict,
        description='Canonical field -> API name of the field; "" for a field that is not kept.',
    )
    lengths: dict[str, Annotated[int, Field(ge=1, le=131_072)]] = Field(
        default_factory=dict,
        description="Canonical field -> the most characters that the org takes, where it is not"
        " what Salesforce ships; `waybill test` names those that are shorter.",
    )
    words: dict[str, dict[str, Annotated[str, Field(min_length=1)]]] = Field(
        default_factory=dict,
        description="Canonical field -> code -> the org's own word, where a picklist holds others"
        ' than Salesforce ships: { status = { draft = "Entwurf" } }.',
    )


class Bulk(BaseModel):
    """When a backlog goes as jobs of the Bulk API 2.0."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    above: int = Field(
        2000, ge=201, le=150_000, description="So many records must wait; fewer go in requests."
    )
    records: int = Field(10_000, ge=201, le=150_000, description="The most records of one job.")
    poll: Duration = Field(
        timedelta(seconds=10), gt=timedelta(0), description="Time between two looks at a job."
    )
    settles_within: Duration = Field(
        timedelta(hours=1),
        description="How long a job may still take effect when the agent died over it; an unknown"
        " outcome that cannot be looked up waits as long.",
    )

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if self.records < self.above:
            raise ValueError("records: a job holds at least `above` records")
        return self


class SalesforceConfig(HttpSettings):
    """A Salesforce org, addressed by its My Domain."""

    api_version: str = Field(
        "v67.0", pattern=r"^v\d{2,3}\.0$", description="Version of the REST API."
    )
    sign_in: Annotated[ClientCredentials | Jwt | Browser, Field(discriminator="flow")] = Field(
        description="How the agent signs in."
    )
    external_id_field: str = Field(
        "ERP_Id__c",
        pattern=r"^[A-Za-z][A-Za-z0-9_]*__c$",
        description="The custom field, on every object, that holds the ERP's key "
        "(text, External ID, unique, case-sensitive).",
    )
    batch: int = Field(200, ge=1, le=200, description="Records per request; 200 is the API's most.")
    bulk: Bulk | None = Field(
        None, description="Send a large backlog as bulk jobs; left out: always in requests."
    )
    lines_together: bool = Field(
        default=True,
        description="Whether a new order (quote, invoice, shipment) and its lines that wait with it"
        " go in one piece, all or none; from API v50 on.",
    )
    lines_wait: Duration = Field(
        timedelta(0),
        description="How long a new order waits for lines that have not been read yet.",
    )
    allow_duplicates: bool = Field(
        default=False,
        description="Whether a record is saved although a duplicate rule of the org finds one like"
        " it, where that rule lets people decide; else it is parked (DUPLICATES_DETECTED).",
    )
    settles_within: Duration = Field(
        timedelta(minutes=10),
        description="How long a request whose answer was lost may still take effect: "
        "Salesforce ends a call after 10 minutes.",
    )
    lag: Duration = Field(
        timedelta(0), description="How stale a look-up may be; SOQL sees what is committed."
    )
    instance_hosts: tuple[str, ...] = Field(
        (), description="Further hosts that the sign-in answer may name as the org's instance."
    )
    entities: tuple[str, ...] = Field(
        (),
        description="Entities that this org takes: a check looks at their objects and"
        " `waybill setup` makes them; all when left out.",
    )
    profile: dict[str, EntityOverride] = Field(
        default_factory=dict, description="Own object and field names per entity."
    )

    @model_validator(mode="after")
    def _known_names(self) -> Self:
        known = self.built_profile().entities
        if unknown := [entity for entity in self.entities if entity not in known]:
            raise ValueError(f"entities: {', '.join(unknown)} not known; use {', '.join(known)}")
        return self

    @property
    def version(self) -> float:
        """The version of the REST API as a number."""
        return float(self.api_version.removeprefix("v"))

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

    def begin_sign_in(self, context: AdapterContext) -> BrowserSignIn | None:
        """A sign-in for a person; None where no person is needed."""
        if not isinstance(self.sign_in, Browser):
            return None
        return BrowserSignIn(self, self.sign_in, context)

    def setup(self) -> dict[str, bytes]:
        """What an administrator deploys, and how: file name -> content."""
        return setup.files(self.built_profile(), self.entities, self.api_version)

    def built_profile(self) -> Profile:
        """The profile with this installation's own names."""
        own = {e: Override(o.object, o.fields, o.lengths, o.words) for e, o in self.profile.items()}
        return build(self.external_id_field, own)
