"""Delivery to Dynamics 365 Sales: upserts by alternate key, many records a request."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.shell import Crm
from adapters.targets.dynamics import check, encode
from adapters.targets.dynamics.client import Client
from adapters.targets.dynamics.config import DynamicsConfig
from adapters.targets.dynamics.links import Links
from adapters.targets.dynamics.reads import Reads
from adapters.targets.dynamics.references import Lookups
from adapters.targets.dynamics.writes import Writes
from agent.model import (
    BatchLimits,
    Findings,
    Listing,
)
from agent.ports import AdapterContext


class DynamicsTarget(Crm):
    """One environment (satisfies `Target` and `Metered`); safe to share between senders."""

    def __init__(self, config: DynamicsConfig, context: AdapterContext) -> None:
        self._config = config
        self._profile = config.built_profile()
        self._client = Client(config, context)
        self._lookups = Lookups(self._client, config)
        self._reads = Reads(self._client, self._profile)
        writes = Writes(self._client, config, self._profile, self._lookups)
        super().__init__(self._client.http, self._reads, writes, Links(self._client, self._profile))
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
