"""HubSpot as a target: batch upserts by a unique property, links in a second step.

The adapter checklist:

- Settings: `config`, every field described. `check` tells network, sign-in, scopes, and each
  object, property and link that the account lacks; `setup` makes the calls that add them.
- Idempotency: the unique property (`erp_id`); upsert by it is repeatable. HubSpot's associations
  take record ids only and are no part of an upsert: parents are resolved first (a parent that is not
  there is waited for), then the records are written, then linked. A link of the former parent is
  taken away before. Each of these steps may be repeated, in any number, with the same end.
- Batches hold at most 100 records, each with a trace id, so that HubSpot judges them one by one
  (207); the status of the answer alone says nothing about a record.
- Every documented error category and property error has a row in `trouble`.
- Limits: `X-HubSpot-RateLimit-*` is passed on (`client.allowances`); 429 says by `policyName` whether
  the day, ten seconds or the search is full. https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines
- Reads are made by id and by page, never by search, whose index is seconds behind its records and
  ends after 10,000 results.
- `settles_within` 2 minutes: HubSpot ends a call after 30 s at the most; unverified, configurable.
- One attempt per call; every request has the deadline `timeout`. No value gets into a log line.

Pure: `profile`, `setup`, `encode`, `decode`, `trouble`. Not run against a real account.
"""

from __future__ import annotations

from adapters.targets.hubspot.config import HubspotConfig
from adapters.targets.hubspot.target import HubspotTarget
from agent.ports import AdapterContext, Target

__all__ = ["HubspotConfig", "HubspotTarget", "make"]


def make(settings: HubspotConfig, context: AdapterContext) -> Target:
    """Build the target; nothing is contacted before its first use."""
    return HubspotTarget(settings, context)
