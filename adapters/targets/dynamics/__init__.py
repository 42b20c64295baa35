"""Dynamics 365 Sales (Dataverse Web API) as a target: upserts by alternate key.

One attempt per call. The adapter checklist:

- Idempotency: an alternate key on a column of every table holds the ERP's key in a form (`keys`)
  that no character breaks and no two keys share. Sending one again has one effect.
- Batches: one UpsertMultiple for many records; it is all or none, so that a refusal is answered
  with a `$batch` that judges each record, or, of more than `apart` records, with `BatchRefused`:
  delivery halves them. Deletes are a `$batch`. At most 1,000 requests in one.
- Parents: `@odata.bind` by alternate key; a missing one is `WaitingFor`.
- Limits: 6,000 requests and 20 minutes of work in five minutes, 52 at once, per user and web
  server; 429 with Retry-After, which is honoured through `retry_after`; what is left is passed on
  (`meter`). Lines of one document are not written by two requests at once: each changes its total.
- Sign-in: Entra client credentials with a secret or a certificate, or a refresh token that a person
  got with a device code. `check` distinguishes network, sign-in, rights, columns, keys.
- Every documented error code that can meet a record: `codes`, tested as a table.
- Timeouts: `timeout` per request; Dataverse ends an operation after two minutes, hence
  `settles_within`. A look-up sees what is committed (`lag` 0).
- No value in a log line or error: `tests/contract`.

`keys`, `tables`, `profile`, `encode`, `multipart`, `decode`, `codes`, `trouble`, `entra`,
`assertion` and `setup` are pure; `target` is the thin shell around them.
"""

from __future__ import annotations

from adapters.targets.dynamics.config import DynamicsConfig
from adapters.targets.dynamics.target import DynamicsTarget
from agent.ports import AdapterContext, Target

__all__ = ["DynamicsConfig", "DynamicsTarget", "make"]


def make(settings: DynamicsConfig, context: AdapterContext) -> Target:
    """Build the target; nothing is contacted before its first use."""
    return DynamicsTarget(settings, context)
