r"""A database that refuses the service's own account is told with whom it saw and what to grant."""

from datetime import timedelta

import pytest

from adapters.sources.odbc.faults import Where, translate
from agent.machine import account, grants
from agent.machine.account import Account

DRIVER = "ODBC Driver 18 for SQL Server"
HERE = Where("invoices", "dbo.INVHDR", "", DRIVER, database="ERP")
LINE = (
    r"CREATE LOGIN [ACME\ERP-SRV01$] FROM WINDOWS; USE [ERP]; "
    r"CREATE USER [ACME\ERP-SRV01$] FOR LOGIN [ACME\ERP-SRV01$]; "
    r"GRANT SELECT ON [dbo].[INVHDR] TO [ACME\ERP-SRV01$];"
)


@pytest.fixture
def seen_as(monkeypatch: pytest.MonkeyPatch):
    def be(network: str) -> None:
        monkeypatch.setattr(account, "here", lambda: Account(r"NT SERVICE\Waybill", network, True))

    be(r"ACME\ERP-SRV01$")
    return be


@pytest.mark.parametrize(
    "said",
    [r"Login failed for user 'ACME\ERP-SRV01$'. (18456)", "Login failed for user '…'. (18456)"],
)
def test_a_refused_sign_in_of_windows_names_who_was_seen_and_the_line(said: str, seen_as) -> None:
    error = translate("28000", said, HERE)
    assert error.code == "ODBC_AUTH_FAILED"
    assert r"as ACME\ERP-SRV01$;" in error.title
    assert LINE in error.hint
    assert error.retry_after == timedelta(seconds=30)  # nothing can be locked: soon again


def test_who_was_seen_is_the_servers_word_not_ours(seen_as) -> None:
    error = translate("28000", r"Login failed for user 'ACME\OTHER$'. (18456)", HERE)
    assert r"CREATE LOGIN [ACME\OTHER$] FROM WINDOWS" in error.hint


def test_nobody_is_told_to_become_somebody(seen_as) -> None:
    said = r"Login failed for user 'NT AUTHORITY\ANONYMOUS LOGON'. (18456)"
    assert grants.NOBODY in translate("28000", said, HERE).hint
    seen_as("")
    assert grants.NOBODY in translate("28000", "Login failed. (18456)", HERE).hint


def test_a_user_with_a_password_is_asked_for_seldom(seen_as) -> None:
    where = Where("invoices", "dbo.INVHDR", "reader", DRIVER)
    error = translate("28000", "Login failed for user 'reader'. (18456)", where)
    assert error.retry_after == timedelta(minutes=5)
    assert "FROM WINDOWS" not in error.hint


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("42000", "The SELECT permission was denied on the object '…', database '…'. (229)"),
        ("42000", "Cannot open database '…' requested by the login. The login failed. (4060)"),
        ("08004", "Cannot open database '…' requested by the login. (4060)"),
        ("42000", "The server principal '…' is not able to access the database '…'. (916)"),
    ],
)
def test_a_missing_right_has_its_line(state: str, said: str, seen_as) -> None:
    error = translate(state, said, HERE)
    assert error.code == "PERMISSION_DENIED"
    assert LINE in error.hint
    assert "without a restart" in error.hint


def test_another_database_gets_plain_sql(seen_as) -> None:
    where = Where("invoices", "erp.invhdr", "reader", "PostgreSQL Unicode")
    assert "GRANT SELECT ON erp.invhdr TO reader;" in translate("42501", "denied", where).hint
