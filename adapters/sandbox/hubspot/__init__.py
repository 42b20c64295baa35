"""A HubSpot account: objects with batches and 207, associations v4, search, schemas, OAuth v3.

A request is served by `dialect` through `signin`, `limits` and `routes` (`batches`, `singles`,
`associations`, `search`, `definitions`). `records` writes one record, checked by `values` against
`schema`, into `store`, and notes it in the write log.
"""

from __future__ import annotations

from random import Random

from adapters.sandbox.dialect import Kind
from adapters.sandbox.hubspot.dialect import Hubspot
from adapters.sandbox.hubspot.options import HubspotOptions
from adapters.sandbox.wire import word

__all__ = ["KIND", "HubspotOptions"]


def _credentials(random: Random) -> dict[str, str]:
    return {
        "portal_id": str(random.randrange(10**7, 10**8)),
        "user": "integration@sandbox.example",
        "client_id": word(random, 36),
        "client_secret": word(random, 36),
        "refresh_token": "eu1-" + word(random, 60),
        "private_app_token": "pat-eu1-" + word(random, 60),
    }


KIND = Kind(HubspotOptions, _credentials, Hubspot)
