"""Delivery to SAP over OData v2: looked up, then created or changed, each record for itself.

Idempotency: the ERP's key in an extension field, looked for before every attempt. Limits: SAP names
no request rate; it advises fewer than 10 threads in all and fewer than 7 for long runs (SAP KBA
3577788), which `threads` holds, and two of them on the items of one order lock each other out; a page
of a read has at most 1,000 rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from adapters.lookups import LookUps
from adapters.shell import Crm
from adapters.targets.sap import check
from adapters.targets.sap.client import Client
from adapters.targets.sap.config import SapConfig
from adapters.targets.sap.links import Links
from adapters.targets.sap.reads import Reads
from adapters.targets.sap.rows import Row
from adapters.targets.sap.writes import TOGETHER, Writes
from agent.model import (
    BatchLimits,
    Findings,
    Listing,
    Receipt,
    Stamp,
)
from agent.ports import AdapterContext


class SapTarget(Crm):
    """One tenant (satisfies `agent.ports.Target` and `Metered`); safe to share between senders."""

    def __init__(self, config: SapConfig, context: AdapterContext) -> None:
        self._config = config
        self._profile = config.built_profile()
        self._client = Client(config, context)
        self._reads = Reads(self._client, self._profile, config.page)
        self._lookups: LookUps[Sequence[Row]] = LookUps(context.clock)
        self._links = Links(self._client, self._profile, self._reads)
        writes = Writes(self._client, self._profile, self._reads, config.batch, self._lookups)
        super().__init__(self._client.http, self._reads, writes, self._links)
        self.limits = BatchLimits(
            records=max(config.batch, min(4 * config.batch, TOGETHER)),
            per_entity=True,
            parallel=config.threads,
            locks_parents=True,
        )
        self.settles_within = config.settles_within
        self.lag = config.lag
        self.profile_version = self._profile.version

    def resource(self, entity: str) -> str:
        """The collection behind a canonical entity."""
        return self._profile.entities[entity].collection

    def check(self) -> Findings:
        """Reachable, signed in, permitted, and every collection and property of the profile there."""
        entities = self._config.entities or tuple(self._profile.entities)
        return check.examine(self._client, self._profile, entities)

    def list(self, entity: str, after: str | None) -> Listing:
        """One page, in the order of SAP's own ids; the last of a page is where the next starts."""
        return self._reads.page(entity, after)

    def match(
        self, entity: str, fields: Sequence[str], after: str | None, *, linked: bool = False
    ) -> Listing:
        """One page, in the order of SAP's own ids; the last of a page is where the next starts."""
        return self._links.page(entity, fields, after, linked=linked)

    def stamp(self, entity: str, stamps: Sequence[Stamp]) -> Sequence[Receipt]:
        """ONE attempt: look what the records hold, then write those that may be written."""
        self._lookups.forget(entity, [stamp.external_id for stamp in stamps])
        return super().stamp(entity, stamps)
