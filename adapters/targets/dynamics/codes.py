"""Dataverse's error codes: what each means for a record. Pure data.

Codes, names and messages: Microsoft's list of web service error codes
(https://learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes);
the three service protection limits:
https://learn.microsoft.com/power-apps/developer/data-platform/api-limits. Codes are written in
small letters here; on the wire they come in any case, and are frequently empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

PARENT_MISSING = "0x80060891"
"""RecordNotFoundByEntityKey: a parent, named by alternate key, is not there (yet)."""
GONE = "0x80040217"
"""ObjectDoesNotExist: the record itself, or one that is named by its own id."""
NO_TABLE = "0x8006088a"
"""The entity set does not exist."""
LIMITS = frozenset({"0x80072322", "0x80072321", "0x80072326", "0x80072327"})
"""Requests, execution time, concurrency: each over a sliding window of five minutes."""
NOT_A_USER = frozenset({"0x80072560", "0x80040225", "0x80041d1f", "0x8004a112"})
"""The token is good, and the environment has no (enabled) application user for it."""
UNSUPPORTED = frozenset({"0x80040800", "0x80100008", "0x80044824"})
"""The table does not take a message, here UpsertMultiple."""
SLOWER = timedelta(minutes=15)
"""How long until something that an administrator must do is tried again."""


class Later(NamedTuple):
    """The same record may succeed later."""

    code: str
    reason: str
    wait: timedelta | None = None


class Never(NamedTuple):
    """A person or a change in the ERP is needed."""

    code: str
    reason: str


_RACE = Later("KEY_RACE", "Somebody created the same record at the same moment.")
_BUSY = Later("DATABASE_BUSY", "The organisation's database was busy.")
_PLUGIN_LATE = Later("PLUGIN_TIMEOUT", "The organisation's own logic took too long.")
_RIGHTS = Later(
    "PERMISSION_DENIED",
    "The application user lacks a privilege; give its security role access to the table.",
    SLOWER,
)

DEFERRED: Mapping[str, Later] = {
    "0x80060892": _RACE,
    "0x80040237": _RACE,
    "0x80060882": Later("CHANGED_MEANWHILE", "The record changed between reading and writing."),
    "0x80072322": Later("TOO_MANY_REQUESTS", "6,000 requests in five minutes are the limit."),
    "0x80072321": Later("TOO_MUCH_TIME", "20 minutes of work in five minutes are the limit."),
    "0x80072326": Later("TOO_MANY_AT_ONCE", "52 requests at the same time are the limit."),
    "0x80072327": Later("TOO_MANY_AT_ONCE", "Too many requests at the same time."),
    "0x80044150": _BUSY,
    "0x80044151": _BUSY,
    "0x80048554": _BUSY,
    "0x8004ed47": _BUSY,
    "0x80154b53": Later("TRY_AGAIN", "Dataverse asks to try again."),
    "0x80040216": Later("UNEXPECTED", "Dataverse had an unexpected error and undid everything."),
    "0x80044171": _PLUGIN_LATE,
    "0x80044172": _PLUGIN_LATE,
    "0x80044173": _PLUGIN_LATE,
    "0x80081111": _PLUGIN_LATE,
    "0x8004418d": Later("PLUGIN_CRASHED", "The organisation's own logic crashed."),
    "0x8004418e": Later("PLUGIN_HOST_AWAY", "Nothing can run the organisation's own logic now."),
    "0x80081116": Later("PLUGIN_HOST_AWAY", "The organisation's own logic is held back now."),
    "0x80090412": Later("CUSTOMIZING", "Somebody changes the tables just now."),
    "0x80040220": _RIGHTS,
    "0x80048306": _RIGHTS,
    "0x80040299": _RIGHTS,
    "0x80040276": _RIGHTS,
    "0x80060890": Later(
        "KEY_NOT_READY",
        "The table has no active alternate key on the ERP's column; test the target.",
        SLOWER,
    ),
    "0x8006088a": Later("TABLE_MISSING", "The organisation does not have this table.", SLOWER),
    GONE: Later("REFERENCE_GONE", "A record that this one names does not exist any more."),
}
"""After these nothing happened, and the same record may succeed later."""

_READ_ONLY = Never(
    "RECORD_READ_ONLY",
    "The record is closed there (fulfilled, paid, won or cancelled) and takes no changes; reopen "
    "it there or set the change aside.",
)
_CURRENCY = Never("CURRENCY_DIFFERS", "Its currency is not that of the price list.")
_LOOP = Never("PARENT_LOOP", "The parents would form a circle.")
_CHOICE = Never("CHOICE_UNKNOWN", "The column does not offer this choice.")

REJECTED: Mapping[str, Never] = {
    "0x80044331": Never("STRING_TOO_LONG", "A text is too long for its column."),
    "0x80040200": Never("REQUIRED_FIELD_MISSING", "A column that is required is empty."),
    "0x80040203": Never("INVALID_ARGUMENT", "A column does not accept its value."),
    "0x80044330": Never("NUMBER_TOO_LARGE", "A number is outside what its column takes."),
    "0x80041136": Never("NUMBER_TOO_LARGE", "A number is too large for its column."),
    "0x8004431a": _CHOICE,
    "0x80061005": _CHOICE,
    "0x80048408": Never("STATE_UNKNOWN", "State and status reason do not fit each other."),
    "0x80040265": Never("PLUGIN_REFUSED", "The organisation's own logic refused it."),
    "0x80040333": Never("DUPLICATES_DETECTED", "A duplicate detection rule found another record."),
    "0x80040227": Never("HAS_CHILDREN", "Other records still belong to it."),
    "0x8004022e": _READ_ONLY,
    "0x80040233": _READ_ONLY,
    "0x80043b09": _READ_ONLY,
    "0x80043b1d": Never(
        "PRICING_LOCKED", "Its prices are locked there; unlock the pricing of the document."
    ),
    "0x8004f995": Never("PRODUCT_PUBLISHED", "A published product must be revised there first."),
    "0x80043b24": Never("PRODUCT_UNKNOWN", "The product does not exist there."),
    "0x80043afa": Never("PRODUCT_AND_TEXT", "A line cannot have a unit and be written in."),
    "0x80043afb": Never("PRODUCT_AND_TEXT", "A line cannot have a product and be written in."),
    "0x80048ced": _CURRENCY,
    "0x80048cee": _CURRENCY,
    "0x80048cef": _CURRENCY,
    "0x80048cf6": _CURRENCY,
    "0x80100010": Never("PRICE_LIST_MISSING", "The document needs a price list."),
    "0x80043b08": Never(
        "PRICE_EXISTS",
        "The price list has a price for this product and unit; Dynamics takes one. A customer's own "
        "prices and tiers need price lists of their own.",
    ),
    "0x80040386": _LOOP,
    "0x80040387": _LOOP,
    "0x80040506": _LOOP,
    "0x80040507": _LOOP,
    "0x80048d19": Never("BAD_PAYLOAD", "The table has no such column, or of another type."),
    "0x80090801": Never("FIELD_MISSING", "The table has no such column."),
    "0x80041103": Never("FIELD_MISSING", "The table has no such column."),
    "0x8006088d": Never("NO_CONCURRENCY", "The table does not support conditional changes."),
}
"""After these nothing happened and nothing will without a change; any other code likewise."""
