"""An on-premise system behind SAP Gateway: the same records, served by one service of a customer's own.

What differs on the wire from Sales Cloud: names without the mark of extension fields, sets instead of
collections, an Edm.Guid as key, by which records refer to each other, and no record that cannot be
deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SERVICE = "ZWAYBILL_SRV"
ID = "Guid"
_MARK = "_KUT"
_OURS = ("RoleCode", "LifeCycleStatusCode", "StatusCode", "ExternalID", "ExternalSystem")
"""Properties of Sales Cloud only."""


def on_premise(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The schema's file, as such a system describes itself."""
    system = {name: line for name, line in plain["system"].items() if name != "ObjectID"}
    return {
        "services": {SERVICE: f"/sap/opu/odata/sap/{SERVICE}"},
        "system": {ID: "Guid --f", **system},
        "types": {name: _type(each) for name, each in plain["types"].items()},
    }


def _type(plain: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: plain[key] for key in ("label", "number", "parent") if key in plain}
    properties = {
        name.removesuffix(_MARK): _line(line)
        for name, line in plain["properties"].items()
        if name not in _OURS
    }
    return {
        **kept,
        "service": SERVICE,
        "key": plain["key"].removesuffix(_MARK),
        "id": ID,
        "suffix": "Set",
        "properties": properties,
    }


def _line(line: str) -> str:
    line, arrow, refers = line.partition(" -> ")
    if not arrow:
        return line
    kind, _size, *marks = line.split()
    return f"{kind} 36 {' '.join(marks)} -> {refers.partition('.')[0]}.{ID}"
