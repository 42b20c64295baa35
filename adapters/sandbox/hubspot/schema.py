"""What the account looks like: objects and properties, read from a JSON file, and made by calls.

Standard objects carry HubSpot's own names; `erp_...` properties and `p_erp_...` objects are what an
administrator sets up for Waybill's HubSpot profile. Tests and users may lay more over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

FILE = Path(__file__).resolve().parents[3] / "resources" / "sandbox" / "hubspot-schema.json"

PropertyType = Literal["string", "number", "bool", "date", "datetime", "enumeration"]


class _Model(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="ignore",  # HubSpot takes more attributes (description, displayOrder) than are kept
        alias_generator=to_camel,
        populate_by_name=True,
    )


class Property(_Model):
    """One property, with the attributes that HubSpot's properties API gives it."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=100)
    label: str = ""
    type: PropertyType
    field_type: str = "text"
    group_name: str = ""
    has_unique_value: bool = False
    options: tuple[Mapping[str, Any], ...] = ()
    read_only: bool = False
    """Computed by HubSpot itself."""

    @property
    def values(self) -> frozenset[str]:
        """What an enumeration or a checkbox may hold."""
        return frozenset(str(option.get("value")) for option in self.options)


class Object:
    """One kind of record. Its properties grow when an administrator makes more."""

    def __init__(
        self, name: str, type_id: str, singular: str, properties: Mapping[str, Property]
    ) -> None:
        self.name = name
        self.type_id = type_id
        self.singular = singular
        self.properties = dict(properties)
        self.links: set[str] = set()
        """Names of the objects with whose records its own may be associated."""

    @property
    def custom(self) -> bool:
        """Whether an administrator made it."""
        return self.type_id.startswith("2-")

    @property
    def unique(self) -> Iterator[Property]:
        """The properties whose values two records may not share."""
        return (item for item in self.properties.values() if item.has_unique_value)


class Schema:
    """All objects, by every name that the API takes for them."""

    def __init__(self, portal_id: str, system: Mapping[str, Property]) -> None:
        self.objects: dict[str, Object] = {}
        self._portal_id = portal_id
        self._system = system
        self._named: dict[str, Object] = {}

    def add(self, name: str, type_id: str, singular: str, own: Iterable[Property]) -> Object:
        """One more object."""
        made = Object(name, type_id, singular, {**self._system, **{p.name: p for p in own}})
        self.objects[name] = made
        for alias in (name, type_id, singular, self.full_name(made)):
            self._named[alias.lower()] = made
        return made

    def add_custom(self, name: str, singular: str, own: Iterable[Property]) -> Object:
        """An object of an administrator's."""
        number = sum(item.custom for item in self.objects.values()) + 1
        return self.add(f"p_{name}", f"2-{1000 + number}", singular, own)

    def find(self, name: str) -> Object | None:
        """By name, singular, type id, full name; in any case. Not by a custom one's bare name."""
        return self._named.get(name.lower())

    def full_name(self, kind: Object) -> str:
        """`p123_erp_invoice`, or a standard object's own name."""
        return f"p{self._portal_id}_{kind.name[2:]}" if kind.custom else kind.name


def load(portal_id: str, *overlays: Mapping[str, Any], bare: bool = False) -> Schema:
    """Read the schema and lay `overlays` over it: the same form, properties merged.

    `bare`: only what every account has.
    """
    data = orjson.loads(FILE.read_bytes())
    schema = Schema(portal_id, _properties(data["system"]))
    for name, item in data["objects"].items():
        if bare and name.startswith("p_"):
            continue
        own = _properties(item["properties"])
        kept = [each for key, each in own.items() if not (bare and key.startswith("erp_"))]
        made = schema.add(name, item["typeId"], item["singular"], kept)
        links = item.get("links", ())
        made.links |= {each for each in links if not (bare and each.startswith("p_"))}
    for overlay in overlays:
        for name, item in overlay.get("objects", {}).items():
            schema.objects[name].properties |= _properties(item["properties"])
    return schema


def _properties(found: Mapping[str, Mapping[str, Any]]) -> dict[str, Property]:
    return {
        name: Property.model_validate({"name": name, "label": name, **item})
        for name, item in found.items()
    }
