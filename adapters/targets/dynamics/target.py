"""Delivery to Dynamics 365 Sales: upserts by alternate key, many records a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.targets.dynamics import check, encode
from adapters.targets.dynamics.client import Client
from adapters.targets.dynamics.config import DynamicsConfig
from adapters.targets.dynamics.links import Links
from adapters.targets.dynamics.reads import Reads
from adapters.targets.dynamics.references import Lookups
from adapters.targets.dynamics.writes import Writes
from agent.model import (
    Ambiguous,
    BatchLimits,
    Findings,
    Listing,
    Message,
    Meter,
    Receipt,
    Stamp,
    Stored,
)
from agent.ports import AdapterContext


class DynamicsTarget:
    """One environment (satisfies `Target` and `Metered`); safe to share between senders."""

    finds = True
    links = True
    repeatable = True

    def __init__(self, config: DynamicsConfig, context: AdapterContext) -> None:
        self._config = config
        self._profile = config.built_profile()
        self._client = Client(config, context)
        self._lookups = Lookups(self._client, config)
        self._reads = Reads(self._client, self._profile)
        self._writes = Writes(self._client, config, self._profile, self._lookups)
        self._links = Links(self._client, self._profile)
        self.limits = BatchLimits(records=config.batch, locks_parents=True)
        self.settles_within = config.settles_within
        self.lag = config.lag
        self.profile_version = self._profile.version

    def resource(self, entity: str) -> str:
        """The table behind a canonical entity."""
        return self._profile.entities[entity].table

    def check(self) -> Findings:
        """Reachable, signed in, permitted, and every table, column and key of the profile there."""
        entities = self._config.entities or tuple(self._profile.entities)
        return check.examine(self._client, self._profile, entities, self._lookups)

    def deliver(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        """ONE attempt for messages of one entity and one operation."""
        if not batch:
            return []
        if len({(message.entity, message.op) for message in batch}) != 1:
            raise ValueError("a batch holds one entity and one operation")
        return self._writes.write(batch)

    def follow(self, handles: Sequence[str]) -> Sequence[Receipt]:
        """Nothing is ever accepted for later here."""
        return [Ambiguous("This target finishes at once; it follows nothing.") for _ in handles]

    def find(
        self, entity: str, external_ids: Sequence[str], fields: Sequence[str] = ()
    ) -> Mapping[str, Stored]:
        """What the environment holds under these external ids."""
        return self._reads.find(entity, external_ids, fields)

    def list(self, entity: str, after: str | None) -> Listing:
        """One page, in the order of Dataverse's own ids."""
        names = encode.selected(self._profile.entities[entity], ())
        return self._reads.page(entity, names, after, linked=True)

    def match(
        self, entity: str, fields: Sequence[str], after: str | None, *, linked: bool = False
    ) -> Listing:
        """One page, in the order of Dataverse's own ids."""
        where = self._profile.entities[entity]
        names = encode.selected(where, fields) if fields else []
        return self._reads.page(entity, names, after, linked=linked)

    def stamp(self, entity: str, stamps: Sequence[Stamp]) -> Sequence[Receipt]:
        """ONE attempt: look what the records hold, then write those that may be written."""
        return self._links.stamp(entity, stamps)

    def meter(self) -> Meter:
        """Requests so far, and what Dataverse said of its limits and the time."""
        return self._client.http.meter()

    def close(self) -> None:
        """Release connections."""
        self._client.http.close()
