"""Web API answers into canonical values. Pure and strict.

Numbers are read as decimals and written in the contract's places.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from adapters.http import Answer
from adapters.targets.dynamics import keys
from adapters.targets.dynamics.profile import EntityMap, FieldMap, Profile
from adapters.targets.dynamics.trouble import bad_answer
from agent.model import Scalar, Stored


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a query: its records, and where the next one is, if there is one."""

    records: Sequence[Mapping[str, Any]]
    following: str


def found(answer: Answer) -> Found:
    """A page of results. Raises TargetUnavailable for anything else."""
    try:
        page: Any = json.loads(answer.body, parse_float=Decimal) if answer.is_json else None
        rows, following = page["value"], page.get("@odata.nextLink", "")
    except (ValueError, TypeError, KeyError, AttributeError):
        raise bad_answer() from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise bad_answer()
    if not isinstance(following, str):
        raise bad_answer()
    return Found(rows, following)


def stored(
    row: Mapping[str, Any], entity: EntityMap, profile: Profile, fields: Sequence[str]
) -> Stored | None:
    """One record in canonical fields; its external id is empty where it has none.

    None: somebody typed a key into it that is none of ours.
    """
    remote_id, held = row.get(entity.id), row.get(profile.key)
    if not isinstance(remote_id, str) or not isinstance(held, str | None):
        raise bad_answer()
    external_id = keys.decode(held) if held else ""
    if external_id is None:
        return None
    values = {name: _read(row, entity.fields[name], profile.key) for name in fields}
    return Stored(external_id, remote_id, values)


def _read(row: Mapping[str, Any], item: FieldMap, key: str) -> Scalar:
    value = row.get(item.name)
    if item.is_link:
        held = value.get(key if item.kind == "ref" else "isocurrencycode") if value else None
        return keys.decode(held) if held and item.kind == "ref" else held
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | Decimal) and item.kind in {"decimal", "money", "integer"}:
        return _number(Decimal(value), item)
    return str(value)[:10] if item.kind == "date" else str(value)


def _number(value: Decimal, item: FieldMap) -> Scalar:
    """In the contract's places; what does not fit them is shown in full, as a difference."""
    if item.kind == "integer" and value == value.to_integral_value():
        return int(value)
    scaled = f"{value or Decimal(0):.{item.places}f}"  # no minus before a zero
    return scaled if Decimal(scaled) == value else f"{value:f}"
