"""The knobs of the Oracle environment: what differs between releases, resources and services."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from adapters.sandbox.options import Options


@dataclass(slots=True)
class OracleOptions(Options):
    """Settings that a test may change while the sandbox runs."""

    token_seconds: float = 3600
    page_size: int = 500
    """What a larger `limit` is silently cut to."""
    upsert_matches: bool = True
    """Whether an upsert finds a record by its alternate key; else it always creates, as a service
    does whose rule is another one."""
    no_upsert: tuple[str, ...] = ()
    """Resources that refuse Upsert-Mode."""
    no_batch: tuple[str, ...] = ()
    """Resources that refuse to be part of a batch."""
    names_part: Literal["parts", "path", "none"] = "parts"
    """How the answer to a failed batch says which part failed: a list with that part only, the
    path of the error, or not at all."""
    plain_errors: bool = False
    """Whether errors are plain text, as older services answer."""
    has_more: bool = True
    """Whether `hasMore` is right; off: it is always false."""
    not_offered: tuple[str, ...] = ()
    """`resource action` pairs that a description leaves out: `accounts create`."""
    hidden: tuple[str, ...] = ()
    """Resources for which the user lacks the privilege."""
