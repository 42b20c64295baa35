"""Oracle CX Sales (Fusion REST) as a target: found by external id, written in batches.

`encode`, `decode`, `trouble`, `query`, `profile` and `setup` are pure; `reads`, `writes`, `links`
and `check` do one attempt each over `client`.

- Idempotency: the external id (source system and its reference, or a unique custom field) is looked
  up before each write; what is new goes with `Upsert-Mode`. What an upsert matches is each
  resource's own rule, so it stands alone only where the configuration says that it was seen to hold.
- Failure: a batch is all or nothing and the answer lists only the failing part. That part's message
  gets its receipt, the others are `BatchRefused`; where no part is named (errors of the database),
  all are, and delivery halves the batch until it is.
- Limits: 500 rows a page, silently capped (docs.oracle.com, faaps, "Manage Collections"); no rate is
  published, 429 and 503 are obeyed with their `Retry-After`. Time limits are those of `adapters.http`.
- Sign-in: a user's password, or OAuth of the identity domain: client credentials or a signed
  assertion. A token is used until a minute before its end; a 401 is answered by one new one.
- `check` tells network, sign-in and permission apart, and names what is missing in Oracle.
- Codes: the tables of `trouble`, each row tested. No payload value reaches a log, a reason or an
  error: the contract suite looks.
"""

from __future__ import annotations

from adapters.targets.oracle.config import OracleConfig
from adapters.targets.oracle.target import OracleTarget
from agent.ports import AdapterContext, Target

__all__ = ["OracleConfig", "OracleTarget", "make"]


def make(settings: OracleConfig, context: AdapterContext) -> Target:
    """Build the target; nothing is contacted before its first use."""
    return OracleTarget(settings, context)
