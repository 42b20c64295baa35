"""What a field says about who somebody is: the role of each canonical field in a comparison. Pure.

Roles come from the contracts' names, which all kinds share: `phone`, `phone_e164` and
`mobile_e164` are telephones, `billing_street` and `shipping_street` streets.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """How values of a field are compared, and what their agreement is worth."""

    NAME = "name"
    PERSON = "person"
    """A part of a person's name."""
    TAX = "tax number"
    NUMBER = "number"
    PHONE = "phone"
    EMAIL = "e-mail"
    WEBSITE = "website"
    STREET = "street"
    POSTAL_CODE = "postal code"
    CITY = "city"
    COUNTRY = "country"
    REFERENCE = "reference"
    TEXT = "text"
    """Shown beside the others; its agreement proves nothing."""


class Rule(NamedTuple):
    """One chosen field and its role."""

    field: str
    role: Role


_WHOLE = {
    "name": Role.NAME,
    "legal_name": Role.NAME,
    "first_name": Role.PERSON,
    "last_name": Role.PERSON,
    "tax_number": Role.TAX,
    "number": Role.NUMBER,
    "code": Role.NUMBER,
    "website": Role.WEBSITE,
}
_ENDS = (
    ("phone", Role.PHONE),
    ("e164", Role.PHONE),
    ("email", Role.EMAIL),
    ("street", Role.STREET),
    ("postal_code", Role.POSTAL_CODE),
    ("city", Role.CITY),
    ("country", Role.COUNTRY),
)


def role_of(field: str, references: Collection[str] = ()) -> Role:
    """The role of a canonical field; `references`: those that refer to other records."""
    if field in references:
        return Role.REFERENCE
    if field in _WHOLE:
        return _WHOLE[field]
    return next((role for end, role in _ENDS if field.endswith(end)), Role.TEXT)


def rules_of(fields: Sequence[str], references: Collection[str] = ()) -> tuple[Rule, ...]:
    """The chosen fields with their roles, in their order."""
    return tuple(Rule(name, role_of(name, references)) for name in fields)
