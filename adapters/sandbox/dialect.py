"""What a CRM must offer to be spoken by the sandbox: its side of the wire, and a look behind it.

The sandbox listens, orders faults, keeps the write log and the admin page; a dialect answers as its
CRM would. `faults` says which faults the dialect words and which the dispatcher does by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple, Protocol, runtime_checkable

from adapters.sandbox.core import Core
from adapters.sandbox.faults import Worded
from adapters.sandbox.options import Options
from adapters.sandbox.window import Limit
from adapters.sandbox.wire import ApiError, Request, Response


class About(NamedTuple):
    """What faults want to know of a request."""

    name: str = ""
    """The object that it touches, as its CRM's API names it; empty if none."""
    is_data: bool = False
    """Whether it works with records or their description: needs a session, counts for limits."""
    is_write: bool = False
    """Whether it changes records. A search by POST does not."""
    is_sign_in: bool = False


class Held(NamedTuple):
    """One living record, as the admin page and tests see it."""

    id: str
    external_id: str
    """Empty where the record has none."""
    fields: Callable[[], dict[str, Any]]
    """Its fields by the CRM's own names, as JSON values and decimals; references to parents also by
    the parent's external id."""


class Dialect(Protocol):
    """One CRM. Every method is called under the core's lock."""

    @property
    def sign_ins(self) -> int:
        """Tokens handed out so far."""
        ...

    def about(self, request: Request) -> About:
        """What a request is about. Raises nothing: what is no request of this CRM is `About()`."""
        ...

    def serve(self, request: Request) -> Response:
        """Answer a request: sign-in, session, limits, everything. Raises ApiError."""
        ...

    def worded(self, error: ApiError) -> Response:
        """How this CRM words a refusal: its error envelope around status, code and message.

        Also for what was refused on its way here: `wire.NotJson`, the fault `refuse`.
        """
        ...

    def fault(self, kind: Worded) -> Response:
        """The answer to a request that met a fault, with the headers that come with it."""
        ...

    def held(self, name: str) -> Iterable[Held]:
        """All living records of an object. Raises ApiError (404) for an unknown one."""
        ...

    def counts(self) -> Mapping[str, int]:
        """How many records each object holds, by its name in the API."""
        ...

    def usage(self) -> str:
        """Calls counted against the limits, in a form for people."""
        ...

    def limits(self) -> Sequence[Limit]:
        """How near the calls came to each limit that the vendor publishes for a time."""
        ...

    def enter(self, name: str, fields: Mapping[str, Any]) -> str:
        """Create a record as a person at the CRM's own pages would; its id."""
        ...

    def change(self, name: str, record_id: str, fields: Mapping[str, Any]) -> None:
        """Change a record as a person at the CRM's own pages would."""
        ...

    def end_sessions(self) -> None:
        """Let every access token run out."""
        ...

    def dump(self) -> dict[str, Any]:
        """Its records, as JSON values and decimals, for `Kind.make` of a later run."""
        ...


@runtime_checkable
class TrustsKeys(Protocol):
    """A dialect whose sign-in takes assertions that are signed with a client's key."""

    def trust(self, pem: bytes) -> None:
        """Accept this public key's or certificate's owner. Under the core's lock."""
        ...


@dataclass(frozen=True, slots=True)
class Kind:
    """A CRM that the sandbox can speak, before it is made."""

    options: type[Options]
    credentials: Callable[[Random], Mapping[str, str]]
    """Makes what a client signs in with, once per folder: `client_id`, `client_secret`, `user`
    where the CRM has them, and its own words. A client is told all of it (`description`)."""
    make: Callable[[Core, Sequence[Mapping[str, Any]], Mapping[str, Any] | None], Dialect]
    """From the core, layers to lay over the schema, and what `Dialect.dump` gave (None: empty)."""
