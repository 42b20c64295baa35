"""What a service's `$metadata` says of its collections. Pure.

A document type is refused before the XML is read: `$metadata` has none, and only with one can an XML
text name other files or grow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from adapters.http import Answer
from adapters.targets.sap import trouble

_SAP = "{http://www.sap.com/Protocols/SAPData}"


@dataclass(frozen=True, slots=True)
class Property:
    """One property, as far as a writer cares."""

    type: str
    length: int
    """0 where none is stated."""
    creatable: bool
    updatable: bool
    filterable: bool


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection: its properties, and what may be done with records of it."""

    properties: Mapping[str, Property]
    deletable: bool
    creatable: bool = True
    updatable: bool = True


def collections(answer: Answer) -> dict[str, Collection]:
    """The collections of a service, by name. Raises TargetUnavailable for anything else."""
    if b"<!DOCTYPE" in answer.body[:4096].upper() or b"<!ENTITY" in answer.body.upper():
        raise trouble.bad_answer()
    try:
        root = ET.fromstring(answer.body)  # noqa: S314 - no document type, so no entities: see above
    except ET.ParseError:
        raise trouble.bad_answer() from None
    types = {
        element.get("Name", ""): {
            child.get("Name", ""): _property(child) for child in element if _is(child, "Property")
        }
        for element in root.iter()
        if _is(element, "EntityType")
    }
    if not types:
        raise trouble.bad_answer()
    return {
        element.get("Name", ""): Collection(
            types.get(element.get("EntityType", "").rpartition(".")[2], {}),
            _flag(element, "deletable"),
            _flag(element, "creatable"),
            _flag(element, "updatable"),
        )
        for element in root.iter()
        if _is(element, "EntitySet")
    }


def _property(element: ET.Element) -> Property:
    length = element.get("MaxLength", "")
    return Property(
        element.get("Type", ""),
        int(length) if length.isdecimal() and len(length) < 7 else 0,
        _flag(element, "creatable"),
        _flag(element, "updatable"),
        _flag(element, "filterable"),
    )


def _flag(element: ET.Element, name: str) -> bool:
    return element.get(f"{_SAP}{name}", "true") != "false"


def _is(element: ET.Element, name: str) -> bool:
    return element.tag.rpartition("}")[2] == name
