"""What drivers answer becomes one of our errors, with nothing secret in it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.sources.odbc.dialect import BY_NAME
from adapters.sources.odbc.faults import Where, translate
from adapters.sources.odbc.scrub import LONGEST, scrub
from agent.errors import SourceChanged, SourceUnavailable

WHERE = Where("orders", "dbo.ORDERS", "reader", "psqlodbcw.so 13", BY_NAME["postgresql"])

# The texts are what real drivers said.
ANSWERS = [
    ("28000", "Access denied for user '…'@'…' (using password: YES) (1045)", "ODBC_AUTH_FAILED"),
    ("08001", 'FATAL: password authentication failed for user "…"', "ODBC_AUTH_FAILED"),
    ("08001", "could not connect to server: Connection refused", "ODBC_UNREACHABLE"),
    ("08S01", "server closed the connection unexpectedly", "ODBC_UNREACHABLE"),
    ("HY000", "Can't connect to server on '…' (115) (2002)", "ODBC_UNREACHABLE"),
    ("57P01", "terminating connection due to administrator command", "ODBC_UNREACHABLE"),
    ("HYT00", "Login timeout expired", "ODBC_TIMEOUT"),
    ("57014", "canceling statement due to statement timeout", "ODBC_TIMEOUT"),
    ("40001", "Transaction was deadlocked (1205)", "ODBC_DEADLOCK"),
    ("40P01", "deadlock detected", "ODBC_DEADLOCK"),
    ("HY000", "database is locked (5)", "ODBC_DEADLOCK"),
    ("42S02", "Table '…' doesn't exist (1146)", "SCHEMA_CHANGED"),
    ("42S22", "Unknown column '…' in 'SELECT' (1054)", "SCHEMA_CHANGED"),
    ("42P01", 'relation "…" does not exist', "SCHEMA_CHANGED"),
    ("HY000", "no such table: nope (1)", "SCHEMA_CHANGED"),
    ("IM002", "Data source name not found and no default driver specified", "ODBC_DRIVER_MISSING"),
    ("01000", "Can't open lib '…' : file not found", "ODBC_DRIVER_MISSING"),
    ("IM014", "architecture mismatch between the Driver and Application", "ODBC_DRIVER_BITNESS"),
    ("42501", "permission denied for table orders", "PERMISSION_DENIED"),
    ("42000", "SELECT command denied to user '…'@'…' for table '…' (1142)", "PERMISSION_DENIED"),
    (
        "HY106",
        "ODBC SQL type -151 is not yet supported.  column-index=1",
        "COLUMN_TYPE_UNSUPPORTED",
    ),
    ("HY000", "something nobody has seen yet", "ODBC_ERROR"),
    ("", "", "ODBC_ERROR"),
]


@pytest.mark.parametrize(("state", "text", "code"), ANSWERS)
def test_each_answer_of_a_driver_has_its_own_code_sentence_and_hint(state, text, code):
    error = translate(state, text, WHERE)
    assert error.code == code
    assert error.hint
    assert "orders" in error.title.lower()
    assert "{" not in error.title + error.hint


def test_a_changed_schema_asks_for_a_person_and_the_rest_is_tried_again():
    assert isinstance(translate("42S02", "", WHERE), SourceChanged)
    assert isinstance(translate("08S01", "", WHERE), SourceUnavailable)


def test_a_refused_sign_in_is_not_repeated_so_fast_that_the_account_is_locked():
    assert translate("28000", "", WHERE).retry_after >= timedelta(minutes=5)


def test_a_missing_right_comes_with_the_grant_that_gives_it():
    assert "GRANT SELECT ON dbo.ORDERS TO reader;" in translate("42501", "", WHERE).hint


def test_a_missing_driver_comes_with_its_package():
    assert "apt install odbc-postgresql" in translate("IM002", "", WHERE).hint


def test_secrets_and_quoted_values_are_taken_out_and_known_names_stay():
    text = (
        "[28000] [ma-3.1][10.11]Incorrect value: 'Meier & Sohn' for column `NAME1` in"
        ' "dbo.ORDERS" with pw=s3cret; Key (id)=(4711) (1366) (SQLExecDirectW)'
    )
    shown = scrub(text, ["s3cret"], ["NAME1", "dbo.ORDERS"])
    assert "Meier" not in shown
    assert "s3cret" not in shown
    assert "4711" not in shown
    assert "`NAME1`" in shown
    assert '"dbo.ORDERS"' in shown
    assert not shown.startswith("[")


def test_a_message_is_never_longer_than_a_line_of_log():
    assert len(scrub("x" * 5000)) == LONGEST
