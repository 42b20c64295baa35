r"""Who the agent is to others, and the line that lets it in."""

import os

import pytest

from agent.machine import account, grants
from agent.machine.account import Account

VIRTUAL = (
    "S-1-5-80-3880718306-3832830129-1677859214-2598158968-1052248003"  # NT SERVICE\MSSQLSERVER
)
MINE = Account(r"NT SERVICE\Waybill", r"ACME\ERP-SRV01$", is_service=True)


def test_the_sid_of_a_service_is_computed_before_there_is_one() -> None:
    assert account.service_sid("MSSQLSERVER") == VIRTUAL  # as Microsoft's documents show it
    assert account.sid_of(r"nt service\mssqlserver") == VIRTUAL
    assert account.sid_of("LocalSystem") == account.SYSTEM
    assert account.sid_of(r"ACME\anna") == ""


@pytest.mark.parametrize(
    ("sid", "domain", "seen"),
    [
        (VIRTUAL, "ACME", r"ACME\ERP$"),
        (account.SYSTEM, "ACME", r"ACME\ERP$"),
        (account.NETWORK_SERVICE, "ACME", r"ACME\ERP$"),
        (account.LOCAL_SERVICE, "ACME", ""),
        (VIRTUAL, "", ""),
        ("S-1-5-21-1-2-3-1104", "ACME", r"ACME\svc$"),
    ],
)
def test_a_server_sees_the_computer_or_the_account_or_nobody(
    sid: str, domain: str, seen: str
) -> None:
    assert account.on_network(sid, r"ACME\svc$", "ERP", domain) == seen


def test_an_account_says_both_names_where_they_differ() -> None:
    assert MINE.seen == r"NT SERVICE\Waybill (to other computers: ACME\ERP-SRV01$)"
    assert Account("a", "a").seen == "a"
    assert Account("a", "").seen.endswith("nobody)")


def test_whoever_asks_here_gets_a_name() -> None:
    assert account.here().name


def test_a_folder_on_this_machine_is_granted_to_the_account_itself() -> None:
    line = grants.on_windows(MINE, r"D:\ERP\export")
    assert line == r'icacls "D:\ERP\export" /grant "NT SERVICE\Waybill:(OI)(CI)RX"'


def test_a_share_is_granted_to_whom_the_server_sees_in_both_places() -> None:
    line = grants.on_windows(MINE, r"\\erp\Out's\new", change=True)
    assert line.splitlines() == [
        r"""icacls "\\erp\Out's\new" /grant "ACME\ERP-SRV01$:(OI)(CI)M" """.strip(),
        (
            r"on erp: Grant-SmbShareAccess -Name 'Out''s' -AccountName 'ACME\ERP-SRV01$'"
            " -AccessRight Change -Force"
        ),
    ]
    nobody = Account(r"NT SERVICE\Waybill", "")
    assert grants.on_windows(nobody, r"\\erp\out") == grants.NOBODY


@pytest.mark.skipif(os.name == "nt", reason="setfacl is of other systems")
def test_elsewhere_a_folder_is_granted_by_its_list() -> None:
    line = grants.folder(Account("waybill", "waybill"), "/srv/erp out")
    assert line == "setfacl -R -m u:waybill:rX -m d:u:waybill:rX '/srv/erp out'"


def test_sql_server_is_told_login_user_and_right() -> None:
    assert grants.sql_server(r"ACME\ERP-SRV01$", "dbo.INVHDR", "ERP") == (
        r"CREATE LOGIN [ACME\ERP-SRV01$] FROM WINDOWS; USE [ERP]; "
        r"CREATE USER [ACME\ERP-SRV01$] FOR LOGIN [ACME\ERP-SRV01$]; "
        r"GRANT SELECT ON [dbo].[INVHDR] TO [ACME\ERP-SRV01$];"
    )
    assert "db_datareader" in grants.sql_server("x", "")
    assert grants.sql_server("a]b", "[dbo].[x]").startswith("CREATE LOGIN [a]]b] FROM WINDOWS")


@pytest.mark.skipif(os.name != "nt", reason="asks Windows")
def test_windows_names_the_account_of_this_process() -> None:
    mine = account.here()
    assert "\\" in mine.name
    assert mine.is_service in (True, False)
