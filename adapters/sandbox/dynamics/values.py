"""What a column accepts, how it is kept, and how Dataverse words a refusal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from adapters.sandbox.dynamics.schema import Column, TableKind
from adapters.sandbox.store import Value
from adapters.sandbox.wire import ApiError

_LARGEST = {
    "decimal": Decimal(100_000_000_000),
    "money": Decimal(922_337_203_685_477),
    "integer": Decimal(2_147_483_647),
    "choice": Decimal(2_147_483_647),
}
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


def is_guid(text: str) -> bool:
    """Whether a text is an id as Dataverse writes them."""
    return _GUID.fullmatch(text) is not None


def folded(value: Value) -> Hashable:
    """What a key is compared by: no case, no accents, no blanks at the end."""
    if not isinstance(value, str):
        return value
    plain = unicodedata.normalize("NFKD", value).casefold()
    return "".join(c for c in plain if not unicodedata.combining(c)).rstrip()


def accept(table: TableKind, column: Column, value: Any) -> Value:
    """The value as it is kept. Raises ApiError."""
    if value is None or value == "":
        return None
    if column.kind in ("text", "memo"):
        return _text(table, column, value)
    if column.kind == "boolean":
        if not isinstance(value, bool):
            raise _payload(table, f"Cannot convert the literal to Edm.Boolean ({column.name}).")
        return value
    if column.kind in _LARGEST:
        return _number(table, column, value)
    return _moment(table, column, value)


def _text(table: TableKind, column: Column, value: Any) -> str:
    if not isinstance(value, str):
        raise _payload(table, f"Cannot convert the literal to Edm.String ({column.name}).")
    if column.length and len(value) > column.length:
        raise ApiError(
            400,
            "0x80044331",
            f"A validation error occurred.  The length of the '{column.name}' attribute of the "
            f"'{table.name}' entity exceeded the maximum allowed length of '{column.length}'.",
        )
    return value


def _number(table: TableKind, column: Column, value: Any) -> Value:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _payload(table, f"Cannot convert the literal to a number ({column.name}).")
    number = Decimal(value)
    if abs(number) > _LARGEST[column.kind]:
        raise ApiError(
            400,
            "0x80044330",
            f"A validation error occurred. The value of '{column.name}' on record of type "
            f"'{table.name}' is outside the valid range.",
        )
    if column.kind in ("integer", "choice"):
        if number != int(number):
            raise _payload(table, f"Cannot convert the literal to Edm.Int32 ({column.name}).")
        if column.choices and int(number) not in column.choices:
            raise ApiError(
                400,
                "0x8004431A",
                f"A validation error occurred. The value {value} of '{column.name}' on record of "
                f"type '{table.name}' is outside the valid range. Accepted Values: "
                f"{','.join(map(str, column.choices))}",
            )
        return int(number)
    return number.quantize(Decimal(1).scaleb(-column.places), ROUND_HALF_EVEN)


def _moment(table: TableKind, column: Column, value: Any) -> str:
    try:
        if column.kind == "date":
            return date.fromisoformat(value).isoformat()
        when = datetime.fromisoformat(value)
        if when.tzinfo is None:
            raise ValueError(value)
        return when.strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, TypeError):
        kind = "Edm.Date" if column.kind == "date" else "Edm.DateTimeOffset"
        raise _payload(table, f"Cannot convert the literal to {kind} ({column.name}).") from None


def _payload(table: TableKind, inner: str) -> ApiError:
    return ApiError(
        400,
        "0x80048d19",
        f"Error identified in Payload provided by the user for Entity :'{table.set}', For more "
        f"information on this error please follow this help link "
        f"https://go.microsoft.com/fwlink/?linkid=2195293  ---->  InnerException : {inner}",
    )


def undeclared(table: TableKind, name: str) -> ApiError:
    """A property that the table does not have."""
    return _payload(
        table,
        f"Microsoft.OData.ODataException: An undeclared property '{name}' which only has property "
        "annotations in the payload but no property value was found in the payload.",
    )
