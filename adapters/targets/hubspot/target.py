"""Delivery to HubSpot: batch upserts by the unique property, links by record ids."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.shell import Crm
from adapters.targets.hubspot import check, encode
from adapters.targets.hubspot.associations import Associations
from adapters.targets.hubspot.client import Client
from adapters.targets.hubspot.config import HubspotConfig
from adapters.targets.hubspot.ids import Ids
from adapters.targets.hubspot.links import Links
from adapters.targets.hubspot.reads import Reads
from adapters.targets.hubspot.writes import Writes
from agent.model import (
    BatchLimits,
    Findings,
    Listing,
)
from agent.ports import AdapterContext


class HubspotTarget(Crm):
    """One account (satisfies `agent.ports.Target` and `Metered`); safe to share between senders."""

    def __init__(self, config: HubspotConfig, context: AdapterContext) -> None:
        self._config = config
        self._profile = config.built_profile()
        self._client = Client(config, context)
        ids, associations = Ids(), Associations(self._client)
        self._reads = Reads(self._client, self._profile, ids, associations)
        super().__init__(
            self._client.http,
            self._reads,
            Writes(self._client, self._profile, ids, self._reads, associations),
            Links(self._client, self._profile, ids, self._reads),
        )
        self.limits = BatchLimits(records=config.batch, per_entity=True)
        self.settles_within = config.settles_within
        self.lag = config.lag
        self.profile_version = self._profile.version

    def resource(self, entity: str) -> str:
        """The object behind a canonical entity."""
        return self._profile.entities[entity].object

    def check(self) -> Findings:
        """Reachable, signed in, permitted, and every object, property and link there."""
        entities = self._config.entities or tuple(self._profile.entities)
        return check.examine(self._client, self._profile, entities)

    def list(self, entity: str, after: str | None) -> Listing:
        """One page of what has an external id, in HubSpot's own order."""
        fields = encode.kept(self._profile.entities[entity], ())
        return self._reads.page(entity, fields, after, linked=True)

    def match(
        self, entity: str, fields: Sequence[str], after: str | None, *, linked: bool = False
    ) -> Listing:
        """One page of what has none (`linked`: has one), in HubSpot's own order."""
        kept = encode.kept(self._profile.entities[entity], fields) if fields else []
        return self._reads.page(entity, kept, after, linked=linked)
