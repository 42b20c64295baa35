"""What can be configured for a HubSpot target."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from adapters.settings import Duration, HttpSettings
from adapters.targets.hubspot import setup
from adapters.targets.hubspot.browser import BrowserSignIn, needed
from adapters.targets.hubspot.flows import OAuth, PrivateApp
from adapters.targets.hubspot.profile import KEY, TEXT_LENGTH, Override, Profile, build
from agent.ports import AdapterContext

_NAME = r"^[a-z][a-z0-9_]*$"
_NAME_OR_NOTHING = r"^([a-z][a-z0-9_]*)?$"


class EntityOverride(BaseModel):
    """Own names for one entity, where the account differs from the profile."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    object: str | None = Field(
        None,
        pattern=r"^([a-z][a-z0-9_]*|[02]-\d+)$",
        description="Name or type id of the object: companies, p_invoice, 2-1234.",
    )
    fields: dict[str, Annotated[str, Field(pattern=_NAME_OR_NOTHING)]] = Field(
        default_factory=dict,
        description='Canonical field -> name of the property; "" for a field that is not kept.',
    )


class HubspotConfig(HttpSettings):
    """One HubSpot account."""

    url: str = Field("https://api.hubapi.com", description="Where HubSpot's API lives.")
    api_version: Literal["v3", "2025-09", "2026-03", "2026-09"] = Field(
        "v3", description="Which paths of the objects API are used; all do the same."
    )
    sign_in: Annotated[PrivateApp | OAuth, Field(discriminator="flow")] = Field(
        description="How the agent signs in."
    )
    external_id_property: str = Field(
        KEY,
        pattern=_NAME,
        description="The property, on every object, that holds the ERP's key"
        " (single-line text, unique values).",
    )
    batch: int = Field(100, ge=1, le=100, description="Records per request; 100 is the API's most.")
    settles_within: Duration = Field(
        timedelta(minutes=2),
        description="How long a request whose answer was lost may still take effect.",
    )
    lag: Duration = Field(
        timedelta(seconds=10), description="How stale a look-up by the unique property may be."
    )
    entities: tuple[str, ...] = Field(
        (),
        description="Entities that this account takes: a check looks at their objects and"
        " `waybill setup` makes them; all when left out.",
    )
    profile: dict[str, EntityOverride] = Field(
        default_factory=dict, description="Own object and property names per entity."
    )

    @model_validator(mode="after")
    def _known_names(self) -> Self:
        known = self.built_profile().entities
        if unknown := [entity for entity in self.entities if entity not in known]:
            raise ValueError(f"entities: {', '.join(unknown)} not known; use {', '.join(known)}")
        return self

    @property
    def objects_path(self) -> str:
        """Under which path objects are: `/crm/v3/objects` or `/crm/objects/2026-03`."""
        version = self.api_version
        return "/crm/v3/objects" if version == "v3" else f"/crm/objects/{version}"

    def places(self) -> dict[str, frozenset[str]]:
        """The canonical fields that the profile has a place for, by kind."""
        return {e: frozenset(m.fields) for e, m in self.built_profile().entities.items()}

    def lengths(self) -> dict[str, dict[str, int]]:
        """How many characters the fields take, by kind."""
        return {
            entity: {name: TEXT_LENGTH for name, f in mapped.fields.items() if f.kind == "text"}
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
        if not isinstance(self.sign_in, OAuth):
            return None
        entities = self.built_profile().entities
        objects = [entities[entity].object for entity in self.entities or entities]
        return BrowserSignIn(self, self.sign_in, self.sign_in.scopes or needed(objects), context)

    def setup(self) -> dict[str, bytes]:
        """What an administrator makes, and how: file name -> content."""
        profile = self.built_profile()
        return setup.files(profile, self.entities or tuple(profile.entities))

    def built_profile(self) -> Profile:
        """The profile with this installation's own names."""
        own = {e: Override(o.object, o.fields) for e, o in self.profile.items()}
        return build(self.external_id_property, own)
