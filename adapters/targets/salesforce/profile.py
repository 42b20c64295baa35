"""The target profile: which Salesforce object and field each canonical entity and field is.

`tables` holds what ships; an installation lays its own names over it. `VERSION` grows with every
change of the tables: it counts as part of the mapping version, as do the overrides. Pure.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, cast

from adapters.targets.salesforce.tables import TABLES, VERSION, WORDS

Kind = Literal["text", "decimal", "integer", "boolean", "date", "instant", "ref"]

_FORMS = {
    "decimal": "Currency",
    "number": "Number",
    "percent": "Percent",
    "integer": "Number",
    "boolean": "Checkbox",
    "date": "Date",
    "instant": "DateTime",
    "url": "Url",
    "email": "Email",
    "phone": "Phone",
}
LONGEST_TEXT = 255
"""Characters of a plain text field; a longer one is a long text area."""
SWITCHED = frozenset({"Order", "OrderItem", "Quote", "QuoteLineItem"})
"""Standard objects that an org has only where they were switched on."""


@dataclass(frozen=True, slots=True)
class FieldMap:
    """One canonical field's place in Salesforce. An empty `name` is never sent or read."""

    name: str
    kind: Kind = "text"
    places: int = 0
    parent: str = ""
    """The canonical entity that a `ref` points at."""
    once: bool = False
    length: int = 0
    """The most characters of a text; 0 where only the org knows."""
    form: str = "Text"
    """The Metadata API's type of the field."""
    required: bool = False
    """Whether the org insists on it."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Salesforce's own words for codes; a code that is not here is its own word."""

    @property
    def custom(self) -> bool:
        """Whether an administrator makes it."""
        return self.name.endswith("__c")

    @property
    def relationship(self) -> str:
        """The name under which a parent is nested: `AccountId` -> `Account`, `X__c` -> `X__r`."""
        if self.custom:
            return f"{self.name.removesuffix('__c')}__r"
        return self.name.removesuffix("Id")


@dataclass(frozen=True, slots=True)
class EntityMap:
    """One canonical entity's object, its fields, and what a new record must say beside them."""

    sobject: str
    fields: Mapping[str, FieldMap]
    constants: Mapping[str, str] = field(default_factory=dict)

    @property
    def custom(self) -> bool:
        """Whether an administrator makes the object."""
        return self.sobject.endswith("__c")


@dataclass(frozen=True, slots=True)
class Profile:
    """Every entity's map, the external id field that all objects share, and their version."""

    entities: Mapping[str, EntityMap]
    external_id_field: str
    version: str

    def entity_of(self, sobject: str) -> str | None:
        """The canonical entity behind an object's name."""
        wanted = sobject.casefold()
        return next((e for e, m in self.entities.items() if m.sobject.casefold() == wanted), None)

    def of_org(self, wanted: Collection[str]) -> Mapping[str, EntityMap]:
        """What an org that takes these entities (none named: all) must have, parents first.

        Custom objects that they refer to come with them. A custom field that may point at an object
        which an org can have switched off is left out, unless that object is among them.
        """
        chosen = list(wanted or self.entities)
        for entity in chosen:  # grows while it is walked
            parents = (f.parent for f in self.entities[entity].fields.values() if f.custom)
            chosen += [p for p in parents if p and p not in chosen and self.entities[p].custom]
        return {e: self._without(m, chosen) for e, m in self.entities.items() if e in chosen}

    def _without(self, mapped: EntityMap, chosen: Collection[str]) -> EntityMap:
        fields = {
            name: f
            for name, f in mapped.fields.items()
            if not (f.custom and f.parent and f.parent not in chosen and self._is_spare(f))
        }
        return replace(mapped, fields=fields)

    def _is_spare(self, ref: FieldMap) -> bool:
        return not ref.required and self.entities[ref.parent].sobject in SWITCHED


@dataclass(frozen=True, slots=True)
class Override:
    """An installation's own object or field names for one entity."""

    sobject: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    lengths: Mapping[str, int] = field(default_factory=dict)
    """Canonical field -> the most characters that the org takes."""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Canonical field -> code -> the org's own word for it."""


def build(external_id_field: str, overrides: Mapping[str, Override]) -> Profile:
    """The built-in tables with an installation's own names. Raises ValueError for unknown ones."""
    entities = {entity: _parse(entity, table) for entity, table in TABLES.items()}
    for entity, own in overrides.items():
        if entity not in entities:
            raise ValueError(f'profile: no entity "{entity}"; there are {", ".join(entities)}')
        entities[entity] = _overridden(entity, entities[entity], own)
    version = VERSION
    if overrides or external_id_field != "ERP_Id__c":
        said = [
            external_id_field,
            {e: [o.sobject, dict(o.fields), *_said(o)] for e, o in overrides.items()},
        ]
        text = json.dumps(said, sort_keys=True).encode()
        version += "+" + hashlib.blake2b(text, digest_size=6).hexdigest()
    return Profile(entities, external_id_field, version)


def _said(own: Override) -> Iterator[object]:
    if own.lengths or own.words:
        yield dict(own.lengths)
    if own.words:
        yield {name: dict(words) for name, words in own.words.items()}


def _overridden(entity: str, base: EntityMap, own: Override) -> EntityMap:
    fields = dict(base.fields)
    for name in (*own.fields, *own.lengths, *own.words):
        if name not in fields:
            raise ValueError(f'profile.{entity}: no field "{name}"; there are {", ".join(fields)}')
    for name, theirs in own.fields.items():  # another field: how long it is, only the org knows
        fields[name] = replace(fields[name], name=theirs, length=0)
    for name, most in own.lengths.items():
        if fields[name].kind != "text":
            raise ValueError(f'profile.{entity}: "{name}" is no text; it has no length')
        fields[name] = replace(fields[name], length=most, form=_text_form(fields[name].form, most))
    for name, words in own.words.items():
        if len(set(words.values())) < len(words):
            raise ValueError(f'profile.{entity}: two codes of "{name}" have the same word')
        fields[name] = replace(fields[name], words=words)
    return EntityMap(own.sobject or base.sobject, fields, base.constants)


def _parse(entity: str, table: str) -> EntityMap:
    head, *lines = table.strip().splitlines()
    sobject, *constants = head.split()
    fields = {}
    for line in lines:
        ours, theirs, *rest = line.split()
        fields[ours] = replace(_field(theirs, rest), words=WORDS.get((entity, ours), {}))
    return EntityMap(sobject, fields, dict(pair.split("=", 1) for pair in constants))


def _field(name: str, words: list[str]) -> FieldMap:
    kind, detail, *options = (*words, "", "")[: max(2, len(words))]
    if kind == "text":
        own = next((_FORMS[o] for o in options if o in _FORMS), "Text")
        most = int(detail)
        return FieldMap(name, length=most, form=_text_form(own, most))
    if kind == "ref":
        form = "MasterDetail" if "part" in options else "Lookup"
        return FieldMap(
            name, "ref", parent=detail, once="once" in options, form=form,
            required=form == "MasterDetail" or "required" in options,
        )  # fmt: skip
    wire = "decimal" if kind in {"number", "percent"} else kind
    return FieldMap(name, cast(Kind, wire), places=int(detail or 0), form=_FORMS[kind])


def _text_form(form: str, length: int) -> str:
    if form in {"Text", "LongTextArea"}:
        return "LongTextArea" if length > LONGEST_TEXT else "Text"
    return form
