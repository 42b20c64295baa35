"""Delivery to Salesforce: collections upsert by external id, at most 200 records a request.

A new order goes with its lines as one composite graph, all or none (`graph`).
Idempotency: the external id. Limits: Salesforce's documentation of sObject collections (200
records, results in request order, `allOrNone` false). A 403 with REQUEST_LIMIT_EXCEEDED is a quota.
Requests that run 20 s or longer are limited to 25 at once in an org, so no more are ever tried; a
child locks its parent (UNABLE_TO_LOCK_ROW), so children of one record are not sent twice at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from adapters.shell import Crm, one_kind
from adapters.targets.salesforce import check, graph
from adapters.targets.salesforce.bulk import Jobs
from adapters.targets.salesforce.client import Client
from adapters.targets.salesforce.config import SalesforceConfig
from adapters.targets.salesforce.links import Links
from adapters.targets.salesforce.reads import Reads
from adapters.targets.salesforce.writes import Writes
from agent.families import FamilyLimits
from agent.model import (
    BatchLimits,
    BulkLimits,
    Findings,
    Listing,
    Message,
    Op,
    Receipt,
)
from agent.ports import AdapterContext

_JOB_BYTES = 4 * 1024 * 1024
"""A job's results repeat what was sent, and an answer may have 8 MiB."""


class SalesforceTarget(Crm):
    """One org (`agent.ports.Target`, `Metered`, `agent.families.TakesFamilies`); safe to share between senders."""

    def __init__(self, config: SalesforceConfig, context: AdapterContext) -> None:
        self._config = config
        self._profile = config.built_profile()
        self._client = Client(config, context)
        self._reads = Reads(self._client, self._profile)
        self._writes = Writes(self._client, self._profile)
        self._links = Links(self._client, self._profile)
        super().__init__(self._client.http, self._reads, self._writes, self._links)
        self.limits = BatchLimits(
            records=config.batch, per_entity=True, parallel=20, locks_parents=True
        )
        self.settles_within = config.settles_within
        self._jobs = Jobs(self._client, self._profile, self._writes, timedelta(0))
        if config.bulk is not None:
            bulk = config.bulk
            self._jobs = Jobs(self._client, self._profile, self._writes, bulk.poll)
            most = BulkLimits(bulk.above, bulk.records, _JOB_BYTES)
            self.limits = replace(self.limits, bulk=most)
            self.settles_within = max(config.settles_within, bulk.settles_within)
        self.families: FamilyLimits | None = None
        if config.lines_together and config.version >= graph.SINCE:
            self.families = FamilyLimits(graph.KINDS, graph.GRAPHS, graph.NODES, config.lines_wait)
        self.lag = config.lag
        self.profile_version = self._profile.version

    def resource(self, entity: str) -> str:
        """The object behind a canonical entity."""
        return self._profile.entities[entity].sobject

    def check(self) -> Findings:
        """Reachable, signed in, permitted, and every object and field of the profile there."""
        return check.examine(self._client, self._profile, self._config.entities)

    def deliver(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        """ONE attempt for messages of one entity and one operation."""
        if len(batch) > self.limits.records and batch[0].op is Op.UPSERT:
            one_kind(batch)
            return self._jobs.start(batch)
        return super().deliver(batch)

    def deliver_families(self, families: Sequence[Sequence[Message]]) -> Sequence[Receipt]:
        """ONE attempt for new orders with their lines, each all or none."""
        return self._writes.families(families) if families else []

    def follow(self, handles: Sequence[str]) -> Sequence[Receipt]:
        """What became of the records of bulk jobs, as far as it is known."""
        return self._jobs.follow(handles)

    def list(self, entity: str, after: str | None) -> Listing:
        """One page, in the order of external ids; the last of a page is where the next starts."""
        return self._reads.page(entity, after)

    def match(
        self, entity: str, fields: Sequence[str], after: str | None, *, linked: bool = False
    ) -> Listing:
        """One page, in the order of Salesforce's own ids; the last of a page starts the next."""
        return self._links.page(entity, fields, after, linked=linked)
