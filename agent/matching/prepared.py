"""One record in comparable form, made once however often it is compared. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agent.matching import normal
from agent.matching.fields import Role, Rule
from agent.matching.normal import Name, Street
from agent.model import Scalar


@dataclass(frozen=True, slots=True)
class Address:
    """One address of a record; parts that are not there are empty."""

    street: Street | None = None
    postal_code: str = ""
    city: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A record as far as its writing does not matter.

    Several fields of one role (phone and mobile) are held together: one of them agreeing with one
    of the other side's is enough.
    """

    id: str
    said: str = ""
    """Its name as it was written, for what is exactly the same."""
    names: tuple[Name, ...] = ()
    is_person: bool = False
    tax: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    websites: frozenset[str] = frozenset()
    addresses: Mapping[str, Address] = field(default_factory=dict)
    """By what stands before their fields' names: `billing`, `shipping`."""
    references: Mapping[str, str] = field(default_factory=dict)


def prepare(
    id_: str, fields: Mapping[str, Scalar], rules: Sequence[Rule], country: str = ""
) -> Prepared:
    """A record in comparable form. `country` (ISO 3166): whose its telephone numbers are.

    A country that stands in the record itself goes first.
    """
    texts: dict[Role, dict[str, str]] = {}
    for rule in rules:
        value = fields.get(rule.field)
        text = "" if value is None or isinstance(value, bool) else str(value).strip()
        if text:
            texts.setdefault(rule.role, {})[rule.field] = text
    home = country
    for text in texts.get(Role.COUNTRY, {}).values():
        home = normal.country(text) or home
    of_company = texts.get(Role.NAME, {})
    of_person = texts.get(Role.PERSON, {})

    def some(role: Role, made: normal.Plain) -> frozenset[str]:
        found = (made(text) for text in texts.get(role, {}).values())
        return frozenset(each for each in found if each)

    names = [normal.company(text) for text in of_company.values()]
    if of_person:
        names.append(normal.person(*of_person.values()))
    return Prepared(
        id_,
        " ".join([*of_company.values(), *of_person.values()]),
        tuple(dict.fromkeys(name for name in names if name.compact)),
        is_person=bool(of_person),
        tax=some(Role.TAX, normal.tax),
        numbers=some(Role.NUMBER, normal.number),
        phones=some(Role.PHONE, lambda text: normal.phone(text, home)),
        emails=some(Role.EMAIL, normal.email),
        websites=some(Role.WEBSITE, normal.website),
        addresses=_addresses(texts),
        references=texts.get(Role.REFERENCE, {}),
    )


_PARTS = {
    Role.STREET: "street",
    Role.POSTAL_CODE: "postal_code",
    Role.CITY: "city",
    Role.COUNTRY: "country",
}


def _addresses(texts: Mapping[Role, Mapping[str, str]]) -> dict[str, Address]:
    found: dict[str, dict[str, str]] = {}
    for role, part in _PARTS.items():
        for name, text in texts.get(role, {}).items():
            found.setdefault(name.removesuffix(part).rstrip("_"), {})[part] = text
    return {
        which: Address(
            normal.street(parts["street"]) if "street" in parts else None,
            normal.postal_code(parts.get("postal_code", "")),
            normal.city(parts.get("city", "")),
            normal.country(parts.get("country", "")),
        )
        for which, parts in found.items()
    }
