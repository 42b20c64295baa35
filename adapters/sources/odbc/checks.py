"""What `check` finds: each line says what was looked at, what was found, what to do."""

from __future__ import annotations

from adapters.sources.odbc.columns import FIXED
from adapters.sources.odbc.config import OdbcConfig, Watermark
from adapters.sources.odbc.relation import Relation, inspect
from adapters.sources.odbc.session import Session
from adapters.sources.odbc.watermark import NUMBERS
from agent.errors import SourceError
from agent.model import Finding, Findings, Level


def failed(error: SourceError) -> Finding:
    """The error as a finding."""
    return Finding(Level.ERROR, error.code, error.title, error.hint)


def findings(session: Session, settings: OdbcConfig, *, tolerant: bool) -> Findings:
    """Everything that can be found over this session."""
    found = [
        Finding(
            Level.OK,
            "ODBC_CONNECTED",
            f"Connected to {session.database} through {session.driver}, read-only.",
            params={"database": session.database, "driver": session.driver},
        )
    ]
    try:
        relation = inspect(session, settings, tolerant=tolerant)
        found.append(
            Finding(
                Level.OK,
                "TABLE_READABLE",
                f"{settings.table or 'The query'} can be read: {len(relation.columns)} columns.",
                params={"table": settings.table or "SELECT", "columns": f"{len(relation.columns)}"},
            )
        )
        found += _key(session, settings, relation)
        found += _watermark(session, settings, relation)
        found.append(
            Finding(
                Level.OK,
                "DATABASE_IDENTITY",
                f"The identity of the database is {session.identity()}.",
                params={"identity": session.identity()},
            )
        )
    except SourceError as error:
        found.append(failed(error))
    return tuple(found)


def _key(session: Session, settings: OdbcConfig, relation: Relation) -> list[Finding]:
    if not relation.catalog:
        return []
    found = []
    declared = {column.name: column for column in relation.catalog}
    blank = [name for name in settings.key if declared[name].nullable]
    unique = [set(names) for names in session.unique_keys(relation.catalog[0])]
    proven = any(names and names <= set(settings.key) for names in unique)
    if blank and not (proven and session.dialect.loose_types):
        found.append(
            Finding(
                Level.WARNING,
                "KEY_NULLABLE",
                f"The database lets {', '.join(blank)} be NULL: such rows are listed as unreadable,"
                " and while there is one no delete is inferred.",
                "Choose columns that are NOT NULL.",
                params={"columns": ", ".join(blank)},
            )
        )
    if not proven:
        found.append(
            Finding(
                Level.WARNING,
                "KEY_NOT_UNIQUE",
                f"Nothing in the database keeps {' + '.join(settings.key)} unique: of rows with the"
                " same key only the last counts, the others are reported as duplicates.",
                "Choose the primary key, or make sure that the columns are unique.",
                params={"key": " + ".join(settings.key)},
            )
        )
    padded = [name for name in settings.key if declared[name].type.lower() in FIXED]
    if padded:
        found.append(
            Finding(
                Level.OK,
                "KEY_TRIMMED",
                f"{', '.join(padded)} has a fixed length: its padding is not part of the key.",
                params={"columns": ", ".join(padded)},
            )
        )
    return found


def _watermark(session: Session, settings: OdbcConfig, relation: Relation) -> list[Finding]:
    changes, column = settings.changes, relation.statements.watermark
    if not isinstance(changes, Watermark) or column is None:
        return []
    found = []
    # A driver may bring a count as text.
    nulls = session.values(relation.statements.count_unmarked()) if column.nullable else [0]
    count = int(nulls[0])
    if count:
        found.append(
            Finding(
                Level.WARNING,
                "NULL_WATERMARK",
                f"{count} rows have no {column.name}: they are read anew each time.",
                "Fill the column, or compare the whole table if they are many.",
                params={"count": str(count), "column": column.name},
            )
        )
    if changes.recount is None:
        found.append(
            Finding(
                Level.WARNING,
                "DELETES_NOT_SEEN",
                "Rows deleted in the ERP are not noticed by a watermark.",
                'Set `recount = "0 2 * * *"` to compare the whole table every night.',
            )
        )
    if column.kind in NUMBERS and not isinstance(changes.lag, int):
        found.append(
            Finding(
                Level.WARNING,
                "LAG_WITHOUT_EFFECT",
                f"{column.name} is a counter, for which a lag in time has no meaning: a row whose"
                " transaction commits late may be missed until the next recount.",
                "Set `lag` to a number larger than the counters used by one transaction.",
                params={"column": column.name},
            )
        )
    return found
