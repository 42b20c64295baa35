"""Salesforce as a target: sObject collections by external id, signed in by JWT or as an app.

One attempt per call. Records are addressed by their external id only, so that sending one again
has one effect; parents are named by external id too. A new order and its lines that wait with it go
as one composite graph, all or none (`graph`); a backlog as bulk jobs (`bulk`). `encode`, `decode`,
`graph`, `trouble` and `profile` are pure; `target` is the thin shell around them.
"""

from __future__ import annotations

from adapters.targets.salesforce.config import SalesforceConfig
from adapters.targets.salesforce.target import SalesforceTarget
from agent.ports import AdapterContext, Target

__all__ = ["SalesforceConfig", "SalesforceTarget", "make"]


def make(settings: SalesforceConfig, context: AdapterContext) -> Target:
    """Build the target; nothing is contacted before its first use."""
    return SalesforceTarget(settings, context)
