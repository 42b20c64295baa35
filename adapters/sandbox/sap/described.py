"""`$metadata`: what a service offers, as EDMX of OData v2 with SAP's marks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import quoteattr

from adapters.sandbox.sap.schema import EntityType, Property

_SERVICES = (
    '<edmx:DataServices m:DataServiceVersion="2.0" '
    'xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">'
)
_SPACES = (
    'xmlns="http://schemas.microsoft.com/ado/2008/09/edm" '
    'xmlns:sap="http://www.sap.com/Protocols/SAPData" '
    'xmlns:c4c="http://www.sap.com/Protocols/C4CData"'
)


def document(namespace: str, types: Iterable[EntityType]) -> bytes:
    """The description of these types."""
    some = list(types)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">',
        _SERVICES,
        f"<Schema Namespace={quoteattr(namespace)} {_SPACES}>",
        *(line for kind in some for line in _type(kind)),
        f'<EntityContainer Name={quoteattr(namespace)} m:IsDefaultEntityContainer="true">',
        *(_set(namespace, kind) for kind in some),
        "</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>",
    ]
    return "\n".join(lines).encode()


def _type(kind: EntityType) -> Iterator[str]:
    yield f'<EntityType Name="{kind.name}"><Key><PropertyRef Name="{kind.id}"/></Key>'
    for place in kind.properties.values():
        yield _property(place, kind.id)
    yield "</EntityType>"


def _property(place: Property, key: str) -> str:
    facets = {"Nullable": str(not place.required and place.name != key).lower()}
    if place.type == "String" and place.size:
        facets |= {"MaxLength": str(place.size), "FixedLength": "true"}
    if place.type == "Decimal":
        facets |= {"Precision": "28", "Scale": str(place.size)}
    if place.type.startswith("DateTime"):
        facets["Precision"] = "7"
    marks = {
        "sap:creatable": place.creatable,
        "sap:updatable": place.updatable,
        "sap:filterable": place.filterable,
    }
    facets |= {name: str(mark).lower() for name, mark in marks.items()}
    words = " ".join(f"{name}={quoteattr(value)}" for name, value in facets.items())
    return f'<Property Name="{place.name}" Type="Edm.{place.type}" {words}/>'


def _set(namespace: str, kind: EntityType) -> str:
    return (
        f'<EntitySet Name="{kind.collection}" EntityType="{namespace}.{kind.name}" '
        f'sap:creatable="{_said(kind.creatable)}" sap:updatable="{_said(kind.updatable)}" '
        f'sap:deletable="{_said(kind.deletable)}" sap:label={quoteattr(kind.label)}/>'
    )


def _said(mark: bool) -> str:  # noqa: FBT001 - one mark in, one word out
    return str(mark).lower()
