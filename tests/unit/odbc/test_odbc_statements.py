"""The SELECTs: identifiers cannot break out, values are bound."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from adapters.sources.odbc.columns import Column, Kind
from adapters.sources.odbc.dialect import BY_NAME, GENERIC, dialect_of
from adapters.sources.odbc.statements import Statements, parts_of, quoted

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


@given(NAMES, st.sampled_from(['"', "`", "["]))
def test_no_name_can_end_its_own_quotes(name, mark):
    text = quoted(name, mark)
    closing = "]" if mark == "[" else mark
    assert text[0] == mark
    assert text[-1] == closing
    assert closing not in text[1:-1].replace(closing * 2, "")
    assert text[1:-1].replace(closing * 2, closing) == name


def test_table_names_are_split_at_dots_outside_quotes():
    assert parts_of("dbo.INVHDR") == ("dbo", "INVHDR")
    assert parts_of('"odd.schema"."odd ""table"""') == ("odd.schema", 'odd "table"')
    assert parts_of("plain") == ("plain",)


def test_a_watermark_read_starts_at_the_watermark_and_orders_by_it_and_the_key():
    at = Column("AT", Kind.DATETIME)
    statements = Statements(GENERIC, '"', '"t"', [Column("ID", Kind.TEXT), at], ["ID"], at)
    assert statements.changed() == (
        'select "ID", "AT" from "t" where "AT" >= ? order by "AT", "ID"'
    )
    assert 'where "AT" is null' in statements.unmarked()
    assert 'where "AT" <= {fn now()}' in statements.newest()


def test_a_counter_is_not_compared_with_a_clock():
    n = Column("N", Kind.INTEGER)
    assert "where" not in Statements(GENERIC, '"', '"t"', [n], ["N"], n).newest()


def test_dialects_are_told_by_driver_or_database():
    assert dialect_of("PostgreSQL Unicode(x64)").name == "postgresql"
    assert dialect_of("MariaDB ODBC 3.1 Driver").name == "mariadb"
    assert dialect_of("MySQL ODBC 8.0 Unicode Driver").name == "mariadb"
    assert dialect_of("SQLite3 ODBC Driver").name == "sqlite"
    assert dialect_of("", "Microsoft SQL Server").name == "generic"
    assert set(BY_NAME) == {"postgresql", "mariadb", "sqlite", "generic"}
