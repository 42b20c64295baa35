r"""A folder that refuses the service is told with its account and the grant; no restart is needed."""

import errno
import os
from pathlib import Path

import pytest

from adapters.sources.files import scan, trouble
from agent.errors import SourceUnavailable
from agent.machine import account
from agent.machine.account import Account
from tests.unit.files.exports import Exports


@pytest.fixture
def virtual(monkeypatch: pytest.MonkeyPatch) -> Account:
    mine = Account(r"NT SERVICE\Waybill", r"ACME\ERP-SRV01$", is_service=True)
    monkeypatch.setattr(account, "here", lambda: mine)
    return mine


def test_a_refusal_names_the_account_and_the_grant(virtual: Account, tmp_path: Path) -> None:
    error = trouble.unavailable(PermissionError(errno.EACCES, "denied"), tmp_path, folder=True)
    assert error.code == "PERMISSION_DENIED"
    assert r"NT SERVICE\Waybill" in error.title
    grants = "icacls" if os.name == "nt" else "setfacl"
    assert grants in error.hint
    assert str(tmp_path) in error.hint
    assert "without a restart" in error.hint


def test_a_file_is_granted_by_its_folder(virtual: Account, tmp_path: Path) -> None:
    file = tmp_path / "CUST.CSV"
    error = trouble.unavailable(PermissionError(errno.EACCES, "denied"), file)
    assert str(file) in error.title
    assert str(file) not in error.params["grant"]


@pytest.mark.skipif(os.name != "nt", reason="shares are those of Windows")
@pytest.mark.parametrize("number", [5, 65, 1326, 1385])
def test_a_share_that_refuses_names_whom_it_saw(virtual: Account, number: int) -> None:
    refused = OSError(0, "denied", r"\\erp\export", number)
    error = trouble.unavailable(refused, Path(r"\\erp\export\out"), folder=True)
    assert error.code == "PERMISSION_DENIED"
    assert r"ACME\ERP-SRV01$ may not use \\erp\export\out" in error.title
    assert "Grant-SmbShareAccess -Name 'export'" in error.hint


@pytest.mark.parametrize(("number", "code"), [(32, "FILE_LOCKED"), (53, "SHARE_UNREACHABLE")])
@pytest.mark.skipif(os.name != "nt", reason="the numbers are those of Windows")
def test_a_lock_and_an_absent_server_are_no_refusals(number: int, code: str) -> None:
    error = trouble.unavailable(OSError(0, "no", "x", number), Path("x"))
    assert error.code == code


def test_what_is_granted_is_read_without_a_restart(
    exports: Exports, take, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = exports.source()
    exports.put("cust.csv", "ID;NAME\n1;a\n")
    plain = os.scandir

    def refuse(path: object) -> object:
        raise PermissionError(errno.EACCES, "denied", str(path))

    monkeypatch.setattr(scan.os, "scandir", refuse)
    with pytest.raises(SourceUnavailable, match="PERMISSION_DENIED"):
        source.read(None)
    monkeypatch.setattr(scan.os, "scandir", plain)
    assert take(source.read(None)).rows == [("1", "a")]
