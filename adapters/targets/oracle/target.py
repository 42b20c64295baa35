"""Delivery to Oracle CX Sales: look-up by external id, then batches that are all or nothing.

Idempotency: the external id, looked up before every write, with Upsert-Mode beside it. Limits: 500
rows a page; Oracle publishes no rate, so that 429 and 503 with `Retry-After` are what it goes by,
and 16 attempts at once the most that are ever tried. A line locks the record that it lives in
(JBO-26030), so lines of one record are not sent twice at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from adapters.lookups import LookUps
from adapters.shell import Crm
from adapters.targets.oracle import check
from adapters.targets.oracle.client import Client
from adapters.targets.oracle.config import OracleConfig
from adapters.targets.oracle.encode import Held
from adapters.targets.oracle.links import Links
from adapters.targets.oracle.reads import Reads
from adapters.targets.oracle.writes import TOGETHER, Writes
from agent.model import (
    BatchLimits,
    Findings,
    Listing,
    Receipt,
    Stamp,
)
from agent.ports import AdapterContext


class OracleTarget(Crm):
    """One environment (satisfies `agent.ports.Target` and `Metered`); safe to share between senders."""

    def __init__(self, config: OracleConfig, context: AdapterContext) -> None:
        self._config = config
        self._profile = config.built_profile()
        self._client = Client(config, context)
        self._reads = Reads(self._client, self._profile)
        self._lookups: LookUps[Sequence[Held]] = LookUps(context.clock)
        writes = Writes(self._client, self._profile, self._reads, config, self._lookups)
        links = Links(self._profile, self._reads, writes)
        super().__init__(self._client.http, self._reads, writes, links)
        self.limits = BatchLimits(
            records=max(config.batch, min(4 * config.batch, TOGETHER)),
            per_entity=True,
            parallel=16,
            locks_parents=True,
        )
        self.settles_within = config.settles_within
        self.lag = config.lag
        self.profile_version = self._profile.version

    def resource(self, entity: str) -> str:
        """The resource behind a canonical entity."""
        return self._profile.entities[entity].shown

    def check(self) -> Findings:
        """Reachable, signed in, permitted, and every resource and attribute of the profile there."""
        entities = self._config.entities or tuple(self._profile.entities)
        return check.examine(self._client, self._profile, entities, self._config.no_upsert)

    def list(self, entity: str, after: str | None) -> Listing:
        """One page, in the order of external ids (of lines: in that of what they live in)."""
        return self._reads.page(entity, after)

    def match(
        self, entity: str, fields: Sequence[str], after: str | None, *, linked: bool = False
    ) -> Listing:
        """One page, in the order of Oracle's own numbers; the last of a page starts the next."""
        return self._reads.candidates(entity, fields, after, linked=linked)

    def stamp(self, entity: str, stamps: Sequence[Stamp]) -> Sequence[Receipt]:
        """ONE attempt: look what the records hold, then write those that may be written."""
        self._lookups.forget(entity, [stamp.external_id for stamp in stamps])
        return super().stamp(entity, stamps)
