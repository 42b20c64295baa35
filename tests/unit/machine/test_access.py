"""Rights of folders and pipes as text: built, and judged without Windows."""

import os
from pathlib import Path

import pytest

from agent.machine import access
from agent.machine.account import SYSTEM, service_sid
from tests.wine import IS_WINDOWS, IS_WINE, NO_RIGHTS

US = service_sid("Waybill")
ANNA = "S-1-5-21-1-2-3-1001"
INHERITED = (
    "O:BAG:SYD:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIIOID;GA;;;CO)"
    "(A;OICIID;0x1200a9;;;BU)(A;CIID;DCLCRPCR;;;BU)"
)
"""What a folder in %ProgramData% gets by itself."""


def test_a_home_is_for_the_system_administrators_and_the_service_alone() -> None:
    sddl = access.home([US, US])
    assert sddl == f"D:PAI(A;OICI;FA;;;{SYSTEM})(A;OICI;FA;;;S-1-5-32-544)(A;OICI;FA;;;{US})"
    assert access.others(sddl, access.READ | access.CHANGE, [US]) == []
    assert access.others(sddl, access.READ, []) == [US]


def test_what_a_folder_inherits_from_programdata_is_seen_to_be_open() -> None:
    assert access.others(INHERITED, access.READ, [US]) == ["S-1-5-32-545"]
    assert access.others(INHERITED, access.CHANGE, [US]) == ["S-1-5-32-545"]  # they may add files
    assert access.owner(INHERITED) == "S-1-5-32-544"


@pytest.mark.parametrize(
    ("ace", "rights", "found"),
    [
        ("(A;;FR;;;WD)", access.READ, True),
        ("(A;;FR;;;WD)", access.CHANGE, False),
        ("(A;;0x1301bf;;;AU)", access.CHANGE, True),
        ("(A;;WD;;;IU)", access.CHANGE, True),
        ("(A;;FX;;;BU)", access.READ | access.CHANGE, False),
        ("(D;;FA;;;WD)", access.READ, False),
        ("(A;;GR;;;S-1-5-21-1-2-3-1001)", access.READ, True),
        ("(A;OICIIO;FA;;;CO)", access.CHANGE, False),
    ],
)
def test_each_kind_of_entry_is_judged(ace: str, rights: int, *, found: bool) -> None:
    assert bool(access.others(f"O:BAD:P{ace}", rights, [US])) is found


@pytest.mark.parametrize("sddl", ["", "O:BA", "O:BAD:NO_ACCESS_CONTROL"])
def test_no_list_of_rights_at_all_means_everybody(sddl: str) -> None:
    assert access.others(sddl, access.READ, [US]) == ["S-1-1-0"]
    assert access.named("S-1-1-0") == "Everyone"


def test_nobody_with_a_role_may_answer_in_the_place_of_the_service() -> None:
    sddl = access.pipe(US, [ANNA, ANNA])
    entries = {entry.sid: entry.rights for entry in access.allowed(sddl)}
    assert entries.keys() == {SYSTEM, US, "S-1-5-32-544", ANNA}
    makes_instances = 0x4
    generic_write, generic_all = 0x40000000, 0x10000000
    assert not entries[ANNA] & (makes_instances | generic_write | generic_all)
    assert not entries["S-1-5-32-544"] & makes_instances
    assert entries[US] & generic_all
    assert sddl.startswith(f"O:{US}D:P(D;;GA;;;NU)(D;;GA;;;AN)")  # refusals come first


def test_the_command_that_closes_a_home_names_who_keeps_it() -> None:
    line = access.repair(r"C:\ProgramData\Waybill", [r"NT SERVICE\Waybill"])
    assert line.startswith(r'icacls "C:\ProgramData\Waybill" /inheritance:r /grant:r')
    assert r'"NT SERVICE\Waybill:(OI)(CI)F"' in line


@pytest.mark.skipif(os.name == "nt", reason="elsewhere modes say it")
def test_elsewhere_there_is_nothing_to_close_or_to_see(tmp_path: Path) -> None:
    access.close(tmp_path)
    assert access.seen(tmp_path) == ""
    assert access.may_list(tmp_path)
    assert access.may_change(tmp_path)


@pytest.mark.skipif(not IS_WINDOWS, reason="asks Windows")
@pytest.mark.skipif(IS_WINE, reason=NO_RIGHTS)
def test_on_windows_the_list_that_is_set_is_the_list_that_is_read(tmp_path: Path) -> None:
    access.close(tmp_path)
    found = access.seen(tmp_path)
    assert "D:" in found
    assert {SYSTEM, "S-1-5-32-544"} <= {entry.sid for entry in access.allowed(found)}
    assert access.may_list(tmp_path)
    assert access.may_change(tmp_path)
    assert not access.may_list(tmp_path / "none")
