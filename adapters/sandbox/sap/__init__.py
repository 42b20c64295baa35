"""An SAP Sales Cloud (Cloud for Customer) tenant: OData v2, CSRF tokens, `$batch`, `$metadata`.

A request is served by `dialect` through `access` (user, session, token; `oauth`) and `service` (reads, changes,
`batches`, `described`). `records` writes one record, checked by `values` against `schema`, into the
sandbox's store, and notes it in the write log. There is no upsert and no unique key of a client's own:
who does not look first makes a record twice, as with the real one.
"""

from __future__ import annotations

from random import Random

from adapters.sandbox.dialect import Kind
from adapters.sandbox.sap.dialect import Sap
from adapters.sandbox.sap.options import GatewayOptions, SapOptions
from adapters.sandbox.wire import word

__all__ = ["GATEWAY", "KIND", "GatewayOptions", "SapOptions"]


def _credentials(random: Random) -> dict[str, str]:
    return {
        "user": "_WAYBILL",
        "password": word(random, 32),
        "client_id": f"_{word(random, 12).upper()}",
        "client_secret": word(random, 32),
        "issuer": "WAYBILL",
    }


KIND = Kind(SapOptions, _credentials, Sap)
GATEWAY = Kind(GatewayOptions, _credentials, Sap)
