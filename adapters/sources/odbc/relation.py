"""Looks at the configured table or query: what columns it has, and whether they are those named."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from adapters.sources.odbc.columns import DATES, Column, column_of
from adapters.sources.odbc.config import OdbcConfig, Watermark
from adapters.sources.odbc.faults import SCHEMA, to_error
from adapters.sources.odbc.session import CatalogColumn, Session
from adapters.sources.odbc.statements import Statements, parts_of, quoted
from adapters.sources.odbc.watermark import usable
from agent.errors import SourceChanged


@dataclass(frozen=True, slots=True)
class Relation:
    """What was found."""

    columns: Sequence[Column]
    statements: Statements
    catalog: Sequence[CatalogColumn]
    """Empty for a query."""
    by: Sequence[str] = ()
    """What told: the database and its driver."""

    def holds(self, session: Session, catalog: Sequence[CatalogColumn]) -> bool:
        """Whether this is still so by a catalogue that tells enough."""
        if not catalog or not all(column.measures for column in catalog):
            return False
        return self.catalog == catalog and self.by == session.about


def inspect(
    session: Session, settings: OdbcConfig, *, tolerant: bool, before: Relation | None = None
) -> Relation:
    """The relation as it is now. Raises SourceChanged when it is not as configured.

    What was found `before` with the same settings still holds if the catalogue says the same.
    """
    catalog = _catalog(session, settings)
    if before is not None and before.holds(session, catalog):
        return before
    if catalog:
        found = [column.name for column in catalog]
        relation = _qualified(session, settings, catalog[0])
        wanted = _wanted(settings, found, session)
        bare = Statements(session.dialect, session.mark, relation)
        types = dict(session.header(bare.header(wanted)))
    else:
        relation = f"({settings.query}) t"
        bare = Statements(session.dialect, session.mark, relation)
        types = dict(session.header(bare.header()))
        wanted = _wanted(settings, list(types), session)
    declared = {column.name: column for column in catalog}
    columns = [_column(session, name, types, declared.get(name)) for name in wanted]
    if tolerant or session.dialect.dates_as_text:
        columns = [
            replace(column, as_text=True) if column.kind in DATES else column for column in columns
        ]
    watermark = _watermark(settings, columns)
    statements = replace(bare, columns=columns, key=settings.key, watermark=watermark)
    return Relation(columns, statements, catalog, session.about)


def _catalog(session: Session, settings: OdbcConfig) -> list[CatalogColumn]:
    if settings.table is None:
        return []
    parts = parts_of(settings.table)
    catalog = session.describe(parts)
    if not catalog:
        # Ask for it anyway: "you may not" and "there is none" are different answers.
        name = ".".join(quoted(part, session.mark) for part in parts)
        session.header(Statements(session.dialect, session.mark, name).header())
        raise to_error(SCHEMA, session.where, "the catalogue does not list it")
    homes = sorted({f"{column.catalog or ''}.{column.schema or ''}" for column in catalog})
    if len(homes) > 1:
        raise SourceChanged(
            f"{settings.table} exists more than once: in {', '.join(homes)}.",
            code="TABLE_AMBIGUOUS",
            params={"table": settings.table, "homes": ", ".join(homes)},
            hint="Write the schema in `table`.",
        )
    return catalog


def _qualified(session: Session, settings: OdbcConfig, column: CatalogColumn) -> str:
    count = len(parts_of(settings.table or ""))
    home = column.catalog if session.dialect.schema_is_catalog else column.schema
    parts = [column.table]
    if home:
        parts.insert(0, home)
    if count == 3 and column.catalog:
        parts = [column.catalog, column.schema or "", column.table]
    return ".".join(quoted(part, session.mark) for part in parts)


def _wanted(settings: OdbcConfig, found: Sequence[str], session: Session) -> list[str]:
    moving = [settings.changes.column] if isinstance(settings.changes, Watermark) else []
    named = [*settings.key, *(settings.columns or ()), *moving]
    missing = [name for name in dict.fromkeys(named) if name not in found]
    if missing:
        raise to_error(SCHEMA, session.where, _difference(missing, found))
    return list(dict.fromkeys(named)) if settings.columns is not None else list(found)


def _difference(missing: Sequence[str], found: Sequence[str]) -> str:
    lower = {name.lower(): name for name in found}
    words = []
    for name in missing:
        near = difflib.get_close_matches(name.lower(), lower, 1)
        words.append(f"{name} (did you mean {lower[near[0]]}?)" if near else name)
    return f"missing: {', '.join(words)}; there are: {', '.join(found)}"


def _column(
    session: Session, name: str, types: dict[str, str], declared: CatalogColumn | None
) -> Column:
    python_type = types.get(name, "str")
    if declared is None:
        return column_of(name, session.dialect, python_type)
    return column_of(name, session.dialect, python_type, declared.type, nullable=declared.nullable)


def _watermark(settings: OdbcConfig, columns: Sequence[Column]) -> Column | None:
    changes = settings.changes
    if not isinstance(changes, Watermark):
        return None
    column = next(column for column in columns if column.name == changes.column)
    problem = usable(column, changes.lag)
    if problem:
        raise SourceChanged(
            f"{column.name} cannot be the watermark: {problem}.",
            code="WATERMARK_UNUSABLE",
            params={"column": column.name},
            hint="Choose another column, or compare the whole table.",
        )
    return column
