"""One row of an answer: its texts, SAP's own id, its version. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.targets.sap import trouble
from adapters.targets.sap.profile import EntityMap

Row = Mapping[str, Any]


def text_of(row: Row, name: str) -> str:
    """A text of a row; empty where it has none. Raises TargetUnavailable where it is no text."""
    value = row.get(name)
    if not isinstance(value, str | None):
        raise trouble.bad_answer()
    return value or ""


def id_of(row: Row, entity: EntityMap) -> str:
    """SAP's own id of a row. Raises TargetUnavailable where it has none."""
    object_id = text_of(row, entity.id)
    if not object_id:
        raise trouble.bad_answer()
    return object_id


def etag_of(row: Row) -> str:
    """The version of a row, for `If-Match`; empty where none was told."""
    about = row.get("__metadata")
    etag = about.get("etag") if isinstance(about, dict) else None
    return etag if isinstance(etag, str) and etag.isascii() and etag.isprintable() else ""
