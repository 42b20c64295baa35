"""An environment of Oracle Fusion Cloud Sales: REST resources of crmRestApi and fscmRestApi.

What is documented is done (docs.oracle.com/en/cloud/saas/sales/faaps): resource collections with
`q`, `finder`, `fields`, `expand`, `orderBy`, pages of 25 unless more are asked for and never more than
500; items and children by the links that are handed out, with hashes for keys; `Upsert-Mode`; batches
that are all or nothing and answer with the failing part only; framework versions, without which
conditions are refused and errors are plain text. What differs between services is an option.

A request is served by `dialect` through `signin` and `routes`; `collections` reads (conditions are
`rowmatch`'s), `records` writes, checked against `schema`, and notes it in the write log.
"""

from __future__ import annotations

from random import Random

from adapters.sandbox.dialect import Kind
from adapters.sandbox.oracle.dialect import Oracle
from adapters.sandbox.oracle.options import OracleOptions
from adapters.sandbox.wire import word

__all__ = ["KIND", "OracleOptions"]


def _credentials(random: Random) -> dict[str, str]:
    return {
        "user": "integration@sandbox.example",
        "password": word(random, 24),
        "client_id": word(random, 32),
        "client_secret": "idcscs-" + word(random, 36),
        "scope": "urn:opc:resource:fa:instanceid=1:urn:opc:resource:consumer::all",
    }


KIND = Kind(OracleOptions, _credentials, Oracle)
