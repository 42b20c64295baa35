"""The calls into Windows do what the rest relies on."""

import os
from pathlib import Path

import pytest

from adapters.sources.files.stream import open_plain
from agent.crypto.dpapi import DpapiWrapper, HandoverWrapper
from agent.errors import KeyUnavailable
from agent.machine import access, windows
from tests.wine import IS_WINDOWS

pytestmark = pytest.mark.skipif(not IS_WINDOWS, reason="calls into Windows")
KEY = bytes(range(32))


def test_an_export_that_is_read_may_be_renamed_and_replaced_and_deleted(tmp_path: Path) -> None:
    path, other = tmp_path / "CUST.CSV", tmp_path / "CUST.OLD"
    path.write_bytes(b"first")
    with open_plain(path) as file:
        path.rename(other)
        path.write_bytes(b"second")
        path.unlink()
        assert file.read() == b"first"
    assert other.read_bytes() == b"first"


def test_what_another_program_keeps_to_itself_is_locked(tmp_path: Path) -> None:
    import win32con
    import win32file

    path = tmp_path / "CUST.CSV"
    path.write_bytes(b"half")
    held = win32file.CreateFile(
        str(path), win32con.GENERIC_WRITE, 0, None, win32con.OPEN_EXISTING, 0, None
    )
    try:
        with pytest.raises(OSError) as caught:
            open_plain(path)
        assert caught.value.winerror == 32
        assert caught.value.filename == str(path)
    finally:
        held.Close()
    with open_plain(path) as file:
        assert file.read() == b"half"


def test_a_file_that_is_not_there_is_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_plain(tmp_path / "none.csv")


@pytest.mark.parametrize("kind", [DpapiWrapper, HandoverWrapper])
def test_windows_wraps_a_key_together_with_its_entropy(kind: type, tmp_path: Path) -> None:
    entropy = tmp_path / "entropy.bin"
    wrapper = kind(entropy)
    wrapped = wrapper.wrap(KEY)
    assert KEY not in wrapped
    assert kind(entropy).unwrap(wrapped) == KEY
    good = entropy.read_bytes()
    entropy.write_bytes(bytes(32))
    with pytest.raises(KeyUnavailable, match="error 13"):
        kind(entropy).unwrap(wrapped)
    entropy.write_bytes(good)
    with pytest.raises(KeyUnavailable):
        kind(entropy).unwrap(wrapped[:-1] + bytes([wrapped[-1] ^ 1]))
    assert kind(entropy).unwrap(wrapped) == KEY


def test_a_folder_may_be_asked_about_without_writing_into_it(tmp_path: Path) -> None:
    assert access.may_change(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert not windows.may(str(tmp_path / "none"), 1)


def test_disks_are_told_from_letters_that_nobody_has() -> None:
    system = os.environ.get("SYSTEMDRIVE", "C:")
    assert windows.drive(system)[:2] == (True, False)
    assert windows.drive("Q:") == (False, False, "")


def test_well_known_accounts_have_names() -> None:
    assert windows.name_of("S-1-5-18").upper().endswith("SYSTEM")
    assert windows.name_of("S-1-5-21-9-9-9-9") == "S-1-5-21-9-9-9-9"
