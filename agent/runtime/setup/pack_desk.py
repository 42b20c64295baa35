"""The methods `packs.*`: ready sources, flows and mappings for known ERPs, with settings put in."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from agent import packs
from agent.config import Config
from agent.errors import WrongUse
from agent.model import Json
from agent.runtime.setup.given import as_object


def listed() -> dict[str, Json]:
    """Every pack, with the settings that it asks for."""
    return {"items": [_item(packs.load(name)) for name in packs.names()]}


def filled(config: Config, name: str, settings: str) -> dict[str, Json]:
    """A pack with these settings: parts for `config.put`, mappings for `setup.flow`.

    Raises WrongUse naming everything that is wrong with them.
    """
    given = as_object(settings or "{}")
    if not all(isinstance(value, str | int) for value in given.values()):
        raise WrongUse("The settings of a pack are texts.")
    told = {str(key): str(value) for key, value in given.items() if value != ""}
    whole = packs.fill(packs.load(name), told, config.agent.name)
    document = tomllib.loads(whole.configuration)
    return {
        "text": whole.configuration,
        "sources": _parts(document.get("sources", {})),
        "flows": _parts(document.get("flows", {})),
        "ownership": _parts(document.get("ownership", {})),
        "mappings": dict(whole.mappings),
        "templates": dict(whole.templates),
    }


def _parts(tables: Mapping[str, Any]) -> list[Json]:
    return [
        {"name": name, "kind": str(table.get("kind") or ""), "settings": dict(table)}
        for name, table in tables.items()
    ]


def _item(pack: packs.Pack) -> Json:
    settings: list[Json] = [
        {
            "name": name,
            "title": setting.title,
            "default": setting.default,
            "required": setting.default is None,
            "example": setting.example,
        }
        for name, setting in pack.settings.items()
    ]
    return {
        "name": pack.name,
        "title": pack.title,
        "erp": pack.erp,
        "versions": pack.versions,
        "connect": pack.connect,
        "kinds": list[Json](pack.kinds),
        "settings": settings,
    }
