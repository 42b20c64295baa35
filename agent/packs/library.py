"""The shipped packs: which there are, and what each says of itself."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from agent.errors import WrongUse

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "packs"
FRAME = "frame.toml"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Setting(_Table):
    """One value that a person gives when the pack is copied."""

    title: str
    default: str | None = None
    """None: it must be given."""
    pattern: str = r"[^\x00-\x1f\"'\\$]*"
    """What a value looks like, as a whole. Never quotes or backslashes: it goes into TOML."""
    example: str = ""


class Pack(_Table):
    """What `pack.toml` says."""

    name: str
    title: str
    erp: str
    versions: str
    connect: str
    """How the database is reached, or how the files are made."""
    kinds: Sequence[str]
    validated: str
    not_validated: str
    not_covered: Sequence[str] = ()
    shares: str = ""
    """Another pack whose sources, flows and mappings it uses; tables and settings are its own."""
    sources: Sequence[str]
    """Public pages that document the ERP as a whole; `tables.toml` cites each table."""
    settings: Mapping[str, Setting] = Field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where its own files are."""
        return FOLDER / self.name

    @property
    def flows(self) -> Path:
        """Where its sources, flows and mappings are."""
        return FOLDER / (self.shares or self.name)


class Column(_Table):
    """One column that the pack reads."""

    type: str
    source: str = ""
    """Where it is documented, if not where its table is."""
    means: str = ""
    """What it says, where no public page does."""


class Table(_Table):
    """One table or file layout that the pack reads."""

    name: str
    title: str
    source: str
    """The public page that documents it, or the pack's own template if the layout is its own."""
    also: Sequence[str] = ()
    """Further pages: types, meanings of codes."""
    key: Sequence[str] = ()
    columns: Mapping[str, Column]


def names() -> list[str]:
    """The names of the shipped packs."""
    return sorted(path.parent.name for path in FOLDER.glob("*/pack.toml"))


def load(name: str) -> Pack:
    """One pack. Raises WrongUse when there is none of this name."""
    known = names()
    if name not in known:
        near = get_close_matches(name.lower(), known, 1)
        raise WrongUse(
            f"There is no pack {name!r}.",
            code="PACK_UNKNOWN",
            hint=f"Did you mean {near[0]}?" if near else "`waybill packs list` shows all.",
        )
    return Pack.model_validate({"name": name, **_read(FOLDER / name / "pack.toml")})


def tables(pack: Pack) -> Sequence[Table]:
    """The tables and columns of a pack; a column is written as its type or as a table."""
    return [_table(each) for each in _read(pack.folder / "tables.toml")["tables"]]


def _table(document: Mapping[str, Any]) -> Table:
    columns = {
        name: {"type": column} if isinstance(column, str) else column
        for name, column in document["columns"].items()
    }
    return Table.model_validate({**document, "columns": columns})


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
