"""SAP as a target: Sales Cloud (Cloud for Customer) or a gateway, over OData v2.

One attempt per call. The adapter checklist: every setting is described (`config`); `check` tells
network, sign-in and rights apart and names what is missing; `encode`, `decode`, `multipart`,
`values`, `trouble`, `profile` and `metadata` are pure; every status and every known wording of a
refusal has its meaning in `trouble`; `Retry-After` is honoured, SAP publishes no rate, so the number
of requests at a time is held at what SAP advises; idempotency is the ERP's key in an extension field,
looked for before every attempt, since SAP has no upsert; every request has a deadline; no value of a
record is in a log line or a reason. SAP Sales Cloud *Version 2* is another product with another
interface, and is not served here.
"""

from __future__ import annotations

from adapters.targets.sap.config import SapConfig
from adapters.targets.sap.target import SapTarget
from agent.ports import AdapterContext, Target

__all__ = ["SapConfig", "SapTarget", "make"]


def make(settings: SapConfig, context: AdapterContext) -> Target:
    """Build the target; nothing is contacted before its first use."""
    return SapTarget(settings, context)
