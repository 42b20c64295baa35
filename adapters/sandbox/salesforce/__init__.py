"""A Salesforce org: REST API v46 to v67, OAuth, SOQL, collections, graphs, describe, request limit.

A request is served by `dialect` through `signin` and `routes` (`single`, `composite`, `graph`,
`query`, `describe`). `records` writes one record, checked by `values` and `rules` against `schema`,
into `store`, and notes it in the write log.
"""

from __future__ import annotations

from random import Random

from adapters.sandbox.dialect import Kind
from adapters.sandbox.salesforce.dialect import Salesforce
from adapters.sandbox.salesforce.ids import make
from adapters.sandbox.salesforce.options import SalesforceOptions
from adapters.sandbox.wire import word

__all__ = ["KIND", "SalesforceOptions"]

USER = "integration@sandbox.example"


def _credentials(random: Random) -> dict[str, str]:
    return {
        "org_id": make("00D", random.randrange(1, 10**6)),
        "user_id": make("005", random.randrange(1, 10**6)),
        "user": USER,
        "client_id": "3MVG9" + word(random, 80),
        "client_secret": word(random, 64),
    }


KIND = Kind(SalesforceOptions, _credentials, Salesforce)
