"""A Dataverse environment with Dynamics 365 Sales: Web API v9.2, Entra sign-in on the same host.

Alternate keys, upserts, UpsertMultiple, `$batch`, `$filter`/`$expand` with pages, ETags, metadata
that can be read and added to, the limit of 6,000 requests in five minutes, states of documents and
price calculation. A request is served by `dialect` through `signin`, `batch`, `query`, `metadata`;
`records` writes one record, checked by `values` and `pricing` against `schema`, into `store`.

Not practised: change sets, actions and functions but UpsertMultiple, WhoAmI and In, delta links,
elastic tables. Tokens are opaque, not signed.
"""

from __future__ import annotations

from random import Random
from uuid import UUID

from adapters.sandbox.dialect import Kind
from adapters.sandbox.dynamics.dialect import Dynamics
from adapters.sandbox.dynamics.options import DynamicsOptions
from adapters.sandbox.wire import word

__all__ = ["KIND", "DynamicsOptions"]


def _credentials(random: Random) -> dict[str, str]:
    return {
        "tenant": str(UUID(int=random.getrandbits(128), version=4)),
        "client_id": str(UUID(int=random.getrandbits(128), version=4)),
        "client_secret": word(random, 40),
        "refresh_token": "0." + word(random, 60),
        "user_id": str(UUID(int=random.getrandbits(128), version=4)),
        "user": "integration@sandbox.example",
    }


KIND = Kind(DynamicsOptions, _credentials, Dynamics)
"""Dynamics' side of the wire as the sandbox asks for it."""
