"""What the org looks like: objects, fields, relationships, read from a JSON file.

Standard objects carry Salesforce's own names and lengths; custom fields and objects are what an
administrator sets up for Waybill's Salesforce profile. Tests and users may lay more over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

FILE = Path(__file__).resolve().parents[3] / "resources" / "sandbox" / "salesforce-schema.json"

FieldType = Literal[
    "id",
    "string",
    "textarea",
    "phone",
    "url",
    "email",
    "picklist",
    "reference",
    "boolean",
    "double",
    "currency",
    "percent",
    "int",
    "date",
    "datetime",
]
TEXT_TYPES = frozenset({"id", "string", "textarea", "phone", "url", "email", "picklist"})
NUMBER_TYPES = frozenset({"double", "currency", "percent", "int"})


class _Model(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True
    )


class Field(_Model):
    """One field, with the attributes that Salesforce's describe call gives it."""

    name: str
    type: FieldType
    label: str = ""
    length: int = 255
    precision: int = 18
    scale: int = 0
    required: bool = False
    createable: bool = True
    updateable: bool = True
    external_id: bool = False
    unique: bool = False
    case_sensitive: bool = False
    picklist: tuple[str, ...] = ()
    restricted: bool = False
    reference_to: str = ""
    relationship_name: str = ""
    on_delete: Literal["clear", "cascade", "restrict"] = "clear"
    default: str | int | bool | None = None
    auto_number: bool = False

    @property
    def custom(self) -> bool:
        """Whether an administrator made it."""
        return self.name.endswith("__c")

    @cached_property
    def is_text(self) -> bool:
        """Whether its values are plain text."""
        return self.type in TEXT_TYPES

    @cached_property
    def indexed(self) -> bool:
        """Whether records are found by it."""
        return self.external_id or self.unique or self.type == "reference"


class SObject(_Model):
    """One object: its key prefix and its fields, the system's own included."""

    name: str
    label: str = ""
    key_prefix: str
    createable: bool = True
    updateable: bool = True
    deletable: bool = True
    fields: dict[str, Field]

    @property
    def custom(self) -> bool:
        """Whether an administrator made it."""
        return self.name.endswith("__c")

    def field(self, name: str) -> Field | None:
        """The field called `name`, in any case."""
        return self.fields.get(name) or self._lower.get(name.lower())

    def relationship(self, name: str) -> Field | None:
        """The reference field behind a relationship name, in any case."""
        return self._relationships.get(name.lower())

    def external_id(self, name: str) -> Field | None:
        """The field called `name` if records may be addressed by it."""
        found = self.field(name)
        return found if found is not None and found.external_id else None

    @cached_property
    def _lower(self) -> dict[str, Field]:
        return {name.lower(): field for name, field in self.fields.items()}

    @cached_property
    def _relationships(self) -> dict[str, Field]:
        fields = (field for field in self.fields.values() if field.relationship_name)
        return {field.relationship_name.lower(): field for field in fields}

    @cached_property
    def key_field(self) -> Field | None:
        """The external id by which the write log names records."""
        return next((field for field in self.fields.values() if field.external_id), None)

    @cached_property
    def defaults(self) -> dict[str, str | int | bool | None]:
        """What a new record holds before anything is said."""
        return {
            name: field.default if field.type != "boolean" else bool(field.default)
            for name, field in self.fields.items()
            if field.default is not None or field.type == "boolean"
        }

    @cached_property
    def unique_fields(self) -> tuple[Field, ...]:
        """The fields whose values two records may not share."""
        return tuple(field for field in self.fields.values() if field.unique)

    @cached_property
    def auto_numbers(self) -> tuple[str, ...]:
        """The fields that number new records."""
        return tuple(name for name, field in self.fields.items() if field.auto_number)

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The fields that a record may not be without."""
        return tuple(name for name, field in self.fields.items() if field.required)


class Schema:
    """All objects, by name in any case, and who refers to whom."""

    def __init__(self, objects: Iterable[SObject]) -> None:
        self.objects = {item.name: item for item in objects}
        self._lower = {name.lower(): item for name, item in self.objects.items()}
        self._prefixes = {item.key_prefix: item for item in self.objects.values()}
        self._children: dict[str, list[tuple[SObject, Field]]] = {}
        for item in self.objects.values():
            for field in item.fields.values():
                if field.reference_to:
                    self._children.setdefault(field.reference_to, []).append((item, field))

    def find(self, name: str) -> SObject | None:
        """The object called `name`, in any case."""
        return self.objects.get(name) or self._lower.get(name.lower())

    def by_id(self, record_id: str) -> SObject | None:
        """The object to which an id belongs, by its key prefix."""
        return self._prefixes.get(record_id[:3])

    def children(self, name: str) -> list[tuple[SObject, Field]]:
        """Who refers to this object, and by which field."""
        return self._children.get(name, [])


def load(*overlays: Mapping[str, Any], file: Path = FILE) -> Schema:
    """Read the schema and lay `overlays` over it: the same form, field attributes merged."""
    data = orjson.loads(file.read_bytes())
    objects: dict[str, Any] = data["objects"]
    for overlay in overlays:
        for name, extra in overlay.get("objects", {}).items():
            known = objects.setdefault(name, {"fields": {}})
            known.update({key: value for key, value in extra.items() if key != "fields"})
            for field_name, attributes in extra.get("fields", {}).items():
                known["fields"].setdefault(field_name, {}).update(attributes)
    return Schema(_object(name, item, data["system"]) for name, item in objects.items())


def _object(name: str, item: Mapping[str, Any], system: Mapping[str, Any]) -> SObject:
    fields = {**system, **item["fields"]}
    named = {key: {"name": key, "label": key, **value} for key, value in fields.items()}
    return SObject.model_validate({"label": name, **item, "name": name, "fields": named})
