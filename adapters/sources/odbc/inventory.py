"""What there is to connect to: drivers and data sources with their bits, tables, a key.

Drivers are asked for in a reader process, as a read would find them. On Windows the registry tells
those of the other width too, which only a reader of that width can use.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from configparser import Error as ConfigParserError
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from adapters.sources.odbc.config import OdbcConfig
from adapters.sources.odbc.process import ReaderProcess, command_of, nonsense
from adapters.sources.odbc.source import OdbcSource
from agent.ports import AdapterContext, Clock

_PATIENCE: Final = timedelta(seconds=20)
_MOST: Final = 5000
_ANY: Final = "waybill"
"""Stands for a table or key that is not chosen yet; nothing is read by it."""


def installed(clock: Clock) -> dict[str, list[dict[str, Any]]]:
    """Drivers and data sources: `{"drivers": [...], "dsns": [...]}`. Raises SourceUnavailable."""
    process = ReaderProcess(command_of(None), clock, _PATIENCE)
    try:
        process.ask({"do": "installed", "beat": 5})
        content = process.answer(_PATIENCE).content()
    finally:
        process.close()
    found = content.get("installed")
    if not isinstance(found, dict):
        raise nonsense()
    bits = int(found["bits"])
    own = _of_user()
    drivers = [{"name": str(name), "bits": bits} for name in found["drivers"]]
    dsns = [
        {"name": str(name), "driver": str(driver), "bits": bits, "system": name not in own}
        for name, driver in found["dsns"]
    ]
    if sys.platform == "win32":
        drivers += [{"name": name, "bits": 32} for name in _other_width("ODBCINST.INI", "Drivers")]
        dsns += [
            {"name": name, "driver": driver, "bits": 32, "system": True}
            for name, driver in _other_width("ODBC.INI", "Data Sources").items()
            if not any(each["name"] == name for each in dsns)
        ]
    return {"drivers": drivers, "dsns": dsns}


def tables(given: Mapping[str, Any], context: AdapterContext) -> list[dict[str, str]]:
    """The tables of a database that is not configured yet. Raises SourceError, ValidationError."""
    source = OdbcSource(_settings({**given, "table": _ANY, "query": None}), context)
    try:
        return [each._asdict() for each in source.tables(_MOST)]
    finally:
        source.close()


def propose(given: Mapping[str, Any], context: AdapterContext) -> dict[str, Any]:
    """A key, and how changes are found. Raises SourceError, ValidationError."""
    source = OdbcSource(_settings(given), context)
    try:
        key, proven = source.proposed_key()
    finally:
        source.close()
    return {"key": key, "changes": {"by": "compare"}, "unsure": not proven}


def _settings(given: Mapping[str, Any]) -> OdbcConfig:
    said = {key: value for key, value in given.items() if value not in (None, "")}
    if not said.get("key"):
        said["key"] = [_ANY]
    return OdbcConfig.model_validate(said)


def _of_user() -> frozenset[str]:
    """Data sources that only this account has."""
    if sys.platform == "win32":
        return frozenset(_values("HKEY_CURRENT_USER", r"SOFTWARE\ODBC\ODBC.INI\ODBC Data Sources"))
    path = Path(os.environ.get("ODBCINI") or Path.home() / ".odbc.ini")
    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read(path, encoding="utf-8")
    except (OSError, ConfigParserError, UnicodeError):
        return frozenset()
    return frozenset(parser.sections())


def _other_width(file: str, section: str) -> dict[str, str]:
    """What the registry holds for programs of 32 bits."""
    return dict(_values("HKEY_LOCAL_MACHINE", rf"SOFTWARE\ODBC\{file}\ODBC {section}", wide=False))


def _values(hive: str, key: str, *, wide: bool = True) -> dict[str, str]:
    """Names and values of a registry key; none where it is not there."""
    registry: Any = import_module("winreg")  # there is none elsewhere
    view = registry.KEY_WOW64_64KEY if wide else registry.KEY_WOW64_32KEY
    try:
        with registry.OpenKey(getattr(registry, hive), key, 0, registry.KEY_READ | view) as opened:
            return dict(_enumerated(registry, opened))
    except OSError:
        return {}


def _enumerated(registry: Any, opened: Any) -> Iterator[tuple[str, str]]:
    count = registry.QueryInfoKey(opened)[1]
    for index in range(count):
        name, value, _ = registry.EnumValue(opened, index)
        yield str(name), str(value)
