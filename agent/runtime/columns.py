"""Least data: which columns a source reads at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from agent.config import Config
from agent.mapping import Plan


def used(source: str, config: Config, plans: Mapping[str, Plan]) -> list[str]:
    """The columns that the mappings of all flows of a source look at."""
    names = [
        column
        for name, flow in config.flows.items()
        if flow.source == source
        for column in plans[name].columns_used
    ]
    return list(dict.fromkeys(names))


def least(settings: BaseModel, columns: Sequence[str]) -> BaseModel:
    """The settings of a source that reads these columns only, if it can read single ones."""
    given: Any = settings
    if "columns" not in type(settings).model_fields or given.columns is not None or not columns:
        return settings
    keys = {key.casefold() for key in given.key}
    return settings.model_copy(
        update={"columns": [name for name in columns if name.casefold() not in keys] or None}
    )
