"""The knobs of a Dataverse environment: what an administrator or a licence decides in a real one."""

from __future__ import annotations

from dataclasses import dataclass, field

from adapters.sandbox.options import Options


@dataclass(slots=True)
class DynamicsOptions(Options):
    """Settings that a test may change while the sandbox runs; `bare` before it starts."""

    token_seconds: float = 3599
    """How long an access token lives; a client is told."""
    page_size: int = 5000
    """The most records in a page; fewer where the client asks for fewer."""
    bare: bool = False
    """Whether nobody has created the columns, tables and keys for Waybill yet."""
    at_once: int | None = 52
    requests_limit: int = 6000
    """Requests of a user in five minutes; above it 429 with Retry-After."""
    operations_limit: int = 1000
    """Requests in one `$batch`."""
    reprices: bool = True
    """Whether Dynamics computes the totals of quotes, orders and invoices itself."""
    active_products: bool = True
    """Whether a new product is active at once, not a draft."""
    device_interval: int = 5
    """Seconds that a client waits between two questions whether a code was confirmed."""
    person_confirms: bool = True
    """Whether whoever types a device code in goes on to accept."""
    has_user: bool = True
    """Whether the app has an application user in the environment."""
    one_by_one: set[str] = field(default_factory=set)
    """Tables (logical names) that do not take UpsertMultiple."""
    unreadable: set[str] = field(default_factory=set)
    """Tables on which the application user has no privilege."""
    lacking: set[str] = field(default_factory=set)
    """Privileges that the application user does not have: `prvCreateaccount`."""
    secretive: bool = False
    """Whether the user may not ask for its own privileges."""
    key_status: dict[str, str] = field(default_factory=dict)
    """State of the index of a table's alternate keys, by logical name, where it is not Active."""
