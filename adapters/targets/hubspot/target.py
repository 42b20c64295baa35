"""Delivery to HubSpot: batch upserts by the unique property, links by record ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.targets.hubspot import check, encode
from adapters.targets.hubspot.associations import Associations
from adapters.targets.hubspot.client import Client
from adapters.targets.hubspot.config import HubspotConfig
from adapters.targets.hubspot.ids import Ids
from adapters.targets.hubspot.links import Links
from adapters.targets.hubspot.reads import Reads
from adapters.targets.hubspot.writes import Writes
from agent.model import (
    Ambiguous,
    BatchLimits,
    Findings,
    Listing,
    Message,
    Meter,
    Op,
    Receipt,
    Stamp,
    Stored,
)
from agent.ports import AdapterContext


class HubspotTarget:
    """One account (satisfies `agent.ports.Target` and `Metered`); safe to share between senders."""

    finds = True
    links = True
    repeatable = True

    def __init__(self, config: HubspotConfig, context: AdapterContext) -> None:
        self._config = config
        self._profile = config.built_profile()
        self._client = Client(config, context)
        ids, associations = Ids(), Associations(self._client)
        self._reads = Reads(self._client, self._profile, ids, associations)
        self._writes = Writes(self._client, self._profile, ids, self._reads, associations)
        self._links = Links(self._client, self._profile, ids, self._reads)
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

    def deliver(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        """ONE attempt for messages of one entity and one operation."""
        if not batch:
            return []
        if len({(message.entity, message.op) for message in batch}) != 1:
            raise ValueError("a batch holds one entity and one operation")
        if batch[0].op is Op.DELETE:
            return self._writes.delete(batch)
        return self._writes.upsert(batch)

    def follow(self, handles: Sequence[str]) -> Sequence[Receipt]:
        """Nothing is ever accepted for later here."""
        return [Ambiguous("This target finishes at once; it follows nothing.") for _ in handles]

    def find(
        self, entity: str, external_ids: Sequence[str], fields: Sequence[str] = ()
    ) -> Mapping[str, Stored]:
        """What the account holds. A parent counts only where the link with it is really there."""
        return self._reads.find(entity, external_ids, fields)

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

    def stamp(self, entity: str, stamps: Sequence[Stamp]) -> Sequence[Receipt]:
        """ONE attempt: look what the records hold, then write those that may be written."""
        return self._links.stamp(entity, stamps)

    def meter(self) -> Meter:
        """Requests so far, and what HubSpot last said of its limits."""
        return self._client.http.meter()

    def close(self) -> None:
        """Release connections."""
        self._client.http.close()
